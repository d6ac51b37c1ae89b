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
pub(crate) mod no_access;
pub(crate) mod problem;
mod prove;
pub(crate) mod removal;
pub(crate) mod reset_password;
pub(crate) mod session;
pub(crate) mod sign_out;
pub(crate) mod undo_email;
pub(crate) mod view;

use crate::part::alert::{Tone, alert};
use crate::part::texts;
use kobling_model::Problem;
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

/// The text of a problem, if it belongs to the field.
fn beside(problem: Option<Problem>, of_field: &[Problem]) -> Option<&'static str> {
    problem
        .filter(|problem| of_field.contains(problem))
        .map(|problem| texts().problem.of(problem))
}

/// The text of a problem that belongs to none of the page's fields.
fn above(problem: Option<Problem>, of_fields: &[&[Problem]]) -> AnyView {
    #[cfg(feature = "ssr")]
    if problem == Some(Problem::Busy) {
        crate::call::set_status(Problem::Busy);
    }
    problem
        .filter(|problem| !of_fields.iter().any(|field| field.contains(problem)))
        .map(|problem| alert(Tone::Danger, texts().problem_text(problem)))
        .into_any()
}

/// Problems that are shown beside the address.
const OF_EMAIL: &[Problem] = &[
    Problem::EmailMissing,
    Problem::EmailInvalid,
    Problem::EmailTaken,
    Problem::EmailSame,
    Problem::LinkedElsewhere,
];
/// Problems that are shown beside the password.
const OF_PASSWORD: &[Problem] = &[
    Problem::PasswordMissing,
    Problem::PasswordWrong,
    Problem::SignInFailed,
];
/// Problems that are shown beside the new password.
const OF_NEW_PASSWORD: &[Problem] = &[
    Problem::PasswordMissing,
    Problem::PasswordRules,
    Problem::PasswordKnown,
];
/// Problems that are shown beside the repeated password.
const OF_SECOND_PASSWORD: &[Problem] = &[Problem::PasswordsDiffer];
/// Problems that are shown beside the code.
const OF_CODE: &[Problem] = &[
    Problem::CodeMissing,
    Problem::CodeWrong,
    Problem::CodeExpired,
];
/// Problems that are shown beside the name.
const OF_NAME: &[Problem] = &[Problem::NameMissing, Problem::NameInvalid];
/// Problems that are shown beside the robot checkbox.
const OF_ROBOT: &[Problem] = &[Problem::RobotUnchecked, Problem::ProofInvalid];
