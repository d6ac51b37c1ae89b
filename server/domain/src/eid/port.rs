//! eID providers, as the domain sees them.

use async_trait::async_trait;
use kobling_model::{Lang, Level, NationalId, Problem, ProviderId, Timestamp, time::Span};

pub(crate) fn problem_of(error: &EidError) -> Problem {
    match error {
        EidError::Unavailable(_) => Problem::EidUnavailable,
        EidError::Invalid(_) => Problem::EidInvalid,
        EidError::TooLow => Problem::EidTooLow,
        EidError::Synthetic => Problem::EidSynthetic,
    }
}

/// The parameters of a sign-in.
#[derive(Clone)]
pub struct EidRequest {
    /// CSRF and correlation value; comes back in the callback. 43 characters of base64url.
    pub state: String,
    /// Goes into the ID token.
    pub nonce: String,
    /// PKCE verifier (RFC 7636 §4.1); the provider is sent its S256 challenge.
    pub verifier: String,
    /// The person's language, for `ui_locales`.
    pub lang: Lang,
    /// Demand a new sign-in there (`prompt=login`).
    pub force_login: bool,
    /// `login_hint` to pass on.
    pub login_hint: Option<String>,
    /// The least level of assurance, where it is higher than the configured one: `acr_values` is then the first value
    /// that reaches it.
    pub level: Option<Level>,
}

/// What the provider sent back through the browser, the error case apart.
#[derive(Clone)]
pub struct EidReturn {
    /// The authorization code.
    pub code: String,
    /// `iss` of the response (RFC 9207), when there was one.
    pub iss: Option<String>,
    /// The nonce that the ID token must hold.
    pub nonce: String,
    /// The PKCE verifier for the token request.
    pub verifier: String,
}

/// Who signed in, after every check on the ID token has passed.
#[derive(Debug, Clone)]
pub struct EidIdentity {
    /// The provider it came through.
    pub provider: ProviderId,
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// The identity number, where the provider sends one. Already checked; refused if synthetic in production.
    pub pid: Option<NationalId>,
    /// Level of assurance.
    pub level: Level,
    /// The provider's own `acr`.
    pub acr: Option<String>,
    /// The display name of the method, from `amr`, such as "BankID Mobil".
    pub method: Option<String>,
    /// The upstream session, if the provider names it.
    pub sid: Option<String>,
    /// When the person actually signed in there.
    pub auth_time: Option<Timestamp>,
}

/// What a logout token says, after every check but the one against replay has passed (OpenID Connect Back-Channel
/// Logout 1.0 §2.4). Names a session, a subject, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamLogout {
    /// `iss`.
    pub issuer: String,
    /// The session that ended there; compares with [`EidIdentity::sid`].
    pub sid: Option<String>,
    /// The subject whose sessions ended there; compares with [`EidIdentity::subject`].
    pub subject: Option<String>,
    /// The token's `jti`; accepted once.
    pub jti: String,
    /// Until when a second token with this `jti` would pass the other checks too.
    pub expires_at: Timestamp,
}

/// Why a sign-in failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EidError {
    /// The provider does not answer, answers 5xx or too late.
    #[error("eID provider unavailable: {0}")]
    Unavailable(String),
    /// The answer fails a check. The text names the check, never a value.
    #[error("eID answer refused: {0}")]
    Invalid(String),
    /// The level is below what is configured.
    #[error("eID level too low")]
    TooLow,
    /// A synthetic identity number where they are refused.
    #[error("synthetic identity number refused")]
    Synthetic,
}

/// One configured eID provider.
#[async_trait]
pub trait EidProvider: Send + Sync {
    /// Its short name.
    fn id(&self) -> &ProviderId;

    /// The display name.
    fn name(&self) -> &str;

    /// Where to send the browser. Uses discovery, and a pushed request (RFC 9126) where the provider offers it.
    ///
    /// # Errors
    /// [`EidError::Unavailable`] when discovery or the push fails.
    async fn begin(&self, request: EidRequest) -> Result<String, EidError>;

    /// Exchanges the code and checks the ID token: signature, `iss`, `aud`, `nonce`, times within a minute, `acr`.
    ///
    /// # Errors
    /// Every [`EidError`].
    async fn finish(&self, answer: EidReturn) -> Result<EidIdentity, EidError>;

    /// Where to send the browser to end the session there, returning with `state`; `None` if the provider has no such
    /// endpoint or discovery is unavailable.
    async fn end_session(&self, state: &str) -> Option<String>;

    /// Origins that a form post may be redirected to at this provider (CSP `form-action`), as far as known.
    fn origins(&self) -> Vec<String>;

    /// The levels of assurance of its `acr` values, as far as known.
    fn acr_levels(&self) -> &[(String, Level)] {
        &[]
    }

    /// The highest level of assurance that can be requested.
    fn highest(&self) -> Level {
        Level::High
    }

    /// Its issuer, which a front-channel logout must match exactly. Empty for a provider without one; an empty issuer
    /// never matches.
    fn issuer(&self) -> &str {
        ""
    }

    /// Checks a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6) but for replay: the caller accepts each
    /// [`UpstreamLogout::jti`] once. The token can hold an identity number, so it is never logged.
    ///
    /// # Errors
    /// [`EidError::Invalid`], and [`EidError::Unavailable`] when its keys are unavailable.
    async fn logout_token(&self, _token: &str) -> Result<UpstreamLogout, EidError> {
        Err(EidError::Invalid("logout token: not taken".to_owned()))
    }

    /// When the secret, key or certificate that we authenticate with there expires, as far as known.
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }

    /// The idle limit of sessions created from this provider, where its terms set one (ID-porten: 30 minutes at most).
    fn session_idle(&self) -> Option<Span> {
        None
    }
}
