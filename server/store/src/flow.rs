//! Flows, and the eID sign-ins and mailbox codes within them.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    eid::types::EidAttempt,
    flow::{
        port::{Codes, Flows},
        types::{Flow, MailboxCode},
    },
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
};
use kobling_model::{AccountId, Email, FlowId, Problem, Timestamp};

statements! {
    FLOW = "SELECT id, browser, destination, state, problem, version, created_at, expires_at
        FROM flows WHERE id = $1 AND expires_at > $2";
    INSERT_FLOW = "INSERT INTO flows (id, browser, destination, state, problem, version, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    UPDATE_FLOW = "UPDATE flows
        SET destination = $3, state = $4, problem = $5, expires_at = $6, version = version + 1
        WHERE id = $1 AND version = $2";
    COMPLAIN = "UPDATE flows SET problem = $3 WHERE id = $1 AND version = $2";
    REBIND_ATTEMPTS = "UPDATE eid_attempts SET browser = $2
        WHERE flow IN (SELECT id FROM flows WHERE browser = $1)";
    REBIND_FLOWS = "UPDATE flows SET browser = $2 WHERE browser = $1";
    DELETE_FLOWS_OF = "DELETE FROM flows WHERE browser = $1";
    INSERT_ATTEMPT = "INSERT INTO eid_attempts (state, flow, provider, browser, demanded_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    ATTEMPT = "SELECT state, flow, provider, browser, demanded_at, expires_at, consumed_at
        FROM eid_attempts WHERE state = $1 AND expires_at > $2";
    CONSUME_ATTEMPT = "UPDATE eid_attempts SET consumed_at = $2
        WHERE state = $1 AND consumed_at IS NULL AND expires_at > $2
        RETURNING state, flow, provider, browser, demanded_at, expires_at, consumed_at";
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
}

#[derive(sqlx::FromRow)]
struct FlowRow {
    id: String,
    browser: String,
    destination: String,
    state: String,
    problem: Option<String>,
    version: i64,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<FlowRow> for Flow {
    type Error = StoreError;
    fn try_from(row: FlowRow) -> Stored<Self> {
        Ok(Self {
            id: column::id(&row.id, "id")?,
            browser: Digest256(row.browser),
            destination: column::json(&row.destination, "destination")?,
            state: column::json(&row.state, "state")?,
            problem: column::problems(row.problem.as_deref())?,
            version: row.version,
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    state: String,
    flow: String,
    provider: String,
    browser: String,
    demanded_at: Option<i64>,
    expires_at: i64,
    consumed_at: Option<i64>,
}

impl TryFrom<AttemptRow> for EidAttempt {
    type Error = StoreError;
    fn try_from(row: AttemptRow) -> Stored<Self> {
        Ok(Self {
            state: Digest256(row.state),
            flow: column::id(&row.flow, "flow")?,
            provider: column::provider(&row.provider)?,
            browser: Digest256(row.browser),
            demanded_at: row.demanded_at.map(Timestamp),
            expires_at: Timestamp(row.expires_at),
        })
    }
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

#[async_trait]
impl Flows for UnitOfWork {
    async fn flow(&mut self, id: FlowId, now: Timestamp) -> Stored<Option<Flow>> {
        fetch_optional!(self, FlowRow, FLOW, id.to_string(), now.0)
    }

    async fn insert_flow(&mut self, flow: &Flow) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_FLOW,
            flow.id.to_string(),
            flow.browser.0.as_str(),
            column::to_json(&flow.destination)?,
            column::to_json(&flow.state)?,
            column::from_problems(flow.problem),
            flow.version,
            flow.created_at.0,
            flow.expires_at.0,
        )?)
    }

    async fn update_flow(&mut self, flow: &Flow) -> Stored<bool> {
        execute!(
            self,
            UPDATE_FLOW,
            flow.id.to_string(),
            flow.version,
            column::to_json(&flow.destination)?,
            column::to_json(&flow.state)?,
            column::from_problems(flow.problem),
            flow.expires_at.0,
        )
        .map(|rows| rows == 1)
    }

    async fn note_problem(&mut self, flow: &Flow, problem: Problem) -> Stored<()> {
        execute!(
            self,
            COMPLAIN,
            flow.id.to_string(),
            flow.version,
            problem.to_string(),
        )
        .map(|_| ())
    }

    async fn delete_flows_of(&mut self, browser: &Digest256) -> Stored<u64> {
        execute!(self, DELETE_FLOWS_OF, browser.0.as_str())
    }

    async fn rebind_flows(&mut self, old: &Digest256, new: &Digest256) -> Stored<()> {
        execute!(self, REBIND_ATTEMPTS, old.0.as_str(), new.0.as_str())?;
        execute!(self, REBIND_FLOWS, old.0.as_str(), new.0.as_str()).map(drop)
    }

    async fn insert_attempt(&mut self, attempt: &EidAttempt) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_ATTEMPT,
            attempt.state.0.as_str(),
            attempt.flow.to_string(),
            attempt.provider.as_str(),
            attempt.browser.0.as_str(),
            attempt.demanded_at.map(|at| at.0),
            attempt.expires_at.0,
        )?)
    }

    async fn attempt(
        &mut self,
        state: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<(EidAttempt, bool)>> {
        let row = fetch!(
            fetch_optional,
            self,
            AttemptRow,
            ATTEMPT,
            state.0.as_str(),
            now.0
        )?;
        row.map(|row| {
            let consumed = row.consumed_at.is_some();
            Ok((row.try_into()?, consumed))
        })
        .transpose()
    }

    async fn consume_attempt(
        &mut self,
        state: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<EidAttempt>> {
        fetch_optional!(self, AttemptRow, CONSUME_ATTEMPT, state.0.as_str(), now.0)
    }
}

#[async_trait]
impl Codes for UnitOfWork {
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

    async fn void_codes(&mut self, email: Option<&Email>, account: AccountId) -> Stored<()> {
        let email = email.map_or("", Email::as_str);
        execute!(self, VOID_CODES, email, account.to_string()).map(drop)
    }
}
