//! Rate limits, and single-use values that have been used.

use crate::batch::batch;
use crate::work::{UnitOfWork, execute, fetch, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{error::Stored, secret::Digest256},
    ops::{
        limit::Pace,
        port::{RateLimits, SpentProofs},
    },
};
use kobling_model::{Timestamp, time::Span};
use serde::Serialize;
use std::collections::BTreeMap;

statements! {
    SPEND_PROOF = "INSERT INTO spent_proofs (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// $1 by key: now and an interval, and the latest arrival time that still lets one through. $2 now.
    TAKE = "INSERT INTO rate_limits (key, tat)
        SELECT key, CAST(value ->> 'tat' AS BIGINT) FROM json_each($1) WHERE true
        ON CONFLICT (key) DO UPDATE
            SET tat = CASE WHEN rate_limits.tat > $2 THEN rate_limits.tat + excluded.tat - $2 ELSE excluded.tat END
            WHERE rate_limits.tat <=
                (SELECT CAST(value ->> 'latest' AS BIGINT) FROM json_each($1) WHERE key = excluded.key)
        RETURNING key";
    TAT = "SELECT tat FROM rate_limits WHERE key = $1";
}

/// A rate limit in a batch.
#[derive(Serialize)]
struct Row {
    tat: i64,
    latest: i64,
}

/// The latest arrival time that still lets one through.
fn latest(now: Timestamp, interval: Span, burst: i64) -> Timestamp {
    now + Span(interval.0.saturating_mul(burst - 1))
}

#[async_trait]
impl SpentProofs for UnitOfWork {
    async fn spend_proof(&mut self, id: &Digest256, expires_at: Timestamp) -> Stored<bool> {
        execute!(self, SPEND_PROOF, id.0.as_str(), expires_at.0).map(|rows| rows == 1)
    }
}

#[async_trait]
impl RateLimits for UnitOfWork {
    async fn take_each(
        &mut self,
        limits: &[(Digest256, Pace)],
        now: Timestamp,
    ) -> Stored<Option<(usize, Span)>> {
        // In the order of the keys, so that two callers do not lock rows crosswise.
        let rows: BTreeMap<_, _> = limits
            .iter()
            .filter(|(_, pace)| pace.burst > 0)
            .map(|(key, pace)| {
                let tat = (now + pace.interval).0;
                let latest = latest(now, pace.interval, pace.burst).0;
                (key.0.as_str(), Row { tat, latest })
            })
            .collect();
        let taken = fetch!(fetch_all, self, (String,), TAKE, batch(&rows)?, now.0)?;
        for (number, (key, pace)) in limits.iter().enumerate() {
            if !taken.iter().any(|(taken,)| *taken == key.0) {
                let wait = self.wait(key, now, pace.interval, pace.burst).await?;
                return Ok(Some((number, wait.unwrap_or(pace.interval))));
            }
        }
        Ok(None)
    }

    async fn wait(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<Option<Span>> {
        if burst < 1 {
            return Ok(Some(interval));
        }
        let latest = latest(now, interval, burst);
        let row = fetch!(fetch_optional, self, (i64,), TAT, key.0.as_str())?;
        let tat = row.map(|(tat,)| Timestamp(tat));
        Ok(tat.filter(|tat| *tat > latest).map(|tat| tat.since(latest)))
    }
}
