//! The messages that have arrived.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::message::Message;
use crate::clock::Clock;

/// Maximum number of messages; the oldest is dropped first.
const KEPT: usize = 500;

/// A mailbox in memory; clones share the messages.
#[derive(Clone)]
pub struct Mailbox {
    messages: Arc<Mutex<Messages>>,
    clock: Clock,
}

#[derive(Default)]
pub(crate) struct Messages {
    /// Newest first.
    pub(crate) all: VecDeque<Arc<Message>>,
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

    pub(crate) fn with_clock(clock: Clock) -> Self {
        Self {
            messages: Arc::default(),
            clock,
        }
    }

    /// Stores a message as received over SMTP.
    pub(crate) fn receive(&self, recipients: &[String], raw: &[u8]) {
        let received = self.clock.now();
        let mut messages = self.lock();
        messages.last_id += 1;
        let message = Message::read(messages.last_id, recipients, raw, received);
        messages.all.push_front(Arc::new(message));
        messages.all.truncate(KEPT);
    }

    pub(crate) fn all(&self) -> Vec<Arc<Message>> {
        self.lock().all.iter().cloned().collect()
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Message>> {
        self.lock().all.iter().find(|one| one.id == id).cloned()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
