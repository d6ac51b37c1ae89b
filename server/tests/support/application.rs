//! An application that receives back-channel logout requests.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};
use tokio::{net::TcpListener, sync::watch};

/// One request to `/logout`.
#[derive(Debug, Clone)]
pub struct Received {
    pub kind: String,
    /// Names and values of the form.
    pub form: Vec<(String, String)>,
}

impl Received {
    /// The logout token; fails if the form contains anything else.
    pub fn token(&self) -> &str {
        assert_eq!(self.kind, "application/x-www-form-urlencoded");
        match &self.form[..] {
            [(name, token)] if name == "logout_token" => token,
            other => panic!("{other:?}"),
        }
    }
}

/// Listens until the test's runtime is dropped.
pub struct Application {
    pub origin: String,
    status: Arc<AtomicU16>,
    received: watch::Sender<Vec<Received>>,
}

type Shared = (Arc<AtomicU16>, watch::Sender<Vec<Received>>);

async fn logout(
    State((status, received)): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let kind = text(header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let status = StatusCode::from_u16(status.load(Ordering::SeqCst)).expect("a status");
    received.send_modify(|all| all.push(Received { kind, form }));
    if status.is_redirection() {
        return (status, [(header::LOCATION, uri.path().to_owned())]).into_response();
    }
    status.into_response()
}

impl Application {
    /// An application that answers 200.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let status = Arc::new(AtomicU16::new(200));
        let received = watch::Sender::new(Vec::new());
        let app = Router::new()
            .route("/logout", axum::routing::post(logout))
            .with_state((status.clone(), received.clone()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            origin: format!("http://127.0.0.1:{port}"),
            status,
            received,
        }
    }

    /// Sets the answer to requests from now on.
    pub fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The requests received so far, once there are `count` of them.
    pub async fn received(&self, count: usize) -> Vec<Received> {
        let mut received = self.received.subscribe();
        let all = received.wait_for(|all| all.len() >= count).await;
        all.expect("the application is there").clone()
    }
}
