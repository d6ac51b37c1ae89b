//! Idle sessions.

use super::world::{PASSWORD, World};
use crate::support::db::Engine;
use kobling_model::time::Span;
use kobling_test_macros::on_each_engine;

#[on_each_engine]
async fn asking_for_the_idle_time_left_does_not_extend_the_session(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link_vouched().await;
    let left = async || {
        world
            .kobling
            .sessions
            .time_left(&person.visitor())
            .await
            .expect("the store")
    };
    assert_eq!(left().await, Some(Span::minutes(30)));
    world.pass(Span::minutes(29));
    assert_eq!(left().await, Some(Span::minutes(1)));
    world.pass(Span(Span::minutes(1).0 + 1));
    assert_eq!(left().await, None, "asking does not extend the session");
    assert!(person.caller().await.is_none());
}

#[on_each_engine]
async fn the_continue_action_extends_the_session(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link_vouched().await;
    world.pass(Span::minutes(28));
    let stay = async || {
        world
            .kobling
            .sessions
            .stay(&person.visitor())
            .await
            .expect("the store")
    };
    assert_eq!(stay().await, Some(Span::minutes(30)));
    world.pass(Span::minutes(29));
    assert!(person.caller().await.is_some());
    world.pass(Span::minutes(31));
    assert_eq!(stay().await, None, "an ended session is not revived");
}

#[on_each_engine]
async fn a_session_from_id_porten_ends_after_30_idle_minutes_whatever_the_default(engine: Engine) {
    let world = World::with(&engine, |settings| settings.session_idle = Span::hours(8)).await;
    world.account("ann@nordvik.example").await;
    let mut by_eid = world.person();
    by_eid.link_vouched().await;
    let mut by_password = world.person();
    by_password.sign_in("ann@nordvik.example", PASSWORD).await;
    world.pass(Span(Span::minutes(30).0 + 1));
    assert!(by_eid.caller().await.is_none());
    assert!(by_password.caller().await.is_some());
}

#[on_each_engine]
async fn an_eid_provider_cannot_lengthen_the_limit(engine: Engine) {
    let world = World::with(&engine, |settings| {
        settings.session_idle = Span::minutes(20);
    })
    .await;
    let mut person = world.person();
    person.link_vouched().await;
    let left = world.kobling.sessions.time_left(&person.visitor()).await;
    assert_eq!(left.expect("the store"), Some(Span::minutes(20)));
}
