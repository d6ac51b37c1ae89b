//! Creating the password of an account that has none, in account settings.

use super::{
    person::{Person, flow_in},
    world::{MINUTE, PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{kernel::secret::Password, ops::mail::Content};
use kobling_model::{
    Problem,
    view::{ChangePasswordView, ProofView},
};
use kobling_test_macros::on_each_engine;
use tokio::task::JoinSet;

const KARI: &str = "kari@nordvik.example";
const LONG_AGO: i64 = 11;

async fn view(person: &Person<'_>, page: &str) -> ChangePasswordView {
    let flow = page.contains("flow=").then(|| flow_in(page));
    let kobling = &person.world().kobling;
    let view = kobling.password.view(&person.visitor(), flow).await;
    view.expect("a view")
}

async fn create(person: &mut Person<'_>, new: &str, confirm: &str) -> String {
    let (new, confirm) = (Password(new.into()), Password(confirm.into()));
    let kobling = &person.world().kobling;
    let answer = kobling
        .password
        .create(&person.visitor(), new, confirm)
        .await;
    person.take(answer)
}

/// To the eID provider with this identity number, and back.
async fn prove(person: &mut Person<'_>, number: &str) -> String {
    let kobling = &person.world().kobling;
    let answer = kobling.password.prove(&person.visitor()).await;
    let address = person.take(answer);
    let callback = Person::callback(&address, number);
    person.arrive(&callback).await
}

/// Kari, who has no password, signed in by eID in two browsers, in the first one long ago.
async fn kari(world: &World) -> (Person<'_>, Person<'_>) {
    let mut kari = world.person();
    kari.link_vouched().await;
    let mut other = world.person();
    other.eid(&pid(0), None).await;
    for _ in 0..LONG_AGO {
        world.pass(MINUTE);
    }
    (kari, other)
}

#[on_each_engine]
async fn a_password_is_created_after_a_proof_and_the_session_stays(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut kari, other) = kari(&world).await;
    let (session, secret) = (
        kari.caller().await.expect("signed in").session.id,
        kari.session.clone(),
    );
    let asked = view(&kari, "/account/password").await.proof;
    assert!(matches!(asked, Some(ProofView::Eid(_))), "{asked:?}");

    let page = prove(&mut kari, &pid(0)).await;
    assert!(page.starts_with("/account/password?flow="), "{page}");
    assert_eq!(view(&kari, &page).await.proof, Some(ProofView::Fresh));
    let page = create(&mut kari, "kort", "kort").await;
    assert_eq!(
        view(&kari, &page).await.problem,
        Some(Problem::PasswordRules)
    );
    let page = create(&mut kari, PASSWORD, PASSWORD).await;
    assert!(page.starts_with("/account?flow="), "{page}");

    let caller = kari.caller().await.expect("still signed in");
    assert_eq!(caller.session.id, session);
    assert_ne!(kari.session, secret);
    assert!(other.caller().await.is_none());
    let mails = world.mails(KARI).await;
    let about_passwords: Vec<_> = mails
        .iter()
        .filter(|mail| !matches!(mail, Content::Linked { .. }))
        .collect();
    assert!(
        matches!(about_passwords[..], [Content::PasswordCreated { .. }]),
        "{mails:?}"
    );
    assert_eq!(view(&kari, "").await.proof, Some(ProofView::Password));
    let page = world.person().sign_in(KARI, PASSWORD).await;
    assert_eq!(page, "/account");
}

#[on_each_engine]
async fn no_password_is_created_without_a_proof(engine: Engine) {
    let world = World::new(&engine).await;
    let (mut kari, mut other) = kari(&world).await;
    let mut nobody = world.person();
    let page = create(&mut nobody, PASSWORD, PASSWORD).await;
    assert_eq!(
        nobody.login_problem(&page).await,
        Some(Problem::NotSignedIn)
    );

    let page = create(&mut kari, PASSWORD, PASSWORD).await;
    let shown = view(&kari, &page).await;
    assert_eq!(shown.problem, Some(Problem::NeedProof));
    assert!(matches!(shown.proof, Some(ProofView::Eid(_))));
    // Another person's eID is no proof, and neither is Kari's own in another session.
    world.person().link(&pid(1), "ann@fjern.example").await;
    let page = prove(&mut kari, &pid(1)).await;
    assert_eq!(view(&kari, &page).await.problem, Some(Problem::OtherPerson));
    prove(&mut other, &pid(0)).await;
    let page = create(&mut kari, PASSWORD, PASSWORD).await;
    assert_eq!(view(&kari, &page).await.problem, Some(Problem::NeedProof));
    assert_eq!(world.rows("passwords").await, 0);
}

/// Changing a password asks for it, however recent the sign-in is.
#[on_each_engine]
async fn a_password_that_exists_is_not_replaced(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let mut thief = world.person();
    thief.sign_in("ann@nordvik.example", PASSWORD).await;
    let other = "Ugler flyr lavt over myra";
    assert_eq!(create(&mut thief, other, other).await, "/account");
    let mut ann = world.person();
    assert_eq!(
        ann.sign_in("ann@nordvik.example", PASSWORD).await,
        "/account"
    );
}

#[on_each_engine]
async fn of_concurrent_presses_one_creates_the_password(engine: Engine) {
    let world = World::new(&engine).await;
    let mut kari = world.person();
    kari.link_vouched().await;
    let mut presses = JoinSet::new();
    for number in 0..4 {
        let (visitor, service) = (kari.visitor(), world.kobling.password.clone());
        presses.spawn(async move {
            let new = Password(format!("Fjellrev synger i natt {number}"));
            let answer = service.create(&visitor, new.clone(), new).await;
            matches!(
                answer.expect("an answer").session,
                kobling_domain::Change::Set(_)
            )
        });
    }
    let done = presses.join_all().await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    assert_eq!(world.mails(KARI).await.len(), 2);
}
