//! The admin API: what administrators do, and that everyone else is refused.

mod clients;
mod metrics;
mod providers;

use crate::protocol::{authorize, pkce};
use crate::support::{
    Demo, FINNES,
    browser::{Browser, Page, param, send},
    db::each_engine,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// The token of an administrator.
pub const DRIFT: &str = "drift-drift-drift-drift-drift-drift-1";
/// The token of a second administrator.
const VAKT: &str = "vakt-vakt-vakt-vakt-vakt-vakt-vakt-22";
/// An initial access token.
pub const INITIAL: &str = "initial-initial-initial-initial-initial";
const COLLECTOR: &str = "collector-collector-collector-collector";
/// The redirect URI of the clients of these tests.
pub const BACK: &str = "http://localhost:1/back";

/// The settings that enable the admin API, registration and metrics.
pub fn opened() -> [String; 3] {
    [
        format!(
            "admin.token=[{{name=\"drift\",token=\"{DRIFT}\"}},{{name=\"vakt\",token=\"{VAKT}\"}}]"
        ),
        format!("registration.tokens=[\"{INITIAL}\"]"),
        format!("metrics.token=\"{COLLECTOR}\""),
    ]
}

/// Runs a test against a demo with administrators, on each engine.
pub async fn each_opened(test: impl AsyncFn(&Demo)) {
    each_engine(async |engine| {
        let settings = opened();
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let demo = Demo::start(&engine, &settings).await;
        test(&demo).await;
    })
    .await;
}

/// A call with a token, without a browser's headers.
pub fn call(demo: &Demo, method: Method, path: &str, token: &str) -> RequestBuilder {
    demo.browser().request(method, path).bearer_auth(token)
}

/// A call by an administrator.
pub async fn admin(demo: &Demo, method: Method, path: &str, body: Option<Value>) -> Page {
    let path = format!("/api/v1/admin{path}");
    let request = call(demo, method, &path, DRIFT);
    send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

/// Adds a client with the redirect URI [`BACK`]; returns its id and secret.
pub async fn added(demo: &Demo, more: Value) -> (String, String) {
    let mut body = json!({ "client_name": "Kart", "redirect_uris": [BACK] });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let page = admin(demo, Method::POST, "/clients", Some(body)).await;
    assert_eq!(page.status, 201, "{}", page.body);
    let text = |name: &str| page.json()[name].as_str().unwrap_or_default().to_owned();
    (text("client_id"), text("client_secret"))
}

/// A person with an account, signed in.
pub async fn finnes(demo: &Demo) -> Browser {
    let browser = demo.browser();
    demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
        .await;
    browser
}

/// An authorization request of a client, with these scopes.
pub fn request(demo: &Demo, client: &str, challenge: &str) -> String {
    let changes = [("client_id", Some(client)), ("redirect_uri", Some(BACK))];
    authorize(demo, challenge, &changes)
}

/// A code for a client, and its verifier.
pub async fn code(demo: &Demo, browser: &Browser, client: &str) -> (String, String) {
    let (verifier, challenge) = pkce();
    let page = browser.get(&request(demo, client, &challenge)).await;
    let code = param(&page.next(), "code").unwrap_or_else(|| panic!("no code in {}", page.next()));
    (code, verifier)
}

/// A token request of a client, with its secret in the body.
pub async fn exchange(demo: &Demo, client: &str, secret: &str, code: &(String, String)) -> Page {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code.0.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", code.1.as_str()),
        ("client_id", client),
    ];
    if !secret.is_empty() {
        form.push(("client_secret", secret));
    }
    send(
        demo.browser()
            .request(Method::POST, "/oidc/token")
            .form(&form),
    )
    .await
}

/// An access token for a client.
pub async fn access_token(demo: &Demo, browser: &Browser, client: &str, secret: &str) -> String {
    let code = code(demo, browser, client).await;
    let page = exchange(demo, client, secret, &code).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.json()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned()
}

pub async fn userinfo(demo: &Demo, token: &str) -> u16 {
    let page = send(call(demo, Method::GET, "/oidc/userinfo", token)).await;
    page.status.as_u16()
}

/// All calls of the admin API, as the served OpenAPI document lists them.
async fn calls(demo: &Demo) -> Vec<(Method, String)> {
    let document = demo.browser().get("/api/v1/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths").clone();
    let calls: Vec<_> = paths
        .iter()
        .filter(|(path, _)| path.starts_with("/api/v1/admin/"))
        .flat_map(|(path, methods)| {
            let path = path.replace("{id}", "startside");
            let methods = methods.as_object().expect("methods").clone();
            methods.into_iter().map(move |(method, about)| {
                assert_eq!(
                    about["security"],
                    json!([{ "administrator": [] }]),
                    "{path}"
                );
                let method = method.to_uppercase().parse().expect("a method");
                (method, path.clone())
            })
        })
        .collect();
    assert!(calls.len() >= 7, "{calls:?}");
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn every_admin_call_is_refused_without_an_administrator_token() {
    each_opened(async |demo| {
        let signed_in = finnes(demo).await;
        let mut calls = calls(demo).await;
        // The answer does not reveal which paths exist.
        calls.push((Method::GET, "/api/v1/admin/nothing".into()));
        calls.push((Method::PATCH, "/api/v1/admin/clients".into()));
        for (method, path) in calls {
            let what = format!("{method} {path}");
            let ask = |browser: &Browser| {
                browser
                    .request(method.clone(), &path)
                    .json(&json!({ "redirect_uris": [BACK] }))
            };
            let nobody = demo.browser();
            let missing = [
                ask(&nobody),
                ask(&signed_in),
                ask(&nobody).basic_auth("drift", Some(DRIFT)),
                ask(&nobody).header("authorization", DRIFT),
                ask(&nobody).query(&[("access_token", DRIFT)]),
                ask(&nobody).bearer_auth(DRIFT).bearer_auth(VAKT),
            ];
            for request in missing {
                let page = send(request).await;
                assert_eq!(page.status, 401, "{what}: {}", page.body);
                assert_eq!(page.header("www-authenticate"), "Bearer realm=\"kobling\"");
                assert_eq!(page.json()["code"], "not_signed_in", "{what}");
            }
            for token in ["x", &DRIFT[1..], &format!("{DRIFT}1"), INITIAL, COLLECTOR] {
                let page = send(ask(&nobody).bearer_auth(token)).await;
                assert_eq!(page.status, 401, "{what}: {}", page.body);
                assert_eq!(
                    page.header("www-authenticate"),
                    "Bearer realm=\"kobling\", error=\"invalid_token\""
                );
            }
        }
        assert_eq!(demo.engine.rows("clients").await, 0);
        assert!(
            demo.engine
                .rows("audit WHERE event = 'admin.refused'")
                .await
                > 0
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_configured_administrators_there_is_no_admin_api() {
    crate::support::each_demo(async |demo| {
        for (method, path) in calls(demo).await {
            for token in ["", "x", DRIFT] {
                let request = call(demo, method.clone(), &path, token).json(&json!({}));
                let page = send(request).await;
                assert_eq!(page.status, 404, "{method} {path}: {}", page.body);
                assert_eq!(page.json()["code"], "not_found");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_admin_tokens_are_rate_limited_and_valid_ones_are_not() {
    each_engine(async |engine| {
        let settings = opened();
        let mut settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        settings.push("limits.room=1");
        let demo = Demo::start(&engine, &settings).await;
        let path = "/api/v1/admin/clients";
        let mut limited = false;
        for _ in 0..40 {
            let page = send(call(&demo, Method::GET, path, "wrong")).await;
            assert!([401, 429].contains(&page.status.as_u16()), "{}", page.body);
            limited |= page.status == 429;
        }
        assert!(limited);
        assert!(
            engine
                .rows("audit WHERE event = 'limit.reached' AND reason = 'bearer/network'")
                .await
                > 0
        );
        assert_eq!(send(call(&demo, Method::GET, path, VAKT)).await.status, 200);
    })
    .await;
}
