//! Rate limits: one enum, each with its pace.

use crate::{
    answer::{Fault, Visitor},
    kobling::Kobling,
    secret::Purpose,
};
use kobling_model::{Email, Problem, time::Span};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Passwords tried for one address.
    PasswordByAddress,
    /// Passwords tried from one network.
    PasswordByNetwork,
    /// Reset mails asked for one address.
    RecoveryByAddress,
    /// Reset mails asked from one network.
    RecoveryByNetwork,
    /// The same without proof of work.
    RecoveryUnproven,
    /// Codes mailed to one address.
    CodeByAddress,
    /// Codes mailed on behalf of one network.
    CodeByNetwork,
}

/// One per `interval`, `burst` at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// After so long there is one more.
    pub interval: Span,
    /// So many at once.
    pub burst: i64,
}

/// The pace of every limit. Networks are shared by whole town halls, so theirs is wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Multiplies every burst; 1 unless an operator needs more room.
    pub room: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { room: 1 }
    }
}

impl Limits {
    /// The pace of one limit.
    #[must_use]
    pub fn pace(&self, limit: Limit) -> Pace {
        let (interval, burst) = match limit {
            Limit::PasswordByAddress => (Span::seconds(60), 10),
            Limit::PasswordByNetwork => (Span::seconds(2), 100),
            Limit::RecoveryByAddress => (Span::minutes(5), 3),
            Limit::RecoveryByNetwork => (Span::seconds(10), 50),
            Limit::RecoveryUnproven => (Span::minutes(1), 10),
            Limit::CodeByAddress => (Span::minutes(2), 5),
            Limit::CodeByNetwork => (Span::seconds(10), 50),
        };
        Pace {
            interval,
            burst: burst * self.room.max(1),
        }
    }
}

impl Limit {
    const fn name(self) -> &'static str {
        match self {
            Self::PasswordByAddress => "password/address",
            Self::PasswordByNetwork => "password/network",
            Self::RecoveryByAddress => "recovery/address",
            Self::RecoveryByNetwork => "recovery/network",
            Self::RecoveryUnproven => "recovery/unproven",
            Self::CodeByAddress => "code/address",
            Self::CodeByNetwork => "code/network",
        }
    }
}

impl Kobling {
    /// Takes one from each limit, in a unit of work of its own, so that what follows may fail and still have cost.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub(crate) async fn limited(
        &self,
        visitor: &Visitor,
        email: Option<&Email>,
        limits: &[Limit],
    ) -> Result<(), Fault> {
        let now = self.now();
        let mut work = self.begin().await?;
        let mut allowed = true;
        for limit in limits {
            let by_address = matches!(
                limit,
                Limit::PasswordByAddress | Limit::RecoveryByAddress | Limit::CodeByAddress
            );
            let whose = match email {
                Some(email) if by_address => email.as_str(),
                _ => &visitor.network,
            };
            let key = self.keys.derive(Purpose::Limit, &[limit.name(), whose]);
            let pace = self.settings.limits.pace(*limit);
            allowed &= work.take(&key, now, pace.interval, pace.burst).await?;
        }
        work.commit().await?;
        if allowed {
            Ok(())
        } else {
            Err(Problem::TooMany.into())
        }
    }
}
