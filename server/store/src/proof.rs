//! Codes, tickets, proofs of work, limits.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    auth::{
        port::Proofs,
        proof::{MailboxCode, RecoveryTicket},
    },
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
};
use kobling_model::{AccountId, Email, FlowId, Timestamp, time::Span};

statements! {
    PUT_CODE = "INSERT INTO mailbox_codes (flow, account, email, code, attempts, expires_at)
        VALUES ($1, $2, $3, $4, 0, $5)
        ON CONFLICT (flow) DO UPDATE SET account = excluded.account, email = excluded.email, code = excluded.code, attempts = 0,
            expires_at = excluded.expires_at, consumed_at = NULL";
    TRY_CODE = "UPDATE mailbox_codes SET attempts = attempts + 1
        WHERE flow = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3
        RETURNING flow, account, email, code, expires_at";
    CONSUME_CODE = "UPDATE mailbox_codes SET consumed_at = $3
        WHERE flow = $1 AND code = $2 AND consumed_at IS NULL AND expires_at > $3";
    VOID_CODES = "DELETE FROM mailbox_codes WHERE email = $1 OR account = $2";
    INSERT_TICKET = "INSERT INTO recovery_tickets (ticket, account, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    TICKET = "SELECT ticket, account, expires_at
        FROM recovery_tickets WHERE ticket = $1 AND consumed_at IS NULL AND expires_at > $2";
    CONSUME_TICKET = "UPDATE recovery_tickets SET consumed_at = $2
        WHERE ticket = $1 AND consumed_at IS NULL AND expires_at > $2
        RETURNING ticket, account, expires_at";
    VOID_TICKETS = "DELETE FROM recovery_tickets WHERE account = $1";
    SPEND_PROOF = "INSERT INTO spent_proofs (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// $2 now, $3 the interval, $4 now and an interval, $5 the latest arrival time that still lets one through.
    TAKE = "INSERT INTO rate_limits (key, tat) VALUES ($1, $4)
        ON CONFLICT (key) DO UPDATE
            SET tat = CASE WHEN rate_limits.tat > $2 THEN rate_limits.tat + $3 ELSE $4 END
            WHERE rate_limits.tat <= $5";
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    flow: String,
    account: Option<String>,
    email: String,
    code: String,
    expires_at: i64,
}

impl TryFrom<CodeRow> for MailboxCode {
    type Error = StoreError;
    fn try_from(row: CodeRow) -> Stored<Self> {
        Ok(Self {
            flow: column::id(&row.flow, "flow")?,
            account: column::optional_id(row.account.as_deref(), "account")?,
            email: column::email(&row.email)?,
            code: Digest256(row.code),
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct TicketRow {
    ticket: String,
    account: String,
    expires_at: i64,
}

impl TryFrom<TicketRow> for RecoveryTicket {
    type Error = StoreError;
    fn try_from(row: TicketRow) -> Stored<Self> {
        Ok(Self {
            ticket: Digest256(row.ticket),
            account: column::id(&row.account, "account")?,
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[async_trait]
impl Proofs for UnitOfWork {
    async fn put_code(&mut self, code: &MailboxCode) -> Stored<()> {
        execute!(
            self,
            PUT_CODE,
            code.flow.to_string(),
            code.account.map(|id| id.to_string()),
            code.email.as_str(),
            code.code.0.as_str(),
            code.expires_at.0,
        )
        .map(drop)
    }

    async fn try_code(
        &mut self,
        flow: FlowId,
        now: Timestamp,
        most: i64,
    ) -> Stored<Option<MailboxCode>> {
        fetch_optional!(self, CodeRow, TRY_CODE, flow.to_string(), now.0, most)
    }

    async fn consume_code(
        &mut self,
        flow: FlowId,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<bool> {
        execute!(self, CONSUME_CODE, flow.to_string(), code.0.as_str(), now.0).map(|rows| rows == 1)
    }

    async fn void_codes(&mut self, email: &Email, account: AccountId) -> Stored<()> {
        execute!(self, VOID_CODES, email.as_str(), account.to_string()).map(drop)
    }

    async fn insert_ticket(&mut self, ticket: &RecoveryTicket) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_TICKET,
            ticket.ticket.0.as_str(),
            ticket.account.to_string(),
            ticket.expires_at.0,
        )?)
    }

    async fn ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>> {
        fetch_optional!(self, TicketRow, TICKET, ticket.0.as_str(), now.0)
    }

    async fn consume_ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>> {
        fetch_optional!(self, TicketRow, CONSUME_TICKET, ticket.0.as_str(), now.0)
    }

    async fn void_tickets(&mut self, account: AccountId) -> Stored<()> {
        execute!(self, VOID_TICKETS, account.to_string()).map(drop)
    }

    async fn spend_proof(&mut self, id: &Digest256, expires_at: Timestamp) -> Stored<bool> {
        execute!(self, SPEND_PROOF, id.0.as_str(), expires_at.0).map(|rows| rows == 1)
    }

    async fn take(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<bool> {
        if burst < 1 {
            return Ok(false);
        }
        let tolerance = Span(interval.0.saturating_mul(burst - 1));
        execute!(
            self,
            TAKE,
            key.0.as_str(),
            now.0,
            interval.0,
            (now + interval).0,
            (now + tolerance).0,
        )
        .map(|rows| rows == 1)
    }
}
