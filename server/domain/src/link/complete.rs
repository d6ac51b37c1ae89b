//! The last step of linking: the account is found or created, linked and signed in.

use crate::{
    account::types::Account,
    audit::event::AuditEvent,
    flow::types::{Flow, FlowState, Linking, LinkingStep, method_of},
    kernel::{
        outcome::{Answer, Fault, meanwhile},
        request::Visitor,
    },
    link::{
        decide::{self, Completion, CompletionFacts},
        first::LinkingService,
        settled::{MailboxProof, Settled},
    },
};
use kobling_model::{AccountId, Problem, status::Notice};

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
        if let MailboxProof::Code(code) = &settled.proof {
            self.codes.consume(&mut work, code).await?;
        }
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
        let target = work.accounts().account_by_email(&settled.email).await?;
        let owner = self.links.owner(&mut work, &identity).await?;
        // Serialises what changes links of the same account. Accounts are locked before links, and in the order of their
        // ids, so that no two units of work wait for each other.
        let mut accounts = Vec::from_iter(target.iter().map(|account| account.id));
        accounts.extend(owner.iter().map(|link| link.account));
        accounts.sort_unstable();
        accounts.dedup();
        for account in accounts {
            work.accounts().lock_account(account).await?;
        }
        let is_another_person = match &target {
            Some(account) => {
                self.links
                    .is_another_person(&mut work, account.id, &identity)
                    .await?
            }
            None => false,
        };
        let facts = CompletionFacts {
            target: target.as_ref().map(|a| a.id),
            target_disabled: target.as_ref().is_some_and(|a| a.disabled_at.is_some()),
            target_is_another_person: is_another_person,
            owner: owner.as_ref().map(|link| link.account),
            moves_from: linking.moves_from.map(|(account, _)| account),
            has_name: settled.name.is_some(),
        };
        let completion = match decide::completion(&facts) {
            _ if matches!(settled.proof, MailboxProof::ForNewAccount) && target.is_some() => {
                Completion::Refuse(Problem::AlreadyDone)
            }
            completion => completion,
        };
        let (to, from) = match completion {
            Completion::Refuse(problem) => {
                // This address cannot be used: back to the step that asks for an address.
                linking.step = LinkingStep::Address {
                    typed: settled.email.to_string(),
                    vouched: None,
                };
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
            Completion::Create { from } => {
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
            work.accounts()
                .prove_email(account.id, &settled.email, self.now())
                .await?;
        }
        if let (Some(from), Some(link)) = (from, &owner) {
            self.links.take_away(&mut work, visitor, link, from).await?;
        }
        let link = match owner {
            Some(link) if link.account == to => link.id,
            _ => {
                self.links
                    .make(&mut work, visitor, &account, &identity)
                    .await?
            }
        };
        let method = (method_of(&identity, link), identity.authenticated_at);
        let notice = Some(Notice::Linked);
        let answer = self
            .destinations
            .start_session(&mut work, visitor, account, method, flow, notice)
            .await?;
        self.commit_posted(work).await?;
        Ok(answer)
    }

    fn new_account(&self, visitor: &Visitor, settled: &Settled) -> Account {
        Account {
            id: AccountId(self.uuid()),
            email: settled.email.clone(),
            email_proven_at: settled.is_proven().then(|| self.now()),
            name: settled.name.clone().unwrap_or_default(),
            lang: visitor.lang,
            created_at: self.now(),
            disabled_at: None,
        }
    }
}
