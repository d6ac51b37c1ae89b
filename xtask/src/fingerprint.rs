//! Decides whether an output must be rebuilt: a digest of all its inputs.
//!
//! Contents are compared, not times: a fresh checkout, a touched file or a changed clock causes no rebuild.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::run;

/// A digest that is being computed.
#[derive(Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds an input with its name. Both are preceded by their lengths, so that different sequences of inputs have
    /// different digests.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds the content of one file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn add_file(&mut self, path: &Path) -> Result<()> {
        let content =
            fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
        self.add(&path.to_string_lossy(), &content);
        Ok(())
    }

    /// Adds every file below a folder, except those in folders of the name `except`.
    ///
    /// # Errors
    /// If a file or folder cannot be read.
    pub fn add_tree(&mut self, folder: &Path, except: &str) -> Result<()> {
        files_below(folder, except)?
            .iter()
            .try_for_each(|file| self.add_file(file))
    }

    /// The digest, in hexadecimal.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// All files below a folder in a stable order, except those in folders of the name `except`.
///
/// # Errors
/// If a folder cannot be read.
pub fn files_below(folder: &Path, except: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        let entries =
            fs::read_dir(&next).with_context(|| format!("could not list {}", next.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("could not list {}", next.display()))?;
            let kind = entry.file_type()?;
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() && entry.file_name() != except {
                waiting.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A file under `target/stamps` with the fingerprint that an output was last built from.
pub struct Stamp(PathBuf);

impl Stamp {
    /// The stamp of an output.
    pub fn new(name: &str) -> Self {
        Self(run::target().join("stamps").join(name))
    }

    /// Whether the output was built from exactly these inputs.
    pub fn matches(&self, fingerprint: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|last| last == fingerprint)
    }

    /// Stores the fingerprint. Called once the output is complete.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn set(&self, fingerprint: &str) -> Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.0, fingerprint)
            .with_context(|| format!("could not write {}", self.0.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(parts: &[(&str, &str)]) -> String {
        let mut fingerprint = Fingerprint::default();
        for (name, content) in parts {
            fingerprint.add(name, content.as_bytes());
        }
        fingerprint.finish()
    }

    #[test]
    fn the_boundaries_of_inputs_matter() {
        assert_ne!(digest(&[("a", "bc")]), digest(&[("ab", "c")]));
        assert_ne!(digest(&[("a", "b"), ("c", "d")]), digest(&[("a", "bcd")]));
        assert_eq!(digest(&[("a", "b")]), digest(&[("a", "b")]));
    }

    #[test]
    fn a_tree_is_its_names_and_contents_without_excluded_folders() {
        let folder = tempfile::tempdir().unwrap();
        let tree = |folder: &Path| {
            let mut fingerprint = Fingerprint::default();
            fingerprint.add_tree(folder, "node_modules").unwrap();
            fingerprint.finish()
        };
        fs::create_dir_all(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/one.css"), "a").unwrap();
        let first = tree(folder.path());

        fs::create_dir_all(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("node_modules/x"), "x").unwrap();
        assert_eq!(tree(folder.path()), first);

        fs::write(folder.path().join("deep/one.css"), "b").unwrap();
        assert_ne!(tree(folder.path()), first);

        fs::write(folder.path().join("deep/one.css"), "a").unwrap();
        assert_eq!(tree(folder.path()), first);

        fs::rename(
            folder.path().join("deep/one.css"),
            folder.path().join("deep/two.css"),
        )
        .unwrap();
        assert_ne!(tree(folder.path()), first);
    }
}
