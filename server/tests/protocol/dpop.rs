//! Sender-constrained tokens (RFC 9449).

use super::{authorize, client_auth::clients, pkce, pushed::by_reference};
use crate::support::{
    Demo, FINNES, RACERS,
    browser::{Browser, Page, param, send},
    db::each_engine,
    keys::{Key, fresh, hs256, now, signed},
    race,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn header(key: &Key) -> Value {
    let mut jwk = key.public();
    jwk.as_object_mut().expect("an object").remove("kid");
    json!({ "typ": "dpop+jwt", "alg": key.alg, "jwk": jwk })
}

fn claims(method: &str, address: &str) -> Value {
    json!({ "jti": fresh(), "htm": method, "htu": address, "iat": now() })
}

fn at_token(demo: &Demo) -> Value {
    claims("POST", &format!("{}/oidc/token", demo.origin))
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

/// RFC 7638 §3, computed independently of the code under test.
fn thumbprint(key: &Key) -> String {
    let jwk = key.public();
    let members = json!({ "crv": jwk["crv"], "kty": jwk["kty"], "x": jwk["x"], "y": jwk["y"] });
    URL_SAFE_NO_PAD.encode(Sha256::digest(members.to_string()))
}

/// A token request of the public client that fails at its unknown code if the proof is valid.
fn tried(demo: &Demo) -> RequestBuilder {
    exchange(
        demo,
        "a code that there is not",
        "a-verifier-that-is-long-enough-to-be-taken-for-one",
    )
}

fn exchange(demo: &Demo, code: &str, verifier: &str) -> RequestBuilder {
    demo.browser().request(Method::POST, "/oidc/token").form(&[
        ("grant_type", "authorization_code"),
        ("client_id", "offentlig"),
        ("code", code),
        ("redirect_uri", "http://localhost:1/a"),
        ("code_verifier", verifier),
    ])
}

fn said(page: &Page) -> (u16, String) {
    let error = page.json()["error"].as_str().unwrap_or("none").to_owned();
    (page.status.as_u16(), error)
}

async fn outcome(demo: &Demo, proof: &str) -> (u16, String) {
    said(&send(tried(demo).header("dpop", proof)).await)
}

fn accepted() -> (u16, String) {
    (400, "invalid_grant".to_owned())
}

fn refused() -> (u16, String) {
    (400, "invalid_dpop_proof".to_owned())
}

async fn each(test: impl AsyncFn(&Demo)) {
    let key = Key::es256("a");
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &[&clients(&[&key])]).await;
        test(&demo).await;
    })
    .await;
}

async fn signed_in(demo: &Demo) -> Browser {
    let browser = demo.browser();
    demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
        .await;
    browser
}

/// A code for the public client, and its verifier.
async fn code(
    demo: &Demo,
    browser: &Browser,
    changes: &[(&str, Option<&str>)],
) -> (String, String) {
    let (verifier, challenge) = pkce();
    let of_client = [
        ("client_id", Some("offentlig")),
        ("redirect_uri", Some("http://localhost:1/a")),
    ];
    let address = authorize(demo, &challenge, &[&of_client[..], changes].concat());
    let next = browser.get(&address).await.next();
    (param(&next, "code").expect("a code"), verifier)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_accepted_with_every_announced_algorithm() {
    each(async |demo| {
        let mut seen = Vec::new();
        for key in [
            Key::es256(""),
            Key::rsa(Algorithm::RS256, ""),
            Key::rsa(Algorithm::PS256, ""),
            Key::ed25519(""),
        ] {
            let proof = key.sign(&header(&key), &at_token(demo));
            assert_eq!(outcome(demo, &proof).await, accepted(), "{:?}", key.alg);
            seen.push(json!(key.alg));
        }
        let document = demo
            .browser()
            .get("/.well-known/openid-configuration")
            .await
            .json();
        let announced = document["dpop_signing_alg_values_supported"]
            .as_array()
            .expect("a list");
        assert_eq!(announced.len(), seen.len());
        assert!(announced.iter().all(|alg| seen.contains(alg)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_proof_is_refused() {
    each(async |demo| {
        let (key, other) = (Key::es256("a"), Key::es256("b"));
        let (header, good, now) = (header(&key), at_token(demo), now());
        let under = |name: &str, value: Value| key.sign(&with(header.clone(), name, value), &good);
        let saying = |name: &str, value: Value| key.sign(&header, &with(good.clone(), name, value));
        let mut private = key.public();
        private["d"] = json!("AAAA");
        let other_host = good["htu"]
            .as_str()
            .expect("text")
            .replace("localhost", "evil.example");
        for (what, proof) in [
            ("another type", under("typ", json!("JWT"))),
            ("no type", under("typ", Value::Null)),
            ("no key", under("jwk", Value::Null)),
            ("another key", under("jwk", other.public())),
            (
                "a kid instead of a key",
                key.sign(
                    &json!({ "typ": "dpop+jwt", "alg": "ES256", "kid": "a" }),
                    &good,
                ),
            ),
            ("a private key", under("jwk", private)),
            (
                "a symmetric key",
                under("jwk", json!({ "kty": "oct", "k": "AAAA" })),
            ),
            (
                "a key that is too short",
                under(
                    "jwk",
                    json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }),
                ),
            ),
            (
                "another algorithm for the key",
                under("alg", json!("ES384")),
            ),
            (
                "an algorithm for another type of key",
                under("alg", json!("RS256")),
            ),
            ("an unknown critical header", under("crit", json!(["htm"]))),
            ("another method", saying("htm", json!("GET"))),
            ("the method in another case", saying("htm", json!("post"))),
            (
                "another endpoint",
                saying("htu", json!(format!("{}/oidc/userinfo", demo.origin))),
            ),
            ("another host", saying("htu", json!(other_host))),
            ("no address", saying("htu", json!(""))),
            ("issued too long ago", saying("iat", json!(now - 120))),
            ("issued in the future", saying("iat", json!(now + 120))),
            ("a time as text", saying("iat", json!("now"))),
            ("no time", saying("iat", Value::Null)),
            ("no jti", saying("jti", Value::Null)),
            ("an empty jti", saying("jti", json!(""))),
            (
                "a jti that is too long",
                saying("jti", json!("x".repeat(257))),
            ),
            ("garbage", "garbage".to_owned()),
            ("nothing", String::new()),
        ] {
            assert_eq!(outcome(demo, &proof).await, refused(), "{what}");
        }
        let proof = key.sign(&header, &good);
        let forged = format!("{}AAAA", &proof[..proof.len() - 4]);
        assert_eq!(outcome(demo, &forged).await, refused());
        assert_eq!(outcome(demo, &proof).await, accepted());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn algorithm_confusion_a_proof_without_an_asymmetric_signature_is_refused() {
    each(async |demo| {
        for key in [Key::es256("a"), Key::rsa(Algorithm::RS256, "a")] {
            let jwk = key.public();
            let symmetric = with(header(&key), "alg", json!("HS256"));
            for secret in [
                jwk.to_string(),
                jwk["x"].as_str().unwrap_or_default().to_owned(),
            ] {
                let proof = hs256(secret.as_bytes(), &symmetric, &at_token(demo));
                assert_eq!(outcome(demo, &proof).await, refused());
            }
            for signature in ["", "AAAA"] {
                let unsigned = with(header(&key), "alg", json!("none"));
                let proof = signed(&unsigned, &at_token(demo), |_| signature.to_owned());
                assert_eq!(outcome(demo, &proof).await, refused());
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_accepted_once() {
    each(async |demo| {
        let (key, other) = (Key::es256("a"), Key::es256("b"));
        let claims = at_token(demo);
        let proof = key.sign(&header(&key), &claims);
        assert_eq!(outcome(demo, &proof).await, accepted());
        assert_eq!(outcome(demo, &proof).await, refused());
        let again = key.sign(&header(&key), &claims);
        assert_eq!(
            outcome(demo, &again).await,
            refused(),
            "a new signature does not make a new proof"
        );
        let theirs = other.sign(&header(&other), &claims);
        assert_eq!(
            outcome(demo, &theirs).await,
            accepted(),
            "the jti is unique per key"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_uses_of_a_proof_one_succeeds() {
    each(async |demo| {
        let key = Key::es256("a");
        let proof = key.sign(&header(&key), &at_token(demo));
        let pages = race(|_| send(tried(demo).header("dpop", &proof))).await;
        let taken = pages.iter().filter(|page| said(page) == accepted()).count();
        let lost = pages.iter().filter(|page| said(page) == refused()).count();
        assert_eq!((taken, lost), (1, RACERS - 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_contains_one_proof() {
    each(async |demo| {
        let key = Key::es256("a");
        let proof = || key.sign(&header(&key), &at_token(demo));
        let two = tried(demo).header("dpop", proof()).header("dpop", proof());
        assert_eq!(said(&send(two).await), refused());
        let joined = format!("{}, {}", proof(), proof());
        assert_eq!(outcome(demo, &joined).await, refused());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_requires_dpop_gets_no_token_without_a_proof() {
    each_engine(async |engine| {
        let clients = "client=[{ id = \"startside\", name = \"S\", redirect_uris = [\"http://localhost:1/a\"] }, \
                       { id = \"offentlig\", name = \"O\", redirect_uris = [\"http://localhost:1/a\"], require_dpop = true }]";
        let demo = Demo::start(&engine, &[clients]).await;
        assert_eq!(said(&send(tried(&demo)).await), refused(), "RFC 9449 §5.2");
        let key = Key::es256("a");
        let proof = key.sign(&header(&key), &at_token(&demo));
        assert_eq!(outcome(&demo, &proof).await, accepted());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_of_public_clients_are_limited_by_network() {
    each(async |demo| {
        let key = Key::es256("a");
        let proof = || key.sign(&header(&key), &at_token(demo));
        assert_eq!(outcome(demo, &proof()).await, accepted());
        // The state after thousands of requests.
        demo.engine
            .execute("UPDATE rate_limits SET tat = 4102444800000000")
            .await;
        let limited = (429, "temporarily_unavailable".to_owned());
        assert_eq!(outcome(demo, &proof()).await, limited);
        assert_eq!(demo.engine.rows("spent_proofs").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_beside_an_unknown_token_is_not_kept() {
    each(async |demo| {
        let key = Key::es256("a");
        let address = format!("{}/oidc/userinfo", demo.origin);
        let token = "x".repeat(43);
        for _ in 0..3 {
            let asked = demo
                .browser()
                .request(Method::GET, "/oidc/userinfo")
                .header("authorization", format!("DPoP {token}"))
                .header("dpop", key.proof("GET", &address, Some(&token)));
            assert_eq!(send(asked).await.status, 401);
        }
        assert_eq!(demo.engine.rows("spent_proofs").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_requested_with_a_proof_are_bound_to_its_key() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (key, other) = (Key::es256("a"), Key::es256("b"));
        let (code, verifier) = code(demo, &browser, &[]).await;
        let proof = key.sign(&header(&key), &at_token(demo));
        let answer = send(exchange(demo, &code, &verifier).header("dpop", proof)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["token_type"]),
            (200, &json!("DPoP"))
        );
        let token = answer.json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let address = format!("{}/oidc/userinfo", demo.origin);
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&token));
        let at_userinfo = || with(claims("GET", &address), "ath", json!(hash));
        let ask = async |scheme: &str, proof: Option<String>| {
            let mut request = demo
                .browser()
                .request(Method::GET, "/oidc/userinfo")
                .header("authorization", format!("{scheme} {token}"));
            if let Some(proof) = proof {
                request = request.header("dpop", proof);
            }
            send(request).await
        };
        let proof = |claims: &Value| Some(key.sign(&header(&key), claims));
        assert_eq!(ask("DPoP", proof(&at_userinfo())).await.status, 200);
        let without_hash = claims("GET", &address);
        let of_another = with(
            without_hash.clone(),
            "ath",
            json!(URL_SAFE_NO_PAD.encode(Sha256::digest("x"))),
        );
        for (what, page) in [
            ("as a bearer", ask("Bearer", None).await),
            (
                "as a bearer with a proof",
                ask("Bearer", proof(&at_userinfo())).await,
            ),
            ("without a proof", ask("DPoP", None).await),
            (
                "without the token's hash",
                ask("DPoP", proof(&without_hash)).await,
            ),
            (
                "with another token's hash",
                ask("DPoP", proof(&of_another)).await,
            ),
            (
                "for another method",
                ask("DPoP", proof(&with(at_userinfo(), "htm", json!("POST")))).await,
            ),
            (
                "by another key",
                ask("DPoP", Some(other.sign(&header(&other), &at_userinfo()))).await,
            ),
        ] {
            assert_eq!(page.status, 401, "{what}");
            let scheme = if what.starts_with("as a bearer") {
                "Bearer"
            } else {
                "DPoP"
            };
            let challenged = page
                .headers
                .get_all("www-authenticate")
                .iter()
                .any(|value| {
                    let text = value.to_str().expect("text");
                    text.starts_with(scheme) && text.contains("error=\"invalid_")
                });
            assert!(challenged, "RFC 9449 §7.1: {what}: {:?}", page.headers);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn code_injection_a_code_bound_to_a_key_requires_that_key() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (key, other) = (Key::es256("a"), Key::es256("b"));
        let named = thumbprint(&key);
        for (holder, good) in [(Some(&key), true), (Some(&other), false), (None, false)] {
            let (code, verifier) = code(demo, &browser, &[("dpop_jkt", Some(&named))]).await;
            let mut request = exchange(demo, &code, &verifier);
            if let Some(key) = holder {
                request = request.header("dpop", key.sign(&header(key), &at_token(demo)));
            }
            let page = send(request).await;
            if good {
                assert_eq!(page.status, 200, "{}", page.body);
            } else {
                assert_eq!(said(&page), accepted(), "RFC 9449 §10: invalid_grant");
            }
        }
        let (_, challenge) = pkce();
        let malformed = authorize(
            demo,
            &challenge,
            &[
                ("client_id", Some("offentlig")),
                ("redirect_uri", Some("http://localhost:1/a")),
                ("dpop_jkt", Some("short")),
            ],
        );
        let next = browser.get(&malformed).await.next();
        assert_eq!(param(&next, "error").as_deref(), Some("invalid_request"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_at_the_pushed_request_binds_the_code() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (key, other) = (Key::es256("a"), Key::es256("b"));
        let address = format!("{}/oidc/par", demo.origin);
        let push = async |key: &Key, jkt: Option<&str>| {
            let (verifier, challenge) = pkce();
            let mut form = vec![
                ("client_id", "offentlig"),
                ("redirect_uri", "http://localhost:1/a"),
                ("response_type", "code"),
                ("scope", "openid"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ];
            form.extend(jkt.map(|jkt| ("dpop_jkt", jkt)));
            let request = demo
                .browser()
                .request(Method::POST, "/oidc/par")
                .header("dpop", key.sign(&header(key), &claims("POST", &address)))
                .form(&form);
            (send(request).await, verifier)
        };
        let theirs = thumbprint(&other);
        let (page, _) = push(&key, Some(&theirs)).await;
        assert_eq!(said(&page), refused(), "RFC 9449 §10.1");
        let mine = thumbprint(&key);
        for (jkt, holder, good) in [
            (None, &other, false),
            (None, &key, true),
            (Some(mine.as_str()), &key, true),
        ] {
            let (page, verifier) = push(&key, jkt).await;
            assert_eq!(page.status, 201, "{}", page.body);
            let reference = page.json()["request_uri"]
                .as_str()
                .expect("a reference")
                .to_owned();
            let next = browser
                .get(&by_reference(demo, "offentlig", &reference))
                .await
                .next();
            let code = param(&next, "code").expect("a code");
            let proof = holder.sign(&header(holder), &at_token(demo));
            let status = send(exchange(demo, &code, &verifier).header("dpop", proof))
                .await
                .status;
            assert_eq!(status == 200, good);
        }
    })
    .await;
}
