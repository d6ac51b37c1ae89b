//! The look of the pages and mails of an installation, from its configuration.

use super::{Files, accent, build, mark};
use crate::config::{Config, ConfigError, is_link, wrong};
use kobling_app::edge::Brands;
use kobling_domain::kernel::localised::Localised;
use kobling_mail::Look;
use std::collections::BTreeMap;

/// What mails look like, validated.
pub(crate) fn mail_look(config: &Config) -> Result<Look, ConfigError> {
    let named = Look::named(&config.server.site_name);
    Ok(match accent("branding", &config.branding)? {
        Some(accent) => Look {
            accent: accent.light.to_string(),
            accent_dark: accent.dark.to_string(),
            ..named
        },
        None => named,
    })
}

/// The brands, validated.
pub(crate) fn brands(config: &Config) -> Result<Brands, ConfigError> {
    let mut files = Files::default();
    let mut marks = String::new();
    for provider in &config.providers {
        if let Some(path) = &provider.logo {
            marks.push_str(&mark(&provider.id, path, &mut files)?);
        }
    }
    config.branding.check_links("branding")?;
    let statement = config.server.accessibility_statement.iter();
    for address in statement.flat_map(Localised::all) {
        is_link(address).map_err(|why| wrong("server.accessibility_statement", why))?;
    }
    let own = build("branding", &config.branding, None, &marks, &mut files)?;
    let mut organisations = BTreeMap::new();
    for organisation in &config.organisations {
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

#[cfg(test)]
mod tests;
