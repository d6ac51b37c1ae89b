//! The mailbox: accepts every mail over SMTP, for any recipient, and shows it.

mod message;
mod pages;
mod smtp;
mod state;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{DemoError, look, web};
use message::Message;

pub use state::Mailbox;

impl Mailbox {
    /// The pages, and the same as JSON at `/api/messages` (`GET`, and `DELETE` to empty it).
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/", get(list))
            .route("/messages/{id}", get(show))
            .route("/messages/{id}/html", get(html))
            .route("/api/messages", get(api_list).delete(api_empty))
            .with_state(self.clone());
        web::with_common_layers(routes)
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

async fn list(State(mailbox): State<Mailbox>) -> Response {
    web::page(StatusCode::OK, &[], pages::list(&mailbox.all()))
}

async fn show(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.find(&id) {
        Some(message) => web::page(StatusCode::OK, &[], pages::message(&message)),
        None => gone(),
    }
}

/// The HTML part as a document. It may contain styles and nothing else; links open outside the frame.
async fn html(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let message = mailbox.find(&id);
    match message.as_ref().and_then(|message| message.html.as_deref()) {
        Some(html) => (
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, pages::MAIL_POLICY),
            ],
            pages::with_links_at_top(html),
        )
            .into_response(),
        None => gone(),
    }
}

async fn api_list(State(mailbox): State<Mailbox>) -> Json<Vec<Message>> {
    let all = mailbox.all();
    Json(all.iter().map(|message| Message::clone(message)).collect())
}

async fn api_empty(State(mailbox): State<Mailbox>) -> StatusCode {
    mailbox.lock().all.clear();
    StatusCode::NO_CONTENT
}

fn gone() -> Response {
    web::page(StatusCode::NOT_FOUND, &[], look::not_found())
}
