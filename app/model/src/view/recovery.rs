//! Password recovery.

use crate::password::{Personal, Policy};
use crate::status::Notice;
use crate::view::link::LinkItem;
use crate::{FlowId, Problems};
use serde::{Deserialize, Serialize};

/// `/forgot-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgotView {
    /// The flow, when one has begun.
    pub flow: Option<FlowId>,
    /// Address to start with, or what was typed.
    pub email: String,
    /// Whether the mail was sent, if the account exists.
    pub sent: bool,
    /// Minutes that the link in the mail is valid.
    pub ticket_minutes: i64,
    /// What went wrong last.
    pub problem: Problems,
    /// The sign-in that the person came from.
    pub sign_in: Option<FlowId>,
}

/// `/reset-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetView {
    /// The step.
    pub step: ResetStep,
    /// What went wrong last.
    pub problem: Problems,
}

/// Steps of `/reset-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResetStep {
    /// The ticket is valid: choose a password.
    Choose {
        /// The rules.
        policy: Policy,
        /// The words that the password must not be based on.
        about: Personal,
    },
    /// The ticket is invalid (unknown, used, expired): offer a new mail.
    Dead,
    /// The password is saved.
    Done {
        /// The flow.
        flow: FlowId,
        /// Flow of a sign-in with the address filled in.
        sign_in: FlowId,
        /// The eIDs that can sign in to the account; for some minutes after the reset they can be removed here.
        links: Vec<LinkItem>,
        /// A success notice.
        notice: Option<Notice>,
    },
}
