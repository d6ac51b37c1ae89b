//! The last step of linking: the account is found or created, linked and signed in.

use crate::{
    account::types::{Account, Claim},
    audit::event::AuditEvent,
    flow::types::{Flow, FlowState, Identity, Linking, LinkingStep, method_of},
    kernel::{
        core::Unit,
        outcome::{Answer, Fault, meanwhile},
        request::Visitor,
    },
    link::{
        decide::{self, Completion, CompletionFacts},
        first::LinkingService,
        settled::{MailboxProof, Settled},
        types::Link,
        whose::{self, Holder, Owner},
    },
    oidc::logout::types::SessionSelector,
    ops::mail::Content,
};
use kobling_model::{AccountId, Email, Problem, Timestamp, route, status::Notice};

impl LinkingService {
    /// The address is settled: finds or makes the account, links the eID to it, and signs in. All in one unit of work,
    /// guarded by the flow's version: exactly one of concurrent calls succeeds.
    pub(crate) async fn complete_linking(
        &self,
        visitor: &Visitor,
        mut flow: Flow,
        mut linking: Linking,
        settled: Settled,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        let identity = linking.identity.clone();
        // Only the session in which an eID was verified can move it: if its owner has ended the session, the move is
        // refused.
        if let (Some((from, _)), true) = (linking.moves_from, linking.by_session) {
            let caller = match &visitor.session {
                Some(token) => self.sessions.caller_in(&mut work, token).await?,
                None => None,
            };
            if caller.is_none_or(|caller| caller.account.id != from) {
                return Err(Problem::NotSignedIn.into());
            }
        }
        let (target, owner) = self.lock(&mut work, &settled.email, &identity).await?;
        let facts = self
            .facts(&mut work, &flow, &linking, &settled, (&target, &owner))
            .await?;
        let completion = match decide::completion(&facts) {
            // The proof was for an address without an account.
            _ if matches!(settled.proof, MailboxProof::ForNewAccount) && target.is_some() => {
                Completion::Refuse(Problem::AlreadyDone)
            }
            completion => completion,
        };
        match (&settled.proof, completion) {
            // Still to be used, when the person continues.
            (MailboxProof::Code(code), Completion::Caution) => {
                linking.step = LinkingStep::Caution {
                    email: settled.email,
                    name: settled.name,
                    code: code.code.clone(),
                };
                flow.state = FlowState::Linking(linking);
                return self.show(work, flow, None).await;
            }
            (MailboxProof::Code(code), _) => self.codes.consume(&mut work, code).await?,
            (MailboxProof::Directory { .. } | MailboxProof::ForNewAccount, _) => {}
        }
        let (to, from) = match completion {
            // Nothing but a code is checked for access.
            Completion::Caution => return Err(Problem::AlreadyDone.into()),
            Completion::Refuse(problem @ Problem::FlowExpired) => return Err(problem.into()),
            // Linked in another window.
            Completion::Refuse(Problem::AlreadyDone) if owner.is_some() => {
                flow.state = FlowState::Ended { notice: None };
                return self.show(work, flow, None).await;
            }
            Completion::Refuse(problem) => {
                // This address cannot be used: back to the step that asks for an address.
                linking.step = linking.step.back_to_address(&settled.email);
                flow.state = FlowState::Linking(linking);
                return self.refuse(work, flow, problem).await;
            }
            Completion::AskName => {
                linking.step = LinkingStep::Name {
                    email: settled.email,
                    typed: String::new(),
                };
                flow.state = FlowState::Linking(linking);
                return self.show(work, flow, None).await;
            }
            Completion::SignIn(account) => (account, None),
            Completion::Link { to, from } => (to, from),
            Completion::Create { from, release } => {
                if let (Some(_), Some(former)) = (release, &target) {
                    self.links.release(&mut work, visitor, former).await?;
                }
                let account = self.new_account(visitor, &settled);
                work.accounts()
                    .insert_account(&account)
                    .await
                    .map_err(meanwhile)?;
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::AccountCreated,
                    Some(account.id),
                )
                .await?;
                (account.id, from)
            }
        };
        let account = work
            .accounts()
            .account(to)
            .await?
            .ok_or(Problem::AlreadyDone)?;
        if settled.is_proven() {
            self.links
                .remove_unbacked(&mut work, visitor, &account, Some(&identity))
                .await?;
            work.accounts()
                .prove_email(account.id, &settled.email, self.now())
                .await?;
        }
        let was_nobodys = facts
            .target
            .is_some_and(|target| target.owner == Owner::Nobody);
        if was_nobodys && facts.holder == Holder::ThisPerson {
            self.end_former_access(&mut work, &account).await?;
        }
        if let (Some(from), Some(link)) = (from, &owner) {
            self.links.take_away(&mut work, visitor, link, from).await?;
        }
        let link = match owner {
            Some(link) if link.account == to => link.id,
            _ => {
                self.links
                    .make(&mut work, visitor, &account, &identity, settled.origin())
                    .await?
            }
        };
        let method = (method_of(&identity, link), identity.authenticated_at);
        let notice = Some(Notice::Linked);
        // Its claim may have changed by now.
        let account = work.accounts().account(to).await?;
        let account = account.ok_or(Problem::AlreadyDone)?;
        let answer = self
            .destinations
            .start_session(&mut work, visitor, account, method, flow, notice)
            .await?;
        self.commit_posted(work).await?;
        Ok(answer)
    }

    /// The account with an address and the link that an eID has, with their accounts locked: what changes links of the
    /// same account is serialised. Accounts are locked before links, and in the order of their ids, so that no two units
    /// of work wait for each other.
    async fn lock(
        &self,
        work: &mut Unit,
        email: &Email,
        identity: &Identity,
    ) -> Result<(Option<Account>, Option<Link>), Fault> {
        let target = work.accounts().account_by_email(email).await?;
        let owner = self.links.owner(work, identity).await?;
        let mut accounts = Vec::from_iter(target.iter().map(|account| account.id));
        accounts.extend(owner.iter().map(|link| link.account));
        accounts.sort_unstable();
        accounts.dedup();
        for account in accounts {
            work.accounts().lock_account(account).await?;
        }
        let locked = work.accounts().account_by_email(email).await?;
        if locked.as_ref().map(|account| account.id) != target.map(|account| account.id) {
            return Err(Problem::AlreadyDone.into());
        }
        Ok((locked, owner))
    }

    /// Sessions and password of an account that so far was nobody's can be of whoever had the address before.
    async fn end_former_access(&self, work: &mut Unit, account: &Account) -> Result<(), Fault> {
        self.links
            .logout
            .end(work, &SessionSelector::OfAccount(account.id, None))
            .await?;
        if work.accounts().password(account.id).await?.is_some() {
            work.accounts()
                .forget_password(account.id, Timestamp(0))
                .await?;
            let url = self.url(route::FORGOT_PASSWORD);
            let content = Content::PasswordRemoved { url };
            self.mail_account(work, account, account.lang, content)
                .await?;
        }
        Ok(())
    }

    async fn facts(
        &self,
        work: &mut Unit,
        flow: &Flow,
        linking: &Linking,
        settled: &Settled,
        (target, owner): (&Option<Account>, &Option<Link>),
    ) -> Result<CompletionFacts, Fault> {
        let identity = &linking.identity;
        let holdings = work.directory().holdings(&settled.email).await?;
        let organisation = self.links.organisation_of(work, &flow.destination).await?;
        let organisation = organisation.map(|organisation| organisation.id);
        let target = match target {
            Some(account) => {
                let target = self.links.target(work, account, identity, &holdings);
                Some(target.await?)
            }
            None => None,
        };
        Ok(CompletionFacts {
            target,
            holder: whose::holder(&holdings, identity.pid.as_ref(), organisation),
            by_code: settled.is_proven(),
            gives_no_access: organisation
                .is_some_and(|organisation| holdings.iter().all(|held| held.org != organisation)),
            continues_anyway: settled.continues_anyway,
            owner: owner.as_ref().map(|link| link.account),
            moves_from: linking.moves_from.map(|(account, _)| account),
            has_name: settled.name.is_some(),
        })
    }

    fn new_account(&self, visitor: &Visitor, settled: &Settled) -> Account {
        Account {
            id: AccountId(self.uuid()),
            email: settled.email.clone(),
            claim: if settled.is_proven() {
                Claim::Proven(self.now())
            } else {
                Claim::Vouched
            },
            name: settled.name.clone().unwrap_or_default(),
            lang: visitor.lang,
            created_at: self.now(),
            disabled_at: None,
        }
    }
}
