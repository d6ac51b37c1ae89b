//! Input from an eID provider or an attacker: one function per parser. `fuzz/` calls them, and a test runs
//! them over its corpus. No input is signed by the key that they know.

use crate::{
    discovery::{Endpoints, Known},
    logout, token,
};
use kobling_model::Timestamp;
use openidconnect::IssuerUrl;
use std::str::FromStr;

const ISSUER: &str = "https://eid.example";
const DOCUMENT: &str = r#"{"issuer":"https://eid.example","authorization_endpoint":"https://eid.example/authorize","token_endpoint":"https://eid.example/token","jwks_uri":"https://eid.example/jwks","response_types_supported":["code"],"subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["ES256","RS256"]}"#;
const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

fn known() -> Option<Known> {
    Some(Known {
        endpoints: Endpoints::read(DOCUMENT.as_bytes(), ISSUER).ok()?,
        keys: serde_json::from_str(KEYS).ok()?,
    })
}

/// A discovery document (OpenID Connect Discovery 1.0 §3).
pub fn discovery_document(data: &[u8]) {
    if let Ok(endpoints) = Endpoints::read(data, ISSUER) {
        for url in [&endpoints.authorization, &endpoints.token]
            .into_iter()
            .chain(&endpoints.push)
            .chain(&endpoints.end_session)
        {
            assert_eq!(url.scheme(), "https");
        }
    }
}

/// An ID token (OpenID Connect Core §3.1.3.7).
pub fn id_token(data: &[u8]) {
    let (Ok(text), Some(known), Ok(issuer)) = (
        std::str::from_utf8(data),
        known(),
        IssuerUrl::new(ISSUER.to_owned()),
    ) else {
        return;
    };
    if let Ok(token) = token::Token::from_str(text) {
        let now = Timestamp::from_seconds(1_800_000_000);
        assert!(token::verify(&token, &known, &issuer, "kobling", "nonce", now).is_err());
    }
}

/// A logout token (OpenID Connect Back-Channel Logout 1.0 §2.6).
pub fn logout_token(data: &[u8]) {
    let (Ok(text), Some(known)) = (std::str::from_utf8(data), known()) else {
        return;
    };
    if let Ok(token) = logout::Token::read(text) {
        assert!(token.verify(&known).is_err());
    }
}
