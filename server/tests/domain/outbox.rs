//! Nothing is sent before the commit, and nothing committed is lost.

use super::{
    person::flow_in,
    world::{FIRST_RETRY, PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling::job::worker;
use kobling_domain::{
    Fault, Visitor,
    ops::{mail::Content, outbox::Lane, port::MailError},
};
use kobling_model::{Problem, time::Span};
use kobling_test_macros::on_each_engine;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// How long a claimed job stays leased to a process that does not finish it.
const LEASE: Span = Span::seconds(60);
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
            .send_code(&person.visitor(), flow, Some(ANN))
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
    let world = world_with_a_mail(&engine).await;
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

/// One mail is in the outbox.
async fn world_with_a_mail(engine: &Engine) -> World {
    let world = World::new(engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    person
        .change_password(PASSWORD, "Ugler flyr lavt over myra")
        .await;
    assert_eq!(world.rows("outbox").await, 1);
    world
}

async fn performed(world: &World) -> usize {
    let jobs = world.kobling.jobs.run_lane(Lane::Mail, FIRST_RETRY).await;
    jobs.expect("the outbox")
}

#[on_each_engine]
async fn a_lease_that_is_renewed_does_not_lapse(engine: Engine) {
    let world = world_with_a_mail(&engine).await;
    let jobs = &world.kobling.jobs;
    let claimed = jobs.claim(Lane::Mail).await.expect("claims");
    for _ in 0..5 {
        world.pass(Span::seconds(59));
        assert_eq!(performed(&world).await, 0, "another process has it");
        jobs.renew(&claimed).await.expect("renews");
    }
    world.pass(LEASE);
    assert_eq!(performed(&world).await, 1, "its process is gone");
}

#[on_each_engine]
async fn a_claim_that_has_lapsed_is_neither_renewed_nor_released(engine: Engine) {
    let world = world_with_a_mail(&engine).await;
    let jobs = &world.kobling.jobs;
    let lapsed = jobs.claim(Lane::Mail).await.expect("claims");
    world.pass(LEASE);
    let claimed = jobs.claim(Lane::Mail).await.expect("claims");
    assert_eq!(claimed.len(), 1);
    jobs.renew(&lapsed).await.expect("changes nothing");
    jobs.release(&lapsed).await.expect("changes nothing");
    assert_eq!(performed(&world).await, 0, "it is in hand");
    jobs.release(&claimed).await.expect("releases");
    assert_eq!(performed(&world).await, 1);
}

#[on_each_engine]
async fn a_postponed_job_is_neither_renewed_nor_released(engine: Engine) {
    let world = world_with_a_mail(&engine).await;
    let jobs = &world.kobling.jobs;
    let temporary = MailError::Temporary("421".into());
    world.mailer.refuse(Some(temporary));
    let claimed = jobs.claim(Lane::Mail).await.expect("claims");
    let outcome = jobs.perform(&claimed, FIRST_RETRY, &|| false).await;
    outcome.expect("postpones");
    jobs.renew(&claimed).await.expect("changes nothing");
    jobs.release(&claimed).await.expect("changes nothing");
    assert_eq!(performed(&world).await, 0, "it is to wait");
    world.pass(FIRST_RETRY);
    assert_eq!(performed(&world).await, 1);
}

#[on_each_engine]
async fn a_mail_in_hand_when_the_server_stops_is_due_at_once(engine: Engine) {
    let world = world_with_a_mail(&engine).await;
    world.mailer.stall(true);
    let (stop, stopping) = watch::channel(false);
    let kobling = Arc::new(world.kobling.clone());
    let worker = worker::run(kobling, Arc::default(), FIRST_RETRY, stopping);
    let stopped = async {
        world.mailer.is_stalled().await;
        assert_eq!(performed(&world).await, 0, "it is leased");
        stop.send_replace(true);
    };
    tokio::join!(worker, stopped);
    assert!(world.patience.waits().contains(&Span::seconds(10)), "grace");
    assert_eq!(world.mailer.delivered().len(), 0);
    assert_eq!(world.rows("outbox WHERE attempts = 0").await, 1);
    world.mailer.stall(false);
    assert_eq!(performed(&world).await, 1);
    assert_eq!(world.mailer.delivered().len(), 1);
}

#[on_each_engine]
async fn no_further_mail_is_begun_once_the_server_stops(engine: Engine) {
    let world = world_with_a_mail(&engine).await;
    let jobs = &world.kobling.jobs;
    let claimed = jobs.claim(Lane::Mail).await.expect("claims");
    let outcome = jobs.perform(&claimed, FIRST_RETRY, &|| true).await;
    outcome.expect("does nothing");
    assert_eq!(world.mailer.delivered().len(), 0);
    jobs.release(&claimed).await.expect("releases");
    assert_eq!(performed(&world).await, 1);
}

#[on_each_engine]
async fn the_worker_waits_longer_after_each_error(engine: Engine) {
    let world = world_with_a_mail(&engine).await;
    world.watch.fail("begin");
    world.watch.steps();
    // The second wait of a minute does not end.
    world.patience.lose_after(Span::minutes(1));
    let (_stop, stopping) = watch::channel(false);
    let kobling = Arc::new(world.kobling.clone());
    let wake = Arc::<Notify>::default();
    wake.notify_one();
    tokio::select! {
        () = worker::run(kobling, wake, FIRST_RETRY, stopping) => panic!("it ended"),
        () = world.patience.is_lost() => {}
    }
    let waits = world.patience.waits();
    let seconds: Vec<_> = waits.iter().map(|wait| wait.as_seconds()).collect();
    // One lane after the other, as nothing that they do has to wait.
    let (mail, notice) = seconds.split_at(8);
    assert_eq!(mail, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(notice, [1, 2, 4, 8, 16, 32, 60]);
    let begun = world.watch.steps();
    assert_eq!(begun, vec!["begin"; waits.len()], "one try for each wait");
}
