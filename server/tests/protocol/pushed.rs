//! Pushed authorization requests (RFC 9126).

use super::{client_auth::clients, pkce};
use crate::support::{
    Demo, FINNES, RACERS,
    browser::{Browser, Page, param, send},
    db::each_engine,
    keys::{Key, fresh},
    race,
};
use kobling_domain::oidc::client::Client;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The authorization request with a reference.
pub fn by_reference(demo: &Demo, client: &str, reference: &str) -> String {
    let mut url: url::Url = format!("{}/oidc/authorize", demo.origin)
        .parse()
        .expect("an address");
    url.query_pairs_mut()
        .extend_pairs([("client_id", client), ("request_uri", reference)]);
    url.into()
}

/// A request of the public client, with changes: a parameter that is set to another value, or left out.
fn push(demo: &Demo, challenge: &str, changes: &[(&str, Option<&str>)]) -> RequestBuilder {
    let mut form = vec![
        ("response_type", "code"),
        ("client_id", "offentlig"),
        ("redirect_uri", "http://localhost:1/a"),
        ("scope", "openid"),
        ("state", "a state"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        if let Some(value) = value {
            form.push((name, value));
        }
    }
    demo.browser()
        .request(Method::POST, "/oidc/par")
        .form(&form)
}

/// A reference of the public client, and its verifier.
async fn pushed(demo: &Demo) -> (String, String) {
    let (verifier, challenge) = pkce();
    let page = send(push(demo, &challenge, &[])).await;
    assert_eq!(page.status, 201, "{}", page.body);
    let reference = page.json()["request_uri"]
        .as_str()
        .expect("a reference")
        .to_owned();
    (reference, verifier)
}

fn said(page: &Page) -> (u16, String) {
    let error = page.json()["error"].as_str().unwrap_or("none").to_owned();
    (page.status.as_u16(), error)
}

/// An error page that says what to do, and does not redirect.
fn assert_error_page(page: &Page) {
    assert_eq!((page.status.as_u16(), page.location()), (400, None));
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.body.contains("<h1"), "{}", page.body);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_request_is_answered_like_one_in_the_query() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (verifier, challenge) = pkce();
        let page = send(push(demo, &challenge, &[])).await;
        assert_eq!(page.status, 201, "RFC 9126 §2.2");
        assert_eq!(page.header("cache-control"), "no-store");
        let answer = page.json();
        assert_eq!(answer["expires_in"], 90);
        let reference = answer["request_uri"].as_str().expect("a reference");
        assert_eq!(
            reference.strip_prefix(PREFIX).map(str::len),
            Some(43),
            "256 random bits (RFC 9126 §7.1)"
        );
        let next = browser
            .get(&by_reference(demo, "offentlig", reference))
            .await
            .next();
        assert!(next.as_str().starts_with("http://localhost:1/a?"), "{next}");
        assert_eq!(param(&next, "state").as_deref(), Some("a state"));
        assert_eq!(param(&next, "iss").as_ref(), Some(&demo.origin));
        let code = param(&next, "code").expect("a code");
        let request = demo.browser().request(Method::POST, "/oidc/token").form(&[
            ("grant_type", "authorization_code"),
            ("client_id", "offentlig"),
            ("code", &code),
            ("redirect_uri", "http://localhost:1/a"),
            ("code_verifier", &verifier),
        ]);
        assert_eq!(send(request).await.status, 200);

        let document = browser
            .get("/.well-known/openid-configuration")
            .await
            .json();
        assert_eq!(
            document["pushed_authorization_request_endpoint"],
            json!(format!("{}/oidc/par", demo.origin))
        );
        assert_eq!(
            document["require_pushed_authorization_requests"],
            json!(false)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_request_survives_the_sign_in() {
    each(async |demo| {
        let browser = demo.browser();
        let (reference, _) = pushed(demo).await;
        let page = browser
            .go(&by_reference(demo, "offentlig", &reference))
            .await;
        assert_eq!(page.url.path(), "/login");
        // Reloading the page does not consume the reference.
        assert_eq!(browser.go(page.url.as_str()).await.status, 200);
        let flow = page.param("flow");
        browser
            .submit("/ui/identify", &[("flow", &flow), ("email", FINNES.0)])
            .await;
        let page = browser
            .post(
                "/ui/password-sign-in",
                &[("flow", &flow), ("password", FINNES.1)],
            )
            .await;
        assert!(param(&page.next(), "code").is_some(), "{}", page.next());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_beside_a_request_uri_are_ignored() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (reference, verifier) = pushed(demo).await;
        let (others, challenge) = pkce();
        let beside = [
            ("redirect_uri", "https://evil.example/callback"),
            ("state", "another state"),
            ("code_challenge", challenge.as_str()),
            ("response_mode", "fragment"),
            ("prompt", "none login"),
        ];
        let mut url: url::Url = by_reference(demo, "offentlig", &reference)
            .parse()
            .expect("an address");
        url.query_pairs_mut().extend_pairs(beside);
        let next = browser.get(url.as_str()).await.next();
        assert!(next.as_str().starts_with("http://localhost:1/a?"), "{next}");
        assert_eq!(param(&next, "state").as_deref(), Some("a state"));
        let code = param(&next, "code").expect("a code");
        let exchange = |verifier: &str| {
            demo.browser().request(Method::POST, "/oidc/token").form(&[
                ("grant_type", "authorization_code"),
                ("client_id", "offentlig"),
                ("code", code.as_str()),
                ("redirect_uri", "http://localhost:1/a"),
                ("code_verifier", verifier),
            ])
        };
        // A challenge beside the reference, from an attacker, does not replace the pushed one.
        let page = send(exchange(&others)).await;
        assert_eq!(said(&page), (400, "invalid_grant".to_owned()));
        assert_eq!(
            send(exchange(&verifier)).await.status,
            400,
            "the code is consumed"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_request_is_refused_when_it_is_pushed() {
    each(async |demo| {
        let (_, challenge) = pkce();
        for (changes, error) in [
            (&[("response_type", None)][..], "invalid_request"),
            (
                &[("response_type", Some("token"))],
                "unsupported_response_type",
            ),
            (&[("scope", Some("email"))], "invalid_scope"),
            (&[("request", Some("x"))], "request_not_supported"),
            (
                &[("request_uri", Some("https://a.example/r"))],
                "invalid_request",
            ),
            (
                &[("request_uri", Some("urn:ietf:params:oauth:request_uri:x"))],
                "invalid_request",
            ),
            (&[("redirect_uri", None)], "invalid_request"),
            (
                &[("redirect_uri", Some("https://evil.example/callback"))],
                "invalid_request",
            ),
            (
                &[("redirect_uri", Some("http://localhost:1/a/../b"))],
                "invalid_request",
            ),
            (&[("max_age", Some("soon"))], "invalid_request"),
            (&[("dpop_jkt", Some("short"))], "invalid_request"),
            (&[("state", Some(&"x".repeat(600)))], "invalid_request"),
        ] {
            let page = send(push(demo, &challenge, changes)).await;
            assert_eq!(said(&page), (400, error.to_owned()), "{changes:?}");
        }
        let twice = demo
            .browser()
            .request(Method::POST, "/oidc/par")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("client_id=offentlig&client_id=offentlig");
        assert_eq!(
            said(&send(twice).await),
            (400, "invalid_request".to_owned())
        );
        assert_eq!(
            demo.engine.rows("pushed_requests").await,
            0,
            "nothing is stored"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pkce_downgrade_a_pushed_request_without_s256_is_refused() {
    each(async |demo| {
        let (_, challenge) = pkce();
        for changes in [
            &[("code_challenge", None), ("code_challenge_method", None)][..],
            &[("code_challenge_method", None)],
            &[("code_challenge_method", Some("plain"))],
            &[("code_challenge", Some("short"))],
        ] {
            let page = send(push(demo, &challenge, changes)).await;
            assert_eq!(
                said(&page),
                (400, "invalid_request".to_owned()),
                "{changes:?}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pushing_requires_the_client_authentication_of_the_token_endpoint() {
    each(async |demo| {
        let (_, challenge) = pkce();
        let as_client = |id| push(demo, &challenge, &[("client_id", id)]);
        for request in [
            as_client(Some("hemmelig")),
            as_client(Some("nokkel")),
            as_client(Some("nobody")),
            as_client(None),
        ] {
            let page = send(request).await;
            assert_eq!(said(&page), (401, "invalid_client".to_owned()));
            assert!(page.header("www-authenticate").starts_with("Basic "));
        }
        let secret = "a+long+secret+of+the+one+with+a+secret";
        let page = send(as_client(None).basic_auth("hemmelig", Some(secret))).await;
        assert_eq!(page.status, 201, "{}", page.body);
        let in_clear = "pushed_requests WHERE sealed LIKE '%secret%' OR sealed LIKE '%state%'";
        assert_eq!(demo.engine.rows(in_clear).await, 0, "sealed");
        for method in [Method::GET, Method::PUT] {
            let page = send(demo.browser().request(method, "/oidc/par")).await;
            assert_eq!(page.status, 405, "RFC 9126 §2.3");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_unknown_or_foreign_request_uri_leads_to_an_error_page() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (reference, _) = pushed(demo).await;
        for (client, reference) in [
            ("hemmelig", reference.clone()),
            ("offentlig", format!("{PREFIX}{}", fresh())),
            ("offentlig", PREFIX.to_owned()),
            ("offentlig", format!("{PREFIX}short")),
            ("nobody", reference.clone()),
        ] {
            let mut address = by_reference(demo, client, &reference);
            assert_error_page(&browser.get(&address).await);
            // Not even with a valid redirect URI beside it.
            address.push_str("&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fa");
            assert_error_page(&browser.get(&address).await);
        }
        // None of the refused requests has consumed it.
        let address = by_reference(demo, "offentlig", &reference);
        assert!(param(&browser.get(&address).await.next(), "code").is_some());
        let again = browser.get(&address).await;
        assert_error_page(&again);
        assert!(
            again.body.contains("begynn på nytt der"),
            "the page says what to do"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_uses_of_a_request_uri_one_succeeds() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let (reference, _) = pushed(demo).await;
        let address = by_reference(demo, "offentlig", &reference);
        let pages = race(|_| {
            let (browser, address) = (browser.clone(), address.clone());
            async move { browser.get(&address).await }
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) =
            pages.iter().partition(|page| page.location().is_some());
        assert_eq!((won.len(), lost.len()), (1, RACERS - 1));
        assert!(param(&won[0].next(), "code").is_some());
        lost.into_iter().for_each(assert_error_page);
        assert_eq!(demo.engine.rows("code_grants").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_requires_par_is_refused_without_a_request_uri() {
    each_engine(async |engine| {
        let clients = "client=[{ id = \"startside\", name = \"S\", redirect_uris = [\"http://localhost:1/a\"] }, \
                       { id = \"offentlig\", name = \"O\", redirect_uris = [\"http://localhost:1/a\"], require_pushed = true }]";
        let demo = Demo::start(&engine, &[clients]).await;
        let browser = signed_in(&demo).await;
        let (_, challenge) = pkce();
        let changes = [
            ("client_id", Some("offentlig")),
            ("redirect_uri", Some("http://localhost:1/a")),
        ];
        let next = browser
            .get(&super::authorize(&demo, &challenge, &changes))
            .await
            .next();
        assert_eq!(
            (param(&next, "error").as_deref(), param(&next, "code")),
            (Some("invalid_request"), None),
            "RFC 9126 §4"
        );
        let (reference, _) = pushed(&demo).await;
        let address = by_reference(&demo, "offentlig", &reference);
        assert!(param(&browser.get(&address).await.next(), "code").is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_request_with_a_removed_redirect_uri_is_refused() {
    each(async |demo| {
        let browser = signed_in(demo).await;
        let mut client = Client::new("kart", "Kart");
        client.redirect_uris = vec!["http://localhost:1/a".to_owned()];
        let kept = serde_json::to_string(&client).expect("JSON");
        let insert = "INSERT INTO clients (id, client, created_at, version) VALUES";
        demo.engine
            .execute(&format!("{insert} ('kart', '{kept}', 0, 0)"))
            .await;
        let (_, challenge) = pkce();
        let page = send(push(demo, &challenge, &[("client_id", Some("kart"))])).await;
        assert_eq!(page.status, 201, "{}", page.body);
        let reference = page.json()["request_uri"]
            .as_str()
            .expect("a reference")
            .to_owned();
        client.redirect_uris = vec!["http://localhost:1/b".to_owned()];
        let changed = serde_json::to_string(&client).expect("JSON");
        demo.engine
            .execute(&format!(
                "UPDATE clients SET client = '{changed}' WHERE id = 'kart'"
            ))
            .await;
        assert_error_page(&browser.get(&by_reference(demo, "kart", &reference)).await);
    })
    .await;
}
