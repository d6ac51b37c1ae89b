//! Rate limits, and the interval and burst of each.

use kobling_model::time::Span;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Passwords tried for one address, from anywhere. High, so that nobody can lock another person out.
    PasswordByAddress,
    /// Passwords tried for one address from one network.
    PasswordByPair,
    /// Passwords tried by a signed-in account.
    PasswordByAccount,
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
    /// Flows begun from one network: each is a row.
    FlowByNetwork,
    /// Refused tokens of administrators and of registration, from one network.
    BearerByNetwork,
    /// Failed client authentications from one network.
    ClientByNetwork,
    /// Clients registered from one network.
    RegistrationByNetwork,
}

/// One per `interval`, `burst` at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The refill interval.
    pub interval: Span,
    /// The bucket size.
    pub burst: i64,
}

/// The pace of every limit. A network can be shared by a whole town hall, so its limits are high.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Multiplies every burst; 1 by default.
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
            Limit::PasswordByAddress => (Span::seconds(20), 200),
            Limit::PasswordByPair | Limit::PasswordByAccount => (Span::minutes(1), 10),
            Limit::PasswordByNetwork => (Span::seconds(2), 100),
            Limit::RecoveryByAddress => (Span::minutes(5), 3),
            Limit::RecoveryByNetwork => (Span::seconds(10), 50),
            Limit::RecoveryUnproven => (Span::minutes(1), 10),
            Limit::CodeByAddress => (Span::minutes(15), 5),
            Limit::FlowByNetwork => (Span(100_000), 1_000),
            Limit::CodeByNetwork | Limit::RegistrationByNetwork => (Span::seconds(10), 50),
            Limit::BearerByNetwork => (Span::seconds(5), 20),
            Limit::ClientByNetwork => (Span::seconds(5), 50),
        };
        Pace {
            interval,
            burst: burst * self.room.max(1),
        }
    }
}

impl Limit {
    /// The code of it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PasswordByAddress => "password/address",
            Self::PasswordByPair => "password/pair",
            Self::PasswordByAccount => "password/account",
            Self::PasswordByNetwork => "password/network",
            Self::RecoveryByAddress => "recovery/address",
            Self::RecoveryByNetwork => "recovery/network",
            Self::RecoveryUnproven => "recovery/unproven",
            Self::CodeByAddress => "code/address",
            Self::CodeByNetwork => "code/network",
            Self::FlowByNetwork => "flow/network",
            Self::BearerByNetwork => "bearer/network",
            Self::ClientByNetwork => "client/network",
            Self::RegistrationByNetwork => "registration/network",
        }
    }
}
