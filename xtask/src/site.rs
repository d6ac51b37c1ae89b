//! Builds the client-side code into `target/site`, which the build of the server embeds in the binary.
//!
//! `site.json` lists every file. The names of the files in `assets/` contain a digest of the content, so that browsers
//! can cache them indefinitely. Each is stored uncompressed, as `.br` and as `.gz`.

mod esbuild;
mod publish;
mod styles;
mod wasm;
mod words;

use std::path::PathBuf;

use anyhow::Result;

pub use publish::{Entry, Role, brotli};

use crate::{need, run};

/// The folder of the finished site.
pub fn folder() -> PathBuf {
    run::target().join("site")
}

/// Whether there is a finished site, even if it is outdated.
pub fn exists() -> bool {
    folder().join("site.json").is_file()
}

/// Builds what has changed, and returns the list in `site.json`.
///
/// # Errors
/// If a tool is missing or a part cannot be built.
pub fn build() -> Result<Vec<Entry>> {
    need::wasm_target()?;
    need::npm_packages("style")?;
    let mut pieces = wasm::build()?;
    pieces.extend(styles::build()?);
    pieces.extend(words::pieces());
    let entries = publish::publish(&folder(), &pieces)?;
    println!("the site is in {}", folder().display());
    Ok(entries)
}
