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
/// Accounts whose passwords were hashed with cheaper parameters than those in force, and with costlier ones.
const CHEAPER: &str = "per@nordvik.example";
const COSTLIER: &str = "eva@nordvik.example";

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
    world.old_account(CHEAPER, 24, 1).await;
    let seen = work_of(&world, &[KNOWN, UNKNOWN, WITHOUT_PASSWORD, CHEAPER]).await;
    assert_eq!(seen[0].hashes, (1, 64), "one hash");
    assert_eq!(seen[0], seen[1], "for known and unknown addresses");
    assert_eq!(seen[0], seen[2], "with and without a password");
    assert_eq!(seen[0], seen[3], "with old parameters");
}

/// The server does not know of a costlier hash before it verifies it. From then on it does as much for every address.
#[on_each_engine]
async fn a_sign_in_does_the_work_of_the_costliest_hash_for_every_address(engine: Engine) {
    let world = world(&engine).await;
    world.old_account(COSTLIER, 96, 2).await;
    world.old_account(CHEAPER, 24, 1).await;
    let seen = work_of(&world, &[COSTLIER, KNOWN, UNKNOWN, CHEAPER]).await;
    assert_eq!(seen[0].hashes, (1, 192), "one hash");
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
}

#[on_each_engine]
async fn a_password_with_old_parameters_is_hashed_again_in_the_same_step(engine: Engine) {
    let world = world(&engine).await;
    world.old_account(CHEAPER, 24, 1).await;
    for (blocks, what) in [
        (
            24 + 64,
            "verified with the old parameters, hashed with new ones",
        ),
        (64, "verified with the new parameters"),
    ] {
        let mut person = world.person();
        _ = (world.hasher.done(), world.hasher.blocks());
        person.sign_in(CHEAPER, PASSWORD).await;
        let hashes = (world.hasher.done(), world.hasher.blocks());
        assert_eq!(hashes, (1, blocks), "{what}");
    }
}

/// What a sign-in with a wrong password does.
#[derive(Debug, PartialEq, Eq)]
struct SeenWork {
    identify: Vec<&'static str>,
    password: Vec<&'static str>,
    /// Calls of the hasher, and the memory blocks that they compute.
    hashes: (usize, u64),
}

async fn work_of(world: &World, emails: &[&str]) -> Vec<SeenWork> {
    let mut seen = Vec::new();
    for email in emails {
        let mut person = world.person();
        world.watch.steps();
        _ = (world.hasher.done(), world.hasher.blocks());
        let answer = world
            .kobling
            .sign_in
            .identify(&person.visitor(), None, email)
            .await;
        let page = person.take(answer);
        let identify = world.watch.steps();
        let page = person
            .enter_password(flow_in(&page), "et helt annet passord")
            .await;
        let password = world.watch.steps();
        let hashes = (world.hasher.done(), world.hasher.blocks());
        assert_eq!(
            person.login_problem(&page).await,
            Some(Problem::SignInFailed),
            "{email}"
        );
        seen.push(SeenWork {
            identify,
            password,
            hashes,
        });
    }
    seen
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
        assert_eq!(world.code(email).await.len(), 8);
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
