//! `[secrets]`, and secrets in files.

use super::{ConfigError, wrong};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_domain::kernel::secret::Keys;
use serde::Deserialize;
use std::{fmt, fs, path::PathBuf};

/// A secret that stands in the configuration.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secret, or what its file holds, without the line end.
pub(crate) fn secret(
    name: &str,
    inline: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Option<String>, ConfigError> {
    match (inline, file) {
        (Some(_), Some(_)) => Err(wrong(
            name,
            format!("stands beside {name}_file; only one of them can count"),
        )),
        (Some(secret), None) => Ok(Some(secret.0.clone())),
        (None, Some(path)) => match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(wrong(
                format!("{name}_file"),
                format!("{}: {error}", path.display()),
            )),
        },
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
    /// Seals signing keys and mails on their way, signs challenges. To change it, empty the outbox and withdraw the
    /// signing keys.
    pub master_key: Option<Secret>,
    /// The same in a file.
    pub master_key_file: Option<PathBuf>,
    /// Hashes identity numbers. Must stay: with another key nobody in the directory is known any more.
    pub identity_key: Option<Secret>,
    /// The same in a file.
    pub identity_key_file: Option<PathBuf>,
}

impl SecretsSection {
    pub(crate) fn keys(&self) -> Result<Keys, ConfigError> {
        let read = |name: &str, inline, file| {
            let text = secret(name, inline, file)?.ok_or_else(|| wrong(name, "missing"))?;
            let bytes = STANDARD
                .decode(text)
                .map_err(|_| wrong(name, "must be base64"))?;
            <[u8; 32]>::try_from(bytes).map_err(|_| wrong(name, "must be 32 bytes in base64"))
        };
        let master = read(
            "secrets.master_key",
            self.master_key.as_ref(),
            self.master_key_file.as_ref(),
        )?;
        let identity = read(
            "secrets.identity_key",
            self.identity_key.as_ref(),
            self.identity_key_file.as_ref(),
        )?;
        if master == identity {
            return Err(wrong(
                "secrets.identity_key",
                "must be another key than secrets.master_key",
            ));
        }
        Ok(Keys::new(master, identity))
    }
}
