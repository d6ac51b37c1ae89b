//! The frontend crate as WebAssembly, with the JavaScript that loads it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::esbuild::esbuild;
use super::publish::{Piece, Role, hashed_name};
use crate::fingerprint::{Fingerprint, Stamp};
use crate::{need, run};

const SCRIPT: &str = "kobling.js";
const MODULE: &str = "kobling_bg.wasm";

/// Compiles the frontend and gives its script and its module.
///
/// # Errors
/// When the frontend does not compile, or is not a frontend.
pub fn build() -> Result<Vec<Piece>> {
    let compiled = compile()?;
    let out = run::workshop("wasm");
    let script = out.join("kobling.min.js");
    // Cargo knows best what a crate is made of, so it always runs; what follows depends on the
    // module it made alone.
    let mut fingerprint = Fingerprint::default();
    fingerprint.add("how", include_bytes!("wasm.rs"));
    fingerprint.add_file(&run::root().join("style/package-lock.json"))?;
    fingerprint.add_file(&compiled)?;
    let fingerprint = fingerprint.finish();
    let stamp = Stamp::new("wasm");
    if !(script.is_file() && out.join(MODULE).is_file() && stamp.holds(&fingerprint)) {
        bind(&compiled, &out)?;
        bundle(&out, &script)?;
        stamp.set(&fingerprint)?;
    }
    let read = |role, name: &str, file: &Path| -> Result<Piece> {
        Ok(Piece {
            role,
            name: name.to_owned(),
            bytes: fs::read(file).with_context(|| format!("could not read {}", file.display()))?,
        })
    };
    Ok(vec![
        read(Role::Js, SCRIPT, &script)?,
        read(Role::Wasm, MODULE, &out.join(MODULE))?,
    ])
}

/// A target directory of its own keeps this build from waiting for others, and others from it.
fn compile() -> Result<PathBuf> {
    let target = run::target().join("wasm");
    println!("the frontend, for browsers:");
    run::run(
        run::cargo()
            .args(["build", "-p", "kobling-frontend", "--target", need::WASM])
            .args(["--profile", "wasm-release", "--target-dir"])
            .arg(&target),
    )
    .context("the frontend could not be compiled")?;
    let module = target
        .join(need::WASM)
        .join("wasm-release/kobling_frontend.wasm");
    ensure!(
        module.is_file(),
        "kobling-frontend made no WebAssembly: its crate type must be cdylib"
    );
    Ok(module)
}

/// Makes the JavaScript for what the module imports and exports. The version of the library is
/// held equal to that of the macros by the lock file, which a program of its own would not be.
///
/// What wasm-opt would add was measured: 3 % less to send, for a package of 100 MB.
fn bind(module: &Path, out: &Path) -> Result<()> {
    println!("binding the frontend to JavaScript");
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("could not clear {}", out.display()))?;
    }
    Bindgen::new()
        .input_path(module)
        .out_name("kobling")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
        .context("the frontend could not be bound to JavaScript")
}

/// Minifies the script into one file, with the snippets that libraries bring along, and tells it
/// the name that the module will have.
fn bundle(out: &Path, script: &Path) -> Result<()> {
    let module = fs::read(out.join(MODULE)).context("the bound module is gone")?;
    let unbundled = out.join(SCRIPT);
    let text = fs::read_to_string(&unbundled).context("the bound script is gone")?;
    fs::write(&unbundled, renamed(&text, &hashed_name(MODULE, &module))?)?;
    let mut outfile = OsString::from("--outfile=");
    outfile.push(script);
    run::run(
        esbuild()
            .args(["--format=esm", "--target=es2022"])
            .arg(&unbundled)
            .arg(outfile),
    )
    .context("the script could not be bundled")
}

/// The script with the module's final name in place of its own, so that it finds the module beside
/// itself even when nobody says where that is.
fn renamed(script: &str, name: &str) -> Result<String> {
    ensure!(
        script.contains(MODULE),
        "the script does not name its module: wasm-bindgen works in another way now"
    );
    Ok(script.replace(MODULE, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_names_the_module_by_its_final_name() {
        assert_eq!(
            renamed("new URL('kobling_bg.wasm', import.meta.url)", "k-1.wasm").unwrap(),
            "new URL('k-1.wasm', import.meta.url)"
        );
        assert!(renamed("nothing", "k-1.wasm").is_err());
    }
}
