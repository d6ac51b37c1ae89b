//! Validation of the URIs of a client: redirect URIs, and URIs that the server requests.

use super::{MetadataError, Rules, wrong};
use crate::local::is_local;
use url::{Host, Url};

/// The maximum length of an address, in bytes.
pub(super) const MAX_ADDRESS_LENGTH: usize = 2_000;

/// A valid address.
pub struct Address(Url);

impl Address {
    /// A redirect URI (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1 and §4.1.3).
    pub fn redirect(
        field: &'static str,
        uri: &str,
        rules: Rules,
        native: bool,
    ) -> Result<Self, MetadataError> {
        let url = unambiguous(field, uri)?;
        let good = match url.scheme() {
            "https" => true,
            "http" => is_local(&url) && (rules.local_http || native),
            // A private-use scheme is a reversed domain name (RFC 8252 §7.1). The dot excludes schemes that browsers
            // interpret, such as `javascript` and `data`.
            scheme => native && scheme.contains('.'),
        };
        if good {
            Ok(Self(url))
        } else if native {
            let why =
                "must be https, http on a loopback address, or a private-use scheme with a dot";
            Err(wrong(field, format!("{uri}: {why}")))
        } else {
            Err(wrong(field, format!("{uri}: must be https")))
        }
    }

    /// An address that the server itself requests, such as `jwks_uri`.
    pub fn fetched(field: &'static str, uri: &str, rules: Rules) -> Result<Self, MetadataError> {
        let url = unambiguous(field, uri)?;
        let local = rules.local_http && is_local(&url);
        if url.scheme() != "https" && !(local && url.scheme() == "http") {
            return Err(wrong(field, format!("{uri}: must be https")));
        }
        let public = matches!(url.host(), Some(Host::Domain(name)) if name.trim_end_matches('.').contains('.'));
        if rules.untrusted && !local && !public {
            let why = "must be on a host with a public name";
            return Err(wrong(field, format!("{uri}: {why}")));
        }
        Ok(Self(url))
    }

    /// The host, or nothing for a private-use scheme without one.
    pub fn host(&self) -> Option<String> {
        self.0.host_str().map(str::to_owned)
    }

    /// Whether the host is localhost or a loopback address.
    pub fn is_local(&self) -> bool {
        is_local(&self.0)
    }
}

/// Parses an absolute address that all parsers read alike, so that a comparison as strings is safe.
fn unambiguous(field: &'static str, uri: &str) -> Result<Url, MetadataError> {
    let wrong = |why: &str| wrong(field, format!("{uri}: {why}"));
    if uri.len() > MAX_ADDRESS_LENGTH {
        return Err(super::wrong(
            field,
            format!("is longer than {MAX_ADDRESS_LENGTH} bytes"),
        ));
    }
    // URL parsers disagree about other characters: some drop them, some replace them.
    if !uri
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte))
    {
        return Err(wrong(
            "must contain only characters of RFC 3986, others percent-encoded",
        ));
    }
    let url = Url::parse(uri).map_err(|error| wrong(&error.to_string()))?;
    if uri.contains('#') {
        return Err(wrong("must not contain a fragment"));
    }
    if uri.contains('*') {
        return Err(wrong("must not contain wildcards"));
    }
    if !url.username().is_empty() || url.password().is_some() || authority(uri).contains('@') {
        return Err(wrong("must not contain a user name or password"));
    }
    Ok(url)
}

fn authority(uri: &str) -> &str {
    let rest = uri.split_once("//").map_or("", |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    &rest[..end]
}
