//! The token endpoint: which codes it accepts, from which client, and what the tokens allow.

use super::{authorize, code, exchange, kjent_signed_in, payload, pkce, token_request, userinfo};
use crate::support::{
    Demo, FINNES,
    browser::{param, send},
    each_demo, kjent,
};
use openidconnect::{
    Audience, AuthenticationMethodReference, ClientId, IssuerUrl, Nonce,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet},
};
use reqwest::Method;
use serde_json::json;
use std::collections::HashSet;

#[tokio::test(flavor = "multi_thread")]
async fn id_tokens_are_valid_for_a_third_party_library() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let before = demo
            .engine
            .number("SELECT max(authenticated_at) / 1000000 FROM sessions")
            .await;
        let (code, verifier) = code(demo, &browser).await;
        let page = send(exchange(demo, &code, &verifier)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(
            (page.header("cache-control"), page.header("pragma")),
            ("no-store", "no-cache")
        );
        let answer = page.json();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["scope"], "openid profile email");

        let keys: CoreJsonWebKeySet =
            serde_json::from_str(&browser.get("/oidc/jwks").await.body).expect("a key set");
        let issuer = IssuerUrl::new(demo.origin.clone()).expect("an issuer");
        let verifier =
            CoreIdTokenVerifier::new_public_client(ClientId::new("startside".into()), issuer, keys)
                .set_allowed_algs([openidconnect::core::CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
        let text = answer["id_token"].as_str().expect("an ID token").to_owned();
        let token: CoreIdToken = text.parse().expect("a signed token");
        let claims = token
            .claims(&verifier, &Nonce::new("a nonce".into()))
            .expect("holds");
        assert!(
            token
                .claims(&verifier, &Nonce::new("another".into()))
                .is_err()
        );
        assert_eq!(claims.audiences(), &[Audience::new("startside".into())]);
        assert_eq!(claims.auth_time().expect("auth_time").timestamp(), before);
        assert_eq!(
            claims.auth_context_ref().expect("acr").as_str(),
            "idporten-loa-high"
        );
        let amr = claims.auth_method_refs().expect("amr");
        assert!(
            amr.contains(&AuthenticationMethodReference::new("eid".into())),
            "{amr:?}"
        );
        let raw = payload(&text);
        assert!(raw["sid"].as_str().is_some_and(|sid| sid.len() >= 32));
        assert_eq!(raw["idp"], "bankid");
        assert_eq!(raw["email"], "kjent@nordvik.example");
        assert_eq!(raw["name"], "Kjersti Kjent");
        assert!(
            !text.contains(&kjent()) && !raw.to_string().contains(&kjent()),
            "no identity number"
        );

        let known = userinfo(demo, answer["access_token"].as_str().expect("a token"))
            .await
            .json();
        assert_eq!(
            (&known["sub"], &known["email"], &known["name"]),
            (&raw["sub"], &raw["email"], &raw["name"])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_determine_the_claims() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (verifier, challenge) = pkce();
        let page = browser
            .get(&authorize(
                demo,
                &challenge,
                &[("scope", Some("openid")), ("nonce", None)],
            ))
            .await;
        let code = param(&page.next(), "code").expect("a code");
        let answer = send(exchange(demo, &code, &verifier)).await.json();
        let claims = payload(answer["id_token"].as_str().expect("an ID token"));
        for name in ["name", "email", "email_verified", "nonce"] {
            assert!(claims.get(name).is_none(), "{name}");
        }
        let known = userinfo(demo, answer["access_token"].as_str().expect("a token"))
            .await
            .json();
        let names: HashSet<&str> = known
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(names, HashSet::from(["sub"]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_code_revokes_its_tokens() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (code, verifier) = code(demo, &browser).await;
        let token = send(exchange(demo, &code, &verifier)).await.json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        assert_eq!(userinfo(demo, &token).await.status, 200);
        let page = send(exchange(demo, &code, &verifier)).await;
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (400, json!({ "error": "invalid_grant" }))
        );
        let page = userinfo(demo, &token).await;
        assert_eq!(page.status, 401);
        assert!(
            page.header("www-authenticate")
                .contains("error=\"invalid_token\"")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_bound_to_its_client_and_redirect_uri() {
    const OTHER: &str = r#"client=[
        { id = "startside", name = "Startside", redirect_uris = ["http://localhost:1/a"], secret = "a long secret of startside's own" },
        { id = "annen", name = "Annen", redirect_uris = ["http://localhost:1/a", "http://localhost:1/b"], secret = "a long secret of the other's own" },
        { id = "offentlig", name = "Offentlig", redirect_uris = ["http://localhost:1/a"] },
    ]"#;
    crate::support::db::each_engine(async |engine| {
        let demo = Demo::start(&engine, &[&OTHER.replace('\n', "")]).await;
        let browser = demo.browser();
        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
            .await;
        let (verifier, challenge) = pkce();
        let issue = async |client: &str| {
            let changes = [
                ("client_id", Some(client)),
                ("redirect_uri", Some("http://localhost:1/a")),
            ];
            let page = browser.get(&authorize(&demo, &challenge, &changes)).await;
            param(&page.next(), "code").expect("a code")
        };
        let try_with = async |code: &str, client: &str, secret: Option<&str>, redirect: &str| {
            let changes = [
                ("client_id", Some(client)),
                ("client_secret", secret),
                ("redirect_uri", Some(redirect)),
            ];
            send(token_request(&demo, code, &verifier, &changes)).await
        };
        let (mine, theirs) = (
            Some("a long secret of startside's own"),
            Some("a long secret of the other's own"),
        );
        let a = "http://localhost:1/a";
        let refused = json!({ "error": "invalid_grant" });
        // The code of another client; after this attempt its own client cannot use it either.
        let code = issue("annen").await;
        assert_eq!(try_with(&code, "startside", mine, a).await.json(), refused);
        assert_eq!(try_with(&code, "annen", theirs, a).await.json(), refused);
        assert_eq!(
            try_with(&issue("annen").await, "offentlig", None, a)
                .await
                .json(),
            refused
        );
        // A redirect URI that is registered, but was not in the request.
        assert_eq!(
            try_with(
                &issue("annen").await,
                "annen",
                theirs,
                "http://localhost:1/b"
            )
            .await
            .json(),
            refused
        );
        assert_eq!(
            try_with(&issue("annen").await, "annen", theirs, a)
                .await
                .status,
            200
        );
        // A public client uses PKCE alone, and has no secret.
        assert_eq!(
            try_with(&issue("offentlig").await, "offentlig", None, a)
                .await
                .status,
            200
        );
        let page = try_with(&issue("offentlig").await, "offentlig", Some("made up"), a).await;
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (401, json!({ "error": "invalid_client" }))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_uses_one_authentication_method_per_request() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (code, verifier) = code(demo, &browser).await;
        let secret = demo.client_secret();
        let posted = |changes| token_request(demo, &code, &verifier, changes);
        let none = posted(&[("client_secret", None)]);
        let wrong = posted(&[("client_secret", Some("something else"))]);
        let unknown = posted(&[("client_id", Some("nobody"))]);
        let nameless = posted(&[("client_id", None)]);
        let wrong_basic =
            posted(&[("client_secret", None)]).basic_auth("startside", Some("something else"));
        let garbage = posted(&[("client_secret", None)]).header("authorization", "Basic !!!");
        for (what, request) in [
            ("none", none),
            ("wrong", wrong),
            ("unknown", unknown),
            ("nameless", nameless),
            ("wrong basic", wrong_basic),
            ("garbage", garbage),
        ] {
            let page = send(request).await;
            assert!(
                [400, 401].contains(&page.status.as_u16()),
                "{what}: {}",
                page.status
            );
            let error = page.json()["error"].as_str().expect("an error").to_owned();
            assert!(
                ["invalid_client", "invalid_request"].contains(&error.as_str()),
                "{what}: {error}"
            );
            if page.status == 401 {
                assert!(
                    page.header("www-authenticate").starts_with("Basic"),
                    "{what}"
                );
            }
        }
        let both = posted(&[]).basic_auth("startside", Some(&secret));
        let page = send(both).await;
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (400, json!({ "error": "invalid_request" })),
            "RFC 6749 §2.3"
        );
        // None of the refused requests has consumed the code.
        assert_eq!(send(posted(&[])).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_requires_an_active_access_token() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let none = send(browser.request(Method::GET, "/oidc/userinfo")).await;
        assert_eq!(
            (none.status.as_u16(), none.header("www-authenticate")),
            (401, "Bearer realm=\"kobling\"")
        );
        for token in ["x", &"x".repeat(43), &"æ".repeat(20)] {
            let page = send(
                browser
                    .request(Method::GET, "/oidc/userinfo")
                    .header("authorization", format!("Bearer {token}")),
            )
            .await;
            assert_eq!(page.status, 401, "{token}");
        }
        let (code, verifier) = code(demo, &browser).await;
        let token = send(exchange(demo, &code, &verifier)).await.json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let posted = send(
            browser
                .request(Method::POST, "/oidc/userinfo")
                .bearer_auth(&token),
        )
        .await;
        assert_eq!(posted.status, 200);
        browser.post("/ui/sign-out", &[]).await;
        assert_eq!(
            userinfo(demo, &token).await.status,
            401,
            "it ends with the session that it came from"
        );
    })
    .await;
}
