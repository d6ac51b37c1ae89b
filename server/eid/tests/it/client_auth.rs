//! Client authentication.

use crate::{
    fake::{CLIENT_ID, CODE, Client, Fake, NOW, Seen, VERIFIER},
    keys::{CURVE, Key, OTHER, PROVIDER},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kobling_domain::eid::port::EidProvider;
use kobling_eid::{AssertionAlg, ClientAuth, OidcProvider, SettingsError};
use rcgen::{CertificateParams, Issuer, KeyPair, date_time_ymd};
use serde_json::Value;
use std::{collections::HashSet, sync::Arc};

/// Signs in twice and returns all requests with client authentication.
async fn proofs(auth: ClientAuth) -> (Fake, Vec<Seen>) {
    let fake = Fake::start().await;
    fake.offers_push();
    fake.gives(&PROVIDER.sign(&fake.claims()));
    let mut settings = fake.settings();
    settings.auth = auth;
    let client = Client::new(settings);
    for _ in 0..2 {
        client.begin().await.unwrap();
        client.finish().await.unwrap();
    }
    let seen: Vec<Seen> = {
        let traffic = fake.traffic();
        traffic
            .pushed
            .iter()
            .chain(&traffic.tokens_asked)
            .cloned()
            .collect()
    };
    assert_eq!(seen.len(), 4);
    (fake, seen)
}

#[tokio::test]
async fn the_code_is_redeemed_with_the_verifier() {
    let (_, seen) = proofs(ClientAuth::Post("s".into())).await;
    let form = &seen.last().unwrap().form;
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", CODE),
        ("code_verifier", VERIFIER),
        ("redirect_uri", "http://localhost:3000/eid/bankid/callback"),
    ] {
        assert_eq!(form[name], value);
    }
}

#[tokio::test]
async fn basic_encodes_both_halves() {
    let (_, seen) = proofs(ClientAuth::Basic("p:å+ss".into())).await;
    let expected = format!(
        "Basic {}",
        STANDARD.encode("kobling+client:p%3A%C3%A5%2Bss")
    );
    for request in seen {
        assert_eq!(request.authorization.as_deref(), Some(expected.as_str()));
        assert!(!request.form.contains_key("client_secret"));
    }
}

#[tokio::test]
async fn client_secret_post_puts_the_secret_into_the_form() {
    let (_, seen) = proofs(ClientAuth::Post("p:å+ss".into())).await;
    for request in seen {
        assert_eq!(request.authorization, None);
        assert_eq!(request.form["client_secret"], "p:å+ss");
        assert_eq!(request.form["client_id"], CLIENT_ID);
    }
}

async fn signs(key: &Key, alg: AssertionAlg, expected: Algorithm) {
    let (fake, seen) = proofs(ClientAuth::PrivateKeyJwt {
        key_pem: key.private_pem.clone(),
        kid: Some("registered".into()),
        chain_pem: None,
        alg,
    })
    .await;
    let public = key.public_pem.as_bytes();
    let decoding = match expected {
        Algorithm::ES256 => DecodingKey::from_ec_pem(public),
        _ => DecodingKey::from_rsa_pem(public),
    }
    .unwrap();
    let mut validation = Validation::new(expected);
    validation.validate_exp = false; // compared with the fixed clock below
    validation.set_audience(&[&fake.issuer]);
    validation.set_issuer(&[CLIENT_ID]);
    let mut ids = HashSet::new();
    for request in seen {
        assert_eq!(request.authorization, None);
        assert_eq!(request.form["client_id"], CLIENT_ID);
        assert_eq!(
            request.form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let assertion = &request.form["client_assertion"];
        let token = jsonwebtoken::decode::<Value>(assertion, &decoding, &validation).unwrap();
        assert_eq!(token.header.kid.as_deref(), Some("registered"));
        let claims = token.claims;
        assert_eq!(claims["sub"], CLIENT_ID);
        assert_eq!(claims["aud"], fake.issuer);
        assert_eq!(claims["iat"], NOW);
        let lifetime = claims["exp"].as_i64().unwrap() - NOW;
        assert!((30..=120).contains(&lifetime));
        assert!(ids.insert(claims["jti"].as_str().unwrap().to_owned()));
    }
}

#[tokio::test]
async fn assertions_are_signed_with_rsa() {
    signs(&OTHER, AssertionAlg::Rs256, Algorithm::RS256).await;
    signs(&OTHER, AssertionAlg::Rs512, Algorithm::RS512).await;
    signs(&OTHER, AssertionAlg::Ps256, Algorithm::PS256).await;
}

#[tokio::test]
async fn assertions_are_signed_on_p256() {
    signs(&CURVE, AssertionAlg::Es256, Algorithm::ES256).await;
}

#[tokio::test]
async fn keys_that_cannot_sign_are_refused_at_the_start() {
    let fake = Fake::start().await;
    for (key_pem, alg) in [
        (String::new(), AssertionAlg::Rs256),
        (
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n".into(),
            AssertionAlg::Rs256,
        ),
        (PROVIDER.public_pem.clone(), AssertionAlg::Rs256),
        (PROVIDER.private_pem.clone(), AssertionAlg::Es256),
        (CURVE.private_pem.clone(), AssertionAlg::Rs256),
        (CURVE.private_pem.clone(), AssertionAlg::Es384),
    ] {
        let mut settings = fake.settings();
        settings.auth = ClientAuth::PrivateKeyJwt {
            key_pem,
            kid: None,
            chain_pem: None,
            alg,
        };
        let client = fake.client();
        let entropy = Arc::new(Zeroes);
        let made = OidcProvider::new(settings, client.clock, entropy);
        assert_eq!(made.err(), Some(SettingsError::PrivateKey), "{alg:?}");
    }
}

/// A certificate for the key until this day, and the issuer's certificate, which expires later.
fn chain(key: &Key, day: u8) -> (String, Vec<String>) {
    let subject = KeyPair::from_pem(&key.private_pem).unwrap();
    let root = KeyPair::from_pem(&CURVE.private_pem).unwrap();
    let mut above = CertificateParams::new(Vec::new()).unwrap();
    above.not_after = date_time_ymd(2030, 1, 1);
    let root_certificate = above.self_signed(&root).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.not_after = date_time_ymd(2027, 1, day);
    let certificate = params
        .signed_by(&subject, &Issuer::new(above, root))
        .unwrap();
    let pem = format!("{}{}", certificate.pem(), root_certificate.pem());
    let x5c = [certificate.der(), root_certificate.der()]
        .into_iter()
        .map(|der| STANDARD.encode(der))
        .collect();
    (pem, x5c)
}

fn certified(key: &Key, alg: AssertionAlg, chain_pem: &str, kid: Option<&str>) -> ClientAuth {
    ClientAuth::PrivateKeyJwt {
        key_pem: key.private_pem.clone(),
        kid: kid.map(str::to_owned),
        chain_pem: Some(chain_pem.to_owned()),
        alg,
    }
}

#[tokio::test]
async fn an_assertion_can_identify_its_key_by_certificate() {
    for (key, alg) in [
        (&*OTHER, AssertionAlg::Rs256),
        (&*OTHER, AssertionAlg::Ps256),
        (&*CURVE, AssertionAlg::Es256),
    ] {
        let (pem, x5c) = chain(key, 15);
        let (_, seen) = proofs(certified(key, alg, &pem, None)).await;
        for request in seen {
            let header = jsonwebtoken::decode_header(&request.form["client_assertion"]).unwrap();
            assert_eq!(header.x5c.as_ref(), Some(&x5c), "{alg:?}");
            assert_eq!(header.kid, None);
        }
    }
}

#[tokio::test]
async fn certificates_of_another_key_are_refused_at_the_start() {
    let fake = Fake::start().await;
    let (pem, _) = chain(&OTHER, 15);
    let reversed: Vec<&str> = pem.split_inclusive("-----END CERTIFICATE-----\n").collect();
    let reversed: String = reversed.into_iter().rev().collect();
    let rs256 = AssertionAlg::Rs256;
    for (auth, expected) in [
        (
            certified(&PROVIDER, rs256, &pem, None),
            SettingsError::Certificate,
        ),
        (
            certified(&OTHER, rs256, &reversed, None),
            SettingsError::Certificate,
        ),
        (
            certified(&OTHER, rs256, "", None),
            SettingsError::Certificate,
        ),
        (
            certified(&OTHER, rs256, &OTHER.public_pem, None),
            SettingsError::Certificate,
        ),
        (
            certified(&OTHER, rs256, &pem.replace("M", "A"), None),
            SettingsError::Certificate,
        ),
        (
            certified(&OTHER, rs256, &pem, Some("registered")),
            SettingsError::KidAndCertificate,
        ),
    ] {
        let mut settings = fake.settings();
        settings.auth = auth;
        let made = OidcProvider::new(settings, fake.client().clock, Arc::new(Zeroes));
        assert_eq!(made.err(), Some(expected));
    }
}

#[tokio::test]
async fn a_client_credential_expires_at_the_earlier_of_two_dates() {
    let fake = Fake::start().await;
    let configured = |day: &str| kobling_eid::midnight(day);
    let (pem, _) = chain(&OTHER, 15);
    let certificate = || certified(&OTHER, AssertionAlg::Rs256, &pem, None);
    for (auth, day, expected) in [
        (ClientAuth::Basic("s".into()), None, None),
        (
            ClientAuth::Basic("s".into()),
            Some("2027-02-01"),
            Some("2027-02-01"),
        ),
        (certificate(), None, Some("2027-01-15")),
        (certificate(), Some("2027-02-01"), Some("2027-01-15")),
        (certificate(), Some("2027-01-01"), Some("2027-01-01")),
    ] {
        let mut settings = fake.settings();
        settings.auth = auth;
        settings.credential_expires = day.and_then(configured);
        let expires = Client::new(settings).provider.expires_at();
        assert_eq!(expires, expected.and_then(configured), "{day:?}");
    }
}

struct Zeroes;

impl kobling_domain::kernel::clock::Entropy for Zeroes {
    fn bytes(&self) -> [u8; 32] {
        [0; 32]
    }
}
