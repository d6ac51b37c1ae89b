//! Problems that are shown to people: a closed set with stable codes.

use crate::time::Span;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// How long to wait before the next attempt, in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wait(u16);

impl Wait {
    /// It is not known.
    pub const UNKNOWN: Self = Self(0);

    /// Rounded up to whole minutes, at least one.
    #[must_use]
    pub fn of(span: Span) -> Self {
        let minutes = span.0.max(1).saturating_add(Span::minutes(1).0 - 1) / Span::minutes(1).0;
        Self(u16::try_from(minutes).unwrap_or(u16::MAX))
    }

    /// In seconds, the unit of HTTP, if it is known.
    #[must_use]
    pub fn seconds(self) -> Option<u32> {
        self.minutes().map(|minutes| u32::from(minutes) * 60)
    }

    /// The minutes, if they are known.
    #[must_use]
    pub fn minutes(self) -> Option<u16> {
        (self != Self::UNKNOWN).then_some(self.0)
    }
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident $(($with:ident))? = $code:literal, $status:literal;)+) => {
        /// A problem, which pages show as text and programs handle by code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Problem {
            $($(#[$doc])* $name $(($with))?,)+
        }

        impl Problem {
            /// All problems, for tests that each has a text in every language.
            pub const ALL: &[Self] = &[$(Self::$name $(($with::UNKNOWN))?,)+];

            /// The stable code: in the API's `code`, in logs, in tests.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name { .. } => $code,)+ }
            }

            /// The problem of a text that [`fmt::Display`] has written, or of a code.
            #[must_use]
            pub fn from_code(text: &str) -> Option<Self> {
                let (code, wait) = match text.split_once(':') {
                    Some((code, minutes)) => (code, Some(Wait(minutes.parse().ok()?))),
                    None => (text, None),
                };
                let found = Self::ALL.iter().find(|problem| problem.code() == code)?;
                match (found, wait) {
                    (Self::TooMany(_), Some(wait)) => Some(Self::TooMany(wait)),
                    (found, None) => Some(*found),
                    (_, Some(_)) => None,
                }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name { .. } => $status,)+ }
            }
        }
    };
}

/// The code, with the wait behind it if it is known: `too_many:12`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::TooMany(wait) => wait
                .minutes()
                .map_or(Ok(()), |minutes| write!(f, ":{minutes}")),
            _ => Ok(()),
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Problem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_code(&text).ok_or_else(|| D::Error::custom("unknown problem code"))
    }
}

problems! {
    /// No address was typed.
    EmailMissing = "email_missing", 422;
    /// The input is not an e-mail address.
    EmailInvalid = "email_invalid", 422;
    /// The address belongs to another account.
    EmailTaken = "email_taken", 409;
    /// The address is the one the account has already.
    EmailSame = "email_same", 422;
    /// No password was typed.
    PasswordMissing = "password_missing", 422;
    /// No new password was typed.
    NewPasswordMissing = "new_password_missing", 422;
    /// The address or the password is wrong. The text is the same whether the account exists or not.
    SignInFailed = "sign_in_failed", 401;
    /// The password typed to confirm is wrong.
    PasswordWrong = "password_wrong", 403;
    /// The new password does not meet the requirements.
    PasswordRules = "password_rules", 422;
    /// The new password is known from a breach.
    PasswordKnown = "password_known", 422;
    /// The two new passwords differ.
    PasswordsDiffer = "passwords_differ", 422;
    /// The robot checkbox is not checked.
    RobotUnchecked = "robot_unchecked", 422;
    /// The proof of work is incomplete, expired, forged or used.
    ProofInvalid = "proof_invalid", 422;
    /// Too many attempts; wait.
    TooMany(Wait) = "too_many", 429;
    /// No code was typed.
    CodeMissing = "code_missing", 422;
    /// The code is wrong; there are attempts left.
    CodeWrong = "code_wrong", 422;
    /// The code has expired, or was tried too often: ask for a new one.
    CodeExpired = "code_expired", 410;
    /// No name was typed.
    NameMissing = "name_missing", 422;
    /// The name is longer than 100 characters, contains invisible ones, or shows nothing.
    NameInvalid = "name_invalid", 422;
    /// The link in the mail is unknown, used, expired or replaced by a newer event.
    TicketInvalid = "ticket_invalid", 410;
    /// The flow is unknown, expired or another browser's.
    FlowExpired = "flow_expired", 410;
    /// The step is already complete, from another window or by a double submission.
    AlreadyDone = "already_done", 409;
    /// The removal would leave no sign-in method.
    LastWayIn = "last_way_in", 409;
    /// The account with that address is linked to another person's eID.
    LinkedElsewhere = "linked_elsewhere", 409;
    /// The directory gives the address to another person.
    AddressOfAnother = "address_of_another", 409;
    /// The eID belongs to another account than the signed-in one.
    OtherPerson = "other_person", 403;
    /// The account is disabled.
    AccountDisabled = "account_disabled", 403;
    /// The person cancelled at the eID provider.
    EidCancelled = "eid_cancelled", 400;
    /// The eID provider is unreachable or reports that it is unavailable.
    EidUnavailable = "eid_unavailable", 503;
    /// The answer from the eID provider is invalid.
    EidInvalid = "eid_invalid", 400;
    /// The level of assurance is below the requested one.
    EidTooLow = "eid_too_low", 403;
    /// A synthetic identity number where only real ones are accepted.
    EidSynthetic = "eid_synthetic", 403;
    /// The answer from the eID provider was used already.
    EidReplayed = "eid_replayed", 409;
    /// The answer matches no sign-in that this browser has begun.
    EidStateUnknown = "eid_state_unknown", 400;
    /// The authorization request is invalid: the application is unknown, or requests something that it may not.
    ClientInvalid = "client_invalid", 400;
    /// The authorization request is refused; the page leads back to the application.
    RequestRefused = "request_refused", 400;
    /// The pushed authorization request has expired or was used before.
    RequestSpent = "request_spent", 400;
    /// A step-up is required.
    NeedProof = "need_proof", 403;
    /// Not signed in, or the session has ended.
    NotSignedIn = "not_signed_in", 401;
    /// Not found.
    NotFound = "not_found", 404;
    /// The request is malformed.
    BadRequest = "bad_request", 400;
    /// The request came from another site.
    CrossOrigin = "cross_origin", 403;
    /// The page is from another build than the server and must be reloaded.
    Outdated = "outdated", 415;
    /// The request is larger than allowed.
    TooLarge = "too_large", 413;
    /// More passwords wait to be checked than the server takes; try again shortly.
    Busy = "busy", 503;
    /// An internal failure; try again shortly.
    Unavailable = "unavailable", 503;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_survive_the_wire() {
        let codes: HashSet<_> = Problem::ALL.iter().map(|p| p.code()).collect();
        assert_eq!(codes.len(), Problem::ALL.len());
        for problem in Problem::ALL {
            let navigator = serde_json::to_string(problem).expect("serialises");
            assert_eq!(navigator, format!("\"{}\"", problem.code()));
            assert_eq!(
                serde_json::from_str::<Problem>(&navigator).expect("reads back"),
                *problem
            );
            assert!((400..600).contains(&problem.status()));
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_minutes_rounded_up() {
        for (microseconds, minutes) in [
            (0, 1),
            (1, 1),
            (60_000_000, 1),
            (60_000_001, 2),
            (720_000_000, 12),
            (i64::MAX, u16::MAX),
        ] {
            let wait = Wait::of(Span(microseconds));
            assert_eq!(wait.minutes(), Some(minutes), "{microseconds}");
        }
    }

    #[test]
    fn a_stored_problem_holds_its_wait_and_older_ones_are_read() {
        let problem = Problem::TooMany(Wait::of(Span::minutes(12)));
        assert_eq!(problem.to_string(), "too_many:12");
        assert_eq!(Problem::from_code("too_many:12"), Some(problem));
        let unknown = Problem::TooMany(Wait::UNKNOWN);
        assert_eq!(Problem::from_code("too_many"), Some(unknown));
        for wrong in ["too_many:", "too_many:x", "too_many:-1", "not_found:1"] {
            assert_eq!(Problem::from_code(wrong), None, "{wrong}");
        }
    }
}
