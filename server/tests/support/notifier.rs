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
pub enum Behaviour {
    /// Confirms.
    Confirms,
    /// Refuses.
    Refuses,
    /// Cannot be reached.
    Unreachable,
    /// Accepts the request and never answers.
    NeverAnswers,
}

/// One logout notice: the application and the claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub client: String,
    pub claims: LogoutClaims,
}

/// Delivers logout notices to the test's applications.
pub struct TestNotifier {
    behaviours: Mutex<HashMap<String, Behaviour>>,
    calls: watch::Sender<Vec<Call>>,
}

impl Default for TestNotifier {
    fn default() -> Self {
        Self {
            behaviours: Mutex::default(),
            calls: watch::Sender::new(Vec::new()),
        }
    }
}

impl TestNotifier {
    pub fn set(&self, client: &str, behaviour: Behaviour) {
        let mut behaviours = self.behaviours.lock().expect("the lock is not poisoned");
        behaviours.insert(client.to_owned(), behaviour);
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
impl ClientNotifier for TestNotifier {
    async fn notify(&self, client: &Client, claims: &LogoutClaims) -> Result<(), NotifyError> {
        let behaviour = {
            let behaviours = self.behaviours.lock().expect("the lock is not poisoned");
            behaviours
                .get(&client.id)
                .copied()
                .unwrap_or(Behaviour::Confirms)
        };
        self.calls.send_modify(|calls| {
            calls.push(Call {
                client: client.id.clone(),
                claims: claims.clone(),
            });
        });
        match behaviour {
            Behaviour::Confirms => Ok(()),
            Behaviour::Refuses => Err(NotifyError::Refused),
            Behaviour::Unreachable => Err(NotifyError::Unreachable("no connection".into())),
            Behaviour::NeverAnswers => std::future::pending().await,
        }
    }
}
