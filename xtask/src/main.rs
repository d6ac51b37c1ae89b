//! The task runner behind `cargo demo`, `cargo verify`, `cargo site`, `cargo xtask release` and `cargo xtask bench`.
//!
//! It installs what a clean clone needs, or names what is missing, so that CI and a developer run the same commands.
#![allow(
    clippy::print_stdout,
    reason = "a command-line program reports to standard output"
)]

mod bench;
mod budget;
mod conformance;
mod cycles;
mod demo;
mod direction;
mod fingerprint;
mod need;
mod postgres;
mod run;
mod site;
mod sizes;
mod smoke;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Builds, runs and checks Kobling", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and run the demo
    Demo {
        /// Passed on to `kobling demo`, for example `--port 4000 --data-dir DIR`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<OsString>,
    },
    /// Run all checks and tests
    Verify(verify::Options),
    /// Build the client-side code into target/site
    Site,
    /// Build the binary that is installed, which contains the client-side code
    Release,
    /// Measure what pages, flows and sign-ins cost the server, on Linux
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(without_separator(std::env::args_os()));
    match perform(arguments.task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Demo { rest } => demo::run(&rest),
        Task::Verify(options) => Ok(verify::run(&options)),
        Task::Site => site::build().map(|_| ExitCode::SUCCESS),
        Task::Release => demo::release().map(|_| ExitCode::SUCCESS),
        Task::Bench(options) => bench::run(&options),
    }
}

/// Drops a `--` directly after the task, so that `cargo verify -- --only test` and `cargo verify --only test` mean the
/// same: other cargo commands require it.
fn without_separator(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.collect();
    if arguments.get(2).is_some_and(|third| third == "--") {
        arguments.remove(2);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(line: &str) -> Vec<OsString> {
        without_separator(line.split(' ').map(OsString::from))
    }

    #[test]
    fn separator_after_the_task_is_dropped_and_no_other() {
        assert_eq!(
            cleaned("xtask verify -- --only test"),
            cleaned("xtask verify --only test")
        );
        assert_eq!(
            cleaned("xtask demo --port -- 1"),
            ["xtask", "demo", "--port", "--", "1"]
        );
    }

    #[test]
    fn the_demo_takes_options_it_does_not_know() {
        let arguments = Arguments::parse_from(cleaned("xtask demo -- --port 4000"));
        let Task::Demo { rest } = arguments.task else {
            panic!("parsed as another task");
        };
        assert_eq!(rest, ["--port", "4000"]);
    }
}
