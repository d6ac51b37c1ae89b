//! A form that arrives after its session has ended: the sign-in leads back to its page, with what was typed.

use super::{
    person::{Person, flow_in},
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{flow::types::Typed, kernel::secret::Password};
use kobling_model::{
    Problem,
    view::{AccountView, ChangeEmailStep},
};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
const BEA: &str = "bea@nordvik.example";
const NEW: &str = "ann@fjern.example";

async fn signed_in<'a>(world: &'a World, email: &str) -> Person<'a> {
    let mut person = world.person();
    assert_eq!(person.sign_in(email, PASSWORD).await, "/account");
    person
}

async fn account(person: &Person<'_>, page: &str) -> AccountView {
    let flow = page.contains("flow=").then(|| flow_in(page));
    let kobling = &person.world().kobling;
    let view = kobling.profile.view(&person.visitor(), flow, None).await;
    view.expect("a view")
}

/// The address that `/account/email` has in its field.
async fn address(person: &Person<'_>, page: &str) -> String {
    let flow = page.contains("flow=").then(|| flow_in(page));
    let kobling = &person.world().kobling;
    let view = kobling.email.view(&person.visitor(), flow, None).await;
    match view.expect("a view").step {
        ChangeEmailStep::Address { typed } => typed,
        other => panic!("{other:?}"),
    }
}

/// The person signs out everywhere, in another browser.
async fn ends_elsewhere(world: &World, email: &str) {
    let other = signed_in(world, email).await;
    let answer = world.kobling.sessions.end_others(&other.visitor()).await;
    answer.expect("an answer");
}

async fn saves_name(person: &mut Person<'_>, text: &str, mark: &str) -> String {
    let kobling = &person.world().kobling;
    let typed = Typed { text, mark };
    let answer = kobling.profile.set_name(&person.visitor(), typed).await;
    person.take(answer)
}

async fn sends_code(person: &mut Person<'_>, text: &str, mark: &str) -> String {
    let kobling = &person.world().kobling;
    let (typed, password) = (Typed { text, mark }, Some(Password(PASSWORD.into())));
    let answer = kobling
        .email
        .send_code(&person.visitor(), None, typed, password)
        .await;
    person.take(answer)
}

/// Signs in on the sign-in page that an action has led to.
async fn signs_in(person: &mut Person<'_>, page: &str, email: &str) -> String {
    assert_eq!(person.login_problem(page).await, Some(Problem::NotSignedIn));
    let kobling = &person.world().kobling;
    let flow = flow_in(page);
    let answer = kobling
        .sign_in
        .identify(&person.visitor(), Some(flow), email)
        .await;
    person.take(answer);
    person.enter_password(flow, PASSWORD).await
}

#[on_each_engine]
async fn a_name_that_was_typed_is_there_after_the_sign_in(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = signed_in(&world, ANN).await;
    let mark = account(&ann, "").await.mark;
    ends_elsewhere(&world, ANN).await;

    let page = saves_name(&mut ann, "Ann Fjell", &mark).await;
    assert!(!page.contains("Fjell") && !page.contains(&mark), "{page}");
    let page = signs_in(&mut ann, &page, ANN).await;
    assert!(page.starts_with("/account?flow="), "{page}");
    let view = account(&ann, &page).await;
    assert_eq!(view.typed.as_deref(), Some("Ann Fjell"));
    assert_ne!(view.name, "Ann Fjell");
    let page = saves_name(&mut ann, "Ann Fjell", &mark).await;
    let view = account(&ann, &page).await;
    assert_eq!((view.name.as_str(), view.typed), ("Ann Fjell", None));
}

/// The flow of the sign-in goes by the eID provider too.
#[on_each_engine]
async fn a_new_address_is_there_after_a_sign_in_by_eid(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world.person().link(&pid(1), ANN).await;
    let mut ann = signed_in(&world, ANN).await;
    let mark = account(&ann, "").await.mark;
    ends_elsewhere(&world, ANN).await;

    let page = sends_code(&mut ann, NEW, &mark).await;
    assert_eq!(ann.login_problem(&page).await, Some(Problem::NotSignedIn));
    let page = ann.eid(&pid(1), Some(flow_in(&page))).await;
    assert!(page.starts_with("/account/email?flow="), "{page}");
    assert_eq!(address(&ann, &page).await, NEW);
    assert!(world.mails(NEW).await.is_empty());

    // The step of the code: the code is void, the address is still there.
    let page = sends_code(&mut ann, NEW, &mark).await;
    let flow = flow_in(&page);
    let code = world.code(NEW).await;
    ends_elsewhere(&world, ANN).await;
    let answer = world.kobling.email.code(&ann.visitor(), flow, &code).await;
    let page = ann.take(answer);
    let page = signs_in(&mut ann, &page, ANN).await;
    assert!(page.starts_with("/account/email?flow="), "{page}");
    assert_eq!(address(&ann, &page).await, NEW);
    assert_eq!(account(&ann, "").await.email, ANN);
}

/// Whoever signs in next in the browser does not see what the person before typed.
#[on_each_engine]
async fn nobody_gets_what_another_person_typed(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    world.account(BEA).await;
    let mut browser = signed_in(&world, ANN).await;
    let mark = account(&browser, "").await.mark;
    ends_elsewhere(&world, ANN).await;

    let page = saves_name(&mut browser, "Ann Fjell", &mark).await;
    let page = signs_in(&mut browser, &page, BEA).await;
    assert_eq!(account(&browser, &page).await.typed, None);
    ends_elsewhere(&world, BEA).await;
    let page = sends_code(&mut browser, NEW, &mark).await;
    let page = signs_in(&mut browser, &page, BEA).await;
    assert_eq!(address(&browser, &page).await, "");

    // Nor can anybody put words into another person's form: a mark is not to be guessed.
    ends_elsewhere(&world, BEA).await;
    let id = signed_in(&world, BEA).await.id().await;
    for forged in ["", id.to_string().as_str(), mark.as_str(), BEA] {
        let page = sends_code(&mut browser, NEW, forged).await;
        let page = signs_in(&mut browser, &page, BEA).await;
        assert_eq!(address(&browser, &page).await, "", "{forged}");
        ends_elsewhere(&world, BEA).await;
    }
}

/// A flow belongs to its browser: its id shows nothing elsewhere, even to the same person.
#[on_each_engine]
async fn what_was_typed_stays_in_its_browser(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = signed_in(&world, ANN).await;
    let mark = account(&ann, "").await.mark;
    ends_elsewhere(&world, ANN).await;
    let page = saves_name(&mut ann, "Ann Fjell", &mark).await;
    let back = signs_in(&mut ann, &page, ANN).await;
    let elsewhere = signed_in(&world, ANN).await;
    assert_eq!(account(&elsewhere, &back).await.typed, None);
}

#[on_each_engine]
async fn no_password_is_kept_from_a_form_whose_session_has_ended(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = signed_in(&world, ANN).await;
    let mark = account(&ann, "").await.mark;
    ends_elsewhere(&world, ANN).await;
    let secret = "Ugler flyr lavt over myra";
    let page = ann.change_password(PASSWORD, secret).await;
    sends_code(&mut ann, NEW, &mark).await;
    for typed in [PASSWORD, secret] {
        let with_it = format!("flows WHERE state LIKE '%{typed}%' OR destination LIKE '%{typed}%'");
        assert_eq!(world.rows(&with_it).await, 0, "{typed}");
    }
    let page = signs_in(&mut ann, &page, ANN).await;
    assert!(page.starts_with("/account/password"), "{page}");
}
