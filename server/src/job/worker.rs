//! Delivers what is in the outbox and deletes expired rows.

use kobling_domain::{
    Kobling,
    kernel::error::StoreError,
    ops::{
        jobs::{Claimed, backoff},
        outbox::Lane,
    },
};
use kobling_model::time::Span;
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, watch};

/// The longest sleep without a wake-up: another process may have added a row, and cannot wake this one.
const MAX_SLEEP: Duration = Duration::from_secs(15);
/// The interval at which expired sessions are ended and expired rows deleted.
const MAINTENANCE: Duration = Duration::from_secs(60);
/// The delay before the first retry of a logout notice. It is short because the sign-out page shows the status to the
/// person.
const FIRST_NOTICE_RETRY: Span = Span::seconds(5);
/// After an error of the database, the wait doubles from the first to the longest.
const FIRST_WAIT: Span = Span::seconds(1);
const LONGEST_WAIT: Span = Span::minutes(1);
/// The interval at which the lease of the jobs in hand is renewed; a third of it, so that one failure does no harm.
const RENEWAL: Span = Span::seconds(20);
/// What jobs in hand have once the server stops. Those that are not done are released.
const GRACE: Span = Span::seconds(10);

/// Runs until `stop` is sent or closed. `first_retry` is the delay before the first retry of a mail.
pub async fn run(
    kobling: Arc<Kobling>,
    wake: Arc<Notify>,
    first_retry: Span,
    stop: watch::Receiver<bool>,
) {
    let (mail, notice) = (Notify::new(), Notify::new());
    let lane = |lane, wake, first_retry| Worker {
        kobling: &kobling,
        lane,
        wake,
        first_retry,
        stop: stop.clone(),
    };
    let lanes = async {
        tokio::join!(
            lane(Lane::Mail, &mail, first_retry).run(),
            lane(Lane::Notice, &notice, FIRST_NOTICE_RETRY).run(),
        )
    };
    let others = async {
        tokio::join!(
            async {
                loop {
                    wake.notified().await;
                    mail.notify_one();
                    notice.notify_one();
                }
            },
            maintain(&kobling),
        )
    };
    tokio::select! {
        _ = lanes => {}
        _ = others => {}
    }
}

/// What empties one lane.
struct Worker<'a> {
    kobling: &'a Kobling,
    lane: Lane,
    wake: &'a Notify,
    first_retry: Span,
    stop: watch::Receiver<bool>,
}

impl Worker<'_> {
    async fn run(self) {
        let (mut failures, mut stop) = (0, self.stop.clone());
        while !stops(&self.stop) {
            match self.turn().await {
                Ok(sleep) => {
                    failures = 0;
                    tokio::select! {
                        () = self.wake.notified() => {}
                        () = tokio::time::sleep(sleep) => {}
                        () = stopped(&mut stop) => {}
                    }
                }
                Err(error) => {
                    failures += 1;
                    let wait = backoff(FIRST_WAIT, failures).min(LONGEST_WAIT);
                    tracing::error!(%error, again_in_seconds = wait.as_seconds(), "the outbox cannot be processed");
                    // No wake-up shortens it: each would be another error.
                    tokio::select! {
                        () = self.wait(wait) => {}
                        () = stopped(&mut stop) => {}
                    }
                }
            }
        }
    }

    async fn wait(&self, span: Span) {
        self.kobling.ports().patience.wait(span).await;
    }

    /// Does what is due, one batch; returns how long nothing more is due.
    async fn turn(&self) -> Result<Duration, StoreError> {
        let jobs = &self.kobling.jobs;
        let claimed = jobs.claim(self.lane).await?;
        if claimed.is_empty() {
            let due = jobs.next_due_in(self.lane).await?;
            let now = self.kobling.ports().clock.now();
            let wait = due.map(|due| u64::try_from(due.since(now).0).unwrap_or_default());
            let wait = wait.map_or(MAX_SLEEP, Duration::from_micros);
            return Ok(wait.clamp(Duration::from_millis(1), MAX_SLEEP));
        }
        let overdue = async {
            stopped(&mut self.stop.clone()).await;
            self.wait(GRACE).await;
        };
        let stops = || stops(&self.stop);
        let outcome = tokio::select! {
            outcome = jobs.perform(&claimed, self.first_retry, &stops) => outcome,
            () = self.renew(&claimed) => Ok(()),
            () = overdue => Ok(()),
        };
        if stops() {
            jobs.release(&claimed).await?;
        }
        outcome.map(|()| Duration::ZERO)
    }

    /// Keeps the lease of jobs; never completes.
    async fn renew(&self, claimed: &Claimed) {
        loop {
            self.wait(RENEWAL).await;
            if let Err(error) = self.kobling.jobs.renew(claimed).await {
                tracing::warn!(%error, "the lease of outbox jobs is not renewed");
            }
        }
    }
}

/// Whether the server stops, or is gone.
fn stops(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Completes once the server stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
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
