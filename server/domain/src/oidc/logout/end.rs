//! Ending sessions, and notifying the applications that hold something from them.

use crate::{
    kernel::{
        core::{Unit, service},
        error::StoreError,
    },
    oidc::{
        client::Client,
        clients::ClientService,
        logout::types::{ClientSession, LogoutNotice, SessionSelector},
    },
    ops::outbox::Job,
};
use kobling_model::{
    AccountId, SessionId,
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
    time::Span,
    view::NotifiedItem,
};

/// How long notices are kept after a sign-out. Longer than the outbox retries a delivery.
const KEPT: Span = Span::hours(7 * 24);

/// Sessions that maintenance ends per batch.
const AT_ONCE: i64 = 100;

/// Sessions that have ended, and the sign-out that groups their notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    /// How many.
    pub sessions: u64,
    /// None where no application was given anything.
    pub sign_out: Option<SignOutId>,
}

/// The more severe of two notice statuses of the same application: the one to show to the person.
fn worse(a: NoticeStatus, b: NoticeStatus) -> NoticeStatus {
    let weight = |status| match status {
        NoticeStatus::Confirmed => 0,
        NoticeStatus::Untold => 1,
        NoticeStatus::Failed => 2,
        NoticeStatus::Waiting => 3,
    };
    if weight(b) > weight(a) { b } else { a }
}

service! {
    /// Ending sessions, and notifying the applications that hold something from them.
    LogoutService { clients: ClientService }
}

impl LogoutService {
    /// Ends sessions and everything created from them, and records the notices to send. The caller commits, and wakes
    /// the worker with `Kernel::commit_posted`.
    pub(crate) async fn end(
        &self,
        work: &mut Unit,
        which: &SessionSelector,
    ) -> Result<Ended, StoreError> {
        let ended = work.logouts().end_sessions(which).await?;
        let id = SignOutId(self.uuid());
        let sign_out = (!ended.clients.is_empty()).then_some(id);
        let now = self.now();
        if let SessionSelector::OfAccount(account, _) = which {
            work.accounts().forget_browsers(*account, now).await?;
        }
        for session in ended.clients {
            let client = self.clients.find_in(work, &session.client_id).await?;
            let reachable = client.is_some_and(|client| client.back_channel_logout.is_some());
            let notice = LogoutNotice {
                id: NoticeId(self.uuid()),
                sign_out: id,
                account: session.account,
                client_id: session.client_id,
                sid: session.sid,
                subject: session.subject,
                status: if reachable {
                    NoticeStatus::Waiting
                } else {
                    NoticeStatus::Untold
                },
                settled_at: None,
                created_at: now,
                expires_at: now + KEPT,
            };
            work.logouts().insert_notice(&notice).await?;
            if reachable {
                self.post(work, &Job::Logout { notice: notice.id }).await?;
            }
        }
        Ok(Ended {
            sessions: ended.sessions,
            sign_out,
        })
    }

    /// Records that an application received a grant from a session, so that it is notified when the session ends.
    pub(crate) async fn joined(
        &self,
        work: &mut Unit,
        client: &Client,
        session: SessionId,
        account: AccountId,
    ) -> Result<(), StoreError> {
        work.logouts()
            .note_client_session(&ClientSession {
                session,
                client_id: client.id.clone(),
                sid: self.clients.sid(session, &client.id),
                subject: self.clients.subject(client, account),
                account,
            })
            .await
    }

    /// Ends the sessions that are over, that nobody uses any more, or whose account is disabled; returns how many.
    pub(crate) async fn end_stale(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let mut sessions = 0;
        for which in [
            SessionSelector::OfDisabled,
            SessionSelector::Over(now, AT_ONCE),
            SessionSelector::Idle(now, AT_ONCE),
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

    /// The recipients of the notices of a sign-out, with their status; each application once.
    pub(crate) async fn notified(
        &self,
        work: &mut Unit,
        sign_out: SignOutId,
    ) -> Result<Vec<NotifiedItem>, StoreError> {
        let mut items: Vec<(String, NotifiedItem)> = Vec::new();
        for notice in work.logouts().notices_of(sign_out).await? {
            match items.last_mut() {
                // Several sessions of one application: it has confirmed when all have been.
                Some((id, item)) if *id == notice.client_id => {
                    item.status = worse(item.status, notice.status);
                }
                _ => {
                    let client = self.clients.find_in(work, &notice.client_id).await?;
                    let name = client.map_or_else(|| notice.client_id.clone(), |c| c.name);
                    let status = notice.status;
                    items.push((notice.client_id, NotifiedItem { name, status }));
                }
            }
        }
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_has_confirmed_if_all_its_notices_are_confirmed() {
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
