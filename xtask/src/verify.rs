//! `cargo verify`: runs all checks and tests in order and prints a summary.

use std::env;
use std::process::{Command, ExitCode};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::postgres::Postgres;
use crate::{conformance, cycles, demo, direction, need, run, site, sizes, smoke};

/// The room that everything takes when it is built from nothing, in gigabytes.
const DISK: u64 = 8;

/// The options of `cargo verify`.
#[derive(clap::Args)]
pub struct Options {
    /// Run only these steps, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Continue after a step that fails
    #[arg(long)]
    keep_going: bool,
    /// Run only the steps that take long, which are otherwise left out; as root, since one mounts file systems
    #[arg(long, conflicts_with = "only")]
    long: bool,
}

/// The steps, in the order in which they run: quick ones that fail often come first.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Step {
    /// Formatting
    Fmt,
    /// What each crate may depend on
    Direction,
    /// That the files of a crate do not import each other in a cycle
    Cycles,
    /// That every test named in docs/CONFORMANCE.md exists
    Conformance,
    /// Lints on everything that runs on the host
    Clippy,
    /// Lints on the client-side code
    ClippyWasm,
    /// Licences, sources and banned crates
    Deny,
    /// That the client-side code builds; comes before the first build of the server, which contains it
    Site,
    /// Unit and store tests, on SQLite and PostgreSQL
    Test,
    /// The size of a first visit
    Sizes,
    /// Browser tests
    E2e,
    /// With --long: tests that kill the server again and again, and that fill disks
    Long,
    /// With --long: that the binary that is installed is built, starts, answers and stops
    Release,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    const fn is_long(self) -> bool {
        matches!(self, Self::Long | Self::Release)
    }
}

/// The result of a step.
#[derive(Debug, PartialEq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration, String),
    NotRun,
}

/// Runs the steps and prints a line for each, and the counts at the end.
pub fn run(options: &Options) -> ExitCode {
    let steps = chosen(&options.only, options.long);
    if steps.contains(&Step::Test)
        && let Err(lack) = need::disk(DISK)
    {
        println!("error: {lack:#}");
        return ExitCode::FAILURE;
    }
    let mut context = Context::new(&steps);
    let mut outcomes = Vec::new();
    let mut stop = false;
    for step in steps {
        if stop {
            outcomes.push((step, Outcome::NotRun));
            continue;
        }
        println!("\n=== {} ===", step.name());
        let start = Instant::now();
        let outcome = match context.perform(step) {
            Ok(()) => Outcome::Passed(start.elapsed()),
            Err(error) => {
                println!("error: {error:#}");
                stop = !options.keep_going;
                Outcome::Failed(start.elapsed(), format!("{error:#}"))
            }
        };
        outcomes.push((step, outcome));
    }
    // Wait for installations to complete, and stop PostgreSQL, before the summary.
    context.await_preparation();
    drop(context);
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

/// The selected steps in the order in which they run; if none is selected, all that are long or all others.
fn chosen(only: &[Step], long: bool) -> Vec<Step> {
    let is_chosen = |step: &Step| match only {
        [] => step.is_long() == long,
        only => only.contains(step),
    };
    let steps = Step::value_variants().iter().copied();
    steps.filter(is_chosen).collect()
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

/// What steps share: a PostgreSQL server, which the first step that needs it starts, and preparation in the background.
struct Context {
    postgres: Option<Postgres>,
    preparation: Option<JoinHandle<()>>,
    tests: bool,
}

impl Context {
    /// Starts to install and build in the background what later steps need.
    fn new(steps: &[Step]) -> Self {
        let (tests, steps) = (steps.contains(&Step::Test), steps.to_vec());
        Self {
            postgres: None,
            preparation: Some(thread::spawn(move || prepare(&steps))),
            tests,
        }
    }

    fn await_preparation(&mut self) {
        if let Some(preparation) = self.preparation.take()
            && preparation.join().is_err()
        {
            println!("the preparation of later steps panicked");
        }
    }

    fn perform(&mut self, step: Step) -> Result<()> {
        if matches!(
            step,
            Step::ClippyWasm
                | Step::Site
                | Step::Test
                | Step::Sizes
                | Step::E2e
                | Step::Long
                | Step::Release
        ) {
            self.await_preparation();
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
            Step::Long => self.long_tests(),
            Step::Release => smoke::check(&demo::release()?),
        }
    }

    /// One after the other, with their figures shown.
    fn long_tests(&mut self) -> Result<()> {
        let url = self.postgres_url()?;
        run::run(
            run::cargo()
                .args(["test", "-p", "kobling", "--features", "demo"])
                .args(["--test", "server", "--target-dir"])
                .arg(run::target())
                .args(["--", "--ignored", "--nocapture", "--test-threads=1"])
                .env("KOBLING_TEST_POSTGRES", url),
        )
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

    /// If the tests run too, the server is built with the same features as they are: otherwise cargo would compile half
    /// of the dependencies a second time.
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

    /// The server that `KOBLING_TEST_POSTGRES` names, otherwise one that is started here.
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

/// Installs and builds what later steps need, while the lints run. Failures are ignored: the step that needs the result
/// tries again and reports what is missing.
///
/// The lints use no network, and towards the end only one core, so the client-side code is compiled at the same time.
fn prepare(steps: &[Step]) {
    let database = [Step::Test, Step::E2e, Step::Long]
        .iter()
        .any(|step| steps.contains(step));
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

/// Without advisories; see deny.toml. cargo-deny reads the crates of every platform, so they are fetched first.
fn deny() -> Result<()> {
    need::cargo_deny()?;
    run::run(run::cargo().args(["fetch", "--quiet", "--locked"]))?;
    run::run(run::cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_in_their_own_order() {
        let named = [Step::Test, Step::Fmt];
        assert_eq!(chosen(&named, false), [Step::Fmt, Step::Test]);
        assert_eq!(chosen(&[Step::Release], false), [Step::Release]);
    }

    #[test]
    fn long_steps_run_only_if_they_are_asked_for() {
        assert_eq!(chosen(&[], false).len(), 11);
        assert_eq!(chosen(&[], true), [Step::Long, Step::Release]);
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
