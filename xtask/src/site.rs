//! The browser's half: `target/site`, which the server's build puts into the binary.
//!
//! `site.json` lists every file. What lies beside it under `assets/` has a digest of its content in
//! its name, so that browsers may keep it for ever, and is there three times: as it is, as `.br`
//! and as `.gz`.

mod esbuild;
mod publish;
mod styles;
mod wasm;

use std::path::PathBuf;

use anyhow::Result;

pub use publish::{Entry, Role, brotli};

use crate::{need, run};

/// Where the finished site stands.
pub fn folder() -> PathBuf {
    run::target().join("site")
}

/// Whether there is a finished site, of whatever age.
pub fn stands() -> bool {
    folder().join("site.json").is_file()
}

/// Builds what has changed, and gives the list that stands in `site.json`.
///
/// # Errors
/// When a tool is missing or a part cannot be built.
pub fn build() -> Result<Vec<Entry>> {
    need::wasm_target()?;
    need::npm_packages("style")?;
    let mut pieces = wasm::build()?;
    pieces.extend(styles::build()?);
    let entries = publish::publish(&folder(), &pieces)?;
    println!("the site is in {}", folder().display());
    Ok(entries)
}
