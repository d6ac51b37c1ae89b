//! A process that ends with this one.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::time::{sleep, timeout};

use crate::proc::Process;

/// Starts a program, prints its process id, and stops it when standard input is closed. That happens however this process
/// ends, so no server is left running.
///
/// Arguments: a file for the output, the program, and its arguments.
const SCRIPT: &str = r#"
trap : INT TERM HUP
log=$1
shift
"$@" </dev/null >"$log" 2>&1 &
child=$!
echo "$child"
cat >/dev/null || true
kill "$child" 2>/dev/null
wait "$child"
"#;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. Dropping it stops it and waits until it has ended.
pub struct Server {
    script: Child,
    pub process: Process,
    name: String,
    log: PathBuf,
}

impl Server {
    /// Starts a program whose output goes to `NAME.log` in the folder.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(program: &Path, arguments: &[&str], folder: &Path, name: &str) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let mut script = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(&log)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The shell reports here that it has stopped the program.
            .stderr(Stdio::null())
            .spawn()
            .context("could not start sh")?;
        let mut line = String::new();
        if let Some(stdout) = script.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let id = line.trim().parse().context("sh printed no process id")?;
        Ok(Self {
            script,
            process: Process(id),
            name: name.to_owned(),
            log,
        })
    }

    /// Waits until something listens at each of these ports of the loopback interface.
    ///
    /// # Errors
    /// If the program ends first, with its last line; or if it takes longer than a minute.
    pub async fn listens(&self, ports: &[u16]) -> Result<()> {
        let all = async {
            for port in ports {
                while tokio::net::TcpStream::connect(("127.0.0.1", *port))
                    .await
                    .is_err()
                {
                    ensure!(
                        self.process.runs(),
                        "{} did not start: {}",
                        self.name,
                        self.last_line()
                    );
                    sleep(Duration::from_millis(20)).await;
                }
            }
            Ok(())
        };
        match timeout(PATIENCE, all).await {
            Ok(result) => result,
            Err(_) => bail!("{} does not listen: {}", self.name, self.last_line()),
        }
    }

    /// The last line of its output.
    pub fn last_line(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().next_back().unwrap_or("no output").to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        if let Err(error) = self.script.wait() {
            eprintln!("could not wait for {} to stop: {error}", self.name);
        }
    }
}
