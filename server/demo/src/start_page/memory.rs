//! State of the start page: sign-ins in progress and signed-in people.

use openidconnect::{Nonce, PkceCodeVerifier};

use super::{logout_token::LogoutToken, relying_party::Person};
use crate::{clock::Seconds, expiring::Expiring, lang::Lang, people::Role};

/// Time limit of a sign-in, in seconds.
const PENDING_LIFE: Seconds = 10 * 60;
/// How long the progress of the tour is remembered, in seconds.
const PROGRESS_LIFE: Seconds = 24 * 60 * 60;
/// Idle limit of a session, in seconds: eID providers require at most 30 minutes.
const SESSION_IDLE: Seconds = 30 * 60;

/// A sign-in in progress.
pub(crate) struct Pending {
    pub(crate) nonce: Nonce,
    pub(crate) verifier: PkceCodeVerifier,
    /// The language that was asked for.
    pub(crate) lang: Option<Lang>,
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
    /// The language that was asked for.
    pub(crate) lang: Option<Lang>,
}

/// How far a browser has come on the tour.
#[derive(Clone, Default)]
pub(crate) struct Progress {
    /// The story that was begun last.
    pub(crate) current: Option<Role>,
    /// Those that have come to their end.
    pub(crate) done: Vec<Role>,
}

impl Progress {
    /// The next story.
    pub(crate) fn next(&self) -> Option<Role> {
        Role::STORIES
            .into_iter()
            .find(|role| !self.done.contains(role))
    }
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
    /// By the pending cookie.
    progress: Expiring<Progress>,
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

    /// How far a browser has come on the tour.
    pub(crate) fn progress(&self, browser: Option<&str>, now: Seconds) -> Progress {
        let found = browser.and_then(|browser| self.progress.get(browser, now));
        found.cloned().unwrap_or_default()
    }

    /// A browser begins a story.
    pub(crate) fn begin_story(&mut self, browser: String, role: Role, now: Seconds) {
        let mut progress = self.progress(Some(&browser), now);
        progress.current = Some(role);
        self.progress
            .insert(browser, progress, now + PROGRESS_LIFE, now);
    }

    /// Somebody with this address has signed in, which may be the end of the story that was begun.
    pub(crate) fn end_story(&mut self, browser: &str, email: Option<&str>, now: Seconds) {
        let mut progress = self.progress(Some(browser), now);
        let Some(role) = progress
            .current
            .filter(|role| email == Some(role.address()))
        else {
            return;
        };
        progress.done.retain(|done| *done != role);
        progress.done.push(role);
        self.progress
            .insert(browser.to_owned(), progress, now + PROGRESS_LIFE, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_ends_when_its_person_signs_in_in_the_browser_that_began_it() {
        let mut memory = Memory::default();
        let told = |memory: &Memory, browser| memory.progress(Some(browser), 1).done;
        memory.begin_story("a".to_owned(), Role::Unknown, 0);
        memory.end_story("b", Some(Role::Unknown.address()), 1);
        memory.end_story("a", Some(Role::Known.address()), 1);
        memory.end_story("a", None, 1);
        assert!(told(&memory, "a").is_empty() && told(&memory, "b").is_empty());

        memory.end_story("a", Some(Role::Unknown.address()), 1);
        assert_eq!(told(&memory, "a"), [Role::Unknown]);
        let next = memory.progress(Some("a"), 1).next();
        assert_eq!(next, Some(Role::Known));
        // Told again, it is the last one that was told.
        for role in [Role::Known, Role::Unknown] {
            memory.begin_story("a".to_owned(), role, 1);
            memory.end_story("a", Some(role.address()), 1);
        }
        assert_eq!(told(&memory, "a"), [Role::Known, Role::Unknown]);
        assert!(
            memory
                .progress(Some("a"), PROGRESS_LIFE + 2)
                .done
                .is_empty()
        );
        assert!(memory.progress(None, 1).done.is_empty());
    }
}
