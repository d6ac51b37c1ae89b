//! Clients: applications that people sign in to through Kobling. From configuration.

/// Who may enter an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessRule {
    /// Everybody with an account.
    Everybody,
    /// Only addresses among the users of this organisation (its key).
    Organisation(String),
}

/// How a client proves itself at the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientAuth {
    /// A secret, as the SHA-256 of it (RFC 6749 §2.3.1), by header or in the body.
    Secret(crate::secret::Digest256),
    /// Nothing: a public client, held by PKCE alone.
    Public,
}

/// One application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// How it proves itself.
    pub auth: ClientAuth,
    /// Exact redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Exact addresses to come back to after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Who may enter.
    pub access: AccessRule,
    /// Go straight to this eID provider instead of the sign-in page.
    pub provider: Option<kobling_model::ProviderId>,
}
