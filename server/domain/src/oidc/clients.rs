//! Looks up clients, and derives their identifiers of people and sessions (`sub`, `sid`).

use crate::{
    audit::event::AuditEvent,
    flow::types::{Destination, Flow},
    kernel::{
        core::{Unit, service},
        error::StoreError,
        outcome::Fault,
        request::Visitor,
        secret::{Digest256, Purpose},
    },
    oidc::client::{Client, Subject, origin_of},
    ops::limit::{Limit, Pace},
};
use kobling_model::{AccountId, Problem, SessionId, Wait};

service! {
    /// Looks up clients, and derives their identifiers of people and sessions (`sub`, `sid`).
    ClientService {}
}

impl ClientService {
    pub(crate) async fn of_flow(
        &self,
        work: &mut Unit,
        flow: &Flow,
    ) -> Result<(Option<String>, Option<String>), Fault> {
        Ok(match &flow.destination {
            Destination::Account | Destination::Return(_) => (None, None),
            Destination::Client(request) => (
                self.find_in(work, &request.client_id)
                    .await?
                    .map(|client| client.name),
                origin_of(&request.redirect_uri),
            ),
        })
    }

    /// A client by its id: configuration goes before the database.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn find(&self, id: &str) -> Result<Option<Client>, Fault> {
        match self.settings.client(id) {
            Some(client) => Ok(Some(client.clone())),
            None => Ok(self.find_in(&mut self.read().await?, id).await?),
        }
    }

    /// A client's identifier of a person: `sub` in every token and response (OpenID Connect Core §8).
    #[must_use]
    pub fn subject(&self, client: &Client, account: AccountId) -> String {
        match &client.subject {
            Subject::Public => account.to_string(),
            Subject::Pairwise { sector } => {
                self.keys.pairwise_subject(sector, &account.to_string())
            }
        }
    }

    /// Records a failed client authentication.
    ///
    /// # Errors
    /// [`kobling_model::Problem::TooMany`] when the network has too many failures; [`Fault::Store`].
    pub async fn refuse_client(&self, visitor: &Visitor) -> Result<(), Fault> {
        self.limited(visitor, None, &[Limit::ClientByNetwork])
            .await?;
        Ok(self
            .note_once_alone(visitor, AuditEvent::ClientRefused)
            .await?)
    }

    /// Whether a secret that this network shows for a client is compared at all. Each failure takes from a limit of this
    /// client and network, so that guesses neither go on without end nor lock out other clients of the network, or this
    /// client elsewhere.
    ///
    /// # Errors
    /// [`Problem::TooMany`]; [`Fault::Store`].
    pub async fn may_try(&self, visitor: &Visitor, client: &Client) -> Result<(), Fault> {
        let (key, pace) = self.guesses(visitor, client);
        let mut work = self.read().await?;
        let wait = work
            .rate_limits()
            .wait(&key, self.now(), pace.interval, pace.burst)
            .await?;
        match wait {
            None => Ok(()),
            Some(wait) => Err(Problem::TooMany(Wait::of(wait)).into()),
        }
    }

    /// Counts a wrong secret of a client.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn tried(&self, visitor: &Visitor, client: &Client) -> Result<(), Fault> {
        let (key, pace) = self.guesses(visitor, client);
        let mut work = self.begin().await?;
        work.rate_limits()
            .take(&key, self.now(), pace.interval, pace.burst)
            .await?;
        work.commit().await?;
        Ok(())
    }

    /// The rate limit of guesses from a network at the secret of a client.
    fn guesses(&self, visitor: &Visitor, client: &Client) -> (Digest256, Pace) {
        let parts = ["client/guess", client.id.as_str(), &visitor.network];
        let key = self.keys.derive(Purpose::Limit, &parts);
        (key, self.settings.limits.pace(Limit::ClientByNetwork))
    }

    pub(crate) async fn find_in(
        &self,
        work: &mut Unit,
        id: &str,
    ) -> Result<Option<Client>, StoreError> {
        match self.settings.client(id) {
            Some(client) => Ok(Some(client.clone())),
            // No client has such an id, and a statement with it fails.
            None if id.contains('\0') => Ok(None),
            None => Ok(work.clients().client(id).await?.map(|stored| stored.client)),
        }
    }

    /// This application's own name for a session: `sid` in its tokens (OpenID Connect Back-Channel Logout 1.0 §2.1).
    pub(crate) fn sid(&self, session: SessionId, client: &str) -> String {
        self.keys
            .derive(Purpose::ClientSession, &[&session.to_string(), client])
            .0
    }
}
