//! Running under `cargo leptos watch`, which builds the browser's half into a folder instead of into the binary and says
//! where by environment variables. Built only with the feature `demo`.

use kobling_app::edge::Assets;
use std::{env, path::PathBuf};

/// Where the browser's half was built to.
pub struct Watched {
    /// Where its files are asked for, such as `/pkg`.
    pub path: String,
    /// The folder with the files.
    pub folder: PathBuf,
    /// Their addresses.
    pub assets: Assets,
}

/// What cargo-leptos says, if it is there.
#[must_use]
pub fn watched() -> Option<Watched> {
    let name = env::var("LEPTOS_OUTPUT_NAME").ok()?;
    let package = env::var("LEPTOS_SITE_PKG_DIR").ok()?;
    let folder = PathBuf::from(env::var_os("LEPTOS_SITE_ROOT")?).join(&package);
    let path = format!("/{package}");
    let file = |extension: &str| format!("{path}/{name}.{extension}");
    Some(Watched {
        assets: Assets {
            js: file("js"),
            wasm: file("wasm"),
            css: file("css"),
            favicon: crate::assets::paths().favicon,
        },
        folder,
        path,
    })
}
