//! Attacks on tokens that Kobling signs, and the command that rotates the signing keys.

use super::rotation::{CLIENTS, id_token, kid, signed_in, world};
use crate::{
    out_of_order::serve_with,
    support::world::{ORIGIN, World},
    support::{
        SESSION,
        browser::Browser,
        db::{Engine, each_engine},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kobling::oidc::Signer;
use kobling_domain::oidc::{
    client::SigningAlg,
    signing_key::types::{Rotation, Why},
};
use kobling_test_macros::on_each_engine;
use p256::pkcs8::EncodePrivateKey;
use serde_json::{Value, json};
use std::{path::Path, process::Command, sync::Arc};

/// A server, Ann's browser, and ID tokens of its clients.
struct Stage {
    world: World,
    signer: Arc<Signer>,
    browser: Browser,
    origin: String,
}

impl Stage {
    async fn new(engine: &Engine) -> Self {
        let world = world(engine, Rotation::USUAL).await;
        let signer = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
        let origin = serve_with(&world, Arc::clone(&signer)).await;
        let browser = signed_in(&origin).await;
        Self {
            world,
            signer,
            browser,
            origin,
        }
    }

    async fn token(&self, client: &str) -> String {
        id_token(&self.browser, &self.origin, &self.origin, client).await
    }

    /// Whether this hint is refused; if it is, the session continues.
    async fn refused(&self, hint: &str) -> bool {
        let session = self.browser.cookie(SESSION);
        let page = self
            .browser
            .get(&format!("/oidc/logout?id_token_hint={hint}"))
            .await;
        let refused = page.status == 400;
        assert!(
            !refused || self.browser.cookie(SESSION) == session,
            "a refused hint signs nobody out"
        );
        refused
    }

    /// Checks that genuine tokens are accepted, so that a refusal before had no other cause.
    async fn accepts_genuine_tokens(&self) {
        for (client, _) in CLIENTS {
            let browser = signed_in(&self.origin).await;
            let token = id_token(&browser, &self.origin, &self.origin, client).await;
            assert!(!self.refused(&token).await, "{client}");
        }
    }

    async fn jwk(&self, alg: SigningAlg) -> Value {
        let keys = self.browser.get("/oidc/jwks").await.json();
        keys["keys"]
            .as_array()
            .expect("keys")
            .iter()
            .find(|key| key["alg"] == alg.name())
            .expect("a key")
            .clone()
    }
}

fn claims(token: &str) -> Value {
    super::payload(token)
}

fn forged(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, claims, key).expect("signs")
}

fn header(alg: Algorithm, kid: &str) -> Header {
    Header {
        kid: Some(kid.to_owned()),
        ..Header::new(alg)
    }
}

fn another_key() -> EncodingKey {
    let key = p256::SecretKey::from_slice(&[7; 32]).expect("a key");
    EncodingKey::from_ec_der(key.to_pkcs8_der().expect("encodes").as_bytes())
}

#[on_each_engine(flavor = "multi_thread")]
async fn algorithm_confusion_none_is_refused(engine: Engine) {
    let stage = Stage::new(&engine).await;
    for (client, alg) in CLIENTS {
        let token = stage.token(client).await;
        let (claims, kid) = (claims(&token), kid(&token));
        let signature = token.rsplit('.').next().expect("a signature");
        for none in ["none", "None", "NONE", "nOnE", ""] {
            for signature in ["", signature] {
                let header = json!({ "alg": none, "kid": kid, "typ": "JWT" });
                assert!(
                    stage.refused(&forged(&header, &claims, signature)).await,
                    "{none}"
                );
            }
        }
        let header = json!({ "alg": alg.name(), "kid": kid, "typ": "JWT" });
        assert!(stage.refused(&forged(&header, &claims, "")).await);
    }
    stage.accepts_genuine_tokens().await;
}

#[on_each_engine(flavor = "multi_thread")]
async fn algorithm_confusion_hs256_with_the_public_key_is_refused(engine: Engine) {
    let stage = Stage::new(&engine).await;
    for (client, alg) in CLIENTS {
        let token = stage.token(client).await;
        let (claims, kid) = (claims(&token), kid(&token));
        let jwk = stage.jwk(alg).await;
        let part = |name: &str| {
            let text = jwk[name].as_str().unwrap_or_default();
            URL_SAFE_NO_PAD.decode(text).expect("base64url")
        };
        let point = [&[4][..], &part("x"), &part("y")].concat();
        for secret in [
            part("n"),
            part("x"),
            point,
            jwk.to_string().into_bytes(),
            jwk["n"].to_string().into_bytes(),
            Vec::new(),
        ] {
            let key = EncodingKey::from_secret(&secret);
            for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let token = signed(&header(alg, &kid), &claims, &key);
                assert!(stage.refused(&token).await, "{client} {alg:?}");
            }
        }
    }
    stage.accepts_genuine_tokens().await;
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_key_verifies_its_own_algorithm_and_kid_only(engine: Engine) {
    let stage = Stage::new(&engine).await;
    let (es, rs) = (stage.token("open").await, stage.token("rsa").await);
    let (content, es_kid, rs_kid) = (claims(&es), kid(&es), kid(&rs));
    let ours = |alg| stage.signer.sign(alg, None, &content).expect("signs");
    // The signature is valid, but the header names another key or another algorithm.
    for (token, alg, kid) in [
        (ours(SigningAlg::Es256), "ES256", &rs_kid),
        (ours(SigningAlg::Rs256), "RS256", &es_kid),
        (ours(SigningAlg::Es256), "RS256", &es_kid),
        (ours(SigningAlg::Rs256), "PS256", &rs_kid),
        (ours(SigningAlg::Es256), "ES384", &es_kid),
    ] {
        let signature = token.rsplit('.').next().expect("a signature");
        let header = json!({ "typ": "JWT", "alg": alg, "kid": kid });
        assert!(
            stage.refused(&forged(&header, &content, signature)).await,
            "{alg}"
        );
    }
    // A token without `kid`, and one with an unknown `kid`.
    for header in [
        json!({ "alg": "ES256" }),
        json!({ "alg": "ES256", "kid": "made-up" }),
    ] {
        let signature = es.rsplit('.').next().expect("a signature");
        assert!(
            stage.refused(&forged(&header, &content, signature)).await,
            "{header}"
        );
    }
    stage.accepts_genuine_tokens().await;
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_foreign_key_is_refused_even_if_the_header_contains_it(engine: Engine) {
    let stage = Stage::new(&engine).await;
    let token = stage.token("open").await;
    let (claims, kid) = (claims(&token), kid(&token));
    let foreign_key = another_key();
    let mut jwk =
        jsonwebtoken::jwk::Jwk::from_encoding_key(&foreign_key, Algorithm::ES256).expect("a key");
    for name in [&kid, "made-up"] {
        assert!(
            stage
                .refused(&signed(
                    &header(Algorithm::ES256, name),
                    &claims,
                    &foreign_key
                ))
                .await
        );
        jwk.common.key_id = Some(name.to_owned());
        let embedded = Header {
            jwk: Some(jwk.clone()),
            jku: Some("https://evil.example/keys".into()),
            ..header(Algorithm::ES256, name)
        };
        assert!(
            stage
                .refused(&signed(&embedded, &claims, &foreign_key))
                .await
        );
    }
    stage.accepts_genuine_tokens().await;
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_logout_token_or_another_issuer_s_token_is_not_a_valid_hint(engine: Engine) {
    let stage = Stage::new(&engine).await;
    let content = claims(&stage.token("open").await);
    let sign = |typ, claims: &Value| {
        stage
            .signer
            .sign(SigningAlg::Es256, typ, claims)
            .expect("signs")
    };
    for typ in ["logout+jwt", "at+jwt", "dpop+jwt", ""] {
        assert!(
            stage.refused(&sign(Some(typ), &content)).await,
            "RFC 8725 §3.11: {typ}"
        );
    }
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!(format!("{ORIGIN}/"))),
        ("iss", Value::Null),
        ("sub", Value::Null),
        ("aud", Value::Null),
    ] {
        let mut other = content.clone();
        other[name] = value;
        assert!(stage.refused(&sign(None, &other)).await, "{other}");
    }
    assert!(!stage.refused(&sign(None, &content)).await);
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_hint_is_accepted_after_its_key_is_retired_but_not_withdrawn(engine: Engine) {
    for (client, _) in CLIENTS {
        let stage = Stage::new(&engine).await;
        let token = stage.token(client).await;
        stage.signer.renew(Why::Command).await.expect("keys");
        stage.world.pass(Rotation::USUAL.lead());
        stage.world.pass(Rotation::USUAL.published);
        stage.signer.tend().await.expect("keys");
        let published = stage.browser.get("/oidc/jwks").await.body;
        assert!(!published.contains(&kid(&token)));
        assert!(!stage.refused(&token).await);
        stage.signer.renew(Why::Compromised).await.expect("keys");
        assert!(stage.refused(&token).await);
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn private_keys_are_sealed_in_the_database(engine: Engine) {
    let stage = Stage::new(&engine).await;
    for (stored, private) in stage.world.kobling.signing_keys.all().await.expect("keys") {
        let clear = URL_SAFE_NO_PAD.encode(&private);
        assert!(!stored.sealed.contains(&clear[..40]));
        let sealed = URL_SAFE_NO_PAD.decode(&stored.sealed).expect("base64url");
        assert!(
            !sealed
                .windows(16)
                .any(|window| window == &private[private.len() - 16..])
        );
    }
}

/// Runs the command as an operator; returns its output, or the error.
fn rotate(engine: &Engine, folder: &Path, more: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_kobling"))
        .args(["rotate-keys", "--data-dir"])
        .arg(folder)
        .args(["--set", &format!("database.url='{}'", engine.url())])
        .args(more)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_master_key_requires_withdrawing_the_old_signing_keys() {
    each_engine(async |engine| {
        let [old, new] = [(); 2].map(|()| tempfile::tempdir().expect("a temporary folder"));
        rotate(&engine, old.path(), &[]).expect("the first keys");
        let refused = rotate(&engine, new.path(), &[]).expect_err("cannot open them");
        assert!(refused.contains("cannot be opened"), "{refused}");
        assert_eq!(engine.rows("signing_keys").await, 2);
        rotate(&engine, new.path(), &["--compromised"]).expect("new ones");
        rotate(&engine, new.path(), &[]).expect("opens them");
        assert_eq!(engine.rows("signing_keys").await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_rotates_and_withdraws_keys_by_command() {
    each_engine(async |engine| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let run = |more: &[&str]| rotate(&engine, folder.path(), more).expect("rotates");
        let first = run(&[]);
        assert_eq!(first.matches("signs from now on").count(), 2, "{first}");
        let next = run(&[]);
        assert_eq!(next.matches("signs in 121 minutes").count(), 2, "{next}");
        assert_eq!(engine.rows("signing_keys").await, 4);
        let again = run(&[]);
        assert_eq!(again.matches("already published").count(), 2, "{again}");
        assert_eq!(engine.rows("signing_keys").await, 4);
        let withdrawn = run(&["--compromised"]);
        assert_eq!(
            withdrawn.matches("signs from now on").count(),
            2,
            "{withdrawn}"
        );
        assert_eq!(engine.rows("signing_keys").await, 2);
        assert_eq!(
            engine.rows("signing_keys WHERE generation = 3").await,
            2,
            "none of the old keys"
        );
    })
    .await;
}
