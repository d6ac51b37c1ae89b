//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4 and §2.6). Pure; errors contain no token data.

use crate::{
    check::{self, LEEWAY},
    discovery::Known,
    settings::Settings,
    token::Refusal,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_domain::eid::port::UpstreamLogout;
use kobling_model::{Timestamp, time::Span};
use openidconnect::{JsonWebKey, SignatureVerificationError, core::CoreJwsSigningAlgorithm};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};

/// Maximum size of a logout token.
const MAX_TOKEN: usize = 16 * 1024;
/// Maximum age: ID-porten sends once and waits seconds, others retry for a while.
const OLDEST: Span = Span::minutes(5);
/// Maximum length of a stored `jti`.
const MAX_JTI_LENGTH: usize = 255;
/// The member of `events` that identifies a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

#[derive(Deserialize)]
struct Header {
    alg: Value,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
    cty: Option<IgnoredAny>,
}

/// A parsed but untrusted token; use its claims only after [`Token::verify`].
pub(crate) struct Token<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    claims: Map<String, Value>,
}

impl<'a> Token<'a> {
    /// Parses it.
    pub(crate) fn read(text: &'a str) -> Result<Self, &'static str> {
        if text.len() > MAX_TOKEN {
            return Err("too large");
        }
        let (signed, signature) = text.rsplit_once('.').ok_or("not readable")?;
        let (header, claims) = signed.split_once('.').ok_or("not readable")?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| "not readable");
        let header: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| "header not readable")?;
        // ID tokens have type `JWT` or none, and so have some providers' logout tokens; `events` distinguishes them.
        let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
        let typ = typ
            .as_deref()
            .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        if !matches!(typ, None | Some("logout+jwt" | "jwt")) {
            return Err("type");
        }
        if header.crit.is_some() || header.cty.is_some() {
            return Err("header");
        }
        Ok(Self {
            signed,
            signature: decode(signature)?,
            alg: serde_json::from_value(header.alg).map_err(|_| "signature algorithm")?,
            kid: header.kid,
            claims: serde_json::from_slice(&decode(claims)?).map_err(|_| "claims not readable")?,
        })
    }

    /// Its claims, if all of them are valid; untrusted before [`Token::verify`].
    pub(crate) fn check(
        &self,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<UpstreamLogout, &'static str> {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(settings.issuer.as_str()) {
            return Err("iss");
        }
        if !self.is_for(&settings.client_id) {
            return Err("aud");
        }
        let expires_at = self.until(now)?;
        self.claims
            .get("events")
            .and_then(|events| events.get(EVENT))
            .filter(|event| event.is_object())
            .ok_or("events")?;
        // With a nonce, it could be a stolen ID token.
        if self.claims.contains_key("nonce") {
            return Err("nonce");
        }
        let jti = text("jti")
            .filter(|jti| !jti.is_empty() && jti.len() <= MAX_JTI_LENGTH)
            .ok_or("jti")?;
        let sid = check::sid(&self.claims).map_err(|_| "sid")?;
        let subject = self.subject(settings)?;
        if sid.as_deref().is_none_or(str::is_empty) && subject.is_none() {
            return Err("neither sid nor sub");
        }
        Ok(UpstreamLogout {
            issuer: settings.issuer.clone(),
            sid: sid.filter(|sid| !sid.is_empty()),
            subject,
            jti: jti.to_owned(),
            expires_at,
        })
    }

    /// Whether Kobling is its only audience, as with ID tokens (OpenID Connect Core §3.1.3.7, 3).
    fn is_for(&self, client_id: &str) -> bool {
        match self.claims.get("aud") {
            Some(Value::String(aud)) => aud == client_id,
            Some(Value::Array(list)) => {
                !list.is_empty() && list.iter().all(|aud| aud.as_str() == Some(client_id))
            }
            _ => false,
        }
    }

    /// Until when the token is valid.
    fn until(&self, now: Timestamp) -> Result<Timestamp, &'static str> {
        let issued = self.moment("iat")?.ok_or("iat")?;
        let oldest = issued + OLDEST;
        if issued > now + LEEWAY || oldest + LEEWAY <= now {
            return Err("iat");
        }
        // The final specification requires `exp`, earlier drafts do not have it.
        let until = match self.moment("exp")? {
            Some(expires) if expires + LEEWAY <= now => return Err("exp"),
            Some(expires) => expires.min(oldest),
            None => oldest,
        };
        Ok(until + LEEWAY)
    }

    fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, &'static str> {
        match self.claims.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_i64()
                .or_else(|| value.as_f64().map(|n| n.floor() as i64))
                .map(|seconds| Some(Timestamp::from_seconds(seconds)))
                .ok_or(name),
        }
    }

    /// The subject as used at sign-in; `None` if the token does not contain the same claims.
    fn subject(&self, settings: &Settings) -> Result<Option<String>, &'static str> {
        let sub = match self.claims.get("sub") {
            None => None,
            Some(Value::String(sub)) => Some(sub.as_str()),
            Some(_) => return Err("sub"),
        };
        let named = |name: &String| self.claims.contains_key(name);
        if !settings.subject_claims.iter().all(named) {
            return Ok(None);
        }
        check::subject(settings, sub, &self.claims)
            .map(Some)
            .map_err(|_| "sub")
    }

    /// Verifies the signature, by one of the provider's keys and an algorithm that both sides support: never `none`,
    /// never a MAC.
    pub(crate) fn verify(&self, known: &Known) -> Result<(), Refusal> {
        if !known.endpoints.algorithms.contains(&self.alg) {
            return Err(Refusal::Fails("signature algorithm"));
        }
        let mut refusal = Refusal::UnknownKey;
        for key in known.keys.keys() {
            let id = key.key_id().map(|id| id.as_str());
            if self.kid.is_some() && id != self.kid.as_deref() {
                continue;
            }
            match key.verify_signature(&self.alg, self.signed.as_bytes(), &self.signature) {
                Ok(()) => return Ok(()),
                // A key of another type, or not for signatures.
                Err(SignatureVerificationError::InvalidKey(_)) => {}
                Err(_) => refusal = Refusal::Fails("signature"),
            }
        }
        Err(refusal)
    }
}
