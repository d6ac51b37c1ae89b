//! `directory`: the employees and users of an organisation.

use super::{
    output::{print, print_error},
    source::Source,
};
use clap::Subcommand;
use kobling::{
    config::Mode,
    wiring::{self, StartError},
};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use tokio::sync::Notify;

#[derive(Subcommand)]
pub(crate) enum Directory {
    /// Import a payroll file: all lines, or none if any line is invalid.
    Import {
        /// CSV in UTF-8 with the header fodselsnummer;ansattnummer;navn;epost.
        file: PathBuf,
        /// Key of the organisation.
        #[arg(long)]
        organisation: String,
        /// Report what would change, without changing it.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        source: Source,
    },
}

pub(crate) async fn run(command: Directory) -> Result<ExitCode, StartError> {
    let Directory::Import {
        file,
        organisation,
        dry_run,
        source,
    } = command;
    import(&file, &organisation, dry_run, &source).await
}

async fn import(
    file: &PathBuf,
    organisation: &str,
    dry_run: bool,
    source: &Source,
) -> Result<ExitCode, StartError> {
    let config = source.load()?;
    let refuse_synthetic = config.server.mode == Mode::Production;
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            print_error(&format!("{}: {error}", file.display()));
            return Ok(ExitCode::FAILURE);
        }
    };
    let kobling = wiring::build_domain(&config, &Arc::new(Notify::new())).await?;
    let report = match kobling
        .directory
        .import(organisation, &bytes, refuse_synthetic, dry_run)
        .await
    {
        Ok(report) => report,
        Err(kobling_domain::Fault::Problem(_)) => {
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
    let did = if dry_run { "would be" } else { "were" };
    print(&format!(
        "{} rows read: {} employees {did} added, {} changed",
        report.rows, report.new, report.changed
    ));
    Ok(ExitCode::SUCCESS)
}
