//! Which pages there are, what they are asked by, and what they show.

use crate::error::UiError;
#[cfg(feature = "ssr")]
use kobling_domain::Next;
use kobling_model::route::Page;
use kobling_model::view::{
    AccountView, ChangeEmailView, ChangePasswordView, ConsentView, ForgotView, FrameView, LinkPage,
    NoAccessView, ResetView, SignInView, SignOutView,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// What a view is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ViewOf {
    /// The frame: header and footer of every page.
    Frame,
    /// A page.
    Page(Page),
}

/// What a page, or the frame, shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum PageView {
    /// Header and footer of every page.
    Frame(FrameView),
    /// Nothing that the server knows.
    Nothing,
    /// `/login`
    Login(SignInView),
    /// `/forgot-password`
    ForgotPassword(ForgotView),
    /// `/reset-password`
    ResetPassword(ResetView),
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
    AccountEmail(ChangeEmailView),
    /// `/account/password`
    AccountPassword(ChangePasswordView),
}

/// What the address of a page may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageQuery {
    /// `flow`, not yet read.
    pub flow: String,
    /// `ticket`.
    pub ticket: String,
    /// `code`.
    pub code: String,
}

impl PageQuery {
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

    /// What the address of a page says that an action leads to; nothing for an address that is no page or only leads on.
    #[cfg(feature = "ssr")]
    pub fn of(next: &Next) -> Option<(Page, Self)> {
        let mut query = Self::default();
        let page = match next {
            Next::Page(Page::Home) | Next::Eid(..) | Next::Away(_) => return None,
            Next::Page(page) => page,
            Next::Flow(page, flow) => {
                query.flow = flow.to_string();
                page
            }
            Next::Reset(ticket, flow) => {
                query.ticket = ticket.expose().to_owned();
                query.flow = flow.to_string();
                &Page::ResetPassword
            }
        };
        Some((*page, query))
    }
}

/// What becomes of a question: a view, or what went wrong.
pub(crate) type Outcome = Result<PageView, UiError>;

/// The views that the answer to an action carries: of the page that it leads to, and of the frame. The browser then
/// asks for neither.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Carried {
    /// The page, its query, and what it shows.
    pub page: Option<(Page, PageQuery, Outcome)>,
    /// What the frame shows.
    pub frame: Option<Outcome>,
}

impl Carried {
    /// Takes the view, if it is carried.
    pub fn take(&mut self, of: ViewOf, query: &PageQuery) -> Option<Outcome> {
        match of {
            ViewOf::Frame => self.frame.take(),
            ViewOf::Page(page) => self
                .page
                .take_if(|carried| carried.0 == page)
                .filter(|carried| carried.1 == *query)
                .map(|carried| carried.2),
        }
    }
}

/// A view on its way.
type Fetching = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How pages are fetched and shown. The pages are made of parts; what a part wants of them it finds in the context.
#[derive(Clone, Copy)]
pub(crate) struct Pages {
    /// Asks the server.
    pub fetch: fn(ViewOf, PageQuery) -> Fetching,
    /// Shows the answer.
    pub show: fn(Outcome, PageQuery) -> AnyView,
}

impl Pages {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }
}
