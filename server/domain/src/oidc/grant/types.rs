//! Grants: what applications are given.

use crate::{
    auth::session::Method,
    kernel::{
        error::StoreError,
        secret::{Digest256, Token},
    },
    oidc::grant::claims::{AcrWanted, ClaimsWanted},
};
use kobling_model::{AccountId, Email, Lang, SessionId, Timestamp, time::Span};
use serde::{Deserialize, Serialize};

/// An authorization request that passed its checks (OpenID Connect Core §3.1.2.1, RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizationRequest {
    /// The client; exists in configuration.
    pub client_id: String,
    /// Exactly one of the client's.
    pub redirect_uri: String,
    /// Granted scopes, separated by spaces; holds `openid`.
    pub scope: String,
    /// Handed back as it came.
    pub state: Option<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// S256 challenge.
    pub code_challenge: String,
    /// `prompt=login` was asked for and has not been fulfilled yet.
    pub force_login: bool,
    /// Largest age of the sign-in, in seconds.
    pub max_age: Option<i64>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// First usable of `ui_locales`.
    pub lang: Option<Lang>,
    /// `prompt=none`: answered at once, or with an error, and never with a page.
    pub silent: bool,
    /// `prompt=consent` was asked for and has not been fulfilled yet.
    pub force_consent: bool,
    /// Single claims.
    pub claims: ClaimsWanted,
    /// The requested acr.
    pub acr: AcrWanted,
    /// The one `sub` that may be answered with, as this client knows it (OpenID Connect Core §5.5.1 and
    /// `id_token_hint` in §3.1.2.1).
    pub subject: Option<String>,
    /// A step-up was already requested; it is requested at most once.
    pub stepped_up: bool,
    /// The thumbprint of the key that the code is bound to (RFC 9449 §10).
    pub dpop_jkt: Option<Thumbprint>,
}

/// The SHA-256 thumbprint of a public key (RFC 7638), which tokens are bound to (RFC 9449 §6): 43 characters of base64url.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thumbprint(pub String);

impl Thumbprint {
    /// Parses untrusted input; `None` if it is not a thumbprint.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Token::parse(text).map(|token| Self(token.expose().to_owned()))
    }
}

/// An authorization code, hashed, with the grant that it represents. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeGrant {
    /// Hash of the code.
    pub code: Digest256,
    /// The client.
    pub client_id: String,
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The request's redirect URI, which the token request repeats.
    pub redirect_uri: String,
    /// Granted scopes.
    pub scope: String,
    /// The request's nonce.
    pub nonce: Option<String>,
    /// The S256 challenge that the verifier must fit.
    pub code_challenge: String,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// How. Stored as JSON.
    pub method: Method,
    /// Single claims that were granted beside the scopes. Stored as JSON.
    pub claims: ClaimsWanted,
    /// Thumbprint of the key that the request has bound the code to (RFC 9449 §10).
    pub jkt: Option<Thumbprint>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What one authorization code led to: everything that a client holds for one sign-in. Ends with its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Hash of the code, so that a replayed code finds the tokens issued from it (RFC 6749 §4.1.2).
    pub id: Digest256,
    /// The client.
    pub client_id: String,
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// Granted scopes.
    pub scope: String,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// How. Stored as JSON.
    pub method: Method,
    /// Single claims that were granted beside the scopes. Stored as JSON.
    pub claims: ClaimsWanted,
    /// Thumbprint of the key that the refresh tokens of a public client are bound to (RFC 9449 §5).
    pub jkt: Option<Thumbprint>,
    /// Hash of the refresh token in force, if the client may renew its access.
    pub refresh: Option<Digest256>,
    /// When the code was exchanged.
    pub created_at: Timestamp,
    /// The end of the session.
    pub expires_at: Timestamp,
}

/// An access token, hashed. Ends with its family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Hash of the token.
    pub token: Digest256,
    /// What it belongs to.
    pub family: Digest256,
    /// Its scopes: the family's, or fewer.
    pub scope: String,
    /// Thumbprint of the key that it is bound to, if it is (RFC 9449 §6).
    pub jkt: Option<Thumbprint>,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Why a token request is refused, after RFC 6749 §5.2.
#[derive(Debug, thiserror::Error)]
pub enum GrantRefusal {
    /// The code or refresh token is unknown, expired, used or another client's, or a parameter does not match.
    #[error("invalid_grant")]
    InvalidGrant,
    /// The requested scope exceeds the granted scope.
    #[error("invalid_scope")]
    InvalidScope,
    /// The client may not use refresh tokens.
    #[error("unauthorized_client")]
    UnauthorizedClient,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The parameters of a token request with a code (RFC 6749 §4.1.3, RFC 7636 §4.5).
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// The code.
    pub code: &'a str,
    /// The request's redirect URI again.
    pub redirect_uri: &'a str,
    /// The PKCE verifier.
    pub verifier: &'a str,
    /// Thumbprint of the key that was proven, if one was (RFC 9449 §5).
    pub jkt: Option<&'a Thumbprint>,
}

/// The result of exchanging a code or a refresh token.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The access token.
    pub access_token: Token,
    /// Lifetime of the access token in seconds.
    pub expires_in: i64,
    /// Its scopes.
    pub scope: String,
    /// The next refresh token, for a client that may renew its access.
    pub refresh_token: Option<Token>,
    /// What the ID token says.
    pub claims: Claims,
}

/// The claims about a person and a sign-in.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The account.
    pub account: AccountId,
    /// `sub`: by what name the application knows the person.
    pub subject: String,
    /// `name`, with the scope `profile`.
    pub name: Option<String>,
    /// `email`, with the scope `email`, and whether the mailbox was proven.
    pub email: Option<(Email, bool)>,
    /// `auth_time`.
    pub auth_time: Timestamp,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `sid`: this application's own name for the session.
    pub sid: String,
    /// How the person signed in.
    pub method: Method,
}

/// A token in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// Its scopes.
    pub scope: String,
    /// By what name the client knows the person.
    pub subject: String,
    /// The client's name for the session.
    pub sid: String,
    /// Since when.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// The key that it is bound to, if it is.
    pub jkt: Option<Thumbprint>,
    /// A refresh token, and not an access token.
    pub is_refresh: bool,
}

/// How long a pushed request waits for the browser (RFC 9126 §2.2 recommends 5 to 600 seconds).
pub const PUSHED_LIFE: Span = Span::seconds(90);

/// A pushed authorization request, under the hash of its reference. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRequest {
    /// Hash of the reference.
    pub reference: Digest256,
    /// The client that pushed it; no other client can use it (RFC 9126 §4).
    pub client_id: String,
    /// The parameters as a form, sealed.
    pub sealed: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Why an access token is refused (RFC 6750 §3.1).
#[derive(Debug, thiserror::Error)]
pub enum TokenRefusal {
    /// It is unknown, expired, revoked, or bound to another key than the one that was proven.
    #[error("invalid_token")]
    InvalidToken,
    /// Its scopes do not cover the request.
    #[error("insufficient_scope")]
    InsufficientScope,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
