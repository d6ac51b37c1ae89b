//! Browser sessions.

use crate::{
    answer::{Answer, Fault, Visitor},
    audit::AuditEvent,
    logout::Which,
    secret::Digest256,
};
use kobling_model::{
    AccountId, Level, LinkId, Problem, ProviderId, SessionId, Timestamp, status::Notice,
};
use serde::{Deserialize, Serialize};

/// How somebody came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Address and password.
    Password,
    /// An electronic ID.
    Eid {
        /// Through which provider.
        provider: ProviderId,
        /// By which link.
        link: LinkId,
        /// How sure the provider was.
        level: Level,
        /// The provider's own `acr`.
        acr: Option<String>,
        /// What people call the method.
        method: Option<String>,
        /// The provider's session, when told.
        sid: Option<String>,
    },
}

impl Method {
    /// The link it came by, if by one.
    #[must_use]
    pub const fn link(&self) -> Option<LinkId> {
        match self {
            Self::Password => None,
            Self::Eid { link, .. } => Some(*link),
        }
    }

    /// Hash of the provider's name for its session, if it gave one; see [`upstream`].
    #[must_use]
    pub fn upstream(&self) -> Option<Digest256> {
        match self {
            Self::Eid {
                provider,
                sid: Some(sid),
                ..
            } => Some(upstream(provider, sid)),
            _ => None,
        }
    }
}

/// What sessions born from one at an eID provider are found by when it ends there: the name may be of any length.
#[must_use]
pub fn upstream(provider: &ProviderId, sid: &str) -> Digest256 {
    Digest256::of(&format!("{provider} {sid}"))
}

/// A session in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Hash of the secret in the cookie.
    pub token: Digest256,
    /// Whose it is.
    pub account: AccountId,
    /// How it began. Stored as JSON, with the link beside it as a column of its own.
    pub method: Method,
    /// Browser and system in few words, to recognise it by.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// Last use, written at most once a minute.
    pub last_seen_at: Timestamp,
    /// The absolute end.
    pub expires_at: Timestamp,
}

impl crate::Kobling {
    /// Whether somebody is signed in here.
    ///
    /// # Errors
    /// [`crate::Fault::Store`].
    pub async fn signed_in(&self, visitor: &Visitor) -> Result<bool, Fault> {
        Ok(self.caller(visitor).await?.is_some())
    }

    /// **Avslutt**: ends one of the person's own sessions.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::NotFound`] when it is not theirs or not there.
    pub async fn end_session_of(&self, visitor: &Visitor, session: SessionId) -> Result<(), Fault> {
        let caller = self.signed_in_caller(visitor).await?;
        let mut work = self.begin().await?;
        let which = Which::One(session, caller.account.id);
        if self.end(&mut work, &which).await?.sessions == 0 {
            return Err(Problem::NotFound.into());
        }
        self.note(
            &mut work,
            visitor,
            AuditEvent::SessionEnded { session },
            &caller,
        )
        .await?;
        self.commit_posted(work).await?;
        Ok(())
    }

    /// **Avslutt** as a form: tells on the page.
    ///
    /// # Errors
    /// [`crate::Fault::Store`].
    pub async fn end_session(
        &self,
        visitor: &Visitor,
        session: SessionId,
    ) -> Result<Answer, Fault> {
        let result = match self.end_session_of(visitor, session).await {
            Ok(()) | Err(Fault::Problem(Problem::NotFound)) => {
                let mut work = self.begin().await?;
                let answer = self
                    .tell(&mut work, visitor, Some(Notice::SessionsEnded), None)
                    .await?;
                work.commit().await?;
                Ok(answer)
            }
            Err(fault) => Err(fault),
        };
        self.settle(visitor, None, result).await
    }

    /// **Logg ut alle andre**.
    ///
    /// # Errors
    /// [`crate::Fault::Store`].
    pub async fn end_other_sessions(&self, visitor: &Visitor) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.signed_in_caller(visitor).await?;
            let mut work = self.begin().await?;
            let others = Which::OfAccount(caller.account.id, Some(caller.session.id));
            let count = self.end(&mut work, &others).await?.sessions;
            self.note(
                &mut work,
                visitor,
                AuditEvent::OtherSessionsEnded { count },
                &caller,
            )
            .await?;
            let answer = self
                .tell(&mut work, visitor, Some(Notice::SessionsEnded), None)
                .await?;
            self.commit_posted(work).await?;
            Ok(answer)
        }
        .await;
        self.settle(visitor, None, result).await
    }
}
