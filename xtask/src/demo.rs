//! The demo, and the binary that is installed.

use std::ffi::OsString;
use std::fs;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::{run, site};

/// Builds all there is and becomes the demo.
///
/// # Errors
/// When something cannot be built; once the demo runs, its end is this program's end.
pub fn run(rest: &[OsString]) -> Result<ExitCode> {
    // The first time, the server is compiled beside the browser's half, whose last step keeps one core busy alone. What
    // comes of it shows below, where the server is built with the site in it.
    let beside = (!site::stands())
        .then(|| run::demo_server().stderr(Stdio::null()).spawn())
        .transpose()
        .context("could not start cargo")?;
    let built = site::build();
    if let Some(mut server) = beside {
        server.wait().context("could not wait for cargo")?;
    }
    built?;
    run::build_demo_server()?;
    let mut server = Command::new(run::debug_server());
    server.current_dir(run::root()).arg("demo").args(rest);
    become_it(server)
}

/// The demo takes this program's place, so that a signal meant for it reaches it.
#[cfg(unix)]
fn become_it(mut server: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("could not start the demo")
}

#[cfg(not(unix))]
fn become_it(mut server: Command) -> Result<ExitCode> {
    let status = server.status().context("could not start the demo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Builds the site and the server without the demo, and says where it is.
///
/// # Errors
/// When something cannot be built.
pub fn release() -> Result<()> {
    site::build()?;
    run::run(run::cargo_build().args(["--release", "-p", "kobling"]))?;
    let path = run::target().join("release").join(run::exe("kobling"));
    let size = fs::metadata(&path)
        .with_context(|| format!("could not find {}", path.display()))?
        .len();
    println!("{} ({} kB)", path.display(), size / 1000);
    Ok(())
}
