//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

mod management;
mod strangers;

use crate::{
    admin::{
        BACK, DRIFT, INITIAL, admin, call, each_opened, exchange, finnes, opened, request, userinfo,
    },
    bad_input::bodies,
    protocol::pkce,
    support::{
        Demo,
        browser::{Browser, Page, param, send},
        db::each_engine,
        each_demo, race,
    },
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

const PATH: &str = "/oidc/register";

fn good() -> Value {
    json!({ "redirect_uris": [BACK], "client_name": "Kart" })
}

async fn register(demo: &Demo, body: &Value) -> Page {
    send(call(demo, Method::POST, PATH, INITIAL).json(body)).await
}

/// The response to a registration.
async fn registered(demo: &Demo, body: &Value) -> Value {
    let page = register(demo, body).await;
    assert_eq!(page.status, 201, "{}", page.body);
    page.json()
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {of}"))
}

/// A call to a client's own registration.
async fn own(demo: &Demo, method: Method, client: &Value, body: Option<&Value>) -> Page {
    let path = text(client, "registration_client_uri");
    let token = text(client, "registration_access_token");
    let request = call(demo, method, path, token);
    send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// The person consents to the application's request.
async fn consent(demo: &Demo, browser: &Browser, client: &str, challenge: &str) -> Page {
    let page = browser.go(&request(demo, client, challenge)).await;
    assert_eq!(page.url.path(), "/consent", "{}", page.body);
    let flow = page.param("flow");
    let page = browser.post("/ui/consent-allow", &[("flow", &flow)]).await;
    browser
        .follow_until(page, |next| next.as_str().starts_with(BACK))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_2_1_the_response_contains_all_registered_metadata() {
    each_opened(async |demo| {
        let body = json!({
            "redirect_uris": [BACK], "client_name": "Kart", "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["authorization_code", "refresh_token"], "post_logout_redirect_uris": [BACK],
            "subject_type": "pairwise", "logo_uri": "https://a.example/logo", "software_statement": "x",
            "third_party": false, "organisation": "nordvik", "provider": "bankid", "client_id": "mine", "jwks": null,
        });
        let page = register(demo, &body).await;
        assert_eq!(page.status, 201, "{}", page.body);
        assert!(page.header("content-type").starts_with("application/json"));
        assert_eq!(
            (page.header("cache-control"), page.header("pragma")),
            ("no-store", "no-cache")
        );
        let client = page.json();
        let id = text(&client, "client_id");
        assert_eq!(id.parse::<uuid::Uuid>().map(|id| id.to_string()).as_deref(), Ok(id));
        assert_eq!(text(&client, "client_secret").len(), 43);
        assert_eq!(client["client_secret_expires_at"], 0);
        assert!(client["client_id_issued_at"].as_i64().is_some_and(|at| at > 1_600_000_000));
        assert_eq!(
            text(&client, "registration_client_uri"),
            format!("{}{PATH}/{id}", demo.origin)
        );
        assert_eq!(text(&client, "registration_access_token").len(), 43);
        for name in [
            "redirect_uris", "client_name", "token_endpoint_auth_method", "grant_types",
            "post_logout_redirect_uris", "subject_type",
        ] {
            assert_eq!(client[name], body[name], "{name}");
        }
        assert_eq!(client["response_types"], json!(["code"]));
        assert_eq!(
            client["id_token_signed_response_alg"], "RS256",
            "OpenID Connect Dynamic Client Registration §2"
        );
        // Unknown members are ignored (RFC 7591 §2), and so are those that only the organisation decides.
        for name in ["logo_uri", "software_statement", "third_party", "organisation", "provider", "jwks"] {
            assert_eq!(client.get(name), None, "{name}");
        }
        let seen = admin(demo, Method::GET, &format!("/clients/{id}"), None).await.json();
        assert_eq!(
            (&seen["origin"], &seen["third_party"], seen.get("organisation"), seen.get("provider")),
            (&json!("registration"), &json!(true), None, None)
        );
        let rows = format!("audit WHERE event = 'client.registered' AND client = '{id}' AND credential IS NOT NULL");
        assert_eq!(demo.engine.rows(&rows).await, 1);
        let hashed = format!("clients WHERE client LIKE '%{}%'", text(&client, "client_secret"));
        assert_eq!(demo.engine.rows(&hashed).await, 0, "the secret is stored as a hash");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_client_completes_a_sign_in_with_consent() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        for method in ["client_secret_basic", "client_secret_post", "none"] {
            let mut body = good();
            body["token_endpoint_auth_method"] = json!(method);
            let client = registered(demo, &body).await;
            let (id, secret) = (text(&client, "client_id"), client["client_secret"].as_str());
            assert_eq!(secret.is_none(), method == "none");
            assert_eq!(
                client.get("client_secret_expires_at").is_none(),
                method == "none"
            );
            let (verifier, challenge) = pkce();
            let back = consent(demo, &browser, id, &challenge).await.next();
            let code = (param(&back, "code").expect("a code"), verifier);
            let page = exchange(demo, id, secret.unwrap_or_default(), &code).await;
            assert_eq!(page.status, 200, "{method}: {}", page.body);
            let answer = page.json();
            assert_eq!(userinfo(demo, text(&answer, "access_token")).await, 200);
            assert!(text(&answer, "id_token").split('.').count() == 3);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_registration_requires_an_initial_access_token() {
    each_opened(async |demo| {
        let ask = || demo.browser().request(Method::POST, PATH).json(&good());
        for request in [
            ask(),
            ask().basic_auth("x", Some(INITIAL)),
            ask().query(&[("access_token", INITIAL)]),
        ] {
            let page = send(request).await;
            assert_eq!(page.status, 401, "{}", page.body);
            assert_eq!(page.header("www-authenticate"), "Bearer realm=\"kobling\"");
            assert_eq!(page.header("cache-control"), "no-store");
        }
        for token in ["x", &INITIAL[1..], DRIFT] {
            let page = send(ask().bearer_auth(token)).await;
            assert_eq!(
                (page.status.as_u16(), &page.json()["error"]),
                (401, &json!("invalid_token"))
            );
            assert_eq!(
                page.header("www-authenticate"),
                "Bearer realm=\"kobling\", error=\"invalid_token\"",
                "RFC 6750 §3.1"
            );
        }
        assert_eq!(demo.engine.rows("clients").await, 0);
        // The token can be used many times, and for nothing else.
        registered(demo, &good()).await;
        registered(demo, &good()).await;
        let elsewhere = call(demo, Method::GET, "/api/v1/admin/clients", INITIAL);
        assert_eq!(send(elsewhere).await.status, 401);
        let document = demo
            .browser()
            .get("/.well-known/openid-configuration")
            .await
            .json();
        assert_eq!(
            document["registration_endpoint"],
            format!("{}{PATH}", demo.origin)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_configured_initial_access_token_there_is_no_registration() {
    each_demo(async |demo| {
        for token in ["", "x", INITIAL] {
            let page = send(call(demo, Method::POST, PATH, token).json(&good())).await;
            assert_eq!(page.status, 404, "{}", page.body);
        }
        let document = demo
            .browser()
            .get("/.well-known/openid-configuration")
            .await
            .json();
        assert_eq!(document.get("registration_endpoint"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_2_2_invalid_metadata_gets_its_error() {
    each_opened(async |demo| {
        let with = |name: &str, value: Value| {
            let mut body = good();
            body[name] = value;
            body
        };
        let uri = |uri: &str| with("redirect_uris", json!([uri]));
        for (body, error) in [
            (json!({}), "invalid_redirect_uri"),
            (with("redirect_uris", json!([])), "invalid_redirect_uri"),
            (uri("https://a.example/cb#fragment"), "invalid_redirect_uri"),
            (uri("javascript:alert(1)"), "invalid_redirect_uri"),
            (uri("data:text/html,x"), "invalid_redirect_uri"),
            (uri("http://a.example/cb"), "invalid_redirect_uri"),
            (uri("https://*.example/cb"), "invalid_redirect_uri"),
            (
                uri("https://user:secret@a.example/cb"),
                "invalid_redirect_uri",
            ),
            (uri("com.example.app:/cb"), "invalid_redirect_uri"),
            (uri("/cb"), "invalid_redirect_uri"),
            (
                with("redirect_uris", json!("https://a.example/cb")),
                "invalid_client_metadata",
            ),
            (with("redirect_uris", json!([7])), "invalid_client_metadata"),
            (
                with("post_logout_redirect_uris", json!(["javascript:x"])),
                "invalid_client_metadata",
            ),
            (
                with("grant_types", json!(["password"])),
                "invalid_client_metadata",
            ),
            (
                with("grant_types", json!("authorization_code")),
                "invalid_client_metadata",
            ),
            (
                with("response_types", json!(["token"])),
                "invalid_client_metadata",
            ),
            (
                with("token_endpoint_auth_method", json!("client_secret_jwt")),
                "invalid_client_metadata",
            ),
            (
                with("token_endpoint_auth_method", json!("private_key_jwt")),
                "invalid_client_metadata",
            ),
            (
                with("jwks", json!({ "keys": [] })),
                "invalid_client_metadata",
            ),
            (
                with("jwks_uri", json!("http://a.example/jwks")),
                "invalid_client_metadata",
            ),
            (
                with("jwks_uri", json!("https://10.0.0.1/jwks")),
                "invalid_client_metadata",
            ),
            (
                with("backchannel_logout_uri", json!("https://intern/x")),
                "invalid_client_metadata",
            ),
            (
                with("sector_identifier_uri", json!("https://a.example/s")),
                "invalid_client_metadata",
            ),
            (
                with("id_token_signed_response_alg", json!("none")),
                "invalid_client_metadata",
            ),
            (
                with("id_token_signed_response_alg", json!("HS256")),
                "invalid_client_metadata",
            ),
            (
                with("application_type", json!("toaster")),
                "invalid_client_metadata",
            ),
            (
                with("subject_type", json!("secret")),
                "invalid_client_metadata",
            ),
            (
                with("client_name", json!("\u{202e}kivkroN")),
                "invalid_client_metadata",
            ),
            (
                with("client_name", json!("x".repeat(101))),
                "invalid_client_metadata",
            ),
            (
                with("dpop_bound_access_tokens", json!("yes")),
                "invalid_client_metadata",
            ),
            (json!([]), "invalid_client_metadata"),
            (json!(null), "invalid_client_metadata"),
        ] {
            let page = register(demo, &body).await;
            assert_eq!(
                (page.status.as_u16(), &page.json()["error"]),
                (400, &json!(error)),
                "{body}: {}",
                page.body
            );
            assert_eq!(page.header("cache-control"), "no-store");
            let why = page.json()["error_description"]
                .as_str()
                .expect("why")
                .to_owned();
            assert!(
                why.bytes().all(|b| (b' '..=b'~').contains(&b)),
                "RFC 6749 §5.2: {why}"
            );
        }
        let twice = format!("{{\"redirect_uris\":[\"{BACK}\"],\"redirect_uris\":[\"{BACK}\"]}}");
        for (kind, body, status) in [
            ("application/json", twice, 400),
            ("application/json", String::new(), 400),
            ("application/json", "{".to_owned(), 400),
            ("application/x-www-form-urlencoded", good().to_string(), 400),
            ("application/json", " ".repeat(100_000), 413),
        ] {
            let request = call(demo, Method::POST, PATH, INITIAL)
                .header("content-type", kind)
                .body(body);
            assert_eq!(send(request).await.status, status, "{kind}");
        }
        assert_eq!(demo.engine.rows("clients").await, 0, "nothing is written");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_a_native_application_chooses_its_loopback_port_per_request() {
    each_opened(async |demo| {
        let body = json!({
            "redirect_uris": ["http://127.0.0.1/cb", "com.example.kart:/cb"], "application_type": "native",
            "token_endpoint_auth_method": "none",
        });
        let client = registered(demo, &body).await;
        assert_eq!(client["application_type"], "native");
        let browser = finnes(demo).await;
        let (_, challenge) = pkce();
        let at = |uri: &str| {
            let changes = [
                ("client_id", Some(text(&client, "client_id"))),
                ("redirect_uri", Some(uri)),
            ];
            crate::protocol::authorize(demo, &challenge, &changes)
        };
        for good in ["http://127.0.0.1:4711/cb", "com.example.kart:/cb"] {
            assert_eq!(browser.go(&at(good)).await.url.path(), "/consent", "{good}");
        }
        for bad in ["http://127.0.0.1:4711/other", "http://localhost:4711/cb", "com.example.kart:/other"] {
            let page = browser.get(&at(bad)).await;
            assert_eq!((page.status.as_u16(), page.location()), (400, None), "{bad}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_refuses_invalid_input_and_stores_nothing() {
    each_opened(async |demo| {
        let client = registered(demo, &good()).await;
        let place = text(&client, "registration_client_uri");
        let token = text(&client, "registration_access_token");
        for (what, kind, body) in bodies() {
            for request in [
                call(demo, Method::POST, PATH, INITIAL),
                call(demo, Method::PUT, place, token),
            ] {
                let request = request.header("content-type", kind).body(body.clone());
                let page = send(request).await;
                assert_eq!(
                    (page.status.as_u16(), page.json()["error"].is_string()),
                    (400, true),
                    "{what}: {}",
                    page.body
                );
            }
            let path = "/api/v1/admin/clients";
            let request = call(demo, Method::POST, path, DRIFT)
                .header("content-type", kind)
                .body(body);
            let page = send(request).await;
            assert!(
                [400, 422].contains(&page.status.as_u16()),
                "{what}: {}",
                page.body
            );
        }
        assert_eq!(demo.engine.rows("clients").await, 1);
        let same = own(demo, Method::GET, &client, None).await.json();
        assert_eq!(same["client_name"], client["client_name"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_concurrent_registrations_create_sixteen_clients() {
    each_opened(async |demo| {
        let pages = race(|_| send(call(demo, Method::POST, PATH, INITIAL).json(&good()))).await;
        let ids: HashSet<String> = pages
            .iter()
            .map(|page| text(&page.json(), "client_id").to_owned())
            .collect();
        assert_eq!(ids.len(), pages.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_are_limited_by_network() {
    each_engine(async |engine| {
        let settings = opened();
        let mut settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        settings.push("limits.room=1");
        let demo = Demo::start(&engine, &settings).await;
        let mut limited = None;
        for _ in 0..80 {
            let page = register(&demo, &good()).await;
            if page.status != 201 {
                limited = Some(page);
                break;
            }
        }
        let page = limited.expect("a limit");
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (429, json!({ "error": "temporarily_unavailable" }))
        );
    })
    .await;
}
