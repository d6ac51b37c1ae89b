//! Replay protection for single-use values such as a `jti`.

use crate::{
    kernel::{core::service, outcome::Fault, request::Visitor, secret::Purpose},
    ops::limit::Limit,
};
use kobling_model::Timestamp;

service! {
    /// Replay protection for single-use values such as a `jti`.
    ReplayService {}
}

impl ReplayService {
    /// Takes from the limit of proofs that are kept for somebody who has shown nothing else.
    ///
    /// # Errors
    /// [`kobling_model::Problem::TooMany`]; [`Fault::Store`].
    pub async fn allow(&self, visitor: &Visitor) -> Result<(), Fault> {
        self.limited(visitor, None, &[Limit::ProofByNetwork]).await
    }

    /// Spends a single-use value such as a `jti` until `expires_at`; returns whether this call did. In a unit of work
    /// of its own: it is spent even when what follows fails.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn spend(
        &self,
        purpose: Purpose,
        parts: &[&str],
        expires_at: Timestamp,
    ) -> Result<bool, Fault> {
        let id = self.keys.derive(purpose, parts);
        let mut work = self.begin().await?;
        let spent = work.spent_proofs().spend_proof(&id, expires_at).await?;
        work.commit().await?;
        Ok(spent)
    }
}
