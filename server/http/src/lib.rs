//! Outgoing HTTP requests: bounded in time and size, without redirects, and with no response data in errors.

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
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// No complete response was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No connection, or it was interrupted.
    #[error("no connection")]
    Unreachable,
    /// No complete response within the time limit.
    #[error("no answer in time")]
    Timeout,
    /// The response was too large.
    #[error("answer too large")]
    TooLarge,
}

/// The client cannot be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the HTTP client cannot be created")]
pub struct NoClient;

impl Http {
    /// Creates the client; `direct` bypasses proxies, which cannot resolve local names.
    ///
    /// # Errors
    /// [`NoClient`].
    pub fn new(timeout: Duration, direct: bool) -> Result<Self, NoClient> {
        let roots =
            rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| NoClient)?
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
        builder.build().map(Self).map_err(|_| NoClient)
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn get(&self, url: &Url) -> Result<Response, HttpError> {
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
    ) -> Result<Response, HttpError> {
        let mut request = self.0.post(url.clone()).form(form);
        if let Some((name, password)) = basic {
            request = request.basic_auth(name, Some(password));
        }
        send(request).await
    }
}

async fn send(request: RequestBuilder) -> Result<Response, HttpError> {
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
    Ok(Response {
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
