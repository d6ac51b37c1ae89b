//! Keys that sign the tokens for clients, and how one follows another without a client noticing.
//!
//! A key is announced, then signs, then is retired, then remembered for old hints, then gone. Nothing but the moment
//! from which it signs is kept of that life; the rest is read off the keys that follow it ([`phase`]).

use crate::oidc::client::SigningAlg;
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

/// The schedule of key rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// How long a client may cache the published keys (`max-age` of the key set).
    pub cached: Span,
    /// How often a process reloads the keys that other processes have created.
    pub reload: Span,
    /// How long a key stays published after its successor has begun to sign.
    pub published: Span,
    /// How long it is kept after that, to verify what comes back to us: an `id_token_hint` is accepted at any age.
    pub remembered: Span,
    /// How long a key signs; `None`: until an operator rotates it.
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

/// The phase of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Published, so that every client has it when it begins to sign.
    Announced,
    /// The one key of its algorithm that signs. Published.
    Signs,
    /// No longer signs. Published, to verify tokens that are still in use.
    Retired,
    /// No longer published; its signatures are still accepted here.
    Remembered,
    /// Expired; can be removed.
    Gone,
}

impl Phase {
    /// Whether the key is in the published key set.
    #[must_use]
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Announced | Self::Signs | Self::Retired)
    }
}

/// Why a new key is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Rotation is due, or the algorithm has no key.
    Schedule,
    /// An operator requested it.
    Command,
    /// The keys may be compromised: the new one signs at once, the others are withdrawn.
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

/// The phase of `key` among all `keys`.
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

#[cfg(test)]
mod tests;
