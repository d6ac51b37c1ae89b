//! `cargo demo` and `cargo xtask release`.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::{run, site};

/// Builds everything and replaces this process by the demo.
///
/// # Errors
/// If the build fails or the demo cannot be started.
pub fn run(rest: &[OsString]) -> Result<ExitCode> {
    // In a clean clone, the server is compiled in parallel, because the last step of the client-side code uses one core
    // only. Its result is ignored: the server is built again below, with the site.
    let parallel = (!site::exists())
        .then(|| run::demo_server().stderr(Stdio::null()).spawn())
        .transpose()
        .context("could not start cargo")?;
    let built = site::build();
    if let Some(mut server) = parallel {
        server.wait().context("could not wait for cargo")?;
    }
    built?;
    run::build_demo_server()?;
    let mut server = Command::new(run::debug_server());
    server.current_dir(run::root()).arg("demo").args(rest);
    exec(server)
}

/// Replaces this process, so that signals reach the demo.
#[cfg(unix)]
fn exec(mut server: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("could not start the demo")
}

#[cfg(not(unix))]
fn exec(mut server: Command) -> Result<ExitCode> {
    let status = server.status().context("could not start the demo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Builds the client-side code and the server without the demo; prints and returns its path.
///
/// # Errors
/// If the build fails.
pub fn release() -> Result<PathBuf> {
    site::build()?;
    run::run(run::cargo_build().args(["--release", "-p", "kobling"]))?;
    let path = run::target().join("release").join(run::exe("kobling"));
    let size = fs::metadata(&path)
        .with_context(|| format!("could not find {}", path.display()))?
        .len();
    println!("{} ({} kB)", path.display(), size / 1000);
    Ok(path)
}
