//! The load driver behind `cargo xtask bench`. It runs on Linux only, because it reads `/proc`.
#![allow(
    clippy::print_stdout,
    reason = "a command-line program reports to standard output"
)]

mod bare;
mod browser;
mod child;
mod growth;
mod installation;
mod journeys;
mod load;
mod place;
mod proc;
mod report;
mod run;
mod seed;
mod services;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};
use url::Url;

use child::Server;
use installation::Engine;
use place::{Place, Ports};
use run::Pace;

#[derive(Parser)]
#[command(name = "kobling-bench", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure and print the tables; ends when standard input is closed
    Run(Run),
    /// Serve a page of constant text
    Bare {
        #[arg(long)]
        port: u16,
    },
    /// Serve the simulated eID, the start page and the mailbox
    Services {
        #[arg(long)]
        folder: PathBuf,
        #[arg(long)]
        port: u16,
    },
}

#[derive(Args)]
struct Run {
    /// The server to measure
    #[arg(long)]
    binary: PathBuf,
    /// Where a temporary folder is made
    #[arg(long)]
    folder: PathBuf,
    /// The first of five consecutive ports
    #[arg(long)]
    port: u16,
    /// Measure on SQLite
    #[arg(long)]
    sqlite: bool,
    /// Measure on PostgreSQL, at this URL
    #[arg(long, env = "KOBLING_BENCH_POSTGRES", hide_env_values = true)]
    postgres: Option<Url>,
    /// A fifth of the time
    #[arg(long)]
    quick: bool,
    /// Measure growth with these numbers of accounts instead
    #[arg(long, value_delimiter = ',')]
    growth: Vec<u32>,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    match task {
        Task::Bare { port } => runtime()?.block_on(bare::run(port)),
        Task::Services { folder, port } => runtime()?.block_on(services::run(&folder, Ports(port))),
        Task::Run(options) => {
            // One thread, so that the driver leaves the other cores to the server.
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let result = runtime.block_on(async {
                tokio::select! {
                    result = run(&options) => result,
                    () = interrupted() => bail!("interrupted"),
                }
            });
            // A thread still reads standard input.
            runtime.shutdown_background();
            result
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// Completes at SIGINT, or when whoever started this process has ended, which closes standard input.
async fn interrupted() {
    let closed = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        _ = closed => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn run(options: &Run) -> Result<()> {
    ensure!(
        Path::new("/proc/self/stat").is_file(),
        "there is no /proc: the benchmark runs on Linux only"
    );
    ensure!(
        options.binary.is_file(),
        "there is no server at {}",
        options.binary.display()
    );
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&options.folder)?;
    let place = Place {
        binary: options.binary.clone(),
        folder: folder.path().to_owned(),
        ports: Ports(options.port),
    };
    services::create_key(&place.folder)?;
    let services = services(&place).await?;
    let pace = Pace {
        quick: options.quick,
    };
    let engines = [Engine::Sqlite]
        .into_iter()
        .filter(|_| options.sqlite)
        .chain(options.postgres.clone().map(Engine::Postgres));
    for engine in engines {
        if options.growth.is_empty() {
            println!(
                "\n{}",
                report::table(&run::figures(&place, &engine, pace).await?)
            );
            continue;
        }
        let mut sizes = Vec::new();
        for accounts in &options.growth {
            sizes.push(growth::size(&place, &engine, *accounts, pace).await?);
        }
        println!("\n{}", report::growth(engine.name(), &sizes));
    }
    drop(services);
    Ok(())
}

async fn services(place: &Place) -> Result<Server> {
    let program = std::env::current_exe()?;
    let folder = place
        .folder
        .to_str()
        .context("the path of the folder is not UTF-8")?;
    let port = place.ports.0.to_string();
    let arguments = ["services", "--folder", folder, "--port", &port];
    let server = Server::start(&program, &arguments, &place.folder, "services")?;
    let ports = place.ports;
    server
        .listens(&[ports.start_page_port(), ports.eid_port(), ports.smtp_port()])
        .await?;
    Ok(server)
}
