//! Authorization requests: which are refused, and who gets the error.

use super::{authorize, code, kjent_signed_in, pkce, redirect_uri, token_request};
use crate::support::{
    SESSION,
    browser::{param, send},
    each_demo, finnes, hint, kjent,
};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn pkce_is_required_of_every_client() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (verifier, challenge) = pkce();
        for changes in [
            &[("code_challenge", None), ("code_challenge_method", None)][..],
            &[("code_challenge_method", None)],
            &[("code_challenge_method", Some("plain"))],
            &[("code_challenge", Some("short"))],
        ] {
            let next = browser
                .get(&authorize(demo, &challenge, changes))
                .await
                .next();
            assert!(next.as_str().starts_with(&redirect_uri(demo)), "{next}");
            assert_eq!(
                param(&next, "error").as_deref(),
                Some("invalid_request"),
                "{changes:?}"
            );
            assert_eq!(param(&next, "state").as_deref(), Some("a state"));
            assert_eq!(param(&next, "iss").as_ref(), Some(&demo.origin));
            assert_eq!(param(&next, "code"), None);
        }
        let others = pkce().0;
        for wrong in [None, Some(others.as_str()), Some(&challenge), Some("short")] {
            let (code, _) = code(demo, &browser).await;
            let page = send(token_request(
                demo,
                &code,
                &verifier,
                &[("code_verifier", wrong)],
            ))
            .await;
            let error = if wrong.is_none() {
                "invalid_request"
            } else {
                "invalid_grant"
            };
            assert_eq!(
                (page.status.as_u16(), page.json()),
                (400, json!({ "error": error })),
                "{wrong:?}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unregistered_redirect_uri_is_never_redirected_to() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        let good = redirect_uri(demo);
        let longer = format!("{good}/x");
        let queried = format!("{good}?x=1");
        let upper = good.replace("callback", "CALLBACK");
        let twice = format!("{}&redirect_uri={good}", authorize(demo, &challenge, &[]));
        let mut addresses = vec![
            twice,
            format!("{}&client_id=startside", authorize(demo, &challenge, &[])),
        ];
        for changes in [
            ("redirect_uri", None),
            ("redirect_uri", Some("https://evil.example/callback")),
            ("redirect_uri", Some("//evil.example/callback")),
            ("redirect_uri", Some("javascript:alert(1)")),
            ("redirect_uri", Some(longer.as_str())),
            ("redirect_uri", Some(&queried)),
            ("redirect_uri", Some(&upper)),
            ("client_id", None),
            ("client_id", Some("another")),
        ] {
            addresses.push(authorize(demo, &challenge, &[changes]));
        }
        for address in addresses {
            let page = browser.get(&address).await;
            assert_eq!(
                (page.status.as_u16(), page.location()),
                (400, None),
                "{address}"
            );
            assert!(
                page.header("content-type").starts_with("text/html"),
                "{address}"
            );
            assert!(
                page.body.contains("<h1"),
                "a page that says so: {}",
                page.body
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_parameter_is_refused() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        for extra in ["scope=openid", "state=other", "code_challenge_method=S256", "prompt=login&prompt=none"] {
            let page = browser.get(&format!("{}&{extra}", authorize(demo, &challenge, &[]))).await;
            let code = page.location().and_then(|next| param(&next, "code"));
            assert_eq!(code, None, "{extra}");
            assert!(!page.status.is_server_error(), "{extra}");
        }
        let (code, verifier) = code(demo, &browser).await;
        let body = format!(
            "grant_type=authorization_code&code={code}&code={code}&redirect_uri={}&code_verifier={verifier}&client_id=startside&client_secret={}",
            redirect_uri(demo),
            demo.client_secret().replace('+', "%2B"),
        );
        let request = browser
            .request(Method::POST, "/oidc/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let page = send(request).await;
        assert_eq!((page.status.as_u16(), page.json()), (400, json!({ "error": "invalid_request" })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_none_gets_a_redirect_and_never_a_page() {
    each_demo(async |demo| {
        let (_, challenge) = pkce();
        let silent = authorize(demo, &challenge, &[("prompt", Some("none"))]);
        let next = demo.browser().get(&silent).await.next();
        assert!(next.as_str().starts_with(&redirect_uri(demo)));
        assert_eq!(param(&next, "error").as_deref(), Some("login_required"));

        let browser = kjent_signed_in(demo).await;
        assert!(param(&browser.get(&silent).await.next(), "code").is_some());
        let aged = authorize(demo, &challenge, &[("prompt", Some("none login"))]);
        assert_eq!(
            param(&browser.get(&aged).await.next(), "error").as_deref(),
            Some("invalid_request")
        );

        // A person without access would have to see a page with the reason.
        let browser = demo.browser();
        let page = demo.sign_in(&browser, &finnes()).await;
        let page = demo.link(&browser, &page, "privat@fjern.example").await;
        let flow = page.param("flow");
        browser
            .submit(
                "/ui/link-name",
                &[("flow", &flow), ("name", "Petter Privat")],
            )
            .await;
        assert_eq!(
            param(&browser.get(&silent).await.next(), "error").as_deref(),
            Some("interaction_required")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_login_requires_a_new_sign_in() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        let asked = authorize(
            demo,
            &challenge,
            &[
                ("prompt", Some("login")),
                ("login_hint", Some(&hint(&kjent()))),
            ],
        );
        let page = browser.get(&asked).await;
        assert!(
            page.next().as_str().starts_with(&demo.eid),
            "{}",
            page.next()
        );
        let before = browser.cookie(SESSION);
        let page = browser
            .follow_until(page, |next| next.as_str().starts_with(&demo.start))
            .await;
        assert!(
            param(&page.next(), "code").is_some(),
            "one new sign-in satisfies the request"
        );
        assert_ne!(browser.cookie(SESSION), before);
    })
    .await;
}
