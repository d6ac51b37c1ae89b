//! Rate limits, and the interval and burst of each.
//!
//! Narrow limits stand in front of shared ones: whoever exhausts the narrow one does not reach the shared one, so twenty
//! networks together take less from a shared limit than it holds. The owner of an account passes by a limit of their own
//! where something shows who they are: a known browser, or an eID that the directory has with the address.

use kobling_model::time::Span;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Passwords tried for one address, from anywhere. High, so that nobody can lock another person out.
    PasswordByAddress,
    /// Passwords tried for one address from one network.
    PasswordByPair,
    /// Passwords tried for one address from one site.
    PasswordBySite,
    /// Passwords tried for one address in a browser that its account is known in. No other limit applies there.
    PasswordByBrowser,
    /// Passwords tried by a signed-in account.
    PasswordByAccount,
    /// Passwords tried in one session.
    PasswordBySession,
    /// Passwords tried from one network.
    PasswordByNetwork,
    /// Reset mails asked for one address.
    RecoveryByAddress,
    /// Reset mails asked for one address from one network.
    RecoveryByPair,
    /// Reset mails asked for one address from one site.
    RecoveryBySite,
    /// Reset mails asked for one address in a browser that its account is known in.
    RecoveryByBrowser,
    /// Reset mails asked from one network.
    RecoveryByNetwork,
    /// The same without proof of work.
    RecoveryUnproven,
    /// Codes mailed to one address.
    CodeByAddress,
    /// Codes mailed to one address on behalf of one network.
    CodeByPair,
    /// Codes mailed to one address on behalf of one site.
    CodeBySite,
    /// Codes mailed to one address on behalf of one person.
    CodeByPersonAndAddress,
    /// Codes mailed on behalf of one person. Bounds the odds of guessing one, however many addresses are tried.
    CodeByPerson,
    /// Codes mailed on behalf of one network.
    CodeByNetwork,
    /// Flows begun in one browser: each is a row.
    FlowByBrowser,
    /// Flows begun in one known browser. Apart from all others of its network.
    FlowByKnownBrowser,
    /// Flows begun in all known browsers of one network.
    FlowByKnownNetwork,
    /// Flows begun from one network.
    FlowByNetwork,
    /// DPoP proofs of public clients from one network: each is kept.
    ProofByNetwork,
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
            Limit::PasswordByPair | Limit::PasswordByBrowser | Limit::PasswordBySession => {
                (Span::minutes(1), 10)
            }
            Limit::PasswordBySite => (Span::seconds(30), 40),
            Limit::PasswordByAccount => (Span::seconds(20), 50),
            Limit::PasswordByNetwork => (Span::seconds(2), 100),
            Limit::RecoveryByAddress => (Span::seconds(90), 100),
            Limit::RecoveryByPair | Limit::RecoveryByBrowser => (Span::minutes(30), 3),
            Limit::RecoveryBySite => (Span::minutes(15), 6),
            Limit::RecoveryByNetwork => (Span::seconds(10), 50),
            Limit::RecoveryUnproven => (Span::minutes(1), 10),
            // Twenty networks take a hundred at once, and then one every 90 seconds.
            Limit::CodeByAddress => (Span::seconds(90), 120),
            Limit::CodeByPair | Limit::CodeByPersonAndAddress => (Span::minutes(30), 5),
            Limit::CodeBySite => (Span::minutes(15), 10),
            Limit::CodeByPerson => (Span::minutes(30), 10),
            Limit::FlowByBrowser | Limit::FlowByKnownBrowser => (Span::seconds(1), 100),
            Limit::FlowByNetwork | Limit::FlowByKnownNetwork | Limit::ProofByNetwork => {
                (Span(100_000), 1_000)
            }
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
            Self::PasswordBySite => "password/site",
            Self::PasswordByBrowser => "password/browser",
            Self::PasswordByAccount => "password/account",
            Self::PasswordBySession => "password/session",
            Self::PasswordByNetwork => "password/network",
            Self::RecoveryByAddress => "recovery/address",
            Self::RecoveryByPair => "recovery/pair",
            Self::RecoveryBySite => "recovery/site",
            Self::RecoveryByBrowser => "recovery/browser",
            Self::RecoveryByNetwork => "recovery/network",
            Self::RecoveryUnproven => "recovery/unproven",
            Self::CodeByAddress => "code/address",
            Self::CodeByPair => "code/pair",
            Self::CodeBySite => "code/site",
            Self::CodeByPersonAndAddress => "code/person_and_address",
            Self::CodeByPerson => "code/person",
            Self::CodeByNetwork => "code/network",
            Self::FlowByBrowser => "flow/browser",
            Self::FlowByKnownBrowser => "flow/known_browser",
            Self::FlowByKnownNetwork => "flow/known_network",
            Self::FlowByNetwork => "flow/network",
            Self::ProofByNetwork => "proof/network",
            Self::BearerByNetwork => "bearer/network",
            Self::ClientByNetwork => "client/network",
            Self::RegistrationByNetwork => "registration/network",
        }
    }
}
