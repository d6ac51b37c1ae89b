//! The one server function that says what a page shows.
//!
//! One for all pages, with one type for all views: the browser's half then has one way of fetching, keeping and
//! showing, where ten would weigh ten times as much. What belongs to a page stands in the page's own file.

use super::{
    account, account_email, account_password, consent, forgot_password, link, login, no_access,
    reset_password, sign_out,
};
use crate::codec::Compact;
use crate::error::UiError;
use crate::part::load::Asked;
use kobling_model::view::{
    AccountView, ChangeEmailView, ChangePasswordView, ConsentView, ForgotView, FrameView, LinkPage,
    NoAccessView, ResetView, SignInView, SignOutView,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

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

/// What a page shows to whoever asks. Looking changes nothing.
#[server(prefix = "/ui", input = Compact, output = Compact, endpoint = "view")]
pub(crate) async fn view(page: Page, asked: Asked) -> Result<PageView, UiError> {
    if page == Page::Home {
        return super::home::lead().await.map(|()| PageView::Home);
    }
    crate::call::see(|kobling, visitor| async move {
        let (k, v, a) = (&*kobling, &visitor, &asked);
        Ok(match page {
            Page::Home => PageView::Home,
            Page::Frame => PageView::Frame(crate::part::frame::see(k, v).await),
            Page::SignIn => PageView::SignIn(login::see(k, v, a).await?),
            Page::Forgot => PageView::Forgot(forgot_password::see(k, v, a).await?),
            Page::Reset => PageView::Reset(reset_password::see(k, v, a).await?),
            Page::Link => PageView::Link(link::see(k, v, a).await?),
            Page::NoAccess => PageView::NoAccess(no_access::see(k, v, a).await?),
            Page::Consent => PageView::Consent(consent::see(k, v, a).await?),
            Page::SignOut => PageView::SignOut(sign_out::see(k, v, a).await?),
            Page::Account => PageView::Account(account::see(k, v, a).await?),
            Page::ChangeEmail => PageView::ChangeEmail(account_email::see(k, v, a).await?),
            Page::ChangePassword => PageView::ChangePassword(account_password::see(k, v, a).await?),
        })
    })
    .await
}

impl PageView {
    /// The page itself.
    pub fn show(self, asked: Asked) -> AnyView {
        match self {
            Self::Frame(_) | Self::Home => ().into_any(),
            Self::SignIn(view) => login::show(view, asked),
            Self::Forgot(view) => forgot_password::show(view),
            Self::Reset(view) => reset_password::show(view, asked.ticket),
            Self::Link(view) => link::show(view, asked),
            Self::NoAccess(view) => no_access::show(view),
            Self::Consent(view) => consent::show(view),
            Self::SignOut(view) => sign_out::show(view),
            Self::Account(view) => account::show(view),
            Self::ChangeEmail(view) => account_email::show(view, asked),
            Self::ChangePassword(view) => account_password::show(view),
        }
    }
}
