//! Sets `KOBLING_BUILD`, a hash of the sources of the pages, which is the same for server and browser.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

const MADE_OF: [&str; 4] = ["src", "model/src", "text/src", "../Cargo.lock"];

fn main() -> io::Result<()> {
    // std's hasher with fixed keys. It is the same for server and browser, since build scripts run on the host.
    let mut hasher = DefaultHasher::new();
    for path in MADE_OF {
        println!("cargo::rerun-if-changed={path}");
        read(Path::new(path), &mut hasher)?;
    }
    println!("cargo::rustc-env=KOBLING_BUILD={:016x}", hasher.finish());
    Ok(())
}

/// Hashes names and contents, in the order of the names.
fn read(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    hasher.write(path.to_string_lossy().as_bytes());
    if !path.is_dir() {
        let content = fs::read(path)?;
        hasher.write_usize(content.len());
        hasher.write(&content);
        return Ok(());
    }
    let mut inside: Vec<PathBuf> = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    inside.sort();
    inside.iter().try_for_each(|path| read(path, hasher))
}
