//! The life cycle of signing keys: create, announce, retire, remove.

use crate::{
    audit::event::AuditEvent,
    kernel::{core::service, error::StoreError, outcome::Fault, request::Visitor},
    oidc::{
        client::SigningAlg,
        signing_key::types::{MadeKey, Phase, SigningKey, Why, next, phase},
    },
};

service! {
    /// The life cycle of signing keys: create, announce, retire, remove.
    SigningKeyService {}
}

impl SigningKeyService {
    /// The signing keys, opened, by algorithm, newest first.
    ///
    /// # Errors
    /// [`Fault::Store`]; also when a key cannot be opened with the master key in force.
    pub async fn all(&self) -> Result<Vec<(SigningKey, Vec<u8>)>, Fault> {
        let stored = self.read().await?.signing_keys().all_signing_keys().await?;
        stored
            .into_iter()
            .map(|key| {
                let private = self.open(&key)?;
                Ok((key, private))
            })
            .collect()
    }

    fn open(&self, key: &SigningKey) -> Result<Vec<u8>, StoreError> {
        self.keys
            .open("signing-key", &key.sealed)
            .map_err(|error| StoreError::Corrupt(format!("signing key {}: {error}", key.kid)))
    }

    /// The algorithms that are to get another key. To make one takes a processor's time, so it is done outside of
    /// everything here and handed to [`Self::add`].
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn due(&self, why: Why) -> Result<Vec<SigningAlg>, Fault> {
        let keys = self.read().await?.signing_keys().all_signing_keys().await?;
        let (now, rotation) = (self.now(), &self.settings.rotation);
        Ok(SigningAlg::ALL
            .into_iter()
            .filter(|&alg| next(&keys, alg, now, rotation, why).is_some())
            .collect())
    }

    /// Adds a key if it is still due, and returns it; `None` if it is not. Exactly one of several concurrent processes
    /// adds its key; the others use that key. For [`Why::Compromised`] the older ones are removed in the same step, and
    /// no signature of theirs is recognised here from then on.
    ///
    /// # Errors
    /// [`Fault::Store`]; [`StoreError::Conflict`] when another process was first and the keys were to be withdrawn.
    pub async fn add(&self, made: MadeKey, why: Why) -> Result<Option<SigningKey>, Fault> {
        let mut work = self.begin().await?;
        let keys = work.signing_keys().all_signing_keys().await?;
        if why != Why::Compromised {
            // A process with another master key must not add a key: processes that can open the old keys could not open
            // the new one.
            for key in &keys {
                self.open(key)?;
            }
        }
        let (now, rotation) = (self.now(), &self.settings.rotation);
        let Some((generation, signs_from)) = next(&keys, made.alg, now, rotation, why) else {
            return Ok(None);
        };
        let key = SigningKey {
            kid: made.kid,
            alg: made.alg,
            generation,
            sealed: self.keys.seal(self.entropy(), "signing-key", &made.private),
            created_at: now,
            signs_from,
        };
        if !work.signing_keys().insert_signing_key(&key).await? {
            return match why {
                Why::Compromised => Err(StoreError::Conflict.into()),
                Why::Schedule | Why::Command => Ok(None),
            };
        }
        let nobody = Visitor::default();
        let added = AuditEvent::SigningKeyAdded {
            alg: key.alg,
            kid: &key.kid,
        };
        self.note(&mut work, &nobody, added, None).await?;
        if why == Why::Compromised {
            let count = work
                .signing_keys()
                .forget_signing_keys(key.alg, generation)
                .await?;
            let withdrawn = AuditEvent::SigningKeyWithdrawn {
                alg: key.alg,
                count,
            };
            self.note(&mut work, &nobody, withdrawn, None).await?;
        }
        work.commit().await?;
        Ok(Some(key))
    }

    /// Removes the expired keys; returns how many.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn forget(&self) -> Result<u64, Fault> {
        let keys = self.read().await?.signing_keys().all_signing_keys().await?;
        let (now, rotation) = (self.now(), &self.settings.rotation);
        let mut forgotten = 0;
        for alg in SigningAlg::ALL {
            // Keys expire in the order of their generations, so the expired keys are always the oldest ones.
            let newest_gone = keys
                .iter()
                .filter(|key| key.alg == alg && phase(key, &keys, now, rotation) == Phase::Gone)
                .map(|key| key.generation)
                .max();
            if let Some(generation) = newest_gone {
                let mut work = self.begin().await?;
                forgotten += work
                    .signing_keys()
                    .forget_signing_keys(alg, generation + 1)
                    .await?;
                work.commit().await?;
            }
        }
        Ok(forgotten)
    }
}
