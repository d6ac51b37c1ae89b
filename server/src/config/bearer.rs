//! `[admin]`, `[registration]` and `[metrics]`: what is opened by a token.

use super::{
    ConfigError,
    secret::{Secret, secret},
    wrong,
};
use kobling_domain::{admin::types::Credential, kernel::secret::Digest256};
use serde::Deserialize;
use std::{collections::HashSet, path::PathBuf};

/// The least that a token has, in characters. As `kobling new-key` prints them, it has 44.
const LEAST: usize = 32;

/// `[admin]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdminSection {
    /// Who may administer; none: there is no such API.
    #[serde(rename = "token")]
    pub tokens: Vec<NamedToken>,
}

/// `[[admin.token]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedToken {
    /// Whose it is; stands in the audit log beside whatever is done with it.
    pub name: String,
    /// The token.
    pub token: Option<Secret>,
    /// The same in a file.
    pub token_file: Option<PathBuf>,
}

/// `[registration]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrationSection {
    /// Initial access tokens (RFC 7591 §3); none: no application registers itself.
    pub tokens: Vec<Secret>,
    /// The same, each in a file.
    pub token_files: Vec<PathBuf>,
}

/// `[metrics]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsSection {
    /// What the collector shows; none: there are no metrics.
    pub token: Option<Secret>,
    /// The same in a file.
    pub token_file: Option<PathBuf>,
}

/// The hash of a token that is long enough to be one.
fn digest(
    name: &str,
    inline: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Option<Digest256>, ConfigError> {
    match secret(name, inline, file)? {
        None => Ok(None),
        Some(token) if token.chars().count() < LEAST => {
            Err(wrong(name, format!("must be at least {LEAST} characters")))
        }
        // It travels in a header.
        Some(token) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(wrong(name, "must be of visible ASCII characters"))
        }
        Some(token) => Ok(Some(Digest256::of(&token))),
    }
}

impl AdminSection {
    pub(crate) fn build(&self) -> Result<Vec<Credential>, ConfigError> {
        let mut names = HashSet::new();
        let build = |section: &NamedToken| {
            let name = section.name.clone();
            if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
                return Err(wrong("admin.token.name", "must be 1 to 64 characters"));
            }
            if !names.insert(name.clone()) {
                return Err(wrong("admin.token.name", format!("{name} stands twice")));
            }
            let setting = format!("admin.token.{name}.token");
            let digest = digest(
                &setting,
                section.token.as_ref(),
                section.token_file.as_ref(),
            )?
            .ok_or_else(|| wrong(setting, "missing"))?;
            Ok(Credential { name, digest })
        };
        distinct(
            "admin.token",
            self.tokens.iter().map(build).collect::<Result<_, _>>()?,
        )
    }
}

impl RegistrationSection {
    pub(crate) fn build(&self) -> Result<Vec<Credential>, ConfigError> {
        let inline = self.tokens.iter().map(|token| (Some(token), None));
        let files = self.token_files.iter().map(|file| (None, Some(file)));
        let all = inline
            .chain(files)
            .enumerate()
            .map(|(index, (inline, file))| {
                let setting = "registration.token";
                let digest =
                    digest(setting, inline, file)?.ok_or_else(|| wrong(setting, "missing"))?;
                let name = format!("initial access token {}", index + 1);
                Ok(Credential { name, digest })
            })
            .collect::<Result<_, ConfigError>>()?;
        distinct("registration.tokens", all)
    }
}

impl MetricsSection {
    pub(crate) fn build(&self) -> Result<Option<Digest256>, ConfigError> {
        digest(
            "metrics.token",
            self.token.as_ref(),
            self.token_file.as_ref(),
        )
    }
}

/// One token is one holder's.
fn distinct(setting: &str, all: Vec<Credential>) -> Result<Vec<Credential>, ConfigError> {
    let digests: HashSet<&str> = all.iter().map(|one| one.digest.0.as_str()).collect();
    if digests.len() < all.len() {
        return Err(wrong(setting, "the same token stands twice"));
    }
    Ok(all)
}
