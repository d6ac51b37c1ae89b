//! Signing in.

use crate::view::provider::ProviderView;
use crate::view::sign_out::NotifiedItem;
use crate::{FlowId, Problems};
use serde::{Deserialize, Serialize};

/// `/login`, both steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// The flow, once one has begun.
    pub flow: Option<FlowId>,
    /// The step.
    pub step: SignInStep,
    /// What went wrong last.
    pub problem: Problems,
    /// Providers offered.
    pub providers: Vec<ProviderView>,
    /// Whether they are offered before the address and password.
    pub eid_first: bool,
    /// The application that sent the person here, by name.
    pub client: Option<String>,
    /// Set after a sign-out: the recipients of its notices, and their status.
    pub signed_out: Option<Vec<NotifiedItem>>,
    /// The application's origin, to which the forms of this page may redirect (CSP `form-action`).
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
