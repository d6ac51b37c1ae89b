//! Identification at providers where `sub` is not sufficient.

use crate::{
    fake::{Client, Fake, pid},
    keys::PROVIDER,
};
use kobling_domain::eid::port::EidError;
use kobling_eid::{Preset, Settings};
use kobling_model::Level;
use serde_json::{Value, json};

const TENANT: &str = "00000000-1111-2222-3333-444444444444";
const OBJECT: &str = "55555555-6666-7777-8888-999999999999";

/// The preset's values, with the fake provider.
fn preset(preset: Preset, mut settings: Settings) -> Settings {
    let known = preset.defaults();
    let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    settings.minimum_level = known.minimum_level;
    settings.acr_values = preset.acr_values(known.minimum_level);
    settings.acr_levels = known
        .acr_levels
        .iter()
        .map(|(acr, level)| ((*acr).to_owned(), *level))
        .collect();
    settings.scopes = owned(known.scopes);
    settings.subject_claims = owned(known.subject_claims);
    settings.pid_claim = known.pid_claim.map(str::to_owned);
    settings
}

/// The fake provider as one tenant of Entra ID, and an ID token like one from there.
async fn entra() -> (Fake, Client, Value) {
    let mut fake = Fake::start().await;
    fake.issuer = format!("{}/{TENANT}/v2.0", fake.issuer);
    fake.traffic().document["issuer"] = json!(fake.issuer);
    let client = Client::new(preset(Preset::Entra, fake.settings()));
    let mut claims = fake.claims();
    let object = claims.as_object_mut().unwrap();
    for name in ["acr", "amr", "auth_time", "pid"] {
        object.remove(name);
    }
    claims["tid"] = json!(TENANT);
    claims["oid"] = json!(OBJECT);
    claims["email"] = json!("kari@nordvik.example");
    claims["preferred_username"] = json!("kari@nordvik.example");
    (fake, client, claims)
}

#[tokio::test]
async fn an_entra_subject_consists_of_tenant_and_object() {
    let (fake, client, mut claims) = entra().await;
    fake.gives(&PROVIDER.sign(&claims));
    let identity = client.finish().await.unwrap();
    assert_eq!(identity.issuer, fake.issuer);
    assert_eq!(identity.subject, format!("{TENANT}:{OBJECT}"));
    assert_eq!(identity.level, Level::Low);
    assert!(identity.pid.is_none());

    // Another application's `sub`, another address: the same person.
    claims["sub"] = json!("another");
    claims["email"] = json!("kari.hansen@nordvik.example");
    fake.gives(&PROVIDER.sign(&claims));
    assert_eq!(client.finish().await.unwrap().subject, identity.subject);
}

#[tokio::test]
async fn entra_tokens_without_both_or_of_another_tenant_are_refused() {
    let (fake, client, valid) = entra().await;
    for (name, value, check) in [
        ("oid", Value::Null, "sub"),
        ("tid", Value::Null, "sub"),
        ("oid", json!(""), "sub"),
        ("oid", json!(7), "sub"),
        ("oid", json!("a:b"), "sub"),
        ("oid", json!("x".repeat(256)), "sub"),
        ("tid", json!(OBJECT), "tid"),
        ("tid", json!("v"), "tid"),
    ] {
        let mut claims = valid.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
        fake.gives(&PROVIDER.sign(&claims));
        assert_eq!(
            client.finish().await.err(),
            Some(EidError::Invalid(check.into())),
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn bankid_gives_its_own_number_and_the_identity_number() {
    let fake = Fake::start().await;
    let mut settings = preset(Preset::Bankid, fake.settings());
    let mut claims = fake.claims();
    claims.as_object_mut().unwrap().remove("pid");
    claims["acr"] = json!("urn:bankid:bid;LOA=4");
    claims["amr"] = json!(["BIM"]);
    claims["bankid_altsub"] = json!("9578-0000-4-000001");
    claims["nnin_altsub"] = json!(pid());
    fake.gives(&PROVIDER.sign(&claims));
    let identity = Client::new(settings.clone()).finish().await.unwrap();
    assert_eq!(identity.subject, "pairwise-subject");
    assert_eq!(identity.level, Level::High);
    assert_eq!(identity.method.as_deref(), Some("BankID Mobil"));
    assert_eq!(identity.pid.unwrap().expose(), pid());

    settings.subject_claims = vec!["bankid_altsub".into()];
    let identity = Client::new(settings.clone()).finish().await.unwrap();
    assert_eq!(identity.subject, "9578-0000-4-000001");

    // A client without the right to the identity number receives none.
    claims.as_object_mut().unwrap().remove("nnin_altsub");
    fake.gives(&PROVIDER.sign(&claims));
    assert!(Client::new(settings).finish().await.unwrap().pid.is_none());
}

#[tokio::test]
async fn a_google_subject_is_sub_and_never_an_address() {
    let fake = Fake::start().await;
    let client = Client::new(preset(Preset::Google, fake.settings()));
    let mut claims = fake.claims();
    for name in ["acr", "amr", "auth_time", "pid"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims["email"] = json!("kari@nordvik.example");
    claims["email_verified"] = json!(true);
    claims["azp"] = claims["aud"].clone();
    fake.gives(&PROVIDER.sign(&claims));
    let identity = client.finish().await.unwrap();
    assert_eq!(identity.subject, "pairwise-subject");
    assert_eq!(identity.level, Level::Low);
}

#[tokio::test]
async fn ansattporten_levels_are_distinguished() {
    let fake = Fake::start().await;
    let client = Client::new(preset(Preset::Ansattporten, fake.settings()));
    for (acr, expected) in [
        ("high", Ok(Level::High)),
        ("substantial", Ok(Level::Substantial)),
        ("entraid", Err(EidError::TooLow)),
        (
            "idporten-loa-high",
            Err(EidError::Invalid("acr unknown".into())),
        ),
    ] {
        let mut claims = fake.claims();
        claims["acr"] = json!(acr);
        fake.gives(&PROVIDER.sign(&claims));
        let level = client.finish().await.map(|identity| identity.level);
        assert_eq!(level, expected, "{acr}");
    }
}
