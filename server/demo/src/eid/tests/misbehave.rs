//! Each misbehaviour has its effect, and only once.

use super::*;
use crate::eid::behaviour::Behaviour;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Signs in on the page with a misbehaviour.
async fn sign_in(eid: &mut Eid, behaviour: &str) -> Reply {
    let params = Params::good().with("prompt", "login");
    let id = eid.interaction(&params).await;
    let pid = synthetic_pid(1);
    let pairs = [
        ("interaction", id.as_str()),
        ("person", &pid),
        ("level", "idporten-loa-high"),
        ("behaviour", behaviour),
    ];
    eid.browser.post("/login", &pairs).await
}

async fn claims(behaviour: &str) -> Value {
    let mut eid = Eid::new();
    let code = sign_in(&mut eid, behaviour).await.param("code").unwrap();
    eid.claims(&code).await
}

/// The ID token's header, and whether its signature is valid.
async fn token(behaviour: &str) -> (String, String) {
    let mut eid = Eid::new();
    let code = sign_in(&mut eid, behaviour).await.param("code").unwrap();
    let reply = eid.redeem(&Params::redeeming(&code)).await.json();
    let token = reply["id_token"].as_str().unwrap().to_owned();
    let head = token.split('.').next().unwrap();
    let head = String::from_utf8(URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap();
    (head, token)
}

#[tokio::test]
async fn a_normal_sign_in_is_normal() {
    let claims = claims("normal").await;
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["pid"], json!(synthetic_pid(1)));
}

#[tokio::test]
async fn claims_are_wrong_on_request() {
    assert_ne!(claims("wrong_issuer").await["iss"], ISSUER);
    assert_ne!(claims("wrong_audience").await["aud"], CLIENT);
    assert_ne!(claims("wrong_nonce").await["nonce"], "nonce-1");
    assert_eq!(claims("low_acr").await["acr"], "idporten-loa-low");
    assert_eq!(claims("no_pid").await.get("pid"), None);
    let ahead = claims("issued_in_future").await;
    for name in ["iat", "nbf", "auth_time"] {
        assert_eq!(ahead[name], Time::START + 300, "{name}");
    }
    assert!(ahead["exp"].as_i64().unwrap() > Time::START + 300);
    let expired = claims("expired").await;
    assert_eq!(expired["exp"], Time::START - 300);
}

#[tokio::test]
async fn signatures_are_wrong_on_request() {
    let (head, _) = token("alg_none").await;
    assert_eq!(head, r#"{"alg":"none"}"#);
    let (head, broken) = token("wrong_signature").await;
    assert!(head.contains("RS256"));
    assert!(keys().read_hint(&broken).is_none());
    let (_, good) = token("normal").await;
    assert!(keys().read_hint(&good).is_some());
}

#[tokio::test]
async fn the_response_is_wrong_on_request() {
    let reply = sign_in(&mut Eid::new(), "response_wrong_iss").await;
    assert!(reply.param("code").is_some());
    assert_ne!(reply.param("iss").as_deref(), Some(ISSUER));
    for error in ["temporarily_unavailable", "server_error"] {
        let mut eid = Eid::new();
        let reply = sign_in(&mut eid, error).await;
        assert_eq!(reply.param("error").as_deref(), Some(error));
        assert_eq!(reply.param("state").as_deref(), Some("tilstand & mer"));
        assert_eq!(reply.param("iss").as_deref(), Some(ISSUER));
        assert_eq!(reply.param("code"), None);
        assert_eq!(eid.browser.cookie("testid_session"), None);
    }
}

#[tokio::test]
async fn the_token_endpoint_fails_on_request() {
    let mut eid = Eid::new();
    let code = sign_in(&mut eid, "token_error")
        .await
        .param("code")
        .unwrap();
    let reply = eid.redeem(&Params::redeeming(&code)).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test(start_paused = true)]
async fn the_token_endpoint_takes_30_seconds_on_request() {
    let mut eid = Eid::new();
    let code = sign_in(&mut eid, "token_slow").await.param("code").unwrap();
    let before = tokio::time::Instant::now();
    let reply = eid.redeem(&Params::redeeming(&code)).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(before.elapsed() >= std::time::Duration::from_secs(30));
}

#[tokio::test]
async fn the_next_sign_in_is_normal_again() {
    for behaviour in Behaviour::ALL {
        if behaviour.response_error().is_some() {
            continue;
        }
        let mut eid = Eid::new();
        sign_in(&mut eid, behaviour.code()).await;
        let reply = eid.authorize(&Params::good()).await;
        assert_eq!(reply.param("iss").as_deref(), Some(ISSUER));
        let claims = eid.claims(&reply.param("code").unwrap()).await;
        assert_eq!(claims["acr"], "idporten-loa-high");
        assert_eq!(claims["pid"], json!(synthetic_pid(1)));
    }
}

#[test]
fn every_behaviour_has_its_own_code() {
    for behaviour in Behaviour::ALL {
        assert_eq!(Behaviour::parse(behaviour.code()), behaviour);
    }
    assert_eq!(Behaviour::parse("ukjent"), Behaviour::Normal);
}
