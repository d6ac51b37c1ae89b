//! The views of the pages, and the query of their addresses.

use crate::error::UiError;
#[cfg(feature = "ssr")]
use kobling_domain::Next;
use kobling_model::route::Page;
#[cfg(feature = "ssr")]
use kobling_model::route::Step;
use kobling_model::view::{
    AccountView, ChangeEmailView, ChangePasswordView, ConsentView, ForgotView, FrameView, LinkPage,
    NoAccessView, ResetView, SignInView, SignOutView, UndoEmailView,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// Identifies a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ViewOf {
    /// The frame: header and footer of every page.
    Frame,
    /// A page.
    Page(Page),
}

/// The view of a page or of the frame.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum PageView {
    /// The frame.
    Frame(FrameView),
    /// Empty: the page needs no data from the server.
    Nothing,
    /// The flow of the page is at this other address.
    Moved(String),
    /// `/login`
    Login(SignInView),
    /// `/forgot-password`
    ForgotPassword(ForgotView),
    /// `/reset-password`
    ResetPassword(ResetView),
    /// `/undo-email`
    UndoEmail(UndoEmailView),
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

/// The query of a page's address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageQuery {
    /// `flow`, not yet parsed.
    pub flow: String,
    /// `ticket`.
    pub ticket: String,
    /// `code`.
    pub code: String,
    /// `step`.
    pub step: String,
}

impl PageQuery {
    /// Selects the parameters that pages have; the first of each name.
    #[cfg(feature = "ssr")]
    pub fn parse(query: &str) -> Self {
        let query = query.trim_start_matches('?').as_bytes();
        Self::from(|name| {
            let mut pairs = url::form_urlencoded::parse(query);
            pairs.find(|pair| pair.0 == name).map(|pair| pair.1.into())
        })
    }

    /// Selects the parameters that pages have; the first of each name.
    #[cfg(not(feature = "ssr"))]
    pub fn parse(query: &str) -> Self {
        let query = web_sys::UrlSearchParams::new_with_str(query);
        Self::from(|name| query.as_ref().ok().and_then(|query| query.get(name)))
    }

    fn from(of: impl Fn(&'static str) -> Option<String>) -> Self {
        let of = |name| of(name).unwrap_or_default();
        Self {
            flow: of("flow"),
            ticket: of("ticket"),
            code: of("code"),
            step: of("step"),
        }
    }

    /// The step. A link in a mail carries the code that its step asks for.
    #[cfg(feature = "ssr")]
    pub fn step(&self) -> Option<Step> {
        if self.code.is_empty() {
            Step::from_name(&self.step)
        } else {
            Some(Step::Code)
        }
    }

    /// The page that an action redirects to, and its query. `None` if that is no page, or a page that only redirects.
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
            Next::Step(page, flow, step) => {
                query.flow = flow.to_string();
                step.name().clone_into(&mut query.step);
                page
            }
            Next::Reset(ticket, flow) => {
                query.ticket = ticket.expose().to_owned();
                query.flow = flow.to_string();
                &Page::ResetPassword
            }
            Next::UndoEmail(ticket) => {
                query.ticket = ticket.expose().to_owned();
                &Page::UndoEmail
            }
        };
        Some((*page, query))
    }
}

/// The result of fetching a view.
pub(crate) type Outcome = Result<PageView, UiError>;

/// The views of a page and of the frame that a document carries, or the answer to an action that redirects to the page.
/// The browser then fetches neither.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Carried {
    /// The page, its query, and its view.
    pub page: Option<(Page, PageQuery, Outcome)>,
    /// The view of the frame.
    pub frame: Option<Outcome>,
    /// What the frame looks like, in a document.
    pub brand: BrandView,
}

/// The part of the frame that stays as long as the document.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct BrandView {
    /// The logo, as HTML of our own; empty for none.
    pub logo: String,
    /// The links in the footer, each with its text.
    pub links: Vec<(String, String)>,
}

impl Carried {
    /// Takes a sample of the gallery with its query. It is carried as the page `/`, which has no view of its own, because
    /// its address is not that of a page.
    pub fn take_sample(&mut self) -> Option<(PageQuery, Outcome)> {
        let sample = self.page.take_if(|carried| carried.0 == Page::Home)?;
        Some((sample.1, sample.2))
    }

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

/// A pending fetch of a view.
type Fetching = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Fetches and renders pages. Parts find this in the context, because pages depend on parts and not the reverse.
#[derive(Clone, Copy)]
pub(crate) struct Pages {
    /// Fetches a view.
    pub fetch: fn(ViewOf, PageQuery) -> Fetching,
    /// Renders a view, or the problem in its place.
    pub show: fn(Outcome, PageQuery) -> AnyView,
}

impl Pages {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }
}
