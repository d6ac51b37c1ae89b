//! Where things stand in the work tree, and how other programs are started.

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

/// Where cargo puts what it builds. It is named on every command line, so that a target directory
/// set in somebody's environment does not move the files that the next step looks for.
pub fn target() -> PathBuf {
    root().join("target")
}

/// Where half-finished parts of the site wait, each in a folder of its own.
pub fn workshop(part: &str) -> PathBuf {
    target().join("site-parts").join(part)
}

/// The server as `cargo build -p kobling` leaves it.
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
        serde_json::from_str(&text).context("cargo describes the workspace in another way")?;
    Ok(metadata.packages)
}

/// Cargo, started at the top of the work tree.
///
/// `cargo run` tells this program about its own package in the environment. Some build scripts ask
/// to be run again when those variables change, so they are taken away: otherwise the same build
/// would start over each time it is asked for in another way.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
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

/// `cargo build` into the target directory of this tree, with more to be added.
pub fn cargo_build() -> Command {
    let mut command = cargo();
    command.arg("build").arg("--target-dir").arg(target());
    command
}

/// Builds the server with the demo in it, which needs the site to be built before.
pub fn build_demo_server() -> Result<()> {
    run(&mut demo_server())
}

/// The command that builds the server with the demo in it.
pub fn demo_server() -> Command {
    let mut command = cargo_build();
    command.args(["-p", "kobling", "--features", "demo"]);
    command
}

/// Runs a program with its output shown.
///
/// # Errors
/// When it cannot be started or ends with anything but success.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    ensure!(status.success(), "`{}` failed ({status})", shown(command));
    Ok(())
}

/// Runs a program and gives what it wrote to its standard output.
///
/// # Errors
/// As [`run`]; and with what it said when it failed.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            said.trim()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` wrote something else than text", shown(command)))
}

/// Whether a program runs and succeeds, without a word.
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

/// The first of `count` ports in a row that nobody listens on now.
///
/// # Errors
/// When none are found.
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
    bail!("there are no {count} free ports in a row")
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
    fn the_package_of_this_program_is_not_handed_on() {
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
