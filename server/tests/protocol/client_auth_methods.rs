//! Which method a client authenticates with, and where its keys are fetched from.

use super::client_auth::*;
use crate::support::{Demo, browser::send, db::each_engine, keys::Key};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_authenticates_with_its_registered_method_only() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        let posted = |id, secret| at_token(demo, &[("client_id", id), ("client_secret", secret)]);
        let basic = |id: &str, secret| at_token(demo, &[]).basic_auth(id, Some(secret));
        let encoded = SECRET.replace(' ', "+");
        assert_eq!(outcome(posted("hemmelig", SECRET)).await, authenticated());
        assert_eq!(
            outcome(basic("hemmelig", encoded.as_str())).await,
            authenticated()
        );
        assert_eq!(
            outcome(at_token(demo, &[("client_id", "offentlig")])).await,
            authenticated()
        );
        let as_secret = with(
            claims(demo),
            &[("iss", json!("hemmelig")), ("sub", json!("hemmelig"))],
        );
        let as_public = with(
            claims(demo),
            &[("iss", json!("offentlig")), ("sub", json!("offentlig"))],
        );
        for (what, request) in [
            ("a public client with a secret", posted("offentlig", SECRET)),
            (
                "a public client with a secret in the header",
                basic("offentlig", &encoded),
            ),
            (
                "a public client with an assertion",
                asserting(demo, &key.sign_well(&as_public)),
            ),
            (
                "a client with keys, without authentication",
                at_token(demo, &[("client_id", "nokkel")]),
            ),
            ("a client with keys, by a secret", posted("nokkel", SECRET)),
            (
                "a client with a secret, without authentication",
                at_token(demo, &[("client_id", "hemmelig")]),
            ),
            (
                "a client with a secret, by an assertion",
                asserting(demo, &key.sign_well(&as_secret)),
            ),
            (
                "the secret of another client",
                posted("hemmelig", "another long secret of somebody"),
            ),
            (
                "another scheme",
                at_token(demo, &[("client_id", "offentlig")]).bearer_auth("x"),
            ),
            ("no client", at_token(demo, &[])),
        ] {
            let page = send(request).await;
            assert_eq!(said(&page), unauthenticated(), "{what}");
            assert!(
                page.header("www-authenticate").starts_with("Basic "),
                "RFC 6749 §5.2: {what}"
            );
            assert_eq!(page.header("cache-control"), "no-store", "{what}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_client_authentication_methods_are_an_invalid_request() {
    let key = Key::es256("a");
    each(&[&key], async |demo| {
        let assertion = key.sign_well(&claims(demo));
        let both = [
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
            ("client_id", "nokkel"),
        ];
        let with_secret = [&both[..], &[("client_secret", SECRET)]].concat();
        for (what, request) in [
            ("assertion and secret", at_token(demo, &with_secret)),
            (
                "assertion and header",
                at_token(demo, &both).basic_auth("nokkel", Some("x")),
            ),
            (
                "secret and header",
                at_token(demo, &[("client_secret", SECRET)]).basic_auth("hemmelig", Some(SECRET)),
            ),
            (
                "two headers",
                at_token(demo, &[])
                    .basic_auth("hemmelig", Some(SECRET))
                    .basic_auth("hemmelig", Some(SECRET)),
            ),
            (
                "an assertion without a type",
                at_token(demo, &[("client_assertion", &assertion)]),
            ),
            (
                "a type without an assertion",
                at_token(demo, &[("client_assertion_type", JWT_BEARER)]),
            ),
            (
                "two client ids",
                at_token(demo, &[both[0], both[1], ("client_id", "hemmelig")]),
            ),
        ] {
            assert_eq!(outcome(request).await, malformed(), "{what}");
        }
        // Another assertion type is refused (RFC 7521 §4.2).
        let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
        let request = at_token(demo, &[("client_assertion_type", saml), both[1], both[2]]);
        assert_eq!(outcome(request).await, unauthenticated());
        // None of the refused requests has consumed the assertion.
        assert_eq!(outcome(at_token(demo, &both)).await, authenticated());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_fetched_from_the_registered_jwks_uri_only() {
    let (key, renewed) = (Key::es256("a"), Key::es256("b"));
    let set = Key::set(&[&key]);
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let app = axum::Router::new()
        .route(
            "/jwks",
            axum::routing::get(move || {
                counted.fetch_add(1, Ordering::SeqCst);
                async move { set }
            }),
        )
        .route(
            "/moved",
            axum::routing::get(|| async { axum::response::Redirect::to("/jwks") }),
        );
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port");
    let keys = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    each_engine(async |engine| {
        asked.store(0, Ordering::SeqCst);
        let client = |id: &str, path: &str| {
            format!("{{ id = \"{id}\", name = \"N\", redirect_uris = [\"http://localhost:1/a\"], jwks_uri = \"{keys}{path}\" }}")
        };
        let (good, moved) = (client("nokkel", "/jwks"), client("flyttet", "/moved"));
        let start = "{ id = \"startside\", name = \"S\", redirect_uris = [\"http://localhost:1/a\"] }";
        let demo = Demo::start(&engine, &[&format!("client=[{start}, {good}, {moved}]")]).await;
        for _ in 0..3 {
            let assertion = key.sign_well(&claims(&demo));
            assert_eq!(outcome(asserting(&demo, &assertion)).await, authenticated());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "the keys are cached");
        // An unknown key causes a new fetch, at most once in a while, and only from the registered address.
        for extra in [
            json!({}),
            json!({ "jku": format!("{keys}/jwks") }),
            json!({ "jwk": renewed.public() }),
            json!({ "x5u": format!("{keys}/jwks") }),
        ] {
            let mut header = extra;
            header["alg"] = json!("ES256");
            header["kid"] = json!("b");
            let assertion = renewed.sign(&header, &claims(&demo));
            assert_eq!(outcome(asserting(&demo, &assertion)).await, unauthenticated());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "within a minute");
        // A redirect target is not a registered address.
        let theirs = with(claims(&demo), &[("iss", json!("flyttet")), ("sub", json!("flyttet"))]);
        let assertion = key.sign_well(&theirs);
        assert_eq!(outcome(asserting(&demo, &assertion)).await, unauthenticated());
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    })
    .await;
}
