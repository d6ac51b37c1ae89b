//! The pages, one file each, with the server functions that they call.

pub(crate) mod account;
pub(crate) mod account_email;
pub(crate) mod account_password;
pub(crate) mod adding;
pub(crate) mod consent;
pub(crate) mod forgot_password;
pub(crate) mod home;
pub(crate) mod link;
pub(crate) mod login;
#[cfg(feature = "ssr")]
mod names;
pub(crate) mod no_access;
pub(crate) mod problem;
mod prove;
pub(crate) mod removal;
pub(crate) mod reset_password;
pub(crate) mod session;
pub(crate) mod sign_out;
pub(crate) mod undo_email;
pub(crate) mod view;

use crate::part::alert::{Tone, alert, summary};
use crate::part::texts;
use kobling_model::{Problem, Problems};
use leptos::prelude::*;

/// Adds the application's origin to `form-action`, so that the forms of this page can redirect there.
fn allow_form_redirect(client_origin: Option<&str>) {
    #[cfg(feature = "ssr")]
    if let Some(origin) = client_origin {
        crate::head::Head::get().allow_form_redirect(origin);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = client_origin;
}

/// The problems of a field: its id, and what is shown beside it.
type OfField = (&'static str, &'static [Problem]);

/// The text of a problem, if it belongs to the field.
fn beside(problems: Problems, (_, of_field): OfField) -> Option<&'static str> {
    problems
        .iter()
        .find(|problem| of_field.contains(problem))
        .map(|problem| texts().problem.of(problem))
}

/// Says above a form what is wrong: of a single problem, only what belongs to none of the fields; of several, all, each
/// with a link to its field.
fn above(problems: Problems, of_fields: &[OfField]) -> AnyView {
    #[cfg(feature = "ssr")]
    if problems.contains(Problem::Busy) {
        crate::call::set_status(Problem::Busy);
    }
    let t = texts();
    let field_of = |problem: Problem| {
        of_fields
            .iter()
            .find(|(_, of_field)| of_field.contains(&problem))
            .map(|(id, _)| *id)
    };
    if problems.are_several() {
        return summary(
            problems
                .iter()
                .map(|problem| (field_of(problem), t.problem_text(problem)))
                .collect(),
        );
    }
    problems
        .first()
        .filter(|problem| field_of(*problem).is_none())
        .map(|problem| {
            // Who cancels has done nothing wrong, and neither has who was signed out.
            let tone = match problem {
                Problem::EidCancelled | Problem::NotSignedIn => Tone::Told,
                _ => Tone::Danger,
            };
            alert(tone, t.problem_text(problem))
        })
        .into_any()
}

/// Problems that are shown beside the address.
const OF_EMAIL: OfField = (
    "email",
    &[
        Problem::EmailMissing,
        Problem::EmailInvalid,
        Problem::EmailTaken,
        Problem::EmailSame,
        Problem::LinkedElsewhere,
    ],
);
/// Problems that are shown beside the password.
const OF_PASSWORD: OfField = (
    "password",
    &[
        Problem::PasswordMissing,
        Problem::PasswordWrong,
        Problem::SignInFailed,
    ],
);
/// Problems that are shown beside the new password.
const OF_NEW_PASSWORD: OfField = (
    "password",
    &[
        Problem::NewPasswordMissing,
        Problem::PasswordRules,
        Problem::PasswordKnown,
    ],
);
/// Problems that are shown beside the repeated password.
const OF_SECOND_PASSWORD: OfField = ("confirm", &[Problem::PasswordsDiffer]);
/// Problems that are shown beside the code.
const OF_CODE: OfField = (
    "code",
    &[
        Problem::CodeMissing,
        Problem::CodeWrong,
        Problem::CodeExpired,
    ],
);
/// Problems that are shown beside the name.
const OF_NAME: OfField = ("name", &[Problem::NameMissing, Problem::NameInvalid]);
/// Problems that are shown beside the robot checkbox.
const OF_ROBOT: OfField = ("robot", &[Problem::RobotUnchecked, Problem::ProofInvalid]);
