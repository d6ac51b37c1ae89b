//! The token endpoint, parameter by parameter: missing, repeated, too long, of another kind, of another client, expired
//! and used (RFC 6749 §5.2, RFC 7636 §4.6).

use super::{
    authorize, pkce,
    test_clients::{
        KEPT, OTHER, PUBLIC, callback, code_for, each_with_clients, of, posted, redeeming, refusal,
        refused, renew, signed_in, tokens,
    },
    userinfo,
};
use crate::support::{
    Demo,
    browser::{Page, param, send},
    keys::Key,
};
use reqwest::Method;

/// A token request with changes: a field that is set to another value, left out, or repeated.
async fn changed(demo: &Demo, fields: &[(&str, &str)], name: &str, values: &[&str]) -> Page {
    let mut all: Vec<_> = fields
        .iter()
        .filter(|(known, _)| *known != name)
        .copied()
        .collect();
    all.extend(values.iter().map(|value| (name, *value)));
    send(posted(demo, "/oidc/token", KEPT, &all)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invalid_parameter_of_a_code_exchange_gets_its_error() {
    each_with_clients(async |demo, browser| {
        let long = "x".repeat(5_000);
        let another = pkce().0;
        for (name, values, error) in [
            ("grant_type", &[][..], "invalid_request"),
            ("grant_type", &[""], "invalid_request"),
            ("grant_type", &["password"], "unsupported_grant_type"),
            (
                "grant_type",
                &["client_credentials"],
                "unsupported_grant_type",
            ),
            ("grant_type", &["implicit"], "unsupported_grant_type"),
            (
                "grant_type",
                &["Authorization_Code"],
                "unsupported_grant_type",
            ),
            (
                "grant_type",
                &["authorization_code", "authorization_code"],
                "invalid_request",
            ),
            ("grant_type", &[&long], "invalid_request"),
            ("code", &[], "invalid_request"),
            ("code", &["x", "x"], "invalid_request"),
            ("code", &[&long], "invalid_request"),
            ("code", &["x\0"], "invalid_request"),
            ("code", &["x"], "invalid_grant"),
            ("code", &[&another], "invalid_grant"),
            ("redirect_uri", &[], "invalid_request"),
            (
                "redirect_uri",
                &["http://localhost:1/callback", "http://localhost:1/callback"],
                "invalid_request",
            ),
            ("redirect_uri", &[&long], "invalid_request"),
            ("code_verifier", &[], "invalid_request"),
            ("code_verifier", &[&another, &another], "invalid_request"),
            ("code_verifier", &[&long], "invalid_request"),
        ] {
            let (code, verifier) = code_for(demo, browser, KEPT, &[]).await;
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", callback(KEPT)),
                ("code_verifier", &verifier),
            ];
            let page = changed(demo, &fields, name, values).await;
            assert_eq!(refusal(&page), refused(error), "{name} {}", values.len());
            assert_eq!(page.header("cache-control"), "no-store");
            // A malformed request consumes nothing, and writes nothing.
            let page = send(posted(demo, "/oidc/token", KEPT, &fields)).await;
            assert_eq!(page.status, 200, "{name} {}", values.len());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mismatch_with_the_code_is_an_invalid_grant_and_consumes_the_code() {
    each_with_clients(async |demo, browser| {
        let another = pkce().0;
        let longer = "x".repeat(129);
        let fit = async |client: &str, code: &str, uri: &str, verifier: &str| {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", uri),
                ("code_verifier", verifier),
            ];
            send(posted(demo, "/oidc/token", client, &fields)).await
        };
        let good = callback(KEPT);
        for (client, uri, verifier) in [
            (OTHER, good, None),
            (PUBLIC, good, None),
            (KEPT, "http://localhost:1/callback/", None),
            (KEPT, "http://localhost:2/callback", None),
            (KEPT, "https://evil.example/", None),
            (KEPT, good, Some(another.as_str())),
            (KEPT, good, Some("short")),
            (KEPT, good, Some(&longer)),
        ] {
            let (code, own) = code_for(demo, browser, KEPT, &[]).await;
            let page = fit(client, &code, uri, verifier.unwrap_or(&own)).await;
            assert_eq!(refusal(&page), refused("invalid_grant"), "{client} {uri}");
            let page = fit(KEPT, &code, good, &own).await;
            assert_eq!(refusal(&page), refused("invalid_grant"), "{client} {uri}");
        }
        let left = demo.engine.rows("grant_families").await;
        assert_eq!(left, 0, "nothing is written");
        let noted = demo
            .engine
            .rows("audit WHERE event = 'grant.refused'")
            .await;
        assert_eq!(noted, 8);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn code_injection_a_code_of_another_sign_in_is_refused_by_its_challenge() {
    each_with_clients(async |demo, browser| {
        // Code injection: an attacker uses a stolen code in a sign-in of their own at the same client
        // (RFC 9700 §4.5); the client sends it with the verifier of that sign-in.
        let (stolen, _) = code_for(demo, browser, PUBLIC, &[]).await;
        let attacker = signed_in(demo).await;
        let (_, verifier) = code_for(demo, &attacker, PUBLIC, &[]).await;
        let page = send(redeeming(demo, PUBLIC, &stolen, &verifier)).await;
        assert_eq!(refusal(&page), refused("invalid_grant"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_code_is_an_invalid_grant() {
    each_with_clients(async |demo, browser| {
        let (code, verifier) = code_for(demo, browser, KEPT, &[]).await;
        demo.engine
            .execute("UPDATE code_grants SET expires_at = 1")
            .await;
        let page = send(redeeming(demo, KEPT, &code, &verifier)).await;
        assert_eq!(refusal(&page), refused("invalid_grant"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invalid_parameter_of_a_refresh_gets_its_error() {
    each_with_clients(async |demo, browser| {
        let long = "x".repeat(5_000);
        let unknown = "x".repeat(43);
        let answer = tokens(demo, browser, KEPT).await;
        let (token, access) = (of(&answer, "refresh_token"), of(&answer, "access_token"));
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.as_str()),
        ];
        for (name, values, error) in [
            ("refresh_token", &[][..], "invalid_request"),
            ("refresh_token", &[""], "invalid_request"),
            ("refresh_token", &[&token, &token], "invalid_request"),
            ("refresh_token", &[&long], "invalid_request"),
            ("refresh_token", &["short"], "invalid_grant"),
            ("refresh_token", &[&unknown], "invalid_grant"),
            ("refresh_token", &[&access], "invalid_grant"),
            ("scope", &["openid", "openid"], "invalid_request"),
            ("scope", &[&long], "invalid_request"),
            ("scope", &["openid admin"], "invalid_scope"),
            ("scope", &["openid,email"], "invalid_scope"),
        ] {
            let page = changed(demo, &fields, name, values).await;
            assert_eq!(refusal(&page), refused(error), "{name} {}", values.len());
        }
        let page = renew(demo, KEPT, &token).await;
        assert_eq!(
            page.status, 200,
            "none of the requests has consumed the token"
        );
        let token = of(&page.json(), "refresh_token");
        demo.engine
            .execute("UPDATE grant_families SET expires_at = 1")
            .await;
        let page = renew(demo, KEPT, &token).await;
        assert_eq!(
            refusal(&page),
            refused("invalid_grant"),
            "the session is over"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_request_without_a_form_is_an_invalid_request() {
    each_with_clients(async |demo, _| {
        let request = || {
            demo.browser()
                .request(Method::POST, "/oidc/token")
                .basic_auth(KEPT, Some("the+secret+of+kept%2C+which+is+long"))
        };
        let json = serde_json::json!({ "grant_type": "refresh_token", "refresh_token": "x" });
        for request in [
            request(),
            request().json(&json),
            request().body(vec![0xff, 0xfe, 0]),
            request().query(&[("grant_type", "refresh_token"), ("refresh_token", "x")]),
        ] {
            assert_eq!(refusal(&send(request).await), refused("invalid_request"));
        }
        let page = send(demo.browser().request(Method::GET, "/oidc/token")).await;
        assert_eq!(page.status, 405);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_bound_to_a_key_is_exchanged_with_that_key_only() {
    each_with_clients(async |demo, browser| {
        let uri = format!("{}/oidc/token", demo.origin);
        let (key, another) = (Key::es256("one"), Key::es256("two"));
        let thumbprint = key.thumbprint();
        for (shown, expected) in [(None, 400), (Some(&another), 400), (Some(&key), 200)] {
            let (verifier, challenge) = pkce();
            let changes = [
                ("client_id", Some(PUBLIC)),
                ("redirect_uri", Some(callback(PUBLIC))),
                ("dpop_jkt", Some(thumbprint.as_str())),
            ];
            let page = browser.get(&authorize(demo, &challenge, &changes)).await;
            let code = param(&page.next(), "code").expect("a code");
            let request = redeeming(demo, PUBLIC, &code, &verifier);
            let page = send(match shown {
                Some(key) => request.header("dpop", key.proof("POST", &uri, None)),
                None => request,
            })
            .await;
            assert_eq!(page.status, expected, "{}", page.body);
            if expected == 400 {
                assert_eq!(refusal(&page), refused("invalid_grant"));
            } else {
                let token = of(&page.json(), "access_token");
                assert_eq!(userinfo(demo, &token).await.status, 401, "bound");
            }
        }
    })
    .await;
}
