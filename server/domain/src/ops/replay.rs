//! Replay protection for single-use values such as a `jti`.

use crate::kernel::{core::service, outcome::Fault, secret::Purpose};
use kobling_model::Timestamp;

service! {
    /// Replay protection for single-use values such as a `jti`.
    ReplayService {}
}

impl ReplayService {
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
