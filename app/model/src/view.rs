//! What a page shows. View structs cross from server to browser inside the page, so they hold only what the person in
//! front of it may see: no token, no hash, no identity number.

use crate::password::{Personal, Policy};
use crate::{FlowId, Lang, LinkId, Problem, ProviderId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// An eID provider as a button names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// Short name, part of addresses.
    pub id: ProviderId,
    /// What people call it, such as "BankID".
    pub name: String,
}

/// What stands around every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameView {
    /// Whether somebody is signed in here (shows **Logg ut**).
    pub signed_in: bool,
    /// Seconds until the session ends, if nobody uses it; none without one.
    pub ends_in: Option<i64>,
    /// Name of this installation, in the header.
    pub site_name: String,
    /// Address of the accessibility statement, in the footer.
    pub accessibility_statement: Option<String>,
    /// The page's language.
    pub lang: Lang,
    /// Whether the installation runs with simulated people, which every page then says.
    pub demo: bool,
}

/// `/login`, both steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// The flow, once one has begun.
    pub flow: Option<FlowId>,
    /// Where the person is in it.
    pub step: SignInStep,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// Providers offered.
    pub providers: Vec<ProviderView>,
    /// The application that sent the person here, by name.
    pub client: Option<String>,
    /// The person has just been signed out (says so): who is told of it, and what has come of that.
    pub signed_out: Option<Vec<ToldItem>>,
    /// The application's origin, which the forms of this page may end at (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// Somebody who is told that the person has signed out: an application, or the eID provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldItem {
    /// By name.
    pub name: String,
    /// What has come of it.
    pub told: Told,
}

/// What has come of telling somebody that the person has signed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// Not answered yet; is tried again.
    Waiting,
    /// Said that it is done.
    Confirmed,
    /// Did not say so, and is not asked again.
    Failed,
    /// Has no place to be told at.
    Untold,
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Confirmed, Self::Failed, Self::Untold];

    /// The name in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Untold => "untold",
        }
    }
}

/// `/sign-out`: asks first, when an application asks for a sign-out without saying whom it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOutView {
    /// The flow that remembers where to go afterwards.
    pub flow: Option<FlowId>,
    /// The application, by name.
    pub client: Option<String>,
    /// Where the person goes afterwards (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// Steps of `/login`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInStep {
    /// Asks for the address; holds what was typed.
    Address {
        /// What was typed last.
        typed: String,
    },
    /// Asks for the password of this address.
    Password {
        /// The address, shown.
        email: String,
    },
}

/// `/forgot-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgotView {
    /// The flow, when one has begun.
    pub flow: Option<FlowId>,
    /// Address to start with, or what was typed.
    pub email: String,
    /// The mail is on its way, if the account exists.
    pub sent: bool,
    /// Minutes the link in the mail will live.
    pub ticket_minutes: i64,
    /// What went wrong last.
    pub problem: Option<Problem>,
}

/// `/reset-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetView {
    /// Where the person is.
    pub step: ResetStep,
    /// What went wrong last.
    pub problem: Option<Problem>,
}

/// Steps of `/reset-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResetStep {
    /// The ticket holds: choose a password.
    Choose {
        /// The rules.
        policy: Policy,
        /// What the password must not be made of.
        about: Personal,
    },
    /// The ticket does not hold (unknown, used, expired): offer a new mail.
    Dead,
    /// The password is saved.
    Done {
        /// Flow of a sign-in with the address filled in.
        sign_in: FlowId,
    },
}

/// `/link`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The flow.
    pub flow: FlowId,
    /// The provider whose eID is being linked.
    pub provider: ProviderView,
    /// Where the person is.
    pub step: LinkStep,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// Whether the eID is linked to another address now, which this will move.
    pub moves_from: Option<String>,
    /// The application that sent the person here, by name.
    pub client: Option<String>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// Steps of `/link`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkStep {
    /// The directory knows the address: shown, not editable.
    Vouched {
        /// The address that the directory holds.
        email: String,
        /// The organisation that holds it.
        organisation: String,
        /// Whom to tell when it is wrong.
        contact: String,
    },
    /// The directory knows the address, but a code is demanded all the same, or the person asks for one.
    Address {
        /// What was typed last, or the directory's address.
        typed: String,
        /// The address comes from the directory and is not editable.
        fixed: bool,
    },
    /// A code went to the mailbox.
    Code {
        /// Where the code went.
        email: String,
        /// Minutes that the code lives.
        minutes: i64,
    },
    /// A newborn account wants a name.
    Name {
        /// What was typed last.
        typed: String,
    },
}

/// `/link?flow=…&code=…` opened in a browser that did not begin the flow: the code, to be typed where it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkPage {
    /// This browser's flow.
    Own(Box<LinkView>),
    /// Not this browser's flow, or an ended one.
    Foreign,
}

/// `/no-access`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoAccessView {
    /// The flow that was refused.
    pub flow: FlowId,
    /// The account's address.
    pub email: String,
    /// The application, by name.
    pub client: String,
    /// The organisation whose users may enter.
    pub organisation: String,
    /// Whom to ask.
    pub contact: String,
    /// For the help desk: finds the audit row.
    pub reference: String,
    /// The provider to link anew with: the one signed in by, else the first. Where another sign-in is wanted: the one to
    /// sign in with.
    pub provider: Option<ProviderView>,
    /// Why not.
    pub reason: NoAccessReason,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// Why somebody who is signed in is not let into an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAccessReason {
    /// The address is not among the organisation's users.
    #[default]
    NotAUser,
    /// Signed in by a way that does not lead into this application.
    OtherWay,
    /// The application wants to be surer who it is.
    TooLow,
}

/// `/consent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// The flow.
    pub flow: FlowId,
    /// The application, by name.
    pub client: String,
    /// The host that the answer goes to.
    pub host: String,
    /// The address of the account that is signed in, where the page does not say it anyway.
    pub account: Option<String>,
    /// The name that it would learn, if it asks for it.
    pub name: Option<String>,
    /// The address that it would learn, if it asks for it.
    pub email: Option<String>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// What an application learns, besides that the person is the same one each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learns {
    /// The name.
    pub name: bool,
    /// The address.
    pub email: bool,
}

/// An application of others that the person has let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationItem {
    /// Its id.
    pub client: String,
    /// Its name.
    pub name: String,
    /// What it learns.
    pub learns: Learns,
    /// When it was let in, or was allowed more.
    pub given_at: Timestamp,
}

/// `/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The account's name.
    pub name: String,
    /// The account's address.
    pub email: String,
    /// Whether it has a password, and since when.
    pub password_since: Option<Timestamp>,
    /// Electronic identities linked.
    pub links: Vec<LinkItem>,
    /// Sessions in force, this one first.
    pub sessions: Vec<SessionItem>,
    /// Providers that can be linked and are not.
    pub linkable: Vec<ProviderView>,
    /// Applications of others that were let in, the newest first.
    pub applications: Vec<ApplicationItem>,
    /// The dialog that is open, if one is.
    pub removal: Option<RemovalView>,
    /// What went wrong last outside the dialog (name field).
    pub problem: Option<Problem>,
    /// Something that succeeded just now.
    pub notice: Option<Notice>,
}

/// Good news shown once at the top of account settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A link was removed.
    LinkRemoved,
    /// The address was changed.
    EmailChanged,
    /// The password was changed.
    PasswordChanged,
    /// The name was changed.
    NameChanged,
    /// Other sessions were ended.
    SessionsEnded,
    /// An electronic ID was linked.
    Linked,
    /// An application may learn no more.
    ConsentWithdrawn,
}

/// One linked identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkItem {
    /// The link.
    pub id: LinkId,
    /// Its provider.
    pub provider: ProviderView,
    /// What the person signed in with there, such as "BankID Mobil".
    pub method: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

/// One session in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionItem {
    /// The session.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Browser and system, in few words.
    pub device: String,
    /// How it began: provider name, or nothing for a password.
    pub provider: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub last_seen_at: Timestamp,
}

/// The dialog **Fjern tilknytning**.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalView {
    /// The flow.
    pub flow: FlowId,
    /// The provider of the link that would go.
    pub provider: ProviderView,
    /// Where the person is.
    pub step: RemovalStep,
    /// What went wrong last.
    pub problem: Option<Problem>,
}

/// Steps of the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemovalStep {
    /// Asks whether.
    Ask,
    /// Asks for the password.
    Password,
    /// Asks for a fresh eID sign-in, where there is no password.
    Eid {
        /// With which provider.
        provider: ProviderView,
    },
    /// Confirmed by eID: one press left.
    Confirmed,
    /// It is the last way in: says what to do instead.
    Refused,
}

/// `/account/email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeEmailView {
    /// The flow, when begun.
    pub flow: Option<FlowId>,
    /// The address now.
    pub current: String,
    /// Where the person is.
    pub step: ChangeEmailStep,
    /// How to confirm that it is the person.
    pub proof: ProofView,
    /// What went wrong last.
    pub problem: Option<Problem>,
}

/// How a sensitive step is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProofView {
    /// Signed in so recently that nothing is asked.
    Fresh,
    /// Asks for the password.
    Password,
    /// Asks for a new eID sign-in.
    Eid(ProviderView),
}

/// Steps of `/account/email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeEmailStep {
    /// Asks for the new address.
    Address {
        /// What was typed last.
        typed: String,
    },
    /// A code went to the new mailbox.
    Code {
        /// Where the code went.
        email: String,
        /// Minutes that the code lives.
        minutes: i64,
    },
}

/// `/account/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePasswordView {
    /// Whether there is one to change; otherwise the page offers the mail way.
    pub has_password: bool,
    /// The rules.
    pub policy: Policy,
    /// What the password must not be made of.
    pub about: Personal,
    /// What went wrong last.
    pub problem: Option<Problem>,
}
