//! Step-up: proof that it is still the owner of the account, after which the session goes on under a new secret.

use crate::{
    account::types::Account,
    audit::event::{AuditEvent, Involved},
    auth::{
        port::Verified,
        session::{Caller, Method},
    },
    kernel::{
        core::{Unit, service},
        outcome::Fault,
        request::Visitor,
        secret::{Password, Token},
    },
    ops::limit::Limit,
};
use kobling_model::{AccountId, Problem, Timestamp, password::MAX_LENGTH};
use unicode_normalization::UnicodeNormalization;

/// The form that is hashed: NFC, so that the same keys give the same password on every system
/// (NIST SP 800-63B-4 §3.1.1.2). Bounded, because a stranger chooses the length.
pub(crate) fn normalised(password: &Password) -> Password {
    Password(password.0.nfc().take(MAX_LENGTH + 1).collect())
}

/// A password that was verified against this hash.
pub(crate) struct PasswordProof {
    pub account: AccountId,
    pub(crate) hash: String,
}

/// By what somebody who is signed in has proven to be the owner of the account.
enum Factor {
    /// The account's password.
    Password(PasswordProof),
    /// An eID that is linked to the account.
    Eid,
    /// Any of them, at an earlier step of the same flow.
    Earlier,
}

/// What was proven, and how the session stands from then on.
pub(crate) struct StepUp {
    factor: Factor,
    /// How the session is said to have begun.
    pub method: Method,
    /// When the person was last there.
    at: Timestamp,
}

impl StepUp {
    /// The session stands on this eID sign-in.
    pub(crate) const fn by_eid(method: Method, at: Timestamp) -> Self {
        Self {
            factor: Factor::Eid,
            method,
            at,
        }
    }

    /// The session stands on what it stood on.
    pub(crate) fn by_password(caller: &Caller, proof: PasswordProof) -> Self {
        Self {
            factor: Factor::Password(proof),
            ..Self::earlier(caller)
        }
    }

    /// The session stands on the password, and no longer on the eID that it began by.
    pub(crate) fn onto_password(caller: &Caller, proof: PasswordProof) -> Self {
        Self {
            method: Method::Password,
            ..Self::by_password(caller, proof)
        }
    }

    /// Proven before; the session stands on what it stood on.
    pub(crate) fn earlier(caller: &Caller) -> Self {
        Self {
            factor: Factor::Earlier,
            method: caller.session.method.clone(),
            at: caller.session.authenticated_at,
        }
    }
}

service! {
    /// Proof that it is still the owner of the account.
    StepUpService {  }
}

impl StepUpService {
    /// Confirms a proof in the unit of work that acts on it, and gives the session another secret in exchange for the
    /// one that was read: of two who hold the same secret, one goes on. The new secret goes into the cookie.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`] when the password or the session has changed or gone meanwhile.
    pub(crate) async fn confirm(
        &self,
        work: &mut Unit,
        caller: &Caller,
        StepUp { factor, method, at }: StepUp,
    ) -> Result<Token, Fault> {
        let holds = match &factor {
            Factor::Password(proof) => self.still_holds(work, proof).await?,
            Factor::Eid | Factor::Earlier => true,
        };
        let token = self.token();
        let (id, old) = (caller.session.id, &caller.session.token);
        if holds
            && work
                .sessions()
                .rotate_session(id, old, &token.digest(), &method, at)
                .await?
        {
            Ok(token)
        } else {
            Err(Problem::NotSignedIn.into())
        }
    }

    /// Has somebody who is signed in prove the account's password.
    pub(crate) async fn prove_password(
        &self,
        visitor: &Visitor,
        account: &Account,
        password: Password,
    ) -> Result<PasswordProof, Fault> {
        if password.0.is_empty() {
            return Err(Problem::PasswordMissing.into());
        }
        self.limited(visitor, Some(&account.email), &[Limit::PasswordByAccount])
            .await?;
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

    /// Proves a password: what was verified is held against the stored hash once more, by [`Self::still_holds`], in
    /// the unit of work that acts on it. Refreshes a hash made with parameters no longer in force.
    pub(crate) async fn prove(
        &self,
        account: Option<AccountId>,
        password: Password,
    ) -> Result<Option<PasswordProof>, Fault> {
        // One question to the store, whether there is an account or not.
        let asked = account.unwrap_or(AccountId(uuid::Uuid::nil()));
        let stored = self.read().await?.accounts().password(asked).await?;
        let hash = stored.map(|stored| stored.hash);
        let password = normalised(&password);
        let verified = self
            .ports
            .hasher
            .verify(password.clone(), hash.clone())
            .await;
        let (Some(account), Some(hash)) = (account, hash) else {
            return Ok(None);
        };
        match verified {
            Verified::No => Ok(None),
            Verified::Yes => Ok(Some(PasswordProof { account, hash })),
            Verified::YesStale => {
                let Ok(new) = self.ports.hasher.hash(password).await else {
                    return Ok(Some(PasswordProof { account, hash }));
                };
                let mut work = self.begin().await?;
                work.accounts()
                    .refresh_password(account, &hash, &new)
                    .await?;
                work.commit().await?;
                Ok(Some(PasswordProof { account, hash: new }))
            }
        }
    }

    /// Holds the account and says whether the password that was verified is still its password.
    pub(crate) async fn still_holds(
        &self,
        work: &mut Unit,
        proof: &PasswordProof,
    ) -> Result<bool, Fault> {
        work.accounts().lock_account(proof.account).await?;
        let stored = work.accounts().password(proof.account).await?;
        Ok(stored.is_some_and(|stored| stored.hash == proof.hash))
    }
}
