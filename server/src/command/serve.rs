//! `serve`, and the signal handling that `demo` shares.

use super::source::Source;
use kobling::wiring::{Server, StartError};

/// Runs the server until a stop signal.
pub(crate) async fn run(source: &Source) -> Result<(), StartError> {
    let config = source.load()?;
    config.log.install();
    Server::build(config, None).await?.run(stop_signal()).await
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
