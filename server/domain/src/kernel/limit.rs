//! Applies rate limits.

use crate::{
    audit::event::{AuditEvent, Involved},
    kernel::{
        core::{Kernel, Unit},
        error::StoreError,
        known::KnownBrowser,
        outcome::Fault,
        request::Visitor,
        secret::{Purpose, Token},
    },
    ops::limit::Limit,
};
use kobling_model::{AccountId, Email, Problem, Wait, time::Span};

/// The interval within which a refusal of one kind and one key is written to the audit log once.
const NOTED_EVERY: Span = Span::minutes(10);

/// What a request is about, beside its network and browser.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About<'a> {
    /// The address.
    pub address: Option<&'a Email>,
    /// Who asks: an account, or an eID.
    pub person: &'a str,
}

impl<'a> From<Option<&'a Email>> for About<'a> {
    fn from(address: Option<&'a Email>) -> Self {
        Self {
            address,
            ..Self::default()
        }
    }
}

impl Kernel {
    /// Takes one from each limit, in its own unit of work, so that a failure afterwards still counts. If one is
    /// exhausted, none is taken from.
    ///
    /// # Errors
    /// [`Problem::TooMany`], with how long to wait.
    pub(crate) async fn limited(
        &self,
        visitor: &Visitor,
        about: impl Into<About<'_>>,
        limits: &[Limit],
    ) -> Result<(), Fault> {
        self.commit_limited(self.begin().await?, visitor, about, limits)
            .await
    }

    /// The same as the last step of a unit of work, which is rolled back if a limit is exhausted. Last, because others wait
    /// for the limit of their network from here to the commit.
    async fn commit_limited(
        &self,
        mut work: Unit,
        visitor: &Visitor,
        about: impl Into<About<'_>>,
        limits: &[Limit],
    ) -> Result<(), Fault> {
        let About { address, person } = about.into();
        let address = address.map_or("", Email::as_str);
        let network = visitor.network.as_str();
        let site = visitor.site();
        let secret = |token: Option<&Token>| token.map_or_else(String::new, |t| t.digest().0);
        let browser = secret(visitor.browser.as_ref());
        let session = secret(visitor.session.as_ref());
        let known = secret(visitor.known.as_ref().map(|known| &known.token));
        let whose = |limit: Limit| {
            Some(match limit {
                Limit::PasswordByAddress
                | Limit::PasswordByAccount
                | Limit::RecoveryByAddress
                | Limit::CodeByAddress => vec![address],
                Limit::PasswordByPair | Limit::RecoveryByPair | Limit::CodeByPair => {
                    vec![address, network]
                }
                Limit::PasswordBySite | Limit::RecoveryBySite | Limit::CodeBySite => {
                    vec![address, site.as_deref()?]
                }
                Limit::PasswordByBrowser | Limit::RecoveryByBrowser => {
                    vec![address, known.as_str()]
                }
                Limit::PasswordBySession => vec![session.as_str()],
                Limit::CodeByPerson => vec![person],
                Limit::CodeByPersonAndAddress => vec![address, person],
                Limit::FlowByBrowser => vec![browser.as_str()],
                Limit::FlowByKnownBrowser => vec![known.as_str()],
                Limit::PasswordByNetwork
                | Limit::RecoveryByNetwork
                | Limit::RecoveryUnproven
                | Limit::CodeByNetwork
                | Limit::FlowByKnownNetwork
                | Limit::FlowByNetwork
                | Limit::ProofByNetwork
                | Limit::BearerByNetwork
                | Limit::ClientByNetwork
                | Limit::RegistrationByNetwork => vec![network],
            })
        };
        let (mut applied, mut rows) = (Vec::new(), Vec::new());
        for &limit in limits {
            let Some(whose) = whose(limit) else { continue };
            let mut parts = vec![limit.name()];
            parts.extend_from_slice(&whose);
            let key = self.keys.derive(Purpose::Limit, &parts);
            rows.push((key, self.settings.limits.pace(limit)));
            applied.push((limit, whose));
        }
        let refused = work.rate_limits().take_each(&rows, self.now()).await?;
        let Some((number, wait)) = refused else {
            return Ok(work.commit().await?);
        };
        drop(work);
        if let Some((limit, whose)) = applied.get(number) {
            let event = AuditEvent::LimitReached(*limit);
            let mut work = self.begin().await?;
            self.note_once(&mut work, visitor, event, None, whose)
                .await?;
            work.commit().await?;
        }
        Err(Problem::TooMany(Wait::of(wait)).into())
    }

    /// Takes one from the limits of new flows, before a flow is inserted.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub(crate) async fn may_begin_flow(&self, visitor: &Visitor) -> Result<(), Fault> {
        self.limited(visitor, None, self.flow_limits(visitor)).await
    }

    /// Commits a unit of work that has inserted a flow, if the limits of new flows allow it.
    ///
    /// # Errors
    /// [`Problem::TooMany`]; the unit of work is rolled back then.
    pub(crate) async fn commit_flow(&self, work: Unit, visitor: &Visitor) -> Result<(), Fault> {
        let limits = self.flow_limits(visitor);
        self.commit_limited(work, visitor, None, limits).await
    }

    /// A known browser has limits of its own, so that it is not closed by another machine behind the same address.
    fn flow_limits(&self, visitor: &Visitor) -> &'static [Limit] {
        let known = visitor.known.as_ref();
        if known.is_some_and(|known| known.is_ours(&self.keys)) {
            &[Limit::FlowByKnownBrowser, Limit::FlowByKnownNetwork]
        } else if visitor.browser.is_some() {
            &[Limit::FlowByBrowser, Limit::FlowByNetwork]
        } else {
            &[Limit::FlowByNetwork]
        }
    }

    /// Records a refusal, at most once per interval for the same event, reason and `whose`, so that strangers write a
    /// bounded number of rows.
    pub(crate) async fn note_once(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        event: AuditEvent<'_>,
        involved: impl Into<Involved>,
        whose: &[&str],
    ) -> Result<(), StoreError> {
        let reason = event.facts().reason.unwrap_or_default();
        let mut parts = vec!["noted", event.code(), &reason];
        parts.extend_from_slice(whose);
        let key = self.keys.derive(Purpose::Limit, &parts);
        let wait = work
            .rate_limits()
            .take(&key, self.now(), NOTED_EVERY, 1)
            .await?;
        match wait {
            None => self.note(work, visitor, event, involved).await,
            Some(_) => Ok(()),
        }
    }

    /// The same for a network, in its own unit of work.
    pub(crate) async fn note_once_alone(
        &self,
        visitor: &Visitor,
        event: AuditEvent<'_>,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        self.note_once(&mut work, visitor, event, None, &[&visitor.network])
            .await?;
        work.commit().await
    }

    /// The visitor's browser, known for this account from now on. Call it after what makes the browsers of an account
    /// forgotten.
    pub(crate) async fn remember(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: AccountId,
    ) -> Result<KnownBrowser, StoreError> {
        let forgotten = work.accounts().browsers_forgotten_at(account).await?;
        let new = (self.token(), self.now());
        Ok(KnownBrowser::remembering(
            visitor.known.clone(),
            &self.keys,
            account,
            forgotten,
            new,
        ))
    }

    /// Whether an account has signed in in this browser before, and neither has its password changed nor have all its
    /// sessions ended since. The same queries whether the account exists or not.
    pub(crate) async fn knows(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: Option<AccountId>,
    ) -> Result<bool, StoreError> {
        let Some(known) = &visitor.known else {
            return Ok(false);
        };
        let asked = account.unwrap_or(AccountId(uuid::Uuid::nil()));
        let forgotten = work.accounts().browsers_forgotten_at(asked).await?;
        Ok(account.is_some_and(|account| known.knows(&self.keys, account, forgotten, self.now())))
    }

    /// The same for the account with this address.
    pub(crate) async fn knows_address(
        &self,
        visitor: &Visitor,
        address: &Email,
    ) -> Result<bool, StoreError> {
        if visitor.known.is_none() {
            return Ok(false);
        }
        let mut work = self.read().await?;
        let account = work.accounts().account_by_email(address).await?;
        self.knows(&mut work, visitor, account.map(|account| account.id))
            .await
    }
}
