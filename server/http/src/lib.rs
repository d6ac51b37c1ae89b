//! Outgoing HTTP requests: bounded in time and size, without redirects, and with no response data in errors.

mod public;

use public::{NotPublic, PublicOnly, is_public};
use reqwest::{ClientBuilder, RequestBuilder, header, redirect};
use std::{error::Error, sync::Arc, time::Duration};
use url::{Host, Url};

/// Maximum size of a response.
const MAX_RESPONSE: usize = 1024 * 1024;

/// Names and values of a form, or of a query.
pub type Form = Vec<(&'static str, String)>;

/// User name and password of HTTP Basic authentication, already encoded (RFC 6749 §2.3.1).
pub type Basic = (String, String);

/// The one HTTP client.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    public_only: bool,
}

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
    /// The host has no public address, and only public ones are permitted.
    #[error("no public address")]
    NotPublic,
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
        let mut builder = builder(timeout)?;
        if direct {
            builder = builder.no_proxy();
        }
        built(builder, false)
    }

    /// A client for addresses that strangers choose: it connects to public addresses only, and to no proxy, which would
    /// resolve the names by itself.
    ///
    /// # Errors
    /// [`NoClient`].
    pub fn public_only(timeout: Duration) -> Result<Self, NoClient> {
        let builder = builder(timeout)?.no_proxy();
        built(builder.dns_resolver(Arc::new(PublicOnly)), true)
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn get(&self, url: &Url) -> Result<Response, HttpError> {
        self.permits(url)?;
        send(self.client.get(url.clone())).await
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
        self.permits(url)?;
        let mut request = self.client.post(url.clone()).form(form);
        if let Some((name, password)) = basic {
            request = request.basic_auth(name, Some(password));
        }
        send(request).await
    }

    /// Refuses a literal address that is not public: it does not pass the resolver.
    fn permits(&self, url: &Url) -> Result<(), HttpError> {
        let permitted = !self.public_only
            || match url.host() {
                Some(Host::Ipv4(address)) => is_public(address.into()),
                Some(Host::Ipv6(address)) => is_public(address.into()),
                Some(Host::Domain(_)) | None => true,
            };
        permitted.then_some(()).ok_or(HttpError::NotPublic)
    }
}

fn built(builder: ClientBuilder, public_only: bool) -> Result<Http, NoClient> {
    let client = builder.build().map_err(|_| NoClient)?;
    Ok(Http {
        client,
        public_only,
    })
}

fn builder(timeout: Duration) -> Result<ClientBuilder, NoClient> {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| NoClient)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .referer(false)
        .user_agent("kobling")
        .timeout(timeout))
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
    let mut causes = std::iter::successors(Some(error as &dyn Error), |error| (*error).source());
    if error.is_timeout() {
        HttpError::Timeout
    } else if causes.any(<dyn Error>::is::<NotPublic>) {
        HttpError::NotPublic
    } else {
        HttpError::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_name_or_number_of_this_machine_is_connected_to() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        listener.set_nonblocking(true).expect("a mode");
        let port = listener.local_addr().expect("an address").port();
        let http = Http::public_only(Duration::from_secs(5)).expect("a client");
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0.0.0.0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "localhost",
            "LOCALHOST",
        ] {
            for scheme in ["http", "https"] {
                let url = format!("{scheme}://{host}:{port}/").parse().expect("a URL");
                let error = http.get(&url).await.err();
                assert_eq!(error, Some(HttpError::NotPublic), "{url}");
                let error = http.post(&url, &Vec::new(), None).await.err();
                assert_eq!(error, Some(HttpError::NotPublic), "{url}");
            }
        }
        let nobody = listener.accept().map(|_| ()).map_err(|error| error.kind());
        assert_eq!(nobody, Err(std::io::ErrorKind::WouldBlock));
    }
}
