//! How long metadata and keys are cached.

use crate::{
    fake::Fake,
    keys::{OTHER, PROVIDER},
};
use kobling_domain::eid::port::EidError;
use kobling_model::time::Span;

/// A token that is valid at any time in these tests.
fn lasting(fake: &Fake, key: &crate::keys::Key) -> String {
    let mut claims = fake.claims();
    claims["exp"] = serde_json::json!(crate::fake::NOW + 10 * 24 * 60 * 60);
    key.sign(&claims)
}

#[tokio::test]
async fn new_keys_are_fetched_when_a_token_uses_them() {
    let fake = Fake::start().await;
    let client = fake.client();
    fake.gives(&lasting(&fake, &PROVIDER));
    client.finish().await.unwrap();
    assert_eq!(fake.traffic().keys_asked, 1);

    fake.traffic().keys = vec![OTHER.jwk()];
    fake.gives(&lasting(&fake, &OTHER));
    client.finish().await.unwrap();
    client.finish().await.unwrap();
    assert_eq!(fake.traffic().keys_asked, 2);
    assert_eq!(fake.traffic().documents_asked, 1);
}

#[tokio::test]
async fn unknown_keys_are_fetched_at_most_once_a_minute() {
    let fake = Fake::start().await;
    let client = fake.client();
    fake.gives(&lasting(&fake, &OTHER));
    let refused = Some(EidError::Invalid("unknown signing key".into()));
    for _ in 0..3 {
        assert_eq!(client.finish().await.err(), refused);
    }
    assert_eq!(fake.traffic().keys_asked, 2, "at first use, and once more");

    // The key is published now; it is not fetched again within the minute.
    fake.traffic().keys.push(OTHER.jwk());
    client.clock.pass(Span::seconds(59));
    assert_eq!(client.finish().await.err(), refused);
    assert_eq!(fake.traffic().keys_asked, 2);
    client.clock.pass(Span::seconds(1));
    assert!(client.finish().await.is_ok());
    assert_eq!(fake.traffic().keys_asked, 3);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_mean_unavailable() {
    let fake = Fake::start().await;
    let client = fake.client();
    client.begin().await.unwrap();
    fake.gives(&lasting(&fake, &OTHER));
    fake.traffic().down = true;
    assert_eq!(
        client.finish().await.err(),
        Some(EidError::Unavailable("keys: status 503".into()))
    );
}

#[tokio::test]
async fn discovery_is_fetched_once_a_day() {
    let fake = Fake::start().await;
    let client = fake.client();
    client.begin().await.unwrap();
    client.clock.pass(Span::hours(23));
    client.begin().await.unwrap();
    assert_eq!(fake.traffic().documents_asked, 1);
    client.clock.pass(Span::hours(1));
    client.begin().await.unwrap();
    client.begin().await.unwrap();
    assert_eq!(fake.traffic().documents_asked, 2);
}

#[tokio::test]
async fn cached_metadata_is_used_while_the_provider_is_down() {
    let fake = Fake::start().await;
    let client = fake.client();
    let before = client.begin().await.unwrap();
    fake.traffic().down = true;
    client.clock.pass(Span::hours(25));
    assert_eq!(client.begin().await.as_ref(), Ok(&before));
    assert_eq!(client.begin().await.as_ref(), Ok(&before));
    assert_eq!(
        fake.traffic().documents_asked,
        2,
        "a provider that is down is not requested at every sign-in"
    );

    // The cached metadata is enough for a sign-in, as long as the token endpoint responds.
    fake.gives(&lasting(&fake, &PROVIDER));
    assert!(client.finish().await.is_ok());

    fake.traffic().down = false;
    let moved = format!("{}/elsewhere", fake.issuer);
    fake.traffic().document["authorization_endpoint"] = serde_json::json!(moved);
    client.clock.pass(Span::minutes(1));
    assert!(client.begin().await.unwrap().starts_with(&moved));
}
