//! Rate limits, and single-use values that have been used.

use crate::work::{UnitOfWork, execute, fetch, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{error::Stored, secret::Digest256},
    ops::port::{RateLimits, SpentProofs},
};
use kobling_model::{Timestamp, time::Span};

statements! {
    SPEND_PROOF = "INSERT INTO spent_proofs (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// $2 now, $3 the interval, $4 now and an interval, $5 the latest arrival time that still lets one through.
    TAKE = "INSERT INTO rate_limits (key, tat) VALUES ($1, $4)
        ON CONFLICT (key) DO UPDATE
            SET tat = CASE WHEN rate_limits.tat > $2 THEN rate_limits.tat + $3 ELSE $4 END
            WHERE rate_limits.tat <= $5";
    TAT = "SELECT tat FROM rate_limits WHERE key = $1";
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
    async fn take(
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
        let taken = execute!(
            self,
            TAKE,
            key.0.as_str(),
            now.0,
            interval.0,
            (now + interval).0,
            latest.0,
        )?;
        if taken == 1 {
            return Ok(None);
        }
        self.wait(key, now, interval, burst).await
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
