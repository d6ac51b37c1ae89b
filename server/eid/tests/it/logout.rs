//! Valid and invalid logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6).

use crate::{
    fake::{Client, Fake, NOW, pid},
    keys::{CURVE, Key, OTHER, PROVIDER, mac_with_public_key, unsigned},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header};
use kobling_domain::eid::port::{EidError, EidProvider, UpstreamLogout};
use kobling_model::{Timestamp, time::Span};
use serde_json::{Value, json};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn invalid(check: &str) -> EidError {
    EidError::Invalid(format!("logout token: {check}"))
}

fn sign(key: &Key, claims: &Value) -> String {
    key.sign_typed(Some("logout+jwt"), claims)
}

async fn take(client: &Client, token: &str) -> Result<UpstreamLogout, EidError> {
    client.provider.logout_token(token).await
}

#[tokio::test]
async fn a_valid_logout_token_identifies_session_and_subject() {
    let fake = Fake::start().await;
    let client = fake.client();
    assert_eq!(client.provider.issuer(), fake.issuer);
    assert_eq!(
        take(&client, &sign(&PROVIDER, &fake.logout())).await,
        Ok(UpstreamLogout {
            issuer: fake.issuer.clone(),
            sid: Some("upstream-session".into()),
            subject: Some("pairwise-subject".into()),
            jti: "logout-1".into(),
            expires_at: Timestamp::from_seconds(NOW + 120 + 60),
        })
    );
    // As in the final specification, without the newer members that some providers omit.
    let mut claims = fake.logout();
    for name in ["exp", "sub"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    let result = take(&client, &PROVIDER.sign_typed(None, &claims)).await;
    let result = result.unwrap();
    assert_eq!(result.subject, None);
    assert_eq!(
        result.expires_at,
        Timestamp::from_seconds(NOW + 5 * 60 + 60),
        "its jti is remembered as long as its age is accepted"
    );
}

/// Claims changed one at a time, null for removed: the expected error, or `None` if the token is valid.
#[tokio::test]
async fn each_claim_of_a_logout_token_is_checked() {
    let fake = Fake::start().await;
    let client = fake.client();
    let refused = |check: &str| Some(invalid(check));
    let table: Vec<(&str, Value, Option<EidError>)> = vec![
        ("iss", json!("https://evil.example"), refused("iss")),
        ("iss", json!(format!("{}/", fake.issuer)), refused("iss")),
        ("iss", Value::Null, refused("iss")),
        ("aud", json!("another"), refused("aud")),
        ("aud", json!([]), refused("aud")),
        ("aud", json!(["kobling client", "another"]), refused("aud")),
        ("aud", json!(["kobling client"]), None),
        ("aud", json!({"kobling client": 1}), refused("aud")),
        ("aud", Value::Null, refused("aud")),
        ("iat", json!(NOW + 60), None),
        ("iat", json!(NOW + 61), refused("iat")),
        ("iat", json!(NOW - 359), None),
        ("iat", json!(NOW - 360), refused("iat")),
        ("iat", json!(NOW - 24 * 60 * 60), refused("iat")),
        ("iat", json!(i64::MIN), refused("iat")),
        ("iat", json!(1e300), refused("iat")),
        ("iat", json!("now"), refused("iat")),
        ("iat", Value::Null, refused("iat")),
        ("exp", json!(NOW - 59), None),
        ("exp", json!(NOW - 60), refused("exp")),
        ("exp", json!("soon"), refused("exp")),
        ("exp", Value::Null, None),
        ("events", Value::Null, refused("events")),
        ("events", json!({}), refused("events")),
        ("events", json!([EVENT]), refused("events")),
        ("events", json!(EVENT), refused("events")),
        ("events", json!({EVENT: true}), refused("events")),
        ("events", json!({EVENT: {}, "urn:more": {}}), None),
        ("nonce", json!("anything"), refused("nonce")),
        ("nonce", json!(""), refused("nonce")),
        ("jti", Value::Null, refused("jti")),
        ("jti", json!(""), refused("jti")),
        ("jti", json!(7), refused("jti")),
        ("jti", json!("j".repeat(256)), refused("jti")),
        ("sid", Value::Null, None),
        ("sid", json!(["s"]), refused("sid")),
        ("sid", json!("s".repeat(256)), refused("sid")),
        ("sub", Value::Null, None),
        ("sub", json!(7), refused("sub")),
        ("sub", json!(""), refused("sub")),
        ("sub", json!("s".repeat(256)), refused("sub")),
    ];
    for (name, value, expected) in table {
        let mut claims = fake.logout();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        let result = take(&client, &sign(&PROVIDER, &claims)).await;
        assert_eq!(result.err(), expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_logout_token_without_sid_and_sub_is_refused() {
    let fake = Fake::start().await;
    let client = fake.client();
    let mut claims = fake.logout();
    for name in ["sid", "sub"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    let expected = Some(invalid("neither sid nor sub"));
    assert_eq!(
        take(&client, &sign(&PROVIDER, &claims)).await.err(),
        expected
    );
    claims["sid"] = json!("");
    assert_eq!(
        take(&client, &sign(&PROVIDER, &claims)).await.err(),
        expected
    );
}

#[tokio::test]
async fn only_a_logout_token_signed_by_the_provider_is_accepted() {
    let fake = Fake::start().await;
    fake.traffic().keys.push(CURVE.jwk());
    let client = fake.client();
    let claims = fake.logout();
    let valid = sign(&PROVIDER, &claims);
    let (signed, signature) = valid.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let mut swapped = claims.clone();
    swapped["sid"] = json!("another-session");
    let swapped = URL_SAFE_NO_PAD.encode(swapped.to_string());
    let shared = |alg| {
        let mut header = Header::new(alg);
        header.kid = Some(PROVIDER.kid.to_owned());
        let key = jsonwebtoken::EncodingKey::from_secret(b"client:secret");
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    };
    for (what, token, check) in [
        (
            "an attacker's key",
            OTHER.sign_as(Some(PROVIDER.kid), &claims),
            "signature",
        ),
        (
            "an attacker's key without kid",
            OTHER.sign_as(None, &claims),
            "signature",
        ),
        (
            "the kid of a key of another type",
            PROVIDER.sign_as(Some(CURVE.kid), &claims),
            "unknown signing key",
        ),
        (
            "an unknown key",
            sign(&OTHER, &claims),
            "unknown signing key",
        ),
        ("alg none", unsigned(&claims), "signature algorithm"),
        (
            "a MAC made with the public key",
            mac_with_public_key(&claims),
            "signature algorithm",
        ),
        ("HS512", shared(Algorithm::HS512), "signature algorithm"),
        ("an empty signature", format!("{signed}."), "signature"),
        (
            "other claims under the same signature",
            format!("{header}.{swapped}.{signature}"),
            "signature",
        ),
    ] {
        assert_eq!(
            take(&client, &token).await.err(),
            Some(invalid(check)),
            "{what}"
        );
    }
    assert!(take(&client, &valid).await.is_ok());
    assert!(take(&client, &sign(&CURVE, &claims)).await.is_ok());
    assert!(
        take(&client, &PROVIDER.sign_as(None, &claims))
            .await
            .is_ok(),
        "without kid, every key of the provider is tried"
    );
}

#[tokio::test]
async fn an_algorithm_that_the_provider_does_not_list_is_refused() {
    let fake = Fake::start().await;
    fake.traffic().keys.push(CURVE.jwk());
    fake.traffic().document["id_token_signing_alg_values_supported"] = json!(["RS256"]);
    let result = take(&fake.client(), &sign(&CURVE, &fake.logout())).await;
    assert_eq!(result.err(), Some(invalid("signature algorithm")));
}

#[tokio::test]
async fn an_id_token_is_not_accepted_as_a_logout_token() {
    let fake = Fake::start().await;
    let client = fake.client();
    let mut claims = fake.claims();
    let result = take(&client, &PROVIDER.sign(&claims)).await;
    assert_eq!(result.err(), Some(invalid("events")));
    claims["events"] = json!({ EVENT: {} });
    let result = take(&client, &PROVIDER.sign(&claims)).await;
    assert_eq!(result.err(), Some(invalid("nonce")));
}

#[tokio::test]
async fn a_logout_token_is_refused_as_an_id_token() {
    let fake = Fake::start().await;
    fake.gives(&sign(&PROVIDER, &fake.logout()));
    assert!(matches!(
        fake.client().finish().await.err(),
        Some(EidError::Invalid(_))
    ));
}

#[tokio::test]
async fn tokens_of_other_types_are_refused() {
    let fake = Fake::start().await;
    let client = fake.client();
    for (typ, valid) in [
        (None, true),
        (Some("logout+jwt"), true),
        (Some("application/logout+jwt"), true),
        (Some("Logout+JWT"), true),
        (Some("JWT"), true),
        (Some("at+jwt"), false),
        (Some("dpop+jwt"), false),
        (Some("secevent+jwt"), false),
        (Some(""), false),
    ] {
        let result = take(&client, &PROVIDER.sign_typed(typ, &fake.logout())).await;
        let expected = (!valid).then(|| invalid("type"));
        assert_eq!(result.err(), expected, "{typ:?}");
    }
}

#[tokio::test]
async fn a_crit_header_is_refused() {
    let fake = Fake::start().await;
    let client = fake.client();
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(PROVIDER.kid.to_owned());
    header.crit = Some(vec!["b64".into()]);
    let result = take(&client, &PROVIDER.sign_with(&header, &fake.logout())).await;
    assert_eq!(result.err(), Some(invalid("header")));
    header.crit = None;
    header.cty = Some("JWT".into());
    let result = take(&client, &PROVIDER.sign_with(&header, &fake.logout())).await;
    assert_eq!(result.err(), Some(invalid("header")));
}

#[tokio::test]
async fn an_unreadable_logout_token_causes_no_request() {
    let fake = Fake::start().await;
    let client = fake.client();
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let valid = sign(&PROVIDER, &fake.logout());
    for (token, check) in [
        (String::new(), "not readable"),
        ("a".into(), "not readable"),
        ("a.b".into(), "not readable"),
        ("a.b.c".into(), "not readable"),
        ("é.b.c".into(), "not readable"),
        (format!("{}.b.c", part("[]")), "header not readable"),
        (format!("{}.b.c", part("{}")), "header not readable"),
        (
            format!("{}.{}.", part(r#"{"alg":"RS256"}"#), part("[]")),
            "claims not readable",
        ),
        (
            format!("{}.{}.", part(r#"{"alg":7}"#), part("{}")),
            "signature algorithm",
        ),
        (format!("{valid}="), "not readable"),
        (format!("{valid}.x"), "not readable"),
        ("x".repeat(16 * 1024 + 1), "too large"),
    ] {
        assert_eq!(
            take(&client, &token).await.err(),
            Some(invalid(check)),
            "{token:.40}"
        );
    }
    assert_eq!(fake.traffic().documents_asked, 0);
    assert_eq!(fake.traffic().keys_asked, 0);
}

#[tokio::test]
async fn a_new_key_is_fetched_for_a_logout_token_and_unknown_ones_once_a_minute() {
    let fake = Fake::start().await;
    let client = fake.client();
    let token = sign(&OTHER, &fake.logout());
    for _ in 0..3 {
        assert_eq!(
            take(&client, &token).await.err(),
            Some(invalid("unknown signing key"))
        );
    }
    assert_eq!(fake.traffic().keys_asked, 2, "at first use, and once more");
    fake.traffic().keys.push(OTHER.jwk());
    client.clock.pass(Span::minutes(1));
    assert!(take(&client, &token).await.is_ok());
    assert_eq!(fake.traffic().keys_asked, 3);
}

#[tokio::test]
async fn a_logout_token_is_accepted_with_cached_keys_while_discovery_is_down() {
    let fake = Fake::start().await;
    let client = fake.client();
    let token = sign(&PROVIDER, &fake.logout());
    fake.traffic().down = true;
    assert_eq!(
        take(&client, &token).await.err(),
        Some(EidError::Unavailable("discovery: status 503".into()))
    );
    fake.traffic().down = false;
    client.begin().await.unwrap();
    fake.traffic().down = true;
    assert!(take(&client, &token).await.is_ok());
}

#[tokio::test]
async fn the_subject_of_a_logout_token_is_mapped_as_at_sign_in() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.subject_claims = vec!["bankid_altsub".into()];
    let client = Client::new(settings);
    let mut claims = fake.logout();
    let result = take(&client, &sign(&PROVIDER, &claims)).await.unwrap();
    assert_eq!(result.subject, None, "its sub is not the subject of a link");
    assert_eq!(result.sid.as_deref(), Some("upstream-session"));

    claims["bankid_altsub"] = json!("9578-0000-4-000001");
    let result = take(&client, &sign(&PROVIDER, &claims)).await.unwrap();
    assert_eq!(result.subject.as_deref(), Some("9578-0000-4-000001"));

    let object = claims.as_object_mut().unwrap();
    object.remove("bankid_altsub");
    object.remove("sid");
    assert_eq!(
        take(&client, &sign(&PROVIDER, &claims)).await.err(),
        Some(invalid("neither sid nor sub"))
    );
}

#[tokio::test]
async fn the_error_for_a_logout_token_does_not_contain_it() {
    let fake = Fake::start().await;
    let client = fake.client();
    for name in ["iss", "aud", "iat", "exp", "events", "nonce", "sid"] {
        let mut claims = fake.logout();
        claims["sub"] = json!(pid());
        claims["pid"] = json!(pid());
        claims[name] = json!([pid()]);
        let result = format!(
            "{:?}",
            take(&client, &sign(&PROVIDER, &claims)).await.unwrap_err()
        );
        assert!(!result.contains(&pid()), "{result}");
    }
}
