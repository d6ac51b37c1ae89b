//! The paths of the pages. They are a contract with people, guides and tests.

use crate::{FlowId, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A page that has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Page {
    /// `/`, which redirects.
    Home,
    /// `/login`
    Login,
    /// `/forgot-password`
    ForgotPassword,
    /// `/reset-password`
    ResetPassword,
    /// `/undo-email`
    UndoEmail,
    /// `/account`
    Account,
    /// `/account/email`
    AccountEmail,
    /// `/account/password`
    AccountPassword,
    /// `/link`
    Link,
    /// `/no-access`
    NoAccess,
    /// `/consent`
    Consent,
    /// `/sign-out`
    SignOut,
    /// `/problem`
    Problem,
}

/// The sign-in, both steps.
pub const LOGIN: Page = Page::Login;
/// Request a reset mail.
pub const FORGOT_PASSWORD: Page = Page::ForgotPassword;
/// Set a new password, from the reset mail.
pub const RESET_PASSWORD: Page = Page::ResetPassword;
/// Undo a change of address, from the mail to the old mailbox.
pub const UNDO_EMAIL: Page = Page::UndoEmail;
/// Account settings.
pub const ACCOUNT: Page = Page::Account;
/// Change the account's address.
pub const ACCOUNT_EMAIL: Page = Page::AccountEmail;
/// Change the account's password.
pub const ACCOUNT_PASSWORD: Page = Page::AccountPassword;
/// Link an electronic ID to an account.
pub const LINK: Page = Page::Link;
/// Signed in, but without access to the application.
pub const NO_ACCESS: Page = Page::NoAccess;
/// Asks for consent to an application.
pub const CONSENT: Page = Page::Consent;
/// Asks for confirmation of a sign-out that an application requests without a valid hint.
pub const SIGN_OUT: Page = Page::SignOut;
/// The problem page.
pub const PROBLEM: Page = Page::Problem;

impl Page {
    /// All pages.
    pub const ALL: [Self; 13] = [
        Self::Home,
        Self::Login,
        Self::ForgotPassword,
        Self::ResetPassword,
        Self::UndoEmail,
        Self::Account,
        Self::AccountEmail,
        Self::AccountPassword,
        Self::Link,
        Self::NoAccess,
        Self::Consent,
        Self::SignOut,
        Self::Problem,
    ];

    /// The path of the page.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Login => "/login",
            Self::ForgotPassword => "/forgot-password",
            Self::ResetPassword => "/reset-password",
            Self::UndoEmail => "/undo-email",
            Self::Account => "/account",
            Self::AccountEmail => "/account/email",
            Self::AccountPassword => "/account/password",
            Self::Link => "/link",
            Self::NoAccess => "/no-access",
            Self::Consent => "/consent",
            Self::SignOut => "/sign-out",
            Self::Problem => "/problem",
        }
    }

    /// The page at a path.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.path() == path)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// A later step of a page. The address names it, so that Back leads to the step before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Asks for the password.
    Password,
    /// Asks for a code.
    Code,
    /// Says that the address gives no access.
    Caution,
    /// Asks for a name.
    Name,
    /// Asks for a proof.
    Proof,
}

impl Step {
    const ALL: [Self; 5] = [
        Self::Password,
        Self::Code,
        Self::Caution,
        Self::Name,
        Self::Proof,
    ];

    /// Its name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Caution => "caution",
            Self::Name => "name",
            Self::Proof => "proof",
        }
    }

    /// The step of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// The address of the problem page for a problem.
#[must_use]
pub fn problem(problem: Problem) -> String {
    format!("{PROBLEM}?code={problem}")
}

/// A page of a flow.
#[must_use]
pub fn with_flow(page: Page, flow: FlowId) -> String {
    format!("{page}?flow={flow}")
}

/// A later step of a page of a flow.
#[must_use]
pub fn with_step(page: Page, flow: FlowId, step: Step) -> String {
    format!("{page}?flow={flow}&step={}", step.name())
}

/// Starts an eID sign-in (GET, redirects to the provider), optionally for a flow.
#[must_use]
pub fn eid_start(provider: &str, flow: Option<FlowId>) -> String {
    match flow {
        Some(flow) => format!("/eid/{provider}/start?flow={flow}"),
        None => format!("/eid/{provider}/start"),
    }
}
