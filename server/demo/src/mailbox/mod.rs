//! The mailbox: accepts every mail over SMTP, for any recipient, and shows it.

mod message;
mod pages;
mod smtp;
mod state;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    DemoError,
    web::{self, Params},
};
use message::Message;
use state::News;

pub use state::Mailbox;

/// How long a request for new mail waits.
const PATIENCE: Duration = Duration::from_secs(25);

impl Mailbox {
    /// The pages, and the same as JSON at `/api/messages` (`GET`, and `DELETE` to empty it).
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/", get(list))
            .route("/new", get(new))
            .route("/messages/{id}", get(show))
            .route("/messages/{id}/html", get(html))
            .route("/api/messages", get(api_list).delete(api_empty))
            .route(pages::SCRIPT, get(script))
            .with_state(self.clone());
        web::with_common_layers(routes, self.look.clone())
    }

    /// Receives mail on a plain SMTP port, on threads of its own that end with the process.
    ///
    /// Returns the address that it listens on, which is needed if the port is 0.
    ///
    /// # Errors
    /// [`DemoError::Smtp`] when it cannot listen there.
    pub fn listen_smtp(&self, addr: SocketAddr) -> Result<SocketAddr, DemoError> {
        smtp::listen(addr, self.clone()).map_err(DemoError::Smtp)
    }
}

async fn list(State(mailbox): State<Mailbox>, headers: HeaderMap, params: Params) -> Response {
    let lang = web::lang(&params, &headers);
    web::scripted_page(StatusCode::OK, pages::list(&mailbox, lang))
}

/// Waits for mail that the list does not have, and answers with its items; 205 if the list is to be loaded again.
async fn new(State(mailbox): State<Mailbox>, headers: HeaderMap, params: Params) -> Response {
    let lang = web::lang(&params, &headers);
    let epoch = params.get("epoch").unwrap_or_default();
    let newest = params.get("after").and_then(|id| id.parse().ok());
    let patience = tokio::time::sleep(PATIENCE);
    tokio::pin!(patience);
    // Before looking, so that no change is missed.
    let mut changes = mailbox.changes();
    loop {
        match mailbox.since(epoch, newest.unwrap_or_default()) {
            News::Emptied => return StatusCode::RESET_CONTENT.into_response(),
            News::Arrived(messages) if !messages.is_empty() => {
                return pages::rows(&messages, lang).into_response();
            }
            News::Arrived(_) => {}
        }
        tokio::select! {
            _ = changes.changed() => {}
            () = &mut patience => return StatusCode::NO_CONTENT.into_response(),
        }
    }
}

async fn script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("mailbox.js"))
}

async fn show(
    State(mailbox): State<Mailbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let lang = web::lang(&params, &headers);
    let look = &mailbox.look;
    match mailbox.find(&id) {
        Some(message) => web::scripted_page(StatusCode::OK, pages::message(look, &message, lang)),
        None => web::page(StatusCode::NOT_FOUND, &[], look.not_found(lang)),
    }
}

/// The HTML part as a document. It may contain styles and one script of ours; links open outside the frame.
async fn html(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let message = mailbox.find(&id);
    match message.as_ref().and_then(|message| message.html.as_deref()) {
        Some(html) => (
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
                (header::CONTENT_SECURITY_POLICY, pages::mail_policy()),
            ],
            pages::framed(html),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn api_list(State(mailbox): State<Mailbox>) -> Json<Vec<Message>> {
    let all = mailbox.all();
    Json(all.iter().map(|message| Message::clone(message)).collect())
}

async fn api_empty(State(mailbox): State<Mailbox>) -> StatusCode {
    mailbox.empty();
    StatusCode::NO_CONTENT
}
