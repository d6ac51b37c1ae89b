//! Starting a sign-in, and the addresses that it may use.

use crate::fake::{Answer, CHALLENGE, CLIENT_ID, Client, Fake, NONCE, STATE, request};
use kobling_domain::eid::port::{EidError, EidProvider, EidRequest};
use kobling_eid::Pushed;
use kobling_model::{Lang, Level};
use std::collections::HashMap;
use url::Url;

fn query(address: &str) -> HashMap<String, String> {
    Url::parse(address)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

fn sorted(map: &HashMap<String, String>) -> Vec<(&str, &str)> {
    let mut list: Vec<_> = map.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    list.sort_unstable();
    list
}

#[tokio::test]
async fn the_browser_carries_the_whole_request() {
    let fake = Fake::start().await;
    let client = fake.client();
    let address = client.begin().await.unwrap();
    assert!(address.starts_with(&format!("{}/authorize?", fake.issuer)));
    assert_eq!(
        sorted(&query(&address)),
        [
            ("acr_values", "idporten-loa-high"),
            ("client_id", CLIENT_ID),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("nonce", NONCE),
            ("redirect_uri", "http://localhost:3000/eid/bankid/callback"),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", STATE),
            ("tenant", "a"),
            ("ui_locales", "nb"),
        ]
    );
}

#[tokio::test]
async fn language_prompt_and_login_hint_are_passed_on() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.onbehalfof = Some("nordvik".into());
    let client = Client::new(settings);
    let asked = EidRequest {
        lang: Lang::En,
        force_login: true,
        login_hint: Some("testid:x&y".into()),
        ..request()
    };
    let query = query(&client.provider.begin(asked).await.unwrap());
    for (name, value) in [
        ("ui_locales", "en"),
        ("prompt", "login"),
        ("login_hint", "testid:x&y"),
        ("onbehalfof", "nordvik"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_new_sign_in_is_requested_with_a_supported_prompt() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.new_sign_in_prompt = "select_account".into();
    let client = Client::new(settings);
    let forced = EidRequest {
        force_login: true,
        ..request()
    };
    let address = client.provider.begin(forced).await.unwrap();
    assert_eq!(query(&address)["prompt"], "select_account");
    let address = client.begin().await.unwrap();
    assert!(!query(&address).contains_key("prompt"));
}

#[tokio::test]
async fn a_request_is_pushed_if_the_provider_supports_it() {
    let fake = Fake::start().await;
    fake.offers_push();
    let client = fake.client();
    let address = client.begin().await.unwrap();
    assert_eq!(
        sorted(&query(&address)),
        [
            ("client_id", CLIENT_ID),
            ("request_uri", "urn:pushed:1"),
            ("tenant", "a"),
        ]
    );
    let pushed = fake.traffic().pushed.clone();
    let [pushed] = pushed.as_slice() else {
        panic!("one push");
    };
    assert!(pushed.authorization.is_some());
    assert_eq!(pushed.form["state"], STATE);
    assert_eq!(pushed.form["nonce"], NONCE);
    assert_eq!(pushed.form["code_challenge"], CHALLENGE);
    assert_eq!(pushed.form["client_id"], CLIENT_ID);
    assert_eq!(pushed.form["scope"], "openid profile");
}

#[tokio::test]
async fn pushed_requests_can_be_disabled_or_required() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.pushed = Pushed::Always;
    assert_eq!(
        Client::new(settings.clone()).begin().await,
        Err(EidError::Unavailable("push endpoint: not offered".into()))
    );
    fake.offers_push();
    let address = Client::new(settings.clone()).begin().await.unwrap();
    assert!(address.contains("request_uri="));
    settings.pushed = Pushed::Never;
    let address = Client::new(settings).begin().await.unwrap();
    assert!(address.contains("code_challenge="));
    assert_eq!(fake.traffic().pushed.len(), 1);
}

#[tokio::test]
async fn a_push_that_fails_means_unavailable() {
    let fake = Fake::start().await;
    fake.offers_push();
    let client = fake.client();
    for (answer, expected) in [
        (
            Answer::Json(400, r#"{"error":"invalid_request"}"#.into()),
            "push endpoint: status 400, invalid_request",
        ),
        (
            Answer::Json(401, r#"{"error":"my secret"}"#.into()),
            "push endpoint: status 401, no known error code",
        ),
        (
            Answer::Json(503, String::new()),
            "push endpoint: status 503, no known error code",
        ),
        (
            Answer::Json(201, "{}".into()),
            "push endpoint: answer not readable",
        ),
        (Answer::Flood(2_000_000), "push endpoint: answer too large"),
    ] {
        fake.traffic().push = answer;
        assert_eq!(
            client.begin().await,
            Err(EidError::Unavailable(expected.into()))
        );
    }
}

#[tokio::test]
async fn the_end_session_address_contains_the_return_state() {
    let fake = Fake::start().await;
    let client = fake.client();
    let address = client.provider.end_session("way-back").await.unwrap();
    let elsewhere = fake.issuer.replace("127.0.0.1", "localhost");
    assert!(address.starts_with(&format!("{elsewhere}/logout?")));
    assert_eq!(
        sorted(&query(&address)),
        [
            ("client_id", CLIENT_ID),
            (
                "post_logout_redirect_uri",
                "http://localhost:3000/eid/bankid/signed-out"
            ),
            ("state", "way-back"),
        ]
    );
}

#[tokio::test]
async fn a_provider_without_sign_out_has_no_end_session_address() {
    let fake = Fake::start().await;
    fake.traffic().document["end_session_endpoint"] = serde_json::Value::Null;
    assert_eq!(fake.client().provider.end_session("s").await, None);
    fake.traffic().down = true;
    assert_eq!(fake.client().provider.end_session("s").await, None);
}

#[tokio::test]
async fn origins_are_the_issuer_and_the_discovered_endpoints() {
    let fake = Fake::start().await;
    let client = fake.client();
    assert_eq!(client.provider.origins(), [fake.issuer.as_str()]);
    client.begin().await.unwrap();
    let elsewhere = fake.issuer.replace("127.0.0.1", "localhost");
    assert_eq!(client.provider.origins(), [fake.issuer.clone(), elsewhere]);
}

#[tokio::test]
async fn a_level_that_an_application_requires_is_requested() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.acr_values = vec!["idporten-loa-substantial".into()];
    let client = Client::new(settings);
    for (level, acr) in [
        (None, "idporten-loa-substantial"),
        (Some(Level::Substantial), "idporten-loa-substantial"),
        (Some(Level::High), "idporten-loa-high"),
    ] {
        let asked = EidRequest { level, ..request() };
        let query = query(&client.provider.begin(asked).await.unwrap());
        assert_eq!(
            query.get("acr_values").map(String::as_str),
            Some(acr),
            "{level:?}"
        );
    }
}
