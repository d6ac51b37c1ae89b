//! Valid sessions. `logout.rs` ends them.

use crate::account::AccountRow;
use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    auth::{
        port::Sessions,
        session::{Caller, Method, Session},
    },
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
};
use kobling_model::{AccountId, SessionId, Timestamp};

statements! {
    CALLER = "SELECT s.id, s.token, s.account, s.method, s.device, s.created_at, s.authenticated_at, s.last_seen_at,
            s.idle_until, s.expires_at,
            a.id AS account_id, a.email, a.email_proven_at, a.released_email, a.released_at, a.name, a.lang,
            a.created_at AS account_created_at, a.disabled_at
        FROM sessions s JOIN accounts a ON a.id = s.account
        WHERE s.token = $1 AND s.expires_at > $2 AND (s.idle_until IS NULL OR s.idle_until >= $2)";
    SESSIONS_OF = "SELECT id, token, account, method, device, created_at, authenticated_at, last_seen_at,
            idle_until, expires_at
        FROM sessions WHERE account = $1 AND expires_at > $2 AND (idle_until IS NULL OR idle_until >= $2)
        ORDER BY last_seen_at DESC, id DESC";
    INSERT_SESSION = "INSERT INTO sessions
        (id, token, account, link_id, method, device, created_at, authenticated_at, last_seen_at, idle_until, expires_at,
            upstream)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    TOUCH_SESSION = "UPDATE sessions SET last_seen_at = $2, idle_until = $3 WHERE id = $1 AND method = $4";
    ROTATE_SESSION = "UPDATE sessions
        SET token = $2, link_id = $3, method = $4, authenticated_at = $5, idle_until = $6, upstream = $7
        WHERE id = $1 AND token = $8";
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    token: String,
    account: String,
    method: String,
    device: String,
    created_at: i64,
    authenticated_at: i64,
    last_seen_at: i64,
    idle_until: Option<i64>,
    expires_at: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;
    fn try_from(row: SessionRow) -> Stored<Self> {
        Ok(Self {
            id: column::id(&row.id, "id")?,
            token: Digest256(row.token),
            account: column::id(&row.account, "account")?,
            method: column::json(&row.method, "method")?,
            device: row.device,
            created_at: Timestamp(row.created_at),
            authenticated_at: Timestamp(row.authenticated_at),
            last_seen_at: Timestamp(row.last_seen_at),
            idle_until: row.idle_until.map(Timestamp),
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct CallerRow {
    #[sqlx(flatten)]
    session: SessionRow,
    #[sqlx(flatten)]
    account: AccountRow,
}

impl TryFrom<CallerRow> for Caller {
    type Error = StoreError;
    fn try_from(row: CallerRow) -> Stored<Self> {
        Ok(Self {
            session: row.session.try_into()?,
            account: row.account.try_into()?,
        })
    }
}

fn link_of(method: &Method) -> Option<String> {
    method.link().map(|id| id.to_string())
}

fn upstream_of(method: &Method) -> Option<String> {
    method.upstream().map(|hash| hash.0)
}

#[async_trait]
impl Sessions for UnitOfWork {
    async fn caller(&mut self, token: &Digest256, now: Timestamp) -> Stored<Option<Caller>> {
        fetch_optional!(self, CallerRow, CALLER, token.0.as_str(), now.0)
    }

    async fn sessions_of(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<Session>> {
        fetch_all!(self, SessionRow, SESSIONS_OF, account.to_string(), now.0)
    }

    async fn insert_session(&mut self, session: &Session) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_SESSION,
            session.id.to_string(),
            session.token.0.as_str(),
            session.account.to_string(),
            link_of(&session.method),
            column::to_json(&session.method)?,
            session.device.as_str(),
            session.created_at.0,
            session.authenticated_at.0,
            session.last_seen_at.0,
            session.idle_until.map(|at| at.0),
            session.expires_at.0,
            upstream_of(&session.method),
        )?)
    }

    async fn touch_session(
        &mut self,
        id: SessionId,
        method: &Method,
        at: Timestamp,
        idle_until: Option<Timestamp>,
    ) -> Stored<bool> {
        let (idle_until, method) = (idle_until.map(|at| at.0), column::to_json(method)?);
        execute!(
            self,
            TOUCH_SESSION,
            id.to_string(),
            at.0,
            idle_until,
            method
        )
        .map(|rows| rows == 1)
    }

    async fn rotate_session(&mut self, old: &Digest256, session: &Session) -> Stored<bool> {
        execute!(
            self,
            ROTATE_SESSION,
            session.id.to_string(),
            session.token.0.as_str(),
            link_of(&session.method),
            column::to_json(&session.method)?,
            session.authenticated_at.0,
            session.idle_until.map(|at| at.0),
            upstream_of(&session.method),
            old.0.as_str(),
        )
        .map(|rows| rows == 1)
    }
}
