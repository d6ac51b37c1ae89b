//! Adding an eID to an account, which asks its owner for a proof, and removing what is not the owner's after a reset.

use super::{
    person::{Person, flow_in},
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use async_trait::async_trait;
use kobling_domain::{
    Change, Kobling, Ports,
    eid::port::{EidError, EidIdentity, EidProvider, EidRequest, EidReturn},
    eid::types::Callback,
    ops::mail::Content,
};
use kobling_model::{
    FlowId, LinkId, Problem, ProviderId,
    status::Notice,
    time::Span,
    view::{AddingView, LinkItem, ProofView, ResetStep},
};
use kobling_test_macros::on_each_engine;
use std::sync::Arc;
use tokio::task::JoinSet;

const ANN: &str = "ann@nordvik.example";
const OLA: &str = "ola@nordvik.example";
const NEW: &str = "Blå sykkel uten hjul i regnvær";

/// The dialog that asks for a proof.
async fn dialog(world: &World, person: &Person<'_>, flow: FlowId) -> Option<AddingView> {
    let visitor = person.visitor();
    let view = world.kobling.profile.view(&visitor, Some(flow), None).await;
    view.expect("a view").adding
}

#[on_each_engine]
async fn colleague_adds_eid(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    // Somebody else at the open session, whose sign-in is recent.
    let flow = ann.begin_adding().await;
    let page = ann.eid(&pid(2), Some(flow)).await;
    assert!(page.starts_with("/account"), "{page}");
    let view = dialog(&world, &ann, flow).await.expect("the dialog");
    assert_eq!(
        (view.proof, view.problem),
        (Some(ProofView::Password), Problem::OtherPerson.into())
    );
    for (wrong, problem) in [
        ("", Problem::PasswordMissing),
        ("feil", Problem::PasswordWrong),
    ] {
        let page = ann.prove_adding(flow, wrong).await;
        assert!(page.starts_with("/account"), "{page}");
        let view = dialog(&world, &ann, flow).await.expect("the dialog");
        assert_eq!(view.problem, Some(problem));
        ann.eid(&pid(2), Some(flow)).await;
    }
    assert_eq!(world.rows("links").await, 0);

    // With the password it is the owner's act.
    let before = ann.clone();
    let page = ann.prove_adding(flow, PASSWORD).await;
    assert_eq!(page, format!("/eid/bankid/start?flow={flow}"));
    assert!(before.caller().await.is_none(), "a new secret");
    let page = ann.eid(&pid(2), Some(flow)).await;
    assert_eq!(ann.account_problem(&page).await, None);
    assert_eq!(world.rows("links").await, 1);
    let mails = world.mails(ANN).await;
    assert!(matches!(mails.last(), Some(Content::Linked { .. })));
}

#[on_each_engine]
async fn a_proof_is_valid_in_its_session_and_for_some_minutes(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let flow = ann.begin_adding().await;
    ann.prove_adding(flow, PASSWORD).await;
    let callback = ann.begin_eid(&pid(2), Some(flow)).await;
    let planted = ann.clone();
    // The session ends, and a later one in the same browser does not inherit the proof.
    ann.sign_in(ANN, PASSWORD).await;
    assert!(planted.caller().await.is_none());
    assert!(dialog(&world, &ann, flow).await.is_none());
    let page = ann.arrive(&callback).await;
    assert_eq!(ann.account_problem(&page).await, Some(Problem::NeedProof));

    let flow = ann.begin_adding().await;
    ann.prove_adding(flow, PASSWORD).await;
    let callback = ann.begin_eid(&pid(2), Some(flow)).await;
    world.pass(Span::minutes(11));
    let page = ann.arrive(&callback).await;
    assert_eq!(ann.login_problem(&page).await, Some(Problem::FlowExpired));
    assert_eq!(world.rows("links").await, 0);
}

#[on_each_engine]
async fn a_flow_of_an_older_build_adds_nothing(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let flow = ann.begin_adding().await;
    let callback = ann.begin_eid(&pid(2), Some(flow)).await;
    let state = format!(r#"{{"adding":{{"account":"{}"}}}}"#, ann.id().await);
    world
        .engine
        .execute(&format!(
            "UPDATE flows SET state = '{state}' WHERE id = '{flow}'"
        ))
        .await;
    let page = ann.arrive(&callback).await;
    assert_eq!(ann.account_problem(&page).await, Some(Problem::NeedProof));
    assert_eq!(world.rows("links").await, 0);
}

#[on_each_engine]
async fn a_proof_ends_with_the_first_answer_of_the_provider(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let flow = ann.begin_adding().await;
    ann.prove_adding(flow, PASSWORD).await;
    let second = ann.begin_eid(&pid(2), Some(flow)).await;
    let mut first = ann.begin_eid(&pid(2), Some(flow)).await;
    first.error = Some("access_denied".into());
    let page = ann.arrive(&first).await;
    assert_eq!(
        ann.account_problem(&page).await,
        Some(Problem::EidCancelled)
    );
    ann.arrive(&second).await;
    assert_eq!(world.rows("links").await, 0);
}

#[on_each_engine(flavor = "multi_thread")]
async fn of_sixteen_concurrent_uses_of_one_proof_one_adds_an_eid(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let flow = ann.begin_adding().await;
    ann.prove_adding(flow, PASSWORD).await;
    let mut racers = JoinSet::new();
    for person in 2..18 {
        let callback = ann.begin_eid(&pid(person), Some(flow)).await;
        let (kobling, visitor) = (world.kobling.clone(), ann.visitor());
        racers.spawn(async move {
            let provider = ProviderId::parse("bankid").expect("a name");
            kobling
                .eid_callback
                .handle(&visitor, &provider, callback)
                .await
                .expect("an answer")
        });
    }
    let answers = racers.join_all().await;
    let went_on = answers
        .into_iter()
        .filter(|answer| matches!(answer.session, Change::Set(_)));
    assert_eq!((went_on.count(), world.rows("links").await), (1, 1));
    assert_eq!(world.rows("audit WHERE event = 'link.made'").await, 1);
}

/// A second provider, which knows the same people.
struct Second(ProviderId, Arc<dyn EidProvider>);

#[async_trait]
impl EidProvider for Second {
    fn id(&self) -> &ProviderId {
        &self.0
    }

    fn name(&self) -> &str {
        "Buypass"
    }

    async fn begin(&self, request: EidRequest) -> Result<String, EidError> {
        self.1.begin(request).await
    }

    async fn finish(&self, answer: EidReturn) -> Result<EidIdentity, EidError> {
        let identity = self.1.finish(answer).await?;
        Ok(EidIdentity {
            provider: self.0.clone(),
            ..identity
        })
    }

    async fn end_session(&self, _: &str) -> Option<String> {
        None
    }

    fn origins(&self) -> Vec<String> {
        Vec::new()
    }
}

fn with_second_provider(world: &mut World) -> ProviderId {
    let id = ProviderId::parse("buypass").expect("a name");
    let second = Arc::new(Second(id.clone(), world.eid.clone()));
    let ports = Ports {
        providers: vec![world.eid.clone(), second],
        ..world.kobling.ports().clone()
    };
    world.kobling = Kobling::new(
        ports,
        world.kobling.keys().clone(),
        world.kobling.settings().clone(),
        Arc::new(|| {}),
    );
    id
}

#[on_each_engine]
async fn without_a_password_an_eid_of_the_account_is_the_proof(engine: Engine) {
    let mut world = World::new(&engine).await;
    let second = with_second_provider(&mut world);
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    let answer = world.kobling.adding.open(&ann.visitor(), &second).await;
    let flow = flow_in(&ann.take(answer));
    let view = dialog(&world, &ann, flow).await.expect("the dialog");
    assert!(matches!(&view.proof, Some(ProofView::Eid(provider)) if provider.name == "BankID"));

    // Another person's eID proves nothing, from whichever provider, and no password fits.
    ann.eid(&pid(2), Some(flow)).await;
    ann.prove_adding(flow, PASSWORD).await;
    let arrive = async |ann: &mut Person<'_>, code: &str| {
        let visitor = ann.visitor();
        let answer = world.kobling.eid.sign_in(&visitor, &second, Some(flow));
        let address = ann.take(answer.await);
        assert!(address.contains("prompt=login"), "{address}");
        let callback = Callback {
            state: address
                .split_once("state=")
                .map(|(_, state)| state.to_owned()),
            code: Some(code.to_owned()),
            ..Callback::default()
        };
        let handled = world
            .kobling
            .eid_callback
            .handle(&visitor, &second, callback);
        ann.take(handled.await)
    };
    arrive(&mut ann, &pid(2)).await;
    let view = dialog(&world, &ann, flow).await.expect("the dialog");
    assert_eq!(view.problem, Some(Problem::OtherPerson));
    assert_eq!(world.rows("links").await, 1);

    let page = ann.eid(&pid(1), Some(flow)).await;
    assert_eq!(page, format!("/eid/buypass/start?flow={flow}"));
    let view = dialog(&world, &ann, flow).await.expect("the dialog");
    assert_eq!(view.proof, Some(ProofView::Fresh));
    // The proof is for the chosen provider only.
    ann.eid(&pid(1), Some(flow)).await;
    assert_eq!(world.rows("links").await, 1);
    let page = arrive(&mut ann, &pid(1)).await;
    assert_eq!(ann.account_problem(&page).await, None);
    assert_eq!(world.rows("links").await, 2);
}

#[on_each_engine]
async fn an_account_without_a_proof_is_told_so(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    world.engine.execute("DELETE FROM passwords").await;
    let flow = ann.begin_adding().await;
    let view = dialog(&world, &ann, flow).await.expect("the dialog");
    assert_eq!(
        (view.proof, view.problem),
        (None, Problem::NeedProof.into())
    );
    let page = ann.prove_adding(flow, PASSWORD).await;
    assert!(page.starts_with("/account"), "{page}");
}

/// The list and the notice on the page after a reset.
async fn listed(
    world: &World,
    person: &Person<'_>,
    flow: FlowId,
) -> (Vec<LinkItem>, Option<Notice>) {
    let view = world
        .kobling
        .recovery
        .reset_view(&person.visitor(), None, Some(flow))
        .await
        .expect("a view");
    match view.step {
        ResetStep::Done { links, notice, .. } => (links, notice),
        _ => (Vec::new(), None),
    }
}

async fn press(world: &World, person: &mut Person<'_>, flow: FlowId, link: LinkId) -> String {
    let visitor = person.visitor();
    let answer = world.kobling.recovery.remove_link(&visitor, flow, link);
    person.take(answer.await)
}

/// Ann's account, to which somebody else linked an eID, and Ann, who has just reset the password.
async fn reset_after_intrusion(world: &World) -> (Person<'_>, FlowId, Person<'_>) {
    world.account(ANN).await;
    let mut attacker = world.person();
    attacker.link(&pid(2), ANN).await;
    let ticket = world.ticket(ANN).await;
    let mut ann = world.person();
    let flow = flow_in(&ann.reset(&ticket, NEW).await);
    attacker.eid(&pid(2), None).await;
    assert!(
        attacker.caller().await.is_some(),
        "the eID survives a reset"
    );
    (ann, flow, attacker)
}

#[on_each_engine]
async fn after_a_reset_one_press_removes_an_eid_and_ends_its_sessions(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut ann, flow, attacker) = reset_after_intrusion(&world).await;
    let (links, notice) = listed(&world, &ann, flow).await;
    assert_eq!((links.len(), notice), (1, None));
    assert_eq!(links[0].provider.name, "BankID");

    let page = press(&world, &mut ann, flow, links[0].id).await;
    assert!(page.starts_with("/reset-password"), "{page}");
    assert!(attacker.caller().await.is_none(), "its sessions end");
    assert_eq!(world.rows("links").await, 0);
    assert_eq!(
        listed(&world, &ann, flow).await,
        (Vec::new(), Some(Notice::LinkRemoved))
    );
    assert!(ann.session.is_none(), "nobody is signed in here");
    // A second press changes nothing.
    let page = press(&world, &mut ann, flow, links[0].id).await;
    assert!(page.starts_with("/reset-password"), "{page}");
    let mails = world.mails(ANN).await;
    let removed = mails
        .iter()
        .filter(|mail| matches!(mail, Content::LinkRemoved { .. }));
    assert_eq!(removed.count(), 1);
    let audited = "audit WHERE event = 'link.removed' AND actor IS NOT NULL";
    assert_eq!(world.rows(audited).await, 1);
    ann.sign_in(ANN, NEW).await;
    assert!(ann.caller().await.is_some(), "the new password remains");
}

#[on_each_engine]
async fn only_the_browser_of_the_reset_removes_eids_of_that_account(engine: Engine) {
    let world = World::new(&engine).await;
    let (ann, flow, mut attacker) = reset_after_intrusion(&world).await;
    let link = listed(&world, &ann, flow).await.0[0].id;
    world.account(OLA).await;
    let ticket = world.ticket(OLA).await;
    let mut ola = world.person();
    let his = flow_in(&ola.reset(&ticket, NEW).await);

    assert!(listed(&world, &attacker, flow).await.0.is_empty());
    let page = press(&world, &mut attacker, flow, link).await;
    assert_eq!(
        attacker.login_problem(&page).await,
        Some(Problem::FlowExpired)
    );
    assert!(listed(&world, &ola, his).await.0.is_empty());
    press(&world, &mut ola, his, link).await;
    // A flow of another kind, in the browser of the reset.
    let mut elsewhere = ann.clone();
    let signing_in = flow_in(&elsewhere.towards("start").await);
    press(&world, &mut elsewhere, signing_in, link).await;
    assert_eq!(world.rows("links").await, 1);
}

#[on_each_engine]
async fn eids_are_removed_for_some_minutes_after_the_last_reset_only(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut ann, flow, _) = reset_after_intrusion(&world).await;
    let link = listed(&world, &ann, flow).await.0[0].id;
    world.pass(Span::minutes(11));
    assert!(listed(&world, &ann, flow).await.0.is_empty());
    let page = press(&world, &mut ann, flow, link).await;
    assert_eq!(ann.login_problem(&page).await, Some(Problem::FlowExpired));

    let ticket = world.ticket(ANN).await;
    let earlier = flow_in(&ann.reset(&ticket, NEW).await);
    world.pass(Span::minutes(1));
    let ticket = world.ticket(ANN).await;
    let later = flow_in(&world.person().reset(&ticket, PASSWORD).await);
    assert_ne!(earlier, later);
    assert!(listed(&world, &ann, earlier).await.0.is_empty());
    press(&world, &mut ann, earlier, link).await;
    assert_eq!(world.rows("links").await, 1);
}
