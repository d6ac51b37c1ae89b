//! Where the pages live. The paths are a contract with people, guides and tests.

use crate::{FlowId, Problem};

/// Sign in, both steps.
pub const LOGIN: &str = "/login";
/// Ask for a reset mail.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// Create a new password, from the mail.
pub const RESET_PASSWORD: &str = "/reset-password";
/// Account settings.
pub const ACCOUNT: &str = "/account";
/// Change the account's address.
pub const ACCOUNT_EMAIL: &str = "/account/email";
/// Change the account's password.
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// Link an electronic ID to an account.
pub const LINK: &str = "/link";
/// Signed in, but not let into the application.
pub const NO_ACCESS: &str = "/no-access";
/// Asks whether an application may learn of the person.
pub const CONSENT: &str = "/consent";
/// Asks before signing out, when an application asks for it without proof of who it means.
pub const SIGN_OUT: &str = "/sign-out";

/// What went wrong, on a page of its own.
pub const PROBLEM: &str = "/problem";

/// The address of the page for a problem. Only codes of the closed set are ever shown there.
#[must_use]
pub fn problem(problem: Problem) -> String {
    format!("{PROBLEM}?code={}", problem.code())
}

/// A page of a flow.
#[must_use]
pub fn with_flow(page: &str, flow: FlowId) -> String {
    format!("{page}?flow={flow}")
}

/// Starts an eID sign-in (GET, redirects to the provider), optionally for a flow.
#[must_use]
pub fn eid_start(provider: &str, flow: Option<FlowId>) -> String {
    match flow {
        Some(flow) => format!("/eid/{provider}/start?flow={flow}"),
        None => format!("/eid/{provider}/start"),
    }
}
