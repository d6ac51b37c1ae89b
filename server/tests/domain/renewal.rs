//! Refresh tokens over time and with failures.

use super::{
    person::Person,
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::oidc::{
    client::Client,
    grant::types::{GrantRefusal, Redeemed, Redemption},
};
use kobling_model::time::Span;
use kobling_test_macros::on_each_engine;

/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// With a client `open` that gets refresh tokens.
async fn world(engine: &Engine) -> World {
    World::with(engine, |settings| {
        for client in &mut settings.clients {
            client.refresh = true;
        }
    })
    .await
}

fn open(world: &World) -> &Client {
    world.kobling.settings().client("open").expect("a client")
}

async fn code(person: &mut Person<'_>) -> String {
    let address = person.towards("open").await;
    let (_, code) = address.split_once("code=").expect("a code");
    code.split('&').next().unwrap_or_default().to_owned()
}

fn redemption(code: &str) -> Redemption<'_> {
    Redemption {
        code,
        redirect_uri: "https://open.example/callback",
        verifier: VERIFIER,
        jkt: None,
    }
}

/// The tokens that the client gets for a sign-in.
async fn begin(world: &World, person: &mut Person<'_>) -> Redeemed {
    let code = code(person).await;
    let visitor = person.visitor();
    let redeemed = world
        .kobling
        .tokens
        .redeem(&visitor, open(world), redemption(&code));
    redeemed.await.expect("granted")
}

fn refresh_of(redeemed: &Redeemed) -> String {
    let token = redeemed.refresh_token.as_ref().expect("a refresh token");
    token.expose().to_owned()
}

async fn renew(world: &World, token: &str) -> Result<Redeemed, GrantRefusal> {
    let visitor = world.person().visitor();
    world
        .kobling
        .tokens
        .refresh(&visitor, open(world), token, None, None)
        .await
}

#[on_each_engine]
async fn refresh_tokens_work_until_the_session_s_absolute_limit(engine: Engine) {
    let world = world(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    person.sign_in("ann@nordvik.example", PASSWORD).await;
    let first = begin(&world, &mut person).await;
    let mut held = first.clone();
    // The session ends after twelve hours. A refresh every nine minutes keeps it from being idle.
    for _ in 0..79 {
        world.pass(Span::minutes(9));
        world.kobling.jobs.maintain().await.expect("the store");
        let renewed = renew(&world, &refresh_of(&held)).await.expect("renewed");
        assert_ne!(renewed.access_token.expose(), held.access_token.expose());
        assert_eq!(renewed.claims.auth_time, first.claims.auth_time);
        assert_eq!(renewed.claims.sid, first.claims.sid);
        assert_eq!(renewed.claims.nonce, None);
        held = renewed;
    }
    assert!(person.caller().await.is_some());
    assert_eq!(held.expires_in, 9 * 60, "no longer than the session");
    world.pass(Span::minutes(9));
    let over = renew(&world, &refresh_of(&held)).await;
    assert!(matches!(over, Err(GrantRefusal::InvalidGrant)));
    assert!(person.caller().await.is_none());
}

#[on_each_engine]
async fn a_refresh_does_not_extend_a_session_with_a_provider_s_idle_limit(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), "ann@nordvik.example").await;
    let mut held = begin(&world, &mut person).await;
    for _ in 0..3 {
        world.pass(Span::minutes(10));
        held = renew(&world, &refresh_of(&held)).await.expect("renewed");
    }
    world.pass(Span(1));
    let over = renew(&world, &refresh_of(&held)).await;
    assert!(matches!(over, Err(GrantRefusal::InvalidGrant)));
    assert!(person.caller().await.is_none());
    world.kobling.jobs.maintain().await.expect("the store");
    assert_eq!(world.rows("grant_families").await, 0);
}

#[on_each_engine]
async fn a_failed_exchange_consumes_neither_code_nor_refresh_token(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), "ann@nordvik.example").await;
    let code = code(&mut person).await;
    let visitor = person.visitor();
    let redeem = async || {
        world
            .kobling
            .tokens
            .redeem(&visitor, open(&world), redemption(&code))
            .await
    };
    for call in [
        "CONSUME_CODE_GRANT",
        "INSERT_FAMILY",
        "INSERT_ACCESS_TOKEN",
        "commit",
    ] {
        world.watch.fail(call);
        let failed = redeem().await;
        assert!(matches!(failed, Err(GrantRefusal::Store(_))), "{call}");
        world.watch.mend();
    }
    let held = redeem().await.expect("granted");
    let token = refresh_of(&held);
    for call in [
        "ROTATE_REFRESH",
        "INSERT_SPENT",
        "ACCOUNT",
        "INSERT_ACCESS_TOKEN",
        "commit",
    ] {
        world.watch.fail(call);
        let failed = world
            .kobling
            .tokens
            .refresh(&visitor, open(&world), &token, None, None)
            .await;
        assert!(matches!(failed, Err(GrantRefusal::Store(_))), "{call}");
        world.watch.mend();
    }
    assert!(renew(&world, &token).await.is_ok());
}

/// The session continues by password, but what came from the removed eID does not.
#[on_each_engine]
async fn removed_eid_refreshes(engine: Engine) {
    let world = world(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    person.link(&pid(1), "ann@nordvik.example").await;
    let tokens = begin(&world, &mut person).await;
    person.remove_link(Some(PASSWORD)).await;
    assert!(person.caller().await.is_some());
    let refused = renew(&world, &refresh_of(&tokens)).await;
    assert!(matches!(refused, Err(GrantRefusal::InvalidGrant)));
    // An application that asks again gets what the password is worth.
    let tokens = begin(&world, &mut person).await;
    assert!(renew(&world, &refresh_of(&tokens)).await.is_ok());
}
