//! Outgoing requests: bounded in time and size, without redirects, and with no response data in errors.

use crate::settings::SettingsError;
use reqwest::{RequestBuilder, header, redirect};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Maximum size of a response.
const MAX_RESPONSE: usize = 1024 * 1024;

/// Names and values of a form, or of a query.
pub type Form = Vec<(&'static str, String)>;

/// User name and password of HTTP Basic authentication, already encoded (RFC 6749 §2.3.1).
pub type Basic = (String, String);

/// The one HTTP client.
#[derive(Clone)]
pub struct Http(reqwest::Client);

/// A complete response.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// No complete response was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpError {
    /// No connection, or it was interrupted.
    Unreachable,
    /// No complete response within the time limit.
    Timeout,
    /// The response was too large.
    TooLarge,
}

impl HttpError {
    /// A description.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unreachable => "no connection",
            Self::Timeout => "no answer in time",
            Self::TooLarge => "answer too large",
        }
    }
}

impl Http {
    /// Creates the client; `direct` bypasses proxies, which cannot resolve local names.
    ///
    /// # Errors
    /// [`SettingsError::HttpClient`].
    pub fn new(timeout: Duration, direct: bool) -> Result<Self, SettingsError> {
        let roots =
            rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| SettingsError::HttpClient)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent("kobling")
            .timeout(timeout);
        if direct {
            builder = builder.no_proxy();
        }
        builder
            .build()
            .map(Self)
            .map_err(|_| SettingsError::HttpClient)
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn get(&self, url: &Url) -> Result<Answer, HttpError> {
        send(self.0.get(url.clone())).await
    }

    /// Posts a form.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn post(
        &self,
        url: &Url,
        form: &Form,
        basic: Option<&Basic>,
    ) -> Result<Answer, HttpError> {
        let mut request = self.0.post(url.clone()).form(form);
        if let Some((name, password)) = basic {
            request = request.basic_auth(name, Some(password));
        }
        send(request).await
    }
}

async fn send(request: RequestBuilder) -> Result<Answer, HttpError> {
    let mut response = request
        .header(header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(|error| http_error(&error))?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| http_error(&error))? {
        if body.len() + chunk.len() > MAX_RESPONSE {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status().as_u16(),
        body,
    })
}

fn http_error(error: &reqwest::Error) -> HttpError {
    if error.is_timeout() {
        HttpError::Timeout
    } else {
        HttpError::Unreachable
    }
}

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
