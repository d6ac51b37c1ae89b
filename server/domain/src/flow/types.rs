//! Flows: processes with more than one step, each stored as a row; the browser holds only its id.

use crate::{
    auth::session::Method,
    kernel::{outcome::Next, secret::Digest256},
    link::types::OwnerProof,
    oidc::grant::types::AuthorizationRequest,
};
use kobling_model::{
    AccountId, Email, FlowId, Level, LinkId, Problems, ProviderId, SessionId, Timestamp,
    id::SignOutId,
    route::{self, Page, Step},
    status::{NoAccessReason, Notice, NoticeStatus},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A flow. Useless without the browser cookie whose hash it carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The flow.
    pub id: FlowId,
    /// Hash of the browser cookie.
    pub browser: Digest256,
    /// Where it leads when done. Stored as JSON.
    pub destination: Destination,
    /// Where it is. Stored as JSON.
    pub state: FlowState,
    /// What went wrong last.
    pub problem: Problems,
    /// The number of changes; an update from an older version fails.
    pub version: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Where a flow leads when it is done. At most one exists per request, so the size of its larger variant does not
/// matter.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// Account settings.
    Account,
    /// Back to an application.
    Client(AuthorizationRequest),
    /// Back to a page of account settings.
    Return(Return),
}

/// A page of account settings whose form arrived after the session had ended, and what was typed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The page.
    pub page: Page,
    /// What was typed, as typed; never a password or a code.
    pub typed: String,
    /// The mark of the account that typed it, as the page carried it.
    pub mark: Digest256,
}

impl Return {
    /// Without anything typed.
    pub(crate) const fn to(page: Page) -> Self {
        Self {
            page,
            typed: String::new(),
            mark: Digest256(String::new()),
        }
    }

    /// With what was typed, and the mark that came with it.
    pub(crate) fn with(page: Page, typed: Typed<'_>) -> Self {
        let kept = |text: &str| text.chars().take(LONGEST_TYPED).collect();
        Self {
            page,
            typed: kept(typed.text),
            mark: Digest256(kept(typed.mark)),
        }
    }

    /// What was typed, if the account with this mark typed it: another person may sign in in the same browser.
    pub(crate) fn typed_by(self, mark: &Digest256) -> Option<String> {
        (self.mark == *mark).then_some(self.typed)
    }
}

/// What was typed in a form.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// As typed.
    pub text: &'a str,
    /// The mark of the account that the form was made for; empty if it has none.
    pub mark: &'a str,
}

impl<'a> From<&'a str> for Typed<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, mark: "" }
    }
}

/// The most characters that a flow keeps of a field.
const LONGEST_TYPED: usize = 320;

/// Where a flow is. At most one exists per request, so the size of its largest variant does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowState {
    /// Signing in: the address, once given.
    SignIn {
        /// What was typed, as typed.
        typed: String,
        /// The address, when it is one.
        email: Option<Email>,
    },
    /// An eID has been verified that is linked to no account yet, or is to be moved.
    Linking(Linking),
    /// Signed in, without access.
    NoAccess {
        /// The account.
        account: AccountId,
        /// The reference for the help desk.
        reference: String,
        /// Why not.
        #[serde(default)]
        reason: NoAccessReason,
        /// Another address, as typed.
        #[serde(default)]
        typed: String,
    },
    /// Asked whether an application may learn of them.
    Consent {
        /// The account.
        account: AccountId,
        /// What the page says of the application, hashed; absent in flows from before it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest256>,
    },
    /// Removing a link.
    Removing {
        /// The account.
        account: AccountId,
        /// The link.
        link: LinkId,
        /// The step.
        step: RemovingStep,
    },
    /// Changing the account's address.
    ChangingEmail {
        /// The account.
        account: AccountId,
        /// What was typed, as typed.
        typed: String,
        /// The new address, once the code is on its way.
        email: Option<Email>,
        /// The session that requested the change, which does not outlive it.
        #[serde(default)]
        session: Option<SessionId>,
        /// The code replaced another one to the same mailbox.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// A change of address was undone by ticket.
    EmailRestored {
        /// A sign-in with the address filled in.
        sign_in: FlowId,
        /// Whether the account had a password.
        password: bool,
        /// Whether links were removed.
        unlinked: bool,
    },
    /// A forgotten password.
    Recovery {
        /// What was typed, as typed.
        typed: String,
        /// The mail is on its way.
        sent: bool,
        /// The sign-in that the person came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sign_in: Option<FlowId>,
    },
    /// Choosing a new password by ticket: holds what went wrong.
    Resetting,
    /// A new password was saved by ticket.
    RecoveryDone {
        /// A sign-in with the address filled in.
        sign_in: FlowId,
        /// The account.
        #[serde(default)]
        account: Option<AccountId>,
        /// The notice to show.
        #[serde(default)]
        notice: Option<Notice>,
    },
    /// Changing the password: holds what went wrong.
    ChangingPassword {
        /// The account.
        account: AccountId,
    },
    /// Adding an eID to the account that is signed in.
    Adding {
        /// The account.
        account: AccountId,
        /// The provider of the eID.
        #[serde(default)]
        provider: Option<ProviderId>,
        /// The step.
        #[serde(default)]
        step: AddingStep,
    },
    /// An application asks for a sign-out without saying whom it means.
    AskingSignOut {
        /// Which one, as far as it says.
        client: Option<String>,
        /// Where to go afterwards: an application's registered address, with its `state`.
        then: Option<String>,
    },
    /// Signed out here; perhaps at the provider just now.
    SigningOut {
        /// Where to go afterwards: an application's registered address, with its `state`.
        then: Option<String>,
        /// Which applications are notified.
        #[serde(default)]
        sign_out: Option<SignOutId>,
        /// At which provider the session is to end, and whether it did.
        #[serde(default)]
        upstream: Option<(ProviderId, NoticeStatus)>,
    },
    /// The account's name was refused.
    Naming {
        /// What was typed, as typed.
        typed: String,
    },
    /// Done; kept until it expires so that a second press learns of it.
    Ended {
        /// The notice to show.
        notice: Option<Notice>,
    },
}

/// The steps of removing a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovingStep {
    /// Asks for confirmation.
    Ask,
    /// Asks for re-authentication.
    Prove,
    /// Proven by eID.
    Proven,
    /// It is the last sign-in method, and is kept.
    Refused,
}

/// The steps of adding an eID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddingStep {
    /// Asks for re-authentication.
    #[default]
    Prove,
    /// Proven in this session.
    Proven {
        /// The session.
        session: SessionId,
        /// With what.
        by: OwnerProof,
    },
}

/// An eID that is being linked to an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linking {
    /// The eID.
    pub identity: Identity,
    /// The link that it is moved from, if it is moved.
    pub moves_from: Option<(AccountId, LinkId)>,
    /// The eID was verified in the session and not in this flow, so the session must be valid until the flow completes.
    pub by_session: bool,
    /// The account that was refused access, if the person came from the page that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_access: Option<(AccountId, NoAccessReason)>,
    /// Where the person is.
    pub step: LinkingStep,
}

/// What a flow keeps of an eID: no identity number, only its keyed hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider.
    pub provider: ProviderId,
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// Keyed hash of the identity number.
    pub pid: Option<Digest256>,
    /// Level of assurance.
    pub level: Level,
    /// The provider's own `acr`.
    pub acr: Option<String>,
    /// The display name of the method.
    pub method: Option<String>,
    /// The provider's session.
    pub sid: Option<String>,
    /// When the person signed in there.
    pub authenticated_at: Timestamp,
}

/// Steps of linking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkingStep {
    /// The directory vouches for the address: one press.
    Vouched {
        /// The address.
        email: Email,
        /// The employee's name.
        name: String,
        /// Key of the organisation that vouches.
        organisation: String,
    },
    /// Asks for the address.
    Address {
        /// What was typed, as typed.
        typed: String,
        /// The directory's answer, when the operator demands a code even so.
        vouched: Option<(Email, String)>,
    },
    /// A code is on its way.
    Code {
        /// Where to.
        email: Email,
        /// Name from the directory, when it has one.
        name: Option<String>,
        /// The address comes from the directory, and no other is accepted.
        #[serde(default)]
        fixed: bool,
        /// It replaced another one to the same mailbox.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// The mailbox is proven, but its address gives no access to the application that the person is on the way to.
    Caution {
        /// The proven address.
        email: Email,
        /// Name from the directory, when it has one.
        name: Option<String>,
        /// Hash of the code that proved it, which is consumed when the person continues.
        code: Digest256,
    },
    /// The mailbox is proven; a new account wants a name.
    Name {
        /// The proven address.
        email: Email,
        /// What was typed, as typed.
        typed: String,
    },
}

impl Linking {
    /// The refusal that the person came from.
    pub(crate) fn refusal(&self, flow: FlowId) -> Option<FlowState> {
        let (account, reason) = self.no_access?;
        let typed = match &self.step {
            LinkingStep::Vouched { .. } => String::new(),
            LinkingStep::Address { typed, .. } => typed.clone(),
            LinkingStep::Code { email, .. }
            | LinkingStep::Caution { email, .. }
            | LinkingStep::Name { email, .. } => email.to_string(),
        };
        Some(FlowState::NoAccess {
            account,
            reference: reference_of(flow),
            reason,
            typed,
        })
    }
}

impl LinkingStep {
    /// How the address of the page names it; the first step has no name.
    pub(crate) const fn in_address(&self) -> Option<Step> {
        match self {
            Self::Vouched { .. } | Self::Address { .. } => None,
            Self::Code { .. } => Some(Step::Code),
            Self::Caution { .. } => Some(Step::Caution),
            Self::Name { .. } => Some(Step::Name),
        }
    }

    /// The employee's name, where only the directory's address is accepted and a code is on its way.
    pub(crate) fn fixed_name(&self) -> Option<String> {
        match self {
            Self::Code {
                name, fixed: true, ..
            } => Some(name.clone().unwrap_or_default()),
            _ => None,
        }
    }

    /// What an address of the page shows: this step if it names it, otherwise the address, and which step is ahead. So
    /// Back from a step leads to the address, also where the code between them is used up.
    pub(crate) fn seen_at(&self, named: Option<Step>) -> (Cow<'_, Self>, Option<Step>) {
        let email = match self {
            Self::Vouched { .. } | Self::Address { .. } => return (Cow::Borrowed(self), None),
            Self::Code { email, .. } | Self::Caution { email, .. } | Self::Name { email, .. } => {
                email
            }
        };
        match self.in_address() {
            at if at == named => (Cow::Borrowed(self), None),
            ahead => (Cow::Owned(self.back_to_address(email)), ahead),
        }
    }

    /// The step that asks for an address again. Where only the directory's is accepted, it stays that.
    pub(crate) fn back_to_address(&self, email: &Email) -> Self {
        match self {
            Self::Code {
                name, fixed: true, ..
            } => Self::Address {
                typed: String::new(),
                vouched: Some((email.clone(), name.clone().unwrap_or_default())),
            },
            _ => Self::Address {
                typed: email.to_string(),
                vouched: None,
            },
        }
    }
}

/// The page that shows where a flow is.
pub(crate) fn page_of(flow: &Flow) -> Next {
    let (page, step) = match &flow.state {
        FlowState::SignIn { email, .. } => (route::LOGIN, email.as_ref().map(|_| Step::Password)),
        FlowState::SigningOut { .. } => (route::LOGIN, None),
        FlowState::AskingSignOut { .. } => (route::SIGN_OUT, None),
        FlowState::Linking(linking) => (route::LINK, linking.step.in_address()),
        FlowState::NoAccess { .. } => (route::NO_ACCESS, None),
        FlowState::Consent { .. } => (route::CONSENT, None),
        FlowState::Removing { step, .. } => (
            route::ACCOUNT,
            (*step == RemovingStep::Prove).then_some(Step::Proof),
        ),
        FlowState::Adding { .. } | FlowState::Naming { .. } => (route::ACCOUNT, None),
        // Says so, and leads on to the application.
        FlowState::Ended { .. } if matches!(flow.destination, Destination::Client(_)) => {
            (route::LINK, None)
        }
        FlowState::Ended { .. } => (route::ACCOUNT, None),
        FlowState::ChangingEmail { email, .. } => {
            (route::ACCOUNT_EMAIL, email.as_ref().map(|_| Step::Code))
        }
        FlowState::EmailRestored { .. } => (route::UNDO_EMAIL, None),
        FlowState::ChangingPassword { .. } => (route::ACCOUNT_PASSWORD, None),
        FlowState::Recovery { .. } => (route::FORGOT_PASSWORD, None),
        FlowState::Resetting | FlowState::RecoveryDone { .. } => (route::RESET_PASSWORD, None),
    };
    match step {
        Some(step) => Next::Step(page, flow.id, step),
        None => Next::Flow(page, flow.id),
    }
}

/// The reference for the help desk on the page `/no-access`.
pub(crate) fn reference_of(flow: FlowId) -> String {
    flow.0.simple().to_string()[20..].to_uppercase()
}

/// The sign-in method of a session that starts from this eID.
pub(crate) fn method_of(identity: &Identity, link: LinkId) -> Method {
    Method::Eid {
        provider: identity.provider.clone(),
        link,
        level: identity.level,
        acr: identity.acr.clone(),
        method: identity.method.clone(),
        sid: identity.sid.clone(),
    }
}

/// A one-time code sent to a mailbox, for one flow. A new one replaces the old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxCode {
    /// The flow that it is for.
    pub flow: FlowId,
    /// The account that requested it, if any.
    pub account: Option<AccountId>,
    /// The mailbox.
    pub email: Email,
    /// Keyed hash of the digits.
    pub code: Digest256,
    /// When it expires.
    pub expires_at: Timestamp,
}
