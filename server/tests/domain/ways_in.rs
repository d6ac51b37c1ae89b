//! Links as ways to sign in: what their removal ends, and that the last one remains.

use super::{
    person::{flow_in, step_in},
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{Visitor, ops::mail::Content};
use kobling_model::{Lang, Problem, ProviderId, time::Span, view::RemovalStep};
use kobling_test_macros::on_each_engine;
use std::time::Duration;

const ANN: &str = "ann@nordvik.example";

#[on_each_engine]
async fn removing_a_link_ends_its_sessions(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (mut by_eid, mut elsewhere, mut by_password) =
        (world.person(), world.person(), world.person());
    by_eid.link(&pid(1), ANN).await;
    elsewhere.eid(&pid(1), None).await;
    by_password.sign_in(ANN, PASSWORD).await;
    assert!(elsewhere.caller().await.is_some());

    let before = by_password.clone();
    let page = by_password.remove_link(Some(PASSWORD)).await;
    assert_eq!(by_password.account_problem(&page).await, None);
    assert!(
        by_password.caller().await.is_some(),
        "the session that asks continues"
    );
    assert!(before.caller().await.is_none(), "under a new secret");
    assert!(by_eid.caller().await.is_none() && elsewhere.caller().await.is_none());
    let mails = world.mails(ANN).await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| matches!(mail, Content::LinkRemoved { .. }))
            .count(),
        1
    );

    // The eID can be linked again at once.
    let page = by_eid.link(&pid(1), ANN).await;
    assert!(page.starts_with("/account"), "{page}");
    assert_eq!(
        (world.rows("links").await, world.rows("accounts").await),
        (1, 1)
    );
}

#[on_each_engine]
async fn the_session_that_removes_its_own_link_by_password_continues(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    person.remove_link(Some(PASSWORD)).await;
    assert!(
        person
            .caller()
            .await
            .is_some_and(|caller| caller.session.method.link().is_none())
    );
}

#[on_each_engine]
async fn the_last_way_to_sign_in_cannot_be_removed(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link_vouched().await;
    let page = person.remove_link(None).await;
    let view = world
        .kobling
        .profile
        .view(&person.visitor(), Some(flow_in(&page)), step_in(&page))
        .await
        .expect("a view");
    assert_eq!(view.removal.expect("the dialog").step, RemovalStep::Refused);
    let link = view.links[0].id;
    let by_api = world
        .kobling
        .removal
        .remove(&person.visitor(), link, None)
        .await;
    assert!(by_api.is_err_and(|fault| fault.problem() == Problem::NeedProof));
    assert_eq!(world.rows("links").await, 1);
    assert!(person.caller().await.is_some());
}

#[on_each_engine]
async fn removing_a_link_requires_the_right_password(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    let page = person.remove_link(Some("feil")).await;
    let view = world
        .kobling
        .profile
        .view(&person.visitor(), Some(flow_in(&page)), step_in(&page))
        .await
        .expect("a view");
    assert_eq!(
        view.removal.expect("the dialog").problem,
        Some(Problem::PasswordWrong)
    );
    for password in [None, Some("")] {
        person.remove_link(password).await;
    }
    assert_eq!(world.rows("links").await, 1);
}

#[on_each_engine]
async fn a_person_cannot_remove_another_person_s_link(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world.account("ola@nordvik.example").await;
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    let caller = ann.caller().await.expect("signed in");
    let link = world.kobling.profile.links(&caller).await.expect("links")[0].id;
    let mut ola = world.person();
    ola.sign_in("ola@nordvik.example", PASSWORD).await;
    let answer = world.kobling.removal.open(&ola.visitor(), link).await;
    let page = ola.take(answer);
    assert_eq!(ola.account_problem(&page).await, Some(Problem::AlreadyDone));
    let by_api = world
        .kobling
        .removal
        .remove(
            &ola.visitor(),
            link,
            Some(kobling_domain::kernel::secret::Password(PASSWORD.into())),
        )
        .await;
    assert!(by_api.is_err_and(|fault| fault.problem() == Problem::NotFound));
    assert_eq!(world.rows("links").await, 1);
}

#[on_each_engine]
async fn a_link_survives_a_change_of_address_and_of_subject(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    let account = person.id().await;
    person.change_email("ann.ny@nordvik.example").await;
    let mut again = world.person();
    assert_eq!(again.eid(&pid(1), None).await, "/account");
    assert_eq!(again.id().await, account);
    // The provider's subject changes: the identity number still identifies the person.
    world
        .engine
        .execute("UPDATE links SET subject = 'a former subject'")
        .await;
    let mut later = world.person();
    assert_eq!(later.eid(&pid(1), None).await, "/account");
    assert_eq!(later.id().await, account);
    assert_eq!(
        world.rows("links WHERE subject LIKE 'subject of %'").await,
        1
    );
}

#[on_each_engine]
async fn moving_a_link_ends_its_earlier_sessions(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let page = person.towards("start").await;
    let flow = flow_in(&page);
    let page = person.eid(&pid(1), Some(flow)).await;
    assert!(page.starts_with("/link"), "{page}");
    person.send_code(flow, "privat@fjern.example").await;
    let code = world.code("privat@fjern.example").await;
    person.enter_code(flow, &code).await;
    person.anyway(flow).await;
    let page = person.enter_name(flow, "Ola Nordmann").await;
    assert!(page.starts_with("/no-access"), "{page}");
    let wrong = person.id().await;
    let mut elsewhere = world.person();
    elsewhere.eid(&pid(1), None).await;

    let answer = world
        .kobling
        .linking
        .relink(&person.visitor(), flow, None)
        .await;
    let page = person.take(answer);
    assert!(
        page.starts_with("/link"),
        "no new sign-in right after the last: {page}"
    );
    person.send_code(flow, "ola@nordvik.example").await;
    assert!(
        elsewhere.caller().await.is_some(),
        "the link has not moved yet"
    );
    let code = world.code("ola@nordvik.example").await;
    let page = person.enter_code(flow, &code).await;
    assert!(
        page.starts_with("https://start.example/callback?code="),
        "{page}"
    );
    assert_ne!(person.id().await, wrong);
    assert!(elsewhere.caller().await.is_none());
    assert_eq!(
        (world.rows("links").await, world.rows("accounts").await),
        (1, 2)
    );
    let mails = world.mails("privat@fjern.example").await;
    assert!(
        matches!(mails.last(), Some(Content::LinkMoved { .. })),
        "{mails:?}"
    );
}

#[on_each_engine]
async fn moving_a_link_requires_a_recent_eid_sign_in(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), "privat@fjern.example").await;
    world.pass(Span::minutes(11));
    let page = person.towards("start").await;
    assert!(page.starts_with("/no-access"), "{page}");
    let answer = world
        .kobling
        .linking
        .relink(&person.visitor(), flow_in(&page), None)
        .await;
    let page = person.take(answer);
    assert!(page.starts_with("https://eid.example/"), "{page}");
}

#[on_each_engine]
async fn the_directory_is_checked_when_the_form_is_sent(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    let flow = flow_in(&person.eid(&pid(0), None).await);
    world
        .import(&format!(
            "{};1;Kari Nordmann;kari.ny@nordvik.example\n",
            pid(0)
        ))
        .await;
    let answer = world.kobling.linking.vouched(&person.visitor(), flow).await;
    let page = person.take(answer);
    assert_eq!(
        person.login_problem(&page).await,
        Some(Problem::FlowExpired)
    );
    assert_eq!(
        (world.rows("links").await, world.rows("accounts").await),
        (0, 0)
    );
}

#[on_each_engine]
async fn access_follows_the_directory(engine: Engine) {
    let world = World::new(&engine).await;
    let mut person = world.person();
    person.link_vouched().await;
    let page = person.towards("start").await;
    assert!(
        page.starts_with("https://start.example/callback?code="),
        "{page}"
    );
    world
        .import(&format!("{};1;Kari Nordmann;\n", pid(0)))
        .await;
    let page = person.towards("start").await;
    assert!(page.starts_with("/no-access"), "{page}");
    let page = person.towards("open").await;
    assert!(
        page.starts_with("https://open.example/callback?code="),
        "{page}"
    );
}

/// Both lock the account before the link. In opposite orders, PostgreSQL would end one of them as a deadlock.
#[on_each_engine(flavor = "multi_thread")]
async fn an_eid_can_sign_in_while_its_link_is_removed(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let (mut owner, mut by_eid) = (world.person(), world.person());
    by_eid.link(&pid(1), ANN).await;
    owner.sign_in(ANN, PASSWORD).await;
    let callback = by_eid.begin_eid(&pid(1), None).await;
    // The language of a sign-in is stored in the account.
    let visitor = Visitor {
        lang: Lang::En,
        ..by_eid.visitor()
    };
    let kobling = world.kobling.clone();
    world.watch.delay("INSERT_AUDIT");
    world.watch.steps();
    let sign_in = tokio::spawn(async move {
        let provider = ProviderId::parse("bankid").expect("a name");
        kobling
            .eid_callback
            .handle(&visitor, &provider, callback)
            .await
    });
    while !world.watch.steps().contains(&"TOUCH_LINK") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let page = owner.remove_link(Some(PASSWORD)).await;
    assert_eq!(owner.account_problem(&page).await, None);
    by_eid.take(sign_in.await.expect("no panic"));
    assert!(by_eid.caller().await.is_none(), "the link is gone");
    assert_eq!(world.rows("links").await, 0);
}

/// The same for the account that the link moves away from.
#[on_each_engine(flavor = "multi_thread")]
async fn a_link_can_move_while_it_is_removed(engine: Engine) {
    const PRIVATE: &str = "privat@fjern.example";
    let world = World::new(&engine).await;
    world.account(PRIVATE).await;
    let (mut owner, mut mover) = (world.person(), world.person());
    owner.link(&pid(1), PRIVATE).await;
    let flow = flow_in(&mover.towards("start").await);
    let page = mover.eid(&pid(1), Some(flow)).await;
    assert!(page.starts_with("/no-access"), "{page}");
    let answer = world
        .kobling
        .linking
        .relink(&mover.visitor(), flow, None)
        .await;
    mover.take(answer);
    mover.send_code(flow, "ola@nordvik.example").await;
    let code = world.code("ola@nordvik.example").await;
    let (kobling, visitor) = (world.kobling.clone(), mover.visitor());
    world.watch.delay("END_SESSIONS_OF_LINK");
    world.watch.steps();
    let moving = tokio::spawn(async move { kobling.linking.code(&visitor, flow, &code).await });
    while !world.watch.steps().contains(&"DELETE_LINK") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let page = owner.remove_link(Some(PASSWORD)).await;
    assert_eq!(
        owner.login_problem(&page).await,
        Some(Problem::NotSignedIn),
        "{page}"
    );
    let page = mover.take(moving.await.expect("no panic"));
    assert!(page.starts_with("https://start.example/"), "{page}");
    assert_eq!(world.rows("links").await, 1);
}
