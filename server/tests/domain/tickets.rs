//! A reset ticket is voided by any other credential event, and a reset ends all earlier sessions.

use super::{
    person::flow_in,
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{Visitor, ops::mail::Content};
use kobling_model::{Problem, view::ResetStep};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
const NEW: &str = "Ugler flyr lavt over myra";

#[on_each_engine]
async fn a_new_ticket_replaces_the_former(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (older, newer) = (world.ticket(ANN).await, world.ticket(ANN).await);
    assert!(!world.ticket_lives(&older).await);
    assert!(world.ticket_lives(&newer).await);
}

#[on_each_engine]
async fn viewing_a_ticket_does_not_consume_it(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let ticket = world.ticket(ANN).await;
    for _ in 0..20 {
        assert!(
            world.ticket_lives(&ticket).await,
            "mail scanners open links"
        );
    }
    let mut person = world.person();
    let page = person.reset(&ticket, "kort").await;
    assert!(
        page.contains(&ticket),
        "a refused password does not consume it: {page}"
    );
    let view = world
        .kobling
        .recovery
        .reset_view(&person.visitor(), Some(&ticket), Some(flow_in(&page)))
        .await
        .expect("a view");
    assert_eq!(view.problem, Some(Problem::PasswordRules));
    assert!(world.ticket_lives(&ticket).await);
}

#[on_each_engine]
async fn a_change_of_password_voids_the_ticket(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    let ticket = world.ticket(ANN).await;
    person.change_password(PASSWORD, NEW).await;
    assert!(!world.ticket_lives(&ticket).await);
}

#[on_each_engine]
async fn a_link_created_or_removed_voids_the_ticket(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let ticket = world.ticket(ANN).await;
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    assert!(!world.ticket_lives(&ticket).await);

    let ticket = world.ticket(ANN).await;
    person.remove_link(Some(PASSWORD)).await;
    assert_eq!(world.rows("links").await, 0);
    assert!(!world.ticket_lives(&ticket).await);
}

#[on_each_engine]
async fn a_change_of_address_voids_the_ticket_and_the_one_time_code(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let ticket = world.ticket(ANN).await;
    let mut other_person = world.person();
    let flow = flow_in(&other_person.eid(&pid(1), None).await);
    other_person.send_code(flow, ANN).await;
    let code = world.code(ANN).await;

    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    let page = person.change_email("ann.ny@nordvik.example").await;
    assert_eq!(person.account_problem(&page).await, None);
    assert!(!world.ticket_lives(&ticket).await);
    other_person.enter_code(flow, &code).await;
    assert_eq!(
        other_person.link_view(flow).await.expect("own").problem,
        Some(Problem::CodeExpired)
    );
}

#[on_each_engine]
async fn a_reset_ends_every_session_and_sends_a_mail(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (mut mine, mut attacker) = (world.person(), world.person());
    mine.sign_in(ANN, PASSWORD).await;
    attacker.sign_in(ANN, PASSWORD).await;
    let ticket = world.ticket(ANN).await;
    let page = mine.reset(&ticket, NEW).await;
    let view = world
        .kobling
        .recovery
        .reset_view(&mine.visitor(), None, Some(flow_in(&page)))
        .await
        .expect("a view");
    let ResetStep::Done { sign_in, .. } = view.step else {
        panic!("not done: {view:?}")
    };
    assert!(mine.caller().await.is_none() && attacker.caller().await.is_none());
    assert_eq!(world.rows("sessions").await, 0);
    let mails = world.mails(ANN).await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| matches!(mail, Content::PasswordChanged { .. }))
            .count(),
        1
    );
    assert_eq!(
        mine.enter_password(sign_in, NEW).await,
        "/account",
        "the next sign-in has the address filled in"
    );
    let page = attacker.sign_in(ANN, PASSWORD).await;
    assert_eq!(
        attacker.login_problem(&page).await,
        Some(Problem::SignInFailed)
    );
}

#[on_each_engine]
async fn a_change_of_password_ends_the_other_sessions_only(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (mut mine, mut other) = (world.person(), world.person());
    mine.sign_in(ANN, PASSWORD).await;
    other.sign_in(ANN, PASSWORD).await;
    let before = mine.clone();
    mine.change_password(PASSWORD, NEW).await;
    assert!(mine.caller().await.is_some());
    assert!(before.caller().await.is_none(), "under a new secret");
    assert!(other.caller().await.is_none());
}

#[on_each_engine]
async fn a_disabled_account_gets_no_ticket_and_cannot_sign_in(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    world
        .engine
        .execute("UPDATE accounts SET disabled_at = 1")
        .await;
    assert!(person.caller().await.is_none());
    world.person().recover(ANN).await;
    assert_eq!(world.mails(ANN).await.len(), 0);
    let page = person.sign_in(ANN, PASSWORD).await;
    assert_eq!(
        person.login_problem(&page).await,
        Some(Problem::AccountDisabled)
    );
    let page = person.sign_in(ANN, "feil").await;
    assert_eq!(
        person.login_problem(&page).await,
        Some(Problem::SignInFailed),
        "only the owner learns the reason"
    );
}

#[on_each_engine]
async fn an_invalid_ticket_is_reported_as_invalid(engine: Engine) {
    let world = World::new(&engine).await;
    let shaped = "x".repeat(43);
    for ticket in ["", "short", &shaped, "' OR 1=1 --"] {
        let view = world
            .kobling
            .recovery
            .reset_view(&Visitor::default(), Some(ticket), None)
            .await
            .expect("a view");
        assert_eq!(
            (view.step, view.problem),
            (ResetStep::Dead, Problem::TicketInvalid.into())
        );
        let page = world.person().reset(ticket, NEW).await;
        assert!(page.starts_with("/reset-password?"), "{page}");
    }
}
