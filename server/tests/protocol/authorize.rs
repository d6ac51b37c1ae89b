//! The authorization endpoint, parameter by parameter: which error a wrong value causes, and where it is shown.

use super::{authorize, code, exchange, kjent_signed_in, payload, pkce, redirect_uri, userinfo};
use crate::support::{
    Demo, FINNES, SESSION,
    browser::{Browser, Page, param, send},
    each_demo,
};
use reqwest::Method;
use serde_json::json;

/// Where the outcome of a request is shown.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// On a page, to the person.
    Person,
    /// To the application, as this error.
    Application(String),
    /// No error: a code.
    Nothing,
}

fn application_error(error: &str) -> Outcome {
    Outcome::Application(error.to_owned())
}

/// The outcome of a request; every response to the application contains the issuer (RFC 9207 §2) and the `state`.
fn outcome(demo: &Demo, page: &Page, what: &str) -> Outcome {
    let Some(next) = page.location() else {
        assert_eq!(page.status.as_u16(), 400, "{what}");
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{what}"
        );
        assert!(page.body.contains("<h1"), "{what}: {}", page.body);
        return Outcome::Person;
    };
    assert!(
        next.as_str().starts_with(&redirect_uri(demo)),
        "{what}: {next}"
    );
    assert_eq!(
        param(&next, "iss").as_ref(),
        Some(&demo.origin),
        "{what}: {next}"
    );
    match param(&next, "error") {
        Some(error) => {
            assert_eq!(param(&next, "code"), None, "{what}");
            Outcome::Application(error)
        }
        None => {
            assert!(param(&next, "code").is_some(), "{what}: {next}");
            Outcome::Nothing
        }
    }
}

const PARAMETERS: [&str; 19] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "login_hint",
    "ui_locales",
    "acr_values",
    "claims",
    "response_mode",
    "request",
    "request_uri",
    "registration",
    "id_token_hint",
];

async fn ask(demo: &Demo, browser: &Browser, changes: &[(&str, Option<&str>)]) -> Outcome {
    let (_, challenge) = pkce();
    let page = browser.get(&authorize(demo, &challenge, changes)).await;
    outcome(demo, &page, &format!("{changes:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_parameter_is_reported_as_the_protocol_requires() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        for name in PARAMETERS {
            let expected = match name {
                "client_id" | "redirect_uri" => Outcome::Person,
                "response_type" | "code_challenge" | "code_challenge_method" => {
                    application_error("invalid_request")
                }
                "scope" => application_error("invalid_scope"),
                _ => Outcome::Nothing,
            };
            for value in [None, Some("")] {
                assert_eq!(
                    ask(demo, &browser, &[(name, value)]).await,
                    expected,
                    "{name}: {value:?}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_parameter_is_reported_to_the_application_if_it_is_known() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        for name in PARAMETERS {
            let once = authorize(demo, &challenge, &[(name, Some("x"))]);
            let page = browser.get(&format!("{once}&{name}=x")).await;
            let expected = match name {
                "client_id" | "redirect_uri" => Outcome::Person,
                _ => application_error("invalid_request"),
            };
            assert_eq!(outcome(demo, &page, name), expected, "{name}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_is_too_long_is_refused_and_not_stored() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let flows = demo.engine.rows("flows").await;
        let (long, longer) = ("x".repeat(513), "x".repeat(5_000));
        for name in PARAMETERS {
            let expected = match name {
                "client_id" | "redirect_uri" => Outcome::Person,
                "response_type" => application_error("unsupported_response_type"),
                "request" | "request_uri" | "registration" => {
                    application_error(&format!("{name}_not_supported"))
                }
                _ => application_error("invalid_request"),
            };
            assert_eq!(
                ask(demo, &browser, &[(name, Some(&long))]).await,
                expected,
                "{name}"
            );
            let expected = match name {
                "client_id" | "redirect_uri" => Outcome::Person,
                _ => application_error("invalid_request"),
            };
            assert_eq!(
                ask(demo, &browser, &[(name, Some(&longer))]).await,
                expected,
                "{name}"
            );
        }
        assert_eq!(demo.engine.rows("flows").await, flows);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_parameter_gets_its_protocol_error() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        for (name, value, expected) in [
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "id_token", "unsupported_response_type"),
            (
                "response_type",
                "code id_token",
                "unsupported_response_type",
            ),
            ("response_type", "CODE", "unsupported_response_type"),
            ("response_mode", "fragment", "invalid_request"),
            ("response_mode", "form_post", "invalid_request"),
            ("scope", "profile email", "invalid_scope"),
            ("scope", "OpenID", "invalid_scope"),
            ("code_challenge", "short", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge_method", "s256", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("prompt", "none consent", "invalid_request"),
            ("prompt", "none select_account", "invalid_request"),
            ("prompt", "create", "invalid_request"),
            ("prompt", "NONE", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("max_age", "soon", "invalid_request"),
            ("max_age", "1.5", "invalid_request"),
            ("max_age", "99999999999999999999", "invalid_request"),
            ("claims", "x", "invalid_request"),
            ("claims", "[]", "invalid_request"),
            (
                "claims",
                r#"{"id_token": {"acr": {"values": "high"}}}"#,
                "invalid_request",
            ),
            (
                "claims",
                r#"{"userinfo": {"email": true}}"#,
                "invalid_request",
            ),
            (
                "request",
                "eyJhbGciOiJub25lIn0.e30.",
                "request_not_supported",
            ),
            (
                "request_uri",
                "https://evil.example/request",
                "request_uri_not_supported",
            ),
            ("registration", "{}", "registration_not_supported"),
            ("id_token_hint", "x", "invalid_request"),
            (
                "id_token_hint",
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
                "invalid_request",
            ),
        ] {
            let outcome = ask(demo, &browser, &[(name, Some(value))]).await;
            assert_eq!(outcome, application_error(expected), "{name}={value}");
        }
        // Unknown parameters, scopes, languages and hints are ignored (OpenID Connect Core §3.1.2.1).
        for (name, value) in [
            ("unheard_of", "x"),
            ("scope", "openid unheard-of"),
            ("ui_locales", "tlh"),
            ("display", "wap"),
            ("acr_values", "urn:unheard-of"),
            (
                "claims",
                r#"{"userinfo": {"unheard_of": {"essential": true}}, "more": 1}"#,
            ),
            ("response_mode", "query"),
        ] {
            assert_eq!(
                ask(demo, &browser, &[(name, Some(value))]).await,
                Outcome::Nothing,
                "{name}={value}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pkce_cannot_be_downgraded() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        for changes in [
            &[("code_challenge", None), ("code_challenge_method", None)][..],
            &[("code_challenge_method", None)],
            &[("code_challenge_method", Some("plain"))],
        ] {
            assert_eq!(
                ask(demo, &browser, changes).await,
                application_error("invalid_request"),
                "{changes:?}"
            );
        }
        // A code that is bound to a challenge needs the verifier (RFC 9700 §4.8.2).
        let (code, _) = code(demo, &browser).await;
        let page = send(super::token_request(
            demo,
            &code,
            "",
            &[("code_verifier", None)],
        ))
        .await;
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (400, json!({ "error": "invalid_request" }))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_authorization_response_contains_the_issuer() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        // `outcome` checks `iss` in each (RFC 9207 §2, RFC 9700 §4.4).
        assert_eq!(ask(demo, &browser, &[]).await, Outcome::Nothing);
        assert_eq!(
            ask(demo, &browser, &[("state", None)]).await,
            Outcome::Nothing
        );
        assert_eq!(
            ask(demo, &browser, &[("scope", None)]).await,
            application_error("invalid_scope")
        );
        let signed_out = demo.browser();
        assert_eq!(
            ask(demo, &signed_out, &[("prompt", Some("none"))]).await,
            application_error("login_required")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_registered_client_is_an_open_redirector() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let good = redirect_uri(demo);
        let userinfo = good.replace("http://", "http://evil.example@");
        let suffixed = good.replace("localhost", "localhost.evil.example");
        let fragment = format!("{good}#x");
        let climbing = format!("{good}/../../evil");
        let encoded = good.replace('/', "%2F");
        for uri in [
            "https://evil.example/callback",
            "//evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/login",
            "",
            &userinfo,
            &suffixed,
            &fragment,
            &climbing,
            &encoded,
        ] {
            // Whether the rest of the request is valid or not.
            for more in [
                ("scope", Some("openid")),
                ("scope", None),
                ("prompt", Some("none")),
            ] {
                let outcome = ask(demo, &browser, &[("redirect_uri", Some(uri)), more]).await;
                assert_eq!(outcome, Outcome::Person, "{uri}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_by_post_is_answered_like_one_by_get() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        let url: url::Url = authorize(demo, &challenge, &[])
            .parse()
            .expect("an address");
        let request = browser
            .request(Method::POST, "/oidc/authorize")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", demo.start.clone())
            .body(url.query().unwrap_or_default().to_owned());
        let page = send(request).await;
        let page = browser.get(page.next().as_str()).await;
        assert_eq!(outcome(demo, &page, "POST"), Outcome::Nothing);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_login_and_select_account_show_a_sign_in_despite_a_session() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        for prompt in ["login", "select_account", "login consent"] {
            let next = browser
                .get(&authorize(demo, &challenge, &[("prompt", Some(prompt))]))
                .await
                .next();
            assert!(next.as_str().starts_with(&demo.eid), "{prompt}: {next}");
            assert_eq!(param(&next, "code"), None);
        }
        assert_eq!(
            ask(demo, &browser, &[("prompt", Some("consent"))]).await,
            Outcome::Nothing,
            "first-party applications need no consent"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn max_age_requires_a_newer_sign_in_and_auth_time_is_returned() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        assert_eq!(
            ask(demo, &browser, &[("max_age", Some("3600"))]).await,
            Outcome::Nothing
        );
        demo.engine
            .execute("UPDATE sessions SET authenticated_at = authenticated_at - 7200000000")
            .await;
        let (_, challenge) = pkce();
        let aged = authorize(demo, &challenge, &[("max_age", Some("3600"))]);
        let next = browser.get(&aged).await.next();
        assert!(next.as_str().starts_with(&demo.eid), "{next}");
        let silent = [("max_age", Some("3600")), ("prompt", Some("none"))];
        assert_eq!(
            ask(demo, &browser, &silent).await,
            application_error("login_required")
        );
        let (code, verifier) = code(demo, &browser).await;
        let token = send(exchange(demo, &code, &verifier)).await.json();
        let claims = payload(token["id_token"].as_str().expect("a token"));
        let age =
            claims["iat"].as_i64().expect("a time") - claims["auth_time"].as_i64().expect("a time");
        assert!((7_200..7_260).contains(&age), "{age}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ui_locales_selects_the_language_and_login_hint_fills_the_field() {
    each_demo(async |demo| {
        let (_, challenge) = pkce();
        let third = super::consent::third_party(demo, "loner", |_| {}).await;
        for (locales, lang) in [
            ("de en nb", "en"),
            ("nb en", "nb"),
            ("no", "nb"),
            ("en-GB", "en"),
        ] {
            let changes = third.changes(&[
                ("ui_locales", Some(locales)),
                ("login_hint", Some(FINNES.0)),
            ]);
            let browser = demo.browser();
            let page = browser.go(&authorize(demo, &challenge, &changes)).await;
            assert_eq!(page.url.path(), "/login", "{}", page.url);
            assert!(
                page.body.contains(&format!("value=\"{}\"", FINNES.0)),
                "{}",
                page.body
            );
            assert!(page.body.contains(&format!("lang=\"{lang}\"")), "{locales}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn single_claims_are_returned_where_they_were_requested() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let tokens = async |claims: &str| {
            let (verifier, challenge) = pkce();
            let changes = [("scope", Some("openid")), ("claims", Some(claims))];
            let page = browser.get(&authorize(demo, &challenge, &changes)).await;
            let code = param(&page.next(), "code").expect("a code");
            let body = send(exchange(demo, &code, &verifier)).await.json();
            let id_token = payload(body["id_token"].as_str().expect("a token"));
            let info = userinfo(demo, body["access_token"].as_str().expect("a token"))
                .await
                .json();
            (id_token, info)
        };
        let (id_token, info) = tokens(
            r#"{"id_token": {"email": {"essential": true}, "auth_time": {"essential": true}}}"#,
        )
        .await;
        assert_eq!(id_token["email"], "kjent@nordvik.example");
        assert!(id_token["auth_time"].is_i64() && id_token.get("name").is_none());
        assert!(
            info.get("email").is_none() && info.get("name").is_none(),
            "{info}"
        );
        let (id_token, info) = tokens(r#"{"userinfo": {"name": null}}"#).await;
        assert_eq!(info["name"], "Kjersti Kjent");
        assert!(info.get("email").is_none() && id_token.get("name").is_none());
        let (id_token, info) = tokens("{}").await;
        assert!(id_token.get("email").is_none() && info.get("email").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_hint_accepts_its_subject_only() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (code, verifier) = code(demo, &browser).await;
        let body = send(exchange(demo, &code, &verifier)).await.json();
        let hint = body["id_token"].as_str().expect("a token");
        let asked = [("id_token_hint", Some(hint)), ("prompt", Some("none"))];
        assert_eq!(ask(demo, &browser, &asked).await, Outcome::Nothing);
        let other = demo.browser();
        demo.sign_in_with_password(&other, FINNES.0, FINNES.1).await;
        assert!(other.cookie(SESSION).is_some());
        assert_eq!(
            ask(demo, &other, &asked).await,
            application_error("login_required")
        );
        let subject = payload(hint)["sub"].as_str().expect("a name").to_owned();
        let claims = json!({ "id_token": { "sub": { "value": subject } } }).to_string();
        let asked = [("claims", Some(claims.as_str())), ("prompt", Some("none"))];
        assert_eq!(ask(demo, &browser, &asked).await, Outcome::Nothing);
        assert_eq!(
            ask(demo, &other, &asked).await,
            application_error("login_required")
        );
        let contrary = json!({ "id_token": { "sub": { "value": "another" } } }).to_string();
        let asked = [
            ("claims", Some(contrary.as_str())),
            ("id_token_hint", Some(hint)),
        ];
        assert_eq!(
            ask(demo, &browser, &asked).await,
            application_error("invalid_request")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_lists_the_supported_parameters() {
    each_demo(async |demo| {
        let document = demo
            .browser()
            .get("/.well-known/openid-configuration")
            .await
            .json();
        assert_eq!(document["claims_parameter_supported"], json!(true));
        assert_eq!(document["request_parameter_supported"], json!(false));
        assert_eq!(document["request_uri_parameter_supported"], json!(false));
        assert_eq!(
            document["prompt_values_supported"],
            json!(["none", "login", "consent", "select_account"])
        );
        assert_eq!(document["response_modes_supported"], json!(["query"]));
        let acr = document["acr_values_supported"].as_array().expect("a list");
        for value in ["idporten-loa-high", "high", "substantial"] {
            assert!(acr.contains(&json!(value)), "{acr:?}");
        }
    })
    .await;
}
