//! The fake provider, and a client of it with a fixed clock.

use crate::keys::PROVIDER;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kobling_domain::{
    eid::port::{EidError, EidIdentity, EidProvider, EidRequest, EidReturn},
    kernel::clock::{Clock, Entropy},
};
use kobling_eid::{ClientAuth, OidcProvider, Pushed, Settings, idporten_levels};
use kobling_model::{Lang, Level, ProviderId, Timestamp, time::Span};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
    time::Duration,
};

pub(crate) const CLIENT_ID: &str = "kobling client";
pub(crate) const NONCE: &str = "nonce-nonce-nonce-nonce-nonce-nonce-nonce-n";
pub(crate) const STATE: &str = "state-state-state-state-state-state-state-s";
/// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const CODE: &str = "the-code-that-must-stay-secret";
pub(crate) const NOW: i64 = 1_800_000_000;

/// How an endpoint responds.
#[derive(Clone)]
pub(crate) enum Answer {
    Json(u16, String),
    /// Never.
    Silence,
    /// This many bytes.
    Flood(usize),
    /// A redirect of the same request to this address.
    Moved(String),
}

/// A received request.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) form: HashMap<String, String>,
    pub(crate) authorization: Option<String>,
}

/// The provider's next responses, and the requests it has received.
pub(crate) struct Traffic {
    pub(crate) document: Value,
    pub(crate) keys: Vec<Value>,
    pub(crate) down: bool,
    /// Discovery and key set never respond.
    pub(crate) mute: bool,
    pub(crate) token: Answer,
    pub(crate) push: Answer,
    pub(crate) documents_asked: usize,
    pub(crate) keys_asked: usize,
    pub(crate) tokens_asked: Vec<Seen>,
    pub(crate) pushed: Vec<Seen>,
}

impl Traffic {
    fn public(&self, body: String) -> Answer {
        match (self.mute, self.down) {
            (true, _) => Answer::Silence,
            (false, true) => Answer::Json(503, body),
            (false, false) => Answer::Json(200, body),
        }
    }
}

type Shared = Arc<Mutex<Traffic>>;

pub(crate) struct Fake {
    pub(crate) issuer: String,
    traffic: Shared,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let traffic = Arc::new(Mutex::new(Traffic {
            document: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize?tenant=a"),
                "token_endpoint": format!("{issuer}/token"),
                "end_session_endpoint": format!("{}/logout", issuer.replace("127.0.0.1", "localhost")),
                "jwks_uri": format!("{issuer}/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "authorization_response_iss_parameter_supported": true,
            }),
            keys: vec![PROVIDER.jwk()],
            down: false,
            mute: false,
            token: Answer::Json(500, String::new()),
            push: Answer::Json(
                201,
                json!({"request_uri": "urn:pushed:1", "expires_in": 120}).to_string(),
            ),
            documents_asked: 0,
            keys_asked: 0,
            tokens_asked: Vec::new(),
            pushed: Vec::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route(
                "/{tenant}/v2.0/.well-known/openid-configuration",
                get(document),
            )
            .route("/jwks", get(keys))
            .route("/par", post(push))
            .route("/token", post(token))
            .with_state(Arc::clone(&traffic));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, traffic }
    }

    pub(crate) fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap()
    }

    pub(crate) fn offers_push(&self) {
        let endpoint = format!("{}/par", self.issuer);
        self.traffic().document["pushed_authorization_request_endpoint"] = json!(endpoint);
    }

    /// Answers the next token requests with this ID token.
    pub(crate) fn gives(&self, id_token: &str) {
        self.traffic().token = Answer::Json(
            200,
            json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token}).to_string(),
        );
    }

    /// The claims of a valid ID token.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "pairwise-subject",
            "nonce": NONCE,
            "iat": NOW,
            "exp": NOW + 120,
            "auth_time": NOW - 5,
            "acr": "idporten-loa-high",
            "amr": ["BankID Mobil"],
            "sid": "upstream-session",
            "jti": "j",
            "locale": "nb",
            "pid": pid(),
        })
    }

    /// The claims of a valid logout token.
    pub(crate) fn logout(&self) -> Value {
        json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "pairwise-subject",
            "sid": "upstream-session",
            "iat": NOW,
            "exp": NOW + 120,
            "jti": "logout-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            id: ProviderId::parse("bankid").unwrap(),
            name: "BankID".into(),
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.into(),
            auth: ClientAuth::Basic("client:secret æ".into()),
            redirect_uri: "http://localhost:3000/eid/bankid/callback".into(),
            post_logout_redirect_uri: "http://localhost:3000/eid/bankid/signed-out".into(),
            scopes: vec!["profile".into()],
            acr_values: vec!["idporten-loa-high".into()],
            acr_levels: idporten_levels(),
            minimum_level: Level::Substantial,
            pid_claim: Some("pid".into()),
            refuse_synthetic: false,
            pushed: Pushed::IfOffered,
            timeout: Duration::from_secs(20),
            onbehalfof: None,
            subject_claims: vec!["sub".into()],
            require_auth_time: false,
            new_sign_in_prompt: "login".into(),
            session_idle: None,
            credential_expires: None,
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings())
    }
}

/// A synthetic identity number with valid check digits.
pub(crate) fn pid() -> String {
    (0..1000)
        .flat_map(|n| (0..100).map(move |check| format!("018190{n:03}{check:02}")))
        .find(|text| kobling_model::NationalId::parse(text).is_ok())
        .unwrap()
}

/// The client under test.
pub(crate) struct Client {
    pub(crate) provider: OidcProvider,
    pub(crate) clock: Arc<StandingClock>,
    issuer: String,
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Self {
        let clock = Arc::new(StandingClock(AtomicI64::new(NOW)));
        let issuer = settings.issuer.clone();
        let entropy = Arc::new(Counter(AtomicU8::new(0)));
        let provider = OidcProvider::new(settings, Arc::clone(&clock) as _, entropy).unwrap();
        Self {
            provider,
            clock,
            issuer,
        }
    }

    pub(crate) async fn begin(&self) -> Result<String, EidError> {
        self.provider.begin(request()).await
    }

    pub(crate) async fn finish(&self) -> Result<EidIdentity, EidError> {
        self.finish_from(Some(&self.issuer)).await
    }

    /// Finishes with a response that contains this `iss`.
    pub(crate) async fn finish_from(&self, iss: Option<&str>) -> Result<EidIdentity, EidError> {
        self.provider
            .finish(EidReturn {
                code: CODE.into(),
                iss: iss.map(str::to_owned),
                nonce: NONCE.into(),
                verifier: VERIFIER.into(),
            })
            .await
    }
}

pub(crate) fn request() -> EidRequest {
    EidRequest {
        state: STATE.into(),
        nonce: NONCE.into(),
        verifier: VERIFIER.into(),
        lang: Lang::Nb,
        force_login: false,
        login_hint: None,
        level: None,
    }
}

/// Fixed at [`NOW`] until it is advanced.
pub(crate) struct StandingClock(AtomicI64);

impl StandingClock {
    pub(crate) fn pass(&self, span: Span) {
        self.0.fetch_add(span.as_seconds(), Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

struct Counter(AtomicU8);

impl Entropy for Counter {
    fn bytes(&self) -> [u8; 32] {
        [self.0.fetch_add(1, Ordering::SeqCst); 32]
    }
}

async fn document(State(traffic): State<Shared>) -> Response {
    let answer = {
        let mut traffic = traffic.lock().unwrap();
        traffic.documents_asked += 1;
        traffic.public(traffic.document.to_string())
    };
    give(answer).await
}

async fn keys(State(traffic): State<Shared>) -> Response {
    let answer = {
        let mut traffic = traffic.lock().unwrap();
        traffic.keys_asked += 1;
        traffic.public(json!({ "keys": traffic.keys }).to_string())
    };
    give(answer).await
}

async fn push(State(traffic): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = {
        let mut traffic = traffic.lock().unwrap();
        traffic.pushed.push(seen(&headers, &body));
        traffic.push.clone()
    };
    give(answer).await
}

async fn token(State(traffic): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = {
        let mut traffic = traffic.lock().unwrap();
        traffic.tokens_asked.push(seen(&headers, &body));
        traffic.token.clone()
    };
    give(answer).await
}

fn seen(headers: &HeaderMap, body: &[u8]) -> Seen {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let form: HashMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(form.len(), pairs.len(), "no parameter twice");
    Seen {
        form,
        authorization: headers
            .get(header::AUTHORIZATION)
            .map(|value| value.to_str().unwrap().to_owned()),
    }
}

async fn give(answer: Answer) -> Response {
    match answer {
        Answer::Json(status, body) => (
            StatusCode::from_u16(status).unwrap(),
            [(header::CONTENT_TYPE, "application/json")],
            body,
        )
            .into_response(),
        Answer::Silence => std::future::pending().await,
        Answer::Moved(there) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, there)]).into_response()
        }
        Answer::Flood(bytes) => " ".repeat(bytes).into_response(),
    }
}
