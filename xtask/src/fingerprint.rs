//! Whether something has to be made again: a digest over all that goes into it.
//!
//! Contents are compared, never times: a fresh checkout, a touched file or a changed clock makes
//! nothing new, and a file put back as it was makes nothing at all.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::run;

/// A digest in the making.
#[derive(Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds one thing under a name. Both are preceded by their lengths, so that no two different
    /// rows of things give the same digest.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds the content of one file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn add_file(&mut self, path: &Path) -> Result<()> {
        let content =
            fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
        self.add(&path.to_string_lossy(), &content);
        Ok(())
    }

    /// Adds every file below a folder, but for folders of this name.
    ///
    /// # Errors
    /// When something in it cannot be read.
    pub fn add_tree(&mut self, folder: &Path, but: &str) -> Result<()> {
        files_below(folder, but)?
            .iter()
            .try_for_each(|file| self.add_file(file))
    }

    /// The digest, in hexadecimal.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// All files below a folder in a stable order, but for what lies in folders of the name `but`.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path, but: &str) -> Result<Vec<PathBuf>> {
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
            } else if kind.is_dir() && entry.file_name() != but {
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

/// A file under `target/stamps` that remembers the fingerprint something was last made from.
pub struct Stamp(PathBuf);

impl Stamp {
    /// The stamp of this name.
    pub fn new(name: &str) -> Self {
        Self(run::target().join("stamps").join(name))
    }

    /// Whether the thing was made from exactly this.
    pub fn holds(&self, fingerprint: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|last| last == fingerprint)
    }

    /// Remembers it; to be called when the thing is whole.
    ///
    /// # Errors
    /// When the file cannot be written.
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
    fn where_one_part_ends_and_the_next_begins_matters() {
        assert_ne!(digest(&[("a", "bc")]), digest(&[("ab", "c")]));
        assert_ne!(digest(&[("a", "b"), ("c", "d")]), digest(&[("a", "bcd")]));
        assert_eq!(digest(&[("a", "b")]), digest(&[("a", "b")]));
    }

    #[test]
    fn a_tree_is_its_names_and_contents_without_what_is_left_out() {
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
