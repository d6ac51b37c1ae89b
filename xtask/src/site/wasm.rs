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

/// Compiles the frontend and returns its script and its module.
///
/// # Errors
/// If the frontend does not compile, or its module cannot be processed.
pub fn build() -> Result<Vec<Piece>> {
    let compiled = compile()?;
    let out = run::build_folder("wasm");
    let script = out.join("kobling.min.js");
    // Cargo always runs, since only it knows the inputs of a crate. The later steps depend only on the module.
    let mut fingerprint = Fingerprint::default();
    fingerprint.add("how", include_bytes!("wasm.rs"));
    fingerprint.add_file(&run::root().join("style/package-lock.json"))?;
    fingerprint.add_file(&compiled)?;
    let fingerprint = fingerprint.finish();
    let stamp = Stamp::new("wasm");
    if !(script.is_file() && out.join(MODULE).is_file() && stamp.matches(&fingerprint)) {
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

/// Uses a separate target directory, so that this build and others do not wait for each other's lock.
fn compile() -> Result<PathBuf> {
    let target = run::target().join("wasm");
    println!("compiling the frontend to WebAssembly");
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
        "kobling-frontend has no WebAssembly output: its crate type must be cdylib"
    );
    Ok(module)
}

/// Generates the JavaScript bindings of the module. wasm-bindgen is used as a library, because the lock file then keeps
/// its version equal to that of the macros.
///
/// wasm-opt is not used: it saves 3 % of the transferred size and is a package of 100 MB.
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

/// Bundles and minifies the script with the snippets of libraries, and inserts the final name of the module.
fn bundle(out: &Path, script: &Path) -> Result<()> {
    let module = fs::read(out.join(MODULE)).context("the module with bindings is missing")?;
    let unbundled = out.join(SCRIPT);
    let text = fs::read_to_string(&unbundled).context("the script with bindings is missing")?;
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

/// Replaces the name of the module in the script by its final name, so that the script finds the module without an
/// explicit path.
fn renamed(script: &str, name: &str) -> Result<String> {
    ensure!(
        script.contains(MODULE),
        "the script does not contain the name of the module: the output of wasm-bindgen has changed"
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
