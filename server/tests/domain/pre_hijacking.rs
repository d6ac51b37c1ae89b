//! The classic attacks of account pre-hijacking (Sudhodanan and Paverd, USENIX Security 2022), by their names there. The
//! unexpired email change is in `address_change`.

use super::{
    person::flow_in,
    world::{LOW, PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_model::{ProviderId, view::LinkStep};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";

/// The attacker creates an account at the victim's address, and the victim's own sign-in is merged into it.
#[on_each_engine]
async fn classic_federated_merge(engine: Engine) {
    for provider in ["bankid", "buypass"] {
        let world = World::with_eids(&engine, &["buypass"], |_| {}).await;
        // All that can be made without the mailbox is an account by a false row of a payroll.
        world
            .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(1)))
            .await;
        let mut attacker = world.person();
        attacker.link_by_directory(&pid(1)).await;
        let trapped = attacker.id().await;
        world
            .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(2)))
            .await;
        let mut victim = world.person();
        victim.provider = ProviderId::parse(provider).expect("a name");
        victim.link_by_directory(&pid(2)).await;
        assert_ne!(victim.id().await, trapped, "{provider}");
        assert!(victim.enters("start").await, "{provider}");
        assert!(attacker.caller().await.is_none(), "{provider}");
        attacker.eid(&pid(1), None).await;
        assert!(!attacker.enters("start").await, "{provider}");
    }
}

/// A session of the attacker's in the victim's account outlives the victim's recovery.
#[on_each_engine]
async fn unexpired_session(engine: Engine) {
    let world = World::new(&engine).await;
    world
        .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(1)))
        .await;
    let mut attacker = world.person();
    attacker.link_by_directory(&pid(1)).await;
    let ticket = world.ticket(ANN).await;
    world.person().reset(&ticket, PASSWORD).await;
    assert!(attacker.caller().await.is_none());
    let mut victim = world.person();
    victim.sign_in(ANN, PASSWORD).await;
    assert!(victim.caller().await.is_some());
}

/// The same, where the victim recovers by linking the eID that the directory gives the address to.
#[on_each_engine]
async fn unexpired_session_by_linking(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world
        .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(3)))
        .await;
    let mut attacker = world.person();
    attacker.sign_in(ANN, PASSWORD).await;
    assert!(attacker.caller().await.is_some());
    let mut victim = world.person();
    victim.link(&pid(3), ANN).await;
    assert!(victim.caller().await.is_some());
    assert!(attacker.caller().await.is_none());
}

/// The attacker adds an identity of their own to the account before the victim recovers it.
#[on_each_engine]
async fn trojan_identifier(engine: Engine) {
    let world = World::new(&engine).await;
    world
        .import(&format!("{};9;Ann Ansatt;{ANN}\n", pid(1)))
        .await;
    let mut attacker = world.person();
    attacker.link_by_directory(&pid(1)).await;
    let ticket = world.ticket(ANN).await;
    world.person().reset(&ticket, PASSWORD).await;
    assert_eq!(world.rows("links").await, 0);
    attacker.eid(&pid(1), None).await;
    assert!(attacker.caller().await.is_none());
}

/// A provider asserts an identity number that it has not verified.
#[on_each_engine]
async fn non_verifying_provider(engine: Engine) {
    let world = World::with_eids(&engine, &["buypass"], |_| {}).await;
    let mut kari = world.person();
    kari.link_vouched().await;
    let mut attacker = world.person();
    attacker.provider = ProviderId::parse("buypass").expect("a name");
    let page = attacker.eid(&format!("{LOW}{}", pid(0)), None).await;
    assert!(attacker.caller().await.is_none());
    let view = attacker.link_view(flow_in(&page)).await.expect("own");
    assert!(matches!(view.step, LinkStep::Address { fixed: false, .. }));
    // Not even with a look into the mailbox.
    let flow = flow_in(&page);
    attacker.send_code(flow, "kari@nordvik.example").await;
    let code = world.code("kari@nordvik.example").await;
    attacker.enter_code(flow, &code).await;
    assert!(attacker.caller().await.is_none());
    assert_eq!(world.rows("links").await, 1);
}
