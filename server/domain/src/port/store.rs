//! The store, as the domain sees it: units of work over nouns.
//!
//! Everything single-use is a compare-and-swap here: `consume_*` changes the row only if it is unconsumed and unexpired,
//! in one statement, and returns what it stood for. Of any number of simultaneous callers exactly one gets it.

use super::{Clients, Consents, Families, Figures, Logouts, Pushed, SigningKeys};
use crate::{
    account::{Account, StoredPassword},
    audit::AuditRow,
    directory::{DirectoryUser, Employee, Organisation, Vouched},
    eid::EidAttempt,
    flow::Flow,
    grant::CodeGrant,
    link::Link,
    outbox::{Lane, OutboxRow},
    proof::{MailboxCode, RecoveryTicket},
    secret::Digest256,
    session::{Method, Session},
};
use async_trait::async_trait;
use kobling_model::{
    AccountId, Email, FlowId, Lang, LinkId, OrgId, Problem, ProviderId, SessionId, Timestamp,
    id::OutboxId, time::Span,
};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is taken: of two that wanted it, the other was first.
    #[error("conflict with a row that exists")]
    Conflict,
    /// The database is locked, gone, or in disorder. The text is for the operator.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A row cannot be read back into its type.
    #[error("row cannot be read: {0}")]
    Corrupt(String),
}

/// Shorthand.
pub type Stored<T> = Result<T, StoreError>;

/// A database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit of work that may write.
    async fn begin(&self) -> Stored<Box<dyn Work>>;

    /// Opens a unit of work that only reads; never waits for a writer.
    async fn read(&self) -> Stored<Box<dyn Work>>;
}

/// A unit of work: all of it happens at its commit, or nothing of it. Dropped without a commit, it is undone.
#[async_trait]
pub trait Work:
    Accounts
    + Links
    + Sessions
    + Flows
    + Proofs
    + Outbox
    + Directory
    + Grants
    + Families
    + Clients
    + Consents
    + Figures
    + Logouts
    + SigningKeys
    + Audit
    + Pushed
    + Send
{
    /// Makes it last.
    async fn commit(self: Box<Self>) -> Stored<()>;
}

/// Accounts and their passwords.
#[async_trait]
pub trait Accounts {
    /// By id.
    async fn account(&mut self, id: AccountId) -> Stored<Option<Account>>;
    /// By address.
    async fn account_by_email(&mut self, email: &Email) -> Stored<Option<Account>>;
    /// Holds the account's row until the end of this unit of work, so that two who both count its ways in wait for
    /// each other (`UPDATE accounts SET id = id WHERE id = $1`).
    async fn lock_account(&mut self, id: AccountId) -> Stored<()>;
    /// Adds one. [`StoreError::Conflict`] when the address is taken.
    async fn insert_account(&mut self, account: &Account) -> Stored<()>;
    /// Writes the display name.
    async fn set_name(&mut self, id: AccountId, name: &str) -> Stored<()>;
    /// Writes the language for mails.
    async fn set_lang(&mut self, id: AccountId, lang: Lang) -> Stored<()>;
    /// Notes that the mailbox was read, if the address is still this.
    async fn prove_email(&mut self, id: AccountId, email: &Email, at: Timestamp) -> Stored<()>;
    /// Changes the address to a proven one, if it is still `old`; says whether it was. [`StoreError::Conflict`] when the
    /// new one is taken.
    async fn change_email(
        &mut self,
        id: AccountId,
        old: &Email,
        new: &Email,
        at: Timestamp,
    ) -> Stored<bool>;
    /// The password, if there is one.
    async fn password(&mut self, id: AccountId) -> Stored<Option<StoredPassword>>;
    /// Sets or replaces the password.
    async fn set_password(&mut self, id: AccountId, password: &StoredPassword) -> Stored<()>;
    /// Replaces the hash by a fresher one of the same password, if the hash is still `old`.
    async fn refresh_password(&mut self, id: AccountId, old: &str, new: &str) -> Stored<()>;
}

/// Links.
#[async_trait]
pub trait Links {
    /// By (provider, issuer, subject).
    async fn link_by_subject(
        &mut self,
        provider: &ProviderId,
        issuer: &str,
        subject: &str,
    ) -> Stored<Option<Link>>;
    /// By keyed hash of the identity number.
    async fn link_by_pid(&mut self, provider: &ProviderId, pid: &Digest256)
    -> Stored<Option<Link>>;
    /// By id.
    async fn link(&mut self, id: LinkId) -> Stored<Option<Link>>;
    /// All of an account, oldest first.
    async fn links_of(&mut self, account: AccountId) -> Stored<Vec<Link>>;
    /// Adds one. [`StoreError::Conflict`] when the identity hangs on an account already.
    async fn insert_link(&mut self, link: &Link) -> Stored<()>;
    /// Notes a use, and the subject and method that it came with; says whether the link was still there.
    async fn touch_link(
        &mut self,
        id: LinkId,
        subject: &str,
        method: Option<&str>,
        at: Timestamp,
    ) -> Stored<bool>;
    /// Removes it, if it still hangs on this account; says whether it was this call that did.
    async fn delete_link(&mut self, id: LinkId, account: AccountId) -> Stored<bool>;
}

/// Sessions.
#[async_trait]
pub trait Sessions {
    /// In force at `now`: by hashed token, unexpired, seen since `idle_since`.
    async fn session_by_token(
        &mut self,
        token: &Digest256,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Stored<Option<Session>>;
    /// Those of an account in force, latest seen first.
    async fn sessions_of(
        &mut self,
        account: AccountId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Stored<Vec<Session>>;
    /// Adds one.
    async fn insert_session(&mut self, session: &Session) -> Stored<()>;
    /// Notes a use.
    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> Stored<()>;
    /// Gives it another token, method and time of authentication, if its token is still `old`; says whether it was.
    async fn rotate_session(
        &mut self,
        id: SessionId,
        old: &Digest256,
        token: &Digest256,
        method: &Method,
        at: Timestamp,
    ) -> Stored<bool>;
}

/// Flows and the eID sign-ins within them.
#[async_trait]
pub trait Flows {
    /// By id, unexpired at `now`.
    async fn flow(&mut self, id: FlowId, now: Timestamp) -> Stored<Option<Flow>>;
    /// Adds one.
    async fn insert_flow(&mut self, flow: &Flow) -> Stored<()>;
    /// Writes destination, state, problem and expiry and counts the version up, if it is still `flow.version`;
    /// says whether it was.
    async fn update_flow(&mut self, flow: &Flow) -> Stored<bool>;
    /// Notes a problem and nothing else, if the version is still `flow.version`, and leaves the version: whoever is about
    /// to succeed at the same moment is not held up by whoever failed.
    async fn complain(&mut self, flow: &Flow, problem: Problem) -> Stored<()>;
    /// Removes a browser's flows (sign-ins in progress end with a sign-out).
    async fn delete_flows_of(&mut self, browser: &Digest256) -> Stored<u64>;
    /// Adds a sign-in at a provider.
    async fn insert_attempt(&mut self, attempt: &EidAttempt) -> Stored<()>;
    /// Looks at one, used or not, unexpired at `now`; says also whether it was consumed.
    async fn attempt(
        &mut self,
        state: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<(EidAttempt, bool)>>;
    /// Consumes it.
    async fn consume_attempt(
        &mut self,
        state: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<EidAttempt>>;
}

/// Codes, tickets, proofs of work, limits.
#[async_trait]
pub trait Proofs {
    /// Adds a code, replacing the flow's former one with its attempts.
    async fn put_code(&mut self, code: &MailboxCode) -> Stored<()>;
    /// Counts one attempt at the flow's code, if it is unconsumed, unexpired and has been tried fewer than `most` times.
    async fn try_code(
        &mut self,
        flow: FlowId,
        now: Timestamp,
        most: i64,
    ) -> Stored<Option<MailboxCode>>;
    /// Consumes the flow's code, if the hash is still this; says whether it was this call.
    async fn consume_code(
        &mut self,
        flow: FlowId,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<bool>;
    /// Voids the codes on their way to a mailbox, and those that an account has asked for (a credential event).
    async fn void_codes(&mut self, email: &Email, account: AccountId) -> Stored<()>;
    /// Adds a ticket.
    async fn insert_ticket(&mut self, ticket: &RecoveryTicket) -> Stored<()>;
    /// Looks at a ticket that could be consumed.
    async fn ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>>;
    /// Consumes it.
    async fn consume_ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>>;
    /// Voids an account's tickets (a credential event).
    async fn void_tickets(&mut self, account: AccountId) -> Stored<()>;
    /// Spends a proof of work; says whether it was this call that did.
    async fn spend_proof(&mut self, id: &Digest256, expires_at: Timestamp) -> Stored<bool>;
    /// Takes one from a rate limit (generic cell rate algorithm: one per `interval`, `burst` at once), in one statement;
    /// says whether there was one to take. A refused call does not lengthen the wait.
    async fn take(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<bool>;
}

/// What is to leave the process.
#[async_trait]
pub trait Outbox {
    /// Puts one in.
    async fn push_outbox(&mut self, row: &OutboxRow) -> Stored<()>;
    /// Claims up to `most` of a lane that are due, counting the attempt and moving their due time to `lease_until`.
    async fn claim_outbox(
        &mut self,
        lane: Lane,
        now: Timestamp,
        lease_until: Timestamp,
        most: i64,
    ) -> Stored<Vec<OutboxRow>>;
    /// Done: removes it.
    async fn finish_outbox(&mut self, id: OutboxId) -> Stored<()>;
    /// Another try at `due_at`.
    async fn postpone_outbox(&mut self, id: OutboxId, due_at: Timestamp) -> Stored<()>;
    /// When the next one is due, if there is one.
    async fn next_outbox_due(&mut self) -> Stored<Option<Timestamp>>;
    /// When the next one of a lane is due, if there is one.
    async fn next_due_in(&mut self, lane: Lane) -> Stored<Option<Timestamp>>;
}

/// Organisations, employees, users.
#[async_trait]
pub trait Directory {
    /// By key.
    async fn organisation(&mut self, key: &str) -> Stored<Option<Organisation>>;
    /// By id.
    async fn organisation_by_id(&mut self, id: OrgId) -> Stored<Option<Organisation>>;
    /// Adds one, or writes name and contact of the one with this key.
    async fn put_organisation(&mut self, org: &Organisation) -> Stored<()>;
    /// What employees and users together say of an identity number, by organisation key.
    async fn vouched(&mut self, pid: &Digest256) -> Stored<Vec<Vouched>>;
    /// The name that the directory has for the person with this address, if any.
    async fn directory_name(&mut self, email: &Email) -> Stored<Option<String>>;
    /// Whether an address is among an organisation's users.
    async fn is_user(&mut self, org: OrgId, email: &Email) -> Stored<bool>;
    /// The organisations that have an address among their users.
    async fn organisations_of(&mut self, email: &Email) -> Stored<Vec<OrgId>>;
    /// All employees of an organisation.
    async fn employees(&mut self, org: OrgId) -> Stored<Vec<Employee>>;
    /// All users of an organisation.
    async fn users(&mut self, org: OrgId) -> Stored<Vec<DirectoryUser>>;
    /// Adds or replaces these by employee number, in few statements: 100,000 rows are an ordinary payroll.
    /// [`StoreError::Conflict`] when an identity number belongs to another number there.
    async fn put_employees(&mut self, employees: &[Employee]) -> Stored<()>;
    /// Replaces the users that belong to these employee numbers: first takes all of the numbers' addresses out, then
    /// puts these in. [`StoreError::Conflict`] when an address belongs to another number.
    async fn put_users(
        &mut self,
        org: OrgId,
        numbers: &[String],
        users: &[DirectoryUser],
    ) -> Stored<()>;
}

/// What applications are given.
#[async_trait]
pub trait Grants {
    /// Adds an authorization code.
    async fn insert_code_grant(&mut self, grant: &CodeGrant) -> Stored<()>;
    /// Consumes it.
    async fn consume_code_grant(
        &mut self,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<CodeGrant>>;
}

/// The log of security events, and keeping house.
#[async_trait]
pub trait Audit {
    /// Adds an event.
    async fn insert_audit(&mut self, row: &AuditRow) -> Stored<()>;
    /// The newest events of an account.
    async fn audit_of(&mut self, account: AccountId, most: i64) -> Stored<Vec<AuditRow>>;
    /// Removes what has expired before `now` from every table that holds passing things, sessions apart, which do not
    /// end without notices ([`Logouts::end_sessions`]), and the audit rows up to `audit_until`, if any; says how many rows.
    async fn purge(&mut self, now: Timestamp, audit_until: Option<Timestamp>) -> Stored<u64>;
}
