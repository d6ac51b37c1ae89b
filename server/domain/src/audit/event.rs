//! The audit log: every security event, without identity numbers or secrets.
//!
//! Rows are only ever added, and removed by age alone. Their ids are UUIDv7: the order by id is the order by time, in
//! which rows can be chained later.

use crate::{
    auth::session::Caller,
    kernel::request::Visitor,
    oidc::{
        client::SigningAlg,
        grant::types::{CodeGrant, Family},
    },
    ops::limit::Limit,
};
use kobling_model::{AccountId, LinkId, Problem, ProviderId, SessionId, Timestamp, id::AuditId};

/// One security event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The row.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What, as a stable code such as `link.removed`.
    pub event: String,
    /// Who, to whom, from which session.
    pub involved: Involved,
    /// What else belongs to the event.
    pub facts: Facts,
    /// The network it came from.
    pub network: String,
    /// The request it came with, as in the logs.
    pub request: String,
}

/// The accounts of an event, and the session that it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Involved {
    /// The acting account, when it is authenticated.
    pub actor: Option<AccountId>,
    /// About which account.
    pub subject: Option<AccountId>,
    /// From which session.
    pub session: Option<SessionId>,
}

impl Involved {
    /// An authenticated account acts on itself.
    #[must_use]
    pub fn by(account: AccountId) -> Self {
        Self {
            actor: Some(account),
            ..Some(account).into()
        }
    }
}

/// An event about an account, without an authenticated actor.
impl From<Option<AccountId>> for Involved {
    fn from(subject: Option<AccountId>) -> Self {
        Self {
            subject,
            ..Self::default()
        }
    }
}

/// The signed-in account acts on itself.
impl From<&Caller> for Involved {
    fn from(caller: &Caller) -> Self {
        Self {
            session: Some(caller.session.id),
            ..Self::by(caller.account.id)
        }
    }
}

/// A client acts on its grant.
impl From<&CodeGrant> for Involved {
    fn from(grant: &CodeGrant) -> Self {
        Self {
            session: Some(grant.session),
            ..Some(grant.account).into()
        }
    }
}

/// The same.
impl From<&Family> for Involved {
    fn from(family: &Family) -> Self {
        Self {
            session: Some(family.session),
            ..Some(family.account).into()
        }
    }
}

/// What belongs to an event beside accounts and session: one field a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// What was acted on: the id of a link, a session or a signing key, or the reference that the person was shown.
    pub target: Option<String>,
    /// The name of the bearer token that allowed it.
    pub credential: Option<String>,
    /// The organisation, by key.
    pub organisation: Option<String>,
    /// The client.
    pub client: Option<String>,
    /// The eID provider.
    pub provider: Option<String>,
    /// Why, or of which kind: a code.
    pub reason: Option<String>,
    /// How many.
    pub count: Option<i64>,
    /// How many of them are new.
    pub added: Option<i64>,
    /// How many of them have changed.
    pub changed: Option<i64>,
}

/// The security events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are explained at `Facts`")]
pub enum AuditEvent<'a> {
    /// An account had no access to an application. `reference` is what the page shows.
    AccessDenied { client: &'a str, reference: &'a str },
    /// An account no longer has access to an application.
    AccessWithdrawn { client: &'a str },
    /// An account was created.
    AccountCreated,
    /// An administrator's token was refused.
    AdminRefused,
    /// A client was added by the holder of a token.
    ClientAdded { client: &'a str, by: &'a str },
    /// A client was changed by the holder of a token, or by itself.
    ClientChanged {
        client: &'a str,
        by: Option<&'a str>,
    },
    /// A client authentication failed.
    ClientRefused,
    /// A client was registered dynamically.
    ClientRegistered { client: &'a str, by: &'a str },
    /// A client was removed by the holder of a token, or by itself.
    ClientRemoved {
        client: &'a str,
        by: Option<&'a str>,
    },
    /// A client got a new secret.
    ClientSecretChanged { client: &'a str, by: &'a str },
    /// A one-time code was not accepted.
    CodeRefused(Problem),
    /// A consent was given.
    ConsentGiven { client: &'a str },
    /// A consent was refused.
    ConsentRefused { client: &'a str },
    /// A consent was withdrawn.
    ConsentWithdrawn { client: &'a str },
    /// A file was imported into an organisation.
    DirectoryImported {
        organisation: &'a str,
        rows: usize,
        new: usize,
        changed: usize,
    },
    /// A sign-in by eID failed.
    EidRefused(Problem),
    /// An account's address was changed.
    EmailChanged,
    /// An authorization code was issued.
    GrantIssued { client: &'a str },
    /// A token request was refused: `code`, `refresh`, or the error of OAuth 2.0.
    GrantRefused {
        client: &'a str,
        reason: &'static str,
    },
    /// An authorization code was replayed.
    GrantReplayed { client: &'a str },
    /// A spent refresh token was reused.
    GrantReused { client: &'a str },
    /// A client revoked a family (`all`) or one `access` token.
    GrantRevoked {
        client: &'a str,
        reason: &'static str,
    },
    /// A rate limit was exceeded.
    LimitReached(Limit),
    /// An eID was linked to an account.
    LinkMade {
        link: LinkId,
        provider: &'a ProviderId,
    },
    /// An eID was unlinked from an account, because it moves to another.
    LinkMoved {
        link: LinkId,
        provider: &'a ProviderId,
    },
    /// An eID was unlinked from an account.
    LinkRemoved {
        link: LinkId,
        provider: &'a ProviderId,
    },
    /// The metrics token was refused.
    MetricsRefused,
    /// An account's name was changed.
    NameChanged,
    /// An account's password was changed.
    PasswordChanged,
    /// A signed-in account entered a wrong password.
    ProofRefused,
    /// A reset mail was requested.
    RecoveryAsked,
    /// The link in a reset mail was not accepted.
    RecoveryRefused(Problem),
    /// A registration token was refused.
    RegistrationRefused,
    /// A person ended one of their sessions.
    SessionEnded { session: SessionId },
    /// A person ended all of their sessions except the current one.
    OtherSessionsEnded { count: u64 },
    /// A session at the eID provider has ended, and with it those created from it.
    UpstreamEnded { count: u64 },
    /// A person signed out of this browser.
    SignOut,
    /// A person signed out everywhere.
    SignOutEverywhere,
    /// A person signed in by eID.
    SignInEid {
        link: LinkId,
        provider: &'a ProviderId,
    },
    /// A person signed in by password.
    SignInPassword,
    /// A sign-in by password failed.
    SignInRefused,
    /// A signing key was added.
    SigningKeyAdded { alg: SigningAlg, kid: &'a str },
    /// Signing keys were withdrawn.
    SigningKeyWithdrawn { alg: SigningAlg, count: u64 },
}

impl AuditEvent<'_> {
    /// The event's code. Readers of the log rely on it: a code never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied { .. } => "access.denied",
            Self::AccessWithdrawn { .. } => "access.withdrawn",
            Self::AccountCreated => "account.created",
            Self::AdminRefused => "admin.refused",
            Self::ClientAdded { .. } => "client.added",
            Self::ClientChanged { .. } => "client.changed",
            Self::ClientRefused => "client.refused",
            Self::ClientRegistered { .. } => "client.registered",
            Self::ClientRemoved { .. } => "client.removed",
            Self::ClientSecretChanged { .. } => "client.secret_changed",
            Self::CodeRefused(_) => "code.refused",
            Self::ConsentGiven { .. } => "consent.given",
            Self::ConsentRefused { .. } => "consent.refused",
            Self::ConsentWithdrawn { .. } => "consent.withdrawn",
            Self::DirectoryImported { .. } => "directory.imported",
            Self::EidRefused(_) => "eid.refused",
            Self::EmailChanged => "email.changed",
            Self::GrantIssued { .. } => "grant.issued",
            Self::GrantRefused { .. } => "grant.refused",
            Self::GrantReplayed { .. } => "grant.replayed",
            Self::GrantReused { .. } => "grant.reused",
            Self::GrantRevoked { .. } => "grant.revoked",
            Self::LimitReached(_) => "limit.reached",
            Self::LinkMade { .. } => "link.made",
            Self::LinkMoved { .. } => "link.moved",
            Self::LinkRemoved { .. } => "link.removed",
            Self::MetricsRefused => "metrics.refused",
            Self::NameChanged => "name.changed",
            Self::PasswordChanged => "password.changed",
            Self::ProofRefused => "proof.refused",
            Self::RecoveryAsked => "recovery.asked",
            Self::RecoveryRefused(_) => "recovery.refused",
            Self::RegistrationRefused => "registration.refused",
            Self::SessionEnded { .. }
            | Self::OtherSessionsEnded { .. }
            | Self::UpstreamEnded { .. } => "session.ended",
            Self::SignOut | Self::SignOutEverywhere => "sign_out",
            Self::SignInEid { .. } => "sign_in.eid",
            Self::SignInPassword => "sign_in.password",
            Self::SignInRefused => "sign_in.refused",
            Self::SigningKeyAdded { .. } => "signing_key.added",
            Self::SigningKeyWithdrawn { .. } => "signing_key.withdrawn",
        }
    }

    /// The values of the event's columns.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let none = Facts::default();
        match *self {
            Self::AccountCreated
            | Self::AdminRefused
            | Self::ClientRefused
            | Self::EmailChanged
            | Self::MetricsRefused
            | Self::NameChanged
            | Self::PasswordChanged
            | Self::RecoveryAsked
            | Self::RegistrationRefused
            | Self::SignInPassword
            | Self::SignOut => none,
            Self::AccessDenied { client, reference } => Facts {
                target: text(reference),
                client: text(client),
                ..none
            },
            Self::AccessWithdrawn { client }
            | Self::ConsentGiven { client }
            | Self::ConsentRefused { client }
            | Self::ConsentWithdrawn { client }
            | Self::GrantIssued { client }
            | Self::GrantReplayed { client }
            | Self::GrantReused { client } => Facts {
                client: text(client),
                ..none
            },
            Self::ClientAdded { client, by }
            | Self::ClientRegistered { client, by }
            | Self::ClientSecretChanged { client, by } => Facts {
                client: text(client),
                credential: text(by),
                ..none
            },
            Self::ClientChanged { client, by } | Self::ClientRemoved { client, by } => Facts {
                client: text(client),
                credential: by.map(str::to_owned),
                ..none
            },
            Self::CodeRefused(problem)
            | Self::EidRefused(problem)
            | Self::RecoveryRefused(problem) => because(problem.code()),
            Self::DirectoryImported {
                organisation,
                rows,
                new,
                changed,
            } => Facts {
                organisation: text(organisation),
                count: number(rows),
                added: number(new),
                changed: number(changed),
                ..none
            },
            Self::GrantRefused { client, reason } | Self::GrantRevoked { client, reason } => {
                Facts {
                    client: text(client),
                    ..because(reason)
                }
            }
            Self::LimitReached(limit) => because(limit.name()),
            Self::LinkMade { link, provider }
            | Self::LinkMoved { link, provider }
            | Self::LinkRemoved { link, provider }
            | Self::SignInEid { link, provider } => Facts {
                target: Some(link.to_string()),
                provider: text(provider.as_str()),
                ..none
            },
            Self::ProofRefused | Self::SignInRefused => because("password"),
            Self::SessionEnded { session } => Facts {
                target: Some(session.to_string()),
                ..because("one")
            },
            Self::OtherSessionsEnded { count } => Facts {
                count: number(count),
                ..because("others")
            },
            Self::UpstreamEnded { count } => Facts {
                count: number(count),
                ..because("upstream")
            },
            Self::SignOutEverywhere => because("everywhere"),
            Self::SigningKeyAdded { alg, kid } => Facts {
                target: text(kid),
                ..because(alg.name())
            },
            Self::SigningKeyWithdrawn { alg, count } => Facts {
                count: number(count),
                ..because(alg.name())
            },
        }
    }

    /// The row.
    #[must_use]
    pub fn row(
        &self,
        id: AuditId,
        at: Timestamp,
        involved: Involved,
        visitor: &Visitor,
    ) -> AuditRow {
        AuditRow {
            id,
            at,
            event: self.code().to_owned(),
            involved,
            facts: self.facts(),
            network: visitor.network.clone(),
            request: visitor.request.clone(),
        }
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn number(number: impl TryInto<i64>) -> Option<i64> {
    Some(number.try_into().unwrap_or(i64::MAX))
}

fn because(reason: &'static str) -> Facts {
    Facts {
        reason: text(reason),
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests;
