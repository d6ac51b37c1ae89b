//! `[branding]` and `[organisation.branding]`: what pages and mails look like; `[languages]` and `[sign_in]`.

use super::error::{ConfigError, wrong};
use kobling_domain::kernel::localised::Localised;
use kobling_model::Lang;
use serde::Deserialize;
use std::path::PathBuf;

/// `[branding]`, and of one organisation `[organisation.branding]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandingSection {
    /// File of the logo in the header, SVG or PNG.
    pub logo: Option<PathBuf>,
    /// The same on dark ground.
    pub logo_dark: Option<PathBuf>,
    /// File of the icon of the browser's tab, SVG or PNG.
    pub favicon: Option<PathBuf>,
    /// Colour of buttons and links, such as `#0b5d8a`.
    pub accent: Option<String>,
    /// The same on dark ground; derived from `accent` without it.
    pub accent_dark: Option<String>,
    /// Address of the privacy statement, in the footer.
    pub privacy: Option<Localised>,
    /// Address where people get help, in the footer.
    pub support: Option<Localised>,
}

/// `[languages]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguagesSection {
    /// Language for browsers that ask only for languages that Kobling does not have.
    pub fallback: Lang,
}

/// `[sign_in]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInSection {
    /// Offers eIDs before the address and password.
    pub eid_first: bool,
}

impl BrandingSection {
    /// Links are addresses that a person can follow, not scripts.
    pub(crate) fn check_links(&self, name: &str) -> Result<(), ConfigError> {
        for (key, link) in [("privacy", &self.privacy), ("support", &self.support)] {
            if link
                .as_ref()
                .is_some_and(|link| link.all().next().is_none())
            {
                return Err(wrong(format!("{name}.{key}"), "must not be empty"));
            }
            for address in link.iter().flat_map(Localised::all) {
                is_link(address).map_err(|why| wrong(format!("{name}.{key}"), why))?;
            }
        }
        Ok(())
    }
}

/// Whether people can follow an address from a page.
pub(crate) fn is_link(address: &str) -> Result<(), &'static str> {
    let why = "must be an address that begins with https:, http:, mailto:, tel: or a single slash";
    // Behind the same proxy.
    if address.starts_with('/') && !address.starts_with("//") {
        return Ok(());
    }
    let url = url::Url::parse(address).map_err(|_| why)?;
    if ["https", "http", "mailto", "tel"].contains(&url.scheme()) {
        Ok(())
    } else {
        Err(why)
    }
}
