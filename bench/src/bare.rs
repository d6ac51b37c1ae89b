//! The measure of all figures: a server that answers with a page of constant text.

use std::net::Ipv4Addr;

use anyhow::{Context, Result};
use axum::{Router, response::Html, routing::get};
use tokio::net::TcpListener;

/// The size of the page, about that of the sign-in page.
const BYTES: usize = 8_192;

/// Serves the page at `/` until the process is stopped.
///
/// # Errors
/// If it cannot listen there.
pub async fn run(port: u16) -> Result<()> {
    // Once, not per request: what is measured is HTTP alone.
    let page: &'static str = Box::leak(page().into_boxed_str());
    let router = Router::new().route("/", get(move || async move { Html(page) }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("port {port} cannot be listened on"))?;
    axum::serve(listener, router).await?;
    Ok(())
}

fn page() -> String {
    let line = "<p>Nordvik kommune</p>\n";
    format!("<!doctype html>\n{}", line.repeat(BYTES / line.len()))
}
