//! The audit log, and the removal of expired rows.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    audit::{
        event::{AuditRow, Facts, Involved},
        port::{Audit, AuditFilter},
    },
    kernel::error::{StoreError, Stored},
};
use kobling_model::{Timestamp, id::AuditId};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (id, at, event, actor, subject, session, target, credential, organisation,
            client, provider, reason, count, added, changed, network, request)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT DO NOTHING";
    /// Text that is not asked for is empty; every event begins with an empty prefix.
    AUDIT = "SELECT id, at, event, actor, subject, session, target, credential, organisation,
            client, provider, reason, count, added, changed, network, request
        FROM audit
        WHERE at >= $1 AND (at > $1 OR id > $2) AND at < $3 AND $4 = substr(event, 1, length($4))
            AND ($5 = '' OR organisation = $5) AND ($6 = '' OR client = $6)
        ORDER BY at, id LIMIT $7";
    AUDIT_OF = "SELECT id, at, event, actor, subject, session, target, credential, organisation,
            client, provider, reason, count, added, changed, network, request
        FROM audit
        WHERE at >= $1 AND (at > $1 OR id > $2) AND at < $3 AND $4 = substr(event, 1, length($4))
            AND ($5 = '' OR organisation = $5) AND ($6 = '' OR client = $6) AND subject = $8
        ORDER BY at, id LIMIT $7";
    PURGE_AUDIT = "DELETE FROM audit WHERE at <= $1";
    PURGE_ACCESS_TOKENS = "DELETE FROM access_tokens WHERE expires_at <= $1";
    PURGE_CODE_GRANTS = "DELETE FROM code_grants WHERE expires_at <= $1";
    PURGE_MAILBOX_CODES = "DELETE FROM mailbox_codes WHERE expires_at <= $1";
    PURGE_EID_ATTEMPTS = "DELETE FROM eid_attempts WHERE expires_at <= $1";
    PURGE_RECOVERY_TICKETS = "DELETE FROM recovery_tickets WHERE expires_at <= $1";
    PURGE_ADDRESS_CHANGES = "DELETE FROM address_changes WHERE expires_at <= $1";
    PURGE_SPENT_PROOFS = "DELETE FROM spent_proofs WHERE expires_at <= $1";
    PURGE_PUSHED = "DELETE FROM pushed_requests WHERE expires_at <= $1";
    PURGE_RATE_LIMITS = "DELETE FROM rate_limits WHERE tat <= $1";
    PURGE_NOTICES = "DELETE FROM logout_notices WHERE expires_at <= $1";
    PURGE_FLOWS = "DELETE FROM flows WHERE expires_at <= $1";
}

/// Children before parents, so that each deleted row is counted once.
const PURGES: [&str; 11] = [
    PURGE_ACCESS_TOKENS,
    PURGE_CODE_GRANTS,
    PURGE_MAILBOX_CODES,
    PURGE_EID_ATTEMPTS,
    PURGE_RECOVERY_TICKETS,
    PURGE_ADDRESS_CHANGES,
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
    actor: Option<String>,
    subject: Option<String>,
    session: Option<String>,
    target: Option<String>,
    credential: Option<String>,
    organisation: Option<String>,
    client: Option<String>,
    provider: Option<String>,
    reason: Option<String>,
    count: Option<i64>,
    added: Option<i64>,
    changed: Option<i64>,
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
            involved: Involved {
                actor: column::optional_id(row.actor.as_deref(), "actor")?,
                subject: column::optional_id(row.subject.as_deref(), "subject")?,
                session: column::optional_id(row.session.as_deref(), "session")?,
            },
            facts: Facts {
                target: row.target,
                credential: row.credential,
                organisation: row.organisation,
                client: row.client,
                provider: row.provider,
                reason: row.reason,
                count: row.count,
                added: row.added,
                changed: row.changed,
            },
            network: row.network,
            request: row.request,
        })
    }
}

#[async_trait]
impl Audit for UnitOfWork {
    async fn insert_audit(&mut self, row: &AuditRow) -> Stored<()> {
        let (involved, facts) = (&row.involved, &row.facts);
        inserted(execute!(
            self,
            INSERT_AUDIT,
            row.id.to_string(),
            row.at.0,
            row.event.as_str(),
            involved.actor.map(|id| id.to_string()),
            involved.subject.map(|id| id.to_string()),
            involved.session.map(|id| id.to_string()),
            facts.target.as_deref(),
            facts.credential.as_deref(),
            facts.organisation.as_deref(),
            facts.client.as_deref(),
            facts.provider.as_deref(),
            facts.reason.as_deref(),
            facts.count,
            facts.added,
            facts.changed,
            row.network.as_str(),
            row.request.as_str(),
        )?)
    }

    async fn audit_page(
        &mut self,
        filter: &AuditFilter,
        after: Option<(Timestamp, AuditId)>,
        most: i64,
    ) -> Stored<Vec<AuditRow>> {
        let since = filter.since.map_or(i64::MIN, |at| at.0);
        // No id is empty, so that the events of the first moment are included.
        let (at, id) = after.map_or((since, String::new()), |(at, id)| {
            (at.0.max(since), id.to_string())
        });
        let until = filter.until.map_or(i64::MAX, |at| at.0);
        let event = filter.event.as_deref().unwrap_or_default();
        let organisation = filter.organisation.as_deref().unwrap_or_default();
        let client = filter.client.as_deref().unwrap_or_default();
        match filter.account.map(|account| account.to_string()) {
            Some(account) => fetch_all!(
                self,
                Row,
                AUDIT_OF,
                at,
                id,
                until,
                event,
                organisation,
                client,
                most,
                account
            ),
            None => fetch_all!(
                self,
                Row,
                AUDIT,
                at,
                id,
                until,
                event,
                organisation,
                client,
                most
            ),
        }
    }

    async fn purge(&mut self, now: Timestamp, audit_until: Option<Timestamp>) -> Stored<u64> {
        let mut gone = 0;
        for statement in PURGES {
            gone += execute!(self, statement, now.0)?;
        }
        if let Some(until) = audit_until {
            gone += execute!(self, PURGE_AUDIT, until.0)?;
        }
        Ok(gone)
    }
}
