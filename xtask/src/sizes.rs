//! Checks the size of a first visit against `style/budget.toml`.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::budget::{Budget, fits};
use crate::run;
use crate::site::{self, Entry, Role};

/// Measures the sizes, prints them, and compares them with the limits.
///
/// # Errors
/// If the demo does not start, or a limit is exceeded.
pub fn check(entries: &[Entry]) -> Result<()> {
    let budget = Budget::read(&run::root().join("style/budget.toml"))?;
    let script = packed(entries, &[Role::Js, Role::Wasm])?;
    let styles = packed(entries, &[Role::Css])?;
    let mut texts = 0;
    for entry in entries.iter().filter(|entry| entry.role == Role::Words) {
        texts = packed(std::slice::from_ref(entry), &[Role::Words])?.max(texts);
    }
    let login = site::brotli(&login_page()?)?.len() as u64;
    let fine = [
        report(
            "JavaScript, WebAssembly and the texts of the longest language",
            script + texts,
            budget.script_and_wasm,
        ),
        report("/login and styles", login + styles, budget.login_and_styles),
    ];
    println!("  of that, the texts: {texts} bytes");
    println!("  of that, /login alone: {login} bytes; styles alone: {styles} bytes");
    ensure!(fine.iter().all(|fits| *fits), "a size limit is exceeded");
    Ok(())
}

fn report(what: &str, bytes: u64, limit: u64) -> bool {
    let fine = fits(bytes, limit);
    let verdict = if fine { "ok" } else { "too large" };
    println!("{what}: {bytes} bytes with brotli, {verdict} (limit {limit} kB)");
    fine
}

fn packed(entries: &[Entry], roles: &[Role]) -> Result<u64> {
    let mut sum = 0;
    for entry in entries.iter().filter(|entry| roles.contains(&entry.role)) {
        let file = site::folder().join(format!("{}.br", entry.file));
        sum += fs::metadata(&file)
            .with_context(|| format!("could not find {}", file.display()))?
            .len();
    }
    ensure!(sum > 0, "the site contains no files of {roles:?}");
    Ok(sum)
}

/// The HTML of `/login` from a running demo.
fn login_page() -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let port = run::free_ports(4)?;
    let child = Command::new(run::debug_server())
        .current_dir(run::root())
        .args(["demo", "--port", &port.to_string(), "--data-dir"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .context("could not start the demo")?;
    let mut demo = Demo(child);
    demo.wait_until_healthy(port)?;
    let page = get(port, "/login").context("could not get /login")?;
    ensure!(
        page.status_code == 200,
        "/login answers {}",
        page.status_code
    );
    ensure!(
        page.url.starts_with(&origin(port)),
        "/login redirects to {}",
        page.url
    );
    Ok(page.into_bytes())
}

fn origin(port: u16) -> String {
    format!("http://localhost:{port}/")
}

fn get(port: u16, path: &str) -> Result<minreq::Response, minreq::Error> {
    minreq::get(format!("{}{path}", origin(port).trim_end_matches('/')))
        .with_header("Accept", "text/html")
        .with_timeout(30)
        .with_max_redirects(5)
        .send()
}

/// A demo that is stopped when it is dropped.
struct Demo(Child);

impl Demo {
    fn wait_until_healthy(&mut self, port: u16) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(120) {
            if get(port, "/health").is_ok_and(|answer| answer.status_code == 200) {
                return Ok(());
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the demo exited before it was healthy ({status})");
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the demo was not healthy after two minutes")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Err(error) = self.0.kill().and_then(|()| self.0.wait()) {
            eprintln!("could not stop the demo: {error}");
        }
    }
}
