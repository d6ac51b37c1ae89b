//! Keys that sign what clients are told, and how one follows another without a client noticing.
//!
//! A key is announced, then signs, then is retired, then remembered for old hints, then gone. Nothing but the moment
//! from which it signs is kept of that life; the rest is read off the keys that follow it ([`phase`]).

use crate::{
    answer::{Fault, Visitor},
    audit::AuditEvent,
    client::SigningAlg,
    kobling::Kobling,
    port::StoreError,
};
use kobling_model::{Timestamp, time::Span};

/// A key that signs ID tokens and logout tokens, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// `kid`.
    pub kid: String,
    /// `alg`.
    pub alg: SigningAlg,
    /// Which of its algorithm's keys it is, counted from 1. No two have the same.
    pub generation: i64,
    /// The private key in PKCS#8, sealed under the master key with context `signing-key`.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs, in place of the generation before.
    pub signs_from: Timestamp,
}

/// A key that was just made.
pub struct MadeKey {
    /// `kid`.
    pub kid: String,
    /// What it is for.
    pub alg: SigningAlg,
    /// The private key in PKCS#8.
    pub private: Vec<u8>,
}

/// The pace at which keys follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// A client may go on with the published keys for so long before it asks again (`max-age` of the key set).
    pub cached: Span,
    /// A process looks for keys that another one has made as often as this.
    pub reload: Span,
    /// A key is published for so long after another has begun to sign.
    pub published: Span,
    /// After that it is kept for so long for what comes back to us: an `id_token_hint` is read however old it is.
    pub remembered: Span,
    /// A key signs for so long; without it, until it is told otherwise.
    pub every: Option<Span>,
}

impl Rotation {
    /// A key for a quarter of a year, and a set that clients keep for an hour.
    pub const USUAL: Self = Self {
        cached: Span::hours(1),
        reload: Span::minutes(1),
        published: Span::hours(24),
        remembered: Span::hours(180 * 24),
        every: Some(Span::hours(90 * 24)),
    };

    /// How long a key is published before it signs: as long as the last process takes to publish it, and a client
    /// that asked just before to ask again. Twice the cache's time leaves room for clocks and for a database that was
    /// away for a while.
    #[must_use]
    pub const fn lead(&self) -> Span {
        Span(self.cached.0 * 2 + self.reload.0)
    }
}

/// Where a key is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Published, so that every client has it when it begins to sign.
    Announced,
    /// The one key of its algorithm that signs. Published.
    Signs,
    /// Signs no more. Published, for the tokens that are still on their way.
    Retired,
    /// Not published any more; what it signed is still recognised here.
    Remembered,
    /// Of no use.
    Gone,
}

impl Phase {
    /// Whether clients are told of it.
    #[must_use]
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Announced | Self::Signs | Self::Retired)
    }
}

/// Why there is to be another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is time, or there is none.
    Schedule,
    /// An operator wants one.
    Command,
    /// Somebody else may have the keys: the new one signs at once, the others are withdrawn.
    Compromised,
}

/// The key that signs: the newest that has begun. Where none has, because it was made by a process whose clock is
/// ahead of ours, the oldest.
#[must_use]
pub fn signer(keys: &[SigningKey], alg: SigningAlg, now: Timestamp) -> Option<&SigningKey> {
    let of_alg = || keys.iter().filter(move |key| key.alg == alg);
    of_alg()
        .filter(|key| key.signs_from <= now)
        .max_by_key(|key| key.generation)
        .or_else(|| of_alg().min_by_key(|key| key.generation))
}

/// Where `key` is in its life, among all `keys`.
#[must_use]
pub fn phase(key: &SigningKey, keys: &[SigningKey], now: Timestamp, rotation: &Rotation) -> Phase {
    match signer(keys, key.alg, now).map(|signer| signer.generation) {
        Some(signer) if signer > key.generation => {}
        Some(signer) if signer < key.generation => return Phase::Announced,
        _ => return Phase::Signs,
    }
    let stopped = keys
        .iter()
        .filter(|next| {
            next.alg == key.alg && next.generation > key.generation && next.signs_from <= now
        })
        .map(|next| next.signs_from)
        .min();
    let ago = stopped.map_or(Span(0), |stopped| now.since(stopped));
    if ago < rotation.published {
        Phase::Retired
    } else if ago < rotation.remembered {
        Phase::Remembered
    } else {
        Phase::Gone
    }
}

/// Generation and beginning of the key that an algorithm is to get, if it is to get one. There is never more than one
/// announced key.
#[must_use]
pub fn next(
    keys: &[SigningKey],
    alg: SigningAlg,
    now: Timestamp,
    rotation: &Rotation,
    why: Why,
) -> Option<(i64, Timestamp)> {
    let Some(signer) = signer(keys, alg, now) else {
        // Nobody knows a key of this kind yet, so there is nobody to announce the first one to.
        return Some((1, now));
    };
    let newest = keys
        .iter()
        .filter(|key| key.alg == alg)
        .map(|key| key.generation)
        .max()?;
    let soonest = now + rotation.lead();
    match why {
        Why::Compromised => Some((newest + 1, now)),
        _ if newest > signer.generation => None,
        Why::Command => Some((newest + 1, soonest)),
        Why::Schedule => {
            let due = signer.signs_from + rotation.every?;
            (due <= soonest).then_some((newest + 1, soonest))
        }
    }
}

impl Kobling {
    /// The signing keys, opened, by algorithm, newest first.
    ///
    /// # Errors
    /// [`Fault::Store`]; also when a key cannot be opened with the master key in force.
    pub async fn signing_keys(&self) -> Result<Vec<(SigningKey, Vec<u8>)>, Fault> {
        let stored = self.read().await?.signing_keys().await?;
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
    /// everything here and handed to [`Kobling::add_signing_key`].
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn signing_keys_due(&self, why: Why) -> Result<Vec<SigningAlg>, Fault> {
        let keys = self.read().await?.signing_keys().await?;
        let (now, rotation) = (self.now(), &self.settings.rotation);
        Ok(SigningAlg::ALL
            .into_iter()
            .filter(|&alg| next(&keys, alg, now, rotation, why).is_some())
            .collect())
    }

    /// Adds a key if it is still wanted, and gives it then: of several processes that noticed at the same time that one
    /// is due, one adds its own, and the others use that. For [`Why::Compromised`] the older ones are removed in the same
    /// step, and no signature of theirs is recognised here from then on.
    ///
    /// # Errors
    /// [`Fault::Store`]; [`StoreError::Conflict`] when another process was first and the keys were to be withdrawn.
    pub async fn add_signing_key(
        &self,
        made: MadeKey,
        why: Why,
    ) -> Result<Option<SigningKey>, Fault> {
        let mut work = self.begin().await?;
        let keys = work.signing_keys().await?;
        if why != Why::Compromised {
            // Under another master key a new one would be of no use to whoever has the old ones.
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
        if !work.insert_signing_key(&key).await? {
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
            let count = work.forget_signing_keys(key.alg, generation).await?;
            let withdrawn = AuditEvent::SigningKeyWithdrawn {
                alg: key.alg,
                count,
            };
            self.note(&mut work, &nobody, withdrawn, None).await?;
        }
        work.commit().await?;
        Ok(Some(key))
    }

    /// Removes the keys that are of no use any more; says how many.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn forget_signing_keys(&self) -> Result<u64, Fault> {
        let keys = self.read().await?.signing_keys().await?;
        let (now, rotation) = (self.now(), &self.settings.rotation);
        let mut forgotten = 0;
        for alg in SigningAlg::ALL {
            // Whoever was followed earlier is gone earlier: what is gone is a run of the oldest.
            let newest_gone = keys
                .iter()
                .filter(|key| key.alg == alg && phase(key, &keys, now, rotation) == Phase::Gone)
                .map(|key| key.generation)
                .max();
            if let Some(generation) = newest_gone {
                let mut work = self.begin().await?;
                forgotten += work.forget_signing_keys(alg, generation + 1).await?;
                work.commit().await?;
            }
        }
        Ok(forgotten)
    }
}

#[cfg(test)]
mod tests;
