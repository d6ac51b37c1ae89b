//! A PostgreSQL server of our own for the tests: private, empty, and gone afterwards.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::fingerprint::hex;
use crate::{need, run};

/// Makes a cluster in a temporary folder, runs it, writes a line when it is ready, and takes all of it
/// away when its standard input ends. That happens however the task runner dies, so no server is ever
/// left behind.
///
/// Arguments: the folder with PostgreSQL's programs, the port. The password is in the environment.
const SCRIPT: &str = r#"
trap : INT TERM HUP
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
(umask 077; printf '%s\n' "$PGPASSWORD" >password)
"$1/initdb" --pgdata="$dir/data" --username=postgres --pwfile=password --auth=scram-sha-256 \
  --encoding=UTF8 --no-locale --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
"$1/postgres" -D "$dir/data" -p "$2" -h 127.0.0.1 -k "$dir" -c fsync=off -c synchronous_commit=off \
  -c full_page_writes=off -c max_connections=300 >postgres.log 2>&1 &
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

/// A running server; dropping it stops it.
pub struct Postgres {
    script: Child,
    lifeline: Option<ChildStdin>,
    url: String,
}

impl Postgres {
    /// Starts one, as the user `postgres` where we are root: PostgreSQL refuses to run as root.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not come up.
    pub fn start() -> Result<Self> {
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
            .current_dir("/")
            .env("PGPASSWORD", &password)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start PostgreSQL")?;
        let words = script.stdout.take();
        let server = Self {
            lifeline: script.stdin.take(),
            script,
            url: format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres"),
        };
        let mut line = String::new();
        if let Some(words) = words {
            BufReader::new(words).read_line(&mut line)?;
        }
        ensure!(line == "ready\n", "PostgreSQL did not come up");
        Ok(server)
    }

    /// Where tests reach it, as its superuser.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        if let Err(error) = self.script.wait() {
            eprintln!("could not wait for PostgreSQL to stop: {error}");
        }
    }
}

/// Somebody else on this machine may see the port, and a superuser of the server may run programs.
fn password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("could not read /dev/urandom")?;
    Ok(hex(&bytes))
}
