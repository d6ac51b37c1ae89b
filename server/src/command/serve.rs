//! `serve`, and what every server process needs: logs and signals.

use super::source::Source;
use kobling::{
    config::{LogFormat, LogSection},
    wiring::{Server, StartError},
};

/// Runs the server until it is told to stop.
pub(crate) async fn run(source: &Source) -> Result<(), StartError> {
    let config = source.load()?;
    log(&config.log);
    Server::build(config, false).await?.run(stop_signal()).await
}

/// Writes logs to standard error from now on.
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

/// Ends at an interrupt or a request to terminate.
pub(super) async fn stop_signal() {
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
