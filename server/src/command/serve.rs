//! `serve`, and the log set-up and signal handling that `demo` shares.

use super::source::Source;
use kobling::{
    config::{LogFormat, LogSection},
    wiring::{Server, StartError},
};

/// Runs the server until a stop signal.
pub(crate) async fn run(source: &Source) -> Result<(), StartError> {
    let config = source.load()?;
    log(&config.log);
    Server::build(config, false).await?.run(stop_signal()).await
}

/// Sets up logging to standard error.
pub(super) fn log(section: &LogSection) {
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

/// Completes at SIGINT or SIGTERM.
pub(super) async fn stop_signal() {
    let interrupt = async {
        // If no handler can be installed, only the other signal stops the server.
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
