//! All checks and tests, one after the other, and a count at the end.

use std::env;
use std::process::{Command, ExitCode};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::postgres::Postgres;
use crate::{conformance, cycles, direction, need, run, site, sizes};

/// What `cargo verify` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// Run these steps alone, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Go on after a step that failed
    #[arg(long)]
    keep_going: bool,
}

/// The steps, in their order: what is quick and often wrong comes first.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Step {
    /// Formatting
    Fmt,
    /// That dependencies point one way
    Direction,
    /// That no files of a crate import each other in a circle
    Cycles,
    /// That every test exists that the table of requirements names
    Conformance,
    /// Lints of all that runs on this machine
    Clippy,
    /// Lints of the browser's half
    ClippyWasm,
    /// Licences, sources and banned crates
    Deny,
    /// The browser's half, before the server is compiled for the first time with it inside
    Site,
    /// Unit and store tests, on SQLite and PostgreSQL
    Test,
    /// What a first visit weighs
    Sizes,
    /// The journeys, in a browser
    E2e,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

/// How a step came out.
#[derive(Debug, PartialEq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration, String),
    NotRun,
}

/// Runs the steps and prints one line for each, and the count last of all.
pub fn run(options: &Options) -> ExitCode {
    let steps = chosen(&options.only);
    let mut bench = Bench::new(&steps);
    let mut outcomes = Vec::new();
    let mut stop = false;
    for step in steps {
        if stop {
            outcomes.push((step, Outcome::NotRun));
            continue;
        }
        println!("\n=== {} ===", step.name());
        let start = Instant::now();
        let outcome = match bench.perform(step) {
            Ok(()) => Outcome::Passed(start.elapsed()),
            Err(error) => {
                println!("error: {error:#}");
                stop = !options.keep_going;
                Outcome::Failed(start.elapsed(), format!("{error:#}"))
            }
        };
        outcomes.push((step, outcome));
    }
    // PostgreSQL stops before the last words, and nothing is left half installed.
    bench.await_supplies();
    drop(bench);
    println!("\n{}", summary(&outcomes));
    if outcomes
        .iter()
        .all(|(_, outcome)| matches!(outcome, Outcome::Passed(_)))
    {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The steps that were asked for, in their own order; all of them if none were.
fn chosen(only: &[Step]) -> Vec<Step> {
    Step::value_variants()
        .iter()
        .copied()
        .filter(|step| only.is_empty() || only.contains(step))
        .collect()
}

fn summary(outcomes: &[(Step, Outcome)]) -> String {
    let mut lines = Vec::new();
    let (mut passed, mut failed) = (0, 0);
    for (step, outcome) in outcomes {
        let name = step.name();
        lines.push(match outcome {
            Outcome::Passed(took) => {
                passed += 1;
                format!("passed   {name:<12} {:>7.1} s", took.as_secs_f64())
            }
            Outcome::Failed(took, why) => {
                failed += 1;
                let why = why.lines().next().unwrap_or_default();
                format!("failed   {name:<12} {:>7.1} s  {why}", took.as_secs_f64())
            }
            Outcome::NotRun => format!("not run  {name}"),
        });
    }
    lines.push(format!("{passed} passed, {failed} failed"));
    lines.join("\n")
}

/// What steps share: a PostgreSQL that is started for the first that needs it, and what is fetched meanwhile.
struct Bench {
    postgres: Option<Postgres>,
    supplies: Option<JoinHandle<()>>,
    tests: bool,
}

impl Bench {
    /// Begins to fetch and build what the later steps need.
    fn new(steps: &[Step]) -> Self {
        let (tests, wanted) = (steps.contains(&Step::Test), steps.to_vec());
        Self {
            postgres: None,
            supplies: Some(thread::spawn(move || prepare(&wanted))),
            tests,
        }
    }

    fn await_supplies(&mut self) {
        if let Some(fetching) = self.supplies.take()
            && fetching.join().is_err()
        {
            println!("what later steps need could not be prepared");
        }
    }

    fn perform(&mut self, step: Step) -> Result<()> {
        if matches!(
            step,
            Step::ClippyWasm | Step::Site | Step::Test | Step::Sizes | Step::E2e
        ) {
            self.await_supplies();
        }
        match step {
            Step::Fmt => run::run(run::cargo().args(["fmt", "--all", "--check"])),
            Step::Clippy => clippy(),
            Step::ClippyWasm => clippy_wasm(),
            Step::Deny => deny(),
            Step::Direction => direction::check(),
            Step::Cycles => cycles::check(),
            Step::Conformance => conformance::check(),
            Step::Site => site::build().map(|_| ()),
            Step::Test => self.test(),
            Step::Sizes => {
                let site = site::build()?;
                self.demo_server()?;
                sizes::check(&site)
            }
            Step::E2e => self.end_to_end(),
        }
    }

    fn test(&mut self) -> Result<()> {
        let url = self.postgres_url()?;
        run::run(
            run::cargo()
                .args(["test", "--workspace", "--target-dir"])
                .arg(run::target())
                .env("KOBLING_TEST_POSTGRES", url),
        )
    }

    /// Beside the tests it is built as for them: their dependencies ask others for more features, and without those
    /// half of the server's dependencies would be compiled a second time.
    fn demo_server(&self) -> Result<()> {
        if !self.tests {
            return run::build_demo_server();
        }
        run::run(
            run::cargo_build()
                .args(["--workspace", "--exclude", "kobling-frontend"])
                .args(["--features", "kobling/demo", "--tests", "--bin", "kobling"]),
        )
    }

    fn end_to_end(&mut self) -> Result<()> {
        site::build()?;
        self.demo_server()?;
        need::npm_packages("end2end")?;
        let browser = need::chromium()?;
        let url = self.postgres_url()?;
        let mut command = Command::new("npx");
        command
            .current_dir(run::root().join("end2end"))
            .args(["playwright", "test"])
            .env("KOBLING_BIN", run::debug_server())
            .env("KOBLING_TEST_POSTGRES", url);
        if let Some(browser) = browser {
            command.env("CHROMIUM", browser);
        }
        run::run(&mut command)
    }

    /// Somebody's own server, where one is named; else ours.
    fn postgres_url(&mut self) -> Result<String> {
        if let Ok(named) = env::var("KOBLING_TEST_POSTGRES") {
            return Ok(named);
        }
        if self.postgres.is_none() {
            self.postgres = Some(Postgres::start()?);
        }
        Ok(self
            .postgres
            .as_ref()
            .map(|server| server.url().to_owned())
            .unwrap_or_default())
    }
}

/// A failure is left to the step that needs the thing: it tries again, and says what is missing.
///
/// The lints keep the processor busy but not the network, and towards their end one core only. So does the browser's
/// half, which is compiled beside them without a word.
fn prepare(steps: &[Step]) {
    let database = steps.contains(&Step::Test) || steps.contains(&Step::E2e);
    if database && env::var_os("KOBLING_TEST_POSTGRES").is_none() {
        need::postgres().ok();
    }
    if steps.contains(&Step::E2e) {
        need::npm_packages("end2end").ok();
        need::chromium().ok();
    }
    if steps.contains(&Step::Clippy)
        && steps.contains(&Step::Site)
        && let Ok(program) = env::current_exe()
    {
        run::succeeds(Command::new(program).arg("site"));
    }
}

fn clippy() -> Result<()> {
    run::run(
        run::cargo()
            .args(["clippy", "--workspace", "--all-targets", "--target-dir"])
            .arg(run::target())
            .args(["--", "-D", "warnings"]),
    )
}

fn clippy_wasm() -> Result<()> {
    need::wasm_target()?;
    run::run(
        run::cargo()
            .args(["clippy", "-p", "kobling-frontend", "--target", need::WASM])
            .arg("--target-dir")
            .arg(run::target().join("wasm-check"))
            .args(["--", "-D", "warnings"]),
    )
}

/// Without advisories; see deny.toml. It looks at the crates of every platform, so those are fetched first.
fn deny() -> Result<()> {
    need::cargo_deny()?;
    run::run(run::cargo().args(["fetch", "--quiet", "--locked"]))?;
    run::run(run::cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_keep_their_order_whatever_the_order_of_the_wish() {
        assert_eq!(chosen(&[Step::Test, Step::Fmt]), [Step::Fmt, Step::Test]);
        assert_eq!(chosen(&[]).len(), 11);
    }

    #[test]
    fn the_last_line_counts_what_ran() {
        let second = Duration::from_secs(1);
        let text = summary(&[
            (Step::Fmt, Outcome::Passed(second)),
            (
                Step::ClippyWasm,
                Outcome::Failed(second, "it broke\nbadly".to_owned()),
            ),
            (Step::Test, Outcome::NotRun),
        ]);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "passed   fmt              1.0 s",
                "failed   clippy-wasm      1.0 s  it broke",
                "not run  test",
                "1 passed, 1 failed",
            ]
        );
    }
}
