//! The outbox and the audit log, written in the unit of work that they belong to.

use crate::{
    account::types::Account,
    audit::event::{AuditEvent, Involved},
    kernel::{
        core::{Kernel, Unit},
        error::StoreError,
        request::Visitor,
    },
    ops::{
        mail::{Content, Letter},
        outbox::{Job, OutboxRow},
    },
};
use kobling_model::{
    Email, Lang,
    id::{AuditId, OutboxId},
};

impl Kernel {
    pub(crate) async fn post(&self, work: &mut Unit, job: &Job) -> Result<(), StoreError> {
        let now = self.now();
        let clear = serde_json::to_vec(job).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        work.outbox()
            .push_outbox(&OutboxRow {
                id: OutboxId(self.uuid()),
                lane: job.lane(),
                sealed: self.keys.seal(self.entropy(), "outbox", &clear),
                created_at: now,
                attempts: 0,
                due_at: now,
            })
            .await
    }

    pub(crate) async fn mail(
        &self,
        work: &mut Unit,
        to: &Email,
        lang: Lang,
        content: Content,
    ) -> Result<(), StoreError> {
        let letter = Letter {
            to: to.clone(),
            lang,
            content,
        };
        let not_after = letter.content.life().map(|life| self.now() + life);
        self.post(work, &Job::Mail { letter, not_after }).await
    }

    /// Mails an account, unless it has no mailbox any more.
    pub(crate) async fn mail_account(
        &self,
        work: &mut Unit,
        account: &Account,
        lang: Lang,
        content: Content,
    ) -> Result<(), StoreError> {
        match account.mailbox() {
            Some(mailbox) => self.mail(work, mailbox, lang, content).await,
            None => Ok(()),
        }
    }

    /// Commits a unit of work that added outbox jobs, and wakes the worker.
    pub(crate) async fn commit_posted(&self, work: Unit) -> Result<(), StoreError> {
        work.commit().await?;
        (self.posted)();
        Ok(())
    }

    /// Records a security event. `Some` account is its subject; a [`Caller`] is also its actor.
    pub(crate) async fn note(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        event: AuditEvent<'_>,
        involved: impl Into<Involved>,
    ) -> Result<(), StoreError> {
        let row = event.row(AuditId(self.uuid()), self.now(), involved.into(), visitor);
        let (involved, facts) = (&row.involved, &row.facts);
        tracing::info!(
            event = row.event,
            account = involved.subject.map(tracing::field::display),
            target = facts.target,
            credential = facts.credential,
            client = facts.client,
            provider = facts.provider,
            reason = facts.reason,
            count = facts.count,
            request = row.request,
            "audit"
        );
        work.audit().insert_audit(&row).await
    }

    /// A credential event: every outstanding ticket and code becomes invalid.
    pub(crate) async fn void_proofs(
        &self,
        work: &mut Unit,
        account: &Account,
    ) -> Result<(), StoreError> {
        work.tickets().void_tickets(account.id).await?;
        work.codes().void_codes(account.mailbox(), account.id).await
    }
}
