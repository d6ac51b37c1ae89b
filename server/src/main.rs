//! The command `kobling`.

mod command;

use clap::{CommandFactory, Parser, error::ErrorKind};
use command::{Command, output::print_error};
use kobling::wiring::StartError;
use std::{process::ExitCode, time::Duration};

/// Returns memory to the system after a peak, and is faster than the system's allocator when many threads allocate.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Accounts, account settings and electronic-ID linking.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    let command = Cli::parse()
        .command
        .or_else(Command::default_command)
        .unwrap_or_else(|| {
            Cli::command()
                .error(
                    ErrorKind::MissingSubcommand,
                    "a command is required; see --help",
                )
                .exit()
        });
    match run(command) {
        Ok(code) => code,
        Err(error) => {
            print_error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)?;
    let result = runtime.block_on(command.run());
    // Waits for blocking threads, but not for one that hangs, such as a name lookup without an answer.
    runtime.shutdown_timeout(Duration::from_secs(3));
    result
}
