//! The outbox.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::error::{StoreError, Stored},
    ops::{
        outbox::{Lane, OutboxRow},
        port::Outbox,
    },
};
use kobling_model::{Timestamp, id::OutboxId};

statements! {
    PUSH_OUTBOX = "INSERT INTO outbox (id, sealed, created_at, attempts, due_at, lane)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    /// The condition is repeated outside the subquery: PostgreSQL re-evaluates only the outer condition after waiting
    /// for a row lock, and it must exclude a row that another worker has claimed.
    CLAIM_OUTBOX = "UPDATE outbox SET attempts = attempts + 1, due_at = $2
        WHERE due_at <= $1 AND lane = $4
            AND id IN (SELECT id FROM outbox WHERE lane = $4 AND due_at <= $1 ORDER BY due_at, id LIMIT $3)
        RETURNING id, lane, sealed, created_at, attempts, due_at";
    /// The number of attempts tells this claim from a later one.
    RENEW_OUTBOX = "UPDATE outbox SET due_at = $3 WHERE id = $1 AND attempts = $2";
    RELEASE_OUTBOX = "UPDATE outbox SET due_at = $3, attempts = attempts - 1 WHERE id = $1 AND attempts = $2";
    FINISH_OUTBOX = "DELETE FROM outbox WHERE id = $1";
    POSTPONE_OUTBOX = "UPDATE outbox SET due_at = $2 WHERE id = $1";
    NEXT_OUTBOX_DUE = "SELECT due_at FROM outbox ORDER BY due_at, id LIMIT 1";
    NEXT_DUE_IN = "SELECT due_at FROM outbox WHERE lane = $1 ORDER BY due_at, id LIMIT 1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    lane: String,
    sealed: String,
    created_at: i64,
    attempts: i64,
    due_at: i64,
}

impl TryFrom<Row> for OutboxRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Stored<Self> {
        let lane = Lane::ALL.into_iter().find(|lane| lane.name() == row.lane);
        Ok(Self {
            id: column::id(&row.id, "id")?,
            lane: lane.ok_or_else(|| StoreError::Corrupt("column lane".to_owned()))?,
            sealed: row.sealed,
            created_at: Timestamp(row.created_at),
            attempts: row.attempts,
            due_at: Timestamp(row.due_at),
        })
    }
}

#[async_trait]
impl Outbox for UnitOfWork {
    async fn push_outbox(&mut self, row: &OutboxRow) -> Stored<()> {
        inserted(execute!(
            self,
            PUSH_OUTBOX,
            row.id.to_string(),
            row.sealed.as_str(),
            row.created_at.0,
            row.attempts,
            row.due_at.0,
            row.lane.name(),
        )?)
    }

    async fn claim_outbox(
        &mut self,
        lane: Lane,
        now: Timestamp,
        lease_until: Timestamp,
        most: i64,
    ) -> Stored<Vec<OutboxRow>> {
        let mut rows = fetch!(
            fetch_all,
            self,
            Row,
            CLAIM_OUTBOX,
            now.0,
            lease_until.0,
            most,
            lane.name()
        )?;
        // RETURNING guarantees no order.
        rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn renew_outbox(&mut self, claimed: &OutboxRow, lease_until: Timestamp) -> Stored<()> {
        let (id, attempts) = (claimed.id.to_string(), claimed.attempts);
        execute!(self, RENEW_OUTBOX, id, attempts, lease_until.0).map(drop)
    }

    async fn release_outbox(&mut self, claimed: &OutboxRow, now: Timestamp) -> Stored<()> {
        let (id, attempts) = (claimed.id.to_string(), claimed.attempts);
        execute!(self, RELEASE_OUTBOX, id, attempts, now.0).map(drop)
    }

    async fn finish_outbox(&mut self, id: OutboxId) -> Stored<()> {
        execute!(self, FINISH_OUTBOX, id.to_string()).map(drop)
    }

    async fn postpone_outbox(&mut self, id: OutboxId, due_at: Timestamp) -> Stored<()> {
        execute!(self, POSTPONE_OUTBOX, id.to_string(), due_at.0).map(drop)
    }

    async fn next_outbox_due(&mut self) -> Stored<Option<Timestamp>> {
        fetch!(fetch_optional, self, (i64,), NEXT_OUTBOX_DUE)
            .map(|row| row.map(|(due_at,)| Timestamp(due_at)))
    }

    async fn next_due_in(&mut self, lane: Lane) -> Stored<Option<Timestamp>> {
        fetch!(fetch_optional, self, (i64,), NEXT_DUE_IN, lane.name())
            .map(|row| row.map(|(due_at,)| Timestamp(due_at)))
    }
}
