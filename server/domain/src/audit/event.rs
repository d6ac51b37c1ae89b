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
    /// The name of the bearer token that allowed it; for a command, the operating system's user, such as `os:root`.
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

/// Declares the events: what each carries, its code, and the values of its columns.
macro_rules! events {
    ($(
        $(#[$doc:meta])*
        $name:ident $(($value:ident: $of_value:ty))? $({ $($field:ident: $of_field:ty),+ })? = $code:literal $(, $facts:expr)?;
    )+) => {
        /// The security events.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the fields are explained at `Facts`")]
        pub enum AuditEvent<'a> {
            $($(#[$doc])* $name $(($of_value))? $({ $($field: $of_field),+ })?,)+
        }

        impl AuditEvent<'_> {
            /// The event's code. Readers of the log rely on it: a code never changes.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)+
                }
            }

            /// The values of the event's columns.
            #[must_use]
            pub fn facts(&self) -> Facts {
                match *self {
                    $(Self::$name $(($value))? $({ $($field),+ })? => events!(@facts $($facts)?),)+
                }
            }
        }
    };
    (@facts) => { Facts::default() };
    (@facts $facts:expr) => { $facts };
}

events! {
    /// An account had no access to an application. `reference` is what the page shows.
    AccessDenied { client: &'a str, reference: &'a str } = "access.denied",
        Facts { target: text(reference), ..of_client(client) };
    /// An account no longer has access to an application.
    AccessWithdrawn { client: &'a str } = "access.withdrawn", of_client(client);
    /// An operator disabled an account, which ended its sessions.
    AccountDisabled { count: u64, by: &'a str } = "account.disabled",
        Facts { count: number(count), ..by_operator(by) };
    /// An operator enabled an account.
    AccountEnabled { by: &'a str } = "account.enabled", by_operator(by);
    /// An account was created.
    AccountCreated = "account.created";
    /// An administrator's token was refused.
    AdminRefused = "admin.refused";
    /// A client was added by the holder of a token.
    ClientAdded { client: &'a str, by: &'a str } = "client.added", by_token(client, Some(by));
    /// A client was changed by the holder of a token, or by itself.
    ClientChanged { client: &'a str, by: Option<&'a str> } = "client.changed", by_token(client, by);
    /// A client authentication failed.
    ClientRefused = "client.refused";
    /// A client was registered dynamically.
    ClientRegistered { client: &'a str, by: &'a str } = "client.registered", by_token(client, Some(by));
    /// A client was removed by the holder of a token, or by itself.
    ClientRemoved { client: &'a str, by: Option<&'a str> } = "client.removed", by_token(client, by);
    /// A client got a new secret.
    ClientSecretChanged { client: &'a str, by: &'a str } = "client.secret_changed", by_token(client, Some(by));
    /// A one-time code was not accepted.
    CodeRefused(problem: Problem) = "code.refused", because(problem.code());
    /// A consent was given.
    ConsentGiven { client: &'a str } = "consent.given", of_client(client);
    /// A consent was refused.
    ConsentRefused { client: &'a str } = "consent.refused", of_client(client);
    /// A consent was withdrawn.
    ConsentWithdrawn { client: &'a str } = "consent.withdrawn", of_client(client);
    /// A file was imported into an organisation.
    DirectoryImported { organisation: &'a str, rows: usize, new: usize, changed: usize, by: Option<&'a str> } = "directory.imported",
        Facts {
            credential: by.map(str::to_owned),
            organisation: text(organisation),
            count: number(rows),
            added: number(new),
            changed: number(changed),
            ..Facts::default()
        };
    /// Employees were removed from an organisation, because a complete file did not contain them.
    EmployeesRemoved { organisation: &'a str, count: usize, by: Option<&'a str> } = "directory.removed",
        Facts {
            credential: by.map(str::to_owned),
            organisation: text(organisation),
            count: number(count),
            ..Facts::default()
        };
    /// A sign-in by eID failed.
    EidRefused(problem: Problem) = "eid.refused", because(problem.code());
    /// An account's address was changed.
    EmailChanged = "email.changed";
    /// A change of an account's address was undone from the old mailbox.
    EmailChangeUndone = "email.change_undone";
    /// An authorization code was issued.
    GrantIssued { client: &'a str } = "grant.issued", of_client(client);
    /// A token request was refused: `code`, `refresh`, or the error of OAuth 2.0.
    GrantRefused { client: &'a str, reason: &'static str } = "grant.refused",
        Facts { client: text(client), ..because(reason) };
    /// An authorization code was replayed.
    GrantReplayed { client: &'a str } = "grant.replayed", of_client(client);
    /// A spent refresh token was reused.
    GrantReused { client: &'a str } = "grant.reused", of_client(client);
    /// A client revoked a family (`all`) or one `access` token.
    GrantRevoked { client: &'a str, reason: &'static str } = "grant.revoked",
        Facts { client: text(client), ..because(reason) };
    /// A rate limit was exceeded.
    LimitReached(limit: Limit) = "limit.reached", because(limit.name());
    /// An account's claim to its address ended, because the address changed hands.
    EmailReleased = "email.released";
    /// An eID was linked to an account, by the directory, a mailbox code, or the signed-in account.
    LinkMade { link: LinkId, provider: &'a ProviderId, origin: &'static str } = "link.made",
        Facts { reason: text(origin), ..of_link(link, provider) };
    /// An eID was unlinked from an account, because it moves to another.
    LinkMoved { link: LinkId, provider: &'a ProviderId } = "link.moved", of_link(link, provider);
    /// An eID was unlinked from an account.
    LinkRemoved { link: LinkId, provider: &'a ProviderId } = "link.removed", of_link(link, provider);
    /// The same, by an operator.
    LinkRemovedByOperator { link: LinkId, provider: &'a ProviderId, by: &'a str } = "link.removed",
        Facts { credential: text(by), ..of_link(link, provider) };
    /// An eID was unlinked from an account, because the mailbox was proven and does not back it.
    LinkUnbacked { link: LinkId, provider: &'a ProviderId } = "link.unbacked", of_link(link, provider);
    /// The metrics token was refused.
    MetricsRefused = "metrics.refused";
    /// An account's name was changed.
    NameChanged = "name.changed";
    /// An account's password was changed.
    PasswordChanged = "password.changed";
    /// A signed-in account entered a wrong password.
    ProofRefused = "proof.refused", because("password");
    /// A reset mail was requested.
    RecoveryAsked = "recovery.asked";
    /// The link in a reset mail was not accepted.
    RecoveryRefused(problem: Problem) = "recovery.refused", because(problem.code());
    /// A registration token was refused.
    RegistrationRefused = "registration.refused";
    /// A person ended one of their sessions.
    SessionEnded { session: SessionId } = "session.ended",
        Facts { target: Some(session.to_string()), ..because("one") };
    /// An operator ended a session.
    SessionEndedByOperator { session: SessionId, by: &'a str } = "session.ended",
        Facts { credential: text(by), target: Some(session.to_string()), ..because("one") };
    /// An operator ended all sessions of an account.
    SessionsEndedByOperator { count: u64, by: &'a str } = "session.ended",
        Facts { credential: text(by), count: number(count), ..because("all") };
    /// A person ended all of their sessions except the current one.
    OtherSessionsEnded { count: u64 } = "session.ended", Facts { count: number(count), ..because("others") };
    /// A session at the eID provider has ended, and with it those created from it.
    UpstreamEnded { count: u64 } = "session.ended", Facts { count: number(count), ..because("upstream") };
    /// A person signed out of this browser.
    SignOut = "sign_out";
    /// A person signed out everywhere.
    SignOutEverywhere = "sign_out", because("everywhere");
    /// A person signed in by eID.
    SignInEid { link: LinkId, provider: &'a ProviderId } = "sign_in.eid", of_link(link, provider);
    /// A person signed in by password.
    SignInPassword = "sign_in.password";
    /// A sign-in by password failed.
    SignInRefused = "sign_in.refused", because("password");
    /// A signing key was added.
    SigningKeyAdded { alg: SigningAlg, kid: &'a str } = "signing_key.added",
        Facts { target: text(kid), ..because(alg.name()) };
    /// Signing keys were withdrawn.
    SigningKeyWithdrawn { alg: SigningAlg, count: u64 } = "signing_key.withdrawn",
        Facts { count: number(count), ..because(alg.name()) };
}

impl AuditEvent<'_> {
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

fn of_client(client: &str) -> Facts {
    Facts {
        client: text(client),
        ..Facts::default()
    }
}

fn by_token(client: &str, token: Option<&str>) -> Facts {
    Facts {
        credential: token.map(str::to_owned),
        ..of_client(client)
    }
}

fn by_operator(name: &str) -> Facts {
    Facts {
        credential: text(name),
        ..Facts::default()
    }
}

fn of_link(link: LinkId, provider: &ProviderId) -> Facts {
    Facts {
        target: Some(link.to_string()),
        provider: text(provider.as_str()),
        ..Facts::default()
    }
}

fn because(reason: &'static str) -> Facts {
    Facts {
        reason: text(reason),
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests;
