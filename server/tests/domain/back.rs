//! Back, Reload, a second window and a second press: the address of a page shows the step that it names or an earlier one,
//! and leads on where nothing is left to do.

use super::{
    person::{Person, flow_in, step_in},
    world::{PASSWORD, World, pid},
};
use crate::support::db::Engine;
use kobling_domain::{Fault, kernel::secret::Password};
use kobling_model::{
    FlowId, Problem, Problems,
    route::Step,
    view::{ChangeEmailStep, LinkPage, LinkStep, RemovalStep, SignInStep, SignInView},
};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
const OLA: &str = "ola@nordvik.example";
const PRIVATE: &str = "privat@fjern.example";

fn asks_for_address(step: &LinkStep, typed: &str) -> bool {
    matches!(step, LinkStep::Address { typed: shown, fixed: false } if shown == typed)
}

async fn page_of(world: &World, person: &Person<'_>, flow: FlowId) -> LinkPage {
    let visitor = person.visitor();
    let view = world.kobling.linking.view(&visitor, flow, None).await;
    view.expect("a view")
}

/// Where `/link` says that its flow is.
async fn moved(world: &World, person: &Person<'_>, flow: FlowId) -> String {
    let visitor = person.visitor();
    match world.kobling.linking.view(&visitor, flow, None).await {
        Err(Fault::Moved(next)) => next.address().into_owned(),
        other => panic!("{other:?}"),
    }
}

async fn sign_in_view(world: &World, person: &Person<'_>, page: &str) -> SignInView {
    let visitor = person.visitor();
    let (flow, step) = (flow_in(page), step_in(page));
    let view = world.kobling.sign_in.view(&visitor, Some(flow), step).await;
    view.expect("a view")
}

#[on_each_engine]
async fn from_the_code_back_to_the_address(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let page = ola.eid(&pid(1), None).await;
    let flow = flow_in(&page);
    assert_eq!(step_in(&page), None);
    let page = ola.send_code(flow, PRIVATE).await;
    assert_eq!(step_in(&page), Some(Step::Code));
    ola.enter_code(flow, "00000000").await;

    let view = ola.link_view_at(flow, None).await.expect("the address");
    assert!(asks_for_address(&view.step, PRIVATE), "{view:?}");
    assert_eq!(view.ahead, Some(Step::Code));
    assert_eq!(view.problem, None, "the problem is about the code");
    let view = ola.link_view_at(flow, Some(Step::Code)).await;
    assert_eq!(
        view.expect("the code").problem,
        Some(Problem::CodeWrong),
        "forward again"
    );

    // The form of the earlier step still works, with an error and without.
    let page = ola.send_code(flow, "ingen adresse").await;
    assert_eq!(step_in(&page), None);
    let view = ola.link_view_at(flow, Some(Step::Code)).await;
    let view = view.expect("the address");
    assert!(asks_for_address(&view.step, "ingen adresse"), "{view:?}");
    assert_eq!(view.problem, Some(Problem::EmailInvalid));
    ola.send_code(flow, OLA).await;
    let code = world.code(OLA).await;
    assert_eq!(
        ola.enter_code(flow, &code).await,
        "/account?flow=".to_owned() + &flow.to_string()
    );
}

#[on_each_engine]
async fn a_new_code_says_so(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let flow = flow_in(&ola.eid(&pid(1), None).await);
    for (email, expected) in [(PRIVATE, false), (PRIVATE, true), (OLA, false)] {
        ola.send_code(flow, email).await;
        let step = ola.link_view(flow).await.expect("the code").step;
        assert!(
            matches!(&step, LinkStep::Code { email: to, again, .. } if to == email && *again == expected),
            "{step:?}"
        );
    }
}

#[on_each_engine]
async fn from_the_name_back_to_the_address(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let flow = flow_in(&ola.towards("start").await);
    ola.eid(&pid(1), Some(flow)).await;
    ola.send_code(flow, PRIVATE).await;
    let code = world.code(PRIVATE).await;
    let page = ola.enter_code(flow, &code).await;
    assert_eq!(step_in(&page), Some(Step::Caution));
    let page = ola.anyway(flow).await;
    assert_eq!(step_in(&page), Some(Step::Name));
    // The code is used up, so its address shows the step before.
    for step in [Some(Step::Caution), Some(Step::Code), None] {
        let view = ola.link_view_at(flow, step).await.expect("the address");
        assert!(asks_for_address(&view.step, PRIVATE), "{step:?} {view:?}");
        assert_eq!(view.ahead, Some(Step::Name));
    }
    ola.send_code(flow, OLA).await;
    let code = world.code(OLA).await;
    let page = ola.enter_code(flow, &code).await;
    assert!(
        page.starts_with("https://start.example/callback?code="),
        "{page}"
    );
    assert!(matches!(
        page_of(&world, &ola, flow).await,
        LinkPage::Done(_)
    ));
}

/// Signed in with a private address; returns the flow at `/no-access`.
async fn refused(ola: &mut Person<'_>) -> FlowId {
    ola.link(&pid(1), PRIVATE).await;
    let page = ola.towards("start").await;
    assert!(page.starts_with("/no-access"), "{page}");
    flow_in(&page)
}

async fn relink(world: &World, ola: &mut Person<'_>, flow: FlowId, email: &str) -> String {
    let linking = &world.kobling.linking;
    let answer = linking.relink(&ola.visitor(), flow, Some(email)).await;
    ola.take(answer)
}

async fn cancel(world: &World, ola: &mut Person<'_>, flow: FlowId) -> String {
    let answer = world.kobling.linking.cancel(&ola.visitor(), flow).await;
    ola.take(answer)
}

#[on_each_engine]
async fn from_relinking_back_to_no_access(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let flow = refused(&mut ola).await;
    let destinations = &world.kobling.destinations;
    let before = destinations
        .no_access_view(&ola.visitor(), Some(flow))
        .await;
    let before = before.expect("the refusal");

    let page = relink(&world, &mut ola, flow, "feil@fjern.example").await;
    assert_eq!(step_in(&page), Some(Step::Code));
    let back = destinations
        .no_access_view(&ola.visitor(), Some(flow))
        .await;
    let back = back.expect("the refusal again");
    assert_eq!(back.typed, "feil@fjern.example");
    assert_eq!(
        (back.reference, back.reason),
        (before.reference, before.reason)
    );

    assert_eq!(
        cancel(&world, &mut ola, flow).await,
        format!("/no-access?flow={flow}")
    );
    relink(&world, &mut ola, flow, "feil@fjern.example").await;
    // The form of the page before sends another code.
    let page = relink(&world, &mut ola, flow, OLA).await;
    assert_eq!(step_in(&page), Some(Step::Code));
    let code = world.code(OLA).await;
    let page = ola.enter_code(flow, &code).await;
    assert!(
        page.starts_with("https://start.example/callback?code="),
        "{page}"
    );

    let after = destinations
        .no_access_view(&ola.visitor(), Some(flow))
        .await;
    assert!(
        matches!(&after, Err(Fault::Moved(next)) if next.address() == format!("/link?flow={flow}")),
        "{after:?}"
    );
}

#[on_each_engine]
async fn cancelling_returns_to_where_the_person_came_from(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let flow = refused(&mut ola).await;
    relink(&world, &mut ola, flow, OLA).await;
    let mut signed_out = ola.clone();
    signed_out.session = None;
    let page = cancel(&world, &mut signed_out, flow).await;
    assert_eq!(page, format!("/login?flow={flow}"), "nobody is signed in");
    assert!(
        sign_in_view(&world, &signed_out, &page)
            .await
            .client
            .is_some()
    );

    let mut new = world.person();
    let flow = flow_in(&new.towards("start").await);
    new.eid(&pid(0), Some(flow)).await;
    let page = cancel(&world, &mut new, flow).await;
    assert_eq!(page, format!("/login?flow={flow}"));
    assert_eq!(
        moved(&world, &new, flow).await,
        page,
        "Back from the sign-in"
    );
}

#[on_each_engine]
async fn a_new_start_keeps_the_destination(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let flow = refused(&mut ola).await;
    relink(&world, &mut ola, flow, OLA).await;
    let code = world.code(OLA).await;
    // The session that moves the eID has ended.
    ola.session = None;
    let page = ola.enter_code(flow, &code).await;
    let view = sign_in_view(&world, &ola, &page).await;
    assert_eq!(view.problem, Some(Problem::NotSignedIn));
    assert!(view.client.is_some());
}

#[on_each_engine]
async fn the_answer_of_the_provider_once_more_leads_on(engine: Engine) {
    let world = World::new(&engine).await;
    let mut ola = world.person();
    let flow = flow_in(&ola.towards("start").await);
    let callback = ola.begin_eid(&pid(1), Some(flow)).await;
    let page = ola.arrive(&callback).await;
    assert_eq!(ola.arrive(&callback).await, page);
    let page = ola.send_code(flow, OLA).await;
    assert_eq!(ola.arrive(&callback).await, page);
    let code = world.code(OLA).await;
    ola.enter_code(flow, &code).await;
    assert_eq!(ola.arrive(&callback).await, format!("/link?flow={flow}"));
    let LinkPage::Done(done) = page_of(&world, &ola, flow).await else {
        panic!("nothing is left to do");
    };
    assert_eq!(done.linked, Some(("BankID".to_owned(), OLA.to_owned())));
    assert_eq!(
        done.client.expect("an application").1,
        "https://start.example"
    );
}

#[on_each_engine]
async fn a_second_window_that_was_faster(engine: Engine) {
    let world = World::new(&engine).await;
    for presses in [false, true] {
        let mut ola = world.person();
        let number = pid(u32::from(presses) + 1);
        let flows = [0, 1].map(|_| ());
        let mut both = Vec::new();
        for () in flows {
            let flow = flow_in(&ola.towards("start").await);
            ola.eid(&number, Some(flow)).await;
            both.push(flow);
        }
        let email = if presses { ANN } else { OLA };
        if presses {
            world.import(&format!(";9;Ann;{ANN}\n")).await;
        }
        ola.send_code(both[1], email).await;
        let code = world.code(email).await;
        ola.enter_code(both[1], &code).await;
        assert!(ola.caller().await.is_some());
        if presses {
            let before = world.mails(email).await.len();
            let page = ola.send_code(both[0], email).await;
            assert_eq!(page, format!("/link?flow={}", both[0]));
            assert_eq!(world.mails(email).await.len(), before, "no code");
        }
        let LinkPage::Done(done) = page_of(&world, &ola, both[0]).await else {
            panic!("nothing is left to do");
        };
        assert_eq!(done.linked.map(|(_, email)| email), Some(email.to_owned()));
    }
}

#[on_each_engine]
async fn from_the_password_back_to_the_address(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    let first = ann.towards("open").await;
    let flow = flow_in(&first);
    let sign_in = &world.kobling.sign_in;
    let answer = sign_in.identify(&ann.visitor(), Some(flow), ANN).await;
    let page = ann.take(answer);
    assert_eq!(step_in(&page), Some(Step::Password));
    ann.enter_password(flow, "feil").await;
    let view = sign_in_view(&world, &ann, &first).await;
    assert_eq!(view.step, SignInStep::Address { typed: ANN.into() });
    assert_eq!(view.problem, None);
    let view = sign_in_view(&world, &ann, &page).await;
    assert_eq!(view.step, SignInStep::Password { email: ANN.into() });
    assert_eq!(view.problem, Some(Problem::SignInFailed));
    ann.enter_password(flow, PASSWORD).await;
    let again = sign_in.view(&ann.visitor(), Some(flow), None).await;
    assert!(matches!(again, Err(Fault::Moved(_))), "{again:?}");
}

/// From `/link` back to the sign-in, and on with the password instead.
#[on_each_engine]
async fn from_the_eid_back_to_the_sign_in(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    let first = ann.towards("open").await;
    let flow = flow_in(&first);
    ann.eid(&pid(1), Some(flow)).await;
    let view = sign_in_view(&world, &ann, &first).await;
    assert_eq!((view.flow, view.problem), (Some(flow), Problems::NONE));
    let sign_in = &world.kobling.sign_in;
    let answer = sign_in.identify(&ann.visitor(), Some(flow), ANN).await;
    let page = ann.take(answer);
    assert_eq!(flow_in(&page), flow);
    let page = ann.enter_password(flow, PASSWORD).await;
    assert!(
        page.starts_with("https://open.example/callback?code="),
        "{page}"
    );
    assert_eq!(world.rows("links").await, 0);
}

#[on_each_engine]
async fn a_change_of_address_goes_back_and_sends_again(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let email = &world.kobling.email;
    let new = "ann.ny@nordvik.example";
    let password = Some(Password(PASSWORD.into()));
    let answer = email.send_code(&ann.visitor(), None, new, password).await;
    let page = ann.take(answer);
    let flow = flow_in(&page);
    assert_eq!(step_in(&page), Some(Step::Code));
    let view = email.view(&ann.visitor(), Some(flow), None).await;
    let step = view.expect("a view").step;
    assert_eq!(step, ChangeEmailStep::Address { typed: new.into() });

    let former = world.code(new).await;
    let answer = email.resend(&ann.visitor(), flow).await;
    assert_eq!(ann.take(answer), page);
    let view = email.view(&ann.visitor(), Some(flow), step_in(&page)).await;
    let step = view.expect("a view").step;
    assert!(
        matches!(step, ChangeEmailStep::Code { again: true, .. }),
        "{step:?}"
    );
    let code = world.code(new).await;
    assert_ne!(code, former);
    let answer = email.code(&ann.visitor(), flow, &former).await;
    ann.take(answer);
    assert_eq!(
        ann.caller()
            .await
            .expect("signed in")
            .account
            .email
            .as_str(),
        ANN
    );
    let answer = email.code(&ann.visitor(), flow, &code).await;
    ann.take(answer);
    assert_eq!(
        ann.caller()
            .await
            .expect("signed in")
            .account
            .email
            .as_str(),
        new
    );

    // Whoever else is signed in cannot send again.
    let mut other = world.person();
    other.sign_in(new, PASSWORD).await;
    let before = world.mails(new).await.len();
    let answer = email.resend(&other.visitor(), flow).await;
    other.take(answer);
    assert_eq!(world.mails(new).await.len(), before);
}

#[on_each_engine]
async fn a_removal_goes_back_to_its_question(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.link(&pid(1), ANN).await;
    let page = ann.remove_link(Some("feil")).await;
    assert_eq!(step_in(&page), Some(Step::Proof));
    let flow = Some(flow_in(&page));
    for (step, expected) in [
        (None, RemovalStep::Ask),
        (Some(Step::Proof), RemovalStep::Password),
    ] {
        let view = world.kobling.profile.view(&ann.visitor(), flow, step).await;
        let dialog = view.expect("a view").removal.expect("the dialog");
        assert_eq!(dialog.step, expected);
    }
}
