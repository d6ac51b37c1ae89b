//! Starts the binary that is installed, asks it for a page, and stops it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::run;

/// How long the server may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// Checks that the binary starts with an empty database, answers, and stops at SIGTERM.
///
/// # Errors
/// If it does not.
pub fn check(binary: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let port = run::free_ports(1)?;
    for name in ["master.key", "identity.key"] {
        let key = run::output(Command::new(binary).arg("new-key"))?;
        fs::write(folder.path().join(name), key)?;
    }
    let config = folder.path().join("kobling.toml");
    fs::write(&config, configuration(folder.path(), port))?;
    let serve = Command::new(binary)
        .args(["serve", "--config"])
        .arg(&config)
        .stdin(Stdio::null())
        .spawn()
        .context("could not start the server")?;
    let mut server = Server(serve);
    server.wait_until_live(port)?;
    for path in ["/health", "/health/ready"] {
        get(port, path)?;
    }
    let page = get(port, "/login")?;
    let script = page
        .split('"')
        .find(|part| part.starts_with("/assets/") && part.ends_with(".js"))
        .context("/login names no script")?;
    get(port, script)?;
    server.stop()
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        r#"
        [server]
        listen = "127.0.0.1:{port}"
        origin = "http://localhost:{port}"
        mode = "test"

        [database]
        url = "sqlite://{folder}/kobling.db"

        [secrets]
        master_key_file = "{folder}/master.key"
        identity_key_file = "{folder}/identity.key"

        [mail]
        from_name = "Kobling"
        from_address = "kobling@nordvik.example"

        [mail.smtp]
        host = "127.0.0.1"
        port = 25
        tls = "none"
        "#
    )
}

fn get(port: u16, path: &str) -> Result<String> {
    let answer = minreq::get(format!("http://localhost:{port}{path}"))
        .with_header("Accept", "text/html")
        .with_timeout(30)
        .send()
        .with_context(|| format!("could not get {path}"))?;
    ensure!(answer.status_code == 200, "{path}: {}", answer.status_code);
    println!("{path}: {} bytes", answer.as_bytes().len());
    Ok(String::from_utf8_lossy(answer.as_bytes()).into_owned())
}

/// A server that is killed when it is dropped.
struct Server(Child);

impl Server {
    fn wait_until_live(&mut self, port: u16) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if get(port, "/health/live").is_ok() {
                return Ok(());
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the server exited before it answered ({status})");
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the server does not answer")
    }

    fn stop(mut self) -> Result<()> {
        let id = self.0.id();
        run::run(Command::new("sh").args(["-c", &format!("kill -TERM {id}")]))?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait()? {
                ensure!(status.success(), "the server ends with {status}");
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the server does not stop")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        if let Err(error) = self.0.kill().and_then(|()| self.0.wait().map(drop)) {
            eprintln!("could not stop the server: {error}");
        }
    }
}
