//! The commands.

mod account;
mod audit;
#[cfg(feature = "demo")]
mod demo;
mod directory;
mod keys;
mod operator;
pub(crate) mod output;
mod serve;
mod source;
mod when;

use clap::Subcommand;
use kobling::wiring::{self, StartError};
use output::print;
use source::Source;
use std::{process::ExitCode, sync::Arc};
use tokio::sync::Notify;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the server.
    Serve(Source),
    /// Validate the configuration without connecting to anything.
    CheckConfig(Source),
    /// Apply the pending database migrations.
    Migrate(Source),
    /// Print a new random key for [secrets].
    NewKey,
    /// Publish a new signing key for each algorithm; it signs once applications have had time to fetch it.
    RotateKeys {
        /// The keys may have leaked: the new ones sign at once, and the old ones are withdrawn.
        #[arg(long)]
        compromised: bool,
        #[command(flatten)]
        source: Source,
    },
    /// An account: show it, stop it, take an eID or a session from it.
    #[command(subcommand)]
    Account(account::Account),
    /// Print the audit log, oldest event first, as one JSON object a line.
    Audit(audit::AuditArgs),
    /// The directory of employees and users.
    #[command(subcommand)]
    Directory(directory::Directory),
    /// Run Kobling with a simulated eID, a start page, a mailbox and fictitious people.
    #[cfg(feature = "demo")]
    Demo(demo::DemoArgs),
}

impl Command {
    /// `cargo leptos watch` passes no arguments.
    #[cfg(feature = "demo")]
    pub(crate) fn default_command() -> Option<Self> {
        Some(Self::Demo(demo::DemoArgs::default()))
    }

    /// Without the demo, a command is required.
    #[cfg(not(feature = "demo"))]
    pub(crate) fn default_command() -> Option<Self> {
        None
    }

    pub(crate) async fn run(self) -> Result<ExitCode, StartError> {
        match self {
            Self::Serve(source) => serve::run(&source).await?,
            Self::CheckConfig(source) => {
                wiring::check(&source.load()?)?;
                print("The configuration is valid.");
            }
            Self::Migrate(source) => {
                wiring::build_domain(&source.load()?, &Arc::new(Notify::new())).await?;
                print("The database is up to date.");
            }
            Self::NewKey => keys::new_key(),
            Self::RotateKeys {
                compromised,
                source,
            } => keys::rotate(compromised, &source).await?,
            Self::Account(command) => return account::run(command).await,
            Self::Audit(args) => return audit::run(args).await,
            Self::Directory(command) => return directory::run(command).await,
            #[cfg(feature = "demo")]
            Self::Demo(args) => demo::run(args).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
