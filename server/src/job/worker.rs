//! Delivers what is in the outbox and deletes expired rows.

use kobling_domain::{Kobling, ops::outbox::Lane};
use kobling_model::time::Span;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// The longest sleep without a wake-up: another process may have added a row, and cannot wake this one.
const MAX_SLEEP: Duration = Duration::from_secs(15);
/// The interval at which expired sessions are ended and expired rows deleted.
const MAINTENANCE: Duration = Duration::from_secs(60);
/// The delay before the first retry of a logout notice. It is short because the sign-out page shows the status to the
/// person.
const FIRST_NOTICE_RETRY: Span = Span::seconds(5);

/// Runs until the process ends. `first_retry` is the delay before the first retry of a mail.
pub async fn run(kobling: Arc<Kobling>, wake: Arc<Notify>, first_retry: Span) {
    let (mail, notice) = (Notify::new(), Notify::new());
    tokio::join!(
        async {
            loop {
                wake.notified().await;
                mail.notify_one();
                notice.notify_one();
            }
        },
        empty(&kobling, Lane::Mail, &mail, first_retry),
        empty(&kobling, Lane::Notice, &notice, FIRST_NOTICE_RETRY),
        maintain(&kobling),
    );
}

async fn empty(kobling: &Kobling, lane: Lane, wake: &Notify, first_retry: Span) {
    loop {
        match kobling.jobs.run_lane(lane, first_retry).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::error!(%error, "the outbox cannot be read"),
        }
        let sleep = match kobling.jobs.next_due_in(lane).await {
            Ok(Some(due)) => {
                let wait = due.since(kobling.ports().clock.now()).0.max(1_000);
                Duration::from_micros(u64::try_from(wait).unwrap_or(1_000)).min(MAX_SLEEP)
            }
            Ok(None) | Err(_) => MAX_SLEEP,
        };
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

async fn maintain(kobling: &Kobling) {
    loop {
        tokio::time::sleep(MAINTENANCE).await;
        match kobling.jobs.maintain().await {
            Ok(rows) => tracing::debug!(rows, "expired rows deleted"),
            Err(error) => tracing::error!(%error, "expired rows cannot be deleted"),
        }
    }
}
