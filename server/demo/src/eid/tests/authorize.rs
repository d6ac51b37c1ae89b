//! Authorization requests: what is refused, and how; pushed requests; single sign-on.

use super::*;
use crate::testing::query;

#[tokio::test]
async fn discovery_describes_the_provider() {
    let mut eid = Eid::new();
    let found = eid
        .browser
        .get("/.well-known/openid-configuration")
        .await
        .json();
    assert_eq!(found["issuer"], ISSUER);
    assert_eq!(
        found["authorization_endpoint"],
        "http://localhost:3002/authorize"
    );
    assert_eq!(
        found["pushed_authorization_request_endpoint"],
        "http://localhost:3002/par"
    );
    assert_eq!(found["require_pushed_authorization_requests"], false);
    assert_eq!(
        found["authorization_response_iss_parameter_supported"],
        true
    );
    assert_eq!(
        found["end_session_endpoint"],
        "http://localhost:3002/logout"
    );
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    let levels = found["acr_values_supported"].as_array().unwrap();
    assert!(levels.contains(&json!("idporten-loa-high")));
}

#[tokio::test]
async fn unknown_clients_and_addresses_are_never_redirected_to() {
    let good = Params::good();
    let bad = [
        good.clone().with("client_id", "en-annen"),
        good.clone().without("client_id"),
        good.clone().and("client_id", CLIENT),
        good.clone()
            .with("redirect_uri", "http://localhost:3000/eid/bankid/callback/"),
        good.clone().with(
            "redirect_uri",
            "http://localhost:3000/eid/bankid/callback?x=1",
        ),
        good.clone()
            .with("redirect_uri", "https://et-annet-sted.example/"),
        good.clone().without("redirect_uri"),
        good.clone()
            .and("redirect_uri", "https://et-annet-sted.example/"),
        Params::of(&[("client_id", CLIENT), ("request_uri", "urn:ukjent")]),
    ];
    for params in bad {
        let reply = Eid::new().authorize(&params).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", params.encode());
        assert_eq!(reply.header(header::LOCATION), "");
        assert!(
            reply
                .body
                .contains("<h1>Innloggingen kan ikke fortsette</h1>")
        );
    }
}

#[tokio::test]
async fn invalid_requests_are_redirected_back_with_state_and_issuer() {
    let good = Params::good();
    let table = [
        (
            good.clone().with("response_type", "id_token"),
            "unsupported_response_type",
        ),
        (good.clone().without("response_type"), "invalid_request"),
        (
            good.clone().with("response_mode", "fragment"),
            "invalid_request",
        ),
        (good.clone().with("scope", "profile"), "invalid_scope"),
        (good.clone().without("scope"), "invalid_request"),
        (good.clone().without("nonce"), "invalid_request"),
        (good.clone().without("code_challenge"), "invalid_request"),
        (
            good.clone().with("code_challenge", "kort"),
            "invalid_request",
        ),
        (
            good.clone().without("code_challenge_method"),
            "invalid_request",
        ),
        (
            good.clone().with("code_challenge_method", "plain"),
            "invalid_request",
        ),
        (good.clone().with("acr_values", "Level4"), "invalid_request"),
        (good.clone().with("prompt", "none login"), "invalid_request"),
        (good.clone().with("prompt", "kanskje"), "invalid_request"),
        (good.clone().with("max_age", "ung"), "invalid_request"),
        (
            good.clone().with("request", "e30.e30."),
            "request_not_supported",
        ),
        (good.clone().and("nonce", "nonce-2"), "invalid_request"),
        (good.clone().with("prompt", "none"), "login_required"),
    ];
    for (params, error) in table {
        let reply = Eid::new().authorize(&params).await;
        let url = reply.location();
        assert!(url.as_str().starts_with(CALLBACK), "{url}");
        assert_eq!(
            reply.param("error").as_deref(),
            Some(error),
            "{}",
            params.encode()
        );
        assert_eq!(reply.param("state").as_deref(), Some("tilstand & mer"));
        assert_eq!(reply.param("iss").as_deref(), Some(ISSUER));
        assert_eq!(reply.param("code"), None);
    }
}

#[tokio::test]
async fn a_request_without_state_is_refused() {
    let reply = Eid::new().authorize(&Params::good().without("state")).await;
    assert_eq!(reply.param("error").as_deref(), Some("invalid_request"));
    assert_eq!(reply.param("state"), None);
}

#[tokio::test]
async fn a_login_hint_signs_in_without_a_page() {
    let mut eid = Eid::new();
    let hint = format!("testid:{}_idporten-loa-high", synthetic_pid(7));
    let reply = eid
        .authorize(&Params::good().with("login_hint", &hint))
        .await;
    assert!(reply.location().as_str().starts_with(CALLBACK));
    assert_eq!(reply.param("state").as_deref(), Some("tilstand & mer"));
    assert_eq!(reply.param("iss").as_deref(), Some(ISSUER));
    let cookie = reply.header(header::SET_COOKIE);
    assert!(cookie.starts_with("testid_session="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let claims = eid.claims(&reply.param("code").unwrap()).await;
    assert_eq!(claims["pid"], json!(synthetic_pid(7)));
    assert_eq!(claims["acr"], "idporten-loa-high");
}

#[tokio::test]
async fn an_invalid_login_hint_leads_to_the_page() {
    for hint in [
        "testid:12345678901_idporten-loa-high",
        "testid:",
        "noen@nordvik.example",
    ] {
        let mut eid = Eid::new();
        eid.interaction(&Params::good().with("login_hint", hint))
            .await;
    }
}

async fn push(eid: &mut Eid, params: &Params) -> Reply {
    let basic = basic(CLIENT, SECRET);
    let headers = [(header::AUTHORIZATION, basic.as_str())];
    eid.browser
        .ask(Method::POST, "/par", &headers, params.encode())
        .await
}

async fn pushed(eid: &mut Eid) -> Params {
    let hint = format!("testid:{}_idporten-loa-high", synthetic_pid(1));
    let reply = push(eid, &Params::good().with("login_hint", &hint)).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    assert_eq!(reply.json()["expires_in"], 120);
    let uri = reply.json()["request_uri"].as_str().unwrap().to_owned();
    Params::of(&[("client_id", CLIENT), ("request_uri", &uri)])
}

#[tokio::test]
async fn a_pushed_request_leads_to_a_token_once() {
    let mut eid = Eid::new();
    let params = pushed(&mut eid).await;
    let code = eid.authorize(&params).await.param("code").unwrap();
    assert_eq!(eid.claims(&code).await["nonce"], "nonce-1");
    let again = eid.authorize(&params).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_pushed_request_is_valid_for_120_seconds() {
    let mut eid = Eid::new();
    let (early, late) = (pushed(&mut eid).await, pushed(&mut eid).await);
    eid.time.pass(119);
    assert!(eid.authorize(&early).await.param("code").is_some());
    eid.time.pass(1);
    assert_eq!(eid.authorize(&late).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_pushed_request_is_bound_to_its_client() {
    let mut eid = Eid::new();
    let params = pushed(&mut eid).await;
    let stolen = params.clone().with("client_id", "en-annen");
    assert_eq!(eid.authorize(&stolen).await.status, StatusCode::BAD_REQUEST);
    assert!(eid.authorize(&params).await.param("code").is_some());
}

#[tokio::test]
async fn invalid_pushed_requests_are_refused_at_once() {
    let good = Params::good();
    let table = [
        (
            good.clone()
                .with("redirect_uri", "https://et-annet-sted.example/"),
            "invalid_request",
        ),
        (good.clone().without("client_id"), "invalid_client"),
        (good.clone().without("nonce"), "invalid_request"),
        (good.clone().with("scope", "profile"), "invalid_scope"),
        (good.clone().with("request_uri", "urn:x"), "invalid_request"),
    ];
    for (params, error) in table {
        let reply = push(&mut Eid::new(), &params).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", params.encode());
        assert_eq!(reply.json()["error"], error, "{}", params.encode());
    }
    let reply = Eid::new()
        .browser
        .post("/par", &[("client_id", CLIENT)])
        .await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_second_request_uses_the_session() {
    let mut eid = Eid::new();
    let first = eid.code().await;
    let first = eid.claims(&first).await;
    eid.time.pass(60);
    let reply = eid.authorize(&Params::good()).await;
    let second = eid.claims(&reply.param("code").unwrap()).await;
    assert_eq!(second["sid"], first["sid"]);
    assert_eq!(second["sub"], first["sub"]);
    assert_eq!(second["auth_time"], Time::START);
    assert_eq!(second["iat"], Time::START + 60);
    // … also with `prompt=none`.
    let silent = eid.authorize(&Params::good().with("prompt", "none")).await;
    assert!(silent.param("code").is_some());
}

#[tokio::test]
async fn some_requests_need_a_new_sign_in_despite_the_session() {
    let other = format!("testid:{}_idporten-loa-high", synthetic_pid(2));
    let low = format!("testid:{}_idporten-loa-low", synthetic_pid(1));
    let mut eid = Eid::new();
    eid.code().await;
    eid.interaction(&Params::good().with("prompt", "login"))
        .await;
    eid.time.pass(10);
    eid.interaction(&Params::good().with("max_age", "9")).await;
    assert!(
        eid.authorize(&Params::good().with("max_age", "10"))
            .await
            .param("code")
            .is_some()
    );

    let reply = eid
        .authorize(&Params::good().with("login_hint", &other))
        .await;
    let claims = eid.claims(&reply.param("code").unwrap()).await;
    assert_eq!(claims["pid"], json!(synthetic_pid(2)));

    let params = Params::good()
        .with("prompt", "login")
        .with("login_hint", &low);
    eid.authorize(&params).await;
    let high = Params::good().with("acr_values", "idporten-loa-high");
    eid.interaction(&high).await;
    let silent = eid.authorize(&high.with("prompt", "none")).await;
    assert_eq!(silent.param("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn the_session_ends_after_30_idle_minutes() {
    let mut eid = Eid::new();
    eid.code().await;
    eid.time.pass(30 * 60 - 1);
    assert!(eid.authorize(&Params::good()).await.param("code").is_some());
    eid.time.pass(30 * 60);
    eid.interaction(&Params::good()).await;
}

#[tokio::test]
async fn the_session_ends_after_120_minutes_even_if_used() {
    let mut eid = Eid::new();
    eid.code().await;
    for _ in 0..5 {
        eid.time.pass(20 * 60);
        assert!(eid.authorize(&Params::good()).await.param("code").is_some());
    }
    eid.time.pass(20 * 60);
    eid.interaction(&Params::good()).await;
}

#[tokio::test]
async fn the_session_is_bound_to_the_browser() {
    let mut eid = Eid::new();
    eid.code().await;
    eid.browser = eid.browser.another();
    eid.interaction(&Params::good()).await;
}

#[tokio::test]
async fn the_redirect_keeps_the_query_of_the_redirect_uri() {
    let auth = ClientAuth::Secret(SECRET.to_owned());
    let mut config = config(auth);
    let callback = "http://localhost:3000/svar?fra=eid";
    config.client.redirect_uris = vec![callback.parse().unwrap()];
    let time = Time::new();
    let provider = provider::Provider::new(config, keys(), time.clock()).unwrap();
    let browser = Browser::new(routes::router(provider));
    let mut eid = Eid { browser, time };
    let params = Params::good()
        .with("redirect_uri", callback)
        .with("prompt", "none");
    let url = eid.authorize(&params).await.location();
    assert_eq!(query(&url, "fra").as_deref(), Some("eid"));
    assert_eq!(query(&url, "error").as_deref(), Some("login_required"));
}

#[test]
fn an_invalid_configuration_is_refused() {
    let secret = || ClientAuth::Secret(SECRET.to_owned());
    let build = |config| {
        let built = provider::Provider::new(config, keys(), Time::new().clock());
        built
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert_eq!(build(config(secret())), "");

    // A number without 80 added to the month could belong to a real person.
    for pid in ["01010000186", "018100001", ""] {
        let mut person = config(secret());
        person.people[0].pid = pid.to_owned();
        assert!(build(person).starts_with("demo.person"), "{pid}");
    }

    let mut path = config(secret());
    path.issuer = "http://localhost:3002/oidc".parse().unwrap();
    assert!(build(path).starts_with("demo.origin"));

    let mut inject = config(secret());
    inject.client.frontend_origins = vec!["http://a.example; script-src *".to_owned()];
    assert!(build(inject).starts_with("demo.origin"));

    let mut nameless = client_key().jwk.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    for jwk in [
        nameless,
        json!({"kty": "oct", "k": "AA", "kid": "x"}),
        json!(null),
    ] {
        let refused = build(config(ClientAuth::PrivateKeyJwt { jwk }));
        assert!(refused.starts_with("demo.client_key"), "{refused}");
    }
}
