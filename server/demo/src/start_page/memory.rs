//! State of the start page: sign-ins in progress and signed-in people.

use openidconnect::{Nonce, PkceCodeVerifier};

use super::{lang::Lang, logout_token::LogoutToken, relying_party::Person};
use crate::{clock::Seconds, expiring::Expiring};

/// Time limit of a sign-in, in seconds.
const PENDING_LIFE: Seconds = 10 * 60;
/// Idle limit of a session, in seconds: eID providers require at most 30 minutes.
const SESSION_IDLE: Seconds = 30 * 60;

/// A sign-in in progress.
pub(crate) struct Pending {
    pub(crate) nonce: Nonce,
    pub(crate) verifier: PkceCodeVerifier,
    pub(crate) lang: Lang,
    /// The pending cookie of the browser that began it.
    pub(crate) browser: String,
}

/// A signed-in person.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) person: Person,
    pub(crate) id_token: String,
    /// The provider's session id (`sid`), if it has sent one.
    pub(crate) sid: Option<String>,
    pub(crate) lang: Lang,
}

/// Result of looking up a returned `state`.
pub(crate) enum Claim {
    /// It was in progress in this browser, and is now consumed.
    Mine(Pending),
    /// It was returned before.
    Used,
    /// It is unknown, or belongs to another browser.
    Unknown,
}

enum Entry {
    Open(Pending),
    Used { browser: String },
}

/// All state; lost when the process ends.
#[derive(Default)]
pub(crate) struct Memory {
    states: Expiring<Entry>,
    sessions: Expiring<Session>,
    logout_tokens: Expiring<()>,
}

impl Memory {
    /// Stores a sign-in under its state.
    pub(crate) fn begin(&mut self, state: String, pending: Pending, now: Seconds) {
        self.states
            .insert(state, Entry::Open(pending), now + PENDING_LIFE, now);
    }

    /// Consumes the sign-in with this state, if it began in this browser.
    pub(crate) fn claim(&mut self, state: &str, browser: Option<&str>, now: Seconds) -> Claim {
        let known = match self.states.get(state, now) {
            Some(Entry::Open(pending)) => &pending.browser,
            Some(Entry::Used { browser }) => browser,
            None => return Claim::Unknown,
        };
        if browser != Some(known.as_str()) {
            return Claim::Unknown;
        }
        let used = Entry::Used {
            browser: known.clone(),
        };
        let claim = match self.states.take(state, now) {
            Some(Entry::Open(pending)) => Claim::Mine(pending),
            _ => Claim::Used,
        };
        self.states
            .insert(state.to_owned(), used, now + PENDING_LIFE, now);
        claim
    }

    /// Begins a session.
    pub(crate) fn sign_in(&mut self, id: String, session: Session, now: Seconds) {
        self.sessions.insert(id, session, now + SESSION_IDLE, now);
    }

    /// The session of a cookie. Restarts its idle timeout.
    pub(crate) fn session(&mut self, id: &str, now: Seconds) -> Option<Session> {
        let session = self.sessions.get(id, now).cloned()?;
        self.sessions.extend(id, now + SESSION_IDLE);
        Some(session)
    }

    /// Ends a session.
    pub(crate) fn sign_out(&mut self, id: &str, now: Seconds) -> Option<Session> {
        self.sessions.take(id, now)
    }

    /// Ends the session of a logout token unless it is a replay; returns whether it was new.
    pub(crate) fn signed_out_elsewhere(&mut self, token: LogoutToken, now: Seconds) -> bool {
        if self.logout_tokens.get(&token.jti, now).is_some() {
            return false;
        }
        self.sessions
            .remove_where(|session| session.sid.as_deref() == Some(token.sid.as_str()));
        self.logout_tokens.insert(token.jti, (), token.expires, now);
        true
    }
}
