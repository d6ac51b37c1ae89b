//! Names this build of the pages: by what both halves are made of, so that they name it alike.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

const MADE_OF: [&str; 3] = ["src", "model/src", "../Cargo.lock"];

fn main() -> io::Result<()> {
    // The hasher that std fixes the keys of. It is the same for both halves: build scripts run where the build runs.
    let mut hasher = DefaultHasher::new();
    for path in MADE_OF {
        println!("cargo::rerun-if-changed={path}");
        read(Path::new(path), &mut hasher)?;
    }
    println!("cargo::rustc-env=KOBLING_BUILD={:016x}", hasher.finish());
    Ok(())
}

/// Names and contents, in the order of the names.
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
