//! Access tokens, and how they are shown (RFC 6750, RFC 9449 §7).

use super::test_clients::{BOUND, KEPT, code_for, each_with_clients, of, redeeming, tokens};
use crate::support::{
    Demo,
    browser::{Browser, Page, send},
    keys::Key,
};
use reqwest::{Method, RequestBuilder};

fn asking(demo: &Demo, method: Method) -> RequestBuilder {
    demo.browser().request(method, "/oidc/userinfo")
}

/// The challenges of an answer, in their order.
fn challenges(page: &Page) -> Vec<&str> {
    page.headers
        .get_all("www-authenticate")
        .iter()
        .map(|value| value.to_str().expect("text"))
        .collect()
}

/// The status, and the error that is named, if one is.
fn refusal(page: &Page) -> (u16, Option<String>) {
    let all = challenges(page);
    assert_eq!(all.len(), 2, "both schemes are in the challenge: {all:?}");
    assert!(all[0].starts_with("Bearer ") && all[1].starts_with("DPoP algs=\""));
    let named: Vec<_> = all
        .iter()
        .filter_map(|challenge| challenge.split_once("error=\""))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(error, _)| error.to_owned())
        .collect();
    assert!(named.len() <= 1, "{all:?}");
    (page.status.as_u16(), named.first().cloned())
}

fn refused(status: u16, error: &str) -> (u16, Option<String>) {
    (status, Some(error.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_is_sent_in_the_header_or_in_a_posted_form() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, KEPT).await, "access_token");
        let form = [("access_token", token.as_str())];
        for request in [
            asking(demo, Method::GET).bearer_auth(&token),
            asking(demo, Method::POST).bearer_auth(&token),
            asking(demo, Method::GET).header("authorization", format!("bEARER {token}")),
            asking(demo, Method::POST).form(&form),
        ] {
            let page = send(request).await;
            assert_eq!(
                (page.status.as_u16(), page.header("cache-control")),
                (200, "no-store")
            );
            assert!(page.json()["sub"].is_string());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_the_challenge_contains_no_error() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, KEPT).await, "access_token");
        let form = [("access_token", token.as_str())];
        for request in [
            asking(demo, Method::GET),
            asking(demo, Method::POST),
            asking(demo, Method::GET).header("authorization", "Basic eDp5"),
            asking(demo, Method::GET).header("authorization", "Bearer"),
            // Not where it would end up in logs and histories (RFC 9700 §4.3.2).
            asking(demo, Method::GET).query(&form),
            // Only in a form (RFC 6750 §2.2).
            asking(demo, Method::POST).json(&form),
            asking(demo, Method::GET).form(&form),
        ] {
            assert_eq!(refusal(&send(request).await), (401, None));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_sent_in_two_ways_is_an_invalid_request() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, KEPT).await, "access_token");
        let form = [("access_token", token.as_str())];
        for request in [
            asking(demo, Method::POST).bearer_auth(&token).form(&form),
            asking(demo, Method::GET).bearer_auth(&token).query(&form),
            asking(demo, Method::POST).form(&form).query(&form),
            asking(demo, Method::POST).form(&[form[0], form[0]]),
            asking(demo, Method::GET)
                .header("authorization", format!("Bearer {token}"))
                .header("authorization", format!("Bearer {token}")),
        ] {
            let page = send(request).await;
            assert_eq!(refusal(&page), refused(400, "invalid_request"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_or_unknown_token_is_an_invalid_token() {
    each_with_clients(async |demo, browser| {
        let answer = tokens(demo, browser, KEPT).await;
        let unknown = "x".repeat(43);
        for token in [
            unknown.as_str(),
            "short",
            &of(&answer, "refresh_token"),
            &of(&answer, "id_token"),
        ] {
            let page = send(asking(demo, Method::GET).bearer_auth(token)).await;
            assert_eq!(refusal(&page), refused(401, "invalid_token"));
        }
        let token = of(&answer, "access_token");
        demo.engine
            .execute("UPDATE access_tokens SET expires_at = 1")
            .await;
        let page = send(asking(demo, Method::GET).bearer_auth(&token)).await;
        assert_eq!(refusal(&page), refused(401, "invalid_token"));
    })
    .await;
}

/// An access token that is bound to this key.
async fn bound(demo: &Demo, browser: &Browser, key: &Key) -> String {
    let uri = format!("{}/oidc/token", demo.origin);
    let (code, verifier) = code_for(demo, browser, BOUND, &[]).await;
    let request = redeeming(demo, BOUND, &code, &verifier);
    let answer = send(request.header("dpop", key.proof("POST", &uri, None)))
        .await
        .json();
    assert_eq!(answer["token_type"], "DPoP");
    of(&answer, "access_token")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dpop_bound_token_requires_a_proof_with_its_key_for_the_request() {
    each_with_clients(async |demo, browser| {
        let (key, another) = (Key::es256("one"), Key::es256("two"));
        let token = bound(demo, browser, &key).await;
        let uri = format!("{}/oidc/userinfo", demo.origin);
        let show = async |scheme: &str, token: &str, proof: Option<String>| {
            let request =
                asking(demo, Method::GET).header("authorization", format!("{scheme} {token}"));
            send(match proof {
                Some(proof) => request.header("dpop", proof),
                None => request,
            })
            .await
        };
        let proof = key.proof("GET", &uri, Some(&token));
        let page = show("DPoP", &token, Some(proof.clone())).await;
        assert_eq!(page.status, 200, "{:?}", challenges(&page));
        // RFC 9449 §11.1: a proof is accepted once.
        let page = show("DPoP", &token, Some(proof)).await;
        assert_eq!(refusal(&page), refused(401, "invalid_dpop_proof"));
        // RFC 9449 §7.2: never as a bearer token, with or without a proof.
        for proof in [None, Some(key.proof("GET", &uri, Some(&token)))] {
            let page = show("Bearer", &token, proof).await;
            assert_eq!(refusal(&page), refused(401, "invalid_token"));
        }
        let form = [("access_token", token.as_str())];
        let page = send(asking(demo, Method::POST).form(&form)).await;
        assert_eq!(refusal(&page), refused(401, "invalid_token"));
        // RFC 9449 §7.1: by another key.
        let proof = another.proof("GET", &uri, Some(&token));
        let page = show("DPoP", &token, Some(proof)).await;
        assert_eq!(refusal(&page), refused(401, "invalid_token"));
        // RFC 9449 §4.3: for another token, for none, for another method or place.
        let other = bound(demo, browser, &key).await;
        for proof in [
            None,
            Some(key.proof("GET", &uri, Some(&other))),
            Some(key.proof("GET", &uri, None)),
            Some(key.proof("POST", &uri, Some(&token))),
            Some(key.proof("GET", &format!("{}/oidc/token", demo.origin), Some(&token))),
        ] {
            let page = show("DPoP", &token, proof).await;
            assert_eq!(refusal(&page), refused(401, "invalid_dpop_proof"));
        }
        // One that is not bound cannot pass for one that is.
        let plain = of(&tokens(demo, browser, KEPT).await, "access_token");
        let proof = key.proof("GET", &uri, Some(&plain));
        let page = show("DPoP", &plain, Some(proof)).await;
        assert_eq!(refusal(&page), refused(401, "invalid_token"));
    })
    .await;
}
