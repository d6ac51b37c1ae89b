//! Nothing is sent before the commit, and nothing committed is lost.

use super::{
    person::flow_in,
    world::{FIRST_RETRY, PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    Fault, Visitor,
    ops::{mail::Content, port::MailError},
};
use kobling_model::{Problem, time::Span};
use kobling_test_macros::on_each_engine;

/// How long a claimed job stays leased to a process that does not finish it.
const LEASE: Span = Span::minutes(5);
const ANN: &str = "ann@nordvik.example";

#[on_each_engine]
async fn nothing_is_mailed_without_a_commit(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(1), None).await);
    world.watch.fail("commit");
    assert!(matches!(
        world
            .kobling
            .linking
            .send_code(&person.visitor(), flow, ANN)
            .await,
        Err(Fault::Store(_))
    ));
    let asked = world
        .kobling
        .recovery
        .request(&Visitor::default(), None, ANN, true, None)
        .await;
    assert!(asked.is_err_and(|fault| fault.problem() == Problem::Unavailable));
    world.watch.mend();
    assert_eq!(world.rows("outbox").await, 0);
    assert_eq!(world.mails(ANN).await.len(), 0);
    // A mail that failed because of our server can be requested again.
    person.send_code(flow, ANN).await;
    assert_eq!(world.mails(ANN).await.len(), 1);
}

#[on_each_engine]
async fn every_step_that_fails_is_rolled_back(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(1), None).await);
    person.send_code(flow, "ola@nordvik.example").await;
    let code = world.code("ola@nordvik.example").await;
    for call in [
        "INSERT_ACCOUNT",
        "INSERT_LINK",
        "PUSH_OUTBOX",
        "INSERT_SESSION",
        "INSERT_AUDIT",
        "UPDATE_FLOW",
    ] {
        world.watch.fail(call);
        let answer = world
            .kobling
            .linking
            .code(&person.visitor(), flow, &code)
            .await;
        assert!(matches!(answer, Err(Fault::Store(_))), "{call}");
        world.watch.mend();
        for table in ["accounts", "links", "sessions", "outbox"] {
            assert_eq!(world.rows(table).await, 0, "{table} when {call} fails");
        }
        // Each attempt counts, and five are too many.
        world
            .engine
            .execute("UPDATE mailbox_codes SET attempts = 0")
            .await;
    }
    let page = person.enter_code(flow, &code).await;
    assert!(page.starts_with("/account"), "nothing is consumed: {page}");
}

#[on_each_engine]
async fn a_mail_that_cannot_be_delivered_is_retried_with_growing_delay(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world
        .mailer
        .refuse(Some(MailError::Temporary("421".into())));
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    person
        .change_password(PASSWORD, "Ugler flyr lavt over myra")
        .await;
    let now = || kobling_domain::kernel::clock::Clock::now(&*world.clock);
    for wait in [30, 60, 120, 240] {
        assert_eq!(
            world
                .kobling
                .jobs
                .run_all(FIRST_RETRY)
                .await
                .expect("the outbox"),
            1
        );
        let due = world
            .kobling
            .jobs
            .next_due()
            .await
            .expect("the outbox")
            .expect("still there");
        assert_eq!(due.since(now()), Span::seconds(wait));
        assert_eq!(
            world
                .kobling
                .jobs
                .run_all(FIRST_RETRY)
                .await
                .expect("the outbox"),
            0,
            "no retry before it is due"
        );
        world.pass(Span::seconds(wait));
    }
    world.mailer.refuse(None);
    assert_eq!(world.mails(ANN).await.len(), 1);
    assert_eq!(
        world.kobling.jobs.next_due().await.expect("the outbox"),
        None
    );
}

#[on_each_engine]
async fn a_mail_that_is_permanently_refused_delays_no_other(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world
        .mailer
        .refuse(Some(MailError::Permanent("550".into())));
    let ticket_request = world.person().recover(ANN).await;
    assert!(ticket_request.starts_with("/forgot-password"));
    world.deliver().await;
    assert_eq!(world.rows("outbox").await, 0);
    world.mailer.refuse(None);
    assert_eq!(world.mails(ANN).await.len(), 0);
}

#[on_each_engine]
async fn a_process_that_stops_after_delivery_delivers_again(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    person
        .change_password(PASSWORD, "Ugler flyr lavt over myra")
        .await;
    // The process stops after the delivery, before it records it.
    world.watch.fail("FINISH_OUTBOX");
    assert!(world.kobling.jobs.run_all(FIRST_RETRY).await.is_err());
    world.watch.mend();
    assert_eq!(world.mailer.delivered().len(), 1);
    assert_eq!(world.rows("outbox").await, 1);
    assert_eq!(
        world
            .kobling
            .jobs
            .run_all(FIRST_RETRY)
            .await
            .expect("the outbox"),
        0,
        "it is still leased to the stopped process"
    );
    world.pass(LEASE);
    assert_eq!(
        world
            .kobling
            .jobs
            .run_all(FIRST_RETRY)
            .await
            .expect("the outbox"),
        1
    );
    let delivered = world.mailer.delivered();
    assert_eq!(delivered.len(), 2);
    assert_eq!(
        delivered[0], delivered[1],
        "with the same id, so that a reader sees one mail"
    );
    assert_eq!(world.rows("outbox").await, 0);
}

#[on_each_engine]
async fn a_process_that_stops_before_mailing_still_mails_one_ticket(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world.person().recover(ANN).await;
    world.watch.fail("INSERT_TICKET");
    let _ = world.kobling.jobs.run_all(FIRST_RETRY).await;
    world.watch.mend();
    assert_eq!(world.rows("recovery_tickets").await, 0);
    world.pass(LEASE);
    let mails = world.mails(ANN).await;
    assert!(
        matches!(mails.as_slice(), [Content::Reset { .. }]),
        "{mails:?}"
    );
    assert_eq!(world.rows("recovery_tickets").await, 1);
}

#[on_each_engine]
async fn an_expired_code_is_not_delivered(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(1), None).await);
    world
        .mailer
        .refuse(Some(MailError::Temporary("421".into())));
    person.send_code(flow, ANN).await;
    world.deliver().await;
    world.mailer.refuse(None);
    world.pass(Span::minutes(11));
    assert_eq!(
        world.mails(ANN).await.len(),
        0,
        "an expired code is useless"
    );
    assert_eq!(world.rows("outbox").await, 0);
}

#[on_each_engine]
async fn outbox_rows_are_sealed(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(1), None).await);
    person.send_code(flow, ANN).await;
    assert_eq!(world.rows("outbox").await, 1);
    let telling = format!(
        "outbox WHERE sealed LIKE '%nordvik%' OR sealed LIKE '%{}%'",
        pid(1)
    );
    assert_eq!(world.rows(&telling).await, 0);
}
