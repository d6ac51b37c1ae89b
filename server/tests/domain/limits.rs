//! Rate limits: nobody locks another person out, and strangers write a bounded number of rows.

use super::{
    person::{Person, flow_in, request},
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{Fault, eid::types::Callback, kernel::secret::Password};
use kobling_model::{FlowId, Problem, ProviderId, time::Span};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
const NEW: &str = "ny@fjern.example";
/// More than any burst but that of flows.
const MANY: u32 = 450;

/// A person in the n-th of many unrelated networks.
fn in_network(world: &World, number: u32) -> Person<'_> {
    let mut person = world.person();
    person.network = format!("198.51.{}.{}", 100 + number / 250, number % 250);
    person
}

fn is_too_many(problem: Option<Problem>) -> bool {
    problem.is_some_and(|problem| problem.code() == "too_many")
}

/// Tries wrong passwords from one browser until it is refused; returns how many were tried.
async fn guess(person: &mut Person<'_>, email: &str) -> u32 {
    for tried in 0..MANY {
        let page = person.sign_in(email, "feil").await;
        if is_too_many(person.login_problem(&page).await) {
            return tried;
        }
    }
    panic!("there is no limit")
}

/// Empties every bucket that holds passwords of this address: from many networks, and from that of the victim.
async fn close(world: &World, email: &str) {
    guess(&mut world.person(), email).await;
    for number in 0..40 {
        guess(&mut in_network(world, number), email).await;
    }
    let mut stranger = in_network(world, 400);
    let page = stranger.sign_in(email, PASSWORD).await;
    assert!(is_too_many(stranger.login_problem(&page).await));
}

#[on_each_engine]
async fn a_victim_signs_in_from_a_known_browser_while_an_attacker_empties_every_bucket(
    engine: Engine,
) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut victim = world.person();
    assert_eq!(victim.sign_in(ANN, PASSWORD).await, "/account");
    victim.session = None;
    close(&world, ANN).await;
    assert_eq!(victim.sign_in(ANN, PASSWORD).await, "/account");
    // The account's own browser has a limit too.
    victim.session = None;
    assert!(guess(&mut victim, ANN).await < 20);
}

#[on_each_engine]
async fn a_reset_lets_its_browser_in_while_an_attacker_empties_every_bucket(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    close(&world, ANN).await;
    let ticket = world.ticket(ANN).await;
    let mut victim = world.person();
    let new = "Et nytt og langt passord";
    victim.reset(&ticket, new).await;
    assert_eq!(victim.sign_in(ANN, new).await, "/account");
}

#[on_each_engine]
async fn a_browser_is_known_until_the_password_changes_or_every_session_ends(engine: Engine) {
    let new = "Et nytt og langt passord";
    for reset in [true, false] {
        let world = World::new(&engine).await;
        world.account(ANN).await;
        let mut known = world.person();
        assert_eq!(known.sign_in(ANN, PASSWORD).await, "/account");
        let mut password = PASSWORD;
        world.pass(Span::minutes(1));
        if reset {
            let ticket = world.ticket(ANN).await;
            in_network(&world, 1).reset(&ticket, new).await;
            password = new;
        } else {
            let visitor = known.visitor();
            let answer = world.kobling.sign_out.everywhere(&visitor).await;
            known.take(answer);
        }
        known.session = None;
        close(&world, ANN).await;
        let page = known.sign_in(ANN, password).await;
        assert!(is_too_many(known.login_problem(&page).await), "{reset}");
    }
}

#[on_each_engine]
async fn twenty_networks_of_one_site_exhaust_only_their_own_limit(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    for number in 0..20 {
        let mut attacker = world.person();
        attacker.network = format!("2001:db8:1:{number:x}::/64");
        guess(&mut attacker, ANN).await;
    }
    let mut owner = in_network(&world, 1);
    assert_eq!(owner.sign_in(ANN, PASSWORD).await, "/account");
}

/// Asks for codes until it is refused; returns how many were sent.
async fn ask_codes(person: &mut Person<'_>, flow: FlowId, email: &str) -> u32 {
    for sent in 0..MANY {
        person.send_code(flow, email).await;
        let view = person.link_view(flow).await.expect("own");
        if is_too_many(view.problem.first()) {
            return sent;
        }
    }
    panic!("there is no limit")
}

async fn linking(person: &mut Person<'_>, number: u32) -> FlowId {
    flow_in(&person.eid(&pid(number), None).await)
}

#[on_each_engine]
async fn the_owner_of_an_address_gets_a_code_after_an_attacker_has_emptied_every_bucket(
    engine: Engine,
) {
    let world = World::with(&engine, |settings| settings.directory_demands_code = true).await;
    // One identity in one network, then one identity in twenty networks.
    let mut attacker = world.person();
    let flow = linking(&mut attacker, 5).await;
    for number in 0..20 {
        attacker.network = in_network(&world, number).network;
        ask_codes(&mut attacker, flow, NEW).await;
    }
    let mut owner = in_network(&world, 300);
    let flow = linking(&mut owner, 6).await;
    owner.send_code(flow, NEW).await;
    assert_eq!(owner.link_view(flow).await.expect("own").problem, None);
    // Twenty identities in twenty networks.
    for number in 0..20 {
        let mut attacker = in_network(&world, number);
        let flow = linking(&mut attacker, 10 + number).await;
        ask_codes(&mut attacker, flow, NEW).await;
    }
    let mut owner = in_network(&world, 301);
    let flow = linking(&mut owner, 7).await;
    owner.send_code(flow, NEW).await;
    assert_eq!(owner.link_view(flow).await.expect("own").problem, None);
    // So many that the address is closed, except for the person whose number the directory has with it.
    let email = "kari@nordvik.example";
    for number in 0..40 {
        let mut attacker = in_network(&world, number);
        let flow = linking(&mut attacker, 40 + number).await;
        ask_codes(&mut attacker, flow, email).await;
    }
    let mut stranger = in_network(&world, 302);
    let flow = linking(&mut stranger, 8).await;
    stranger.send_code(flow, email).await;
    assert!(is_too_many(
        stranger.link_view(flow).await.expect("own").problem.first()
    ));
    let mut owner = in_network(&world, 303);
    let flow = linking(&mut owner, 0).await;
    owner.send_code(flow, email).await;
    assert_eq!(owner.link_view(flow).await.expect("own").problem, None);
}

#[on_each_engine]
async fn one_identity_is_mailed_few_codes_for_however_many_addresses(engine: Engine) {
    let world = World::new(&engine).await;
    let mut attacker = world.person();
    let flow = linking(&mut attacker, 5).await;
    let mut sent = 0;
    for number in 0..MANY {
        attacker.network = in_network(&world, number).network;
        attacker
            .send_code(flow, &format!("a{number}@fjern.example"))
            .await;
        if attacker
            .link_view(flow)
            .await
            .expect("own")
            .problem
            .first()
            .is_some()
        {
            break;
        }
        sent += 1;
        let answer = world
            .kobling
            .linking
            .other_address(&attacker.visitor(), flow)
            .await;
        attacker.take(answer);
    }
    assert_eq!(sent, 10);
}

/// Begins eID sign-ins without a cookie until it is refused.
async fn flood(person: &Person<'_>) -> u32 {
    let provider = ProviderId::parse("bankid").expect("a name");
    for begun in 0..1_200 {
        let answer = person
            .world()
            .kobling
            .eid
            .sign_in(&person.visitor(), &provider, None)
            .await;
        if let Err(fault) = answer {
            assert!(is_too_many(Some(fault.problem())));
            return begun;
        }
    }
    panic!("there is no limit")
}

#[on_each_engine]
async fn a_machine_that_floods_does_not_close_the_town_hall_behind_its_address(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut victim = world.person();
    assert_eq!(victim.sign_in(ANN, PASSWORD).await, "/account");
    victim.session = None;
    assert!(flood(&world.person()).await <= 1_000);
    let provider = ProviderId::parse("bankid").expect("a name");
    let answer = world
        .kobling
        .eid
        .sign_in(&victim.visitor(), &provider, None)
        .await;
    assert!(victim.take(answer).starts_with("https://eid.example/"));
    assert_eq!(victim.sign_in(ANN, PASSWORD).await, "/account");
}

#[on_each_engine]
async fn every_flow_of_a_stranger_passes_the_flow_limit(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let ticket = world.ticket(ANN).await;
    let provider = ProviderId::parse("bankid").expect("a name");
    let mut stranger = world.person();
    flood(&stranger).await;
    let before = world.rows("flows").await;
    let visitor = stranger.visitor();
    let password = Password("kort".into());
    let lost = FlowId(uuid::Uuid::nil());
    let kobling = &world.kobling;
    let results = [
        kobling.sign_in.identify(&visitor, None, ANN).await,
        kobling.sign_in.other_address(&visitor, lost).await,
        kobling
            .recovery
            .request(&visitor, None, ANN, true, None)
            .await,
        kobling
            .recovery
            .reset(&visitor, &ticket, password.clone(), password)
            .await,
        kobling
            .eid_callback
            .handle(&visitor, &provider, Callback::default())
            .await,
        kobling.linking.code(&visitor, lost, "123").await,
        kobling
            .authorization
            .authorize(&visitor, request("open"))
            .await,
    ];
    for (number, result) in results.into_iter().enumerate() {
        let Err(Fault::Problem(problem)) = result else {
            panic!("{number}: {result:?}");
        };
        assert!(is_too_many(Some(problem)), "{number}: {problem:?}");
    }
    // A sign-out is not refused.
    let answer = kobling.sign_out.here(&visitor).await;
    assert_eq!(stranger.take(answer), "/login");
    let then = Some("https://open.example/out".to_owned());
    let answer = kobling
        .sign_out
        .by_client(&visitor, None, None, then.clone())
        .await;
    assert_eq!(Some(stranger.take(answer)), then);
    assert_eq!(world.rows("flows").await, before);
}

#[on_each_engine]
async fn refusals_are_noted_once_per_key_and_interval(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let noted = "audit WHERE event = 'limit.reached'";
    let wrong = "audit WHERE event = 'sign_in.refused'";
    let mut attacker = world.person();
    guess(&mut attacker, ANN).await;
    for _ in 0..5 {
        attacker.sign_in(ANN, "feil").await;
    }
    assert_eq!((world.rows(wrong).await, world.rows(noted).await), (1, 1));
    guess(&mut attacker, "ola@nordvik.example").await;
    assert_eq!(
        (world.rows(wrong).await, world.rows(noted).await),
        (2, 2),
        "another key"
    );
    world.pass(Span::minutes(11));
    guess(&mut attacker, ANN).await;
    assert_eq!((world.rows(wrong).await, world.rows(noted).await), (3, 3));
}

/// Does what one limit counts until that limit refuses.
async fn exhaust(world: &World, limit: &str) {
    let mut one = world.person();
    let of_site = |number: u32| {
        let mut person = world.person();
        person.network = format!("2001:db8:1:{number:x}::/64");
        person
    };
    match limit {
        "password/pair" => _ = guess(&mut one, ANN).await,
        "password/site" => {
            for number in 0..6 {
                guess(&mut of_site(number), ANN).await;
            }
        }
        "password/browser" => {
            one.sign_in(ANN, PASSWORD).await;
            guess(&mut one, ANN).await;
        }
        "password/network" => {
            for number in 0..110 {
                let email = format!("a{number}@fjern.example");
                world.person().sign_in(&email, "feil").await;
            }
        }
        "password/address" => {
            for number in 0..21 {
                guess(&mut in_network(world, number), ANN).await;
            }
        }
        "password/session" => {
            one.sign_in(ANN, PASSWORD).await;
            for _ in 0..11 {
                one.change_password("feil", "Et nytt og langt passord")
                    .await;
            }
        }
        "password/account" => {
            for _ in 0..6 {
                let mut one = one.clone();
                one.sign_in(ANN, PASSWORD).await;
                for _ in 0..10 {
                    one.change_password("feil", "Et nytt og langt passord")
                        .await;
                }
            }
        }
        "recovery/pair" => {
            for _ in 0..4 {
                one.recover(ANN).await;
            }
        }
        "recovery/site" => {
            for number in 0..7 {
                of_site(number).recover(ANN).await;
            }
        }
        "recovery/unproven" => {
            for number in 0..11 {
                one.recover(&format!("a{number}@fjern.example")).await;
            }
        }
        "recovery/browser" => {
            one.sign_in(ANN, PASSWORD).await;
            for _ in 0..4 {
                one.recover(ANN).await;
            }
        }
        "recovery/address" => {
            for number in 0..101 {
                in_network(world, number).recover(ANN).await;
            }
        }
        "code/person_and_address" => {
            let flow = linking(&mut one, 5).await;
            ask_codes(&mut one, flow, NEW).await;
        }
        "code/person" => {
            let flow = linking(&mut one, 5).await;
            for email in [NEW, "ny2@fjern.example", "ny3@fjern.example"] {
                ask_codes(&mut one, flow, email).await;
            }
        }
        "code/pair" => {
            for number in 5..7 {
                let flow = linking(&mut one, number).await;
                ask_codes(&mut one, flow, NEW).await;
            }
        }
        "code/site" => {
            for number in 0..3 {
                let mut one = of_site(number);
                let flow = linking(&mut one, 5 + number).await;
                ask_codes(&mut one, flow, NEW).await;
            }
        }
        "code/network" => {
            for number in 0..11 {
                let flow = linking(&mut one, 5 + number).await;
                ask_codes(&mut one, flow, &format!("a{number}@fjern.example")).await;
            }
        }
        "code/address" => {
            for number in 0..25 {
                let mut one = in_network(world, number);
                let flow = linking(&mut one, 5 + number).await;
                ask_codes(&mut one, flow, NEW).await;
            }
        }
        "flow/browser" => {
            one.sign_in(ANN, "feil").await;
            one.known = None;
            flood(&one).await;
        }
        "flow/known_browser" => {
            one.sign_in(ANN, PASSWORD).await;
            flood(&one).await;
        }
        "flow/known_network" => {
            for number in 0..11 {
                let mut one = in_network(world, number);
                one.sign_in(ANN, PASSWORD).await;
                one.network = world.person().network;
                flood(&one).await;
            }
        }
        other => panic!("{other}"),
    }
}

#[on_each_engine]
async fn each_limit_refuses_what_it_counts(engine: Engine) {
    for limit in [
        "password/pair",
        "password/site",
        "password/browser",
        "password/network",
        "password/address",
        "password/session",
        "password/account",
        "recovery/pair",
        "recovery/site",
        "recovery/unproven",
        "recovery/browser",
        "recovery/address",
        "code/person_and_address",
        "code/person",
        "code/pair",
        "code/site",
        "code/network",
        "code/address",
        "flow/browser",
        "flow/known_browser",
        "flow/known_network",
    ] {
        let world = World::new(&engine).await;
        world.account(ANN).await;
        exhaust(&world, limit).await;
        let noted = format!("audit WHERE event = 'limit.reached' AND reason = '{limit}'");
        assert!(world.rows(&noted).await > 0, "{limit}");
    }
}

#[on_each_engine]
async fn an_open_session_does_not_close_the_others_of_its_account(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (mut thief, mut owner) = (world.person(), in_network(&world, 1));
    thief.sign_in(ANN, PASSWORD).await;
    owner.sign_in(ANN, PASSWORD).await;
    let new = "Et nytt og langt passord";
    for _ in 0..30 {
        thief.change_password("feil", new).await;
    }
    let page = owner.change_password(PASSWORD, new).await;
    assert!(page.starts_with("/account?"), "{page}");
}
