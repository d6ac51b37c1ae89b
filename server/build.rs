//! Embeds the client-side code in the binary: a table of the files that `target/site/site.json` lists. Without that
//! file (`cargo check` in a clean clone) the table is empty, and the server logs a warning at start.

use serde::Deserialize;
use std::{env, fmt::Write, fs, io, path::PathBuf};

#[derive(Deserialize)]
struct Entry {
    name: String,
    path: String,
    file: String,
    mime: String,
    sha256: String,
}

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let site = root.join("../target/site");
    let list = site.join("site.json");
    println!("cargo::rerun-if-changed={}", list.display());
    let entries: Vec<Entry> = match fs::read(&list) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => Vec::new(),
    };
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for entry in &entries {
        let file = site.join(&entry.file).canonicalize()?;
        let file = file.display();
        let _ = writeln!(
            table,
            "Asset {{ name: {:?}, path: {:?}, mime: {:?}, etag: \"\\\"{}\\\"\", plain: include_bytes!({:?}), \
             brotli: include_bytes!({:?}), gzip: include_bytes!({:?}) }},",
            entry.name,
            entry.path,
            entry.mime,
            entry.sha256,
            file.to_string(),
            format!("{file}.br"),
            format!("{file}.gz"),
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), table)
}
