//! OpenID Connect RP-Initiated Logout 1.0, requirement by requirement, under a test clock, so that hints can be old.

use crate::support::db::Engine;
use crate::{
    out_of_order::serve_with,
    support::world::{PASSWORD, World},
    support::{
        SESSION,
        browser::{Browser, Page, send},
    },
};
use kobling::oidc::Signer;
use kobling_domain::oidc::client::{Client, SigningAlg};
use kobling_model::time::Span;
use kobling_test_macros::on_each_engine;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

const ANN: &str = "ann@nordvik.example";
const AFTER: &str = "https://app.example/after?x=1";

struct TestServer {
    world: World,
    signer: Arc<Signer>,
    origin: String,
}

impl TestServer {
    async fn start(engine: &Engine) -> Self {
        let world = World::with(engine, |settings| {
            settings.clients = ["app", "other"]
                .map(|id| Client {
                    redirect_uris: vec![format!("https://{id}.example/callback")],
                    post_logout_redirect_uris: vec![AFTER.replace("app", id)],
                    ..Client::new(id, "Fagsystemet")
                })
                .into();
        })
        .await;
        world.account(ANN).await;
        world.account("berit@nordvik.example").await;
        let signer = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
        let origin = serve_with(&world, signer.clone()).await;
        Self {
            world,
            signer,
            origin,
        }
    }

    async fn signed_in(&self, email: &str) -> Browser {
        // Time passes, so that the rate limit does not refuse.
        self.world.pass(Span::minutes(1));
        let browser = Browser::new(&self.origin);
        let page = browser.submit("/ui/identify", &[("email", email)]).await;
        let form = [("flow", page.param("flow")), ("password", PASSWORD.into())];
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        browser.submit("/ui/password-sign-in", &form).await;
        assert!(browser.cookie(SESSION).is_some());
        browser
    }

    async fn account(&self, email: &str) -> String {
        let mut person = self.world.person();
        person.sign_in(email, PASSWORD).await;
        person.id().await.to_string()
    }

    /// A hint for Ann, with changed claims.
    async fn hint(&self, changes: &[(&str, Value)]) -> String {
        let now = kobling_domain::kernel::clock::Clock::now(&*self.world.clock).as_seconds();
        let mut claims = json!({
            "iss": self.world.kobling.settings().origin, "aud": "app",
            "sub": self.account(ANN).await, "iat": now, "exp": now + 300,
        });
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        let token = self.signer.sign(SigningAlg::Es256, None, &claims);
        token.expect("a token")
    }
}

async fn logout(browser: &Browser, parameters: &[(&str, &str)]) -> Page {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    browser
        .get(&format!("/oidc/logout?{}", query.finish()))
        .await
}

/// The claims of one token with the signature of another.
fn with_signature_of(token: &str, another: &str) -> String {
    let (claims, _) = token.rsplit_once('.').expect("three parts");
    let (_, signature) = another.rsplit_once('.').expect("three parts");
    format!("{claims}.{signature}")
}

fn is_signed_in(browser: &Browser) -> bool {
    browser
        .cookie(SESSION)
        .is_some_and(|value| !value.is_empty())
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_sign_out_with_a_hint_is_immediate_and_returns_the_state(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let hint = server.hint(&[]).await;
    for method in [Method::GET, Method::POST] {
        let browser = server.signed_in(ANN).await;
        let parameters = [
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", AFTER),
            ("state", "s&t"),
            // Recommended, optional and unknown parameters are accepted.
            ("client_id", "app"),
            ("logout_hint", "ann"),
            ("ui_locales", "nb"),
            ("x", "y"),
        ];
        let page = if method == Method::GET {
            logout(&browser, &parameters).await
        } else {
            // A cross-site POST carries no cookies; the navigation after it does.
            let request = browser.request(Method::POST, "/oidc/logout");
            let page = send(request.form(&parameters)).await;
            assert_eq!(
                (page.status.as_u16(), page.next().path()),
                (303, "/oidc/logout")
            );
            browser.get(page.next().as_str()).await
        };
        assert_eq!(
            page.next().as_str(),
            "https://app.example/after?x=1&state=s%26t"
        );
        assert_eq!(page.header("clear-site-data"), "\"cache\", \"storage\"");
        assert!(!is_signed_in(&browser));
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_hint_may_have_expired(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let hint = server.hint(&[]).await;
    server.world.pass(Span::hours(20));
    let browser = server.signed_in(ANN).await;
    let page = logout(
        &browser,
        &[
            ("id_token_hint", &hint),
            ("post_logout_redirect_uri", AFTER),
        ],
    )
    .await;
    assert_eq!(page.next().as_str(), AFTER);
    assert!(!is_signed_in(&browser));
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_hint_of_another_issuer_or_signature_is_refused(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let browser = server.signed_in(ANN).await;
    let hints = [
        server.hint(&[("iss", json!("https://evil.example"))]).await,
        server.hint(&[("aud", json!(null))]).await,
        // The same claims with the signature of another token, and with none.
        with_signature_of(
            &server.hint(&[]).await,
            &server.hint(&[("x", json!(1))]).await,
        ),
        format!(
            "eyJhbGciOiJub25lIn0.{}.",
            server.hint(&[]).await.split('.').nth(1).expect("claims")
        ),
        "garbage".to_owned(),
    ];
    for (number, hint) in hints.iter().enumerate() {
        let page = logout(
            &browser,
            &[("id_token_hint", hint), ("post_logout_redirect_uri", AFTER)],
        )
        .await;
        assert_eq!(
            (page.status.as_u16(), page.location()),
            (400, None),
            "{number}"
        );
        assert!(is_signed_in(&browser), "{number}");
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_client_id_that_is_not_the_hint_s_audience_is_refused(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let (browser, hint) = (server.signed_in(ANN).await, server.hint(&[]).await);
    let page = logout(
        &browser,
        &[("id_token_hint", &hint), ("client_id", "other")],
    )
    .await;
    assert_eq!((page.status.as_u16(), page.location()), (400, None));
    assert!(is_signed_in(&browser));
}

#[on_each_engine(flavor = "multi_thread")]
async fn an_unregistered_post_logout_redirect_uri_is_never_redirected_to(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let hint = server.hint(&[]).await;
    for elsewhere in [
        "https://evil.example/",
        "https://app.example/after",
        "https://app.example/after?x=1#",
        "https://app.example/after?x=1&y=2",
        "https://APP.example/after?x=1",
        // The client's redirect URI, and the logout URI of another client.
        "https://app.example/callback",
        "https://other.example/after?x=1",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        let browser = server.signed_in(ANN).await;
        let page = logout(
            &browser,
            &[
                ("id_token_hint", &hint),
                ("post_logout_redirect_uri", elsewhere),
            ],
        )
        .await;
        assert_eq!(page.next().path(), "/login", "{elsewhere}");
        assert_eq!(page.next().origin().ascii_serialization(), server.origin);
        assert!(!is_signed_in(&browser), "signed out nevertheless");
        // Also if the person is asked first, or the client is unknown or missing, it redirects nowhere else.
        for client in [Some("app"), Some("unknown"), None] {
            let browser = server.signed_in(ANN).await;
            let mut parameters = vec![("post_logout_redirect_uri", elsewhere)];
            parameters.extend(client.map(|client| ("client_id", client)));
            let page = logout(&browser, &parameters).await;
            assert_eq!(page.next().path(), "/sign-out", "{elsewhere}");
            let flow = crate::support::browser::param(&page.next(), "flow").expect("a flow");
            let page = browser.post("/ui/sign-out", &[("flow", &flow)]).await;
            assert_eq!(page.next().path(), "/login", "{elsewhere} {client:?}");
        }
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn without_a_hint_of_the_person_sign_out_asks_before_it_redirects(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let hint = server
        .hint(&[("sub", json!(server.account("berit@nordvik.example").await))])
        .await;
    for asked in [("client_id", "app"), ("id_token_hint", hint.as_str())] {
        let browser = server.signed_in(ANN).await;
        let page = logout(
            &browser,
            &[asked, ("post_logout_redirect_uri", AFTER), ("state", "s")],
        )
        .await;
        let address = page.next();
        assert_eq!(address.path(), "/sign-out");
        let page = browser.follow(page).await;
        assert!(is_signed_in(&browser), "asked, but not signed out");
        assert!(page.body.contains("Vil du logge ut?"));
        assert!(
            page.body.contains("Fagsystemet"),
            "the page shows the application's name"
        );
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("form-action 'self'") && policy.contains("https://app.example"),
            "{policy}"
        );
        // The flow of another person redirects nowhere.
        let flow = page.param("flow");
        let other_browser = server.signed_in(ANN).await;
        let refused = other_browser.post("/ui/sign-out", &[("flow", &flow)]).await;
        assert_eq!(refused.next().path(), "/login");
        let nobody = Browser::new(&server.origin).get("/sign-out").await;
        assert!(nobody.body.contains("Du er ikke logget på"));
        assert!(!nobody.body.contains("Vil du logge ut?"));
        let page = browser.post("/ui/sign-out", &[("flow", &flow)]).await;
        assert_eq!(
            page.next().as_str(),
            "https://app.example/after?x=1&state=s"
        );
        assert!(!is_signed_in(&browser));
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_sign_out_without_a_session_redirects_back_too(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let hint = server.hint(&[]).await;
    let browser = Browser::new(&server.origin);
    let page = logout(
        &browser,
        &[
            ("id_token_hint", &hint),
            ("post_logout_redirect_uri", AFTER),
        ],
    )
    .await;
    assert_eq!(page.next().as_str(), AFTER);
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_sign_out_with_nobody_signed_in_deletes_nothing(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let hint = server.hint(&[]).await;
    for parameters in [
        vec![],
        vec![("client_id", "app"), ("post_logout_redirect_uri", AFTER)],
        vec![("id_token_hint", hint.as_str())],
    ] {
        server.world.pass(Span::minutes(1));
        let browser = Browser::new(&server.origin);
        let page = browser.submit("/ui/identify", &[("email", ANN)]).await;
        let flow = page.param("flow");
        let before = server.world.rows("flows").await;
        let page = logout(&browser, &parameters).await;
        assert!(server.world.rows("flows").await >= before, "{parameters:?}");
        assert!(!page.headers.contains_key("clear-site-data"));
        assert!(
            page.sets("kobling_signed_out"),
            "the next eID sign-in is a new one"
        );
        if parameters.len() == 2 {
            assert_eq!(page.next().as_str(), AFTER);
        } else {
            let page = browser.follow(page).await;
            assert!(page.body.contains("Du er logget ut"), "{}", page.body);
        }
        let form = [("flow", flow.as_str()), ("password", PASSWORD)];
        browser.submit("/ui/password-sign-in", &form).await;
        assert!(
            is_signed_in(&browser),
            "the sign-in goes on: {parameters:?}"
        );
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn ui_locales_applies_unless_the_person_has_chosen_a_language(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let browser = server.signed_in(ANN).await;
    let parameters = [("client_id", "app"), ("ui_locales", "fr en")];
    let page = logout(&browser, &parameters).await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("lang=\"en\""), "{}", page.body);
    browser
        .submit("/ui/language", &[("lang", "nb"), ("back", "/login")])
        .await;
    let page = logout(&browser, &parameters).await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("lang=\"nb\""));
    // Without a hint or a client, the parameter does not set the language.
    let without_hint = server.signed_in(ANN).await;
    let page = logout(&without_hint, &[("ui_locales", "en")]).await;
    assert!(!page.sets("kobling_lang"));
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_repeated_or_too_long_logout_parameter_is_refused(engine: Engine) {
    let server = TestServer::start(&engine).await;
    let (browser, hint) = (server.signed_in(ANN).await, server.hint(&[]).await);
    let long = "x".repeat(5_000);
    for parameters in [
        &[("state", "a"), ("state", "b")][..],
        &[("id_token_hint", &hint), ("id_token_hint", &hint)],
        &[("id_token_hint", &hint), ("state", &long)],
        &[
            ("id_token_hint", &hint),
            ("client_id", "app"),
            ("client_id", "app"),
        ],
        &[("id_token_hint", &hint), ("state", "\0")],
    ] {
        let page = logout(&browser, parameters).await;
        assert_eq!((page.status.as_u16(), page.location()), (400, None));
        assert!(is_signed_in(&browser));
    }
}
