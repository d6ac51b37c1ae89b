//! Addresses that a client gives: where people are led, and what is asked by us.

use super::{MetadataError, Rules, wrong};
use crate::local::is_local;
use url::{Host, Url};

/// The longest address, in bytes.
pub(super) const LONGEST_ADDRESS: usize = 2_000;

/// An address that may stand in a client.
pub struct Address(Url);

impl Address {
    /// Where people are led back to (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1 and §4.1.3).
    pub fn redirect(
        field: &'static str,
        uri: &str,
        rules: Rules,
        native: bool,
    ) -> Result<Self, MetadataError> {
        let url = plain(field, uri)?;
        let good = match url.scheme() {
            "https" => true,
            "http" => is_local(&url) && (rules.local_http || native),
            // A private-use scheme is a domain name turned round (RFC 8252 §7.1), which no scheme with powers of its own
            // is, such as `javascript` and `data`.
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

    /// What is asked by us.
    pub fn asked_by_us(
        field: &'static str,
        uri: &str,
        rules: Rules,
    ) -> Result<Self, MetadataError> {
        let url = plain(field, uri)?;
        let local = rules.local_http && is_local(&url);
        if url.scheme() != "https" && !(local && url.scheme() == "http") {
            return Err(wrong(field, format!("{uri}: must be https")));
        }
        let public = matches!(url.host(), Some(Host::Domain(name)) if name.trim_end_matches('.').contains('.'));
        if rules.stranger && !local && !public {
            let why = "must be on a host with a public name";
            return Err(wrong(field, format!("{uri}: {why}")));
        }
        Ok(Self(url))
    }

    /// Its host.
    pub fn host(&self) -> Option<String> {
        self.0.host_str().map(str::to_owned)
    }

    /// Whether it is on the person's own machine.
    pub fn is_local(&self) -> bool {
        is_local(&self.0)
    }
}

/// An absolute address that reads the same to everybody: compared as text, it goes where it seems to go.
fn plain(field: &'static str, uri: &str) -> Result<Url, MetadataError> {
    let wrong = |why: &str| wrong(field, format!("{uri}: {why}"));
    if uri.len() > LONGEST_ADDRESS {
        return Err(super::wrong(
            field,
            format!("longer than {LONGEST_ADDRESS} bytes"),
        ));
    }
    // Readers of addresses part over these: some drop them, some take them for others.
    if !uri
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte))
    {
        return Err(wrong(
            "must be of the characters of RFC 3986, the rest encoded",
        ));
    }
    let url = Url::parse(uri).map_err(|error| wrong(&error.to_string()))?;
    if uri.contains('#') {
        return Err(wrong("must be without a fragment"));
    }
    if uri.contains('*') {
        return Err(wrong("must be without wildcards"));
    }
    if !url.username().is_empty() || url.password().is_some() || authority(uri).contains('@') {
        return Err(wrong("must be without user name and password"));
    }
    Ok(url)
}

fn authority(uri: &str) -> &str {
    let rest = uri.split_once("//").map_or("", |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    &rest[..end]
}
