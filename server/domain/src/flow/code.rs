//! Sends and verifies the one-time codes that prove a mailbox.

use crate::{
    audit::event::AuditEvent,
    flow::types::{Identity, MailboxCode},
    kernel::{
        core::{Unit, service},
        limit::About,
        outcome::Fault,
        request::Visitor,
        secret::{Digest256, Purpose, eight_digits},
    },
    ops::limit::Limit,
};
use kobling_model::{AccountId, Email, FlowId, Problem};

service! {
    /// Sends and verifies the one-time codes that prove a mailbox.
    CodeService {}
}

impl CodeService {
    /// Takes from the limits of codes for a linking. The person whose number the directory has with this address passes
    /// by their own limit, and so does a browser that the account is known in.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub(crate) async fn allow_identity(
        &self,
        visitor: &Visitor,
        identity: &Identity,
        email: &Email,
    ) -> Result<(), Fault> {
        let (person, vouched) = match &identity.pid {
            Some(pid) => {
                let vouched = self.read().await?.directory().vouched(pid).await?;
                (pid.0.clone(), vouched)
            }
            None => {
                let Identity {
                    provider,
                    issuer,
                    subject,
                    ..
                } = identity;
                (format!("{provider} {issuer} {subject}"), Vec::new())
            }
        };
        let owns = vouched.iter().any(|vouched| vouched.email == *email);
        self.allow(visitor, &person, email, owns).await
    }

    /// The same for a signed-in account.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub(crate) async fn allow_account(
        &self,
        visitor: &Visitor,
        account: AccountId,
        email: &Email,
    ) -> Result<(), Fault> {
        self.allow(visitor, &account.to_string(), email, false)
            .await
    }

    async fn allow(
        &self,
        visitor: &Visitor,
        person: &str,
        email: &Email,
        owns: bool,
    ) -> Result<(), Fault> {
        let limits = [
            Limit::CodeByPersonAndAddress,
            Limit::CodeByPerson,
            Limit::CodeByPair,
            Limit::CodeBySite,
            Limit::CodeByNetwork,
            Limit::CodeByAddress,
        ];
        let owns = owns || self.knows_address(visitor, email).await?;
        let limits = if owns { &limits[..2] } else { &limits[..] };
        let about = About {
            address: Some(email),
            person,
        };
        self.limited(visitor, about, limits).await
    }

    /// Mails a fresh code for a flow to a mailbox; the flow's former code becomes invalid.
    pub(crate) async fn put(
        &self,
        work: &mut Unit,
        flow: FlowId,
        asker: Option<AccountId>,
        email: &Email,
    ) -> Result<String, Fault> {
        let digits = eight_digits(self.entropy());
        work.codes()
            .put_code(&MailboxCode {
                flow,
                account: asker,
                email: email.clone(),
                code: self.code_hash(flow, email, &digits),
                expires_at: self.now() + self.settings.code_life,
            })
            .await?;
        Ok(digits)
    }

    fn code_hash(&self, flow: FlowId, email: &Email, digits: &str) -> Digest256 {
        self.keys
            .derive(Purpose::Code, &[&flow.to_string(), email.as_str(), digits])
    }

    /// Verifies a typed code against the one sent to this mailbox. The attempt counts even when a later step fails, so
    /// it has its own unit of work; the later step consumes the returned code.
    ///
    /// # Errors
    /// [`Problem::CodeMissing`], [`Problem::CodeWrong`], [`Problem::CodeExpired`].
    pub(crate) async fn check(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        email: &Email,
        typed: &str,
    ) -> Result<MailboxCode, Fault> {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return Err(Problem::CodeMissing.into());
        }
        let mut work = self.begin().await?;
        let found = work
            .codes()
            .try_code(flow, self.now(), self.settings.code_attempts)
            .await?;
        let code = found
            .filter(|code| code.email == *email)
            .ok_or(Problem::CodeExpired);
        // Both sides are keyed hashes: the time of the comparison reveals nothing about the digits.
        let code = code.and_then(|code| {
            let fits = self.code_hash(flow, &code.email, &digits) == code.code;
            if fits {
                Ok(code)
            } else {
                Err(Problem::CodeWrong)
            }
        });
        if let Err(problem) = &code {
            let event = AuditEvent::CodeRefused(*problem);
            self.note_once(&mut work, visitor, event, None, &[&flow.to_string()])
                .await?;
        }
        work.commit().await?;
        Ok(code?)
    }

    /// Consumes a code in the unit of work that depends on it, or returns [`Problem::AlreadyDone`].
    pub(crate) async fn consume(&self, work: &mut Unit, code: &MailboxCode) -> Result<(), Fault> {
        if work
            .codes()
            .consume_code(code.flow, &code.code, self.now())
            .await?
        {
            Ok(())
        } else {
            Err(Problem::AlreadyDone.into())
        }
    }
}
