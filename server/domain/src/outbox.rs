//! The outbox: what is to leave the process once its transaction is committed.

use crate::{
    kobling::Kobling,
    port::{MailError, StoreError},
};
use futures_util::future::join_all;
use kobling_model::{
    Timestamp,
    id::{NoticeId, OutboxId},
    time::Span,
};

/// Where jobs wait: those of one lane never wait for those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Mails, one after the other.
    Mail,
    /// Notices to applications, several at the same time: each may take its time to answer.
    Notice,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Notice];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Notice => "notice",
        }
    }

    /// Jobs claimed at a time: all have to be done long before the lease ends.
    const fn batch(self) -> i64 {
        match self {
            Self::Mail => 4,
            Self::Notice => 32,
        }
    }
}

/// One thing to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The row.
    pub id: OutboxId,
    /// Where it waits.
    pub lane: Lane,
    /// The job as JSON, sealed under the master key with context `outbox`.
    pub sealed: String,
    /// When it was put in.
    pub created_at: Timestamp,
    /// Tries so far, this one included when claimed.
    pub attempts: i64,
    /// Not before.
    pub due_at: Timestamp,
}

/// What a row asks to be done.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Job {
    /// Deliver a letter.
    Mail {
        /// The letter.
        letter: crate::mail::Letter,
        /// After this it says nothing that is still true: a code or a ticket has died.
        not_after: Option<Timestamp>,
    },
    /// Somebody forgot the password of an account under this address, if there is one. Looked up here and not in the
    /// request, so that the request does the same work either way.
    Recover {
        /// The address.
        email: kobling_model::Email,
        /// The language to write in.
        lang: kobling_model::Lang,
    },
    /// Tell an application that a session has ended.
    Logout {
        /// What to tell.
        notice: NoticeId,
    },
}

impl Job {
    /// Where it waits.
    pub(crate) const fn lane(&self) -> Lane {
        match self {
            Self::Mail { .. } | Self::Recover { .. } => Lane::Mail,
            Self::Logout { .. } => Lane::Notice,
        }
    }
}

/// How long a claimed job belongs to whoever claimed it. A process that dies holding it delays it by so much.
const LEASE: Span = Span::minutes(5);
/// After so many tries a job is given up (with the longest wait below: about two days).
pub(crate) const MOST_ATTEMPTS: i64 = 50;

/// How long to wait before the next try: doubles from `first`, up to an hour.
#[must_use]
pub fn backoff(first: Span, attempts: i64) -> Span {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or_default();
    Span(first.0.saturating_mul(1 << doublings).min(Span::hours(1).0))
}

impl Kobling {
    /// Does what is due in every lane, one batch of each; says how many jobs there were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn empty_outbox(&self, first_retry: Span) -> Result<usize, StoreError> {
        let mut jobs = 0;
        for lane in Lane::ALL {
            jobs += self.empty_lane(lane, first_retry).await?;
        }
        Ok(jobs)
    }

    /// Does what is due in one lane, one batch; says how many jobs there were. A job is claimed, done, and then taken
    /// out: a process that dies in between does it again, and never loses it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn empty_lane(&self, lane: Lane, first_retry: Span) -> Result<usize, StoreError> {
        let now = self.now();
        let mut work = self.begin().await?;
        let rows = work
            .claim_outbox(lane, now, now + LEASE, lane.batch())
            .await?;
        work.commit().await?;
        match lane {
            Lane::Mail => {
                for row in &rows {
                    self.see_to(row, first_retry).await?;
                }
            }
            // An application that does not answer holds up no other.
            Lane::Notice => {
                let all = rows.iter().map(|row| self.see_to(row, first_retry));
                for outcome in join_all(all).await {
                    outcome?;
                }
            }
        }
        Ok(rows.len())
    }

    async fn see_to(&self, row: &OutboxRow, first_retry: Span) -> Result<(), StoreError> {
        let outcome = self.do_job(row).await;
        let mut work = self.begin().await?;
        match outcome {
            Ok(()) => work.finish_outbox(row.id).await?,
            Err(JobError::Later(why)) if row.attempts < MOST_ATTEMPTS => {
                let wait = backoff(first_retry, row.attempts);
                tracing::warn!(job = %row.id, attempts = row.attempts, again_in_seconds = wait.as_seconds(), why, "outbox job postponed");
                work.postpone_outbox(row.id, self.now() + wait).await?;
            }
            Err(JobError::Later(why) | JobError::Never(why)) => {
                tracing::error!(job = %row.id, attempts = row.attempts, why, "outbox job given up");
                work.finish_outbox(row.id).await?;
            }
        }
        work.commit().await
    }

    /// When the next job is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read().await?.next_outbox_due().await
    }

    /// When the next job of a lane is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due_in(&self, lane: Lane) -> Result<Option<Timestamp>, StoreError> {
        self.read().await?.next_due_in(lane).await
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
                .recover(&email, lang)
                .await
                .map_err(|error| JobError::Later(error.to_string())),
            Job::Logout { notice } => self.deliver_notice(notice, row.attempts).await,
        }
    }

    /// Ends the sessions that are no longer in force, with notices to their applications, and removes what has expired; says how many
    /// rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_house(&self) -> Result<u64, StoreError> {
        let sessions = self.end_stale().await?;
        let mut work = self.begin().await?;
        let now = self.now();
        let audit_until = self.settings.audit_kept.map(|kept| now - kept);
        let rows = work.purge(now, audit_until).await?;
        work.commit().await?;
        Ok(sessions + rows)
    }
}

/// Why a job is not done.
pub(crate) enum JobError {
    /// It may be done another time.
    Later(String),
    /// It will never be.
    Never(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let first = Span::seconds(30);
        assert_eq!(backoff(first, 1), Span::seconds(30));
        assert_eq!(backoff(first, 2), Span::seconds(60));
        assert_eq!(backoff(first, 7), Span::minutes(32));
        assert_eq!(backoff(first, 8), Span::hours(1));
        assert_eq!(backoff(first, i64::MAX), Span::hours(1));
    }
}
