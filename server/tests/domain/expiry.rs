//! Everything that expires.

use super::{
    person::flow_in,
    world::{MINUTE, PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_model::{Problem, Wait, time::Span, view::LinkStep};
use kobling_test_macros::on_each_engine;

/// One microsecond before the end of a span.
const fn almost(span: Span) -> Span {
    Span(span.0 - 1)
}

const ONE_MICROSECOND: Span = Span(1);

#[on_each_engine]
async fn a_one_time_code_is_valid_for_ten_minutes(engine: Engine) {
    let world = World::new(&engine).await;
    for (number, email, wait, fits) in [
        (1, "ola@nordvik.example", almost(Span::minutes(10)), true),
        (2, "per@nordvik.example", Span::minutes(10), false),
    ] {
        let mut person = world.person();
        let flow = flow_in(&person.eid(&pid(number), None).await);
        person.send_code(flow, email).await;
        let code = world.code(email).await;
        world.pass(wait);
        let page = person.enter_code(flow, &code).await;
        if fits {
            assert!(page.starts_with("/account"), "{page}");
        } else {
            let view = person
                .link_view(flow)
                .await
                .expect("the browser's own flow");
            assert_eq!(view.problem, Some(Problem::CodeExpired));
            assert!(
                matches!(view.step, LinkStep::Code { .. }),
                "a new code can be requested"
            );
        }
    }
}

#[on_each_engine]
async fn a_one_time_code_allows_five_attempts_and_a_new_code_five_more(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(1), None).await);
    person.send_code(flow, "ola@nordvik.example").await;
    let code = world.code("ola@nordvik.example").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        person.enter_code(flow, wrong).await;
        assert_eq!(
            person.link_view(flow).await.expect("own").problem,
            Some(Problem::CodeWrong)
        );
    }
    person.enter_code(flow, &code).await;
    assert_eq!(
        person.link_view(flow).await.expect("own").problem,
        Some(Problem::CodeExpired)
    );
    person.send_code(flow, "").await;
    let fresh = world.code("ola@nordvik.example").await;
    person.enter_code(flow, &code).await;
    assert_eq!(
        person.link_view(flow).await.expect("own").problem,
        Some(Problem::CodeWrong),
        "the former code is void"
    );
    let page = person.enter_code(flow, &fresh).await;
    assert!(page.starts_with("/account"), "{page}");
}

#[on_each_engine]
async fn a_reset_ticket_is_valid_for_ten_minutes(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let ticket = world.ticket("ann@nordvik.example").await;
    world.pass(almost(Span::minutes(10)));
    assert!(world.ticket_lives(&ticket).await);
    world.pass(ONE_MICROSECOND);
    assert!(!world.ticket_lives(&ticket).await);
    let page = world
        .person()
        .reset(&ticket, "Ugler flyr lavt over myra")
        .await;
    assert!(page.starts_with("/reset-password?ticket="), "{page}");
    let page = world
        .person()
        .sign_in("ann@nordvik.example", PASSWORD)
        .await;
    assert_eq!(page, "/account", "nothing has changed");
}

#[on_each_engine]
async fn a_flow_is_valid_for_half_an_hour_and_an_expired_one_starts_over(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    let answer = world
        .kobling
        .sign_in
        .identify(&person.visitor(), None, "ann@nordvik.example")
        .await;
    let flow = flow_in(&person.take(answer));
    world.pass(Span::minutes(30));
    let page = person.enter_password(flow, PASSWORD).await;
    assert_eq!(
        person.login_problem(&page).await,
        Some(Problem::FlowExpired)
    );
    assert!(person.session.is_none());
}

#[on_each_engine]
async fn an_eid_attempt_is_valid_as_long_as_its_flow(engine: Engine) {
    let world = World::new(&engine).await;
    world.person().link_vouched().await;
    for (wait, in_time) in [
        (almost(Span::minutes(30)), true),
        (Span::minutes(30), false),
    ] {
        let mut person = world.person();
        let callback = person.begin_eid(&pid(0), None).await;
        world.pass(wait);
        let page = person.arrive(&callback).await;
        if in_time {
            assert_eq!(page, "/account");
        } else {
            assert_eq!(
                person.login_problem(&page).await,
                Some(Problem::EidStateUnknown)
            );
        }
    }
}

#[on_each_engine]
async fn viewing_a_page_counts_as_use_at_most_once_a_minute(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    person.sign_in("ann@nordvik.example", PASSWORD).await;
    let used = async || {
        let visitor = person.visitor();
        let view = world.kobling.profile.view(&visitor, None, None).await;
        view.expect("a view");
        let seen = world.kobling.sessions.seen(&visitor).await;
        let stored = person.caller().await.expect("signed in").session;
        assert_eq!(seen.expect("the store").as_ref(), Some(&stored));
        stored.last_seen_at
    };
    let at_first = used().await;
    world.pass(MINUTE);
    assert_eq!(used().await, at_first);
    world.pass(Span::seconds(1));
    assert_eq!(used().await, at_first + MINUTE + Span::seconds(1));
}

#[on_each_engine]
async fn a_session_has_an_idle_limit_and_an_absolute_limit(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    person.sign_in("ann@nordvik.example", PASSWORD).await;
    world.pass(almost(Span::minutes(30)));
    assert!(person.caller().await.is_some(), "a request counts as use");
    world.pass(almost(Span::minutes(30)));
    assert!(person.caller().await.is_some());
    world.pass(Span::minutes(31));
    assert!(person.caller().await.is_none());

    person.sign_in("ann@nordvik.example", PASSWORD).await;
    let mut minutes = 0;
    while person.caller().await.is_some() {
        world.pass(MINUTE);
        minutes += 1;
    }
    assert_eq!(minutes, 12 * 60);
}

#[on_each_engine]
async fn a_proof_of_work_is_valid_for_ten_minutes(engine: Engine) {
    let world = World::with(&engine, |settings| settings.proof_cost = 1).await;
    let solve = || {
        let text = world
            .kobling
            .proof_of_work
            .challenge()
            .expect("a challenge");
        let challenge: altcha::Challenge = serde_json::from_str(&text).expect("JSON");
        let solution = altcha::solve_challenge(altcha::SolveChallengeOptions::new(&challenge))
            .expect("solves")
            .expect("solved");
        let payload = serde_json::to_vec(&altcha::Payload {
            challenge,
            solution,
        })
        .expect("JSON");
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, payload)
    };
    let (first, late) = (solve(), solve());
    let mut person = world.person();
    let ask = async |proof: &str| {
        let mut person = world.person();
        let answer = world
            .kobling
            .recovery
            .request(
                &person.visitor(),
                None,
                "ann@nordvik.example",
                true,
                Some(proof),
            )
            .await;
        let page = person.take(answer);
        person.recovery_problem(&page).await
    };
    assert_eq!(ask(&first).await, None);
    assert_eq!(
        world.patience.waits(),
        [],
        "a solved proof of work avoids the delay"
    );
    assert_eq!(ask(&first).await, Some(Problem::ProofInvalid));
    world.pass(Span::minutes(11));
    assert_eq!(ask(&late).await, Some(Problem::ProofInvalid));
    let page = person.recover("ann@nordvik.example").await;
    assert_eq!(person.recovery_problem(&page).await, None);
    assert_eq!(
        world.patience.waits(),
        [Span::seconds(2)],
        "without a proof of work, there is a delay"
    );
}

#[on_each_engine]
async fn rate_limits_refuse_and_refill(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let sign_in = async |password: &str| {
        let mut person = world.person();
        let page = person.sign_in("ann@nordvik.example", password).await;
        if page == "/account" {
            None
        } else {
            person.login_problem(&page).await
        }
    };
    for _ in 0..10 {
        assert_eq!(sign_in("feil").await, Some(Problem::SignInFailed));
    }
    assert_eq!(
        sign_in(PASSWORD).await,
        Some(Problem::TooMany(Wait::of(MINUTE))),
        "not even the right password"
    );
    world.pass(MINUTE);
    assert_eq!(sign_in(PASSWORD).await, None);
    assert_eq!(
        sign_in(PASSWORD).await,
        Some(Problem::TooMany(Wait::of(MINUTE))),
        "one per minute"
    );
    // Other callers are not refused.
    let mut owner = world.person();
    owner.network = "198.51.100.7".into();
    assert_eq!(
        owner.sign_in("ann@nordvik.example", PASSWORD).await,
        "/account"
    );

    let recover = async || {
        let mut person = world.person();
        let page = person.recover("ola@nordvik.example").await;
        person.recovery_problem(&page).await
    };
    for _ in 0..3 {
        assert_eq!(recover().await, None);
    }
    let wait = Span::minutes(30);
    assert_eq!(recover().await, Some(Problem::TooMany(Wait::of(wait))));
    world.pass(wait);
    assert_eq!(recover().await, None);
}

#[on_each_engine]
async fn expired_rows_are_purged(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    person.sign_in("ann@nordvik.example", PASSWORD).await;
    world.ticket("ann@nordvik.example").await;
    let mut other = world.person();
    let flow = flow_in(&other.eid(&pid(1), None).await);
    other.send_code(flow, "ola@nordvik.example").await;
    world.deliver().await;
    world.pass(Span::hours(48));
    assert!(world.kobling.jobs.maintain().await.expect("the store") > 0);
    for table in [
        "flows",
        "eid_attempts",
        "mailbox_codes",
        "recovery_tickets",
        "sessions",
        "rate_limits",
        "spent_proofs",
    ] {
        assert_eq!(world.rows(table).await, 0, "{table}");
    }
    assert_eq!(
        (
            world.rows("accounts").await,
            world.rows("organisations").await
        ),
        (1, 1)
    );
    assert!(world.rows("audit").await > 0);
}

#[on_each_engine]
async fn audit_events_are_purged_after_the_configured_time(engine: Engine) {
    let world = World::with(&engine, |settings| {
        settings.audit_kept = Some(Span::hours(24));
    })
    .await;
    world.account("ann@nordvik.example").await;
    let mut person = world.person();
    person.sign_in("ann@nordvik.example", PASSWORD).await;
    let signed_in = "audit WHERE event = 'sign_in.password' AND actor = subject";
    for (hours, left) in [(23, 1), (1, 0)] {
        world.pass(Span::hours(hours));
        world.kobling.jobs.maintain().await.expect("the store");
        assert_eq!(world.rows(signed_in).await, left);
    }
}
