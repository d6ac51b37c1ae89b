//! Who asks, and what they are answered.

use crate::{port::StoreError, secret::Token};
use kobling_model::{FlowId, Lang, Problem, route};

/// Whoever is in front of the browser, as far as the request tells.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The secret that flows are bound to.
    pub browser: Option<Token>,
    /// The session's secret.
    pub session: Option<Token>,
    /// The network the request came from: an IPv4 address, or the first 64 bits of an IPv6 one.
    pub network: String,
    /// Browser and system in few words.
    pub device: String,
    /// The language that the person reads.
    pub lang: Lang,
    /// The request's id, as in the logs.
    pub request: String,
    /// The person has signed out in this browser: the next eID sign-in must be a new one.
    pub force_eid_login: bool,
}

/// What an action leads to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Where to go.
    pub next: Next,
    /// A browser secret to be set.
    pub browser: Option<Token>,
    /// What becomes of the session cookie.
    pub session: Change,
}

/// Where to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A path of ours.
    Page(String),
    /// An absolute address elsewhere: an eID provider or a client, always from configuration or discovery.
    Away(String),
}

/// What becomes of the session cookie.
#[derive(Debug, Clone)]
pub enum Change {
    /// Stays as it is.
    Keep,
    /// Is set to this.
    Set(Token),
    /// Is removed.
    Clear,
}

impl Answer {
    /// To a page, nothing else.
    #[must_use]
    pub fn page(path: impl Into<String>) -> Self {
        Self {
            next: Next::Page(path.into()),
            browser: None,
            session: Change::Keep,
        }
    }

    /// Elsewhere, nothing else.
    #[must_use]
    pub const fn away(url: String) -> Self {
        Self {
            next: Next::Away(url),
            browser: None,
            session: Change::Keep,
        }
    }

    /// To a page of a flow.
    #[must_use]
    pub fn flow(page: &str, flow: FlowId) -> Self {
        Self::page(route::with_flow(page, flow))
    }

    /// With a browser secret to be set.
    #[must_use]
    pub fn with_browser(mut self, browser: Option<Token>) -> Self {
        self.browser = browser;
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
    /// Something only the operator can act on.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault {
    /// What to tell the person.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::Store(_) => Problem::Unavailable,
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}
