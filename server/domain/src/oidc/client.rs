//! Clients: applications that people sign in to through Kobling. From configuration, from an administrator, or
//! registered by themselves.

use crate::kernel::secret::Digest256;
use kobling_model::{Level, ProviderId, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

/// The origin of a registered address, for `form-action`.
pub(crate) fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    match url.origin() {
        origin @ url::Origin::Tuple(..) => Some(origin.ascii_serialization()),
        // An application's own scheme.
        url::Origin::Opaque(_) => Some(format!("{}://{}", url.scheme(), url.host_str()?)),
    }
}

/// Who may enter an application. Every demand that is made must be met.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccessRule {
    /// Only addresses among the users of this organisation (its key).
    pub organisation: Option<String>,
    /// The least level of assurance; requires an eID.
    pub minimum_level: Option<Level>,
    /// Only by an eID of these providers; empty: by any sign-in method.
    pub providers: Vec<ProviderId>,
}

/// How a client authenticates at the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// A secret, as the SHA-256 of it (RFC 6749 §2.3.1), by header or in the body.
    Secret(Digest256),
    /// A JWT signed with its private key (RFC 7523, OpenID Connect Core §9 `private_key_jwt`).
    PrivateKeyJwt(ClientKeys),
    /// None: a public client, protected by PKCE alone.
    Public,
}

/// Where a client's public keys are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKeys {
    /// Here: a JWK set as JSON (RFC 7517 §5).
    Here(String),
    /// At an address of the client's, `https` outside of tests.
    At(String),
}

/// What signs a client's ID tokens and logout tokens.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub enum SigningAlg {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA PKCS#1 v1.5 with SHA-256, which every client has to know (OpenID Connect Core §15.1).
    #[serde(rename = "RS256")]
    Rs256,
}

impl SigningAlg {
    /// All algorithms.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// The name in JOSE.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// The subject identifier type of a client (OpenID Connect Core §8).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The account's id, the same everywhere.
    #[default]
    Public,
    /// Another one for every sector: the host of the redirect URIs.
    Pairwise {
        /// Clients of one sector get the same identifier of a person.
        sector: String,
    },
}

/// How a client came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From configuration.
    #[default]
    Configuration,
    /// Put in by an administrator.
    Administrator,
    /// Registered by itself (RFC 7591).
    Registration,
}

/// One application.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own in client metadata (RFC 7591 §2, RFC 9126 §6, RFC 9449 §5.2)"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// How it authenticates.
    pub auth: ClientAuth,
    /// The client registered `client_secret_post`. Both methods are accepted; this is only reported back in its
    /// registration.
    #[serde(default)]
    pub secret_in_body: bool,
    /// Redirect URIs, matched to the letter; for a native application the port of a loopback address is left out of the
    /// comparison (RFC 8252 §7.3).
    pub redirect_uris: Vec<String>,
    /// Exact addresses to come back to after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Who may enter.
    pub access: AccessRule,
    /// Go straight to this eID provider instead of the sign-in page.
    pub provider: Option<ProviderId>,
    /// Not the organisation's own: people are asked before it learns anything of them.
    pub third_party: bool,
    /// An application on the person's own machine.
    pub native: bool,
    /// Only pushed authorization requests are taken (RFC 9126 §6).
    pub require_pushed: bool,
    /// All its tokens are bound to a key (RFC 9449 §5.2).
    pub require_dpop: bool,
    /// May renew its access with refresh tokens.
    pub refresh: bool,
    /// The subject identifier type.
    pub subject: Subject,
    /// What signs its tokens.
    pub signing: SigningAlg,
    /// The back-channel logout endpoint (OpenID Connect Back-Channel Logout 1.0 §2.2).
    pub back_channel_logout: Option<String>,
    /// The address where people start, if the operator names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// How it came to be known.
    pub origin: Origin,
}

impl Client {
    /// A public client with nothing but an id and a name; the caller sets everything else.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            auth: ClientAuth::Public,
            secret_in_body: false,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            access: AccessRule::default(),
            provider: None,
            third_party: false,
            native: false,
            require_pushed: false,
            require_dpop: false,
            refresh: false,
            subject: Subject::Public,
            signing: SigningAlg::default(),
            back_channel_logout: None,
            start: None,
            origin: Origin::Configuration,
        }
    }

    /// Whether it is a public client, protected by PKCE alone.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self.auth, ClientAuth::Public)
    }

    /// Whether it registered itself: nobody here vouches for its name and its addresses.
    #[must_use]
    pub fn is_stranger(&self) -> bool {
        self.origin == Origin::Registration
    }

    /// Whether a redirect URI is one of the client's (RFC 9700 §4.1.3, RFC 8252 §7.3).
    #[must_use]
    pub fn redirects_to(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|known| {
            known == uri
                || self.native
                    && matches!((loopback(known), loopback(uri)), (Some(a), Some(b)) if a == b)
        })
    }
}

/// A loopback address by number, without its port: scheme and host, and what follows the port.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let (host, rest) = ["127.0.0.1", "[::1]"]
        .into_iter()
        .find_map(|host| Some((host, rest.strip_prefix(host)?)))?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (port, path) = rest.split_at(end);
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.parse::<u16>().is_ok_and(|port| port > 0));
    is_port.then_some((host, path))
}

/// A client that is kept in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClient {
    /// The client. Stored as JSON.
    pub client: Client,
    /// Hash of the token that the client reads and changes its registration with (RFC 7592), if it may.
    pub management: Option<Digest256>,
    /// When it was put in.
    pub created_at: Timestamp,
    /// How often it has been changed.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_are_compared_exactly() {
        let mut client = Client::new("a", "A");
        client.redirect_uris = vec![
            "https://a.example/cb".into(),
            "http://127.0.0.1/cb".into(),
            "http://[::1]:1/cb".into(),
        ];
        assert!(client.redirects_to("https://a.example/cb"));
        for other in [
            "https://a.example/cb/",
            "https://a.example/cb?x=1",
            "https://A.example/cb",
            "https://a.example:443/cb",
            "https://a.example.evil.example/cb",
            "http://127.0.0.1:4711/cb",
        ] {
            assert!(!client.redirects_to(other), "{other}");
        }
    }

    #[test]
    fn a_native_application_chooses_its_loopback_port() {
        let mut client = Client::new("a", "A");
        client.native = true;
        client.redirect_uris = vec!["http://127.0.0.1/cb".into(), "http://[::1]:1/cb".into()];
        for good in [
            "http://127.0.0.1:4711/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:80/cb",
        ] {
            assert!(client.redirects_to(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:4711/other",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost:4711/cb",
            "https://127.0.0.1:4711/cb",
        ] {
            assert!(!client.redirects_to(bad), "{bad}");
        }
    }
}
