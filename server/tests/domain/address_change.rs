//! Attacks by a change of address, and how the old mailbox undoes one.

use super::{
    person::{Person, flow_in},
    world::{FIRST_RETRY, MINUTE, PASSWORD, World, client, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    Visitor,
    kernel::secret::Password,
    oidc::client::{AccessRule, StoredClient},
    ops::mail::Content,
};
use kobling_model::{
    FlowId, Level, Problem, Timestamp,
    time::Span,
    view::{ClosingItem, UndoEmailView},
};
use kobling_test_macros::on_each_engine;
use std::time::Duration;
use tokio::task::JoinSet;

const ANN: &str = "ann@nordvik.example";
const EVE: &str = "eve@fjern.example";
const NEW: &str = "Ugler flyr lavt over myra";

/// Requests a change of address; returns the flow that waits for the code.
async fn asks_for_change(world: &World, person: &mut Person<'_>, new: &str) -> FlowId {
    let password = Some(Password(PASSWORD.into()));
    let answer = world
        .kobling
        .email
        .send_code(&person.visitor(), None, new, password)
        .await;
    flow_in(&person.take(answer))
}

async fn enters_code(world: &World, person: &mut Person<'_>, flow: FlowId, code: &str) -> String {
    let answer = world
        .kobling
        .email
        .code(&person.visitor(), flow, code)
        .await;
    person.take(answer)
}

/// How the owner shuts an attacker out.
#[derive(Debug, Clone, Copy)]
enum ShutOut {
    ResetsPassword,
    ChangesPassword,
    EndsOtherSessions,
    SignsOutEverywhere,
}

/// A change of address that an attacker's session has requested does not outlive that session, even if the attacker gets
/// in again.
#[on_each_engine]
async fn unexpired_email_change(engine: Engine) {
    for way in [
        ShutOut::ResetsPassword,
        ShutOut::ChangesPassword,
        ShutOut::EndsOtherSessions,
        ShutOut::SignsOutEverywhere,
    ] {
        let world = World::new(&engine).await;
        world.account(ANN).await;
        let (mut ann, mut attacker) = (world.person(), world.person());
        ann.sign_in(ANN, PASSWORD).await;
        attacker.sign_in(ANN, PASSWORD).await;
        let flow = asks_for_change(&world, &mut attacker, EVE).await;
        let code = world.code(EVE).await;

        let mut password = PASSWORD;
        match way {
            ShutOut::ResetsPassword => {
                let ticket = world.ticket(ANN).await;
                ann.reset(&ticket, NEW).await;
                password = NEW;
            }
            ShutOut::ChangesPassword => {
                ann.change_password(PASSWORD, NEW).await;
                password = NEW;
            }
            ShutOut::EndsOtherSessions => {
                let answer = world.kobling.sessions.end_others(&ann.visitor()).await;
                ann.take(answer);
            }
            ShutOut::SignsOutEverywhere => {
                let answer = world.kobling.sign_out.everywhere(&ann.visitor()).await;
                ann.take(answer);
            }
        }
        assert!(attacker.caller().await.is_none(), "{way:?}");
        enters_code(&world, &mut attacker, flow, &code).await;
        attacker.sign_in(ANN, password).await;
        assert!(attacker.caller().await.is_some(), "{way:?}");
        enters_code(&world, &mut attacker, flow, &code).await;
        let changed = format!("accounts WHERE email = '{EVE}'");
        assert_eq!(world.rows(&changed).await, 0, "{way:?}");
    }
}
/// The ticket of the newest mail to an old mailbox that says that the address was changed, if it has one.
async fn undo_ticket(world: &World, to: &str) -> Option<String> {
    let mails = world.mails(to).await;
    let link = mails.into_iter().rev().find_map(|mail| match mail {
        Content::EmailChanged { undo, .. } => Some(undo),
        _ => None,
    });
    let link = link.unwrap_or_else(|| panic!("no mail to {to}"));
    link.map(|url| {
        let (_, ticket) = url.split_once("/undo-email?ticket=").expect("a ticket");
        ticket.to_owned()
    })
}

async fn undoes(world: &World, person: &mut Person<'_>, ticket: &str) -> String {
    let answer = world
        .kobling
        .email_undo
        .undo(&person.visitor(), ticket)
        .await;
    person.take(answer)
}

/// What `/undo-email` shows with a ticket.
async fn shown(world: &World, ticket: &str) -> UndoEmailView {
    world
        .kobling
        .email_undo
        .view(&Visitor::default(), Some(ticket), None)
        .await
        .expect("a view")
}

/// The same after an undoing.
async fn outcome(world: &World, person: &Person<'_>, page: &str) -> (FlowId, bool, bool) {
    let view = world
        .kobling
        .email_undo
        .view(&person.visitor(), None, Some(flow_in(page)))
        .await;
    match view.expect("a view") {
        UndoEmailView::Done {
            sign_in,
            password,
            unlinked,
        } => (sign_in, password, unlinked),
        other => panic!("not done: {other:?}"),
    }
}

fn asks_about(email: &str) -> UndoEmailView {
    UndoEmailView::Ask {
        email: email.into(),
    }
}

async fn has_address(world: &World, email: &str) -> bool {
    let proven = format!("accounts WHERE email = '{email}' AND email_proven_at IS NOT NULL");
    world.rows(&proven).await == 1
}

/// An account with an eID, signed in as by an attacker, who has changed its address to [`EVE`].
async fn taken_over(world: &World) -> (Person<'_>, String) {
    world.account(ANN).await;
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    world.pass(MINUTE);
    let mut attacker = world.person();
    attacker.sign_in(ANN, PASSWORD).await;
    attacker.change_email(EVE).await;
    assert!(has_address(world, EVE).await);
    let ticket = undo_ticket(world, ANN).await.expect("a ticket");
    (attacker, ticket)
}

#[on_each_engine]
async fn the_old_mailbox_undoes_a_change_and_what_came_with_it(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut attacker, ticket) = taken_over(&world).await;
    world.pass(MINUTE);
    // What an attacker leaves behind: a password, an eID, a reset ticket, and a pending change.
    attacker.change_password(PASSWORD, NEW).await;
    world.engine.execute("DELETE FROM links").await;
    let adding = attacker.begin_adding().await;
    attacker.prove_adding(adding, NEW).await;
    attacker.eid(&pid(2), Some(adding)).await;
    let reset = world.ticket(EVE).await;
    let answer = world
        .kobling
        .email
        .send_code(
            &attacker.visitor(),
            None,
            "eve.to@fjern.example",
            Some(Password(NEW.into())),
        )
        .await;
    let pending = flow_in(&attacker.take(answer));
    let code = world.code("eve.to@fjern.example").await;

    let mut ann = world.person();
    let page = undoes(&world, &mut ann, &ticket).await;
    assert!(has_address(&world, ANN).await);
    assert_eq!(
        (
            world.rows("sessions").await,
            world.rows("links").await,
            world.rows("passwords").await
        ),
        (0, 0, 0)
    );
    assert!(!world.ticket_lives(&reset).await);
    enters_code(&world, &mut attacker, pending, &code).await;
    assert!(has_address(&world, ANN).await);
    for mailbox in [ANN, EVE] {
        let mails = world.mails(mailbox).await;
        let told = |mail: &&Content| matches!(mail, Content::EmailRestored { email, .. } if email.as_str() == ANN);
        assert_eq!(mails.iter().filter(told).count(), 1, "{mailbox}");
    }
    let noted =
        "audit WHERE event = 'email.change_undone' AND subject IS NOT NULL AND actor IS NULL";
    assert_eq!(world.rows(noted).await, 1);

    // Next: a new password, the address filled in.
    let (sign_in, password, unlinked) = outcome(&world, &ann, &page).await;
    assert!(password && unlinked);
    let view = world
        .kobling
        .recovery
        .forgot_view(&ann.visitor(), Some(sign_in))
        .await;
    assert_eq!(view.expect("a view").email, ANN);
    let reset = world.ticket(ANN).await;
    ann.reset(&reset, PASSWORD).await;
    ann.sign_in(ANN, PASSWORD).await;
    assert!(ann.caller().await.is_some());
}

#[on_each_engine]
async fn an_undoing_keeps_what_is_older_than_the_change(engine: Engine) {
    let world = World::new(&engine).await;
    let (_, ticket) = taken_over(&world).await;
    let mut ann = world.person();
    let page = undoes(&world, &mut ann, &ticket).await;
    assert!(outcome(&world, &ann, &page).await.1, "it may be known");
    assert_eq!(
        (world.rows("links").await, world.rows("passwords").await),
        (1, 1)
    );
    ann.eid(&pid(1), None).await;
    assert_eq!(
        ann.caller()
            .await
            .expect("signed in")
            .account
            .email
            .as_str(),
        ANN
    );
}

#[on_each_engine]
async fn an_account_with_an_older_eid_only_needs_no_password(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    world.pass(MINUTE);
    ann.change_email(EVE).await;
    let ticket = undo_ticket(&world, ANN).await.expect("a ticket");
    let page = undoes(&world, &mut ann, &ticket).await;
    let (_, password, unlinked) = outcome(&world, &ann, &page).await;
    assert!(!password && !unlinked);
}

#[on_each_engine]
async fn viewing_the_undo_link_changes_nothing_and_using_it_works_once(engine: Engine) {
    let world = World::new(&engine).await;
    let (attacker, ticket) = taken_over(&world).await;
    for _ in 0..20 {
        assert_eq!(
            shown(&world, &ticket).await,
            asks_about(ANN),
            "mail scanners open links"
        );
    }
    assert!(has_address(&world, EVE).await && attacker.caller().await.is_some());
    let mut ann = world.person();
    undoes(&world, &mut ann, &ticket).await;
    assert_eq!(shown(&world, &ticket).await, UndoEmailView::Dead);
    let page = undoes(&world, &mut ann, &ticket).await;
    assert_eq!(page, format!("/undo-email?ticket={ticket}"));
    for invalid in ["", "short", &"x".repeat(43), "' OR 1=1 --"] {
        assert_eq!(shown(&world, invalid).await, UndoEmailView::Dead);
        let page = undoes(&world, &mut ann, invalid).await;
        assert!(page.starts_with("/undo-email"), "{page}");
    }
}

#[on_each_engine]
async fn the_undo_link_works_for_seven_days(engine: Engine) {
    let world = World::new(&engine).await;
    let (_, ticket) = taken_over(&world).await;
    world.pass(Span(Span::hours(7 * 24).0 - MINUTE.0));
    assert_eq!(shown(&world, &ticket).await, asks_about(ANN));
    world.pass(MINUTE);
    assert_eq!(shown(&world, &ticket).await, UndoEmailView::Dead);
    undoes(&world, &mut world.person(), &ticket).await;
    assert!(has_address(&world, EVE).await);
    world.kobling.jobs.maintain().await.expect("the store");
    assert_eq!(world.rows("address_changes").await, 0);
}

const SECOND: &str = "eve.to@fjern.example";

#[on_each_engine]
async fn undoing_an_earlier_change_voids_the_later_ones(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut attacker, first) = taken_over(&world).await;
    world.pass(MINUTE);
    attacker.change_email(SECOND).await;
    let second = undo_ticket(&world, EVE).await.expect("a ticket");
    assert_eq!(shown(&world, &first).await, asks_about(ANN));
    assert_eq!(shown(&world, &second).await, asks_about(EVE));
    undoes(&world, &mut world.person(), &first).await;
    assert!(has_address(&world, ANN).await);
    undoes(&world, &mut attacker, &second).await;
    assert!(has_address(&world, ANN).await);
}

#[on_each_engine]
async fn undoing_a_later_change_keeps_the_earlier_link(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut attacker, first) = taken_over(&world).await;
    world.pass(MINUTE);
    attacker.change_email(SECOND).await;
    let second = undo_ticket(&world, EVE).await.expect("a ticket");
    undoes(&world, &mut attacker, &second).await;
    assert!(has_address(&world, EVE).await);
    undoes(&world, &mut world.person(), &first).await;
    assert!(has_address(&world, ANN).await);
}

/// Otherwise an attacker's mailbox could take the account from the owner who has put the address back.
#[on_each_engine]
async fn a_return_to_the_former_address_cannot_be_undone(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut owner, first) = taken_over(&world).await;
    world.pass(MINUTE);
    owner.change_email(ANN).await;
    assert_eq!(undo_ticket(&world, EVE).await, None);
    assert_eq!(shown(&world, &first).await, UndoEmailView::Dead);
    assert_eq!(world.rows("address_changes").await, 0);
}

#[on_each_engine]
async fn an_old_address_with_an_account_of_its_own_is_not_taken_back(engine: Engine) {
    let world = World::new(&engine).await;
    let (attacker, ticket) = taken_over(&world).await;
    world.account(ANN).await;
    let taken = UndoEmailView::Taken { email: ANN.into() };
    assert_eq!(shown(&world, &ticket).await, taken);
    undoes(&world, &mut world.person(), &ticket).await;
    assert_eq!(
        shown(&world, &ticket).await,
        taken,
        "the link is not used up"
    );
    assert!(has_address(&world, EVE).await && attacker.caller().await.is_some());
    assert_eq!(world.rows("links").await, 1);
}

#[on_each_engine]
async fn a_disabled_account_stays_disabled(engine: Engine) {
    let world = World::new(&engine).await;
    let (_, ticket) = taken_over(&world).await;
    world
        .engine
        .execute("UPDATE accounts SET disabled_at = 1")
        .await;
    let mut ann = world.person();
    undoes(&world, &mut ann, &ticket).await;
    assert!(has_address(&world, ANN).await);
    assert_eq!(world.rows("accounts WHERE disabled_at = 1").await, 1);
    let page = ann.sign_in(ANN, PASSWORD).await;
    assert_eq!(
        ann.login_problem(&page).await,
        Some(Problem::AccountDisabled)
    );
}

#[on_each_engine]
async fn one_of_sixteen_concurrent_undoings_succeeds(engine: Engine) {
    let world = World::new(&engine).await;
    let (_, ticket) = taken_over(&world).await;
    let mut racers = JoinSet::new();
    for _ in 0..16 {
        let (kobling, ticket) = (world.kobling.clone(), ticket.clone());
        racers.spawn(async move { kobling.email_undo.undo(&Visitor::default(), &ticket).await });
    }
    let mut done = 0;
    while let Some(answer) = racers.join_next().await {
        let answer = answer.expect("no panic").expect("an answer");
        done += usize::from(answer.next.address().contains("flow="));
    }
    assert_eq!(done, 1);
    assert_eq!(
        world
            .rows("audit WHERE event = 'email.change_undone'")
            .await,
        1
    );
    assert_eq!(
        world
            .mails(EVE)
            .await
            .iter()
            .filter(|mail| matches!(mail, Content::EmailRestored { .. }))
            .count(),
        1
    );
}

#[on_each_engine]
async fn a_change_of_address_ends_the_other_sessions_only(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (mut mine, mut other) = (world.person(), world.person());
    mine.sign_in(ANN, PASSWORD).await;
    other.sign_in(ANN, PASSWORD).await;
    let flow = asks_for_change(&world, &mut mine, EVE).await;
    let code = world.code(EVE).await;
    let before = mine.clone();
    enters_code(&world, &mut mine, flow, &code).await;
    assert!(mine.caller().await.is_some());
    assert!(before.caller().await.is_none(), "under a new secret");
    assert!(other.caller().await.is_none());
}

#[on_each_engine]
async fn the_page_names_what_the_present_address_opens(engine: Engine) {
    let world = World::with(&engine, |settings| {
        let of = |organisation: &str, minimum_level| AccessRule {
            organisation: Some(organisation.into()),
            minimum_level,
            ..AccessRule::default()
        };
        settings.clients.push(client("maps", of("nordvik", None)));
        settings
            .clients
            .push(client("payroll", of("nordvik", Some(Level::High))));
        settings
            .clients
            .push(client("elsewhere", of("sorvik", None)));
    })
    .await;
    let stored = StoredClient {
        client: client(
            "archive",
            AccessRule {
                organisation: Some("nordvik".into()),
                ..AccessRule::default()
            },
        ),
        management: None,
        created_at: Timestamp(0),
        version: 0,
    };
    let mut work = world.kobling.ports().store.begin().await.expect("begins");
    work.clients()
        .insert_client(&stored)
        .await
        .expect("inserts");
    work.commit().await.expect("commits");

    let closing = async |email: &str| {
        world.account(email).await;
        let mut person = world.person();
        person.sign_in(email, PASSWORD).await;
        let view = world
            .kobling
            .email
            .view(&person.visitor(), None, None)
            .await;
        view.expect("a view").closing
    };
    let expected = ClosingItem {
        applications: vec!["start".into(), "maps".into(), "archive".into()],
        organisation: "Nordvik kommune".into(),
        contact: "Brukerstøtte".into(),
    };
    assert_eq!(closing("ola@nordvik.example").await, [expected]);
    assert_eq!(closing(EVE).await, []);
}

/// The worker that makes a reset mail for the new address has found the account just before the undoing.
#[on_each_engine(flavor = "multi_thread")]
async fn a_reset_ticket_in_the_making_does_not_survive_an_undoing(engine: Engine) {
    let world = World::new(&engine).await;
    let (_, ticket) = taken_over(&world).await;
    world.person().recover(EVE).await;
    let kobling = world.kobling.clone();
    world.watch.delay("INSERT_TICKET");
    world.watch.steps();
    let making = tokio::spawn(async move { kobling.jobs.run_all(FIRST_RETRY).await });
    while !world.watch.steps().contains(&"VOID_TICKETS") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    undoes(&world, &mut world.person(), &ticket).await;
    making.await.expect("no panic").expect("the outbox");
    assert!(has_address(&world, ANN).await);
    assert_eq!(world.rows("recovery_tickets").await, 0);
}

/// Whoever changed the address also replaces the owner's eID by their own.
#[on_each_engine]
async fn an_eid_that_was_swapped_does_not_prevent_an_undoing(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut attacker, ticket) = taken_over(&world).await;
    world
        .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(1)))
        .await;
    world.pass(MINUTE);
    attacker.remove_link(Some(PASSWORD)).await;
    attacker.add_eid(&pid(2)).await;
    assert_eq!(world.rows("links").await, 1);
    undoes(&world, &mut world.person(), &ticket).await;
    assert!(has_address(&world, ANN).await);
    assert_eq!(world.rows("links").await, 0);
}

/// The mailbox of a wrong row in the payroll was never proven, and an undoing does not prove it.
#[on_each_engine]
async fn an_undoing_proves_no_mailbox_that_was_never_proven(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    ola.link_vouched().await;
    world.pass(MINUTE);
    ola.change_email(EVE).await;
    let kari = "kari@nordvik.example";
    let ticket = undo_ticket(&world, kari).await.expect("a ticket");
    undoes(&world, &mut world.person(), &ticket).await;
    let vouched = format!("accounts WHERE email = '{kari}' AND email_proven_at IS NULL");
    assert_eq!(world.rows(&vouched).await, 1);
    assert_eq!(world.rows("links").await, 1);
}

/// The mailbox goes to another person, with the mails in it.
#[on_each_engine]
async fn an_address_that_changes_hands_takes_no_undoing_along(engine: Engine) {
    let world = World::new(&engine).await;
    let (_, ticket) = taken_over(&world).await;
    world
        .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(1)))
        .await;
    world
        .import(&format!(
            "{};9;Ann Ansatt;\n{};8;Ann Annen;{ANN}\n",
            pid(1),
            pid(3)
        ))
        .await;
    undoes(&world, &mut world.person(), &ticket).await;
    assert!(has_address(&world, EVE).await);
}
