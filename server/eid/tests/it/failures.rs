//! A provider that is down, slow, or sends malformed responses.

use crate::{
    fake::{Answer, CODE, Client, Fake},
    keys::{OTHER, PROVIDER},
};
use kobling_domain::eid::port::EidError;
use serde_json::json;
use std::time::Duration;

fn unavailable(text: &str) -> EidError {
    EidError::Unavailable(text.into())
}

fn invalid(text: &str) -> EidError {
    EidError::Invalid(text.into())
}

#[tokio::test]
async fn each_failure_of_the_token_endpoint_has_its_error() {
    let fake = Fake::start().await;
    let client = fake.client();
    let json = |status, body: &str| Answer::Json(status, body.to_owned());
    for (answer, expected) in [
        (json(500, ""), unavailable("token endpoint: status 500")),
        (
            json(503, "<html>"),
            unavailable("token endpoint: status 503"),
        ),
        (json(429, ""), unavailable("token endpoint: status 429")),
        (
            json(
                400,
                r#"{"error":"invalid_grant","error_description":"planted"}"#,
            ),
            invalid("token endpoint: status 400, invalid_grant"),
        ),
        (
            json(401, r#"{"error":"invalid_client"}"#),
            invalid("token endpoint: status 401, invalid_client"),
        ),
        (
            json(400, r#"{"error":"planted"}"#),
            invalid("token endpoint: status 400, no known error code"),
        ),
        (
            json(302, ""),
            invalid("token endpoint: status 302, no known error code"),
        ),
        (
            json(200, "<html>planted"),
            invalid("token endpoint: answer without a readable ID token"),
        ),
        (
            json(200, r#"{"access_token":"planted"}"#),
            invalid("token endpoint: answer without a readable ID token"),
        ),
        (
            Answer::Flood(1024 * 1024 + 1),
            invalid("token endpoint: answer too large"),
        ),
        (
            Answer::Flood(1024 * 1024),
            invalid("token endpoint: answer without a readable ID token"),
        ),
    ] {
        fake.traffic().token = answer;
        let error = client.finish().await.unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.to_string().contains(CODE));
    }
}

#[tokio::test]
async fn a_code_is_never_sent_to_a_redirect_target() {
    let fake = Fake::start().await;
    fake.traffic().token = Answer::Moved(format!("{}/par", fake.issuer));
    assert_eq!(
        fake.client().finish().await.err(),
        Some(invalid("token endpoint: status 307, no known error code"))
    );
    assert!(fake.traffic().pushed.is_empty());
}

#[tokio::test]
async fn a_slow_token_endpoint_times_out() {
    let fake = Fake::start().await;
    fake.traffic().token = Answer::Silence;
    let mut settings = fake.settings();
    settings.timeout = Duration::from_millis(300);
    assert_eq!(
        Client::new(settings).finish().await.err(),
        Some(unavailable("token endpoint: no answer in time"))
    );
}

#[tokio::test]
async fn slow_discovery_times_out() {
    let fake = Fake::start().await;
    fake.traffic().mute = true;
    let mut settings = fake.settings();
    settings.timeout = Duration::from_millis(300);
    assert_eq!(
        Client::new(settings).begin().await,
        Err(unavailable("discovery: no answer in time"))
    );
}

#[tokio::test]
async fn a_slow_push_endpoint_times_out() {
    let fake = Fake::start().await;
    fake.offers_push();
    fake.traffic().push = Answer::Silence;
    let mut settings = fake.settings();
    settings.timeout = Duration::from_millis(300);
    assert_eq!(
        Client::new(settings).begin().await,
        Err(unavailable("push endpoint: no answer in time"))
    );
}

#[tokio::test]
async fn slow_keys_time_out() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.timeout = Duration::from_millis(300);
    let client = Client::new(settings);
    client.begin().await.unwrap();
    fake.gives(&OTHER.sign(&fake.claims()));
    fake.traffic().mute = true;
    assert_eq!(
        client.finish().await.err(),
        Some(unavailable("keys: no answer in time"))
    );
}

#[tokio::test]
async fn a_provider_is_available_again_after_an_outage() {
    let fake = Fake::start().await;
    let client = fake.client();
    fake.traffic().down = true;
    assert_eq!(
        client.begin().await,
        Err(unavailable("discovery: status 503"))
    );
    assert_eq!(
        client.finish().await.err(),
        Some(unavailable("discovery: status 503"))
    );
    fake.traffic().down = false;
    assert!(client.begin().await.is_ok());
}

#[tokio::test]
async fn an_address_without_a_listener_is_unavailable() {
    let fake = Fake::start().await;
    // A port that was free a moment ago and has no listener.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = fake.settings();
    settings.issuer = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        Client::new(settings).begin().await,
        Err(unavailable("discovery: no connection"))
    );
}

#[tokio::test]
async fn discovery_of_another_issuer_is_refused() {
    let fake = Fake::start().await;
    fake.traffic().document["issuer"] = json!("http://127.0.0.1:1");
    assert_eq!(
        fake.client().begin().await,
        Err(unavailable("discovery: another issuer"))
    );
}

#[tokio::test]
async fn concurrent_sign_ins_fetch_discovery_once() {
    let fake = Fake::start().await;
    let client = std::sync::Arc::new(fake.client());
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let client = std::sync::Arc::clone(&client);
            tokio::spawn(async move { client.begin().await.is_ok() })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    assert_eq!(fake.traffic().documents_asked, 1);
    assert_eq!(fake.traffic().keys_asked, 1);
    // The same client still signs people in.
    fake.gives(&PROVIDER.sign(&fake.claims()));
    assert!(client.finish().await.is_ok());
}
