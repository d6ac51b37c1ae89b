//! However a session ends, every application that was granted something from it gets a logout notice.

use super::{
    notifier::{Behaviour, Call},
    person::{Person, flow_in, step_in},
    world::{FIRST_RETRY, MINUTE, PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    Kobling, Settings, Visitor,
    oidc::{client::Client, grant::types::Redemption, logout::types::LogoutRefusal},
    ops::outbox::Lane,
};
use kobling_model::{ProviderId, status::NoticeStatus, time::Span, view::NotifiedItem};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// How long a claimed job stays leased to a process that does not finish it.
const LEASE: Span = Span::seconds(60);

/// Three applications that accept logout notices, and one that does not.
fn clients(settings: &mut Settings) {
    settings.clients = ["a", "b", "c", "quiet"]
        .map(|id| Client {
            redirect_uris: vec![format!("https://{id}.example/callback")],
            back_channel_logout: (id != "quiet").then(|| format!("https://{id}.example/logout")),
            ..Client::new(id, id.to_uppercase())
        })
        .into();
}

async fn world(engine: &Engine) -> World {
    let world = World::with(engine, clients).await;
    world.account(ANN).await;
    world
}

/// Signs in to an application; returns the `sid` that the application gets.
async fn enter(world: &World, person: &mut Person<'_>, id: &str) -> String {
    let address = person.towards(id).await;
    let (_, code) = address
        .split_once("code=")
        .unwrap_or_else(|| panic!("no code in {address}"));
    let redirect_uri = format!("https://{id}.example/callback");
    let redemption = Redemption {
        code: code.split('&').next().unwrap_or_default(),
        redirect_uri: &redirect_uri,
        verifier: VERIFIER,
        jkt: None,
    };
    let client = world.kobling.settings().client(id).expect("a client");
    let redeemed = world
        .kobling
        .tokens
        .redeem(&person.visitor(), client, redemption)
        .await;
    redeemed.expect("tokens").claims.sid
}

async fn sign_out(world: &World, person: &mut Person<'_>) -> String {
    let answer = world.kobling.sign_out.here(&person.visitor()).await;
    person.take(answer)
}

async fn notices(kobling: &Kobling) -> usize {
    kobling
        .jobs
        .run_lane(Lane::Notice, FIRST_RETRY)
        .await
        .expect("the outbox")
}

/// The applications that received a notice, in alphabetical order.
fn clients_of(calls: &[Call]) -> Vec<&str> {
    let mut all: Vec<_> = calls.iter().map(|call| call.client.as_str()).collect();
    all.sort_unstable();
    all
}

/// What the page after a sign-out shows.
async fn page(world: &World, person: &Person<'_>, page: &str) -> Vec<(String, NoticeStatus)> {
    let view = world
        .kobling
        .sign_in
        .view(&person.visitor(), Some(flow_in(page)), step_in(page))
        .await
        .expect("a view");
    let items: Vec<NotifiedItem> = view.signed_out.expect("signed out");
    items
        .into_iter()
        .map(|item| (item.name, item.status))
        .collect()
}

fn bankid() -> ProviderId {
    ProviderId::parse("bankid").expect("a name")
}

#[on_each_engine]
async fn every_end_of_a_session_notifies_its_applications(engine: Engine) {
    for end in [
        "sign-out",
        "sign-out everywhere",
        "ended from the list",
        "all others ended",
        "password changed",
        "password reset",
        "another sign-in in the same browser",
        "link removed",
        "session expired",
        "unused",
        "account disabled",
        "front-channel from the provider",
        "back-channel with the session",
        "back-channel with the subject",
    ] {
        let world = world(&engine).await;
        let mut person = world.person();
        *world.eid.sid.lock().expect("the lock is not poisoned") = Some("upstream".into());
        person.link(&pid(1), ANN).await;
        let account = person.id().await;
        let sid = enter(&world, &mut person, "a").await;
        enter(&world, &mut person, "quiet").await;
        let mut other = world.person();
        other.sign_in(ANN, PASSWORD).await;
        let spared = enter(&world, &mut other, "b").await;
        let visitor = Visitor::default();
        match end {
            "sign-out" => {
                sign_out(&world, &mut person).await;
            }
            "sign-out everywhere" => {
                let answer = world.kobling.sign_out.everywhere(&other.visitor()).await;
                other.take(answer);
            }
            "ended from the list" => {
                let session = person.caller().await.expect("signed in").session.id;
                world
                    .kobling
                    .sessions
                    .end_one(&other.visitor(), session)
                    .await
                    .expect("ended");
            }
            "all others ended" => {
                let answer = world.kobling.sessions.end_others(&other.visitor()).await;
                other.take(answer);
            }
            "password changed" => {
                other
                    .change_password(PASSWORD, "Ugler flyr lavt over myra")
                    .await;
            }
            "password reset" => {
                let ticket = world.ticket(ANN).await;
                let mut anybody = world.person();
                anybody.reset(&ticket, "Ugler flyr lavt over myra").await;
            }
            "another sign-in in the same browser" => {
                person.sign_in(ANN, PASSWORD).await;
            }
            "link removed" => {
                other.remove_link(Some(PASSWORD)).await;
            }
            "session expired" => {
                let sql = format!(
                    "UPDATE sessions SET expires_at = 1 WHERE account = '{account}' AND link_id IS NOT NULL"
                );
                world.engine.execute(&sql).await;
                world.kobling.jobs.maintain().await.expect("the store");
            }
            "unused" => {
                world.pass(Span::minutes(20));
                assert!(other.caller().await.is_some());
                world.pass(Span::minutes(11));
                world.kobling.jobs.maintain().await.expect("the store");
                assert!(other.caller().await.is_some(), "this session is in use");
            }
            "account disabled" => {
                let sql = "UPDATE accounts SET disabled_at = 1";
                world.engine.execute(sql).await;
                world.kobling.jobs.maintain().await.expect("the store");
            }
            "front-channel from the provider" => world
                .kobling
                .logout
                .front_channel(&visitor, &bankid(), "https://eid.example", "upstream")
                .await
                .expect("the store"),
            "back-channel with the session" => world
                .kobling
                .logout
                .back_channel(&visitor, &bankid(), "1 upstream -")
                .await
                .expect("taken"),
            "back-channel with the subject" => {
                let subject = format!("subject_of_{}", &pid(1)[..6]);
                world
                    .kobling
                    .logout
                    .back_channel(&visitor, &bankid(), &format!("1 - {subject}"))
                    .await
                    .expect("taken");
            }
            _ => unreachable!("{end}"),
        }
        if end != "another sign-in in the same browser" {
            assert!(person.caller().await.is_none(), "{end}");
        }
        world.deliver().await;
        let calls = world.notifier.calls();
        let notified: Vec<_> = calls.iter().map(|call| call.claims.sid.as_str()).collect();
        let all_end = ["sign-out everywhere", "password reset", "account disabled"].contains(&end);
        if all_end {
            assert_eq!(clients_of(&calls), ["a", "b"], "{end}");
            assert!(notified.contains(&spared.as_str()), "{end}");
        } else {
            assert_eq!(clients_of(&calls), ["a"], "{end}");
        }
        assert!(notified.contains(&sid.as_str()), "{end}");
        for call in &calls {
            assert_eq!(call.claims.subject, account.to_string(), "{end}");
        }
        assert_eq!(world.rows("outbox WHERE lane = 'notice'").await, 0, "{end}");
        let quiet = world.rows("logout_notices WHERE status = 'untold'").await;
        assert_eq!(quiet, 1, "{end}");
    }
}

#[on_each_engine]
async fn a_session_ends_only_together_with_its_notices(engine: Engine) {
    for call in [
        "END_SESSION",
        "TAKE_CLIENT_SESSIONS",
        "INSERT_NOTICE",
        "PUSH_OUTBOX",
        "commit",
    ] {
        let world = world(&engine).await;
        let mut person = world.person();
        person.sign_in(ANN, PASSWORD).await;
        enter(&world, &mut person, "a").await;
        world.watch.fail(call);
        let answer = world.kobling.sign_out.here(&person.visitor()).await;
        assert!(answer.is_err(), "{call}");
        world.watch.mend();
        assert!(person.caller().await.is_some(), "{call}");
        assert_eq!(world.rows("client_sessions").await, 1, "{call}");
        assert_eq!(world.rows("logout_notices").await, 0, "{call}");
        sign_out(&world, &mut person).await;
        world.deliver().await;
        assert_eq!(clients_of(&world.notifier.calls()), ["a"], "{call}");
    }
}

#[on_each_engine]
async fn an_unreachable_application_is_notified_later_and_delays_no_other(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    for id in ["a", "b", "c", "quiet"] {
        enter(&world, &mut person, id).await;
    }
    world.notifier.set("b", Behaviour::Unreachable);
    let after = sign_out(&world, &mut person).await;
    assert!(after.starts_with("/login?flow="), "{after}");
    let of = |status| {
        [
            ("A", NoticeStatus::Waiting),
            ("B", status),
            ("C", NoticeStatus::Waiting),
        ]
    };
    let waiting = of(NoticeStatus::Waiting).map(|(name, status)| (name.to_owned(), status));
    let untold = [("QUIET".to_owned(), NoticeStatus::Untold)];
    assert_eq!(
        page(&world, &person, &after).await,
        [&waiting[..], &untold].concat()
    );

    let mut seen = Vec::new();
    assert_eq!(notices(&world.kobling).await, 3);
    let calls = world.notifier.calls();
    assert_eq!(clients_of(&calls), ["a", "b", "c"], "all at once");
    seen.extend(calls);
    for wait in [30, 60, 120, 240] {
        let states = page(&world, &person, &after).await;
        assert_eq!(states[0].1, NoticeStatus::Confirmed);
        assert_eq!(states[1].1, NoticeStatus::Waiting);
        assert_eq!(
            notices(&world.kobling).await,
            0,
            "no retry before it is due"
        );
        world.pass(Span::seconds(wait));
        if wait == 240 {
            world.notifier.set("b", Behaviour::Confirms);
        }
        assert_eq!(notices(&world.kobling).await, 1);
        let calls = world.notifier.calls();
        assert_eq!(
            clients_of(&calls),
            ["b"],
            "the other applications get no second notice"
        );
        seen.extend(calls);
    }
    let states = page(&world, &person, &after).await;
    assert_eq!(states[1], ("B".to_owned(), NoticeStatus::Confirmed));
    let mut tokens: Vec<_> = seen.iter().map(|call| call.claims.jti.clone()).collect();
    tokens.sort();
    tokens.dedup();
    assert_eq!(
        tokens.len(),
        seen.len(),
        "every attempt has a token of its own"
    );
}

#[on_each_engine]
async fn an_application_that_never_answers_delays_neither_others_nor_mails(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    for id in ["a", "b", "c"] {
        enter(&world, &mut person, id).await;
    }
    world.notifier.set("a", Behaviour::NeverAnswers);
    let mut other = world.person();
    other.sign_in(ANN, PASSWORD).await;
    other
        .change_password(PASSWORD, "Ugler flyr lavt over myra")
        .await;
    let kobling = world.kobling.clone();
    let worker =
        tokio::spawn(async move { kobling.jobs.run_lane(Lane::Notice, FIRST_RETRY).await });
    for id in ["a", "b", "c"] {
        world.notifier.called(id).await;
    }
    assert!(!worker.is_finished(), "it still waits for an answer");
    let mails = world.kobling.jobs.run_lane(Lane::Mail, FIRST_RETRY).await;
    assert_eq!(mails.expect("the outbox"), 1);
    assert_eq!(world.mailer.delivered().len(), 1);
    worker.abort();
}

#[on_each_engine]
async fn a_restart_during_a_sign_out_loses_no_notice(engine: Engine) {
    for dies_at in [
        "before an attempt",
        "before it is recorded",
        "before its job is deleted",
    ] {
        let world = world(&engine).await;
        let mut person = world.person();
        person.sign_in(ANN, PASSWORD).await;
        for id in ["a", "b", "c"] {
            enter(&world, &mut person, id).await;
        }
        world.notifier.set("b", Behaviour::Unreachable);
        sign_out(&world, &mut person).await;
        match dies_at {
            "before an attempt" => {}
            "before it is recorded" => world.watch.fail("SETTLE_NOTICE"),
            _ => world.watch.fail("FINISH_OUTBOX"),
        }
        if dies_at != "before an attempt" {
            let _ = world.kobling.jobs.run_lane(Lane::Notice, FIRST_RETRY).await;
            assert_eq!(clients_of(&world.notifier.calls()), ["a", "b", "c"]);
        }
        let restarted = world.restarted().await;
        world.notifier.set("b", Behaviour::Confirms);
        world.pass(LEASE);
        while notices(&restarted).await > 0 {}
        let calls = world.notifier.calls();
        match dies_at {
            // A notice that is recorded as done is not sent again.
            "before its job is deleted" => assert_eq!(clients_of(&calls), ["b"]),
            _ => assert_eq!(clients_of(&calls), ["a", "b", "c"], "{dies_at}"),
        }
        assert_eq!(world.rows("outbox").await, 0, "{dies_at}");
        let confirmed = world
            .rows("logout_notices WHERE status = 'confirmed'")
            .await;
        assert_eq!(confirmed, 3, "{dies_at}");
    }
}

#[on_each_engine]
async fn a_notice_that_is_refused_is_retried_and_then_shown_as_not_confirmed(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    enter(&world, &mut person, "a").await;
    world.notifier.set("a", Behaviour::Refuses);
    let after = sign_out(&world, &mut person).await;
    for attempt in 1..=5 {
        let states = page(&world, &person, &after).await;
        assert_eq!(states[0].1, NoticeStatus::Waiting, "{attempt}");
        assert_eq!(notices(&world.kobling).await, 1, "{attempt}");
        world.pass(Span::minutes(5));
    }
    assert_eq!(world.notifier.calls().len(), 5);
    assert_eq!(
        page(&world, &person, &after).await[0].1,
        NoticeStatus::Failed
    );
    assert_eq!(world.rows("outbox").await, 0);
}

#[on_each_engine]
async fn a_notice_to_an_unreachable_application_is_retried_for_days(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    enter(&world, &mut person, "a").await;
    world.notifier.set("a", Behaviour::Unreachable);
    sign_out(&world, &mut person).await;
    let mut waited = Span::seconds(0);
    while world.rows("outbox").await > 0 {
        notices(&world.kobling).await;
        world.pass(MINUTE);
        waited = Span(waited.0 + MINUTE.0);
        assert!(waited.0 < Span::hours(72).0, "given up within three days");
    }
    assert!(waited.0 > Span::hours(24).0, "retried for more than a day");
    assert_eq!(
        world.rows("logout_notices WHERE status = 'failed'").await,
        1
    );
    world.kobling.jobs.maintain().await.expect("the store");
    assert_eq!(
        world.rows("logout_notices").await,
        1,
        "the notice is still listed"
    );
    world.pass(Span::hours(24 * 7));
    world.kobling.jobs.maintain().await.expect("the store");
    assert_eq!(world.rows("logout_notices").await, 0);
}

#[on_each_engine]
async fn an_application_that_was_removed_gets_no_notice(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    enter(&world, &mut person, "a").await;
    sign_out(&world, &mut person).await;
    let mut settings = world.kobling.settings().clone();
    settings.clients.clear();
    let restarted = Kobling::new(
        world.kobling.ports().clone(),
        world.kobling.keys().clone(),
        settings,
        std::sync::Arc::new(|| {}),
    );
    assert_eq!(notices(&restarted).await, 1);
    assert_eq!(world.notifier.calls(), []);
    assert_eq!(
        world.rows("logout_notices WHERE status = 'untold'").await,
        1
    );
}

#[on_each_engine]
async fn a_logout_token_is_accepted_once_by_its_jti(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    *world.eid.sid.lock().expect("the lock is not poisoned") = Some("one".into());
    person.link(&pid(1), ANN).await;
    let visitor = Visitor::default();
    let take = async |token: &str| {
        world
            .kobling
            .logout
            .back_channel(&visitor, &bankid(), token)
            .await
    };
    assert!(take("1 one -").await.is_ok());
    assert!(person.caller().await.is_none());
    person.eid(&pid(1), None).await;
    assert!(person.caller().await.is_some());
    assert!(matches!(
        take("1 one -").await,
        Err(LogoutRefusal::Replayed)
    ));
    assert!(matches!(take("forged").await, Err(LogoutRefusal::Token(_))));
    assert!(person.caller().await.is_some());
    // Of another session: nothing to do, and no error.
    assert!(take("2 other -").await.is_ok());
    assert!(take("3 - nobody").await.is_ok());
    assert!(person.caller().await.is_some());
}

#[on_each_engine]
async fn a_front_channel_logout_that_does_not_match_does_nothing(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    *world.eid.sid.lock().expect("the lock is not poisoned") = Some("one".into());
    person.link(&pid(1), ANN).await;
    let unknown = ProviderId::parse("annen").expect("a name");
    for (provider, issuer, sid) in [
        (bankid(), "https://eid.example", "two"),
        (bankid(), "https://eid.example", ""),
        (bankid(), "https://eid.example/", "one"),
        (bankid(), "https://evil.example", "one"),
        (bankid(), "", "one"),
        (unknown, "https://eid.example", "one"),
    ] {
        world
            .kobling
            .logout
            .front_channel(&Visitor::default(), &provider, issuer, sid)
            .await
            .expect("the store");
        assert!(person.caller().await.is_some(), "{provider} {issuer} {sid}");
    }
}
