//! The command `kobling`.

use clap::{Args, Parser, Subcommand};
use kobling::{
    config::{Config, LogFormat, LogSection, Mode},
    house::{self, House, StartError},
    oidc::Signer,
};
use kobling_domain::oidc::{client::SigningAlg, signing_key::types::Why};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use tokio::sync::Notify;

/// Accounts, account settings and electronic-ID linking.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(Source),
    /// Say whether the configuration holds, without connecting to anything.
    CheckConfig(Source),
    /// Bring the database up to date.
    Migrate(Source),
    /// Print a new random key for [secrets].
    NewKey,
    /// Announce a new signing key of each kind, which takes over when every application knows it.
    RotateKeys {
        /// Somebody else may have the keys: the new ones sign at once, the old ones are withdrawn.
        #[arg(long)]
        compromised: bool,
        #[command(flatten)]
        source: Source,
    },
    /// The directory of employees and users.
    #[command(subcommand)]
    Directory(Directory),
    /// Run Kobling with a simulated eID, a start page and a mailbox, and made-up people.
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
}

#[derive(Subcommand)]
enum Directory {
    /// Import a payroll file: everything, or nothing if any line is wrong.
    Import {
        /// CSV in UTF-8 with the header fodselsnummer;ansattnummer;navn;epost.
        file: PathBuf,
        /// Key of the organisation.
        #[arg(long)]
        organisation: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        source: Source,
    },
}

#[derive(Args, Clone)]
struct Source {
    /// The configuration file.
    #[arg(long, short, default_value = "kobling.toml", env = "KOBLING_CONFIG")]
    config: PathBuf,
    /// Override a setting, such as `server.behind_proxy=true` (the value is TOML).
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE")]
    settings: Vec<String>,
    /// Use the demo in this data directory instead of a configuration file.
    #[cfg(feature = "demo")]
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

#[cfg(feature = "demo")]
#[derive(Args)]
struct DemoArgs {
    /// Where database and keys live; an empty directory begins anew.
    #[arg(long, default_value = "target/demo")]
    data_dir: PathBuf,
    /// Kobling's port; the start page, the simulated eID and the mailbox get the next three.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Another database than the file in the data directory, such as postgres://….
    #[arg(long)]
    database: Option<String>,
    /// Override a setting (the value is TOML).
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE")]
    settings: Vec<String>,
}

impl Source {
    fn load(&self) -> Result<Config, StartError> {
        #[cfg(feature = "demo")]
        if let Some(data_dir) = &self.data_dir {
            let options = kobling::demo::Options {
                data_dir: data_dir.clone(),
                port: 3000,
                database: None,
                settings: self.settings.clone(),
            };
            return kobling::demo::configuration(&options, 25);
        }
        Ok(Config::load(&self.config, &self.settings)?)
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().command.unwrap_or_else(usual)) {
        Ok(code) => code,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What `cargo leptos watch`, which gives no arguments, runs.
#[cfg(feature = "demo")]
fn usual() -> Command {
    Command::Demo(DemoArgs {
        data_dir: PathBuf::from("target/demo"),
        port: 3000,
        database: None,
        settings: Vec::new(),
    })
}

#[cfg(not(feature = "demo"))]
fn usual() -> Command {
    use clap::CommandFactory;
    Cli::command()
        .error(
            clap::error::ErrorKind::MissingSubcommand,
            "say what to do; see --help",
        )
        .exit()
}

fn complain(text: &str) {
    eprintln!("kobling: {text}");
}

#[allow(clippy::print_stdout, reason = "what a command was asked for")]
fn say(text: &str) {
    println!("{text}");
}

fn run(command: Command) -> Result<ExitCode, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::Signer(error.to_string()))?;
    runtime.block_on(async {
        match command {
            Command::Serve(source) => {
                let config = source.load()?;
                log(&config.log);
                House::build(config, false)
                    .await?
                    .run(told_to_stop())
                    .await?;
            }
            Command::CheckConfig(source) => {
                house::check(&source.load()?)?;
                say("The configuration holds.");
            }
            Command::Migrate(source) => {
                house::furnish(&source.load()?, &Arc::new(Notify::new())).await?;
                say("The database is up to date.");
            }
            Command::NewKey => say(&kobling::config::new_key()),
            Command::RotateKeys {
                compromised,
                source,
            } => rotate_keys(compromised, &source).await?,
            Command::Directory(Directory::Import {
                file,
                organisation,
                dry_run,
                source,
            }) => {
                return import(&file, &organisation, dry_run, &source).await;
            }
            #[cfg(feature = "demo")]
            Command::Demo(args) => {
                let options = kobling::demo::Options {
                    data_dir: args.data_dir,
                    port: args.port,
                    database: args.database,
                    settings: args.settings,
                };
                log(&kobling::demo::configuration(&options, 25)?.log);
                kobling::demo::run(options, told_to_stop()).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn rotate_keys(compromised: bool, source: &Source) -> Result<(), StartError> {
    let kobling = house::furnish(&source.load()?, &Arc::new(Notify::new())).await?;
    let why = if compromised {
        Why::Compromised
    } else {
        Why::Command
    };
    let added = Signer::new(&kobling)
        .renew(why)
        .await
        .map_err(house::signing)?;
    for alg in SigningAlg::ALL {
        match added.iter().find(|key| key.alg == alg) {
            Some(key) if key.signs_from <= key.created_at => {
                say(&format!("{}: {} signs from now on", alg.name(), key.kid));
            }
            Some(key) => {
                let minutes = key.signs_from.since(key.created_at).as_seconds() / 60;
                say(&format!(
                    "{}: {} signs in {minutes} minutes",
                    alg.name(),
                    key.kid
                ));
            }
            None => say(&format!("{}: a new key is announced already", alg.name())),
        }
    }
    Ok(())
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
            complain(&format!("{}: {error}", file.display()));
            return Ok(ExitCode::FAILURE);
        }
    };
    let kobling = house::furnish(&config, &Arc::new(Notify::new())).await?;
    let report = match kobling
        .directory
        .import(organisation, &bytes, refuse_synthetic, dry_run)
        .await
    {
        Ok(report) => report,
        Err(kobling_domain::Fault::Problem(_)) => {
            complain(&format!(
                "there is no organisation `{organisation}` in the configuration"
            ));
            return Ok(ExitCode::FAILURE);
        }
        Err(kobling_domain::Fault::Store(error)) => return Err(error.into()),
    };
    for complaint in &report.complaints {
        complain(&format!(
            "{}:{}: {}",
            file.display(),
            complaint.line,
            complaint.error
        ));
    }
    if !report.complaints.is_empty() {
        complain(&format!(
            "nothing was imported: {} complaint(s)",
            report.complaints.len()
        ));
        return Ok(ExitCode::FAILURE);
    }
    let did = if dry_run { "would be" } else { "were" };
    say(&format!(
        "{} rows read: {} employees {did} added, {} changed",
        report.rows, report.new, report.changed
    ));
    Ok(ExitCode::SUCCESS)
}

fn log(section: &LogSection) {
    let filter = tracing_subscriber::EnvFilter::try_new(&section.filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match section.format {
        LogFormat::Text => builder.with_ansi(false).init(),
        LogFormat::Json => builder.json().init(),
    }
}

async fn told_to_stop() {
    let interrupt = async {
        // Without a handler there is nothing to wait for but the other signal.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
