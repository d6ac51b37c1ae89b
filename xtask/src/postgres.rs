//! A temporary PostgreSQL server for the tests.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::fingerprint::hex;
use crate::{need, run};

/// Creates a cluster in a temporary folder, starts it, prints a line when it is ready, and stops and removes it when
/// standard input is closed. That happens however the task runner ends, so no server is left running.
///
/// Arguments: the folder with PostgreSQL's binaries, the port, and whether commits wait for the disk. The password is in the environment.
const SCRIPT: &str = r#"
trap : INT TERM HUP
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
(umask 077; printf '%s\n' "$PGPASSWORD" >password)
"$1/initdb" --pgdata="$dir/data" --username=postgres --pwfile=password --auth=scram-sha-256 \
  --encoding=UTF8 --no-locale --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
"$1/postgres" -D "$dir/data" -p "$2" -h 127.0.0.1 -k "$dir" -c fsync="$3" -c synchronous_commit="$3" \
  -c full_page_writes="$3" -c max_connections=300 >postgres.log 2>&1 &
server=$!
until grep -qs '^ready' data/postmaster.pid; do
  kill -0 "$server" 2>/dev/null || { cat postgres.log >&2; exit 1; }
  sleep 0.1
done
echo ready
cat >/dev/null || true
kill -INT "$server" 2>/dev/null || true
wait "$server" || true
"#;

/// A running server. Dropping it stops the server.
pub struct Postgres {
    script: Child,
    stdin: Option<ChildStdin>,
    url: String,
}

impl Postgres {
    /// Starts a server for tests, which need no commit to survive a crash.
    ///
    /// # Errors
    /// If PostgreSQL is missing or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with("off")
    }

    /// Starts a server whose commits wait for the disk, as in production.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_durable() -> Result<Self> {
        Self::start_with("on")
    }

    /// Runs as the user `postgres` if the current user is root, as which PostgreSQL refuses to run.
    fn start_with(durable: &str) -> Result<Self> {
        let programs = need::postgres()?;
        let port = run::free_ports(1)?;
        let password = password()?;
        let mut command = if need::is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut script = command
            .args(["-c", SCRIPT, "sh"])
            .arg(&programs)
            .arg(port.to_string())
            .arg(durable)
            .current_dir("/")
            .env("PGPASSWORD", &password)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start PostgreSQL")?;
        let stdout = script.stdout.take();
        let server = Self {
            stdin: script.stdin.take(),
            script,
            url: format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres"),
        };
        let mut line = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        ensure!(line == "ready\n", "PostgreSQL did not start");
        Ok(server)
    }

    /// The URL by which tests connect, as the superuser.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.stdin.take());
        if let Err(error) = self.script.wait() {
            eprintln!("could not wait for PostgreSQL to stop: {error}");
        }
    }
}

/// The server needs a password: every local user can connect to the port, and a superuser of the server can run
/// programs.
fn password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("could not read /dev/urandom")?;
    Ok(hex(&bytes))
}
