//! Paths in the work tree, and running other programs.

use std::env;
use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// The top of the work tree.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The target directory. It is passed on every command line, so that one that is set in the environment does not move
/// the files that later steps read.
pub fn target() -> PathBuf {
    root().join("target")
}

/// The folder for intermediate files of a part of the site.
pub fn build_folder(part: &str) -> PathBuf {
    target().join("site-parts").join(part)
}

/// The server that `cargo build -p kobling` builds.
pub fn debug_server() -> PathBuf {
    target().join("debug").join(exe("kobling"))
}

/// The file name of a program on this system.
pub fn exe(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// A crate of the workspace, as `cargo metadata` describes it.
#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    pub manifest_path: PathBuf,
    pub dependencies: Vec<Dependency>,
}

/// What a crate depends on, of any kind.
#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
}

/// The crates of the workspace.
///
/// # Errors
/// If cargo cannot describe them.
pub fn workspace() -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("could not parse the output of cargo metadata")?;
    Ok(metadata.packages)
}

/// Cargo, started at the top of the work tree.
///
/// `cargo run` sets environment variables that describe this package. Some build scripts run again if those change, so
/// they are removed: otherwise the same build would start over depending on how it is started.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // What is compiled once, from nothing, needs no record of what to compile again: that is two fifths of the disk.
    if env::var_os("CI").is_some() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ]
        .iter()
        .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// `cargo build` with the target directory of this tree. The caller adds arguments.
pub fn cargo_build() -> Command {
    let mut command = cargo();
    command.arg("build").arg("--target-dir").arg(target());
    command
}

/// Builds the server with the demo. The site must be built before.
pub fn build_demo_server() -> Result<()> {
    run(&mut demo_server())
}

/// The command that builds the server with the demo.
pub fn demo_server() -> Command {
    let mut command = cargo_build();
    command.args(["-p", "kobling", "--features", "demo"]);
    command
}

/// Runs a program with its output shown.
///
/// # Errors
/// If it cannot be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    ensure!(status.success(), "`{}` failed ({status})", shown(command));
    Ok(())
}

/// Runs a program and returns its standard output.
///
/// # Errors
/// As [`run`]; the message contains the standard error.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            stderr.trim()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("the output of `{}` is not UTF-8", shown(command)))
}

/// Whether a program succeeds; its output is discarded.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first of these programs that is on the path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(exe(name))))
        .find(|candidate| candidate.is_file())
}

/// The first of `count` consecutive free ports.
///
/// # Errors
/// If there are none.
pub fn free_ports(count: u16) -> Result<u16> {
    for _ in 0..100 {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = first.local_addr()?.port();
        let Some(last) = port.checked_add(count - 1) else {
            continue;
        };
        if (port + 1..=last).all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()) {
            return Ok(port);
        }
    }
    bail!("there are no {count} consecutive free ports")
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("false").arg("--really")).unwrap_err();
        assert!(error.to_string().contains("`false --really` failed"));
    }

    #[test]
    fn the_environment_of_this_package_is_not_passed_on() {
        // Cargo sets these for tests as it does for `cargo run`.
        assert!(env::var_os("CARGO_PKG_NAME").is_some());
        let removed = cargo()
            .get_envs()
            .any(|(name, value)| name == "CARGO_PKG_NAME" && value.is_none());
        assert!(removed);
    }

    #[test]
    fn free_ports_can_be_listened_on() {
        let port = free_ports(4).unwrap();
        assert!(port > 0);
    }
}
