//! What a form says is wrong: everything at once, and what was typed.

use super::{
    person::{Person, flow_in},
    world::{MINUTE, PASSWORD, World},
};
use crate::support::db::Engine;
use kobling_domain::kernel::secret::Password;
use kobling_model::{Problem, Problems, view::ChangeEmailStep};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
const NEW: &str = "Ugler flyr lavt over myra";

/// What the form for a new password says.
async fn refused(
    world: &World,
    person: &mut Person<'_>,
    current: &str,
    new: &str,
    confirm: &str,
) -> Problems {
    let [current, new, confirm] = [current, new, confirm].map(|typed| Password(typed.into()));
    let answer = world
        .kobling
        .password
        .change(&person.visitor(), current, new, confirm)
        .await;
    let page = person.take(answer);
    world
        .kobling
        .password
        .view(&person.visitor(), Some(flow_in(&page)))
        .await
        .expect("a view")
        .problem
}

#[on_each_engine]
async fn a_change_of_password_reports_every_field(engine: Engine) {
    use Problem::{
        NewPasswordMissing, PasswordMissing, PasswordRules, PasswordWrong, PasswordsDiffer,
    };
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    for (current, new, confirm, expected) in [
        ("", "", "", vec![PasswordMissing, NewPasswordMissing]),
        ("", NEW, NEW, vec![PasswordMissing]),
        (
            "feil",
            NEW,
            "noe annet",
            vec![PasswordWrong, PasswordsDiffer],
        ),
        (
            PASSWORD,
            "kort",
            "lang",
            vec![PasswordRules, PasswordsDiffer],
        ),
        (
            "feil",
            "kort",
            "lang",
            vec![PasswordWrong, PasswordRules, PasswordsDiffer],
        ),
        (PASSWORD, "", NEW, vec![NewPasswordMissing]),
        (PASSWORD, NEW, "", vec![PasswordsDiffer]),
    ] {
        let problems = refused(&world, &mut person, current, new, confirm).await;
        assert!(problems.iter().eq(expected.iter().copied()), "{problems}");
    }
    assert!(
        person
            .change_password(PASSWORD, NEW)
            .await
            .starts_with("/account?")
    );
}

#[on_each_engine]
async fn a_reset_reports_both_passwords(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let ticket = world.ticket(ANN).await;
    let mut person = world.person();
    let (new, confirm) = (Password("kort".into()), Password("lang".into()));
    let recovery = &world.kobling.recovery;
    let answer = recovery
        .reset(&person.visitor(), &ticket, new, confirm)
        .await;
    let flow = Some(flow_in(&person.take(answer)));
    let view = recovery
        .reset_view(&person.visitor(), Some(&ticket), flow)
        .await;
    let expected = Problems::from(Problem::PasswordRules).and(Problem::PasswordsDiffer);
    assert_eq!(view.expect("a view").problem, expected);
}

#[on_each_engine]
async fn a_request_for_a_reset_reports_address_and_box(engine: Engine) {
    let world = World::new(&engine).await;
    let recovery = &world.kobling.recovery;
    for (typed, robot, expected) in [
        (
            "",
            false,
            Problems::from(Problem::EmailMissing).and(Problem::RobotUnchecked),
        ),
        (
            "ann",
            false,
            Problems::from(Problem::EmailInvalid).and(Problem::RobotUnchecked),
        ),
        ("ann", true, Problem::EmailInvalid.into()),
        (ANN, false, Problem::RobotUnchecked.into()),
        (ANN, true, Problems::NONE),
    ] {
        let mut person = world.person();
        let answer = recovery
            .request(&person.visitor(), None, typed, robot, None)
            .await;
        let flow = Some(flow_in(&person.take(answer)));
        let view = recovery
            .forgot_view(&person.visitor(), flow)
            .await
            .expect("a view");
        assert_eq!((view.problem, view.email.as_str()), (expected, typed));
    }
}

#[on_each_engine]
async fn a_change_of_address_reports_address_and_password(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    // Later the sign-in is no longer recent enough to do without the password.
    world.pass(kobling_model::time::Span(MINUTE.0 * 20));
    let email = &world.kobling.email;
    for (typed, password, expected) in [
        (
            "ann@",
            "feil",
            Problems::from(Problem::EmailInvalid).and(Problem::PasswordWrong),
        ),
        (
            "",
            "",
            Problems::from(Problem::EmailMissing).and(Problem::PasswordMissing),
        ),
        (ANN, PASSWORD, Problem::EmailSame.into()),
        ("ny@fjern.example", "", Problem::PasswordMissing.into()),
    ] {
        let password = Some(Password(password.into()));
        let answer = email
            .send_code(&person.visitor(), None, typed, password)
            .await;
        let flow = Some(flow_in(&person.take(answer)));
        let view = email
            .view(&person.visitor(), flow, None)
            .await
            .expect("a view");
        let step = ChangeEmailStep::Address {
            typed: typed.into(),
        };
        assert_eq!((view.problem, view.step), (expected, step));
    }
}

#[on_each_engine]
async fn a_refused_name_stays_as_typed(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut person = world.person();
    person.sign_in(ANN, PASSWORD).await;
    let profile = &world.kobling.profile;
    let answer = profile.set_name(&person.visitor(), " ").await;
    let flow = Some(flow_in(&person.take(answer)));
    let view = profile
        .view(&person.visitor(), flow, None)
        .await
        .expect("a view");
    assert_eq!(view.problem, Some(Problem::NameMissing));
    assert_eq!(view.typed.as_deref(), Some(" "));
    assert!(!view.name.is_empty());
}
