//! Which pages there are, what they are asked by, and what they show.

use crate::error::UiError;
use kobling_model::view::{
    AccountView, ChangeEmailView, ChangePasswordView, ConsentView, ForgotView, FrameView, LinkPage,
    NoAccessView, ResetView, SignInView, SignOutView,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Page {
    /// What stands around every page.
    Frame,
    /// The front page, which only leads on.
    Home,
    /// `/login`
    SignIn,
    /// `/forgot-password`
    Forgot,
    /// `/reset-password`
    Reset,
    /// `/link`
    Link,
    /// `/no-access`
    NoAccess,
    /// `/consent`
    Consent,
    /// `/sign-out`
    SignOut,
    /// `/account`
    Account,
    /// `/account/email`
    ChangeEmail,
    /// `/account/password`
    ChangePassword,
}

/// What it shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum PageView {
    /// What stands around every page.
    Frame(FrameView),
    /// Nothing; the answer leads on.
    Home,
    /// `/login`
    SignIn(SignInView),
    /// `/forgot-password`
    Forgot(ForgotView),
    /// `/reset-password`
    Reset(ResetView),
    /// `/link`
    Link(LinkPage),
    /// `/no-access`
    NoAccess(NoAccessView),
    /// `/consent`
    Consent(ConsentView),
    /// `/sign-out`
    SignOut(SignOutView),
    /// `/account`
    Account(AccountView),
    /// `/account/email`
    ChangeEmail(ChangeEmailView),
    /// `/account/password`
    ChangePassword(ChangePasswordView),
}

/// What the address of a page may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// `flow`, not yet read.
    pub flow: String,
    /// `ticket`.
    pub ticket: String,
    /// `code`.
    pub code: String,
}

impl Asked {
    /// What the address says now.
    pub fn now() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| Self {
                flow: query.get("flow").unwrap_or_default(),
                ticket: query.get("ticket").unwrap_or_default(),
                code: query.get("code").unwrap_or_default(),
            })
        })
    }
}

/// What becomes of a question: a view, or what went wrong.
pub(crate) type Outcome = Result<PageView, UiError>;

/// A view on its way.
type Fetching = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How pages are fetched and shown. The pages are made of parts; what a part wants of them it finds in the context.
#[derive(Clone, Copy)]
pub(crate) struct Pages {
    /// Asks the server.
    pub fetch: fn(Page, Asked) -> Fetching,
    /// Shows the answer.
    pub show: fn(Outcome, Asked) -> AnyView,
}

impl Pages {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }
}
