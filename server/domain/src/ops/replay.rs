//! What may be seen once, such as a `jti`.

use crate::kernel::{core::service, outcome::Fault, secret::Purpose};
use kobling_model::Timestamp;

service! {
    /// What may be seen once, such as a `jti`.
    ReplayService {  }
}

impl ReplayService {
    /// Spends what may be seen once until `expires_at`, such as a `jti`; returns whether this call did. In a unit
    /// of work of its own: it is spent even when what follows fails.
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
        let spent = work.proofs().spend_proof(&id, expires_at).await?;
        work.commit().await?;
        Ok(spent)
    }
}
