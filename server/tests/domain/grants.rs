//! What applications are granted, and for how long.

use super::{
    person::request,
    world::{World, client, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    kernel::clock::Clock,
    oidc::{
        client::AccessRule,
        grant::types::{AuthorizationRequest, GrantRefusal, Redeemed, Redemption, TokenRefusal},
    },
};
use kobling_model::time::Span;
use kobling_test_macros::on_each_engine;

/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CALLBACK: &str = "https://open.example/callback";

async fn redeem(world: &World, address: &str) -> Result<Redeemed, GrantRefusal> {
    let (_, code) = address
        .split_once("code=")
        .unwrap_or_else(|| panic!("no code in {address}"));
    let code = code.split('&').next().unwrap_or_default();
    let client = world.kobling.settings().client("open").expect("a client");
    let redemption = Redemption {
        code,
        redirect_uri: CALLBACK,
        verifier: VERIFIER,
        jkt: None,
    };
    world
        .kobling
        .tokens
        .redeem(&world.person().visitor(), client, redemption)
        .await
}

#[on_each_engine]
async fn a_code_is_valid_for_one_minute_and_a_token_for_ten(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), "ann@nordvik.example").await;
    let late = person.towards("open").await;
    world.pass(Span::minutes(1));
    let late = redeem(&world, &late).await;
    assert!(matches!(late, Err(GrantRefusal::InvalidGrant)));

    let address = person.towards("open").await;
    world.pass(Span::seconds(59));
    let redeemed = redeem(&world, &address).await.expect("in time");
    let token = redeemed.access_token.expose().to_owned();
    let known = async || match world.kobling.tokens.userinfo(&token, None).await {
        Err(TokenRefusal::InvalidToken) => None,
        claims => Some(claims.expect("the store").account),
    };
    assert_eq!(known().await, Some(redeemed.claims.account));
    world.pass(Span::seconds(redeemed.expires_in - 1));
    assert!(known().await.is_some());
    world.pass(Span::seconds(1));
    assert_eq!(known().await, None);
}

#[on_each_engine]
async fn tokens_end_with_the_session_and_with_the_account(engine: Engine) {
    for end in ["session", "account"] {
        let world = World::new(&engine).await;
        let mut person = world.person();
        person.link(&pid(1), "ann@nordvik.example").await;
        let (used, unused) = (person.towards("open").await, person.towards("open").await);
        let token = redeem(&world, &used).await.expect("a token").access_token;
        match end {
            "session" => {
                let answer = world.kobling.sign_out.here(&person.visitor()).await;
                person.take(answer);
            }
            _ => {
                let sql = "UPDATE accounts SET disabled_at = 1";
                world.engine.execute(sql).await;
            }
        }
        let known = world.kobling.tokens.userinfo(token.expose(), None).await;
        assert!(matches!(known, Err(TokenRefusal::InvalidToken)), "{end}");
        let unused = redeem(&world, &unused).await;
        assert!(matches!(unused, Err(GrantRefusal::InvalidGrant)), "{end}");
    }
}

#[on_each_engine]
async fn each_application_gets_its_own_sid_for_a_session(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), "ann@nordvik.example").await;
    let first = person.towards("open").await;
    let second = person.towards("open").await;
    let first = redeem(&world, &first).await.expect("a token").claims;
    let second = redeem(&world, &second).await.expect("a token").claims;
    assert_eq!(first.sid, second.sid, "the same session has the same sid");
    let session = person.caller().await.expect("signed in").session;
    assert!(!first.sid.contains(&session.id.to_string()));
    let mut again = world.person();
    again.eid(&pid(1), None).await;
    let other = again.towards("open").await;
    let other = redeem(&world, &other).await.expect("a token").claims;
    assert_ne!(first.sid, other.sid);
    assert_eq!(first.account, other.account);
}

#[on_each_engine]
async fn only_a_person_who_has_to_act_gets_a_flow(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), "ann@nordvik.example").await;
    let written = async || (world.rows("flows").await, world.rows("audit").await);
    let (flows, events) = written().await;
    assert!(person.enters("open").await);
    assert_eq!(written().await, (flows, events + 1));

    world.pass(Span::minutes(2));
    let silent = AuthorizationRequest {
        silent: true,
        ..request("start")
    };
    let page = person.asks(silent).await;
    assert!(page.contains("error=interaction_required"), "{page}");
    assert_eq!(written().await, (flows, events + 1), "rolled back");
    let used = format!("sessions WHERE last_seen_at = {}", world.clock.now().0);
    assert_eq!(world.rows(&used).await, 1, "the use counts all the same");

    let page = person.towards("start").await;
    assert!(page.starts_with("/no-access?flow="), "{page}");
    assert_eq!(written().await, (flows + 1, events + 2));
}

#[on_each_engine]
async fn an_application_of_an_unknown_organisation_lets_nobody_in(engine: Engine) {
    let world = World::with(&engine, |settings| {
        let access = AccessRule {
            organisation: Some("nordvick".into()),
            ..AccessRule::default()
        };
        settings.clients.push(client("misspelt", access));
    })
    .await;
    let mut kari = world.person();
    kari.link_vouched().await;
    assert!(kari.enters("start").await);
    assert!(!kari.enters("misspelt").await);
}
