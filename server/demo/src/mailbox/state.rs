//! The messages that have arrived.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::message::Message;
use crate::{
    bar::{Bar, Service},
    clock::Clock,
    look::Look,
    random,
};

/// Maximum number of messages; the oldest is dropped first.
const KEPT: usize = 500;

/// A mailbox in memory; clones share the messages.
#[derive(Clone)]
pub struct Mailbox {
    pub(crate) look: Look,
    messages: Arc<Mutex<Messages>>,
    /// Tells that the messages have changed.
    changes: Arc<watch::Sender<()>>,
    clock: Clock,
}

struct Messages {
    /// Newest first.
    all: VecDeque<Arc<Message>>,
    last_id: u64,
    /// Changes when the mailbox is emptied.
    epoch: String,
}

/// What has happened since a list was shown.
pub(crate) enum News {
    /// These have arrived, newest first.
    Arrived(Vec<Arc<Message>>),
    /// The mailbox has been emptied, or is another one.
    Emptied,
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
            look: Look {
                bar: None,
                service: Service::Mailbox,
            },
            messages: Arc::new(Mutex::new(Messages {
                all: VecDeque::new(),
                last_id: 0,
                epoch: random::token(),
            })),
            changes: Arc::default(),
            clock,
        }
    }

    /// The same, with the demo's bar on its pages.
    #[must_use]
    pub fn with_bar(mut self, bar: Bar) -> Self {
        self.look.bar = Some(bar);
        self
    }

    /// Deletes all messages.
    pub fn empty(&self) {
        let mut messages = self.lock();
        messages.all.clear();
        messages.epoch = random::token();
        drop(messages);
        self.changes.send_replace(());
    }

    /// Stores a message as received over SMTP.
    pub(crate) fn receive(&self, recipients: &[String], raw: &[u8]) {
        let received = self.clock.now();
        let mut messages = self.lock();
        messages.last_id += 1;
        let message = Message::read(messages.last_id, recipients, raw, received);
        messages.all.push_front(Arc::new(message));
        messages.all.truncate(KEPT);
        drop(messages);
        self.changes.send_replace(());
    }

    /// All messages, newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Message>> {
        self.lock().all.iter().cloned().collect()
    }

    /// Changes when the mailbox is emptied.
    pub(crate) fn epoch(&self) -> String {
        self.lock().epoch.clone()
    }

    /// What has happened since a list of this epoch was shown, whose newest message has this number.
    pub(crate) fn since(&self, epoch: &str, newest: u64) -> News {
        let messages = self.lock();
        if messages.epoch != epoch {
            return News::Emptied;
        }
        let new = usize::try_from(messages.last_id.saturating_sub(newest)).unwrap_or(usize::MAX);
        News::Arrived(messages.all.iter().take(new).cloned().collect())
    }

    /// Waits for changes from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Message>> {
        self.lock().all.iter().find(|one| one.id == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
