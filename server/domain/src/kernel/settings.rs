//! The domain's settings.

use crate::{
    admin::types::Credential,
    oidc::{client::Client, signing_key::types::Rotation},
    ops::limit::Limits,
};
use kobling_model::{password::Policy, time::Span};
use std::{collections::HashSet, sync::Arc};

/// Everything the domain takes from configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Our own origin, without a slash at the end; also the issuer towards clients.
    pub origin: String,
    /// Rules for new passwords.
    pub policy: Policy,
    /// Passwords that are refused because they are known from breaches; in lower case.
    pub refused_passwords: Arc<HashSet<String>>,
    /// The idle limit of a session.
    pub session_idle: Span,
    /// The absolute lifetime of a session.
    pub session_absolute: Span,
    /// How long after a sign-in no re-authentication is required.
    pub fresh: Span,
    /// The lifetime of a flow.
    pub flow_life: Span,
    /// The lifetime of a one-time code.
    pub code_life: Span,
    /// The attempts per one-time code.
    pub code_attempts: i64,
    /// The lifetime of a password reset ticket.
    pub ticket_life: Span,
    /// Ask for a code even where the directory vouches for the address.
    pub directory_demands_code: bool,
    /// The delay of a recovery response without proof of work.
    pub unproven_delay: Span,
    /// How many PBKDF2 rounds one guess of the proof of work costs; about 256 guesses are needed.
    pub proof_cost: u32,
    /// Rate limits.
    pub limits: Limits,
    /// The retention of audit rows; `None`: unlimited.
    pub audit_kept: Option<Span>,
    /// The rotation of signing keys.
    pub rotation: Rotation,
    /// Offer eIDs before the address and password.
    pub eid_first: bool,
    /// Applications.
    pub clients: Vec<Client>,
    /// The administrators' tokens; none: the administration API is disabled.
    pub administrators: Vec<Credential>,
    /// Initial access tokens (RFC 7591 §3); none: dynamic registration is disabled.
    pub registration: Vec<Credential>,
}

impl Settings {
    /// The defaults of everything that has one.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            policy: Policy::MODERN,
            refused_passwords: Arc::default(),
            session_idle: Span::minutes(30),
            session_absolute: Span::hours(12),
            fresh: Span::minutes(10),
            flow_life: Span::minutes(30),
            code_life: Span::minutes(10),
            code_attempts: 5,
            ticket_life: Span::minutes(10),
            directory_demands_code: false,
            unproven_delay: Span::seconds(2),
            proof_cost: 1_000,
            limits: Limits::default(),
            audit_kept: Some(Span::hours(400 * 24)),
            rotation: Rotation::USUAL,
            eid_first: false,
            clients: Vec::new(),
            administrators: Vec::new(),
            registration: Vec::new(),
        }
    }

    /// A client by its id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }
}
