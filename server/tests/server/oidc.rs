//! The OpenID Provider, from an application's side.

use crate::support::{
    Demo, FINNES, SESSION,
    browser::{Browser, Page, param, send},
    each_demo, finnes, hint, kjent,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    Audience, AuthenticationMethodReference, ClientId, IssuerUrl, Nonce,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreProviderMetadata},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// A verifier, and its challenge.
pub fn pkce() -> (String, String) {
    let verifier = kobling::config::new_key().replace(['+', '/', '='], "x");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    (verifier, challenge)
}

/// Where the start page is led back to.
pub fn redirect_uri(demo: &Demo) -> String {
    format!("{}/enterprise/callback", demo.start)
}

/// The address of an authorization request, with changes: a parameter set to another value, or left out.
pub fn authorize(demo: &Demo, challenge: &str, changes: &[(&str, Option<&str>)]) -> String {
    let redirect_uri = redirect_uri(demo);
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", "startside"),
        ("redirect_uri", &redirect_uri),
        ("scope", "openid profile email"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        if let Some(value) = value {
            parameters.push((name, value));
        }
    }
    let mut url: url::Url = format!("{}/oidc/authorize", demo.origin)
        .parse()
        .expect("an address");
    url.query_pairs_mut().extend_pairs(parameters);
    url.into()
}

/// An authorization code for whoever is signed in, and its verifier.
pub async fn code(demo: &Demo, browser: &Browser) -> (String, String) {
    let (verifier, challenge) = pkce();
    let page = browser.get(&authorize(demo, &challenge, &[])).await;
    let code = param(&page.next(), "code").unwrap_or_else(|| panic!("no code: {}", page.next()));
    (code, verifier)
}

/// The token request of the start page.
pub fn exchange(demo: &Demo, code: &str, verifier: &str) -> RequestBuilder {
    demo.browser()
        .request(Method::POST, "/oidc/token")
        .basic_auth(
            "startside",
            Some(
                url::form_urlencoded::byte_serialize(demo.client_secret().as_bytes())
                    .collect::<String>(),
            ),
        )
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri(demo)),
            ("code_verifier", verifier),
        ])
}

/// The one whom the directory knows, signed in.
async fn kjent_signed_in(demo: &Demo) -> Browser {
    let browser = demo.browser();
    let flow = demo.enter(&browser, &kjent()).await.param("flow");
    let page = browser.submit("/ui/link-vouched", &[("flow", &flow)]).await;
    assert!(page.url.as_str().starts_with(&demo.start), "{}", page.url);
    browser
}

/// A token request with changes: a field set to another value, or left out.
fn token_request(
    demo: &Demo,
    code: &str,
    verifier: &str,
    changes: &[(&str, Option<&str>)],
) -> RequestBuilder {
    let (redirect_uri, secret) = (redirect_uri(demo), demo.client_secret());
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", verifier),
        ("client_id", "startside"),
        ("client_secret", &secret),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        if let Some(value) = value {
            fields.push((name, value));
        }
    }
    demo.browser()
        .request(Method::POST, "/oidc/token")
        .form(&fields)
}

async fn userinfo(demo: &Demo, token: &str) -> Page {
    send(
        demo.browser()
            .request(Method::GET, "/oidc/userinfo")
            .bearer_auth(token),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_names_what_is_there() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let page = browser.get("/.well-known/openid-configuration").await;
        let metadata: CoreProviderMetadata =
            serde_json::from_str(&page.body).expect("OpenID Connect Discovery §3");
        assert_eq!(metadata.issuer().as_str(), demo.origin);
        let document = page.json();
        // RFC 8414 §2, RFC 9207 §3.
        assert_eq!(
            document["code_challenge_methods_supported"],
            json!(["S256"])
        );
        assert_eq!(
            document["authorization_response_iss_parameter_supported"],
            json!(true)
        );
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "end_session_endpoint",
        ] {
            let address = document[name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name}"));
            assert!(
                address.starts_with(&format!("{}/", demo.origin)),
                "{name}: {address}"
            );
            let method = if name == "token_endpoint" {
                Method::POST
            } else {
                Method::GET
            };
            let status = send(browser.request(method, address)).await.status.as_u16();
            assert!(
                ![404, 405].contains(&status) && status < 500,
                "{name}: {status}"
            );
        }
        let keys = send(browser.request(Method::GET, document["jwks_uri"].as_str().expect("text")))
            .await
            .json();
        let keys = keys["keys"].as_array().expect("keys").clone();
        assert_eq!(keys.len(), 1);
        for key in keys {
            assert!(
                key["kid"].is_string() && key.get("d").is_none(),
                "public halves with names only"
            );
            assert_eq!((&key["alg"], &key["use"]), (&json!("ES256"), &json!("sig")));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn id_tokens_hold_for_a_stranger_s_library() {
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

fn payload(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).expect("base64url")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_decide_what_is_told() {
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
async fn pkce_is_asked_of_everybody() {
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
async fn nobody_is_led_to_an_address_that_is_not_registered() {
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
async fn a_parameter_stands_once() {
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
async fn a_code_shown_again_takes_back_what_it_gave() {
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
async fn a_code_is_of_use_to_its_own_client_and_address_only() {
    const OTHER: &str = r#"client=[
        { id = "startside", name = "Startside", redirect_uris = ["http://localhost:1/a"], secret = "a long secret of startside's own" },
        { id = "annen", name = "Annen", redirect_uris = ["http://localhost:1/a", "http://localhost:1/b"], secret = "a long secret of the other's own" },
        { id = "offentlig", name = "Offentlig", redirect_uris = ["http://localhost:1/a"] },
    ]"#;
    crate::support::engine::each_engine(async |engine| {
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
        // Another client's code, also after which it is of no use to its own client.
        let code = issue("annen").await;
        assert_eq!(try_with(&code, "startside", mine, a).await.json(), refused);
        assert_eq!(try_with(&code, "annen", theirs, a).await.json(), refused);
        assert_eq!(
            try_with(&issue("annen").await, "offentlig", None, a)
                .await
                .json(),
            refused
        );
        // An address that is registered, but was not asked for.
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
        // A public client is held by PKCE alone, and has no secret.
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
async fn clients_prove_themselves_one_way_at_a_time() {
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
        // None of that has cost the code.
        assert_eq!(send(posted(&[])).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_is_for_bearers_of_tokens_in_force() {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_request_gets_an_answer_and_never_a_page() {
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

        // Somebody without access would have to be shown why not.
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
async fn a_fresh_sign_in_can_be_demanded() {
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
            "and is fulfilled by one, not asked for again"
        );
        assert_ne!(browser.cookie(SESSION), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_leads_to_registered_addresses_only() {
    each_demo(async |demo| {
        let logout = |parameters: &[(&str, &str)]| {
            let mut url: url::Url = format!("{}/oidc/logout", demo.origin)
                .parse()
                .expect("an address");
            url.query_pairs_mut().extend_pairs(parameters);
            String::from(url)
        };
        let after = format!("{}/enterprise/signed-out", demo.start);
        let signed_in = async || {
            let browser = kjent_or_linked(demo).await;
            let (code, verifier) = code(demo, &browser).await;
            let answer = send(exchange(demo, &code, &verifier)).await.json();
            (
                browser,
                answer["id_token"].as_str().expect("an ID token").to_owned(),
            )
        };
        let (browser, token) = signed_in().await;
        let address = logout(&[
            ("id_token_hint", &token),
            ("post_logout_redirect_uri", &after),
            ("state", "s&t"),
        ]);
        let page = browser.get(&address).await;
        assert_eq!(browser.cookie(SESSION), None);
        let page = browser
            .follow_until(page, |next| next.as_str().starts_with(&demo.start))
            .await;
        assert_eq!(page.next().as_str(), format!("{after}?state=s%26t"));

        for elsewhere in [
            "https://evil.example/",
            &format!("{after}/x"),
            &redirect_uri(demo),
        ] {
            let (browser, token) = signed_in().await;
            let page = browser
                .get(&logout(&[
                    ("id_token_hint", &token),
                    ("post_logout_redirect_uri", elsewhere),
                ]))
                .await;
            assert_eq!(browser.cookie(SESSION), None, "signed out all the same");
            let last = browser.follow(page).await;
            assert_eq!(
                (last.url.origin().ascii_serialization(), last.url.path()),
                (demo.origin.clone(), "/login")
            );
        }

        // Without a hint anybody could have made the link: the person is asked.
        let (browser, token) = signed_in().await;
        for parameters in [
            vec![],
            vec![
                ("client_id", "startside"),
                ("post_logout_redirect_uri", after.as_str()),
            ],
        ] {
            let page = browser.get(&logout(&parameters)).await;
            assert_eq!(page.next().path(), "/sign-out");
            assert!(browser.cookie(SESSION).is_some());
        }
        // A hint that is not ours, or contradicts the request, is refused.
        let mut forged = token.clone();
        forged.replace_range(token.len() - 4.., "AAAA");
        let none = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.";
        for parameters in [
            vec![("id_token_hint", forged.as_str())],
            vec![("id_token_hint", none)],
            vec![("id_token_hint", "garbage")],
            vec![("id_token_hint", &token), ("client_id", "annen")],
            vec![("state", "a"), ("state", "b")],
        ] {
            let page = browser.get(&logout(&parameters)).await;
            assert_eq!(
                (page.status.as_u16(), page.location()),
                (400, None),
                "{parameters:?}"
            );
            assert!(browser.cookie(SESSION).is_some());
        }
    })
    .await;
}

/// Signs the known person in, linking first where that has not been done.
async fn kjent_or_linked(demo: &Demo) -> Browser {
    if demo.engine.rows("links").await == 0 {
        return kjent_signed_in(demo).await;
    }
    let browser = demo.browser();
    let page = demo.sign_in(&browser, &kjent()).await;
    assert_eq!(page.url.path(), "/account");
    browser
}
