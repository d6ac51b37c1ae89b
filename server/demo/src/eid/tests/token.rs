//! The token endpoint: one code, one ID token.

use super::*;

#[tokio::test]
async fn the_id_token_contains_the_required_claims() {
    let mut eid = Eid::new();
    let code = eid.code().await;
    eid.time.pass(5);
    let reply = eid.redeem(&Params::redeeming(&code)).await;
    assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(reply.json()["token_type"], "Bearer");
    let code = eid.code().await;
    let claims = eid.claims(&code).await;
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], CLIENT);
    assert_eq!(claims["nonce"], "nonce-1");
    assert_eq!(claims["pid"], json!(synthetic_pid(1)));
    assert_eq!(claims["acr"], "idporten-loa-high");
    assert_eq!(claims["amr"], json!(["TestID"]));
    assert_eq!(claims["locale"], "nb");
    assert_eq!(claims["auth_time"], Time::START);
    assert_eq!(claims["iat"], Time::START + 5);
    assert_eq!(claims["exp"], Time::START + 125);
    assert!(claims["sid"].is_string() && claims["jti"].is_string());
    let subject = claims["sub"].as_str().unwrap();
    assert!(!subject.contains(&synthetic_pid(1)));
}

#[tokio::test]
async fn the_subject_is_pairwise_and_stable() {
    let pid = synthetic_pid(1);
    let subject = |client: &str, pid: &str| tk::subject(client, pid);
    assert_eq!(subject(CLIENT, &pid), subject(CLIENT, &pid));
    assert_ne!(subject(CLIENT, &pid), subject("en-annen", &pid));
    assert_ne!(subject(CLIENT, &pid), subject(CLIENT, &synthetic_pid(2)));
}

#[tokio::test]
async fn a_code_is_redeemed_once() {
    let mut eid = Eid::new();
    let params = Params::redeeming(&eid.code().await);
    assert_eq!(eid.redeem(&params).await.status, StatusCode::OK);
    let again = eid.redeem(&params).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(again.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_is_valid_for_60_seconds() {
    let mut eid = Eid::new();
    let (early, late) = (eid.code().await, eid.code().await);
    eid.time.pass(59);
    assert_eq!(
        eid.redeem(&Params::redeeming(&early)).await.status,
        StatusCode::OK
    );
    eid.time.pass(1);
    let reply = eid.redeem(&Params::redeeming(&late)).await;
    assert_eq!(reply.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn invalid_token_requests_are_refused() {
    let other = "en-annen-lang-nok-hemmelighet-som-ikke-er-den-rette";
    type Change = fn(Params) -> Params;
    let table: [(Change, &str); 11] = [
        (|p| p.with("code", "ukjent"), "invalid_grant"),
        (
            |p| p.with("redirect_uri", "http://localhost:3000/"),
            "invalid_grant",
        ),
        (|p| p.with("code_verifier", "kort"), "invalid_grant"),
        (
            |p| p.with("code_verifier", &tk::challenge(VERIFIER)),
            "invalid_grant",
        ),
        (|p| p.without("code"), "invalid_request"),
        (|p| p.without("redirect_uri"), "invalid_request"),
        (|p| p.without("code_verifier"), "invalid_request"),
        (|p| p.without("grant_type"), "invalid_request"),
        (|p| p.and("code", "to"), "invalid_request"),
        (
            |p| p.with("grant_type", "password"),
            "unsupported_grant_type",
        ),
        (
            |p| p.with("grant_type", "refresh_token"),
            "unsupported_grant_type",
        ),
    ];
    for (change, error) in table {
        let mut eid = Eid::new();
        let params = change(Params::redeeming(&eid.code().await));
        let reply = eid.redeem(&params).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", params.encode());
        assert_eq!(reply.json()["error"], error, "{}", params.encode());
    }
    let mut eid = Eid::new();
    let code = eid.code().await;
    let guess = Params::redeeming(&code).with("code_verifier", other);
    assert_eq!(eid.redeem(&guess).await.json()["error"], "invalid_grant");
    // The wrong verifier has consumed the code.
    let right = eid.redeem(&Params::redeeming(&code)).await;
    assert_eq!(right.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn an_oversized_request_is_refused() {
    let mut eid = Eid::new();
    let body = "x=".to_owned() + &"y".repeat(70_000);
    let reply = eid.browser.ask(Method::POST, "/token", &[], body).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}
