//! What follows when sessions end, however they end: every application that was given something from one is told.
//!
//! [`Kobling::end`] is the only way to end sessions. It writes, in the unit of work that ends them, what each
//! application is to be told, and puts that into the outbox; so no end is without its notices, and no notice is lost.

mod deliver;
mod upstream;

pub use upstream::LogoutRefusal;

use crate::{
    client::Client,
    kobling::{Kobling, Unit},
    outbox::Job,
    port::StoreError,
    secret::Digest256,
};
use kobling_model::{
    AccountId, LinkId, SessionId, Timestamp,
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
    time::Span,
    view::NotifiedItem,
};

/// For so long after a sign-out it can be seen who was told. Longer than anybody is tried (`outbox`).
const KEPT: Span = Span::hours(7 * 24);
/// Sessions that housekeeping ends at a time.
const AT_ONCE: i64 = 100;

/// An application that was given something from a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSession {
    /// The session.
    pub session: SessionId,
    /// The application.
    pub client_id: String,
    /// `sid`: the application's own name for the session.
    pub sid: String,
    /// `sub`: the application's name for the person.
    pub subject: String,
    /// Whose session it is.
    pub account: AccountId,
}

/// Which sessions end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// This one, if it is this account's.
    One(SessionId, AccountId),
    /// All of an account but one.
    OfAccount(AccountId, Option<SessionId>),
    /// All born from a link but one.
    OfLink(LinkId, Option<SessionId>),
    /// Those born from a session of an eID provider's; see [`crate::session::Method::upstream`].
    OfUpstream(Digest256),
    /// All of accounts that are disabled.
    OfDisabled,
    /// So many of those that are over at this time.
    Over(Timestamp, i64),
    /// So many of those that nobody has used since.
    Unused(Timestamp, i64),
}

/// Sessions that a unit of work has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndedSessions {
    /// How many.
    pub sessions: u64,
    /// What applications had of them.
    pub clients: Vec<ClientSession>,
}

/// What one application is told of a sign-out, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// The notice.
    pub id: NoticeId,
    /// What else ended at the same press.
    pub sign_out: SignOutId,
    /// Whose session it was.
    pub account: AccountId,
    /// The application.
    pub client_id: String,
    /// The application's own name for the session.
    pub sid: String,
    /// The application's name for the person.
    pub subject: String,
    /// What came of it.
    pub told: NoticeStatus,
    /// When it came to that.
    pub told_at: Option<Timestamp>,
    /// When the session ended.
    pub created_at: Timestamp,
    /// Until when it can be seen.
    pub expires_at: Timestamp,
}

/// What a logout token says besides who says it to whom (OpenID Connect Back-Channel Logout 1.0 §2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutClaims {
    /// `sub`.
    pub subject: String,
    /// `sid`.
    pub sid: String,
    /// `jti`: another one for every try.
    pub jti: String,
    /// `iat`.
    pub issued_at: Timestamp,
}

/// Sessions that have ended, and where to see who was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    /// How many.
    pub sessions: u64,
    /// None where no application was given anything.
    pub sign_out: Option<SignOutId>,
}

impl Kobling {
    /// Ends sessions, with everything that was born from them, and notes whom to tell. Whoever commits this wakes the
    /// worker ([`Kobling::commit_posted`]).
    pub(crate) async fn end(&self, work: &mut Unit, which: &Which) -> Result<Ended, StoreError> {
        let ended = work.end_sessions(which).await?;
        let id = SignOutId(self.uuid());
        let sign_out = (!ended.clients.is_empty()).then_some(id);
        let now = self.now();
        for session in ended.clients {
            let client = self.client_of_notice(work, &session.client_id).await?;
            let reachable = client.is_some_and(|client| client.back_channel_logout.is_some());
            let notice = LogoutNotice {
                id: NoticeId(self.uuid()),
                sign_out: id,
                account: session.account,
                client_id: session.client_id,
                sid: session.sid,
                subject: session.subject,
                told: if reachable {
                    NoticeStatus::Waiting
                } else {
                    NoticeStatus::Untold
                },
                told_at: None,
                created_at: now,
                expires_at: now + KEPT,
            };
            work.insert_notice(&notice).await?;
            if reachable {
                self.post(work, &Job::Logout { notice: notice.id }).await?;
            }
        }
        Ok(Ended {
            sessions: ended.sessions,
            sign_out,
        })
    }

    /// Notes that an application was given something from a session, so that it is told when that ends.
    pub(crate) async fn note_client_session(
        &self,
        work: &mut Unit,
        client: &Client,
        session: SessionId,
        account: AccountId,
    ) -> Result<(), StoreError> {
        work.note_client_session(&ClientSession {
            session,
            client_id: client.id.clone(),
            sid: self.client_sid(session, &client.id),
            subject: self.subject(client, account),
            account,
        })
        .await
    }

    /// Ends the sessions that are over, that nobody uses any more, or whose account is disabled; says how many.
    pub(crate) async fn end_stale(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let mut sessions = 0;
        for which in [
            Which::OfDisabled,
            Which::Over(now, AT_ONCE),
            Which::Unused(now - self.settings.session_idle, AT_ONCE),
        ] {
            loop {
                let mut work = self.begin().await?;
                let ended = self.end(&mut work, &which).await?;
                self.commit_posted(work).await?;
                sessions += ended.sessions;
                if ended.sessions == 0 {
                    break;
                }
            }
        }
        Ok(sessions)
    }

    /// Who is told of a sign-out, and what has come of it so far; each application once.
    pub(crate) async fn told(
        &self,
        work: &mut Unit,
        sign_out: SignOutId,
    ) -> Result<Vec<NotifiedItem>, StoreError> {
        let mut items: Vec<(String, NotifiedItem)> = Vec::new();
        for notice in work.notices_of(sign_out).await? {
            match items.last_mut() {
                // Several sessions of one application: it has confirmed when all have been.
                Some((id, item)) if *id == notice.client_id => {
                    item.told = worse(item.told, notice.told);
                }
                _ => {
                    let client = self.client_of_notice(work, &notice.client_id).await?;
                    let name = client.map_or_else(|| notice.client_id.clone(), |c| c.name);
                    let told = notice.told;
                    items.push((notice.client_id, NotifiedItem { name, told }));
                }
            }
        }
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    async fn client_of_notice(
        &self,
        work: &mut Unit,
        id: &str,
    ) -> Result<Option<Client>, StoreError> {
        match self.settings.client(id) {
            Some(client) => Ok(Some(client.clone())),
            None => Ok(work.client(id).await?.map(|stored| stored.client)),
        }
    }
}

/// Of two that came of telling the same application, the one that a person has to know of.
fn worse(a: NoticeStatus, b: NoticeStatus) -> NoticeStatus {
    let weight = |told| match told {
        NoticeStatus::Confirmed => 0,
        NoticeStatus::Untold => 1,
        NoticeStatus::Failed => 2,
        NoticeStatus::Waiting => 3,
    };
    if weight(b) > weight(a) { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_has_confirmed_when_all_its_sessions_are() {
        assert_eq!(
            worse(NoticeStatus::Confirmed, NoticeStatus::Confirmed),
            NoticeStatus::Confirmed
        );
        for other in [
            NoticeStatus::Waiting,
            NoticeStatus::Failed,
            NoticeStatus::Untold,
        ] {
            assert_eq!(worse(NoticeStatus::Confirmed, other), other);
            assert_eq!(worse(other, NoticeStatus::Confirmed), other);
        }
        assert_eq!(
            worse(NoticeStatus::Failed, NoticeStatus::Waiting),
            NoticeStatus::Waiting
        );
    }
}
