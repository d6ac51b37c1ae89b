//! Step-up: re-authentication of the account's owner, after which the session continues under a new secret.

use crate::{
    account::types::Account,
    audit::event::{AuditEvent, Involved},
    auth::{
        port::Verified,
        session::{Caller, Method, Session},
    },
    kernel::{
        core::{Unit, service},
        outcome::Fault,
        request::Visitor,
        secret::{Password, Token},
    },
    ops::limit::Limit,
};
use kobling_model::{AccountId, Problem, Timestamp, password::MAX_LENGTH, view::ProofView};
use unicode_normalization::UnicodeNormalization;

/// The form that is hashed: NFC, so that the same keys give the same password on every system (NIST SP 800-63B-4
/// §3.1.1.2). Bounded, because the input is untrusted.
pub(crate) fn normalised(password: &Password) -> Password {
    Password(password.0.nfc().take(MAX_LENGTH + 1).collect())
}

/// A password that was verified against this hash.
pub(crate) struct PasswordProof {
    pub account: AccountId,
    hash: String,
}

/// The factor of a re-authentication.
enum Factor {
    /// The account's password.
    Password(PasswordProof),
    /// An eID that is linked to the account.
    Eid,
    /// Any of them, at an earlier step of the same flow.
    Earlier,
}

/// A re-authentication, and the method that the session has afterwards.
pub(crate) struct StepUp {
    factor: Factor,
    /// The session's sign-in method afterwards.
    pub method: Method,
    /// The time of authentication.
    at: Timestamp,
}

impl StepUp {
    /// The session's method becomes this eID sign-in.
    pub(crate) const fn by_eid(method: Method, at: Timestamp) -> Self {
        Self {
            factor: Factor::Eid,
            method,
            at,
        }
    }

    /// By password; the session keeps its method.
    pub(crate) fn by_password(caller: &Caller, proof: PasswordProof) -> Self {
        Self {
            factor: Factor::Password(proof),
            ..Self::earlier(caller)
        }
    }

    /// By password; the session's method changes from eID to password.
    pub(crate) fn onto_password(caller: &Caller, proof: PasswordProof) -> Self {
        Self {
            method: Method::Password,
            ..Self::by_password(caller, proof)
        }
    }

    /// Re-authenticated at an earlier step; the session keeps its method.
    pub(crate) fn earlier(caller: &Caller) -> Self {
        Self {
            factor: Factor::Earlier,
            method: caller.session.method.clone(),
            at: caller.session.authenticated_at,
        }
    }
}

service! {
    /// Re-authenticates the owner of the account.
    StepUpService {}
}

impl StepUpService {
    /// Confirms a proof in the unit of work that acts on it, and rotates the session's secret: exactly one of
    /// concurrent calls with the same secret succeeds. The new secret goes into the cookie.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`] when the password or the session was changed or removed concurrently.
    pub(crate) async fn confirm(
        &self,
        work: &mut Unit,
        caller: &Caller,
        StepUp { factor, method, at }: StepUp,
    ) -> Result<Token, Fault> {
        let holds = match &factor {
            Factor::Password(proof) => self.still_holds(work, proof).await?.is_some(),
            Factor::Eid | Factor::Earlier => true,
        };
        let token = self.token();
        let old = &caller.session;
        let session = Session {
            token: token.digest(),
            // A method with a stricter idle limit takes effect at once.
            idle_until: self.idle_until(&method, old.last_seen_at),
            method,
            authenticated_at: at,
            ..old.clone()
        };
        if holds && work.sessions().rotate_session(&old.token, &session).await? {
            Ok(token)
        } else {
            Err(Problem::NotSignedIn.into())
        }
    }

    /// The proof that an account is asked for: its password, else an eID of a configured provider; `None` if it has
    /// neither.
    pub(crate) async fn asks_for(
        &self,
        work: &mut Unit,
        account: AccountId,
    ) -> Result<Option<ProofView>, Fault> {
        if work.accounts().password(account).await?.is_some() {
            return Ok(Some(ProofView::Password));
        }
        let links = work.links().links_of(account).await?;
        Ok(links
            .iter()
            .find(|link| self.provider(&link.provider).is_some())
            .map(|link| ProofView::Eid(self.provider_view(&link.provider))))
    }

    /// Verifies the password of the signed-in account.
    pub(crate) async fn prove_password(
        &self,
        visitor: &Visitor,
        account: &Account,
        password: Password,
    ) -> Result<PasswordProof, Fault> {
        if password.0.is_empty() {
            return Err(Problem::PasswordMissing.into());
        }
        // The session first: who holds one session of the account does not close the others.
        let limits = [Limit::PasswordBySession, Limit::PasswordByAccount];
        self.limited(visitor, Some(&account.email), &limits).await?;
        match self.prove(Some(account.id), password).await? {
            Some(proof) => Ok(proof),
            None => {
                let mut work = self.begin().await?;
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::ProofRefused,
                    Involved::by(account.id),
                )
                .await?;
                work.commit().await?;
                Err(Problem::PasswordWrong.into())
            }
        }
    }

    /// Proves a password: [`Self::still_holds`] compares the verified hash with the stored one again, in the unit of
    /// work that acts on it. Refreshes a hash made with parameters no longer in force.
    pub(crate) async fn prove(
        &self,
        account: Option<AccountId>,
        password: Password,
    ) -> Result<Option<PasswordProof>, Fault> {
        // The same query whether the account exists or not.
        let asked = account.unwrap_or(AccountId(uuid::Uuid::nil()));
        let stored = self.read().await?.accounts().password(asked).await?;
        let hash = stored.map(|stored| stored.hash);
        let verified = self
            .ports
            .hasher
            .verify(normalised(&password), hash.clone())
            .await?;
        let (Some(account), Some(hash)) = (account, hash) else {
            return Ok(None);
        };
        match verified {
            Verified::No => Ok(None),
            Verified::Yes => Ok(Some(PasswordProof { account, hash })),
            Verified::YesStale(new) => {
                let mut work = self.begin().await?;
                work.accounts()
                    .refresh_password(account, &hash, &new)
                    .await?;
                work.commit().await?;
                Ok(Some(PasswordProof { account, hash: new }))
            }
        }
    }

    /// Locks the account, and returns it if the verified password is unchanged.
    pub(crate) async fn still_holds(
        &self,
        work: &mut Unit,
        proof: &PasswordProof,
    ) -> Result<Option<Account>, Fault> {
        let account = work.accounts().lock_account(proof.account).await?;
        let stored = work.accounts().password(proof.account).await?;
        let holds = stored.is_some_and(|stored| stored.hash == proof.hash);
        Ok(account.filter(|_| holds))
    }
}
