//! `demo`: the server with simulated services.

use super::serve::stop_signal;
use clap::Args;
use kobling::wiring::StartError;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Directory of the database and the keys; an empty one starts from scratch.
    #[arg(long, default_value = "target/demo")]
    data_dir: PathBuf,
    /// Port of Kobling; the start page, the simulated eID and the mailbox use the next three.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// URL of a database, such as postgres://…, instead of the file in the data directory.
    #[arg(long)]
    database: Option<String>,
    /// Override a setting (the value is TOML).
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE")]
    settings: Vec<String>,
}

impl Default for DemoArgs {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("target/demo"),
            port: 3000,
            database: None,
            settings: Vec::new(),
        }
    }
}

/// Runs Kobling and the simulated services until a stop signal.
pub(crate) async fn run(args: DemoArgs) -> Result<(), StartError> {
    let options = kobling::demo::Options {
        data_dir: args.data_dir,
        port: args.port,
        database: args.database,
        settings: args.settings,
    };
    kobling::demo::configuration(&options, 25)?.log.install();
    kobling::demo::run(options, stop_signal()).await
}
