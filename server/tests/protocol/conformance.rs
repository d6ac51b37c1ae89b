//! Requirements of `docs/CONFORMANCE.md` that no other file tests.

use super::{
    authorize, client_auth::clients, code, consent::third_party, exchange, kjent_signed_in,
    payload, pkce, rotation, userinfo,
};
use crate::support::db::Engine;
use crate::{
    admin::each_opened,
    out_of_order::serve_with,
    support::{
        Demo, FINNES, SESSION,
        browser::{Browser, Page, param, send},
        db::each_engine,
        each_demo, hint,
        keys::Key,
        kjent,
    },
    support::{
        person::{flow_in, request},
        world::{World, pid},
    },
};
use kobling::oidc::Signer;
use kobling_domain::{
    kernel::clock::Clock,
    oidc::{grant::types::AuthorizationRequest, signing_key::types::Rotation},
};
use kobling_model::{Problem, Timestamp, time::Span};
use kobling_test_macros::on_each_engine;
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::HashSet, sync::Arc};

fn names(object: &Value) -> HashSet<&str> {
    let object = object.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

fn error_of(page: &Page) -> Option<String> {
    page.location().and_then(|next| param(&next, "error"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_response_is_a_303_with_code_state_and_issuer_alone() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        for state in ["a", "æ &?#/\"<%00+ ", &"x".repeat(512)] {
            let changes = [("state", Some(state))];
            let page = browser.get(&authorize(demo, &challenge, &changes)).await;
            assert_eq!(
                (page.status.as_u16(), page.header("cache-control")),
                (303, "no-store")
            );
            let next = page.next();
            let names: Vec<_> = next.query_pairs().map(|(name, _)| name).collect();
            assert_eq!(names, ["code", "state", "iss"]);
            assert_eq!(param(&next, "state").as_deref(), Some(state));
            assert_eq!(param(&next, "iss").as_ref(), Some(&demo.origin));
            assert_eq!(next.fragment(), None);
            // 256 bits (RFC 6749 §10.10).
            assert_eq!(param(&next, "code").map(|code| code.len()), Some(43));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_response_and_its_id_token_contain_every_required_member() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (code, verifier) = code(demo, &browser).await;
        let page = send(exchange(demo, &code, &verifier)).await;
        assert_eq!(page.header("content-type"), "application/json");
        let answer = page.json();
        assert_eq!(
            names(&answer),
            HashSet::from([
                "access_token",
                "token_type",
                "expires_in",
                "scope",
                "id_token"
            ])
        );
        assert_eq!(answer["expires_in"], 600);
        assert_eq!(answer["access_token"].as_str().map(str::len), Some(43));
        let token = answer["id_token"].as_str().expect("a token");
        let header = jsonwebtoken::decode_header(token).expect("a header");
        let keys = browser.get("/oidc/jwks").await;
        assert!(keys.header("content-type").starts_with("application/json"));
        let published = keys.json();
        let known = published["keys"].as_array().expect("keys");
        assert!(
            known.iter().any(|key| key["kid"] == json!(header.kid)),
            "OpenID Connect Core §10.1"
        );
        let claims = payload(token);
        assert_eq!(
            (&claims["iss"], &claims["aud"], &claims["nonce"]),
            (&json!(demo.origin), &json!("startside"), &json!("a nonce"))
        );
        let seconds = |name: &str| claims[name].as_i64().expect("a number");
        assert_eq!(seconds("exp") - seconds("iat"), 300);
        assert!(seconds("auth_time") <= seconds("iat"));
        assert!(claims["acr"].is_string() && claims["amr"].is_array());
        assert!(
            claims["sub"]
                .as_str()
                .is_some_and(|sub| sub.len() <= 255 && sub.is_ascii())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_has_the_subject_of_the_id_token_and_email_verified() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (code, verifier) = code(demo, &browser).await;
        let answer = send(exchange(demo, &code, &verifier)).await.json();
        let claims = payload(answer["id_token"].as_str().expect("a token"));
        for (at, proven) in [("NULL", false), ("1", true)] {
            let sql = format!("UPDATE accounts SET email_proven_at = {at}");
            demo.engine.execute(&sql).await;
            let token = answer["access_token"].as_str().expect("a token");
            let page = userinfo(demo, token).await;
            assert_eq!(page.header("content-type"), "application/json");
            let claimed = page.json();
            assert_eq!(claimed["sub"], claims["sub"]);
            assert_eq!(claimed["email_verified"], json!(proven));
            assert_eq!(
                names(&claimed),
                HashSet::from(["sub", "name", "email", "email_verified"])
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parameters_of_core_15_1_are_accepted() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        for (name, value) in [
            ("display", "page"),
            ("display", "popup"),
            ("display", "touch"),
            ("display", "wap"),
            ("ui_locales", "fr-CA fr en"),
            ("claims_locales", "nb en"),
            ("max_age", "3600"),
            ("acr_values", "urn:unheard-of substantial"),
            ("scope", "openid offline_access address phone"),
        ] {
            let changes = [(name, Some(value))];
            let page = browser.get(&authorize(demo, &challenge, &changes)).await;
            assert!(param(&page.next(), "code").is_some(), "{name}={value}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn max_age_zero_is_satisfied_by_a_new_sign_in() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (verifier, challenge) = pkce();
        demo.engine
            .execute("UPDATE sessions SET authenticated_at = authenticated_at - 7200000000")
            .await;
        let hint = hint(&kjent());
        let asked = [("max_age", Some("0")), ("login_hint", Some(hint.as_str()))];
        let page = browser.get(&authorize(demo, &challenge, &asked)).await;
        assert!(page.next().as_str().starts_with(&demo.eid));
        let page = browser
            .follow_until(page, |next| next.as_str().starts_with(&demo.start))
            .await;
        let code = param(&page.next(), "code").expect("a code");
        let answer = send(exchange(demo, &code, &verifier)).await.json();
        let claims = payload(answer["id_token"].as_str().expect("a token"));
        let seconds = |name: &str| claims[name].as_i64().expect("a number");
        assert!((0..60).contains(&(seconds("iat") - seconds("auth_time"))));
    })
    .await;
}

#[on_each_engine]
async fn a_required_new_sign_in_is_not_satisfied_by_an_old_one_upstream(engine: Engine) {
    let world = World::new(&engine).await;
    world.person().link(&pid(1), "ann@nordvik.example").await;
    let now = world.clock.now();
    let old = Timestamp(now.0 - Span::hours(1).0);
    let says = |at| {
        *world
            .eid
            .auth_time
            .lock()
            .expect("the lock is not poisoned") = Some(at);
    };
    for demanded in [
        AuthorizationRequest {
            force_login: true,
            ..request("open")
        },
        AuthorizationRequest {
            max_age: Some(60),
            ..request("open")
        },
    ] {
        let mut person = world.person();
        says(old);
        let page = person.asks(demanded.clone()).await;
        let page = person.eid(&pid(1), Some(flow_in(&page))).await;
        let problem = person.login_problem(&page).await;
        assert_eq!(problem, Some(Problem::EidInvalid));
        assert!(person.caller().await.is_none());
        says(now);
        let page = person.asks(demanded).await;
        let address = person.eid(&pid(1), Some(flow_in(&page))).await;
        assert!(address.contains("code="), "{address}");
    }
    // If no new sign-in was requested, the old one is accepted, with its own time.
    says(old);
    let mut person = world.person();
    let page = person.asks(request("open")).await;
    let address = person.eid(&pid(1), Some(flow_in(&page))).await;
    assert!(address.contains("code="), "{address}");
    let session = person.caller().await.expect("signed in").session;
    assert_eq!(session.authenticated_at, old);
}

/// Ann, signed in at a server with a test clock, and an ID token for her.
async fn ann(engine: &Engine) -> (World, String, Browser, String) {
    let world = rotation::world(engine, Rotation::USUAL).await;
    let signer = Signer::load(&world.kobling).await.expect("a signer");
    let origin = serve_with(&world, Arc::new(signer)).await;
    let browser = rotation::signed_in(&origin).await;
    let token = rotation::id_token(&browser, &origin, &origin, "open").await;
    (world, origin, browser, token)
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_hint_at_the_authorization_endpoint_may_have_expired(engine: Engine) {
    let (world, origin, browser, token) = ann(&engine).await;
    world.pass(Span::hours(1));
    let (_, challenge) = pkce();
    let mut url: url::Url = format!("{origin}/oidc/authorize").parse().expect("one");
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", "open"),
        ("redirect_uri", "https://open.example/callback"),
        ("scope", "openid"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("prompt", "none"),
        ("id_token_hint", &token),
    ]);
    let next = browser.get(url.as_str()).await.next();
    assert!(param(&next, "code").is_some(), "{next}");
    // An ID token of another client is not accepted as hint.
    let other = rotation::id_token(&browser, &origin, &origin, "rsa").await;
    let address = url.as_str().replace(&token, &other);
    let page = browser.get(&address).await;
    assert_eq!(error_of(&page).as_deref(), Some("invalid_request"));
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_hint_from_an_earlier_session_of_the_same_person_signs_out_at_once(engine: Engine) {
    let (world, origin, _, token) = ann(&engine).await;
    world.pass(Span::hours(1));
    let later = rotation::signed_in(&origin).await;
    let page = later
        .get(&format!("{origin}/oidc/logout?id_token_hint={token}"))
        .await;
    assert_eq!(page.next().path(), "/login");
    assert!(later.cookie(SESSION).is_none_or(|value| value.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_3_both_well_known_addresses_give_the_same_document() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let mut documents = Vec::new();
        for name in ["openid-configuration", "oauth-authorization-server"] {
            let page = browser.get(&format!("/.well-known/{name}")).await;
            assert_eq!(
                (page.status.as_u16(), page.header("content-type")),
                (200, "application/json"),
                "{name}"
            );
            documents.push(page.json());
        }
        assert_eq!(documents[0], documents[1]);
        assert_eq!(documents[0]["issuer"], json!(demo.origin));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_discovery_announces_is_supported() {
    each_opened(async |demo| {
        let browser = demo.browser();
        let document = browser
            .get("/.well-known/openid-configuration")
            .await
            .json();
        for (name, value) in document.as_object().expect("an object") {
            assert!(
                !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty()),
                "{name}"
            );
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let address = value.as_str().expect("an address");
                assert!(address.starts_with(&format!("{}/oidc/", demo.origin)));
                let mut there = 0;
                for method in [Method::GET, Method::POST] {
                    let status = send(browser.request(method, address)).await.status;
                    assert!(!status.is_server_error(), "{name}: {status}");
                    there += i32::from(![404, 405].contains(&status.as_u16()));
                }
                assert!(there > 0, "{name}");
            }
        }
        // Only the code flow (RFC 9700 §2.1.2, §2.4), and nothing that is not supported.
        assert_eq!(document["response_types_supported"], json!(["code"]));
        assert_eq!(
            document["grant_types_supported"],
            json!(["authorization_code", "refresh_token"])
        );
        assert_eq!(document.get("signed_metadata"), None);
        let person = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        for (list, parameter) in [
            ("scopes_supported", "scope"),
            ("response_types_supported", "response_type"),
            ("response_modes_supported", "response_mode"),
            ("code_challenge_methods_supported", "code_challenge_method"),
            ("ui_locales_supported", "ui_locales"),
            ("prompt_values_supported", "prompt"),
            ("acr_values_supported", "acr_values"),
        ] {
            for value in document[list].as_array().expect("a list") {
                let value = value.as_str().expect("text");
                let openid = format!("openid {value}");
                let given = if parameter == "scope" { &openid } else { value };
                let changes = [(parameter, Some(given))];
                let page = person.get(&authorize(demo, &challenge, &changes)).await;
                assert!(page.location().is_some(), "{list}: {value}");
                assert_eq!(error_of(&page), None, "{list}: {value}");
            }
        }
        for grant in document["grant_types_supported"]
            .as_array()
            .expect("a list")
        {
            let fields = [("grant_type", grant.as_str().expect("text"))];
            let page = send(
                browser
                    .request(Method::POST, "/oidc/token")
                    .basic_auth("startside", Some(form_encoded(&demo.client_secret())))
                    .form(&fields),
            )
            .await;
            assert_eq!(page.json()["error"], "invalid_request", "{grant}");
        }
    })
    .await;
}

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_for_posts_refuse_other_methods() {
    each_demo(async |demo| {
        let browser = demo.browser();
        for path in [
            "/oidc/token",
            "/oidc/par",
            "/oidc/revoke",
            "/oidc/introspect",
        ] {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let address = format!("{path}?token=x&client_id=startside");
                let page = send(browser.request(method, &address)).await;
                assert_eq!(page.status, 405, "{path}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorization_endpoint_does_not_support_cors() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (_, challenge) = pkce();
        let address = authorize(demo, &challenge, &[]);
        for method in [Method::GET, Method::OPTIONS] {
            let request = browser
                .request(method, &address)
                .header("origin", "https://evil.example")
                .header("access-control-request-method", "GET");
            let page = send(request).await;
            for name in page.headers.keys() {
                assert!(!name.as_str().starts_with("access-control-"), "{name}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9126_2_3_too_many_pushed_requests_get_429() {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &[&clients(&[&Key::es256("a")])]).await;
        let push = || {
            let (_, challenge) = pkce();
            let form = [
                ("response_type", "code"),
                ("client_id", "offentlig"),
                ("redirect_uri", "http://localhost:1/a"),
                ("scope", "openid"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ];
            let request = demo.browser().request(Method::POST, "/oidc/par");
            send(request.form(&form))
        };
        assert_eq!(push().await.status, 201);
        // The state after thousands of requests.
        demo.engine
            .execute("UPDATE rate_limits SET tat = 4102444800000000")
            .await;
        let page = push().await;
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (429, json!({ "error": "temporarily_unavailable" }))
        );
        let wait = page.header("retry-after").parse::<u32>();
        assert!(wait.expect("a number") >= 60);
    })
    .await;
}

/// Every response between the password form and the application.
async fn responses_of_a_sign_in(demo: &Demo) -> Vec<Page> {
    let other = third_party(demo, "kalender", |_| {}).await;
    let browser = demo.browser();
    let (_, challenge) = pkce();
    let address = authorize(demo, &challenge, &other.changes(&[]));
    let mut pages = vec![browser.get(&address).await];
    let flow = param(&pages[0].next(), "flow").expect("a flow");
    pages.push(browser.get(pages[0].next().as_str()).await);
    let fields = [("flow", flow.as_str()), ("email", FINNES.0)];
    pages.push(browser.post("/ui/identify", &fields).await);
    let fields = [("flow", flow.as_str()), ("password", FINNES.1)];
    let page = browser.post("/ui/password-sign-in", &fields).await;
    assert_eq!(page.next().path(), "/consent");
    pages.push(browser.get(page.next().as_str()).await);
    let flow = param(&page.next(), "flow").expect("a flow");
    pages.push(page);
    let page = browser.post("/ui/consent-allow", &[("flow", &flow)]).await;
    assert!(page.next().as_str().starts_with(&other.redirect_uri));
    pages.push(page);
    pages.push(browser.post("/ui/sign-out", &[]).await);
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9700_4_12_a_posted_password_is_answered_with_303() {
    each_demo(async |demo| {
        let answers = responses_of_a_sign_in(demo).await;
        let led: Vec<_> = answers
            .iter()
            .filter(|page| page.location().is_some())
            .collect();
        assert_eq!(led.len(), 5);
        for page in led {
            assert_eq!(page.status, 303, "{}", page.url);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9700_4_2_4_no_address_leaks_in_a_referrer() {
    each_demo(async |demo| {
        for page in responses_of_a_sign_in(demo).await {
            let policy = page.header("referrer-policy");
            assert_eq!(policy, "same-origin", "{}", page.url);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9700_4_13_forwarded_headers_are_trusted_behind_a_proxy_only() {
    for (setting, last, network) in [
        ("server.behind_proxy=false", "203.0.113.9", "127.0.0.1"),
        ("server.behind_proxy=true", "203.0.113.9", "203.0.113.9"),
        (
            "server.behind_proxy=true",
            "203.0.113.9:4711",
            "203.0.113.9",
        ),
        (
            "server.behind_proxy=true",
            "[2001:db8:1:2:3::4]:4711",
            "2001:db8:1:2::/64",
        ),
        ("server.behind_proxy=true", "unknown", "127.0.0.1"),
    ] {
        each_engine(async |engine| {
            let demo = Demo::start(&engine, &[setting]).await;
            let with = |method, path: &str| {
                demo.browser()
                    .request(method, path)
                    .header("x-forwarded-for", format!("198.51.100.7, {last}"))
                    .header("x-forwarded-host", "evil.example")
                    .header("x-forwarded-proto", "https")
                    .header("forwarded", "for=198.51.100.8;host=evil.example")
            };
            let page = send(with(Method::POST, "/oidc/token")).await;
            assert_eq!(page.status, 401);
            let noted = format!("audit WHERE event = 'client.refused' AND network = '{network}'");
            assert_eq!(demo.engine.rows(&noted).await, 1, "{setting} {last}");
            // The own origin is configured; headers do not change it.
            let page = send(with(Method::GET, "/.well-known/openid-configuration")).await;
            assert!(!page.body.contains("evil.example"));
            assert_eq!(page.json()["issuer"], json!(demo.origin));
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cors_allows_applications_in_a_browser() {
    each_demo(async |demo| {
        for path in [
            "/.well-known/openid-configuration",
            "/oidc/jwks",
            "/oidc/token",
            "/oidc/userinfo",
            "/oidc/revoke",
        ] {
            let asked = demo
                .browser()
                .request(Method::OPTIONS, path)
                .header("origin", "https://app.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "dpop");
            let page = send(asked).await;
            assert_eq!(page.header("access-control-allow-origin"), "*", "{path}");
            assert!(page.header("access-control-allow-headers").contains("dpop"));
            // CORS without credentials: no cookie is accepted.
            assert!(
                !page
                    .headers
                    .contains_key("access-control-allow-credentials")
            );
        }
        let asked = demo
            .browser()
            .request(Method::GET, "/oidc/userinfo")
            .header("origin", "https://app.example");
        let page = send(asked).await;
        assert_eq!(page.status, 401);
        assert_eq!(page.header("access-control-allow-origin"), "*");
    })
    .await;
}
