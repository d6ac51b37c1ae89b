//! Applications that receive logout notices, with a behaviour that the test chooses.

use async_trait::async_trait;
use kobling_domain::oidc::{
    client::Client,
    logout::{
        port::{ClientNotifier, NotifyError},
        types::LogoutClaims,
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

/// How an application answers a logout notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Confirms.
    Well,
    /// Refuses.
    Refuses,
    /// Cannot be reached.
    Dead,
    /// Accepts the request and never answers.
    Silent,
}

/// One logout notice: the application and the claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub client: String,
    pub claims: LogoutClaims,
}

/// Delivers logout notices to the test's applications.
pub struct Line {
    moods: Mutex<HashMap<String, Mood>>,
    calls: watch::Sender<Vec<Call>>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            moods: Mutex::default(),
            calls: watch::Sender::new(Vec::new()),
        }
    }
}

impl Line {
    pub fn set(&self, client: &str, mood: Mood) {
        let mut moods = self.moods.lock().expect("the lock is not poisoned");
        moods.insert(client.to_owned(), mood);
    }

    /// All notices since the last call, in the order of delivery.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.send_replace(Vec::new())
    }

    /// Waits until this application has received a notice.
    pub async fn called(self: &Arc<Self>, client: &str) {
        let mut calls = self.calls.subscribe();
        calls
            .wait_for(|calls| calls.iter().any(|call| call.client == client))
            .await
            .expect("the sender exists");
    }
}

#[async_trait]
impl ClientNotifier for Line {
    async fn notify(&self, client: &Client, claims: &LogoutClaims) -> Result<(), NotifyError> {
        let mood = {
            let moods = self.moods.lock().expect("the lock is not poisoned");
            moods.get(&client.id).copied().unwrap_or(Mood::Well)
        };
        self.calls.send_modify(|calls| {
            calls.push(Call {
                client: client.id.clone(),
                claims: claims.clone(),
            });
        });
        match mood {
            Mood::Well => Ok(()),
            Mood::Refuses => Err(NotifyError::Refused),
            Mood::Dead => Err(NotifyError::Unreachable("no connection".into())),
            Mood::Silent => std::future::pending().await,
        }
    }
}
