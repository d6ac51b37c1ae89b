//! What an operator has decided.

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
    /// Passwords that nobody may choose, because they are known from breaches; in lower case.
    pub refused_passwords: Arc<HashSet<String>>,
    /// A session ends when unused for so long.
    pub session_idle: Span,
    /// A session ends after so long in any case.
    pub session_absolute: Span,
    /// For so long after a sign-in nothing sensitive asks for another proof.
    pub fresh: Span,
    /// A flow lives so long.
    pub flow_life: Span,
    /// A one-time code lives so long.
    pub code_life: Span,
    /// A one-time code may be tried so often.
    pub code_attempts: i64,
    /// The link in a reset mail lives so long.
    pub ticket_life: Span,
    /// Ask for a code even where the directory vouches for the address.
    pub directory_demands_code: bool,
    /// How long the answer waits when no proof of work came with it.
    pub unproven_delay: Span,
    /// How many PBKDF2 rounds one guess of the proof of work costs; about 256 guesses are needed.
    pub proof_cost: u32,
    /// Rate limits.
    pub limits: Limits,
    /// The audit log keeps a row for so long; none: for ever.
    pub audit_kept: Option<Span>,
    /// How signing keys follow each other.
    pub rotation: Rotation,
    /// Applications.
    pub clients: Vec<Client>,
    /// Who may administer; none: nobody, and there is nothing to administer by.
    pub administrators: Vec<Credential>,
    /// What applications register themselves with (RFC 7591 §3); none: no application does.
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
            audit_kept: None,
            rotation: Rotation::USUAL,
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
