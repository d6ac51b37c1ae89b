//! Account settings: name, links, sessions.

use crate::{
    account::{
        password::PasswordService,
        types::{Account, Claim, StoredPassword, parse_name},
    },
    audit::event::AuditEvent,
    auth::{
        caller::SessionService,
        session::{Caller, Method},
    },
    flow::types::{Destination, FlowState, Return, Typed, page_of},
    kernel::{
        core::{Unit, service},
        displayable,
        outcome::{Answer, Fault},
        request::Visitor,
        secret::Password,
    },
    link::{add::AddingService, remove::RemovalService},
    oidc::{
        access::{everywhere::Entry, rule::AccessService},
        consent::ConsentService,
    },
};
use kobling_model::{
    AccountId, Email, FlowId, Lang, Problem, Problems, Timestamp,
    route::{self, Step},
    status::Notice,
    view::{AccountView, LinkItem, ServiceItem, SessionItem},
};

service! {
    /// Account settings: name, links, sessions.
    ProfileService { access: AccessService, adding: AddingService, consents: ConsentService, password: PasswordService, removal: RemovalService, sessions: SessionService }
}

/// Whole minutes since the epoch, in which people see times.
const fn minute_of(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(60)
}

/// Numbers sessions that a person could not tell apart by device and time.
fn number_alike(items: &mut [SessionItem]) {
    let what = |item: &SessionItem| (item.device.clone(), minute_of(item.created_at));
    let all: Vec<_> = items.iter().map(what).collect();
    for (at, item) in items.iter_mut().enumerate() {
        let alike = |of: &[_]| of.iter().filter(|other| **other == all[at]).count();
        item.number = (alike(&all) > 1).then(|| alike(&all[..=at]));
    }
}

/// What the page says of each application; those with access first.
fn service_items(entries: Vec<Entry>) -> Vec<ServiceItem> {
    let mut items: Vec<ServiceItem> = entries
        .into_iter()
        .map(|entry| ServiceItem {
            name: entry.client.name,
            start: entry.client.start,
            refused: entry.access.refused(),
            organisation: entry.client.access.organisation.map(|key| {
                entry
                    .organisation
                    .map_or(key, |organisation| organisation.name)
            }),
        })
        .collect();
    items.sort_by_key(|item| item.refused.is_some());
    items
}

impl ProfileService {
    /// `/account`, with the dialog of a flow at the step that the address names, or at the address of the first one.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        step: Option<Step>,
    ) -> Result<AccountView, Fault> {
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let (adding, removal) = match &flow {
            Some(flow) => (
                self.adding.view(&mut work, &caller, flow).await?,
                self.removal.view(&mut work, &caller, flow, step).await?,
            ),
            None => (None, None),
        };
        let problem = flow.as_ref().map_or(Problems::NONE, |flow| flow.problem);
        let (notice, typed, problem) = match flow.map(|flow| flow.state) {
            Some(FlowState::Ended { notice }) => (notice, None, problem),
            Some(FlowState::Naming { typed }) => (None, Some(typed), problem),
            _ => (None, None, Problems::NONE),
        };
        let account = &caller.account;
        let links = work.links().links_of(account.id).await?;
        let entries = self.access.everywhere(&mut work, &caller, &links).await?;
        let applications = self.consents.application_items(&mut work, &caller).await?;
        let mut sessions = self.session_items(&mut work, &caller).await?;
        let reached = work.logouts().clients_of_sessions(account.id).await?;
        for (session, client) in reached {
            let entry = entries.iter().find(|entry| entry.client.id == client);
            // One that has registered itself has the person's consent.
            let name = entry.map(|entry| &entry.client.name).or_else(|| {
                let item = applications.iter().find(|item| item.client == client)?;
                Some(&item.name)
            });
            if let (Some(name), Some(item)) =
                (name, sessions.iter_mut().find(|item| item.id == session))
            {
                item.services.push(name.clone());
            }
        }
        let links = self.removal.items_of(&links);
        let linkable = self
            .provider_views()
            .into_iter()
            .filter(|provider| links.iter().all(|link| link.provider.id != provider.id))
            .collect();
        Ok(AccountView {
            name: account.name.clone(),
            typed,
            mark: self.mark(account.id).0,
            email: displayable::address(&account.email),
            released: account.mailbox().is_none(),
            password_since: work
                .accounts()
                .password(account.id)
                .await?
                .map(|p| p.changed_at),
            sessions,
            links,
            linkable,
            services: service_items(entries),
            applications,
            adding,
            removal,
            problem,
            notice,
        })
    }

    /// The caller's links, oldest first.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn links(&self, caller: &Caller) -> Result<Vec<LinkItem>, Fault> {
        self.removal
            .items(&mut self.read().await?, caller.account.id)
            .await
    }

    /// The caller's valid sessions, this one first.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<SessionItem>, Fault> {
        self.session_items(&mut self.read().await?, caller).await
    }

    async fn session_items(
        &self,
        work: &mut Unit,
        caller: &Caller,
    ) -> Result<Vec<SessionItem>, Fault> {
        let sessions = work
            .sessions()
            .sessions_of(caller.account.id, self.now())
            .await?;
        let mut items: Vec<SessionItem> = sessions
            .into_iter()
            .map(|session| SessionItem {
                id: session.id,
                current: session.id == caller.session.id,
                device: session.device,
                provider: match &session.method {
                    Method::Eid { provider, .. } => Some(self.provider_view(provider).name),
                    Method::Password => None,
                },
                created_at: session.created_at,
                last_seen_at: session.last_seen_at,
                seen_minutes: minute_of(self.now()) - minute_of(session.last_seen_at),
                services: Vec::new(),
                number: None,
            })
            .collect();
        items.sort_by_key(|item| !item.current);
        number_alike(&mut items);
        Ok(items)
    }

    /// Changes the display name.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::NameMissing`], [`Problem::NameInvalid`].
    pub async fn rename(&self, visitor: &Visitor, name: &str) -> Result<Account, Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let name = parse_name(name)?;
        let mut work = self.begin().await?;
        let mut account = work
            .accounts()
            .account(caller.account.id)
            .await?
            .ok_or(Problem::NotSignedIn)?;
        account.name = name;
        work.accounts().set_name(account.id, &account.name).await?;
        self.note(&mut work, visitor, AuditEvent::NameChanged, &caller)
            .await?;
        work.commit().await?;
        Ok(account)
    }

    /// The same as a form: the page shows the result.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn set_name(
        &self,
        visitor: &Visitor,
        name: impl Into<Typed<'_>>,
    ) -> Result<Answer, Fault> {
        let typed = name.into();
        let problem = match self.rename(visitor, typed.text).await {
            Ok(_) => None,
            Err(Fault::Problem(problem)) if problem != Problem::NotSignedIn => Some(problem),
            Err(fault) => {
                let back = Return::with(route::ACCOUNT, typed);
                return self.settle_on(visitor, back, None, Err(fault)).await;
            }
        };
        let mut work = self.begin().await?;
        let answer = match problem {
            None => {
                let notice = Some(Notice::NameChanged);
                self.tell(&mut work, visitor, notice, None).await?
            }
            Some(problem) => {
                let typed = typed.text.chars().take(400).collect();
                let (browser, set) = self.browser(visitor);
                let state = FlowState::Naming { typed };
                let mut flow = self.new_flow(browser, Destination::Account, state);
                flow.problem = problem.into();
                work.flows().insert_flow(&flow).await?;
                Answer::page(page_of(&flow)).with_browser(set)
            }
        };
        work.commit().await?;
        Ok(answer)
    }

    /// Creates an account with a password, for an operator's command; does nothing if the address has an account. The
    /// password policy does not apply: the operator is responsible for this password.
    ///
    /// # Errors
    /// [`Problem::EmailInvalid`], [`Problem::NameInvalid`], [`Fault::Store`].
    pub async fn ensure_account(
        &self,
        email: &str,
        name: &str,
        password: &str,
    ) -> Result<(), Fault> {
        let email = Email::parse(email).map_err(|_| Problem::EmailInvalid)?;
        if self
            .read()
            .await?
            .accounts()
            .account_by_email(&email)
            .await?
            .is_some()
        {
            return Ok(());
        }
        let account = Account {
            id: AccountId(self.uuid()),
            email,
            claim: Claim::Proven(self.now()),
            name: parse_name(name)?,
            lang: Lang::default(),
            created_at: self.now(),
            disabled_at: None,
        };
        let password = Password(password.to_owned());
        let hash = self.password.hash(&password).await?;
        let mut work = self.begin().await?;
        work.accounts().insert_account(&account).await?;
        let changed_at = self.now();
        work.accounts()
            .set_password(account.id, &StoredPassword { hash, changed_at })
            .await?;
        work.commit().await?;
        Ok(())
    }
}
