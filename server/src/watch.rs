//! Support for `cargo leptos watch`, which builds the client-side code into a folder instead of the binary, and sets
//! its location in environment variables. Built only with the feature `demo`.

use kobling_app::edge::Assets;
use std::{env, path::PathBuf};

/// The location of the client-side code.
pub struct Watched {
    /// Path in URLs, such as `/pkg`.
    pub path: String,
    /// The folder with the files.
    pub folder: PathBuf,
    /// The paths of the files.
    pub assets: Assets,
}

/// The location that cargo-leptos has set, if it is running.
#[must_use]
pub fn watched() -> Option<Watched> {
    let name = env::var("LEPTOS_OUTPUT_NAME").ok()?;
    let package = env::var("LEPTOS_SITE_PKG_DIR").ok()?;
    let folder = PathBuf::from(env::var_os("LEPTOS_SITE_ROOT")?).join(&package);
    let path = format!("/{package}");
    let file = |extension: &str| format!("{path}/{name}.{extension}");
    Some(Watched {
        assets: Assets::new(|wanted| match wanted {
            "kobling.js" => file("js"),
            "kobling_bg.wasm" => file("wasm"),
            "kobling.css" => file("css"),
            other => crate::assets::path(other),
        }),
        folder,
        path,
    })
}
