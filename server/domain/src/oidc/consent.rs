//! Consent to what third-party applications learn about a person.

use crate::{
    audit::event::AuditEvent,
    auth::{caller::SessionService, session::Caller},
    flow::types::{Destination, Flow, FlowState, page_of},
    kernel::{
        core::{Unit, service},
        displayable,
        outcome::{Answer, Fault},
        request::Visitor,
    },
    oidc::{
        access::destination::DestinationService,
        clients::ClientService,
        consent_rule::{Consent, hosts_shown, learns, scope_of, seen},
        grant::{request::error_url, types::AuthorizationRequest},
    },
};
use kobling_model::{
    AccountId, FlowId, Problem, route,
    status::Notice,
    view::{ApplicationItem, ConsentView},
};

/// The request that a flow asks this account about, if it does.
fn asks<'a>(flow: &'a Flow, caller: &Caller) -> Option<&'a AuthorizationRequest> {
    match (&flow.destination, &flow.state) {
        (Destination::Client(request), FlowState::Consent { account, .. })
            if *account == caller.account.id =>
        {
            Some(request)
        }
        _ => None,
    }
}

service! {
    /// Consent to what third-party applications learn.
    ConsentService { clients: ClientService, destinations: DestinationService, sessions: SessionService }
}

impl ConsentService {
    /// `/consent`.
    ///
    /// # Errors
    /// [`Problem::FlowExpired`] when the flow is none of this browser's, not of this account, or does not ask.
    pub async fn view(&self, visitor: &Visitor, flow: FlowId) -> Result<ConsentView, Fault> {
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = self.flow_of(&mut work, visitor, flow).await?;
        let request = asks(&flow, &caller).ok_or(Problem::FlowExpired)?;
        let client = self
            .clients
            .find_in(&mut work, &request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        let origin = crate::oidc::client::origin_of(&request.redirect_uri);
        let learns = learns(&scope_of(request));
        Ok(ConsentView {
            flow: flow.id,
            host: hosts_shown(&client, &request.redirect_uri),
            client: client.name,
            account: (!learns.email).then(|| displayable::address(&caller.account.email)),
            name: learns.name.then(|| caller.account.name.clone()),
            email: learns
                .email
                .then(|| displayable::address(&caller.account.email)),
            client_origin: origin,
        })
    }

    /// **Tillat** and **Avbryt**. Only by the person who was asked, in the same browser.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn answer(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        allowed: bool,
    ) -> Result<Answer, Fault> {
        let result = self.try_consent(visitor, flow, allowed).await;
        self.settle(visitor, Some(flow), result).await
    }

    async fn try_consent(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        allowed: bool,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        let token = visitor.session.as_ref().ok_or(Problem::NotSignedIn)?;
        let caller = self
            .sessions
            .caller_in(&mut work, token)
            .await?
            .ok_or(Problem::NotSignedIn)?;
        let mut flow = self.flow_of(&mut work, visitor, flow).await?;
        if !matches!(flow.state, FlowState::Consent { .. }) {
            return Ok(Answer::page(page_of(&flow)));
        }
        let request = asks(&flow, &caller).ok_or(Problem::FlowExpired)?.clone();
        let account = caller.account.id;
        let client_id = &request.client_id;
        if allowed
            && self
                .has_changed(&mut work, &mut flow, account, client_id)
                .await?
        {
            self.save(&mut work, &flow).await?;
            work.commit().await?;
            return Ok(Answer::flow(route::CONSENT, flow.id));
        }
        let answer = if allowed {
            let former = work.consents().consent(account, client_id).await?;
            work.consents()
                .put_consent(&Consent::widened(former, account, &request, self.now()))
                .await?;
            self.note(
                &mut work,
                visitor,
                AuditEvent::ConsentGiven { client: client_id },
                &caller,
            )
            .await?;
            flow.destination = Destination::Client(AuthorizationRequest {
                force_consent: false,
                ..request
            });
            self.destinations
                .continue_flow(&mut work, visitor, &caller, &mut flow, None)
                .await?
        } else {
            self.note(
                &mut work,
                visitor,
                AuditEvent::ConsentRefused { client: client_id },
                &caller,
            )
            .await?;
            flow.state = FlowState::Ended { notice: None };
            self.save(&mut work, &flow).await?;
            Answer::away(error_url(&request, "access_denied", &self.settings.origin))
        };
        work.commit().await?;
        Ok(answer)
    }

    /// Whether people see another application by now than when the flow began to ask. The flow then asks anew.
    async fn has_changed(
        &self,
        work: &mut Unit,
        flow: &mut Flow,
        account: AccountId,
        client_id: &str,
    ) -> Result<bool, Fault> {
        work.clients().hold_client(client_id).await?;
        let client = self.clients.find_in(work, client_id).await?;
        let now = seen(&client.ok_or(Problem::ClientInvalid)?);
        let changed =
            matches!(&flow.state, FlowState::Consent { seen: Some(then), .. } if *then != now);
        if changed {
            flow.state = FlowState::Consent {
                account,
                seen: Some(now),
            };
        }
        Ok(changed)
    }

    /// The consents of an account, newest first.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn applications(&self, caller: &Caller) -> Result<Vec<ApplicationItem>, Fault> {
        self.application_items(&mut self.read().await?, caller)
            .await
    }

    pub(crate) async fn application_items(
        &self,
        work: &mut Unit,
        caller: &Caller,
    ) -> Result<Vec<ApplicationItem>, Fault> {
        let mut items = Vec::new();
        for consent in work.consents().consents_of(caller.account.id).await? {
            let client = self.clients.find_in(work, &consent.client_id).await?;
            let scope: Vec<&str> = consent.scope.split(' ').collect();
            items.push(ApplicationItem {
                // One that is no longer known can still be withdrawn.
                name: client.map_or_else(|| consent.client_id.clone(), |client| client.name),
                learns: learns(&scope),
                given_at: consent.given_at,
                client: consent.client_id,
            });
        }
        Ok(items)
    }

    /// Withdraws a consent, and revokes everything that the application holds by it.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::NotFound`] when there is none.
    pub async fn withdraw(&self, visitor: &Visitor, client_id: &str) -> Result<(), Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let account = caller.account.id;
        // No id of ours holds a NUL, and not every database could look for one.
        if client_id.contains('\0') {
            return Err(Problem::NotFound.into());
        }
        let mut work = self.begin().await?;
        if !work.consents().delete_consent(account, client_id).await? {
            return Err(Problem::NotFound.into());
        }
        work.families().end_families_of(account, client_id).await?;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ConsentWithdrawn { client: client_id },
            &caller,
        )
        .await?;
        work.commit().await?;
        Ok(())
    }

    /// **Trekk tilbake** as a form: the result is shown on the page.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn withdraw_from_form(
        &self,
        visitor: &Visitor,
        client_id: &str,
    ) -> Result<Answer, Fault> {
        let result = match self.withdraw(visitor, client_id).await {
            Ok(()) | Err(Fault::Problem(Problem::NotFound)) => {
                let mut work = self.begin().await?;
                let answer = self
                    .tell(&mut work, visitor, Some(Notice::ConsentWithdrawn), None)
                    .await?;
                work.commit().await?;
                Ok(answer)
            }
            Err(fault) => Err(fault),
        };
        self.settle(visitor, None, result).await
    }
}
