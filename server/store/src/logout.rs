//! Ending sessions, and the notices of it. Foreign keys delete what was created from a session (codes, tokens) with it.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch, fetch_all, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
    oidc::logout::{
        port::Logouts,
        types::{ClientSession, EndedSessions, LogoutNotice, SessionSelector},
    },
};
use kobling_model::{
    AccountId, SessionId, Timestamp,
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
};

statements! {
    NOTE_CLIENT_SESSION = "INSERT INTO client_sessions (session, client_id, sid, subject, account)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (session, client_id) DO UPDATE SET sid = excluded.sid, subject = excluded.subject";
    CLIENTS_OF_SESSIONS = "SELECT c.session, c.client_id
        FROM sessions s JOIN client_sessions c ON c.session = s.id
        WHERE s.account = $1 ORDER BY c.session, c.client_id";
    /// Runs after the sessions are deleted: issuing from a session locks its row, so that all rows exist by now and
    /// none can be added.
    TAKE_CLIENT_SESSIONS = "DELETE FROM client_sessions WHERE session = $1
        RETURNING session, client_id, sid, subject, account";
    END_SESSION = "DELETE FROM sessions WHERE id = $1 AND account = $2 RETURNING id";
    END_SESSIONS_OF = "DELETE FROM sessions WHERE account = $1 AND id <> $2 RETURNING id";
    END_SESSIONS_OF_LINK = "DELETE FROM sessions WHERE link_id = $1 AND id <> $2 RETURNING id";
    END_SESSIONS_OF_UPSTREAM = "DELETE FROM sessions WHERE upstream = $1 RETURNING id";
    END_SESSIONS_OVER = "DELETE FROM sessions WHERE expires_at <= $1
            AND id IN (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        RETURNING id";
    /// The condition is repeated outside the subquery: a session that is used concurrently stays.
    END_SESSIONS_IDLE = "DELETE FROM sessions WHERE idle_until < $1
            AND id IN (SELECT id FROM sessions WHERE idle_until < $1 ORDER BY idle_until LIMIT $2)
        RETURNING id";
    /// `disabled_at` is never 0; the comparison allows the use of the index.
    END_SESSIONS_OF_DISABLED = "DELETE FROM sessions
        WHERE account IN (SELECT id FROM accounts WHERE disabled_at > 0) RETURNING id";
    IS_UPSTREAM_KNOWN = "SELECT id FROM sessions WHERE upstream = $1 LIMIT 1";
    INSERT_NOTICE = "INSERT INTO logout_notices
        (id, sign_out, account, client_id, sid, subject, status, settled_at, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    NOTICE = "SELECT id, sign_out, account, client_id, sid, subject, status, settled_at, created_at, expires_at
        FROM logout_notices WHERE id = $1";
    NOTICES_OF = "SELECT id, sign_out, account, client_id, sid, subject, status, settled_at, created_at, expires_at
        FROM logout_notices WHERE sign_out = $1 ORDER BY client_id, id";
    SETTLE_NOTICE = "UPDATE logout_notices SET status = $2, settled_at = $3 WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct ClientSessionRow {
    session: String,
    client_id: String,
    sid: String,
    subject: String,
    account: String,
}

impl TryFrom<ClientSessionRow> for ClientSession {
    type Error = StoreError;
    fn try_from(row: ClientSessionRow) -> Stored<Self> {
        Ok(Self {
            session: column::id(&row.session, "session")?,
            client_id: row.client_id,
            sid: row.sid,
            subject: row.subject,
            account: column::id(&row.account, "account")?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    id: String,
    sign_out: String,
    account: String,
    client_id: String,
    sid: String,
    subject: String,
    status: String,
    settled_at: Option<i64>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<NoticeRow> for LogoutNotice {
    type Error = StoreError;
    fn try_from(row: NoticeRow) -> Stored<Self> {
        let status = NoticeStatus::ALL
            .into_iter()
            .find(|status| status.code() == row.status);
        Ok(Self {
            id: column::id(&row.id, "id")?,
            sign_out: column::id(&row.sign_out, "sign_out")?,
            account: column::id(&row.account, "account")?,
            client_id: row.client_id,
            sid: row.sid,
            subject: row.subject,
            status: status.ok_or_else(|| StoreError::Corrupt("column status".to_owned()))?,
            settled_at: row.settled_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
        })
    }
}

/// The one to spare; no id is empty.
fn spared(except: Option<SessionId>) -> String {
    except.map(|id| id.to_string()).unwrap_or_default()
}

#[async_trait]
impl Logouts for UnitOfWork {
    async fn note_client_session(&mut self, session: &ClientSession) -> Stored<()> {
        execute!(
            self,
            NOTE_CLIENT_SESSION,
            session.session.to_string(),
            session.client_id.as_str(),
            session.sid.as_str(),
            session.subject.as_str(),
            session.account.to_string(),
        )
        .map(drop)
    }

    async fn clients_of_sessions(
        &mut self,
        account: AccountId,
    ) -> Stored<Vec<(SessionId, String)>> {
        let account = account.to_string();
        let rows = fetch!(
            fetch_all,
            self,
            (String, String),
            CLIENTS_OF_SESSIONS,
            account
        )?;
        rows.into_iter()
            .map(|(session, client)| Ok((column::id(&session, "session")?, client)))
            .collect()
    }

    async fn end_sessions(&mut self, which: &SessionSelector) -> Stored<EndedSessions> {
        let gone: Vec<(String,)> = match which {
            SessionSelector::One(id, account) => {
                let (id, account) = (id.to_string(), account.to_string());
                fetch!(fetch_all, self, (String,), END_SESSION, id, account)?
            }
            SessionSelector::OfAccount(account, except) => {
                let (account, spared) = (account.to_string(), spared(*except));
                fetch!(fetch_all, self, (String,), END_SESSIONS_OF, account, spared)?
            }
            SessionSelector::OfLink(link, except) => {
                let (link, spared) = (link.to_string(), spared(*except));
                let sql = END_SESSIONS_OF_LINK;
                fetch!(fetch_all, self, (String,), sql, link, spared)?
            }
            SessionSelector::OfUpstream(upstream) => {
                let (sql, upstream) = (END_SESSIONS_OF_UPSTREAM, upstream.0.as_str());
                fetch!(fetch_all, self, (String,), sql, upstream)?
            }
            SessionSelector::OfDisabled => {
                fetch!(fetch_all, self, (String,), END_SESSIONS_OF_DISABLED)?
            }
            SessionSelector::Over(at, most) => {
                fetch!(fetch_all, self, (String,), END_SESSIONS_OVER, at.0, *most)?
            }
            SessionSelector::Idle(at, most) => {
                fetch!(fetch_all, self, (String,), END_SESSIONS_IDLE, at.0, *most)?
            }
        };
        let mut ended = EndedSessions {
            sessions: gone.len() as u64,
            clients: Vec::new(),
        };
        for (session,) in &gone {
            let clients: Stored<Vec<ClientSession>> = fetch_all!(
                self,
                ClientSessionRow,
                TAKE_CLIENT_SESSIONS,
                session.as_str()
            );
            ended.clients.extend(clients?);
        }
        // RETURNING guarantees no order.
        ended
            .clients
            .sort_by(|a, b| (&a.client_id, a.session).cmp(&(&b.client_id, b.session)));
        Ok(ended)
    }

    async fn is_upstream_known(&mut self, upstream: &Digest256) -> Stored<bool> {
        let row = fetch!(
            fetch_optional,
            self,
            (String,),
            IS_UPSTREAM_KNOWN,
            upstream.0.as_str()
        )?;
        Ok(row.is_some())
    }

    async fn insert_notice(&mut self, notice: &LogoutNotice) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_NOTICE,
            notice.id.to_string(),
            notice.sign_out.to_string(),
            notice.account.to_string(),
            notice.client_id.as_str(),
            notice.sid.as_str(),
            notice.subject.as_str(),
            notice.status.code(),
            notice.settled_at.map(|at| at.0),
            notice.created_at.0,
            notice.expires_at.0,
        )?)
    }

    async fn notice(&mut self, id: NoticeId) -> Stored<Option<LogoutNotice>> {
        fetch_optional!(self, NoticeRow, NOTICE, id.to_string())
    }

    async fn notices_of(&mut self, sign_out: SignOutId) -> Stored<Vec<LogoutNotice>> {
        fetch_all!(self, NoticeRow, NOTICES_OF, sign_out.to_string())
    }

    async fn settle_notice(
        &mut self,
        id: NoticeId,
        status: NoticeStatus,
        at: Timestamp,
    ) -> Stored<()> {
        execute!(self, SETTLE_NOTICE, id.to_string(), status.code(), at.0).map(drop)
    }
}
