//! DPoP: a client proves possession of a key, and its tokens are bound to that key (RFC 9449).

use super::{
    jose::{ALGORITHMS, PublicKey, Signed},
    refusal::Refusal,
};
use crate::web::State;
use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_domain::{
    Visitor,
    kernel::secret::Purpose,
    oidc::{client::Client, grant::types::Thumbprint},
};
use kobling_model::{Timestamp, time::Span};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

/// How far a proof's `iat` may be from our clock, either way (RFC 9449 §11.1), in seconds.
const WINDOW: i64 = 60;

/// The longest `jti`, in bytes. Only its hash is stored.
const LONGEST_JTI: usize = 256;

/// The request that a proof must match.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Its public address, without query and fragment.
    pub uri: &'a str,
    /// The access token of the request, at a protected resource.
    pub access_token: Option<&'a str>,
    /// The current time, in seconds.
    pub now: i64,
}

/// A valid proof, before the check for replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the proven key.
    pub thumbprint: Thumbprint,
    /// `jti`.
    pub jti: String,
    /// `iat`, in seconds.
    pub iat: i64,
}

/// The proof is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidProof;

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    ath: Option<String>,
}

/// Verifies a proof (RFC 9449 §4.3), without the check for replay.
///
/// # Errors
/// [`InvalidProof`].
pub fn check(text: &str, expected: &Expected<'_>) -> Result<Proof, InvalidProof> {
    let signed = Signed::read(text).ok_or(InvalidProof)?;
    let header = &signed.header;
    let is_dpop = header
        .typ
        .as_deref()
        .is_some_and(|typ| typ.eq_ignore_ascii_case("dpop+jwt"));
    if !is_dpop || !ALGORITHMS.contains(&header.alg.as_str()) {
        return Err(InvalidProof);
    }
    let key = header
        .jwk
        .as_ref()
        .and_then(PublicKey::read)
        .ok_or(InvalidProof)?;
    if !signed.is_by(&key) {
        return Err(InvalidProof);
    }
    let claims: Claims = signed.claims().ok_or(InvalidProof)?;
    let hash = expected
        .access_token
        .map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())));
    // The cast saturates: a value out of range is far from now as well.
    let iat = claims.iat as i64;
    let valid = claims.htm == expected.method
        && same_address(&claims.htu, expected.uri)
        && expected.now.abs_diff(iat) <= WINDOW.unsigned_abs()
        && (1..=LONGEST_JTI).contains(&claims.jti.len())
        && (hash.is_none() || claims.ath == hash);
    if !valid {
        return Err(InvalidProof);
    }
    Ok(Proof {
        thumbprint: Thumbprint(key.thumbprint()),
        jti: claims.jti,
        iat,
    })
}

/// Whether two addresses are equal after normalisation, without query and fragment (RFC 9449 §4.3).
fn same_address(claimed: &str, ours: &str) -> bool {
    let plain = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    matches!((plain(claimed), plain(ours)), (Some(a), Some(b)) if a == b)
}

/// Verifies the proof in a request, if there is one. `path` is the endpoint's, and `access_token` the request's at a
/// protected resource. A proof is single-use: the caller must [`spend`] it.
///
/// # Errors
/// [`Refusal::InvalidDpopProof`] for an invalid proof, and for more than one.
pub(crate) fn proof(
    state: &State,
    headers: &HeaderMap,
    method: &str,
    path: &str,
    access_token: Option<&str>,
) -> Result<Option<Proof>, Refusal> {
    let mut proofs = headers.get_all("dpop").iter();
    let Some(header) = proofs.next() else {
        return Ok(None);
    };
    let text = match (header.to_str(), proofs.next()) {
        (Ok(text), None) => text,
        _ => return Err(Refusal::InvalidDpopProof),
    };
    let uri = format!("{}{path}", state.kobling.settings().origin);
    let expected = Expected {
        method,
        uri: &uri,
        access_token,
        now: state.kobling.ports().clock.now().as_seconds(),
    };
    match check(text, &expected) {
        Ok(proof) => Ok(Some(proof)),
        Err(InvalidProof) => Err(Refusal::InvalidDpopProof),
    }
}

/// Spends a proof, and returns the thumbprint of its key.
///
/// # Errors
/// [`Refusal::InvalidDpopProof`] if it was used before.
pub(crate) async fn spend(state: &State, proof: Proof) -> Result<Thumbprint, Refusal> {
    let parts = [proof.thumbprint.0.as_str(), &proof.jti];
    // After this the proof is refused because of its age.
    let until = Timestamp::from_seconds(proof.iat) + Span::seconds(WINDOW + 1);
    if state
        .kobling
        .replay
        .spend(Purpose::DpopProof, &parts, until)
        .await?
    {
        Ok(proof.thumbprint)
    } else {
        Err(Refusal::InvalidDpopProof)
    }
}

/// Verifies and spends the proof in a client's request to `path`, if there is one, and returns the thumbprint of its
/// key. A public client has shown nothing else, so the proofs that are kept for it are limited by network.
///
/// # Errors
/// [`Refusal::InvalidDpopProof`], [`Refusal::TooMany`].
pub(crate) async fn of_client(
    state: &State,
    visitor: &Visitor,
    client: &Client,
    headers: &HeaderMap,
    path: &str,
) -> Result<Option<Thumbprint>, Refusal> {
    let Some(proof) = proof(state, headers, "POST", path, None)? else {
        return Ok(None);
    };
    if client.is_public() {
        state.kobling.replay.allow(visitor).await?;
    }
    Ok(Some(spend(state, proof).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9449 §4.1, figure 2.
    const AT_TOKEN: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const EXPECTED: Expected<'static> = Expected {
        method: "POST",
        uri: "https://server.example.com/token",
        access_token: None,
        now: 1_562_262_616,
    };

    #[test]
    fn the_rfc_s_own_proof_holds_and_names_its_key() {
        let proof = check(AT_TOKEN, &EXPECTED).expect("holds");
        assert_eq!(
            proof.thumbprint.0, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
            "RFC 9449 §6.1"
        );
        assert_eq!(proof.jti, "-BwC3ESc6acc2lTc");
    }

    #[test]
    fn a_proof_is_for_one_method_one_address_and_one_minute() {
        let holds = |expected: Expected<'_>| check(AT_TOKEN, &expected).is_ok();
        assert!(!holds(Expected {
            method: "GET",
            ..EXPECTED
        }));
        assert!(!holds(Expected {
            uri: "https://server.example.com/userinfo",
            ..EXPECTED
        }));
        assert!(!holds(Expected {
            uri: "https://other.example.com/token",
            ..EXPECTED
        }));
        for (away, good) in [(-61, false), (-60, true), (60, true), (61, false)] {
            assert_eq!(
                holds(Expected {
                    now: EXPECTED.now + away,
                    ..EXPECTED
                }),
                good,
                "{away}"
            );
        }
        assert!(
            !holds(Expected {
                access_token: Some("a token"),
                ..EXPECTED
            }),
            "no ath"
        );
        let forged = AT_TOKEN.replace(".2-Gx", ".3-Gx");
        assert_eq!(check(&forged, &EXPECTED), Err(InvalidProof));
    }

    #[test]
    fn places_are_compared_normalised_and_without_what_follows() {
        let ours = "https://k.example/oidc/token";
        for same in [
            "https://k.example/oidc/token",
            "https://K.example:443/oidc/token",
            "https://k.example/oidc/./token?x=1#y",
        ] {
            assert!(same_address(same, ours), "{same}");
        }
        for other in [
            "http://k.example/oidc/token",
            "https://k.example:444/oidc/token",
            "https://k.example/oidc/token/",
            "https://k.example/OIDC/token",
            "https://x@k.example/oidc/token",
            "/oidc/token",
            "",
        ] {
            assert!(!same_address(other, ours), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_proof_of_a_stranger_s_makes_us_panic(text in ".{0,300}", cut in 0usize..400, filler in ".{0,3}") {
            prop_assert!(check(&text, &EXPECTED).is_err());
            let cut = cut.min(AT_TOKEN.len());
            let broken = format!("{}{filler}{}", &AT_TOKEN[..cut], &AT_TOKEN[cut..]);
            prop_assert!(filler.is_empty() || check(&broken, &EXPECTED).is_err());
        }
    }
}
