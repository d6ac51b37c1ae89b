//! What an operator does to an account from the command line, and the audit log.

use crate::{
    account::types::Account,
    admin::types::Operator,
    audit::{event::AuditEvent, event::AuditRow, port::AuditFilter},
    auth::session::Method,
    kernel::{
        core::{Unit, service},
        error::StoreError,
        request::Visitor,
    },
    oidc::logout::{end::LogoutService, types::SessionSelector},
    ops::mail::Content,
};
use kobling_model::{
    AccountId, Email, LinkId, ProviderId, SessionId, Timestamp, id::AuditId, route,
};

/// How a command names an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountName {
    /// By id.
    Id(AccountId),
    /// By address.
    Email(Email),
}

impl std::str::FromStr for AccountName {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .map(Self::Id)
            .or_else(|_| Email::parse(text).map(Self::Email))
            .map_err(|_| OperatorError::NoName(text.to_owned()))
    }
}

impl std::fmt::Display for AccountName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Email(email) => email.fmt(f),
        }
    }
}

/// Why a command does nothing.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The text names no account.
    #[error("`{0}` is neither an address nor the id of an account")]
    NoName(String),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    NoAccount(AccountName),
    /// The account has no such link.
    #[error("the account has no link `{0}`")]
    NoLink(LinkId),
    /// The account has no such session.
    #[error("the account has no session `{0}`")]
    NoSession(SessionId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account, as an operator sees it: without secrets, hashes, and what identifies the person at an eID provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReport {
    /// The account.
    pub account: Account,
    /// When the password was set, if there is one.
    pub password_since: Option<Timestamp>,
    /// The links, oldest first.
    pub links: Vec<LinkReport>,
    /// The valid sessions, last seen first.
    pub sessions: Vec<SessionReport>,
    /// The keys of the organisations that have the address among their users.
    pub organisations: Vec<String>,
}

/// A link, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkReport {
    /// The link.
    pub id: LinkId,
    /// The eID provider.
    pub provider: ProviderId,
    /// The method last used.
    pub method: Option<String>,
    /// How it was made: the code of its origin, as in the audit log.
    pub origin: &'static str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

/// A session, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionReport {
    /// The session.
    pub id: SessionId,
    /// Browser and system.
    pub device: String,
    /// The eID provider of the sign-in, and its link; `None` for a password.
    pub eid: Option<(ProviderId, LinkId)>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
}

/// What a command changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The account.
    pub account: Account,
    /// Whether the account or the link was not in this state before.
    pub changed: bool,
    /// The sessions that ended.
    pub sessions: u64,
}

service! {
    /// What an operator does to accounts from the command line, and the audit log.
    OperatorService { logout: LogoutService }
}

impl OperatorService {
    async fn find(&self, work: &mut Unit, name: &AccountName) -> Result<Account, OperatorError> {
        let found = match name {
            AccountName::Id(id) => work.accounts().account(*id).await?,
            AccountName::Email(email) => work.accounts().account_by_email(email).await?,
        };
        found.ok_or_else(|| OperatorError::NoAccount(name.clone()))
    }

    /// Locks the account before it is read for good: sign-ins and changes in progress come before, or see what follows.
    async fn locked(&self, work: &mut Unit, name: &AccountName) -> Result<Account, OperatorError> {
        let found = self.find(work, name).await?;
        let account = work.accounts().lock_account(found.id).await?;
        account
            .filter(|account| account.email == found.email || matches!(name, AccountName::Id(_)))
            .ok_or_else(|| OperatorError::NoAccount(name.clone()))
    }

    /// `kobling account show`.
    ///
    /// # Errors
    /// [`OperatorError::NoAccount`], [`OperatorError::Store`].
    pub async fn show(&self, name: &AccountName) -> Result<AccountReport, OperatorError> {
        let mut work = self.read().await?;
        let account = self.find(&mut work, name).await?;
        let password = work.accounts().password(account.id).await?;
        let links = work.links().links_of(account.id).await?;
        let sessions = work.sessions().sessions_of(account.id, self.now()).await?;
        let holdings = work.directory().holdings(&account.email).await?;
        let mut organisations: Vec<String> = holdings.into_iter().map(|held| held.key).collect();
        organisations.sort();
        Ok(AccountReport {
            account,
            password_since: password.map(|password| password.changed_at),
            links: links
                .into_iter()
                .map(|link| LinkReport {
                    id: link.id,
                    provider: link.provider,
                    method: link.method,
                    origin: link.origin.map_or("unknown", |origin| origin.code()),
                    created_at: link.created_at,
                    last_used_at: link.last_used_at,
                })
                .collect(),
            sessions: sessions
                .into_iter()
                .map(|session| SessionReport {
                    id: session.id,
                    device: session.device,
                    eid: match session.method {
                        Method::Eid { provider, link, .. } => Some((provider, link)),
                        Method::Password => None,
                    },
                    created_at: session.created_at,
                    last_seen_at: session.last_seen_at,
                })
                .collect(),
            organisations,
        })
    }

    /// `kobling account disable`: nobody signs in to it, its sessions end, and tickets and codes become invalid.
    ///
    /// # Errors
    /// [`OperatorError::NoAccount`], [`OperatorError::Store`].
    pub async fn disable(
        &self,
        operator: &Operator,
        name: &AccountName,
    ) -> Result<Done, OperatorError> {
        let mut work = self.begin().await?;
        let account = self.locked(&mut work, name).await?;
        let changed = work
            .accounts()
            .disable_account(account.id, self.now())
            .await?;
        let all = SessionSelector::OfAccount(account.id, None);
        let count = self.logout.end(&mut work, &all).await?.sessions;
        self.void_proofs(&mut work, &account).await?;
        let by = operator.name();
        let event = AuditEvent::AccountDisabled { count, by };
        self.finish(work, account, event, (changed, count)).await
    }

    /// `kobling account enable`. Tickets that were made before the account was disabled, or at that moment, stay
    /// invalid.
    ///
    /// # Errors
    /// [`OperatorError::NoAccount`], [`OperatorError::Store`].
    pub async fn enable(
        &self,
        operator: &Operator,
        name: &AccountName,
    ) -> Result<Done, OperatorError> {
        let mut work = self.begin().await?;
        let account = self.locked(&mut work, name).await?;
        if !work.accounts().enable_account(account.id).await? {
            return Ok(Done {
                account,
                changed: false,
                sessions: 0,
            });
        }
        self.void_proofs(&mut work, &account).await?;
        let event = AuditEvent::AccountEnabled {
            by: operator.name(),
        };
        self.finish(work, account, event, (true, 0)).await
    }

    /// `kobling account unlink`: removes a link, even if nothing else opens the account. Sessions created from it end,
    /// tickets and codes become invalid, and a mail reports it.
    ///
    /// # Errors
    /// [`OperatorError::NoAccount`], [`OperatorError::NoLink`], [`OperatorError::Store`].
    pub async fn unlink(
        &self,
        operator: &Operator,
        name: &AccountName,
        link: LinkId,
    ) -> Result<Done, OperatorError> {
        let mut work = self.begin().await?;
        let account = self.locked(&mut work, name).await?;
        let found = work.links().link(link).await?;
        let removed = work.links().delete_link(link, account.id).await?;
        let Some(found) = found.filter(|_| removed) else {
            return Err(OperatorError::NoLink(link));
        };
        let of_link = SessionSelector::OfLink(link, None);
        let count = self.logout.end(&mut work, &of_link).await?.sessions;
        self.void_proofs(&mut work, &account).await?;
        let content = Content::LinkRemoved {
            provider: self.provider_view(&found.provider).name,
            url: self.url(route::ACCOUNT),
        };
        self.mail_account(&mut work, &account, account.lang, content)
            .await?;
        let event = AuditEvent::LinkRemovedByOperator {
            link,
            provider: &found.provider,
            by: operator.name(),
        };
        self.finish(work, account, event, (true, count)).await
    }

    /// `kobling account sign-out`: ends one session, or all.
    ///
    /// # Errors
    /// [`OperatorError::NoAccount`], [`OperatorError::NoSession`], [`OperatorError::Store`].
    pub async fn sign_out(
        &self,
        operator: &Operator,
        name: &AccountName,
        session: Option<SessionId>,
    ) -> Result<Done, OperatorError> {
        let mut work = self.begin().await?;
        let account = self.locked(&mut work, name).await?;
        let which = match session {
            Some(session) => SessionSelector::One(session, account.id),
            None => SessionSelector::OfAccount(account.id, None),
        };
        let count = self.logout.end(&mut work, &which).await?.sessions;
        let by = operator.name();
        let event = match session {
            Some(session) if count == 0 => return Err(OperatorError::NoSession(session)),
            Some(session) => AuditEvent::SessionEndedByOperator { session, by },
            None => AuditEvent::SessionsEndedByOperator { count, by },
        };
        self.finish(work, account, event, (count > 0, count)).await
    }

    async fn finish(
        &self,
        mut work: Unit,
        account: Account,
        event: AuditEvent<'_>,
        (changed, sessions): (bool, u64),
    ) -> Result<Done, OperatorError> {
        let visitor = Visitor::command();
        self.note(&mut work, &visitor, event, Some(account.id))
            .await?;
        self.commit_posted(work).await?;
        Ok(Done {
            account,
            changed,
            sessions,
        })
    }

    /// The id of an account. One that is named by id need not exist: audit events outlive accounts.
    ///
    /// # Errors
    /// [`OperatorError::NoAccount`], [`OperatorError::Store`].
    pub async fn account_id(&self, name: &AccountName) -> Result<AccountId, OperatorError> {
        match name {
            AccountName::Id(id) => Ok(*id),
            AccountName::Email(_) => {
                let mut work = self.read().await?;
                Ok(self.find(&mut work, name).await?.id)
            }
        }
    }

    /// `kobling audit`: the next events after one, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<(Timestamp, AuditId)>,
        most: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.read()
            .await?
            .audit()
            .audit_page(filter, after, most)
            .await
    }
}
