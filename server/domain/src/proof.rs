//! Proofs: that a mailbox is read, that a computer has worked, that it is still the person.

use crate::{
    answer::{Fault, Visitor},
    audit::AuditEvent,
    kobling::{Kobling, Unit},
    secret::{Digest256, Purpose, six_digits},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_model::{AccountId, Email, FlowId, Problem, Timestamp, time::Span};

/// A one-time code sent to a mailbox, for one flow. A new one replaces the old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxCode {
    /// The flow that it is for.
    pub flow: FlowId,
    /// The account that asked for it, if one did.
    pub account: Option<AccountId>,
    /// The mailbox.
    pub email: Email,
    /// Keyed hash of the digits.
    pub code: Digest256,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The link in a reset mail, hashed. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryTicket {
    /// Hash of the ticket.
    pub ticket: Digest256,
    /// Whose password it may set.
    pub account: AccountId,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Kobling {
    /// A new proof-of-work challenge: signed, living ten minutes (ALTCHA v2, PBKDF2/SHA-256).
    ///
    /// # Errors
    /// [`Fault::Store`] never; [`Problem::Unavailable`] if the challenge cannot be made.
    pub fn proof_challenge(&self) -> Result<String, Fault> {
        let expires_at = (self.now() + Span::minutes(10)).as_seconds();
        let options = altcha::CreateChallengeOptions {
            cost: self.settings.proof_cost,
            expires_at: Some(expires_at),
            hmac_signature_secret: Some(self.proof_key()),
            ..Default::default()
        };
        let challenge = altcha::create_challenge(options).map_err(|_| Problem::Unavailable)?;
        Ok(serde_json::to_string(&challenge).map_err(|_| Problem::Unavailable)?)
    }

    fn proof_key(&self) -> String {
        self.keys.derive(Purpose::Proof, &[]).0
    }

    /// Checks a solution (base64 of ALTCHA's JSON payload) and spends it; says whether it counted.
    pub(crate) async fn spend_proof(&self, proof: &str) -> Result<bool, Fault> {
        let Some(payload) = STANDARD
            .decode(proof)
            .ok()
            .and_then(|json| serde_json::from_slice::<altcha::Payload>(&json).ok())
        else {
            return Ok(false);
        };
        let parameters = &payload.challenge.parameters;
        // Ours have exactly this shape; the signature would tell too, but only after the work of another shape.
        let expires_at = Timestamp::from_seconds(parameters.expires_at.unwrap_or_default());
        if parameters.cost != self.settings.proof_cost
            || parameters.key_length > 64
            || expires_at < self.now()
        {
            return Ok(false);
        }
        let options = altcha::VerifySolutionOptions::new(
            &payload.challenge,
            &payload.solution,
            self.proof_key(),
        );
        let verified = altcha::verify_solution(options).is_ok_and(|result| result.verified);
        if !verified {
            return Ok(false);
        }
        let id = self
            .keys
            .derive(Purpose::Proof, &[&parameters.nonce, &parameters.salt]);
        let mut work = self.begin().await?;
        let spent = work.spend_proof(&id, expires_at).await?;
        work.commit().await?;
        Ok(spent)
    }

    /// Spends what may be seen once until `expires_at`, such as a `jti`; says whether it was this call that did. In a unit
    /// of work of its own: it is spent even when what follows fails.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn spend_once(
        &self,
        purpose: Purpose,
        parts: &[&str],
        expires_at: Timestamp,
    ) -> Result<bool, Fault> {
        let id = self.keys.derive(purpose, parts);
        let mut work = self.begin().await?;
        let spent = work.spend_proof(&id, expires_at).await?;
        work.commit().await?;
        Ok(spent)
    }

    /// Mails a fresh code for a flow to a mailbox; the flow's former code dies.
    pub(crate) async fn put_code(
        &self,
        work: &mut Unit,
        flow: FlowId,
        asker: Option<AccountId>,
        email: &Email,
    ) -> Result<String, Fault> {
        let digits = six_digits(self.entropy());
        work.put_code(&MailboxCode {
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

    /// Tries a typed code against the one that went to this mailbox. The attempt counts even when what follows fails, so
    /// it has a unit of work of its own; what follows consumes the code that is returned.
    ///
    /// # Errors
    /// [`Problem::CodeMissing`], [`Problem::CodeWrong`], [`Problem::CodeExpired`].
    pub(crate) async fn try_code(
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
            .try_code(flow, self.now(), self.settings.code_attempts)
            .await?;
        let code = found
            .filter(|code| code.email == *email)
            .ok_or(Problem::CodeExpired);
        // Both sides are keyed hashes: how long comparing takes tells nothing of the digits.
        let code = code.and_then(|code| {
            let fits = self.code_hash(flow, &code.email, &digits) == code.code;
            if fits {
                Ok(code)
            } else {
                Err(Problem::CodeWrong)
            }
        });
        if let Err(problem) = &code {
            self.note(&mut work, visitor, AuditEvent::CodeRefused(*problem), None)
                .await?;
        }
        work.commit().await?;
        Ok(code?)
    }

    /// Consumes a code within the unit of work that it pays for, or [`Problem::AlreadyDone`].
    pub(crate) async fn consume_code(
        &self,
        work: &mut Unit,
        code: &MailboxCode,
    ) -> Result<(), Fault> {
        if work.consume_code(code.flow, &code.code, self.now()).await? {
            Ok(())
        } else {
            Err(Problem::AlreadyDone.into())
        }
    }
}
