//! Tells applications that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5).

use super::Signer;
use crate::local::is_local;
use async_trait::async_trait;
use kobling_domain::oidc::{
    client::Client,
    logout::{
        port::{ClientNotifier, NotifyError},
        types::LogoutClaims,
    },
};
use kobling_eid::{SettingsError, http::Http};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};
use url::Url;

/// How long an application may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long a logout token lives, in seconds (§2.4 recommends at most two minutes).
const TOKEN_LIFE: i64 = 120;
/// What kind of token it is (§2.4).
const TYPE: &str = "logout+jwt";
/// What has happened (§2.4).
pub(crate) const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims of a logout token. Never a `nonce`, so that it cannot pass for an ID token.
#[derive(Serialize)]
struct LogoutToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    events: Value,
    sid: &'a str,
}

/// The line to the applications.
pub struct BackChannel {
    issuer: String,
    http: Http,
    /// For addresses of this machine, which are for tests alone.
    local: Option<Http>,
    signer: OnceLock<Weak<Signer>>,
}

impl BackChannel {
    /// `local` lets `http` addresses of this machine be called.
    ///
    /// # Errors
    /// [`SettingsError::HttpClient`].
    pub fn new(issuer: &str, local: bool) -> Result<Self, SettingsError> {
        Ok(Self {
            issuer: issuer.to_owned(),
            http: Http::new(TIMEOUT, false)?,
            local: local.then(|| Http::new(TIMEOUT, true)).transpose()?,
            signer: OnceLock::new(),
        })
    }

    /// From now on tokens can be signed. Until then nobody can be told.
    pub fn sign_with(&self, signer: &Arc<Signer>) {
        // Of two, the first stays.
        let _ = self.signer.set(Arc::downgrade(signer));
    }

    fn token(&self, client: &Client, claims: &LogoutClaims) -> Option<String> {
        let now = claims.issued_at.as_seconds();
        let token = LogoutToken {
            iss: &self.issuer,
            sub: &claims.subject,
            aud: &client.id,
            iat: now,
            exp: now + TOKEN_LIFE,
            jti: &claims.jti,
            events: json!({ EVENT: {} }),
            sid: &claims.sid,
        };
        let signer = self.signer.get()?.upgrade()?;
        signer.sign(client.signing, Some(TYPE), &token)
    }
}

#[async_trait]
impl ClientNotifier for BackChannel {
    async fn notify(&self, client: &Client, claims: &LogoutClaims) -> Result<(), NotifyError> {
        let unreachable = |why: &str| NotifyError::Unreachable(why.to_owned());
        let address = client.back_channel_logout.as_deref().unwrap_or_default();
        let url = Url::parse(address).map_err(|_| unreachable("no address"))?;
        let http = match (url.scheme(), &self.local) {
            ("http", Some(local)) if is_local(&url) => local,
            ("https", _) => &self.http,
            _ => return Err(unreachable("neither https nor of this machine")),
        };
        let token = self
            .token(client, claims)
            .ok_or_else(|| unreachable("no token can be signed"))?;
        let answer = http
            .post(&url, &vec![("logout_token", token)], None)
            .await
            .map_err(|error| unreachable(error.message()))?;
        match answer.status {
            // Some frameworks answer an empty body so (§2.8).
            200 | 204 => Ok(()),
            400 => Err(NotifyError::Refused),
            status => Err(NotifyError::Unreachable(format!("status {status}"))),
        }
    }
}
