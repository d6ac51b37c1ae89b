//! `[branding]` and `[organisation.branding]`: what pages and mails look like; `[languages]` and `[sign_in]`.

use super::{
    Config,
    error::{ConfigError, wrong},
};
use crate::brand::{Files, accent, build, mark};
use kobling_app::edge::Brands;
use kobling_domain::kernel::localised::Localised;
use kobling_mail::Look;
use kobling_model::Lang;
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf};

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
    fn check_links(&self, name: &str) -> Result<(), ConfigError> {
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
fn is_link(address: &str) -> Result<(), &'static str> {
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

impl Config {
    /// What mails look like, validated.
    pub(crate) fn mail_look(&self) -> Result<Look, ConfigError> {
        let named = Look::named(&self.server.site_name);
        Ok(match accent("branding", &self.branding)? {
            Some(accent) => Look {
                accent: accent.light.to_string(),
                accent_dark: accent.dark.to_string(),
                ..named
            },
            None => named,
        })
    }

    /// The brands, validated.
    pub(crate) fn brands(&self) -> Result<Brands, ConfigError> {
        let mut files = Files::default();
        let mut marks = String::new();
        for provider in &self.providers {
            if let Some(path) = &provider.logo {
                marks.push_str(&mark(&provider.id, path, &mut files)?);
            }
        }
        self.branding.check_links("branding")?;
        let statement = self.server.accessibility_statement.iter();
        for address in statement.flat_map(Localised::all) {
            is_link(address).map_err(|why| wrong("server.accessibility_statement", why))?;
        }
        let own = build("branding", &self.branding, None, &marks, &mut files)?;
        let mut organisations = BTreeMap::new();
        for organisation in &self.organisations {
            let Some(section) = &organisation.branding else {
                continue;
            };
            let name = format!("organisation.{}.branding", organisation.key);
            section.check_links(&name)?;
            let (brand, _) = build(&name, section, Some(&own), &marks, &mut files)?;
            organisations.insert(organisation.key.clone(), brand);
        }
        Ok(Brands {
            own: own.0,
            organisations,
            files: files.into_inner(),
        })
    }
}

#[cfg(test)]
mod tests;
