//! Sign-out from Kobling, the applications and the eID provider, and the redirect that follows.

use crate::{
    audit::event::AuditEvent,
    auth::{caller::SessionService, session::Method},
    eid::types::EidAttempt,
    flow::types::{Destination, FlowState},
    kernel::{
        core::{Unit, service},
        outcome::{Answer, Change, Fault, Next},
        request::Visitor,
        secret::Token,
    },
    oidc::{
        client::{Client, origin_of},
        clients::ClientService,
        logout::{end::LogoutService, types::SessionSelector},
    },
};
use kobling_model::{
    FlowId, ProviderId,
    id::SignOutId,
    route,
    status::NoticeStatus,
    view::{NotifiedItem, SignOutView},
};

/// The scope of a sign-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This browser.
    Here,
    /// Every session of the account.
    Everywhere,
}

service! {
    /// Signing out here, at the applications and at the eID provider.
    SignOutService { clients: ClientService, logout: LogoutService, sessions: SessionService }
}

impl SignOutService {
    /// **Logg ut**: ends this session and the sign-ins in progress in this browser, and records which applications to
    /// notify; then redirects to the eID provider of the session, to end the session there, and back.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn here(&self, visitor: &Visitor) -> Result<Answer, Fault> {
        self.end_here(visitor, Reach::Here, None).await
    }

    /// **Logg ut overalt**: the same for every session of the account.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn everywhere(&self, visitor: &Visitor) -> Result<Answer, Fault> {
        self.end_here(visitor, Reach::Everywhere, None).await
    }

    /// **Logg ut** on the page that asks first: afterwards back to the application that wanted it.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn asked(&self, visitor: &Visitor, flow: Option<FlowId>) -> Result<Answer, Fault> {
        let asked = self.read_flow(visitor, flow).await?;
        let then = match asked.map(|(_, flow)| flow.state) {
            Some(FlowState::AskingSignOut { then, .. }) => then,
            _ => None,
        };
        self.end_here(visitor, Reach::Here, then).await
    }

    async fn end_here(
        &self,
        visitor: &Visitor,
        reach: Reach,
        then: Option<String>,
    ) -> Result<Answer, Fault> {
        let caller = self.sessions.caller(visitor).await?;
        // A sign-out is never refused: without room for a flow, the page that follows says less.
        let may_begin = match &caller {
            Some(_) => true,
            None => match self.may_begin_flow(visitor).await {
                Ok(()) => true,
                Err(Fault::Problem(_)) => false,
                Err(fault) => return Err(fault),
            },
        };
        let mut work = self.begin().await?;
        if let Some(browser) = &visitor.browser {
            work.flows().delete_flows_of(&browser.digest()).await?;
        }
        // A new secret: whoever knew the former one has no part in what follows.
        let secret = self.token();
        let browser = secret.digest();
        let mut sign_out = None;
        if let Some(caller) = &caller {
            let account = caller.account.id;
            let (which, event) = match reach {
                Reach::Here => (
                    SessionSelector::One(caller.session.id, account),
                    AuditEvent::SignOut,
                ),
                Reach::Everywhere => (
                    SessionSelector::OfAccount(account, None),
                    AuditEvent::SignOutEverywhere,
                ),
            };
            sign_out = self.logout.end(&mut work, &which).await?.sign_out;
            self.note(&mut work, visitor, event, caller).await?;
        }
        let upstream = caller.and_then(|caller| match caller.session.method {
            Method::Eid { provider, .. } => Some(provider),
            Method::Password => None,
        });
        let flow = self.new_flow(
            browser.clone(),
            Destination::Account,
            FlowState::SigningOut {
                then: then.clone(),
                sign_out,
                // The outcome is unknown until the browser returns.
                upstream: upstream
                    .clone()
                    .map(|provider| (provider, NoticeStatus::Failed)),
            },
        );
        if may_begin {
            work.flows().insert_flow(&flow).await?;
        }
        let state = self.token();
        if let Some(provider) = &upstream {
            work.flows()
                .insert_attempt(&EidAttempt {
                    state: state.digest(),
                    flow: flow.id,
                    provider: provider.clone(),
                    browser,
                    demanded_at: None,
                    expires_at: self.now() + self.settings.flow_life,
                })
                .await?;
        }
        self.commit_posted(work).await?;
        let away = match upstream.and_then(|id| self.provider(&id).cloned()) {
            Some(provider) => provider.end_session(state.expose()).await,
            None => None,
        };
        let next = match (away, then) {
            (Some(url), _) | (None, Some(url)) => Next::Away(url),
            (None, None) if may_begin => Next::Flow(route::LOGIN, flow.id),
            (None, None) => Next::Page(route::LOGIN),
        };
        Ok(Answer {
            next,
            browser: Some(secret),
            session: Change::Clear,
            known: None,
        })
    }

    /// The return from an eID provider's sign-out: redirects to the application, or to the sign-in page.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn returned(&self, visitor: &Visitor, state: &str) -> Result<Answer, Fault> {
        let lost = Answer::page(route::LOGIN);
        let Some(state) = Token::parse(state) else {
            return Ok(lost);
        };
        let mut work = self.begin().await?;
        let Some(attempt) = work
            .flows()
            .consume_attempt(&state.digest(), self.now())
            .await?
        else {
            return Ok(lost);
        };
        let flow = self.own_flow(&mut work, visitor, attempt.flow).await?;
        let Some(mut flow) = flow else {
            work.commit().await?;
            return Ok(lost);
        };
        let mut next = None;
        if let FlowState::SigningOut { then, upstream, .. } = &mut flow.state {
            next = then.clone();
            if let Some((_, status)) = upstream {
                *status = NoticeStatus::Confirmed;
            }
            self.save(&mut work, &flow).await?;
        }
        work.commit().await?;
        Ok(match next {
            Some(url) => Answer::away(url),
            None => Answer::flow(route::LOGIN, flow.id),
        })
    }

    /// RP-initiated sign-out (OpenID Connect RP-Initiated Logout 1.0 §2). With a hint that identifies the signed-in
    /// account (`hinted` is its `sub`), it signs out immediately; otherwise a page asks the person. The final redirect
    /// goes to `then`, a registered address of the client's.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn by_client(
        &self,
        visitor: &Visitor,
        client: Option<&Client>,
        hinted: Option<&str>,
        then: Option<String>,
    ) -> Result<Answer, Fault> {
        let is_named = |account| match (client, hinted) {
            (Some(client), Some(subject)) => self.clients.subject(client, account) == subject,
            _ => false,
        };
        match self.sessions.caller(visitor).await? {
            Some(caller) if is_named(caller.account.id) => {
                self.end_here(visitor, Reach::Here, then).await
            }
            Some(_) => {
                let (browser, set) = self.browser(visitor);
                let state = FlowState::AskingSignOut {
                    client: client.map(|client| client.id.clone()),
                    then,
                };
                let flow = self.new_flow(browser, Destination::Account, state);
                let mut work = self.begin().await?;
                work.flows().insert_flow(&flow).await?;
                self.commit_flow(work, visitor).await?;
                Ok(Answer::flow(route::SIGN_OUT, flow.id).with_browser(set))
            }
            // The application's session can outlive ours.
            None => self.nobody_here(visitor, then).await,
        }
    }

    /// The same with nobody signed in. Ends nothing, not even a sign-in in progress: any site can lead here.
    async fn nobody_here(&self, visitor: &Visitor, then: Option<String>) -> Result<Answer, Fault> {
        let answer = match then {
            Some(url) => Answer::away(url),
            None => {
                let (browser, set) = self.browser(visitor);
                let state = FlowState::SigningOut {
                    then: None,
                    sign_out: None,
                    upstream: None,
                };
                let flow = self.new_flow(browser, Destination::Account, state);
                let mut work = self.begin().await?;
                work.flows().insert_flow(&flow).await?;
                self.commit_flow(work, visitor).await?;
                Answer::flow(route::LOGIN, flow.id).with_browser(set)
            }
        };
        Ok(Answer {
            // The session at the eID provider can outlive ours, too.
            session: Change::Mark,
            ..answer
        })
    }

    /// `/sign-out`. An unknown flow shows the same question, without a destination.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<SignOutView, Fault> {
        let mut view = SignOutView {
            signed_in: false,
            flow: None,
            client: None,
            client_origin: None,
        };
        if visitor.session.is_some() {
            let (_, caller) = self.sessions.read_as(visitor).await?;
            view.signed_in = caller.is_some();
        }
        if let Some((mut work, flow)) = self.read_flow(visitor, flow).await?
            && let FlowState::AskingSignOut { client, then } = flow.state
        {
            view.flow = Some(flow.id);
            view.client_origin = then.as_deref().and_then(origin_of);
            if let Some(id) = client {
                view.client = self.clients.find_in(&mut work, &id).await?.map(|c| c.name);
            }
        }
        Ok(view)
    }

    /// The notice statuses of a sign-out: the applications by name, then the eID provider.
    pub(crate) async fn items(
        &self,
        work: &mut Unit,
        sign_out: Option<SignOutId>,
        upstream: Option<(ProviderId, NoticeStatus)>,
    ) -> Result<Vec<NotifiedItem>, Fault> {
        let mut items = match sign_out {
            Some(id) => self.logout.notified(work, id).await?,
            None => Vec::new(),
        };
        items.sort_by(|a, b| a.name.cmp(&b.name));
        items.extend(upstream.map(|(provider, status)| NotifiedItem {
            name: self.provider_view(&provider).name,
            status,
        }));
        Ok(items)
    }
}
