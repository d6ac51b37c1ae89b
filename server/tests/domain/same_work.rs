//! Neither the answer nor the work done for it reveals whether an account exists.

use super::{
    person::flow_in,
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_model::{Problem, time::Span};
use kobling_test_macros::on_each_engine;

const KNOWN: &str = "ann@nordvik.example";
const UNKNOWN: &str = "ukjent@fjern.example";
/// An account that only an eID can sign in to.
const WITHOUT_PASSWORD: &str = "kari@nordvik.example";

async fn world(engine: &Engine) -> World {
    let world = World::new(engine).await;
    world.account(KNOWN).await;
    world.person().link_vouched().await;
    world.deliver().await;
    world
}

#[on_each_engine]
async fn a_sign_in_does_the_same_work_for_every_address(engine: Engine) {
    let world = world(&engine).await;
    let mut seen = Vec::new();
    for email in [KNOWN, UNKNOWN, WITHOUT_PASSWORD] {
        let mut person = world.person();
        world.watch.steps();
        world.hasher.done();
        let answer = world
            .kobling
            .sign_in
            .identify(&person.visitor(), None, email)
            .await;
        let page = person.take(answer);
        let first = world.watch.steps();
        let page = person
            .enter_password(flow_in(&page), "et helt annet passord")
            .await;
        let second = world.watch.steps();
        assert_eq!(
            person.login_problem(&page).await,
            Some(Problem::SignInFailed),
            "{email}"
        );
        seen.push((first, second, world.hasher.done()));
    }
    assert_eq!(seen[0].2, 1, "one hash");
    assert_eq!(seen[0], seen[1], "for known and unknown addresses");
    assert_eq!(seen[0], seen[2], "with and without a password");
}

#[on_each_engine]
async fn a_reset_request_does_the_same_work_for_every_address(engine: Engine) {
    let world = world(&engine).await;
    let mut seen = Vec::new();
    for email in [KNOWN, UNKNOWN, WITHOUT_PASSWORD] {
        let mut person = world.person();
        world.watch.steps();
        world.patience.waits();
        let page = person.recover(email).await;
        let calls = world.watch.steps();
        let view = world
            .kobling
            .recovery
            .forgot_view(&person.visitor(), Some(flow_in(&page)))
            .await
            .expect("a view");
        assert!(view.sent && view.problem.is_none() && view.email == email);
        seen.push((calls, world.patience.waits()));
    }
    assert_eq!(seen[0].1, [Span::seconds(2)]);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert_eq!(
        world.mails(UNKNOWN).await.len(),
        0,
        "nothing is mailed to unknown addresses"
    );
}

#[on_each_engine]
async fn a_code_is_sent_to_every_address(engine: Engine) {
    let world = world(&engine).await;
    let mut seen = Vec::new();
    for (number, email) in [(1, KNOWN), (2, UNKNOWN)] {
        let mut person = world.person();
        let flow = flow_in(&person.eid(&pid(number), None).await);
        world.watch.steps();
        person.send_code(flow, email).await;
        seen.push(world.watch.steps());
        assert_eq!(person.link_view(flow).await.expect("own").problem, None);
        assert_eq!(world.code(email).await.len(), 6);
    }
    assert_eq!(seen[0], seen[1]);
}

#[on_each_engine]
async fn a_change_of_address_does_the_same_work_for_a_taken_address(engine: Engine) {
    let world = world(&engine).await;
    let mut seen = Vec::new();
    for email in [WITHOUT_PASSWORD, UNKNOWN] {
        let mut person = world.person();
        person.sign_in(KNOWN, PASSWORD).await;
        world.watch.steps();
        let answer = world
            .kobling
            .email
            .send_code(&person.visitor(), None, email, None)
            .await;
        person.take(answer);
        seen.push(world.watch.steps());
    }
    assert_eq!(seen[0], seen[1]);
}
