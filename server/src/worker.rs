//! Empties the outbox and keeps house, beside the requests.

use kobling_domain::Kobling;
use kobling_model::time::Span;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long the worker sleeps at most when nobody wakes it: another process may have put something in.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// How often expired rows are cleared away.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// Runs until the process ends.
pub async fn run(kobling: Arc<Kobling>, wake: Arc<Notify>, first_retry: Span) {
    let mut swept = tokio::time::Instant::now();
    loop {
        match kobling.empty_outbox(first_retry).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::error!(%error, "outbox cannot be read"),
        }
        if swept.elapsed() > HOUSEKEEPING {
            swept = tokio::time::Instant::now();
            match kobling.keep_house().await {
                Ok(rows) => tracing::debug!(rows, "expired rows cleared"),
                Err(error) => tracing::error!(%error, "expired rows cannot be cleared"),
            }
        }
        let sleep = match kobling.next_due().await {
            Ok(Some(due)) => {
                let wait = due.since(kobling.ports().clock.now()).0.max(1_000);
                Duration::from_micros(u64::try_from(wait).unwrap_or(1_000)).min(LONGEST_SLEEP)
            }
            Ok(None) | Err(_) => LONGEST_SLEEP,
        };
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}
