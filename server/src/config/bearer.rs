//! `[admin]`, `[registration]` and `[metrics]`: endpoints that a bearer token protects.

use super::{
    error::{ConfigError, wrong},
    secret::{Secret, secret},
};
use kobling_domain::{admin::types::Credential, kernel::secret::Digest256};
use serde::Deserialize;
use std::{collections::HashSet, path::PathBuf};

/// The minimum length of a token, in characters. A token from `kobling new-key` has 44.
const MIN_LENGTH: usize = 32;

/// `[admin]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSection {
    /// Tokens of administrators; if there are none, the admin API is disabled.
    #[serde(rename = "token")]
    pub tokens: Vec<NamedToken>,
}

/// `[[admin.token]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedToken {
    /// Name of the holder, which the audit log records with every action.
    pub name: String,
    /// The token.
    pub token: Option<Secret>,
    /// File that contains it.
    pub token_file: Option<PathBuf>,
}

/// `[registration]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationSection {
    /// Initial access tokens (RFC 7591 §3); if there are none, dynamic client registration is disabled.
    pub tokens: Vec<Secret>,
    /// Files that contain one token each.
    pub token_files: Vec<PathBuf>,
}

/// `[metrics]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsSection {
    /// Token of the collector; if there is none, `/metrics` is disabled.
    pub token: Option<Secret>,
    /// File that contains it.
    pub token_file: Option<PathBuf>,
}

/// Reads and validates a token, and returns its hash.
fn digest(
    name: &str,
    inline: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Option<Digest256>, ConfigError> {
    match secret(name, inline, file)? {
        None => Ok(None),
        Some(token) if token.chars().count() < MIN_LENGTH => Err(wrong(
            name,
            format!("must be at least {MIN_LENGTH} characters"),
        )),
        // It is sent in a header.
        Some(token) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(wrong(name, "must contain visible ASCII characters only"))
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
                return Err(wrong("admin.token.name", format!("{name} is used twice")));
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

/// A token identifies one holder in the audit log.
fn distinct(setting: &str, all: Vec<Credential>) -> Result<Vec<Credential>, ConfigError> {
    let digests: HashSet<&str> = all.iter().map(|one| one.digest.0.as_str()).collect();
    if digests.len() < all.len() {
        return Err(wrong(setting, "the same token is used twice"));
    }
    Ok(all)
}
