//! Client authentication (RFC 6749 §2.3, RFC 7523 §3, OpenID Connect Core §9).

use crate::support::{
    Demo, RACERS,
    browser::{Page, send},
    db::each_engine,
    keys::{Key, fresh, hs256, now, signed},
    race,
};
use jsonwebtoken::Algorithm;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
pub const SECRET: &str = "a long secret of the one with a secret";

/// One client with these keys, one with a secret, and a public one.
pub fn clients(keys: &[&Key]) -> String {
    let set = Key::set(keys);
    format!(
        "client=[\
        {{ id = \"startside\", name = \"Startside\", redirect_uris = [\"http://localhost:1/a\"], secret = \"{SECRET}\" }}, \
        {{ id = \"nøkkel\", name = \"Nøkkel\", redirect_uris = [\"http://localhost:1/a\"], jwks = '{set}', refresh = true }}, \
        {{ id = \"hemmelig\", name = \"Hemmelig\", redirect_uris = [\"http://localhost:1/a\"], secret = \"{SECRET}\" }}, \
        {{ id = \"offentlig\", name = \"Offentlig\", redirect_uris = [\"http://localhost:1/a\"] }}]"
    )
    .replace("nøkkel", "nokkel")
}

/// Claims of a valid assertion.
pub fn claims(demo: &Demo) -> Value {
    json!({
        "iss": "nokkel", "sub": "nokkel", "aud": demo.origin, "jti": fresh(),
        "iat": now(), "exp": now() + 60,
    })
}

pub fn with(mut claims: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(*name);
        } else {
            claims[*name] = value.clone();
        }
    }
    claims
}

/// A token request that fails at its unknown code if the client is authenticated.
pub fn at_token(demo: &Demo, fields: &[(&str, &str)]) -> RequestBuilder {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", "a code that there is not in this whole world"),
        ("redirect_uri", "http://localhost:1/a"),
        (
            "code_verifier",
            "a-verifier-that-is-long-enough-to-be-taken-for-one",
        ),
    ];
    form.extend_from_slice(fields);
    demo.browser()
        .request(Method::POST, "/oidc/token")
        .form(&form)
}

pub fn asserting(demo: &Demo, assertion: &str) -> RequestBuilder {
    at_token(
        demo,
        &[
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion),
        ],
    )
}

pub fn said(page: &Page) -> (u16, String) {
    let error = page.json()["error"].as_str().unwrap_or("none").to_owned();
    (page.status.as_u16(), error)
}

pub async fn outcome(request: RequestBuilder) -> (u16, String) {
    said(&send(request).await)
}

pub fn authenticated() -> (u16, String) {
    (400, "invalid_grant".to_owned())
}

pub fn unauthenticated() -> (u16, String) {
    (401, "invalid_client".to_owned())
}

pub fn malformed() -> (u16, String) {
    (400, "invalid_request".to_owned())
}

pub async fn each(keys: &[&Key], test: impl AsyncFn(&Demo)) {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &[&clients(keys)]).await;
        test(&demo).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_key_jwt_is_accepted_with_every_announced_algorithm() {
    let keys = [
        Key::es256("es"),
        Key::rsa(Algorithm::RS256, "rs"),
        Key::rsa(Algorithm::PS256, "ps"),
        Key::ed25519("ed"),
    ];
    each(&[&keys[0], &keys[1], &keys[2], &keys[3]], async |demo| {
        let mut seen = Vec::new();
        for key in &keys {
            let assertion = key.sign_well(&claims(demo));
            assert_eq!(
                outcome(asserting(demo, &assertion)).await,
                authenticated(),
                "{:?}",
                key.alg
            );
            seen.push(format!("{:?}", key.alg));
        }
        // A key that is restricted to one algorithm verifies no other.
        let header = json!({ "alg": "PS256", "kid": "rs" });
        let assertion = keys[2].sign(&header, &claims(demo));
        assert_eq!(
            outcome(asserting(demo, &assertion)).await,
            unauthenticated()
        );
        let document = demo
            .browser()
            .get("/.well-known/openid-configuration")
            .await
            .json();
        let announced = document["token_endpoint_auth_signing_alg_values_supported"]
            .as_array()
            .expect("a list")
            .clone();
        assert_eq!(announced.len(), seen.len());
        assert!(
            announced
                .iter()
                .all(|alg| seen.iter().any(|one| alg == one))
        );
        assert_eq!(
            document["token_endpoint_auth_methods_supported"],
            json!([
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
                "none"
            ])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audience_of_an_assertion_is_the_issuer_or_an_endpoint() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        let origin = &demo.origin;
        let ours = [
            json!(origin),
            json!(format!("{origin}/oidc/token")),
            json!([origin]),
        ];
        for aud in ours {
            let assertion = key.sign_well(&with(claims(demo), &[("aud", aud.clone())]));
            assert_eq!(
                outcome(asserting(demo, &assertion)).await,
                authenticated(),
                "{aud}"
            );
        }
        for path in ["/oidc/par", "/oidc/revoke", "/oidc/introspect"] {
            for (aud, good) in [
                (origin.clone(), true),
                (format!("{origin}{path}"), true),
                (format!("{origin}/oidc/userinfo"), false),
            ] {
                let assertion = key.sign_well(&with(claims(demo), &[("aud", json!(aud))]));
                let request = demo.browser().request(Method::POST, path).form(&[
                    ("client_assertion_type", JWT_BEARER),
                    ("client_assertion", &assertion),
                    ("token", "x"),
                ]);
                let status = send(request).await.status;
                assert_eq!(status != 401, good, "{path} {aud}: {status}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_assertion_is_refused() {
    let (key, other_key, later) = (Key::es256("a"), Key::es256("a"), Key::es256("b"));
    each(&[&key], async |demo| {
        let now = now();
        let header = json!({ "alg": "ES256", "kid": "a" });
        let mut wrong = Vec::new();
        for (what, changes) in [
            ("issued by another client", vec![("iss", json!("hemmelig"))]),
            ("no issuer", vec![("iss", Value::Null)]),
            ("no subject", vec![("sub", Value::Null)]),
            (
                "an unknown client",
                vec![("iss", json!("nobody")), ("sub", json!("nobody"))],
            ),
            (
                "another client as subject",
                vec![("iss", json!("hemmelig")), ("sub", json!("hemmelig"))],
            ),
            ("no audience", vec![("aud", Value::Null)]),
            (
                "two audiences",
                vec![("aud", json!([demo.origin, "https://other.example"]))],
            ),
            ("audiences as numbers", vec![("aud", json!([1]))]),
            ("an empty list of audiences", vec![("aud", json!([]))]),
            ("no expiry", vec![("exp", Value::Null)]),
            ("an expiry as text", vec![("exp", json!("soon"))]),
            ("expired", vec![("exp", json!(now - 61))]),
            ("an expiry too far ahead", vec![("exp", json!(now + 3_600))]),
            ("an expiry out of range", vec![("exp", json!(1e300))]),
            ("issued in the future", vec![("iat", json!(now + 120))]),
            ("issued too long ago", vec![("iat", json!(now - 3_600))]),
            ("not yet valid", vec![("nbf", json!(now + 120))]),
            ("no jti", vec![("jti", Value::Null)]),
            ("an empty jti", vec![("jti", json!(""))]),
            (
                "a jti that is too long",
                vec![("jti", json!("x".repeat(257)))],
            ),
        ] {
            wrong.push((what, key.sign(&header, &with(claims(demo), &changes))));
        }
        let good = claims(demo);
        wrong.push((
            "the signature of another key",
            other_key.sign(&header, &good),
        ));
        wrong.push(("a key that is not in the set", later.sign_well(&good)));
        wrong.push((
            "an unknown kid",
            key.sign(&json!({ "alg": "ES256", "kid": "c" }), &good),
        ));
        for typ in ["dpop+jwt", "at+jwt", "logout+jwt"] {
            let header = json!({ "alg": "ES256", "kid": "a", "typ": typ });
            wrong.push((typ, key.sign(&header, &good)));
        }
        let header = json!({ "alg": "ES256", "kid": "a", "crit": ["exp"], "exp": 1 });
        wrong.push(("a demand that is not understood", key.sign(&header, &good)));
        wrong.push(("garbage", "garbage".to_owned()));
        wrong.push(("its dots alone", "..".to_owned()));
        for (what, assertion) in &wrong {
            assert_eq!(
                outcome(asserting(demo, assertion)).await,
                unauthenticated(),
                "{what}"
            );
        }
        let noted = demo
            .engine
            .rows("audit WHERE event = 'client.refused'")
            .await;
        assert_eq!(noted, 1, "once in ten minutes");
        // None of the refused requests has consumed the assertion.
        assert_eq!(
            outcome(asserting(demo, &key.sign_well(&good))).await,
            authenticated()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_without_kid_is_accepted_if_one_key_matches() {
    let (ec, other, rsa) = (
        Key::es256("a"),
        Key::es256("b"),
        Key::rsa(Algorithm::RS256, "c"),
    );
    let nameless = json!({ "alg": "ES256" });
    each(&[&ec, &rsa], async |demo| {
        let assertion = ec.sign(&nameless, &claims(demo));
        assert_eq!(outcome(asserting(demo, &assertion)).await, authenticated());
    })
    .await;
    each(&[&ec, &other], async |demo| {
        let assertion = ec.sign(&nameless, &claims(demo));
        assert_eq!(
            outcome(asserting(demo, &assertion)).await,
            unauthenticated()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn algorithm_confusion_an_assertion_signed_hs256_with_the_public_key_is_refused() {
    let (ec, rsa) = (Key::es256("a"), Key::rsa(Algorithm::RS256, "b"));
    each(&[&ec, &rsa], async |demo| {
        for key in [&ec, &rsa] {
            let public = key.public();
            let header = json!({ "alg": "HS256", "kid": key.kid });
            let secrets = [
                public.to_string(),
                public["x"].as_str().unwrap_or_default().to_owned(),
                public["n"].as_str().unwrap_or_default().to_owned(),
                String::new(),
            ];
            for secret in secrets {
                let assertion = hs256(secret.as_bytes(), &header, &claims(demo));
                assert_eq!(
                    outcome(asserting(demo, &assertion)).await,
                    unauthenticated()
                );
            }
            // A valid signature under the name of another algorithm.
            for alg in ["HS256", "ES384", "RS512", "PS256", "es256", "RS1"] {
                let header = json!({ "alg": alg, "kid": key.kid });
                let assertion = key.sign(&header, &claims(demo));
                assert_eq!(
                    outcome(asserting(demo, &assertion)).await,
                    unauthenticated(),
                    "{alg}"
                );
            }
        }
        // The secret of a confidential client does not sign an assertion either.
        let theirs = with(
            claims(demo),
            &[("iss", json!("hemmelig")), ("sub", json!("hemmelig"))],
        );
        let assertion = hs256(SECRET.as_bytes(), &json!({ "alg": "HS256" }), &theirs);
        assert_eq!(
            outcome(asserting(demo, &assertion)).await,
            unauthenticated()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_assertion_with_alg_none_is_refused() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        for alg in ["none", "None", "NONE", ""] {
            for signature in ["", "AAAA"] {
                let header = json!({ "alg": alg, "kid": "a" });
                let assertion = signed(&header, &claims(demo), |_| signature.to_owned());
                assert_eq!(
                    outcome(asserting(demo, &assertion)).await,
                    unauthenticated(),
                    "{alg}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mix_up_an_assertion_for_another_authorization_server_is_refused() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        for aud in [
            "https://other.example".to_owned(),
            "https://other.example/oidc/token".to_owned(),
            format!("{}/", demo.origin),
            format!("{}.evil.example", demo.origin),
            demo.origin.to_uppercase(),
        ] {
            let assertion = key.sign_well(&with(claims(demo), &[("aud", json!(aud))]));
            assert_eq!(
                outcome(asserting(demo, &assertion)).await,
                unauthenticated(),
                "{aud}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_assertion_is_accepted_once() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        let claims = claims(demo);
        let assertion = key.sign_well(&claims);
        assert_eq!(outcome(asserting(demo, &assertion)).await, authenticated());
        assert_eq!(
            outcome(asserting(demo, &assertion)).await,
            unauthenticated()
        );
        // The same `jti` under a new signature is the same assertion, at every endpoint.
        let again = key.sign_well(&claims);
        assert_eq!(outcome(asserting(demo, &again)).await, unauthenticated());
        let elsewhere = demo.browser().request(Method::POST, "/oidc/par").form(&[
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &again),
        ]);
        assert_eq!(outcome(elsewhere).await, unauthenticated());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_uses_of_an_assertion_one_succeeds() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        let assertion = key.sign_well(&claims(demo));
        let pages = race(|_| send(asserting(demo, &assertion))).await;
        let taken = pages
            .iter()
            .filter(|page| said(page) == authenticated())
            .count();
        let refused = pages
            .iter()
            .filter(|page| said(page) == unauthenticated())
            .count();
        assert_eq!((taken, refused), (1, RACERS - 1));
    })
    .await;
}
