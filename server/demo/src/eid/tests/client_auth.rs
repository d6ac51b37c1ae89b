//! Client authentication: each method, and everything that is refused.

use super::*;

/// Redeems a new code with these additional parameters.
async fn try_with(eid: &mut Eid, header: Option<&str>, extra: &[(&str, &str)]) -> Reply {
    let code = eid.code().await;
    let mut params = Params::redeeming(&code);
    for (name, value) in extra {
        params = params.and(name, value);
    }
    let headers: Vec<_> = header
        .map(|value| (header::AUTHORIZATION, value))
        .into_iter()
        .collect();
    eid.browser
        .ask(Method::POST, "/token", &headers, params.encode())
        .await
}

#[tokio::test]
async fn a_secret_is_accepted_in_the_header_or_the_body() {
    let mut eid = Eid::new();
    let header = basic(CLIENT, SECRET);
    assert_eq!(
        try_with(&mut eid, Some(&header), &[]).await.status,
        StatusCode::OK
    );
    let body = [("client_id", CLIENT), ("client_secret", SECRET)];
    assert_eq!(try_with(&mut eid, None, &body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let mut eid = Eid::new();
    let plain = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let headers = [
        basic(CLIENT, "feil"),
        basic("en-annen", SECRET),
        basic(CLIENT, ""),
        plain(CLIENT),
        "Basic ???".to_owned(),
        "Bearer x".to_owned(),
    ];
    for header in headers {
        let reply = try_with(&mut eid, Some(&header), &[]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{header}");
        assert_eq!(reply.json()["error"], "invalid_client");
        assert!(reply.header(header::WWW_AUTHENTICATE).starts_with("Basic"));
    }
    let bodies: [&[(&str, &str)]; 3] = [
        &[],
        &[("client_id", CLIENT), ("client_secret", "feil")],
        &[("client_secret", SECRET)],
    ];
    for body in bodies {
        let reply = try_with(&mut eid, None, body).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{body:?}");
    }
}

#[tokio::test]
async fn two_methods_at_once_are_refused() {
    let header = basic(CLIENT, SECRET);
    let body = [("client_id", CLIENT), ("client_secret", SECRET)];
    let reply = try_with(&mut Eid::new(), Some(&header), &body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_refused_client_does_not_consume_the_code() {
    let mut eid = Eid::new();
    let code = eid.code().await;
    let params = Params::redeeming(&code).encode();
    let refused = eid.browser.ask(Method::POST, "/token", &[], params).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        eid.redeem(&Params::redeeming(&code)).await.status,
        StatusCode::OK
    );
}

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn try_assertion(eid: &mut Eid, assertion: &str) -> Reply {
    let extra = [
        ("client_id", CLIENT),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    try_with(eid, None, &extra).await
}

#[tokio::test]
async fn a_signed_assertion_is_accepted() {
    for algorithm in [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512] {
        let token = assertion(&assertion_claims(), algorithm, "klient-1");
        let reply = try_assertion(&mut Eid::with_key(), &token).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    }
    let mut claims = assertion_claims();
    claims["aud"] = json!([ISSUER]);
    let token = assertion(&claims, Algorithm::RS256, "klient-1");
    assert_eq!(
        try_assertion(&mut Eid::with_key(), &token).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_assertion_is_accepted_once() {
    let mut eid = Eid::with_key();
    let token = assertion(&assertion_claims(), Algorithm::RS256, "klient-1");
    assert_eq!(try_assertion(&mut eid, &token).await.status, StatusCode::OK);
    let again = try_assertion(&mut eid, &token).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    // A new signature over the same `jti` is a replay too, also at the PAR endpoint.
    let mut claims = assertion_claims();
    claims["exp"] = json!(Time::START + 61);
    let other = assertion(&claims, Algorithm::RS512, "klient-1");
    assert_eq!(
        try_assertion(&mut eid, &other).await.status,
        StatusCode::UNAUTHORIZED
    );
    let push = Params::good()
        .and("client_assertion_type", TYPE)
        .and("client_assertion", &token);
    let pushed = eid
        .browser
        .ask(Method::POST, "/par", &[], push.encode())
        .await;
    assert_eq!(pushed.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn assertions_with_wrong_claims_are_refused() {
    let table = [
        ("iss", json!("en-annen")),
        ("sub", json!("en-annen")),
        ("aud", json!("https://et-annet-sted.example")),
        ("aud", json!("http://localhost:3002/token")),
        ("aud", json!([ISSUER, "https://et-annet-sted.example"])),
        ("exp", json!(Time::START)),
        ("exp", json!(Time::START + 121)),
        ("exp", json!(i64::MAX)),
        ("iat", json!(Time::START + 11)),
        ("iat", json!(i64::MAX)),
        ("jti", json!(null)),
        ("exp", json!(null)),
        ("iat", json!(null)),
    ];
    for (name, value) in table {
        let mut claims = assertion_claims();
        claims[name] = value;
        let token = assertion(&claims, Algorithm::RS256, "klient-1");
        let reply = try_assertion(&mut Eid::with_key(), &token).await;
        assert_eq!(
            reply.status,
            StatusCode::UNAUTHORIZED,
            "{name}: {}",
            reply.body
        );
        assert_eq!(reply.json()["error"], "invalid_client");
    }
}

#[tokio::test]
async fn assertions_with_wrong_signatures_are_refused() {
    let claims = assertion_claims();
    let good = assertion(&claims, Algorithm::RS256, "klient-1");
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.kid = Some("klient-1".to_owned());
    let modulus = client_key().jwk["n"].as_str().unwrap();
    let public_as_secret = EncodingKey::from_secret(modulus.as_bytes());
    let table = [
        crate::eid::keys::break_signature(&good),
        crate::eid::keys::unsigned(&claims),
        assertion(&claims, Algorithm::RS256, "en-annen"),
        assertion(&claims, Algorithm::PS256, "klient-1"),
        jsonwebtoken::encode(&symmetric, &claims, &public_as_secret).unwrap(),
        // The right `kid` with another key.
        keys().sign(&claims).unwrap(),
        "ikke.en.token".to_owned(),
    ];
    for token in table {
        let reply = try_assertion(&mut Eid::with_key(), &token).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{token}");
    }
}

#[tokio::test]
async fn each_client_uses_its_own_method() {
    let mut eid = Eid::with_key();
    let header = basic(CLIENT, SECRET);
    let reply = try_with(&mut eid, Some(&header), &[]).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    let token = assertion(&assertion_claims(), Algorithm::RS256, "klient-1");
    assert_eq!(
        try_assertion(&mut Eid::new(), &token).await.status,
        StatusCode::UNAUTHORIZED
    );
    let untyped = [("client_id", CLIENT), ("client_assertion", token.as_str())];
    assert_eq!(
        try_with(&mut eid, None, &untyped).await.status,
        StatusCode::UNAUTHORIZED
    );
    let unknown_client = [
        ("client_id", "en-annen"),
        ("client_assertion_type", TYPE),
        ("client_assertion", token.as_str()),
    ];
    assert_eq!(
        try_with(&mut eid, None, &unknown_client).await.status,
        StatusCode::UNAUTHORIZED
    );
}
