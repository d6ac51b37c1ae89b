//! `directory`: the employees and users of an organisation.

use super::{
    operator::operator,
    output::{print, print_error},
    source::Source,
};
use clap::{Args, Subcommand};
use kobling::{
    config::Mode,
    wiring::{self, StartError},
};
use kobling_domain::directory::import::types::{Complete, Import, Report};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use tokio::sync::Notify;

#[derive(Subcommand)]
pub(crate) enum Directory {
    /// Import a payroll file: all lines, or none if any line is invalid.
    Import(ImportArgs),
}

#[derive(Args)]
pub(crate) struct ImportArgs {
    /// CSV in UTF-8 with the header fodselsnummer;ansattnummer;navn;epost.
    file: PathBuf,
    /// Key of the organisation.
    #[arg(long)]
    organisation: String,
    /// Report what would change, without changing it.
    #[arg(long)]
    dry_run: bool,
    /// The file lists every employee: remove those who are missing, with the addresses of their numbers.
    #[arg(long)]
    complete: bool,
    /// The most that may leave, in percent of the employee numbers.
    #[arg(long, value_name = "PERCENT", default_value_t = 10, requires = "complete",
        value_parser = clap::value_parser!(u8).range(0..=100))]
    most_leaving: u8,
    /// Any number may leave, even all of them.
    #[arg(long, requires = "complete")]
    force: bool,
    #[command(flatten)]
    source: Source,
}

pub(crate) async fn run(command: Directory) -> Result<ExitCode, StartError> {
    let Directory::Import(args) = command;
    import(&args).await
}

async fn import(args: &ImportArgs) -> Result<ExitCode, StartError> {
    let (file, organisation) = (&args.file, args.organisation.as_str());
    let config = args.source.load()?;
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            print_error(&format!("{}: {error}", file.display()));
            return Ok(ExitCode::FAILURE);
        }
    };
    let kobling = wiring::build_domain(&config, &Arc::new(Notify::new())).await?;
    let how = Import {
        refuse_synthetic: config.server.mode == Mode::Production,
        dry_run: args.dry_run,
        complete: args.complete.then_some(Complete {
            most_leaving: args.most_leaving,
            force: args.force,
        }),
        operator: Some(&operator()),
    };
    let report = match kobling.directory.import(organisation, &bytes, &how).await {
        Ok(report) => report,
        Err(
            kobling_domain::Fault::Problem(_)
            | kobling_domain::Fault::Problems(_)
            | kobling_domain::Fault::Moved(_),
        ) => {
            print_error(&format!(
                "there is no organisation `{organisation}` in the configuration"
            ));
            return Ok(ExitCode::FAILURE);
        }
        Err(kobling_domain::Fault::Store(error)) => return Err(error.into()),
    };
    for problem in &report.problems {
        print_error(&format!(
            "{}:{}: {}",
            file.display(),
            problem.line,
            problem.error
        ));
    }
    if !report.problems.is_empty() {
        print_error(&format!(
            "nothing was imported: {} problem(s)",
            report.problems.len()
        ));
        return Ok(ExitCode::FAILURE);
    }
    if report.too_many_leave && !args.dry_run {
        print_error(&format!(
            "nothing was imported: {}; --dry-run lists them, --force removes them",
            too_many(args, &report)
        ));
        return Ok(ExitCode::FAILURE);
    }
    print(&summary(args, &report));
    Ok(ExitCode::SUCCESS)
}

fn summary(args: &ImportArgs, report: &Report) -> String {
    let did = if args.dry_run { "would be" } else { "were" };
    let mut text = format!(
        "{} rows read: {} employees {did} added, {} changed",
        report.rows, report.new, report.changed
    );
    if args.complete {
        text += &format!(", {} removed", report.leaving.len());
    }
    if args.dry_run {
        for number in &report.leaving {
            text += &format!("\nremoved: {number}");
        }
    }
    if report.too_many_leave {
        text += &format!("\nrequires --force: {}", too_many(args, report));
    }
    text
}

fn too_many(args: &ImportArgs, report: &Report) -> String {
    let (leaving, known) = (report.leaving.len(), report.known);
    if report.rows == 0 {
        format!("the file has no rows, and {leaving} of {known} employees are missing from it")
    } else {
        let most = args.most_leaving;
        format!("{leaving} of {known} employees are missing from the file, more than {most} %")
    }
}
