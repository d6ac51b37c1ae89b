//! Clients that register themselves are strangers: what a consent to them covers, where their errors lead, and which of
//! their addresses are called.

use super::{consent, good, own, registered, text};
use crate::{
    admin::{BACK, admin, call, code, each_opened, exchange, finnes, opened, request, userinfo},
    protocol::{authorize, pkce},
    support::{
        Demo, RACERS, a_moment,
        browser::{Browser, Page, param, send},
        db::{Engine, each_engine},
        keys::{Key, fresh, now},
        race,
    },
};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ELSEWHERE: &str = "https://elsewhere.example/back";

/// The authorization request of a client, with changes.
fn ask(demo: &Demo, client: &str, more: &[(&str, Option<&str>)]) -> String {
    let (_, challenge) = pkce();
    let mut changes = vec![("client_id", Some(client)), ("redirect_uri", Some(BACK))];
    changes.extend_from_slice(more);
    authorize(demo, &challenge, &changes)
}

async fn rows(engine: &Engine, table: &str, client: &str) -> i64 {
    engine
        .rows(&format!("{table} WHERE client_id = '{client}'"))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_follows_new_host() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let metadata =
            |uris: &[&str], name: &str| json!({ "client_name": name, "redirect_uris": uris });
        for (by_administrator, change, seen_as_before) in [
            (false, metadata(&[BACK], "Banken"), false),
            (false, metadata(&[ELSEWHERE], "Kart"), false),
            (false, metadata(&[BACK, ELSEWHERE], "Kart"), false),
            (true, metadata(&[BACK], "Banken"), false),
            (true, metadata(&[ELSEWHERE, BACK], "Kart"), false),
            (
                false,
                metadata(&[BACK, "http://localhost:2/other"], "Kart"),
                true,
            ),
            (true, metadata(&[BACK], "Kart"), true),
        ] {
            let client = registered(demo, &good()).await;
            let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
            let (verifier, challenge) = pkce();
            let back = consent(demo, &browser, id, &challenge).await.next();
            let first = (param(&back, "code").expect("a code"), verifier);
            let tokens = exchange(demo, id, secret, &first).await.json();
            let token = text(&tokens, "access_token");
            assert_eq!(userinfo(demo, token).await, 200);
            let pending = code(demo, &browser, id).await;
            let mut body = change.clone();
            body["client_id"] = json!(id);
            let page = if by_administrator {
                body["third_party"] = json!(true);
                admin(demo, Method::PUT, &format!("/clients/{id}"), Some(body)).await
            } else {
                own(demo, Method::PUT, &client, Some(&body)).await
            };
            assert_eq!(page.status, 200, "{}", page.body);

            let uri = change["redirect_uris"][0].as_str();
            let silent = ask(demo, id, &[("prompt", Some("none")), ("redirect_uri", uri)]);
            let answer = browser.get(&silent).await;
            let expected = (
                i64::from(seen_as_before),
                if seen_as_before { 200 } else { 401 },
            );
            assert_eq!(
                (
                    rows(&demo.engine, "consents", id).await,
                    userinfo(demo, token).await
                ),
                expected,
                "{change}"
            );
            assert_eq!(
                param(&answer.next(), "code").is_some(),
                seen_as_before,
                "{change}"
            );
            let page = exchange(demo, id, secret, &pending).await;
            assert_eq!(
                page.status == 200,
                seen_as_before,
                "{change}: {}",
                page.body
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_code_that_is_issued_meanwhile_outlives_a_change_of_host() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let client = registered(demo, &good()).await;
        let id = text(&client, "client_id");
        let (_, challenge) = pkce();
        consent(demo, &browser, id, &challenge).await;
        let change =
            json!({ "client_id": id, "client_name": "Kart", "redirect_uris": [BACK, ELSEWHERE] });
        let silent = ask(demo, id, &[("prompt", Some("none"))]);
        let (path, token) = (
            text(&client, "registration_client_uri"),
            text(&client, "registration_access_token"),
        );
        race(|number| {
            send(if number == RACERS / 2 {
                call(demo, Method::PUT, path, token).json(&change)
            } else {
                browser.request(Method::GET, &silent)
            })
        })
        .await;
        let page = own(demo, Method::GET, &client, None).await;
        assert_eq!(page.json()["redirect_uris"], change["redirect_uris"]);
        for table in ["consents", "code_grants"] {
            assert_eq!(rows(&demo.engine, table, id).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_was_asked_about_another_name_is_asked_again() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let client = registered(demo, &good()).await;
        let id = text(&client, "client_id");
        let (_, challenge) = pkce();
        let page = browser.go(&request(demo, id, &challenge)).await;
        assert_eq!(page.url.path(), "/consent");
        let flow = page.param("flow");
        let change = json!({ "client_id": id, "client_name": "Banken", "redirect_uris": [BACK] });
        assert_eq!(
            own(demo, Method::PUT, &client, Some(&change)).await.status,
            200
        );
        let page = browser.post("/ui/consent-allow", &[("flow", &flow)]).await;
        assert_eq!(page.next().path(), "/consent", "{}", page.next());
        assert_eq!(rows(&demo.engine, "consents", id).await, 0);
        let page = browser.follow(page).await;
        assert!(page.body.contains("Banken"), "{}", page.body);
        let page = browser.post("/ui/consent-allow", &[("flow", &flow)]).await;
        assert!(page.next().as_str().starts_with(BACK), "{}", page.next());
        assert_eq!(rows(&demo.engine, "consents", id).await, 1);
    })
    .await;
}

/// Follows redirects within Kobling.
async fn within(demo: &Demo, browser: &Browser, address: &str) -> Page {
    let page = browser.get(address).await;
    browser
        .follow_until(page, |next| !next.as_str().starts_with(&demo.origin))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_a_registered_client_passes_a_page_of_ours_unless_consent_stands() {
    each_opened(async |demo| {
        let client = registered(demo, &good()).await;
        let id = text(&client, "client_id");
        let unreachable = r#"{"id_token":{"acr":{"essential":true,"values":["unreachable"]}}}"#;
        let cases = [
            (ask(demo, id, &[("prompt", Some("none"))]), "login_required"),
            (ask(demo, id, &[("scope", Some("email"))]), "invalid_scope"),
            (format!("{}&scope=x", ask(demo, id, &[])), "invalid_request"),
            (
                ask(demo, id, &[("claims", Some(unreachable))]),
                "unmet_authentication_requirements",
            ),
        ];
        let signed_in = finnes(demo).await;
        for browser in [&demo.browser(), &signed_in] {
            for (address, error) in &cases {
                let page = within(demo, browser, address).await;
                assert_eq!(
                    (page.status.as_u16(), page.location()),
                    (400, None),
                    "{error}: {}",
                    page.body
                );
                for part in ["Kart", "localhost", &format!("href=\"{BACK}?error=")] {
                    assert!(page.body.contains(part), "{error} {part}: {}", page.body);
                }
            }
        }
        let address = ask(demo, id, &[("scope", None)]);
        let page = within(demo, &signed_in, &address).await;
        assert!(page.body.contains("Fortsett til"), "{}", page.body);
        let form = [("lang", "en"), ("back", "/login")];
        signed_in.submit("/ui/language", &form).await;
        let page = within(demo, &signed_in, &address).await;
        assert!(page.body.contains("Continue to"), "{}", page.body);

        let direct = async |browser: &Browser, address: &str, error: &str| {
            let next = browser.get(address).await.next();
            assert!(next.as_str().starts_with(BACK), "{error}: {next}");
            param(&next, "error").unwrap_or_default()
        };
        let (_, challenge) = pkce();
        consent(demo, &signed_in, id, &challenge).await;
        for (address, error) in &cases[1..] {
            assert_eq!(direct(&signed_in, address, error).await, *error);
        }
        // A client that an administrator has added is trusted.
        let body = json!({ "client_id": "kart", "redirect_uris": [BACK], "third_party": true });
        admin(demo, Method::POST, "/clients", Some(body)).await;
        let silent = ask(demo, "kart", &[("prompt", Some("none"))]);
        assert_eq!(
            direct(&demo.browser(), &silent, "silent").await,
            "login_required"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_before_a_registered_client_leads_to_registered_addresses_only() {
    each_opened(async |demo| {
        let client = registered(demo, &good()).await;
        let id = text(&client, "client_id");
        let uri = "http%3A%2F%2Flocalhost%3A1%2Fback";
        for (query, shown) in [
            (format!("client_id={id}&redirect_uri={uri}&error=x"), true),
            (format!("client_id={id}&redirect_uri={uri}2&error=x"), false),
            (
                format!("client_id={id}&redirect_uri=https%3A%2F%2Fevil.example&error=x"),
                false,
            ),
            (
                format!("client_id={id}&redirect_uri={uri}&error=%3Cb%3E"),
                false,
            ),
            (
                format!("client_id=startside&redirect_uri={uri}&error=x"),
                false,
            ),
            (String::new(), false),
        ] {
            let page = demo.browser().get(&format!("/oidc/error?{query}")).await;
            assert_eq!((page.status.as_u16(), page.location()), (400, None));
            let link = page.body.contains(&format!("href=\"{BACK}"));
            assert_eq!(link, shown, "{query}: {}", page.body);
            assert!(!page.body.contains("evil.example"), "{query}");
        }
    })
    .await;
}

/// A port of this machine that counts connections, and closes them at once.
async fn counting() -> (u16, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (port, count)
}

async fn assert_as(demo: &Demo, key: &Key, client: &str) {
    let claims = json!({
        "iss": client, "sub": client, "aud": demo.origin, "jti": fresh(), "iat": now(), "exp": now() + 60,
    });
    let request = demo.browser().request(Method::POST, "/oidc/token").form(&[
        ("grant_type", "authorization_code"),
        ("code", "x"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", &key.sign_well(&claims)),
    ]);
    assert_eq!(send(request).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_a_registered_client_are_not_fetched_from_this_machine() {
    let (port, connections) = counting().await;
    let key = Key::es256("a");
    each_engine(async |engine| {
        connections.store(0, Ordering::SeqCst);
        let configured = format!(
            "client=[{{ id = \"startside\", name = \"S\", redirect_uris = [\"{BACK}\"] }}, \
             {{ id = \"ours\", name = \"N\", redirect_uris = [\"{BACK}\"], jwks_uri = \"http://127.0.0.1:{port}/ours\" }}]"
        );
        let mut settings = opened().to_vec();
        settings.push(configured);
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let demo = Demo::start(&engine, &settings).await;
        for address in [
            format!("http://127.0.0.1:{port}/a"),
            format!("http://localhost:{port}/b"),
            format!("https://127.0.0.1:{port}/c"),
            format!("https://localhost:{port}/d"),
            format!("https://[::1]:{port}/e"),
        ] {
            let mut body = good();
            body["token_endpoint_auth_method"] = json!("private_key_jwt");
            body["jwks_uri"] = json!(address);
            let client = registered(&demo, &body).await;
            assert_as(&demo, &key, text(&client, "client_id")).await;
            assert_eq!(connections.load(Ordering::SeqCst), 0, "{address}");
        }
        assert_as(&demo, &key, "ours").await;
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_notices_of_a_registered_client_are_not_sent_to_this_machine() {
    let (port, connections) = counting().await;
    each_opened(async |demo| {
        connections.store(0, Ordering::SeqCst);
        for scheme in ["http", "https"] {
            let browser = finnes(demo).await;
            let mut body = good();
            body["backchannel_logout_uri"] = json!(format!("{scheme}://127.0.0.1:{port}/logout"));
            let client = registered(demo, &body).await;
            let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
            let (verifier, challenge) = pkce();
            let back = consent(demo, &browser, id, &challenge).await.next();
            let shown = (param(&back, "code").expect("a code"), verifier);
            assert_eq!(exchange(demo, id, secret, &shown).await.status, 200);
            demo.engine.execute("DELETE FROM outbox").await;
            browser.submit("/ui/sign-out", &[]).await;
            let tried = "outbox WHERE lane = 'notice' AND attempts = 1";
            for _ in 0..500 {
                if demo.engine.rows(tried).await == 1 {
                    break;
                }
                a_moment().await;
            }
            assert_eq!(demo.engine.rows(tried).await, 1);
            assert_eq!(connections.load(Ordering::SeqCst), 0, "{scheme}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_people_cannot_see_or_read_are_refused() {
    each_opened(async |demo| {
        let named = |name: &str| json!({ "redirect_uris": [BACK], "client_name": name });
        for name in [
            "\u{3164}",
            "\u{2800}",
            "\u{2800} \u{2800}",
            "Ka\u{ad}rt",
            "Kart\u{3164}",
            "\u{301}",
            "Ka\u{2028}rt",
            "\u{e0041}Kart",
            "Kart\u{200b}",
            "\u{202e}traK",
        ] {
            let page = super::register(demo, &named(name)).await;
            assert_eq!(page.status, 400, "{name:?}: {}", page.body);
            let mut body: Value = named(name);
            body["client_id"] = json!("kart");
            let page = admin(demo, Method::POST, "/clients", Some(body)).await;
            assert_eq!(page.status, 422, "{name:?}: {}", page.body);
        }
        for name in [
            "Kart",
            "Brønnøy's kart-app",
            "نامه\u{200c}ها",
            "क्\u{200d}ष",
            "Café",
        ] {
            registered(demo, &named(name)).await;
        }
        // Names of people.
        let browser = finnes(demo).await;
        for (name, status) in [
            ("\u{202e}iraK", 422),
            ("Ka\u{ad}ri", 422),
            ("Kári Ó’Neill-Å", 200),
        ] {
            let request = browser
                .request(Method::PATCH, "/api/v1/account")
                .header("origin", &demo.origin)
                .json(&json!({ "name": name }));
            assert_eq!(send(request).await.status, status, "{name:?}");
        }
    })
    .await;
}
