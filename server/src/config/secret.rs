//! `[secrets]`, and secrets that are read from files.

use super::error::{ConfigError, read, wrong};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_domain::kernel::secret::Keys;
use serde::Deserialize;
use std::{fmt, path::PathBuf};

/// A secret in the configuration. `Debug` does not show it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Reads the secret from the configuration or from its file, without the trailing line break.
pub(crate) fn secret(
    name: &str,
    inline: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Option<String>, ConfigError> {
    match (inline, file) {
        (Some(_), Some(_)) => Err(wrong(name, format!("cannot be combined with {name}_file"))),
        (Some(secret), None) => Ok(Some(secret.0.clone())),
        (None, Some(path)) => {
            let text = read(format!("{name}_file"), path)?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => Ok(None),
    }
}

/// A new key for `[secrets]`.
#[must_use]
pub fn new_key() -> String {
    use kobling_domain::kernel::clock::Entropy;
    STANDARD.encode(crate::world::SystemEntropy.bytes())
}

/// `[secrets]`: two keys of 256 bits in base64, as `kobling new-key` prints them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsSection {
    /// Encrypts signing keys and the outbox, and signs challenges. Before it is changed, the outbox must be empty and
    /// the signing keys withdrawn.
    pub master_key: Option<Secret>,
    /// File that contains it.
    pub master_key_file: Option<PathBuf>,
    /// Hashes identity numbers. It must never change: with another key, no employee in the directory is recognised.
    pub identity_key: Option<Secret>,
    /// File that contains it.
    pub identity_key_file: Option<PathBuf>,
}

impl SecretsSection {
    pub(crate) fn keys(&self) -> Result<Keys, ConfigError> {
        let key = |name: &str, inline, file| {
            let text = secret(name, inline, file)?.ok_or_else(|| wrong(name, "missing"))?;
            let bytes = STANDARD
                .decode(text)
                .map_err(|_| wrong(name, "must be base64"))?;
            <[u8; 32]>::try_from(bytes).map_err(|_| wrong(name, "must be 32 bytes in base64"))
        };
        let master = key(
            "secrets.master_key",
            self.master_key.as_ref(),
            self.master_key_file.as_ref(),
        )?;
        let identity = key(
            "secrets.identity_key",
            self.identity_key.as_ref(),
            self.identity_key_file.as_ref(),
        )?;
        if master == identity {
            return Err(wrong(
                "secrets.identity_key",
                "must differ from secrets.master_key",
            ));
        }
        Ok(Keys::new(master, identity))
    }
}
