//! Grants: what applications are given.

mod authorize;
mod redeem;

pub use authorize::{error_url, session_suffices, with_query};

use crate::{
    secret::{Digest256, Token},
    session::Method,
};
use kobling_model::{AccountId, Email, Lang, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// An authorization request that passed its checks (OpenID Connect Core §3.1.2.1, RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// An authorization code, hashed, with what it stands for. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeGrant {
    /// Hash of the code.
    pub code: Digest256,
    /// For whom.
    pub client_id: String,
    /// About whom.
    pub account: AccountId,
    /// From which session.
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
    /// Until when.
    pub expires_at: Timestamp,
}

/// An access token, hashed. Dies with its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Hash of the token.
    pub token: Digest256,
    /// The code it came from, so that a replayed code revokes it (RFC 6749 §4.1.2).
    pub code: Digest256,
    /// For whom.
    pub client_id: String,
    /// About whom.
    pub account: AccountId,
    /// From which session.
    pub session: SessionId,
    /// Granted scopes.
    pub scope: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Why a token request is refused, after RFC 6749 §5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantRefusal {
    /// The code is unknown, expired, used, somebody else's, or the verifier does not fit.
    InvalidGrant,
}

/// What a code was exchanged for.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The access token.
    pub access_token: Token,
    /// Seconds that it lives.
    pub expires_in: i64,
    /// Granted scopes.
    pub scope: String,
    /// What the ID token says.
    pub claims: Claims,
}

/// What an application is told of a person and a sign-in.
#[derive(Debug, Clone)]
pub struct Claims {
    /// `sub`.
    pub account: AccountId,
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
