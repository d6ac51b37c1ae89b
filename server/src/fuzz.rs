//! Untrusted input: one function per parser. `fuzz/` calls them, and a test runs them over its corpus.
//!
//! None may panic. Invariants that hold for any input are asserted here.

use crate::oidc::{
    Parameters, authorize, claims,
    client_auth::{self, Assertion},
    dpop,
    jose::NamedKey,
};
use kobling_domain::oidc::client::Client;

const REDIRECT_URI: &str = "https://a.example/callback";
const NOW: i64 = 1_800_000_000;
const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

/// The query of an authorization request, and a pushed one's body (OpenID Connect Core §3.1.2.1, RFC 9126 §2.1).
pub fn authorization_request(data: &[u8]) {
    let Ok(parameters) = Parameters::parse(data) else {
        return;
    };
    let mut client = Client::new("a", "A");
    client.redirect_uris = vec![REDIRECT_URI.to_owned()];
    client.native = true;
    if let Some(uri) = parameters.get("redirect_uri") {
        assert!(!client.redirects_to(uri) || uri == REDIRECT_URI);
    }
    if let Ok(request) = authorize::check(&client, &parameters, REDIRECT_URI) {
        assert_eq!(request.redirect_uri, REDIRECT_URI);
        assert_eq!(request.code_challenge.len(), 43);
        assert!(request.scope.split(' ').any(|scope| scope == "openid"));
    }
    if let Some(text) = parameters.get("claims") {
        let _ = claims::read(text);
    }
}

/// The `Authorization` header and the body of a token request, divided by the first line break (RFC 6749 §4.1.3).
pub fn token_request(data: &[u8]) {
    let end = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let (header, body) = data.split_at(end);
    if let Ok(header) = std::str::from_utf8(header) {
        let _ = client_auth::basic(header);
    }
    if let Ok(parameters) = Parameters::parse(body.get(1..).unwrap_or_default())
        && let Some(text) = parameters.get("client_assertion")
    {
        client_assertion(text.as_bytes());
    }
}

/// A client assertion (RFC 7523 §3). No input is signed by the key.
pub fn client_assertion(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let keys = NamedKey::read_set(KEYS).unwrap_or_default();
    assert_eq!(keys.len(), 1, "the key is read");
    if let Some(assertion) = Assertion::read(text) {
        assert!(
            assertion
                .check(&keys, &["https://kobling.example"], NOW)
                .is_err()
        );
    }
}

/// A DPoP proof (RFC 9449 §4.3).
pub fn dpop_proof(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let expected = dpop::Expected {
        method: "POST",
        uri: "https://kobling.example/oidc/token",
        access_token: Some("token"),
        now: NOW,
    };
    if let Ok(proof) = dpop::check(text, &expected) {
        assert!(!proof.jti.is_empty());
        assert_eq!(proof.thumbprint.0.len(), 43);
    }
}
