//! Sends logout notices to applications (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5).

use super::{Signer, outgoing::Outgoing};
use async_trait::async_trait;
use kobling_domain::oidc::{
    client::Client,
    logout::{
        port::{ClientNotifier, NotifyError},
        types::LogoutClaims,
    },
};
use kobling_http::NoClient;
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
/// The token's `typ` (§2.4).
const TYPE: &str = "logout+jwt";
/// The event of a logout token (§2.4).
pub(crate) const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims of a logout token. It never has a `nonce`, so that it is not accepted as an ID token (§2.4).
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

/// Sends logout tokens to applications.
pub struct BackChannel {
    issuer: String,
    outgoing: Outgoing,
    signer: OnceLock<Weak<Signer>>,
}

impl BackChannel {
    /// `local` permits `http` at loopback addresses.
    ///
    /// # Errors
    /// [`NoClient`].
    pub fn new(issuer: &str, local: bool) -> Result<Self, NoClient> {
        Ok(Self {
            issuer: issuer.to_owned(),
            outgoing: Outgoing::new(TIMEOUT, local)?,
            signer: OnceLock::new(),
        })
    }

    /// Sets the signer. Without one, notices fail and are retried.
    pub fn sign_with(&self, signer: &Arc<Signer>) {
        // A second call has no effect.
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
        let http = self
            .outgoing
            .to(&url, client.origin)
            .ok_or_else(|| unreachable("neither https nor of this machine"))?;
        let token = self
            .token(client, claims)
            .ok_or_else(|| unreachable("no token can be signed"))?;
        let answer = http
            .post(&url, &vec![("logout_token", token)], None)
            .await
            .map_err(|error| unreachable(&error.to_string()))?;
        match answer.status {
            // Some frameworks answer 204 for an empty body (§2.8).
            200 | 204 => Ok(()),
            400 => Err(NotifyError::Refused),
            status => Err(NotifyError::Unreachable(format!("status {status}"))),
        }
    }
}
