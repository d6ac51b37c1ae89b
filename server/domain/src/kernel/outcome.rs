//! What a use case answers: where to go, which cookies to set, or what went wrong.

use crate::kernel::{
    error::StoreError,
    known::KnownBrowser,
    request::{SeenSession, Visitor},
    secret::Token,
};
use kobling_model::{
    FlowId, Problem, Problems, ProviderId,
    route::{self, Page, Step},
};
use std::borrow::Cow;

/// What an action leads to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Where to go.
    pub next: Next,
    /// A browser secret to be set.
    pub browser: Option<Token>,
    /// What becomes of the session cookie.
    pub session: Change,
    /// The accounts that the browser is known for, to be set.
    pub known: Option<KnownBrowser>,
}

/// Where to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A page.
    Page(Page),
    /// A page of a flow.
    Flow(Page, FlowId),
    /// A later step of a page of a flow.
    Step(Page, FlowId, Step),
    /// The page of a new password again, with the ticket and the flow that holds what went wrong.
    Reset(Token, FlowId),
    /// The page that undoes a change of address, with the ticket.
    UndoEmail(Token),
    /// The start of an eID sign-in for a flow.
    Eid(ProviderId, FlowId),
    /// An absolute address elsewhere: an eID provider or a client, always from configuration or discovery.
    Away(String),
}

impl Next {
    /// The address to send the browser to.
    #[must_use]
    pub fn address(&self) -> Cow<'_, str> {
        match self {
            Self::Page(page) => page.path().into(),
            Self::Flow(page, flow) => route::with_flow(*page, *flow).into(),
            Self::Step(page, flow, step) => route::with_step(*page, *flow, *step).into(),
            Self::Reset(ticket, flow) => {
                let ticket = ticket.expose();
                format!("{}?ticket={ticket}&flow={flow}", Page::ResetPassword).into()
            }
            Self::UndoEmail(ticket) => {
                format!("{}?ticket={}", Page::UndoEmail, ticket.expose()).into()
            }
            Self::Eid(provider, flow) => route::eid_start(provider.as_str(), Some(*flow)).into(),
            Self::Away(url) => url.into(),
        }
    }
}

impl From<Page> for Next {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

/// What becomes of the session cookie.
#[derive(Debug, Clone)]
pub enum Change {
    /// Stays as it is.
    Keep,
    /// Is set to this.
    Set(Token),
    /// Stays as it is; the next eID sign-in in this browser must be a new one.
    Mark,
    /// Is removed, and the next eID sign-in must be a new one.
    Clear,
}

impl Answer {
    /// To a page, nothing else.
    #[must_use]
    pub fn page(page: impl Into<Next>) -> Self {
        Self {
            next: page.into(),
            browser: None,
            session: Change::Keep,
            known: None,
        }
    }

    /// Elsewhere, nothing else.
    #[must_use]
    pub const fn away(url: String) -> Self {
        Self {
            next: Next::Away(url),
            browser: None,
            session: Change::Keep,
            known: None,
        }
    }

    /// To a page of a flow.
    #[must_use]
    pub fn flow(page: Page, flow: FlowId) -> Self {
        Self::page(Next::Flow(page, flow))
    }

    /// With a browser secret to be set, if there is one.
    #[must_use]
    pub fn with_browser(mut self, browser: Option<Token>) -> Self {
        self.browser = browser.or(self.browser);
        self
    }

    /// The visitor once the browser has this answer.
    #[must_use]
    pub fn visitor_after(&self, mut visitor: Visitor) -> Visitor {
        visitor.seen = SeenSession::default();
        if self.browser.is_some() {
            visitor.browser.clone_from(&self.browser);
        }
        if self.known.is_some() {
            visitor.known.clone_from(&self.known);
        }
        match &self.session {
            Change::Keep => {}
            Change::Set(token) => {
                visitor.session = Some(token.clone());
                visitor.force_eid_login = false;
            }
            Change::Mark => visitor.force_eid_login = true,
            Change::Clear => {
                visitor.session = None;
                visitor.force_eid_login = true;
            }
        }
        visitor
    }

    /// With the accounts that the browser is known for.
    #[must_use]
    pub fn with_known(mut self, known: KnownBrowser) -> Self {
        self.known = Some(known);
        self
    }

    /// With a session secret to be set.
    #[must_use]
    pub fn with_session(mut self, token: Token) -> Self {
        self.session = Change::Set(token);
        self
    }
}

/// Why there is no answer of the usual kind.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something a person can act on.
    #[error("{}", .0.code())]
    Problem(Problem),
    /// The same in several fields of a form.
    #[error("{0}")]
    Problems(Problems),
    /// Nothing went wrong, but the flow of this page is at another one.
    #[error("the flow is at {}", .0.address())]
    Moved(Next),
    /// Something only the operator can act on.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault {
    /// The problem to show; of several, the first.
    #[must_use]
    pub fn problem(&self) -> Problem {
        self.problems()
            .and_then(Problems::first)
            .unwrap_or(Problem::Unavailable)
    }

    /// What a form can show.
    #[must_use]
    pub fn problems(&self) -> Option<Problems> {
        match self {
            Self::Problem(problem) => Some((*problem).into()),
            Self::Problems(problems) => Some(*problems),
            Self::Moved(_) | Self::Store(_) => None,
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Problems> for Fault {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

/// The values of two fields, or what is wrong with either.
pub(crate) fn both<A, B>(one: Result<A, Fault>, other: Result<B, Fault>) -> Result<(A, B), Fault> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
        (Err(one), Err(other)) => match (one.problems(), other.problems()) {
            (Some(of_one), Some(of_other)) => {
                Err(of_other.iter().fold(of_one, Problems::and).into())
            }
            (None, _) => Err(one),
            (_, None) => Err(other),
        },
    }
}

/// Maps a conflict to [`Problem::AlreadyDone`]: a concurrent call took the same address or eID.
pub(crate) fn meanwhile(error: StoreError) -> Fault {
    match error {
        StoreError::Conflict => Problem::AlreadyDone.into(),
        other => Fault::Store(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_request_has_read_of_the_session_is_forgotten_after_its_answer() {
        let before = Visitor::default();
        before.seen.set(None);
        assert_eq!(before.clone().seen.get(), Some(None));
        let after = Answer::page(route::ACCOUNT).visitor_after(before);
        assert_eq!(after.seen.get(), None);
    }
}
