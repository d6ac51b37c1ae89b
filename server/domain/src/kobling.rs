//! The domain as one value, and the small steps that its functions share.

use crate::{
    account::Account,
    answer::{Answer, Fault, Next, Visitor},
    audit::{AuditEvent, Involved},
    flow::{Destination, Flow, FlowState},
    mail::{Content, Letter},
    outbox::{Job, OutboxRow},
    port::{
        ClientNotifier, Clock, EidProvider, Entropy, Mailer, PasswordHasher, Patience, Store,
        StoreError, Work,
    },
    secret::{Digest256, Keys, Token},
    session::Session,
    settings::Settings,
};
use kobling_model::{
    Email, FlowId, Lang, Problem, ProviderId, Timestamp,
    id::{AuditId, OutboxId},
    route,
    status::Notice,
    view::ProviderView,
};
use std::sync::Arc;
use uuid::Uuid;

/// What the domain asks of the world.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Waiting.
    pub patience: Arc<dyn Patience>,
    /// Password hashing.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Mail delivery.
    pub mailer: Arc<dyn Mailer>,
    /// Tells applications that sessions have ended.
    pub notifier: Arc<dyn ClientNotifier>,
    /// eID providers, in the order they are offered.
    pub providers: Vec<Arc<dyn EidProvider>>,
}

/// Kobling itself: everything that someone can do is a function on this.
#[derive(Clone)]
pub struct Kobling {
    pub(crate) ports: Ports,
    pub(crate) keys: Keys,
    pub(crate) settings: Arc<Settings>,
    pub(crate) posted: Arc<dyn Fn() + Send + Sync>,
}

pub(crate) type Unit = Box<dyn Work>;

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The session.
    pub session: Session,
    /// The account.
    pub account: Account,
}

impl Kobling {
    /// Puts it together. `posted` is called after every commit that put something into the outbox.
    #[must_use]
    pub fn new(
        ports: Ports,
        keys: Keys,
        settings: Settings,
        posted: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            ports,
            keys,
            settings: Arc::new(settings),
            posted,
        }
    }

    /// What the operator has decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The keys from outside the database.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The ports.
    #[must_use]
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.ports.entropy
    }

    pub(crate) fn token(&self) -> Token {
        Token::generate(self.entropy())
    }

    /// A UUIDv7 of our clock and our randomness.
    pub(crate) fn uuid(&self) -> Uuid {
        let random = self.ports.entropy.bytes();
        let mut ten = [0u8; 10];
        ten.copy_from_slice(&random[..10]);
        let millis = u64::try_from(self.now().0 / 1_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &ten).into_uuid()
    }

    pub(crate) async fn begin(&self) -> Result<Unit, StoreError> {
        self.ports.store.begin().await
    }

    pub(crate) async fn read(&self) -> Result<Unit, StoreError> {
        self.ports.store.read().await
    }

    pub(crate) fn provider(&self, id: &ProviderId) -> Option<&Arc<dyn EidProvider>> {
        self.ports.providers.iter().find(|p| p.id() == id)
    }

    pub(crate) fn provider_view(&self, id: &ProviderId) -> ProviderView {
        ProviderView {
            id: id.clone(),
            name: self
                .provider(id)
                .map_or_else(|| id.to_string(), |p| p.name().to_owned()),
        }
    }

    pub(crate) fn provider_views(&self) -> Vec<ProviderView> {
        self.ports
            .providers
            .iter()
            .map(|p| self.provider_view(p.id()))
            .collect()
    }

    /// An absolute address of ours, for mails.
    pub(crate) fn url(&self, path: impl std::fmt::Display) -> String {
        format!("{}{path}", self.settings.origin)
    }

    // ---- who is there ------------------------------------------------------------------------------------------

    /// Who is signed in, if anybody. Notes the use at most once a minute.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn caller(&self, visitor: &Visitor) -> Result<Option<Caller>, Fault> {
        let Some(token) = &visitor.session else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let mut caller = self.caller_in(&mut work, token).await?;
        drop(work);
        if let Some(caller) = &mut caller {
            let now = self.now();
            if now.since(caller.session.last_seen_at) > kobling_model::time::Span::minutes(1) {
                let mut work = self.begin().await?;
                work.touch_session(caller.session.id, now).await?;
                work.commit().await?;
                caller.session.last_seen_at = now;
            }
        }
        Ok(caller)
    }

    pub(crate) async fn caller_in(
        &self,
        work: &mut Unit,
        token: &Token,
    ) -> Result<Option<Caller>, Fault> {
        let now = self.now();
        let idle_since = now - self.settings.session_idle;
        let Some(session) = work
            .session_by_token(&token.digest(), now, idle_since)
            .await?
        else {
            return Ok(None);
        };
        if !self.is_awake(&session) {
            return Ok(None);
        }
        let account = work.account(session.account).await?;
        Ok(account
            .filter(|account| account.disabled_at.is_none())
            .map(|account| Caller { session, account }))
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub async fn signed_in_caller(&self, visitor: &Visitor) -> Result<Caller, Fault> {
        self.caller(visitor)
            .await?
            .ok_or(Fault::Problem(Problem::NotSignedIn))
    }

    /// Whether the caller has proven who they are so recently that nothing more is asked.
    pub(crate) fn is_fresh(&self, session: &Session) -> bool {
        self.now().since(session.authenticated_at) <= self.settings.fresh
    }

    // ---- flows -------------------------------------------------------------------------------------------------

    /// The browser's hash, and a secret to be set when it has none yet.
    pub(crate) fn browser(&self, visitor: &Visitor) -> (Digest256, Option<Token>) {
        match &visitor.browser {
            Some(token) => (token.digest(), None),
            None => {
                let token = self.token();
                (token.digest(), Some(token))
            }
        }
    }

    pub(crate) fn new_flow(
        &self,
        browser: Digest256,
        destination: Destination,
        state: FlowState,
    ) -> Flow {
        let now = self.now();
        Flow {
            id: FlowId(self.uuid()),
            browser,
            destination,
            state,
            problem: None,
            version: 0,
            created_at: now,
            expires_at: now + self.settings.flow_life,
        }
    }

    /// A flow of this browser.
    pub(crate) async fn own_flow(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        id: FlowId,
    ) -> Result<Option<Flow>, Fault> {
        let Some(browser) = visitor.browser.as_ref().map(Token::digest) else {
            return Ok(None);
        };
        let flow = work.flow(id, self.now()).await?;
        Ok(flow.filter(|flow| flow.browser == browser))
    }

    /// A flow of this browser, or [`Problem::FlowExpired`].
    pub(crate) async fn flow_of(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        id: FlowId,
    ) -> Result<Flow, Fault> {
        self.own_flow(work, visitor, id)
            .await?
            .ok_or(Fault::Problem(Problem::FlowExpired))
    }

    /// Writes a flow that nobody else has changed meanwhile, or [`Problem::AlreadyDone`].
    pub(crate) async fn save(&self, work: &mut Unit, flow: &Flow) -> Result<(), Fault> {
        if work.update_flow(flow).await? {
            Ok(())
        } else {
            Err(Problem::AlreadyDone.into())
        }
    }

    /// Notes a problem on the flow and leads back to its page.
    pub(crate) async fn refuse(
        &self,
        mut work: Unit,
        mut flow: Flow,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        flow.problem = Some(problem);
        self.save(&mut work, &flow).await?;
        work.commit().await?;
        Ok(Answer::page(page_of(&flow)))
    }

    /// Says beside a field what went wrong, where nothing else about the flow has changed.
    pub(crate) async fn complain(&self, flow: &Flow, problem: Problem) -> Result<Answer, Fault> {
        self.complain_in(self.begin().await?, flow, problem).await
    }

    /// The same, with what else this unit of work holds.
    pub(crate) async fn complain_in(
        &self,
        mut work: Unit,
        flow: &Flow,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        work.complain(flow, problem).await?;
        work.commit().await?;
        Ok(Answer::page(page_of(flow)))
    }

    /// A sign-in from the beginning that says what went wrong.
    pub(crate) async fn begin_over(
        &self,
        visitor: &Visitor,
        destination: Destination,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let state = FlowState::SignIn {
            typed: String::new(),
            email: None,
        };
        let mut flow = self.new_flow(browser, destination, state);
        flow.problem = Some(problem);
        let mut work = self.begin().await?;
        work.insert_flow(&flow).await?;
        work.commit().await?;
        Ok(Answer::flow(route::LOGIN, flow.id).with_browser(set))
    }

    /// Turns what ends a flow without a page of its own into a page: an unknown flow begins over, a step done twice
    /// leads to where the flow stands now.
    pub(crate) async fn settle(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        result: Result<Answer, Fault>,
    ) -> Result<Answer, Fault> {
        match result {
            Err(Fault::Problem(problem @ (Problem::FlowExpired | Problem::NotSignedIn))) => {
                self.begin_over(visitor, Destination::Account, problem)
                    .await
            }
            Err(Fault::Problem(Problem::AlreadyDone)) => {
                let mut work = self.read().await?;
                let flow = match flow {
                    Some(id) => self.own_flow(&mut work, visitor, id).await?,
                    None => None,
                };
                drop(work);
                match flow {
                    Some(flow) => Ok(Answer::page(page_of(&flow))),
                    None => {
                        self.begin_over(visitor, Destination::Account, Problem::AlreadyDone)
                            .await
                    }
                }
            }
            other => other,
        }
    }

    /// A finished flow at account settings, with something to tell.
    pub(crate) async fn tell(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        notice: Option<Notice>,
        problem: Option<Problem>,
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let mut flow = self.new_flow(browser, Destination::Account, FlowState::Ended { notice });
        flow.problem = problem;
        work.insert_flow(&flow).await?;
        Ok(Answer::flow(route::ACCOUNT, flow.id).with_browser(set))
    }

    // ---- what leaves, what is noted ----------------------------------------------------------------------------

    pub(crate) async fn post(&self, work: &mut Unit, job: &Job) -> Result<(), StoreError> {
        let now = self.now();
        let clear = serde_json::to_vec(job).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        work.push_outbox(&OutboxRow {
            id: OutboxId(self.uuid()),
            lane: job.lane(),
            sealed: self.keys.seal(self.entropy(), "outbox", &clear),
            created_at: now,
            attempts: 0,
            due_at: now,
        })
        .await
    }

    pub(crate) async fn mail(
        &self,
        work: &mut Unit,
        to: &Email,
        lang: Lang,
        content: Content,
    ) -> Result<(), StoreError> {
        let letter = Letter {
            to: to.clone(),
            lang,
            content,
        };
        let not_after = letter.content.life().map(|life| self.now() + life);
        self.post(work, &Job::Mail { letter, not_after }).await
    }

    /// Commits a unit of work that put something into the outbox, and wakes whoever empties it.
    pub(crate) async fn commit_posted(&self, work: Unit) -> Result<(), StoreError> {
        work.commit().await?;
        (self.posted)();
        Ok(())
    }

    /// Notes a security event. `Some` account is the one that it is about, and a [`Caller`] is also the one who acts.
    pub(crate) async fn note(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        event: AuditEvent<'_>,
        involved: impl Into<Involved>,
    ) -> Result<(), StoreError> {
        let row = event.row(AuditId(self.uuid()), self.now(), involved.into(), visitor);
        let (involved, facts) = (&row.involved, &row.facts);
        tracing::info!(
            event = row.event,
            account = involved.subject.map(tracing::field::display),
            target = facts.target,
            credential = facts.credential,
            client = facts.client,
            provider = facts.provider,
            reason = facts.reason,
            count = facts.count,
            request = row.request,
            "audit"
        );
        work.insert_audit(&row).await
    }

    /// Notes a security event that nothing else goes with.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn note_alone(&self, visitor: &Visitor, event: AuditEvent<'_>) -> Result<(), Fault> {
        let mut work = self.begin().await?;
        self.note(&mut work, visitor, event, None).await?;
        work.commit().await?;
        Ok(())
    }

    /// A credential event: every ticket and every code on its way dies.
    pub(crate) async fn void_proofs(
        &self,
        work: &mut Unit,
        account: &Account,
    ) -> Result<(), StoreError> {
        work.void_tickets(account.id).await?;
        work.void_codes(&account.email, account.id).await
    }
}

/// The page that shows where a flow is.
pub(crate) fn page_of(flow: &Flow) -> Next {
    let page = match &flow.state {
        FlowState::SignIn { .. } | FlowState::SigningOut { .. } => route::LOGIN,
        FlowState::AskingSignOut { .. } => route::SIGN_OUT,
        FlowState::Linking(_) => route::LINK,
        FlowState::NoAccess { .. } => route::NO_ACCESS,
        FlowState::Consent { .. } => route::CONSENT,
        FlowState::Removing { .. } | FlowState::Adding { .. } | FlowState::Ended { .. } => {
            route::ACCOUNT
        }
        FlowState::ChangingEmail { .. } => route::ACCOUNT_EMAIL,
        FlowState::ChangingPassword { .. } => route::ACCOUNT_PASSWORD,
        FlowState::Recovery { .. } => route::FORGOT_PASSWORD,
        FlowState::Resetting | FlowState::RecoveryDone { .. } => route::RESET_PASSWORD,
    };
    Next::Flow(page, flow.id)
}
