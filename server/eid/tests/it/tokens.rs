//! Valid and invalid ID tokens.

use crate::{
    fake::{Client, Fake, NOW, pid},
    keys::{CURVE, OTHER, PROVIDER, mac_with_public_key, unsigned},
};
use kobling_domain::eid::port::EidError;
use kobling_model::{Level, Timestamp};
use serde_json::{Value, json};

fn invalid(check: &str) -> EidError {
    EidError::Invalid(check.into())
}

#[tokio::test]
async fn a_valid_id_token_identifies_the_person() {
    let fake = Fake::start().await;
    fake.gives(&PROVIDER.sign(&fake.claims()));
    let identity = fake.client().finish().await.unwrap();
    assert_eq!(identity.provider.as_str(), "bankid");
    assert_eq!(identity.issuer, fake.issuer);
    assert_eq!(identity.subject, "pairwise-subject");
    assert_eq!(identity.level, Level::High);
    assert_eq!(identity.acr.as_deref(), Some("idporten-loa-high"));
    assert_eq!(identity.method.as_deref(), Some("BankID Mobil"));
    assert_eq!(identity.sid.as_deref(), Some("upstream-session"));
    assert_eq!(identity.auth_time, Some(Timestamp::from_seconds(NOW - 5)));
    assert_eq!(identity.pid.unwrap().expose(), pid());
}

#[tokio::test]
async fn optional_claims_can_be_absent() {
    let fake = Fake::start().await;
    let mut claims = fake.claims();
    for name in ["pid", "amr", "sid", "auth_time", "jti", "locale"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    fake.gives(&PROVIDER.sign(&claims));
    let identity = fake.client().finish().await.unwrap();
    assert!(identity.pid.is_none());
    assert_eq!(
        (identity.method, identity.sid, identity.auth_time),
        (None, None, None)
    );
}

/// Claims changed one at a time: the expected error, or `None` if the token is valid.
#[tokio::test]
async fn each_claim_is_checked() {
    let fake = Fake::start().await;
    let client = fake.client();
    let unread = || Some(invalid("token endpoint: ID token not readable"));
    let table: Vec<(&str, Value, Option<EidError>)> = vec![
        ("iss", json!("https://evil.example"), Some(invalid("iss"))),
        (
            "iss",
            json!(format!("{}/", fake.issuer)),
            Some(invalid("iss")),
        ),
        ("iss", Value::Null, unread()),
        ("aud", json!("another"), Some(invalid("aud"))),
        ("aud", json!([]), Some(invalid("aud"))),
        (
            "aud",
            json!(["kobling client", "another"]),
            Some(invalid("aud")),
        ),
        ("aud", json!(["kobling client"]), None),
        ("azp", json!("another"), Some(invalid("azp"))),
        ("azp", json!("kobling client"), None),
        ("nonce", json!("another"), Some(invalid("nonce"))),
        ("nonce", Value::Null, Some(invalid("nonce"))),
        ("exp", json!(NOW - 30), None),
        ("exp", json!(NOW - 60), None),
        ("exp", json!(NOW - 61), Some(invalid("exp"))),
        ("exp", json!(NOW - 120), Some(invalid("exp"))),
        ("exp", Value::Null, unread()),
        ("iat", json!(NOW + 30), None),
        ("iat", json!(NOW + 60), None),
        ("iat", json!(NOW + 61), Some(invalid("iat"))),
        ("iat", json!(NOW + 120), Some(invalid("iat"))),
        ("nbf", json!(NOW + 30), None),
        ("nbf", json!(NOW + 120), Some(invalid("nbf"))),
        ("nbf", json!("soon"), Some(invalid("nbf"))),
        ("auth_time", json!(NOW + 30), None),
        ("auth_time", json!(NOW + 120), Some(invalid("auth_time"))),
        ("sub", json!(""), Some(invalid("sub"))),
        ("sub", json!("s".repeat(256)), Some(invalid("sub"))),
        ("acr", json!("idporten-loa-substantial"), None),
        ("acr", json!("idporten-loa-low"), Some(EidError::TooLow)),
        ("acr", json!("selfregistered-email"), Some(EidError::TooLow)),
        ("acr", json!("Level9"), Some(invalid("acr unknown"))),
        ("acr", Value::Null, Some(invalid("acr missing"))),
        (
            "pid",
            json!("01819000000"),
            Some(invalid("identity number")),
        ),
        ("pid", json!(1819), Some(invalid("identity number"))),
        ("sid", json!(["s"]), Some(invalid("sid"))),
    ];
    for (name, value, expected) in table {
        let mut claims = fake.claims();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        fake.gives(&PROVIDER.sign(&claims));
        assert_eq!(client.finish().await.err(), expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn only_an_id_token_signed_by_the_provider_is_accepted() {
    let fake = Fake::start().await;
    let client = fake.client();
    let claims = fake.claims();
    let valid = PROVIDER.sign(&claims);
    let (signed, _) = valid.rsplit_once('.').unwrap();
    for (what, token, expected) in [
        (
            "an attacker's key",
            OTHER.sign_as(Some(PROVIDER.kid), &claims),
            "signature",
        ),
        ("alg none", unsigned(&claims), "no signature"),
        ("an empty signature", format!("{signed}."), "signature"),
        ("a MAC", mac_with_public_key(&claims), "signature algorithm"),
        ("an unknown key", OTHER.sign(&claims), "unknown signing key"),
        (
            "garbage",
            "a.b.c".to_owned(),
            "token endpoint: ID token not readable",
        ),
    ] {
        fake.gives(&token);
        assert_eq!(
            client.finish().await.err(),
            Some(invalid(expected)),
            "{what}"
        );
    }
}

#[tokio::test]
async fn elliptic_curve_signatures_are_accepted_if_listed() {
    let fake = Fake::start().await;
    fake.traffic().keys.push(CURVE.jwk());
    fake.gives(&CURVE.sign(&fake.claims()));
    assert!(fake.client().finish().await.is_ok());
    fake.traffic().document["id_token_signing_alg_values_supported"] = json!(["RS256"]);
    assert_eq!(
        fake.client().finish().await.err(),
        Some(invalid("signature algorithm"))
    );
}

#[tokio::test]
async fn a_callback_of_another_provider_is_refused() {
    let fake = Fake::start().await;
    fake.gives(&PROVIDER.sign(&fake.claims()));
    let client = fake.client();
    assert_eq!(
        client.finish_from(None).await.err(),
        Some(invalid("iss of the response missing"))
    );
    assert_eq!(
        client.finish_from(Some("https://evil.example")).await.err(),
        Some(invalid("iss of the response"))
    );
    assert!(
        fake.traffic().tokens_asked.is_empty(),
        "the code of a mix-up is not redeemed"
    );

    fake.traffic().document["authorization_response_iss_parameter_supported"] = json!(false);
    let client = fake.client();
    assert!(client.finish_from(None).await.is_ok());
    assert_eq!(
        client.finish_from(Some("https://evil.example")).await.err(),
        Some(invalid("iss of the response"))
    );
}

#[tokio::test]
async fn synthetic_numbers_are_refused_if_configured() {
    let fake = Fake::start().await;
    fake.gives(&PROVIDER.sign(&fake.claims()));
    let mut settings = fake.settings();
    settings.refuse_synthetic = true;
    assert_eq!(
        Client::new(settings).finish().await.err(),
        Some(EidError::Synthetic)
    );
}

#[tokio::test]
async fn a_token_without_acr_has_the_lowest_level() {
    let fake = Fake::start().await;
    let mut claims = fake.claims();
    claims.as_object_mut().unwrap().remove("acr");
    fake.gives(&PROVIDER.sign(&claims));
    let mut settings = fake.settings();
    settings.acr_values.clear();
    assert_eq!(
        Client::new(settings.clone()).finish().await.err(),
        Some(EidError::TooLow)
    );
    settings.minimum_level = Level::Low;
    let identity = Client::new(settings).finish().await.unwrap();
    assert_eq!(identity.level, Level::Low);
}

#[tokio::test]
async fn auth_time_is_required_if_configured() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.require_auth_time = true;
    let client = Client::new(settings);
    let mut claims = fake.claims();
    fake.gives(&PROVIDER.sign(&claims));
    assert!(client.finish().await.is_ok());
    claims.as_object_mut().unwrap().remove("auth_time");
    fake.gives(&PROVIDER.sign(&claims));
    assert_eq!(
        client.finish().await.err(),
        Some(invalid("auth_time missing"))
    );
}

#[tokio::test]
async fn an_id_token_on_behalf_of_a_customer_names_that_customer() {
    let fake = Fake::start().await;
    let mut settings = fake.settings();
    settings.onbehalfof = Some("nordvik".into());
    let client = Client::new(settings);
    for (client_claim, aud_claim, valid) in [
        (json!("nordvik"), Value::Null, true),
        (Value::Null, json!("nordvik"), true),
        (json!("nordvik"), json!("nordvik"), true),
        (json!("nordvik"), json!("sorvik"), false),
        (json!("sorvik"), json!("nordvik"), false),
        (json!("sorvik"), Value::Null, false),
        (Value::Null, json!("sorvik"), false),
        (json!(["nordvik"]), Value::Null, false),
        (Value::Null, Value::Null, false),
    ] {
        let mut claims = fake.claims();
        for (name, value) in [
            ("client_onbehalfof", &client_claim),
            ("aud_onbehalfof", &aud_claim),
        ] {
            if !value.is_null() {
                claims[name] = value.clone();
            }
        }
        fake.gives(&PROVIDER.sign(&claims));
        let expected = (!valid).then(|| invalid("onbehalfof"));
        assert_eq!(
            client.finish().await.err(),
            expected,
            "{client_claim} {aud_claim}"
        );
    }
}

#[tokio::test]
async fn the_error_for_an_id_token_does_not_contain_it() {
    let fake = Fake::start().await;
    let client = fake.client();
    let secrets = [pid(), "pairwise-subject".into(), "upstream-session".into()];
    for name in ["iss", "aud", "nonce", "acr", "pid", "exp", "azp"] {
        let mut claims = fake.claims();
        claims[name] = json!("https://planted.example");
        fake.gives(&PROVIDER.sign(&claims));
        let message = format!("{:?}", client.finish().await.unwrap_err());
        assert!(!message.contains("planted"), "{message}");
        assert!(
            !secrets
                .iter()
                .any(|secret| message.contains(secret.as_str()))
        );
    }
}
