//! The error code in an OAuth response.

/// The error code of an OAuth response, if it is a registered one; any other text is untrusted.
pub(crate) fn error_code(body: &[u8]) -> &'static str {
    /// RFC 6749 §4.1.2.1 and §5.2, RFC 9126 §2.3, OpenID Connect Core §3.1.2.6.
    const KNOWN: [&str; 16] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "invalid_scope",
        "invalid_request_object",
        "invalid_request_uri",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
        "login_required",
        "interaction_required",
        "request_not_supported",
        "use_dpop_nonce",
    ];
    #[derive(serde::Deserialize)]
    struct ErrorResponse {
        error: String,
    }
    serde_json::from_slice::<ErrorResponse>(body)
        .ok()
        .and_then(|response| KNOWN.into_iter().find(|known| *known == response.error))
        .unwrap_or("no known error code")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registered_error_codes_are_repeated() {
        for (body, code) in [
            (r#"{"error":"invalid_client"}"#, "invalid_client"),
            (
                r#"{"error":"invalid_grant","error_description":"code abc"}"#,
                "invalid_grant",
            ),
            (r#"{"error":"01815000000"}"#, "no known error code"),
            (r#"{"error":7}"#, "no known error code"),
            ("<html>", "no known error code"),
            ("", "no known error code"),
        ] {
            assert_eq!(error_code(body.as_bytes()), code, "{body}");
        }
    }
}
