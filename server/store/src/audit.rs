//! The log of security events, and keeping house.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    audit::AuditRow,
    port::{Audit, StoreError, Stored},
};
use kobling_model::{AccountId, Timestamp};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (id, at, event, account, detail, network, request)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    AUDIT_OF = "SELECT id, at, event, account, detail, network, request
        FROM audit WHERE account = $1 ORDER BY at DESC, id DESC LIMIT $2";
    PURGE_ACCESS_TOKENS = "DELETE FROM access_tokens WHERE expires_at <= $1";
    PURGE_CODE_GRANTS = "DELETE FROM code_grants WHERE expires_at <= $1";
    PURGE_MAILBOX_CODES = "DELETE FROM mailbox_codes WHERE expires_at <= $1";
    PURGE_EID_ATTEMPTS = "DELETE FROM eid_attempts WHERE expires_at <= $1";
    PURGE_RECOVERY_TICKETS = "DELETE FROM recovery_tickets WHERE expires_at <= $1";
    PURGE_SPENT_PROOFS = "DELETE FROM spent_proofs WHERE expires_at <= $1";
    PURGE_PUSHED = "DELETE FROM pushed_requests WHERE expires_at <= $1";
    PURGE_RATE_LIMITS = "DELETE FROM rate_limits WHERE tat <= $1";
    PURGE_NOTICES = "DELETE FROM logout_notices WHERE expires_at <= $1";
    PURGE_FLOWS = "DELETE FROM flows WHERE expires_at <= $1";
}

/// Children before parents, so that every row counts once.
const PURGES: [&str; 10] = [
    PURGE_ACCESS_TOKENS,
    PURGE_CODE_GRANTS,
    PURGE_MAILBOX_CODES,
    PURGE_EID_ATTEMPTS,
    PURGE_RECOVERY_TICKETS,
    PURGE_SPENT_PROOFS,
    PURGE_PUSHED,
    PURGE_RATE_LIMITS,
    PURGE_NOTICES,
    PURGE_FLOWS,
];

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at: i64,
    event: String,
    account: Option<String>,
    detail: String,
    network: String,
    request: String,
}

impl TryFrom<Row> for AuditRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            id: column::id(&row.id, "id")?,
            at: Timestamp(row.at),
            event: row.event,
            account: column::optional_id(row.account.as_deref(), "account")?,
            detail: row.detail,
            network: row.network,
            request: row.request,
        })
    }
}

#[async_trait]
impl Audit for UnitOfWork {
    async fn insert_audit(&mut self, row: &AuditRow) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_AUDIT,
            row.id.to_string(),
            row.at.0,
            row.event.as_str(),
            row.account.map(|id| id.to_string()),
            row.detail.as_str(),
            row.network.as_str(),
            row.request.as_str(),
        )?)
    }

    async fn audit_of(&mut self, account: AccountId, most: i64) -> Stored<Vec<AuditRow>> {
        fetch_all!(self, Row, AUDIT_OF, account.to_string(), most)
    }

    async fn purge(&mut self, now: Timestamp) -> Stored<u64> {
        let mut gone = 0;
        for statement in PURGES {
            gone += execute!(self, statement, now.0)?;
        }
        Ok(gone)
    }
}
