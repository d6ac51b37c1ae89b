//! Attacks on accounts: pre-hijacking, stolen mailboxes and sessions, forged requests.

use super::{
    person::{flow_in, step_in},
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    Change, Next, eid::types::Callback, kernel::secret::Password, ops::mail::Content,
};
use kobling_model::{Problem, time::Span, view::LinkStep};
use kobling_test_macros::on_each_engine;
use tokio::task::JoinSet;

const ANN: &str = "ann@nordvik.example";

#[on_each_engine]
async fn entering_an_address_creates_no_account(engine: Engine) {
    let world = World::new(&engine).await;
    let mut attacker = world.person();
    let flow = flow_in(&attacker.eid(&pid(1), None).await);
    attacker.send_code(flow, ANN).await;
    attacker.enter_code(flow, "000000").await;
    world.deliver().await;
    assert_eq!(
        (
            world.rows("accounts").await,
            world.rows("links").await,
            world.rows("sessions").await
        ),
        (0, 0, 0)
    );
    // The owner starts as if nothing had happened.
    let mut ann = world.person();
    let page = ann.link(&pid(2), ANN).await;
    assert!(page.starts_with("/account"), "{page}");
    assert_eq!(
        attacker.link_view(flow).await.expect("own").moves_from,
        None
    );
}

/// A proof in progress must not survive the removal or creation of a link by the owner.
#[on_each_engine]
async fn removing_a_link_voids_proofs_in_progress(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    // The code has been sent…
    let mut attacker = world.person();
    let flow = flow_in(&attacker.eid(&pid(2), None).await);
    attacker.send_code(flow, ANN).await;
    let code = world.code(ANN).await;
    // …when the owner removes the link.
    ann.remove_link(Some(PASSWORD)).await;
    attacker.enter_code(flow, &code).await;
    assert_eq!(
        attacker.link_view(flow).await.expect("own").problem,
        Some(Problem::CodeExpired)
    );
    assert_eq!(
        (world.rows("links").await, attacker.caller().await.is_none()),
        (0, true)
    );
}

#[on_each_engine]
async fn an_account_belongs_to_one_person(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    // A person with another eID who reads the same mailbox, or read it before it changed hands.
    let mut other = world.person();
    let flow = flow_in(&other.eid(&pid(2), None).await);
    other.send_code(flow, ANN).await;
    let code = world.code(ANN).await;
    other.enter_code(flow, &code).await;
    let view = other.link_view(flow).await.expect("own");
    assert_eq!(view.problem, Some(Problem::LinkedElsewhere));
    assert!(
        matches!(view.step, LinkStep::Address { .. }),
        "another address can be entered"
    );
    assert!(other.caller().await.is_none());

    // Nor can another person's eID be added from account settings.
    let flow = ann.begin_adding().await;
    ann.eid(&pid(1), Some(flow)).await;
    let page = ann.eid(&pid(2), Some(flow)).await;
    assert_eq!(
        ann.account_problem(&page).await,
        Some(Problem::LinkedElsewhere)
    );
    assert_eq!(world.rows("links").await, 1);
}

#[on_each_engine]
async fn an_eid_of_another_account_is_not_added(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ola = world.person();
    ola.link(&pid(1), "ola@nordvik.example").await;
    let owner = ola.id().await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let page = ann.add_eid(&pid(1)).await;
    assert_eq!(
        ann.account_problem(&page).await,
        Some(Problem::LinkedElsewhere)
    );
    let mut again = world.person();
    again.eid(&pid(1), None).await;
    assert_eq!(again.id().await, owner);
}

/// A mailbox proof that led to the question for a name is valid for a new account only.
#[on_each_engine]
async fn a_proof_for_a_new_account_is_invalid_for_an_account_created_meanwhile(engine: Engine) {
    let world = World::new(&engine).await;
    let email = "ny@fjern.example";
    let mut first = world.person();
    let flow = flow_in(&first.eid(&pid(1), None).await);
    first.send_code(flow, email).await;
    let code = world.code(email).await;
    first.enter_code(flow, &code).await;
    assert!(matches!(
        first.link_view(flow).await.expect("own").step,
        LinkStep::Name { .. }
    ));
    // Meanwhile the account is created, with another way to sign in.
    world.account(email).await;
    first.enter_name(flow, "Nils Ny").await;
    assert_eq!(
        first.link_view(flow).await.expect("own").problem,
        Some(Problem::AlreadyDone)
    );
    assert_eq!(
        (world.rows("links").await, first.caller().await.is_none()),
        (0, true)
    );
    // A new proof is accepted.
    first.send_code(flow, email).await;
    let code = world.code(email).await;
    let page = first.enter_code(flow, &code).await;
    assert!(page.starts_with("/account"), "{page}");
}

#[on_each_engine]
async fn an_address_changes_only_to_a_proven_address_that_is_free(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world.account("ola@nordvik.example").await;
    let mut attacker = world.person();
    attacker.sign_in("ola@nordvik.example", PASSWORD).await;
    let answer = world
        .kobling
        .email
        .send_code(&attacker.visitor(), None, ANN, None)
        .await;
    let page = attacker.take(answer);
    let view = world
        .kobling
        .email
        .view(&attacker.visitor(), Some(flow_in(&page)), step_in(&page))
        .await
        .expect("a view");
    assert_eq!(
        view.problem, None,
        "only the reader of the mailbox learns that it is taken"
    );
    let code = world.code(ANN).await;
    for guess in ["", "123", "000000", "abc"] {
        if guess != code {
            let answer = world
                .kobling
                .email
                .code(&attacker.visitor(), flow_in(&page), guess)
                .await;
            attacker.take(answer);
        }
    }
    assert_eq!(
        world.rows(&format!("accounts WHERE email = '{ANN}'")).await,
        1
    );
    let answer = world
        .kobling
        .email
        .code(&attacker.visitor(), flow_in(&page), &code)
        .await;
    attacker.take(answer);
    let view = world
        .kobling
        .email
        .view(&attacker.visitor(), Some(flow_in(&page)), step_in(&page))
        .await
        .expect("a view");
    assert_eq!(view.problem, Some(Problem::EmailTaken));
    assert_eq!(view.current, "ola@nordvik.example");
}

/// A session that began before the owner's reset must not survive it.
#[on_each_engine]
async fn a_password_reset_ends_earlier_sessions(engine: Engine) {
    let world = World::new(&engine).await;
    let mut attacker = world.person();
    attacker.link(&pid(1), ANN).await;
    let pending = {
        let answer = world
            .kobling
            .email
            .send_code(&attacker.visitor(), None, "ond@fjern.example", None)
            .await;
        flow_in(&attacker.take(answer))
    };
    let code = world.code("ond@fjern.example").await;
    let ticket = world.ticket(ANN).await;
    world.person().reset(&ticket, PASSWORD).await;
    let answer = world
        .kobling
        .email
        .code(&attacker.visitor(), pending, &code)
        .await;
    let page = attacker.take(answer);
    assert_eq!(
        attacker.login_problem(&page).await,
        Some(Problem::NotSignedIn)
    );
    assert_eq!(
        world.rows(&format!("accounts WHERE email = '{ANN}'")).await,
        1
    );
}

#[on_each_engine]
async fn a_flow_is_bound_to_its_browser(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ann = world.person();
    let flow = flow_in(&ann.eid(&pid(1), None).await);
    ann.send_code(flow, ANN).await;
    let code = world.code(ANN).await;
    let mut other_browser = world.person();
    assert!(other_browser.link_view(flow).await.is_none());
    let page = other_browser.enter_code(flow, &code).await;
    assert_eq!(
        other_browser.login_problem(&page).await,
        Some(Problem::FlowExpired)
    );
    let page = ann.enter_code(flow, &code).await;
    assert!(
        page.starts_with("/link"),
        "the code is still valid in its own browser: {page}"
    );
}

#[on_each_engine]
async fn an_eid_callback_is_bound_to_its_browser(engine: Engine) {
    let world = World::new(&engine).await;
    let mut owner = world.person();
    owner.link_vouched().await;
    // Login CSRF: the attacker's callback in the victim's browser.
    let mut attacker = world.person();
    let callback = attacker.begin_eid(&pid(0), None).await;
    let mut victim = world.person();
    let page = victim.arrive(&callback).await;
    assert_eq!(
        victim.login_problem(&page).await,
        Some(Problem::EidStateUnknown)
    );
    assert!(victim.session.is_none());
    // The failed attempt has not consumed the callback, which is accepted once.
    assert_eq!(attacker.arrive(&callback).await, "/account");
    assert!(
        attacker
            .arrive(&callback)
            .await
            .starts_with("/account?flow="),
        "a browser that is signed in meanwhile continues"
    );
    attacker.session = None;
    let page = attacker.arrive(&callback).await;
    assert_eq!(
        attacker.login_problem(&page).await,
        Some(Problem::EidReplayed)
    );
    for state in [
        None,
        Some(String::new()),
        Some("x".repeat(43)),
        Some("' OR 1=1".into()),
    ] {
        let callback = Callback {
            state,
            code: Some(pid(0)),
            iss: None,
            error: None,
        };
        let page = attacker.arrive(&callback).await;
        assert_eq!(
            attacker.login_problem(&page).await,
            Some(Problem::EidStateUnknown)
        );
    }
}

#[on_each_engine]
async fn every_error_of_the_eid_provider_leads_to_a_page(engine: Engine) {
    let world = World::new(&engine).await;
    for (error, problem) in [
        ("access_denied", Problem::EidCancelled),
        ("temporarily_unavailable", Problem::EidUnavailable),
        ("server_error", Problem::EidUnavailable),
        ("login_required", Problem::EidUnavailable),
        ("<script>", Problem::EidInvalid),
    ] {
        let mut person = world.person();
        let mut callback = person.begin_eid(&pid(0), None).await;
        callback.error = Some(error.into());
        let page = person.arrive(&callback).await;
        assert_eq!(person.login_problem(&page).await, Some(problem));
        assert!(person.session.is_none(), "even with a code");
    }
    assert_eq!(world.rows("links").await, 0);
}

#[on_each_engine]
async fn signing_in_again_replaces_the_session(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    let planted = person.clone();
    person.sign_in(ANN, PASSWORD).await;
    assert!(
        planted.caller().await.is_none(),
        "a sign-in replaces the session"
    );
    assert_eq!(world.rows("sessions").await, 1);
    // Signing out ends the session and the sign-ins in progress.
    let page = person.eid(&pid(1), None).await;
    let answer = world
        .kobling
        .sign_out
        .here(&person.visitor())
        .await
        .expect("an answer");
    assert!(matches!(answer.next, Next::Flow(..)));
    assert!(person.caller().await.is_none());
    assert!(person.link_view(flow_in(&page)).await.is_none());
}

#[on_each_engine]
async fn an_aborted_sign_in_creates_no_link(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(1), None).await);
    person.send_code(flow, ANN).await;
    drop(person);
    let mails = world.mails(ANN).await;
    assert!(matches!(mails.as_slice(), [Content::LinkCode { .. }]));
    assert_eq!(
        (world.rows("links").await, world.rows("accounts").await),
        (0, 0)
    );
    let mut again = world.person();
    let page = again.eid(&pid(1), None).await;
    assert!(
        matches!(again.link_view(flow_in(&page)).await.expect("own").step, LinkStep::Address { ref typed, .. } if typed.is_empty())
    );
}

/// A thief and the owner of a session confirm a proof at the same time: one session continues.
#[on_each_engine(flavor = "multi_thread")]
async fn of_sixteen_concurrent_step_ups_of_one_session_one_succeeds(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    world.pass(Span::minutes(11));
    let mut racers = JoinSet::new();
    for number in 0..16 {
        let (kobling, visitor) = (world.kobling.clone(), ann.visitor());
        racers.spawn(async move {
            let new = format!("ann{number}@nordvik.example");
            let password = Password(PASSWORD.into());
            kobling
                .email
                .send_code(&visitor, None, new.as_str(), Some(password))
                .await
        });
    }
    let answers = racers.join_all().await;
    let went_on = answers
        .into_iter()
        .filter(|answer| matches!(answer, Ok(answer) if matches!(answer.session, Change::Set(_))));
    assert_eq!(went_on.count(), 1);
}
