//! `cargo xtask bench`: builds the release and the load driver, and runs one against the other.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::postgres::Postgres;
use crate::{demo, run};

/// The consecutive ports that the driver needs.
const PORTS: u16 = 5;
/// The number of accounts without `--growth`, and the smallest with it.
const ACCOUNTS: u64 = 10_000;

/// The options of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {
    /// The database engines to measure
    #[arg(long, value_enum, default_value_t = Engine::Both)]
    engine: Engine,
    /// A server to measure, instead of building the release
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Measure for a fifth of the time
    #[arg(long)]
    quick: bool,
    /// Measure how costs grow with these numbers of accounts, instead of the table
    #[arg(long, value_name = "10k,1m", value_delimiter = ',', value_parser = amount)]
    growth: Vec<u64>,
    /// The first of five consecutive ports; free ones by default
    #[arg(long)]
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Both,
}

/// Builds what is needed and measures. The driver reports what fails from then on.
///
/// # Errors
/// If a build fails, a given server does not exist, or PostgreSQL does not start.
pub fn run(options: &Options) -> Result<ExitCode> {
    ensure!(
        cfg!(target_os = "linux"),
        "the benchmark reads /proc and runs on Linux only"
    );
    // Before minutes of building.
    if let Some(given) = &options.binary {
        ensure!(
            given.is_file(),
            "there is no server at {}; `cargo xtask release` builds one",
            given.display()
        );
    }
    let port = match options.port {
        Some(port) => free(port)?,
        None => run::free_ports(PORTS)?,
    };
    enough_space(options.growth.iter().copied().max().unwrap_or(ACCOUNTS))?;
    let binary = match &options.binary {
        Some(given) => std::path::absolute(given)?,
        None => demo::release()?,
    };
    run::run(run::cargo_build().args(["--release", "-p", "kobling-bench"]))?;
    let postgres = (options.engine != Engine::Sqlite)
        .then(Postgres::start_durable)
        .transpose()?;
    let driver = run::target().join("release").join("kobling-bench");
    let mut command = Command::new(driver);
    command
        .env_remove("KOBLING_BENCH_POSTGRES")
        .arg("run")
        .arg("--binary")
        .arg(&binary)
        .arg("--folder")
        .arg(run::target())
        .args(["--port", &port.to_string()]);
    if options.engine != Engine::Postgres {
        command.arg("--sqlite");
    }
    if let Some(server) = &postgres {
        // Not an argument, because every local user can read those.
        command.env("KOBLING_BENCH_POSTGRES", server.url());
    }
    if options.quick {
        command.arg("--quick");
    }
    for accounts in &options.growth {
        command.args(["--growth", &accounts.to_string()]);
    }
    // The driver ends when its standard input is closed, which happens however this process ends.
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .context("could not start the load driver")?;
    let held = child.stdin.take();
    let status = child.wait()?;
    drop(held);
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The port, if it and those after it are free.
fn free(first: u16) -> Result<u16> {
    let last = first.checked_add(PORTS - 1);
    let last = last.with_context(|| format!("there are no {PORTS} ports from {first}"))?;
    for port in first..=last {
        ensure!(
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok(),
            "port {port} is taken; the ports {first} to {last} are needed"
        );
    }
    Ok(first)
}

/// SQLite is measured in the target directory, PostgreSQL in the folder for temporary files.
fn enough_space(accounts: u64) -> Result<()> {
    // The logs of PostgreSQL, and more than an account takes.
    let needed = 2_000_000 + accounts * 4;
    for folder in [run::target(), std::env::temp_dir()] {
        let free = available_kib(&run::output(Command::new("df").arg("-Pk").arg(&folder))?);
        let free = free.with_context(|| format!("df does not know {}", folder.display()))?;
        ensure_space(&folder, free, needed)?;
    }
    Ok(())
}

fn ensure_space(folder: &Path, free: u64, needed: u64) -> Result<()> {
    ensure!(
        free >= needed,
        "{} has {} MB free, and {} MB are needed",
        folder.display(),
        free / 1_000,
        needed / 1_000
    );
    Ok(())
}

/// The fourth column of the second line that `df -Pk` prints.
fn available_kib(df: &str) -> Option<u64> {
    let line = df.lines().nth(1)?;
    line.split_ascii_whitespace().nth(3)?.parse().ok()
}

/// A number of accounts, such as `10k` or `1m`.
fn amount(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => text
            .strip_suffix('m')
            .map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    digits
        .parse::<u32>()
        .ok()
        .map(|number| u64::from(number) * unit)
        .filter(|number| (ACCOUNTS..=100_000_000).contains(number))
        .ok_or_else(|| "not a number of accounts from 10k to 100m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_a_unit_and_bounds() {
        assert_eq!(amount("10k"), Ok(10_000));
        assert_eq!(amount("1m"), Ok(1_000_000));
        assert_eq!(amount("12345"), Ok(12_345));
        for wrong in ["", "k", "9k", "101m", "-1m", "9999999m", "1g"] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn too_little_space_is_one_sentence() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 100 60 40000 60% /\n";
        let free = available_kib(df).unwrap();
        let error = ensure_space(Path::new("/var/tmp"), free, 50_000).unwrap_err();
        assert_eq!(
            error.to_string(),
            "/var/tmp has 40 MB free, and 50 MB are needed"
        );
        assert!(ensure_space(Path::new("/var/tmp"), free, 40_000).is_ok());
        assert_eq!(available_kib(""), None);
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = free(port).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("port {port} is taken")),
            "{error}"
        );
        assert!(free(u16::MAX).is_err());
    }
}
