//! Pushed authorization requests, and values that may be used once.

use super::world::World;
use crate::support::db::Engine;
use kobling_domain::{
    Fault,
    kernel::secret::{Purpose, Token},
    oidc::client::Client,
};
use kobling_model::{Problem, time::Span};
use kobling_test_macros::on_each_engine;

const FORM: &str = "client_id=open&login_hint=12845678901";

async fn push(world: &World) -> Token {
    let client = world.kobling.settings().client("open").expect("a client");
    world
        .kobling
        .authorization
        .push(&world.person().visitor(), client, FORM)
        .await
        .expect("kept")
}

async fn take(world: &World, client: &str, reference: &str) -> Option<String> {
    let client = Client::new(client, "Anybody");
    let taken = world
        .kobling
        .authorization
        .take_pushed(&client, reference)
        .await;
    taken.expect("the store")
}

#[on_each_engine]
async fn a_pushed_request_is_valid_for_ninety_seconds_and_its_own_client(engine: Engine) {
    let world = World::new(&engine).await;
    let reference = push(&world).await;
    world.pass(Span::seconds(89));
    assert_eq!(take(&world, "another", reference.expose()).await, None);
    let taken = take(&world, "open", reference.expose()).await;
    assert_eq!(taken.as_deref(), Some(FORM));
    assert_eq!(take(&world, "open", reference.expose()).await, None);

    let reference = push(&world).await;
    world.pass(Span::seconds(90));
    assert_eq!(take(&world, "open", reference.expose()).await, None);
    for nonsense in ["", "short", reference.digest().0.as_str()] {
        assert_eq!(take(&world, "open", nonsense).await, None);
    }
}

#[on_each_engine]
async fn a_pushed_request_is_sealed_in_the_database(engine: Engine) {
    let world = World::new(&engine).await;
    let reference = push(&world).await;
    let shown = format!(
        "pushed_requests WHERE sealed LIKE '%login_hint%' OR reference = '{}'",
        reference.expose()
    );
    assert_eq!(world.rows("pushed_requests").await, 1);
    assert_eq!(world.rows(&shown).await, 0);
}

#[on_each_engine]
async fn pushed_requests_of_public_clients_are_rate_limited(engine: Engine) {
    let world = World::new(&engine).await;
    let visitor = world.person().visitor();
    let public = Client::new("open", "Open");
    let mut kept = 0;
    let refused = loop {
        match world
            .kobling
            .authorization
            .push(&visitor, &public, FORM)
            .await
        {
            Ok(_) => kept += 1,
            Err(fault) => break fault,
        }
        assert!(kept <= 1_000, "there is no rate limit");
    };
    assert!(matches!(refused, Fault::Problem(Problem::TooMany(_))));
    assert_eq!(kept, 1_000);
}

#[on_each_engine]
async fn a_jti_is_remembered_as_long_as_its_token_is_valid(engine: Engine) {
    let world = World::new(&engine).await;
    let until = world.kobling.ports().clock.now() + Span::seconds(60);
    let seen = async |purpose, parts: &[&str]| {
        let first = world.kobling.replay.spend(purpose, parts, until).await;
        first.expect("the store")
    };
    assert!(seen(Purpose::ClientAssertion, &["a", "b"]).await);
    assert!(!seen(Purpose::ClientAssertion, &["a", "b"]).await);
    assert!(
        seen(Purpose::DpopProof, &["a", "b"]).await,
        "of another kind"
    );
    assert!(
        seen(Purpose::ClientAssertion, &["ab", ""]).await,
        "of another client"
    );
}
