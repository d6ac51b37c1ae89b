//! The start page against the simulated eID over HTTP, including every failure.

mod tour;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::IntoResponse as _,
};
use tokio::net::TcpListener;
use url::Url;

use super::{Config, with_clock};
use crate::{
    clock::Clock,
    eid,
    testing::{Browser, Reply, query},
};

const ORIGIN: &str = "http://localhost:3001";

/// A provider on its own port, and the start page in a browser.
struct Setup {
    provider: Url,
    start: Browser,
}

fn config(issuer: &Url, client_secret: &str) -> Config {
    Config {
        origin: ORIGIN.parse().unwrap(),
        issuer: issuer.clone(),
        client_id: "startside".to_owned(),
        client_secret: client_secret.to_owned(),
        tour: None,
    }
}

impl Setup {
    async fn new() -> Self {
        Self::with_secret("en hemmelighet").await
    }

    async fn with_secret(client_secret: &str) -> Self {
        Self::with(client_secret, Arc::default()).await
    }

    /// A provider that answers 503 while it is down.
    async fn with(client_secret: &str, down: Arc<AtomicBool>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let provider: Url = address.parse().unwrap();
        let eid = eid::Eid::new(eid::Config {
            issuer: provider.clone(),
            client: eid::Client {
                client_id: "startside".to_owned(),
                auth: eid::ClientAuth::Secret("en hemmelighet".to_owned()),
                redirect_uris: vec![format!("{ORIGIN}/enterprise/callback").parse().unwrap()],
                post_logout_redirect_uris: vec![
                    format!("{ORIGIN}/enterprise/signed-out").parse().unwrap(),
                ],
                frontend_origins: Vec::new(),
            },
            people: Vec::new(),
            bar: None,
        });
        let eid = eid
            .unwrap()
            .router()
            .layer(from_fn(move |request: Request, next: Next| {
                let down = down.load(Ordering::SeqCst);
                async move {
                    if down {
                        StatusCode::SERVICE_UNAVAILABLE.into_response()
                    } else {
                        next.run(request).await
                    }
                }
            }));
        tokio::spawn(async move { axum::serve(listener, eid).await });
        let start = with_clock(config(&provider, client_secret), Clock::system()).unwrap();
        Self {
            provider,
            start: Browser::new(start),
        }
    }

    /// The provider's response to a browser without cookies.
    async fn at_provider(&self, url: Url) -> Url {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = client.get(url.clone()).send().await.unwrap();
        let location = answer.headers().get(header::LOCATION).unwrap();
        url.join(location.to_str().unwrap()).unwrap()
    }

    fn hint() -> String {
        format!("testid:{}_idporten-loa-high", eid::synthetic_pid(3))
    }

    /// Starts a sign-in; returns the callback's address.
    async fn callback(&mut self) -> Url {
        let begun = self
            .start
            .get(&format!("/enterprise?login_hint={}", Self::hint()))
            .await;
        self.at_provider(begun.location()).await
    }

    async fn follow(&mut self, url: &Url) -> Reply {
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        self.start.get(&path).await
    }

    async fn sign_in(&mut self) {
        let callback = self.callback().await;
        let reply = self.follow(&callback).await;
        assert_eq!(reply.location().path(), "/enterprise");
    }
}

fn changed(url: &Url, name: &str, value: &str) -> Url {
    let mut changed = url.clone();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let mut writer = changed.query_pairs_mut();
    writer.clear();
    writer.extend_pairs(pairs.iter().filter(|(known, _)| known != name));
    writer.append_pair(name, value);
    drop(writer);
    changed
}

#[tokio::test]
async fn the_root_redirects_to_the_start_page() {
    let mut setup = Setup::new().await;
    assert_eq!(setup.start.get("/").await.location().path(), "/enterprise");
}

#[tokio::test]
async fn a_visitor_without_a_session_is_redirected_to_the_provider() {
    let mut setup = Setup::new().await;
    let reply = setup
        .start
        .get("/enterprise?login_hint=noen&prompt=login&ui_locales=en&annet=x")
        .await;
    let url = reply.location();
    assert_eq!(url.origin(), setup.provider.origin());
    let param = |name| query(&url, name).unwrap_or_default();
    assert_eq!(param("response_type"), "code");
    assert_eq!(param("scope"), "openid profile email");
    assert_eq!(param("code_challenge_method"), "S256");
    assert_eq!(
        param("redirect_uri"),
        "http://localhost:3001/enterprise/callback"
    );
    assert_eq!(param("login_hint"), "noen");
    assert_eq!(param("prompt"), "login");
    assert_eq!(param("ui_locales"), "en");
    assert_eq!(param("annet"), "");
    assert!(!param("state").is_empty() && !param("nonce").is_empty());
    let cookie = reply.header(header::SET_COOKIE);
    for part in ["startpage_pending=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let mut setup = Setup::new().await;
    setup.sign_in().await;
    let page = setup.start.get("/enterprise").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<h1>Startside</h1>"), "{}", page.body);
    assert!(page.body.contains(">Logg ut</button>"));
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    let issuer = setup.provider.origin().ascii_serialization();
    assert!(
        policy.contains(&format!("form-action 'self' {issuer} ")),
        "{policy}"
    );
    assert!(page.header(header::SET_COOKIE).is_empty());

    let out = setup.start.post("/enterprise/logout", &[]).await;
    assert_eq!(out.location().path(), "/logout");
    assert_eq!(setup.start.cookie("startpage_session"), None);
    let back = setup.at_provider(out.location()).await;
    assert_eq!(back.as_str(), "http://localhost:3001/enterprise/signed-out");
    let page = setup.start.get("/enterprise/signed-out").await;
    assert!(page.body.contains(">Til startsiden</a>"));
    let again = setup.start.get("/enterprise").await;
    assert_eq!(again.location().origin(), setup.provider.origin());
}

#[tokio::test]
async fn the_page_speaks_english_when_asked_to() {
    let mut setup = Setup::new().await;
    setup.sign_in().await;
    let page = setup.start.get("/enterprise?ui_locales=en").await;
    assert!(page.body.contains("<html lang=\"en\">"));
    assert!(page.body.contains("<h1>Start page</h1>"));
}

#[tokio::test]
async fn a_new_sign_in_can_be_forced() {
    let mut setup = Setup::new().await;
    setup.sign_in().await;
    let before = setup.start.cookie("startpage_session").unwrap().to_owned();
    let begun = setup
        .start
        .get(&format!(
            "/enterprise?prompt=login&login_hint={}",
            Setup::hint()
        ))
        .await;
    let callback = setup.at_provider(begun.location()).await;
    setup.follow(&callback).await;
    assert_ne!(setup.start.cookie("startpage_session").unwrap(), before);
}

#[tokio::test]
async fn a_callback_is_accepted_once() {
    let mut setup = Setup::new().await;
    let callback = setup.callback().await;
    setup.follow(&callback).await;
    let again = setup.follow(&callback).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.body.contains("Påloggingen er allerede brukt"));
    assert!(
        again
            .body
            .contains("<a href=\"/enterprise\">Til startsiden</a>")
    );
    assert_eq!(setup.start.get("/enterprise").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_callback_is_bound_to_its_browser() {
    let mut setup = Setup::new().await;
    let callback = setup.callback().await;
    let mut attacker = setup.start.another();
    let path = format!("{}?{}", callback.path(), callback.query().unwrap());
    let stolen = attacker.get(&path).await;
    assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
    assert!(stolen.body.contains("Vi fant ikke igjen påloggingen"));
    assert_eq!(attacker.cookie("startpage_session"), None);
    // The attempt has no effect on the owner's sign-in.
    assert_eq!(
        setup.follow(&callback).await.location().path(),
        "/enterprise"
    );
}

#[tokio::test]
async fn an_unknown_state_gets_a_page_with_a_next_step() {
    let mut setup = Setup::new().await;
    let callback = setup.callback().await;
    for path in [
        "/enterprise/callback".to_owned(),
        format!(
            "/enterprise/callback?{}",
            changed(&callback, "state", "ukjent").query().unwrap()
        ),
    ] {
        let page = setup.start.get(&path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.body.contains("<a href=\"/enterprise\">Prøv igjen</a>"));
    }
}

#[tokio::test]
async fn a_sign_in_expires_after_ten_minutes() {
    let time = crate::testing::Time::new();
    let Setup { provider, .. } = Setup::new().await;
    let start = with_clock(config(&provider, "en hemmelighet"), time.clock()).unwrap();
    let mut setup = Setup {
        provider,
        start: Browser::new(start),
    };
    let callback = setup.callback().await;
    time.pass(600);
    let late = setup.follow(&callback).await;
    assert!(
        late.body.contains("Vi fant ikke igjen påloggingen"),
        "{}",
        late.body
    );
    // … and a session after 30 idle minutes.
    setup.sign_in().await;
    time.pass(1799);
    assert_eq!(setup.start.get("/enterprise").await.status, StatusCode::OK);
    time.pass(1800);
    assert_eq!(
        setup.start.get("/enterprise").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn every_error_gets_a_page_with_a_next_step() {
    let table = [
        ("access_denied", "Påloggingen ble avbrutt"),
        ("login_required", "Påloggingen ble ikke fullført"),
        ("server_error", "Påloggingen ble ikke fullført"),
        ("<b>", "Påloggingen ble ikke fullført"),
    ];
    for (error, heading) in table {
        let mut setup = Setup::new().await;
        let callback = changed(&setup.callback().await, "error", error);
        let page = setup.follow(&callback).await;
        assert!(
            page.body.contains(&format!("<h1>{heading}</h1>")),
            "{}",
            page.body
        );
        assert!(page.body.contains("<a href=\"/enterprise\">Prøv igjen</a>"));
        assert_eq!(setup.start.cookie("startpage_session"), None);
    }
}

#[tokio::test]
async fn invalid_id_tokens_are_refused() {
    let table = [
        (
            "iss",
            "https://annen-utsteder.example",
            "Svaret kunne ikke godtas",
        ),
        ("iss", "", "Svaret kunne ikke godtas"),
        ("code", "ukjent", "Påloggingen svarer ikke"),
        ("code", "", "Påloggingen ble ikke fullført"),
    ];
    for (name, value, heading) in table {
        let mut setup = Setup::new().await;
        let callback = changed(&setup.callback().await, name, value);
        let page = setup.follow(&callback).await;
        assert!(
            page.body.contains(&format!("<h1>{heading}</h1>")),
            "{name}: {}",
            page.body
        );
        assert_eq!(setup.start.cookie("startpage_session"), None);
    }
}

#[tokio::test]
async fn a_code_of_another_request_is_refused() {
    let mut setup = Setup::new().await;
    let first = setup.callback().await;
    let second = setup.callback().await;
    // The code of the second request with the `state` of the first: PKCE and nonce do not match.
    let swapped = changed(&first, "code", &query(&second, "code").unwrap());
    let page = setup.follow(&swapped).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(setup.start.cookie("startpage_session"), None);
}

#[tokio::test]
async fn a_wrong_secret_signs_nobody_in() {
    let mut setup = Setup::with_secret("feil").await;
    let callback = setup.callback().await;
    let page = setup.follow(&callback).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(setup.start.cookie("startpage_session"), None);
}

#[tokio::test]
async fn a_provider_that_is_down_is_tried_again_later() {
    let down = Arc::new(AtomicBool::new(true));
    let mut setup = Setup::with("en hemmelighet", Arc::clone(&down)).await;
    let page = setup.start.get("/enterprise").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.body.contains("<h1>Påloggingen svarer ikke</h1>"));
    assert!(page.body.contains("<a href=\"/enterprise\">Prøv igjen</a>"));
    down.store(false, Ordering::SeqCst);
    let reply = setup.start.get("/enterprise").await;
    assert_eq!(reply.location().origin(), setup.provider.origin());
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_out() {
    let mut setup = Setup::new().await;
    setup.sign_in().await;
    for origin in ["https://et-annet-sted.example", "null"] {
        let headers = [(header::ORIGIN, origin)];
        let reply = setup
            .start
            .ask(Method::POST, "/enterprise/logout", &headers, String::new())
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(setup.start.get("/enterprise").await.status, StatusCode::OK);
    let headers = [(header::ORIGIN, ORIGIN)];
    let reply = setup
        .start
        .ask(Method::POST, "/enterprise/logout", &headers, String::new())
        .await;
    assert_eq!(reply.location().path(), "/logout");
}

#[tokio::test]
async fn signing_out_twice_is_harmless() {
    let mut setup = Setup::new().await;
    let reply = setup.start.post("/enterprise/logout", &[]).await;
    assert_eq!(reply.location().path(), "/enterprise/signed-out");
}

#[tokio::test]
async fn an_invalid_logout_token_ends_no_session() {
    let mut setup = Setup::new().await;
    setup.sign_in().await;
    let none = "eyJhbGciOiJub25lIiwidHlwIjoibG9nb3V0K2p3dCJ9.e30.";
    for form in [&[][..], &[("logout_token", "x")], &[("logout_token", none)]] {
        let reply = setup
            .start
            .another()
            .post("/enterprise/backchannel-logout", form)
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{form:?}");
        assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
    }
    assert_eq!(setup.start.get("/enterprise").await.status, StatusCode::OK);
}
