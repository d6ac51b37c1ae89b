//! The mailbox: accepts every mail over SMTP, for any recipient, and shows it.

mod message;
mod pages;
mod smtp;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{DemoError, clock::Clock, look, web};
use message::Message;

/// Maximum number of messages; the oldest is dropped first.
const KEPT: usize = 500;

/// A mailbox in memory; clones share what has arrived.
#[derive(Clone)]
pub struct Mailbox {
    messages: Arc<Mutex<Messages>>,
    clock: Clock,
}

#[derive(Default)]
struct Messages {
    /// Newest first.
    all: VecDeque<Arc<Message>>,
    last_id: u64,
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Mailbox {
    /// An empty mailbox.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Clock::system())
    }

    fn with_clock(clock: Clock) -> Self {
        Self {
            messages: Arc::default(),
            clock,
        }
    }

    /// The pages, and the same as JSON at `/api/messages` (`GET`, and `DELETE` to empty it).
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/", get(list))
            .route("/messages/{id}", get(show))
            .route("/messages/{id}/html", get(html))
            .route("/api/messages", get(api_list).delete(api_empty))
            .with_state(self.clone());
        web::furnish(routes)
    }

    /// Receives mail on a plain SMTP port, on threads of its own that end with the process.
    ///
    /// Gives the address that it listens on, which matters when port 0 was asked for.
    ///
    /// # Errors
    /// [`DemoError::Smtp`] when it cannot listen there.
    pub fn listen_smtp(&self, addr: SocketAddr) -> Result<SocketAddr, DemoError> {
        smtp::listen(addr, self.clone()).map_err(DemoError::Smtp)
    }

    /// Stores a message as received over SMTP.
    fn receive(&self, recipients: &[String], raw: &[u8]) {
        let received = self.clock.now();
        let mut messages = self.lock();
        messages.last_id += 1;
        let message = Message::read(messages.last_id, recipients, raw, received);
        messages.all.push_front(Arc::new(message));
        messages.all.truncate(KEPT);
    }

    fn all(&self) -> Vec<Arc<Message>> {
        self.lock().all.iter().cloned().collect()
    }

    fn find(&self, id: &str) -> Option<Arc<Message>> {
        self.lock().all.iter().find(|one| one.id == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The HTML part by itself. It may bring its own style and nothing else; links leave the frame that
/// it is shown in.
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
