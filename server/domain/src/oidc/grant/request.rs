//! Whether a session answers an authorization request, and the addresses of responses and errors.

use crate::oidc::grant::types::AuthorizationRequest;
use kobling_model::{Timestamp, time::Span};
use url::form_urlencoded;

/// Whether an authorization request can be answered from the session that is there.
#[must_use]
pub fn session_suffices(
    request: &AuthorizationRequest,
    authenticated_at: Timestamp,
    now: Timestamp,
) -> bool {
    !request.force_login
        && request
            .max_age
            .is_none_or(|seconds| now.since(authenticated_at) <= Span::seconds(seconds))
}

/// An error at the client's redirect URI (RFC 6749 §4.1.2.1, with `iss` after RFC 9207).
#[must_use]
pub fn error_url(request: &AuthorizationRequest, error: &str, issuer: &str) -> String {
    let mut query = vec![("error", error)];
    if let Some(state) = &request.state {
        query.push(("state", state));
    }
    query.push(("iss", issuer));
    with_query(&request.redirect_uri, &query)
}

/// The path of the page that leads an error to a client that registered itself.
pub const ERROR_PAGE: &str = "/oidc/error";

/// The address of the page that names the client and leads on to [`error_url`].
#[must_use]
pub fn error_page_url(request: &AuthorizationRequest, error: &str, issuer: &str) -> String {
    let mut query = vec![
        ("client_id", request.client_id.as_str()),
        ("redirect_uri", &request.redirect_uri),
        ("error", error),
    ];
    if let Some(state) = &request.state {
        query.push(("state", state));
    }
    with_query(&format!("{issuer}{ERROR_PAGE}"), &query)
}

/// Adds parameters to a registered address, which may have some already.
#[must_use]
pub fn with_query(url: &str, query: &[(&str, &str)]) -> String {
    let pairs = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{pairs}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(force_login: bool, max_age: Option<i64>) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: "start".into(),
            redirect_uri: "https://a.example/cb".into(),
            scope: "openid".into(),
            state: Some("a b&c".into()),
            force_login,
            max_age,
            ..AuthorizationRequest::default()
        }
    }

    #[test]
    fn a_session_suffices_unless_a_newer_sign_in_is_requested() {
        let now = Timestamp::from_seconds(1_000);
        let at = |seconds| Timestamp::from_seconds(seconds);
        assert!(session_suffices(&request(false, None), at(0), now));
        assert!(!session_suffices(&request(true, None), at(999), now));
        assert!(session_suffices(&request(false, Some(10)), at(990), now));
        assert!(!session_suffices(&request(false, Some(10)), at(989), now));
    }

    #[test]
    fn parameters_of_the_redirect_are_encoded() {
        assert_eq!(
            error_url(&request(false, None), "login_required", "https://k.example"),
            "https://a.example/cb?error=login_required&state=a+b%26c&iss=https%3A%2F%2Fk.example"
        );
        assert_eq!(
            with_query("https://a.example/cb?x=1", &[("y", "2")]),
            "https://a.example/cb?x=1&y=2"
        );
    }
}
