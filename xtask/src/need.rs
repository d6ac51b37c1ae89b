//! Tools that are needed besides Rust: each is found, or installed, or reported as missing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::fingerprint::{Fingerprint, Stamp};
use crate::run;

/// The target of the client-side code.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The oldest supported version of Node.js.
const NODE: u32 = 20;

/// Ensures that the target for browsers is installed.
///
/// # Errors
/// If the target is missing and cannot be added.
pub fn wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    println!("adding the Rust target {WASM}");
    if run::run(Command::new("rustup").args(["target", "add", WASM])).is_ok() && has_wasm_target()?
    {
        return Ok(());
    }
    if let Some(script) = env::var_os("KOBLING_WASM_TARGET_SCRIPT") {
        run::run(&mut Command::new(script))?;
        if has_wasm_target()? {
            return Ok(());
        }
    }
    bail!("the Rust target {WASM} is missing: add it with `rustup target add {WASM}`")
}

fn has_wasm_target() -> Result<bool> {
    let folder = run::output(Command::new("rustc").current_dir(run::root()).args([
        "--print",
        "target-libdir",
        "--target",
        WASM,
    ]))?;
    let Ok(entries) = fs::read_dir(folder.trim()) else {
        return Ok(false);
    };
    Ok(entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")))
}

/// Ensures that Node.js and npm are installed.
///
/// # Errors
/// If one is missing or too old.
pub fn node() -> Result<()> {
    let version = run::output(Command::new("node").arg("--version"))
        .with_context(|| format!("Node.js is missing: install version {NODE} or later"))?;
    ensure!(
        major(&version).is_some_and(|major| major >= NODE),
        "Node.js is too old ({}): install version {NODE} or later",
        version.trim()
    );
    ensure!(
        run::find(&["npm", "npm.cmd"]).is_some(),
        "npm is missing: install it with Node.js"
    );
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Ensures that the npm packages of a folder's lock file are installed. Their install scripts are not run.
///
/// # Errors
/// If there is no lock file, or npm fails.
pub fn npm_packages(folder: &str) -> Result<()> {
    node()?;
    let place = run::root().join(folder);
    let mut fingerprint = Fingerprint::default();
    for file in ["package.json", "package-lock.json"] {
        fingerprint
            .add_file(&place.join(file))
            .with_context(|| format!("{folder} has no {file}"))?;
    }
    let fingerprint = fingerprint.finish();
    let stamp = Stamp::new(&format!("npm-{folder}"));
    // npm writes this file last: without it the installation is incomplete.
    let complete = place.join("node_modules/.package-lock.json").is_file();
    if complete && stamp.matches(&fingerprint) {
        return Ok(());
    }
    println!("installing the npm packages of {folder}");
    run::run(Command::new("npm").current_dir(&place).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))?;
    stamp.set(&fingerprint)
}

/// Ensures that cargo-deny is installed.
///
/// # Errors
/// If it is missing and cannot be installed.
pub fn cargo_deny() -> Result<()> {
    if run::succeeds(run::cargo().args(["deny", "--version"])) {
        return Ok(());
    }
    println!("installing cargo-deny, which takes some minutes");
    // Its release profile uses full LTO, which takes long to compile and gains little: it runs for a second here.
    run::run(
        run::cargo()
            .args(["install", "cargo-deny", "--version", "^0.20", "--locked"])
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    )
    .context("cargo-deny is missing: install it with `cargo install cargo-deny --locked`")
}

/// Ensures that the disk of the target directory has room for a whole build, which otherwise ends in the middle with an
/// error of the compiler. Where `df` is missing, nothing is said.
///
/// # Errors
/// If there is less than `gigabytes` free, with what is built counted as free.
pub fn disk(gigabytes: u64) -> Result<()> {
    let kilobytes = |program: &str, option: &str, column| {
        let table = run::output(Command::new(program).arg(option).arg(run::target())).ok()?;
        let last = table.lines().last()?;
        last.split_whitespace().nth(column)?.parse::<u64>().ok()
    };
    let Some(free) = kilobytes("df", "-Pk", 3) else {
        return Ok(());
    };
    let built = kilobytes("du", "-sk", 0).unwrap_or_default();
    let there = (free + built) / 1_000_000;
    ensure!(
        there >= gigabytes,
        "{there} GB of disk are free: {gigabytes} GB are needed to build and test everything"
    );
    Ok(())
}

/// The browser of the end-to-end tests: `Some` is its path, `None` means the one that Playwright installed.
///
/// # Errors
/// If there is none and none can be installed.
pub fn chromium() -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Ok(Some(named.into()));
    }
    if let Some(found) = find_chromium() {
        return Ok(Some(found));
    }
    // The system package installs the libraries that the browser needs; Playwright's download does not.
    for package in ["chromium-headless-shell", "chromium"] {
        if system_package(package).is_ok()
            && let Some(found) = find_chromium()
        {
            return Ok(Some(found));
        }
    }
    let end2end = run::root().join("end2end");
    run::run(
        Command::new("npx")
            .current_dir(end2end)
            .args(["playwright", "install", "chromium"]),
    )
    .context("Chromium is missing: install it from your system's packages")?;
    Ok(None)
}

fn find_chromium() -> Option<PathBuf> {
    // The one without windows takes half the time. A stub that refers to another package manager fails with `--version`.
    [
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ]
    .iter()
    .filter_map(|name| run::find(&[name]))
    .find(|program| run::succeeds(Command::new(program).arg("--version")))
}

/// The folder with the binaries of the PostgreSQL server.
///
/// # Errors
/// If there is none and none can be installed.
pub fn postgres() -> Result<PathBuf> {
    if let Some(found) = find_postgres() {
        return Ok(found);
    }
    system_package("postgresql").ok();
    find_postgres().context(
        "PostgreSQL is missing: install its server (`initdb` and `postgres`) from your system's packages",
    )
}

fn find_postgres() -> Option<PathBuf> {
    let on_path = run::find(&["initdb"]).and_then(|program| Some(program.parent()?.to_path_buf()));
    on_path
        .into_iter()
        .chain(debian_postgres(Path::new("/usr/lib/postgresql")))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Debian installs each major version in a folder of its own, outside the path. The newest comes first.
fn debian_postgres(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// Installs a system package if that is possible without interaction.
fn system_package(name: &str) -> Result<()> {
    ensure!(is_root(), "installing packages requires root");
    ensure!(
        run::find(&["apt-get"]).is_some(),
        "no supported package manager was found"
    );
    println!("installing the package {name}");
    run::run(Command::new("apt-get").args(["-qq", "update"]))?;
    run::run(
        Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-qq", "-y", "--no-install-recommends", "install", name]),
    )
}

/// Whether the effective user is root.
pub fn is_root() -> bool {
    run::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("nonsense"), None);
    }

    #[test]
    fn the_newest_postgres_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["9", "15", "common"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert_eq!(
            debian_postgres(folder.path()),
            [folder.path().join("15/bin"), folder.path().join("9/bin")]
        );
    }
}
