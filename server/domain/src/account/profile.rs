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
    flow::types::{Destination, FlowState, page_of},
    kernel::{
        core::{Unit, service},
        displayable,
        outcome::{Answer, Fault},
        request::Visitor,
        secret::Password,
    },
    link::{add::AddingService, remove::RemovalService},
    oidc::consent::ConsentService,
};
use kobling_model::{
    AccountId, Email, FlowId, Lang, Problem, Problems,
    status::Notice,
    view::{AccountView, LinkItem, SessionItem},
};

service! {
    /// Account settings: name, links, sessions.
    ProfileService { adding: AddingService, consents: ConsentService, password: PasswordService, removal: RemovalService, sessions: SessionService }
}

impl ProfileService {
    /// `/account`.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<AccountView, Fault> {
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let (adding, removal) = match &flow {
            Some(flow) => (
                self.adding.view(&mut work, &caller, flow).await?,
                self.removal.view(&mut work, &caller, flow).await?,
            ),
            None => (None, None),
        };
        let problem = flow.as_ref().map_or(Problems::NONE, |flow| flow.problem);
        let (notice, typed, problem) = match flow.map(|flow| flow.state) {
            Some(FlowState::Ended { notice }) => (notice, None, problem),
            Some(FlowState::Naming { typed }) => (None, Some(typed), problem),
            _ => (None, None, Problems::NONE),
        };
        let links = self.removal.items(&mut work, caller.account.id).await?;
        let linkable = self
            .provider_views()
            .into_iter()
            .filter(|provider| links.iter().all(|link| link.provider.id != provider.id))
            .collect();
        Ok(AccountView {
            name: caller.account.name.clone(),
            typed,
            email: displayable::address(&caller.account.email),
            released: caller.account.mailbox().is_none(),
            password_since: work
                .accounts()
                .password(caller.account.id)
                .await?
                .map(|p| p.changed_at),
            sessions: self.session_items(&mut work, &caller).await?,
            links,
            linkable,
            applications: self.consents.application_items(&mut work, &caller).await?,
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
            })
            .collect();
        items.sort_by_key(|item| !item.current);
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
    pub async fn set_name(&self, visitor: &Visitor, name: &str) -> Result<Answer, Fault> {
        let problem = match self.rename(visitor, name).await {
            Ok(_) => None,
            Err(Fault::Problem(problem)) if problem != Problem::NotSignedIn => Some(problem),
            Err(fault) => return self.settle(visitor, None, Err(fault)).await,
        };
        let mut work = self.begin().await?;
        let answer = match problem {
            None => {
                let notice = Some(Notice::NameChanged);
                self.tell(&mut work, visitor, notice, None).await?
            }
            Some(problem) => {
                let typed = name.chars().take(400).collect();
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
