//! Jobs of the outbox, and regular maintenance.

use crate::{
    account::recovery::RecoveryService,
    kernel::{core::service, error::StoreError},
    oidc::logout::end::LogoutService,
    ops::{
        outbox::{Job, JobError, Lane, MOST_ATTEMPTS, OutboxRow},
        port::MailError,
    },
};
use futures_util::future::join_all;
use kobling_model::{Timestamp, time::Span};
use std::sync::atomic::{AtomicBool, Ordering};

/// The lease of a claimed job. Who holds the job renews it; if the process is killed, the next attempt is delayed by
/// this much at most.
const LEASE: Span = Span::seconds(60);

/// Jobs of one lane that this process has claimed.
pub struct Claimed {
    lane: Lane,
    jobs: Vec<ClaimedJob>,
}

struct ClaimedJob {
    row: OutboxRow,
    /// Its outcome is known, so that it is neither renewed nor released.
    settled: AtomicBool,
}

impl Claimed {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    fn unsettled(&self) -> impl Iterator<Item = &OutboxRow> {
        let open = |job: &&ClaimedJob| !job.settled.load(Ordering::Relaxed);
        self.jobs.iter().filter(open).map(|job| &job.row)
    }
}

/// How long to wait before the next try: doubles from `first`, up to an hour.
#[must_use]
pub fn backoff(first: Span, attempts: i64) -> Span {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or_default();
    Span(first.0.saturating_mul(1 << doublings).min(Span::hours(1).0))
}

service! {
    /// Jobs of the outbox, and regular maintenance.
    JobService { logout: LogoutService, recovery: RecoveryService }
}

impl JobService {
    /// Does what is due in every lane, one batch of each; returns how many jobs there were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_all(&self, first_retry: Span) -> Result<usize, StoreError> {
        let mut jobs = 0;
        for lane in Lane::ALL {
            jobs += self.run_lane(lane, first_retry).await?;
        }
        Ok(jobs)
    }

    /// Does what is due in one lane, one batch; returns how many jobs there were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_lane(&self, lane: Lane, first_retry: Span) -> Result<usize, StoreError> {
        let claimed = self.claim(lane).await?;
        self.perform(&claimed, first_retry, &|| false).await?;
        Ok(claimed.len())
    }

    /// Claims what is due in one lane, one batch. A job is claimed, executed and then deleted: if the process terminates
    /// in between, the job is executed again and never lost.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim(&self, lane: Lane) -> Result<Claimed, StoreError> {
        let now = self.now();
        let mut work = self.begin().await?;
        let rows = work
            .outbox()
            .claim_outbox(lane, now, now + LEASE, lane.batch())
            .await?;
        work.commit().await?;
        let settled = |row| ClaimedJob {
            row,
            settled: AtomicBool::new(false),
        };
        let jobs = rows.into_iter().map(settled).collect();
        Ok(Claimed { lane, jobs })
    }

    /// Does claimed jobs; begins no further one of those that are done one after the other once `stops` says so.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn perform(
        &self,
        claimed: &Claimed,
        first_retry: Span,
        stops: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), StoreError> {
        match claimed.lane {
            Lane::Mail => {
                for job in &claimed.jobs {
                    if stops() {
                        break;
                    }
                    self.run(job, first_retry).await?;
                }
            }
            // An application that does not answer delays no other.
            Lane::Notice => {
                let all = claimed.jobs.iter().map(|job| self.run(job, first_retry));
                for outcome in join_all(all).await {
                    outcome?;
                }
            }
        }
        Ok(())
    }

    /// Renews the lease of the jobs that are still to be done.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew(&self, claimed: &Claimed) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        for row in claimed.unsettled() {
            work.outbox().renew_outbox(row, self.now() + LEASE).await?;
        }
        work.commit().await
    }

    /// Gives back the jobs that are still to be done: they are due at once, and the attempt does not count.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release(&self, claimed: &Claimed) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        for row in claimed.unsettled() {
            work.outbox().release_outbox(row, self.now()).await?;
        }
        work.commit().await
    }

    async fn run(&self, job: &ClaimedJob, first_retry: Span) -> Result<(), StoreError> {
        let row = &job.row;
        let outcome = self.do_job(row).await;
        job.settled.store(true, Ordering::Relaxed);
        let mut work = self.begin().await?;
        match outcome {
            Ok(()) => work.outbox().finish_outbox(row.id).await?,
            Err(JobError::Later(why)) if row.attempts < MOST_ATTEMPTS => {
                let wait = backoff(first_retry, row.attempts);
                tracing::warn!(job = %row.id, attempts = row.attempts, again_in_seconds = wait.as_seconds(), why, "outbox job postponed");
                work.outbox()
                    .postpone_outbox(row.id, self.now() + wait)
                    .await?;
            }
            Err(JobError::Later(why) | JobError::Never(why)) => {
                tracing::error!(job = %row.id, attempts = row.attempts, why, "outbox job given up");
                work.outbox().finish_outbox(row.id).await?;
            }
        }
        work.commit().await
    }

    /// When the next job is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read().await?.outbox().next_outbox_due().await
    }

    /// When the next job of a lane is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due_in(&self, lane: Lane) -> Result<Option<Timestamp>, StoreError> {
        self.read().await?.outbox().next_due_in(lane).await
    }

    async fn do_job(&self, row: &OutboxRow) -> Result<(), JobError> {
        let clear = self
            .keys
            .open("outbox", &row.sealed)
            .map_err(|error| JobError::Never(error.to_string()))?;
        let job: Job = serde_json::from_slice(&clear)
            .map_err(|_| JobError::Never("unreadable job".to_owned()))?;
        match job {
            Job::Mail {
                not_after: Some(end),
                ..
            } if end < self.now() => Err(JobError::Never("came too late".to_owned())),
            Job::Mail { letter, .. } => match self.ports.mailer.deliver(row.id, &letter).await {
                Ok(()) => Ok(()),
                Err(error @ MailError::Temporary(_)) => Err(JobError::Later(error.to_string())),
                Err(error @ MailError::Permanent(_)) => Err(JobError::Never(error.to_string())),
            },
            Job::Recover { email, lang } => self
                .recovery
                .recover(&email, lang)
                .await
                .map_err(|error| JobError::Later(error.to_string())),
            Job::Logout { notice } => self.logout.deliver(notice, row.attempts).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_delays_double_up_to_an_hour() {
        let first = Span::seconds(30);
        assert_eq!(backoff(first, 1), Span::seconds(30));
        assert_eq!(backoff(first, 2), Span::seconds(60));
        assert_eq!(backoff(first, 7), Span::minutes(32));
        assert_eq!(backoff(first, 8), Span::hours(1));
        assert_eq!(backoff(first, i64::MAX), Span::hours(1));
    }
}
