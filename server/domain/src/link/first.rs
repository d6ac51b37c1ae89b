//! Linking an eID to an account, for the first time or anew: the page `/link`.

use super::{Link, decide};
use crate::{
    account::Account,
    answer::{Answer, Fault, Visitor},
    audit::AuditEvent,
    flow::{Flow, FlowState, Identity, Linking, LinkingStep},
    kobling::{Kobling, Unit, page_of},
    limit::Limit,
    logout::Which,
    mail::Content,
    port::StoreError,
    proof::MailboxCode,
    session::Method,
};
use decide::{Completion, CompletionFacts};
use kobling_model::{
    AccountId, Email, FlowId, LinkId, Problem, route,
    status::Notice,
    view::{LinkPage, LinkStep, LinkView},
};

/// The longest display name, in characters.
const NAME_LENGTH: usize = 100;

/// A name as typed, checked.
pub(crate) fn parse_name(typed: &str) -> Result<String, Problem> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(Problem::NameMissing)
    } else if name.chars().count() > NAME_LENGTH || name.chars().any(char::is_control) {
        Err(Problem::NameInvalid)
    } else {
        Ok(name)
    }
}

/// Where the address of a completed linking comes from.
struct Settled {
    email: Email,
    name: Option<String>,
    proof: MailboxProof,
}

/// What stands for the address.
enum MailboxProof {
    /// The directory vouches for it.
    Vouched,
    /// The mailbox was read just now; the code is consumed with what it pays for.
    Code(MailboxCode),
    /// The mailbox was read a step ago, for an account that did not exist then. Such a proof is good for nothing else:
    /// it must not reach into an account that somebody has made meanwhile.
    ForNewborn,
}

impl Settled {
    const fn is_proven(&self) -> bool {
        !matches!(self.proof, MailboxProof::Vouched)
    }
}

impl Kobling {
    /// `/link`. A flow of another browser shows nothing: at most the code in the address is to be typed elsewhere.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_view(&self, visitor: &Visitor, flow: FlowId) -> Result<LinkPage, Fault> {
        let mut work = self.read().await?;
        let Some(flow) = self.own_flow(&mut work, visitor, flow).await? else {
            return Ok(LinkPage::Foreign);
        };
        let FlowState::Linking(linking) = &flow.state else {
            return Ok(LinkPage::Foreign);
        };
        let step = match &linking.step {
            LinkingStep::Vouched {
                email,
                organisation,
                ..
            } => {
                let org = work.organisation(organisation).await?;
                LinkStep::Vouched {
                    email: email.to_string(),
                    organisation: org.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
                    contact: org.map(|o| o.contact).unwrap_or_default(),
                }
            }
            LinkingStep::Address { typed, vouched } => LinkStep::Address {
                typed: vouched
                    .as_ref()
                    .map_or_else(|| typed.clone(), |(email, _)| email.to_string()),
                fixed: vouched.is_some(),
            },
            LinkingStep::Code { email, .. } => LinkStep::Code {
                email: email.to_string(),
                minutes: self.settings.code_life.as_seconds() / 60,
            },
            LinkingStep::Name { typed, .. } => LinkStep::Name {
                typed: typed.clone(),
            },
        };
        let moves_from = match linking.moves_from {
            Some((account, _)) => work.account(account).await?.map(|a| a.email.to_string()),
            None => None,
        };
        let (client, client_origin) = self.client_of(&mut work, &flow).await?;
        Ok(LinkPage::Own(Box::new(LinkView {
            flow: flow.id,
            provider: self.provider_view(&linking.identity.provider),
            step,
            problem: flow.problem,
            moves_from,
            client,
            client_origin,
        })))
    }

    async fn linking(&self, visitor: &Visitor, flow: FlowId) -> Result<(Flow, Linking), Fault> {
        let mut work = self.read().await?;
        let flow = self.flow_of(&mut work, visitor, flow).await?;
        match flow.state.clone() {
            FlowState::Linking(linking) => Ok((flow, linking)),
            _ => Err(Problem::AlreadyDone.into()),
        }
    }

    /// **Koble til**: the directory vouches for the address, so one press is enough.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_vouched(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (flow, linking) = self.linking(visitor, flow).await?;
            let LinkingStep::Vouched {
                email,
                name,
                organisation,
            } = linking.step.clone()
            else {
                return Ok(Answer::page(page_of(&flow)));
            };
            // What the directory says counts now, not when the page was drawn.
            let mut work = self.read().await?;
            let vouched = self
                .vouched_for(&mut work, &linking.identity, &flow.destination)
                .await?
                .filter(|(vouched, key)| vouched.email == email && *key == organisation);
            let still = vouched.is_some() && !self.contested(&mut work, vouched.as_ref()).await?;
            drop(work);
            if !still {
                return Err(Problem::FlowExpired.into());
            }
            let settled = Settled {
                email,
                name: Some(name).filter(|name| !name.is_empty()),
                proof: MailboxProof::Vouched,
            };
            self.complete(visitor, flow, linking, settled).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Send kode**: to whatever address was typed, whether it has an account or not.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_send_code(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        email: &str,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, mut linking) = self.linking(visitor, flow).await?;
            let (typed, fixed) = match &linking.step {
                LinkingStep::Address {
                    vouched: Some((email, name)),
                    ..
                } => (email.to_string(), Some(name.clone())),
                LinkingStep::Code { email: sent, .. } if email.is_empty() => {
                    (sent.to_string(), None)
                }
                LinkingStep::Name { .. } => return Ok(Answer::page(page_of(&flow))),
                _ => (email.chars().take(320).collect(), None),
            };
            let address = match Email::parse(&typed) {
                Ok(address) => {
                    let limits = [Limit::CodeByAddress, Limit::CodeByNetwork];
                    match self.limited(visitor, Some(&address), &limits).await {
                        Ok(()) => Ok(address),
                        Err(Fault::Problem(problem)) => Err(problem),
                        Err(fault) => return Err(fault),
                    }
                }
                Err(_) if typed.trim().is_empty() => Err(Problem::EmailMissing),
                Err(_) => Err(Problem::EmailInvalid),
            };
            let mut work = self.begin().await?;
            match address {
                Err(problem) => {
                    if let LinkingStep::Address {
                        typed: kept,
                        vouched: None,
                    } = &mut linking.step
                    {
                        *kept = typed;
                    }
                    flow.state = FlowState::Linking(linking);
                    self.refuse(work, flow, problem).await
                }
                Ok(email) => {
                    let name = match fixed.filter(|name| !name.is_empty()) {
                        Some(name) => Some(name),
                        None => work.directory_name(&email).await?,
                    };
                    let asker = linking.moves_from.map(|(account, _)| account);
                    let code = self.put_code(&mut work, flow.id, asker, &email).await?;
                    let content = Content::LinkCode {
                        url: self.url(format!(
                            "{}&code={code}",
                            route::with_flow(route::LINK, flow.id)
                        )),
                        code,
                        provider: self.provider_view(&linking.identity.provider).name,
                        minutes: self.settings.code_life.as_seconds() / 60,
                    };
                    self.mail(&mut work, &email, visitor.lang, content).await?;
                    linking.step = LinkingStep::Code { email, name };
                    flow.state = FlowState::Linking(linking);
                    flow.problem = None;
                    self.save(&mut work, &flow).await?;
                    self.commit_posted(work).await?;
                    Ok(Answer::page(page_of(&flow)))
                }
            }
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// Back from the code to the address.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_other_address(
        &self,
        visitor: &Visitor,
        flow: FlowId,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, mut linking) = self.linking(visitor, flow).await?;
            let typed = match &linking.step {
                LinkingStep::Code { email, .. } | LinkingStep::Name { email, .. } => {
                    email.to_string()
                }
                // The directory's address is changed in the directory.
                LinkingStep::Vouched { .. } | LinkingStep::Address { .. } => {
                    return Ok(Answer::page(page_of(&flow)));
                }
            };
            linking.step = LinkingStep::Address {
                typed,
                vouched: None,
            };
            flow.state = FlowState::Linking(linking);
            flow.problem = None;
            let mut work = self.begin().await?;
            self.save(&mut work, &flow).await?;
            work.commit().await?;
            Ok(Answer::page(page_of(&flow)))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Avbryt**: forgets the eID and leads back to the sign-in, still on the way to where the person was going.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_cancel(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, _) = self.linking(visitor, flow).await?;
            flow.state = FlowState::SignIn {
                typed: String::new(),
                email: None,
            };
            flow.problem = None;
            let mut work = self.begin().await?;
            self.save(&mut work, &flow).await?;
            work.commit().await?;
            Ok(Answer::page(page_of(&flow)))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Bekreft**: the code proves the mailbox.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_code(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        code: &str,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (flow, linking) = self.linking(visitor, flow).await?;
            let LinkingStep::Code { email, name } = linking.step.clone() else {
                return Ok(Answer::page(page_of(&flow)));
            };
            let code = match self.try_code(visitor, flow.id, &email, code).await {
                Ok(code) => code,
                Err(Fault::Problem(problem)) => return self.complain(&flow, problem).await,
                Err(fault) => return Err(fault),
            };
            let settled = Settled {
                email,
                name,
                proof: MailboxProof::Code(code),
            };
            self.complete(visitor, flow, linking, settled).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Fortsett**: the newborn account's name.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn link_name(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        name: &str,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, mut linking) = self.linking(visitor, flow).await?;
            let LinkingStep::Name { email, typed } = &mut linking.step else {
                return Ok(Answer::page(page_of(&flow)));
            };
            match parse_name(name) {
                Ok(name) => {
                    let settled = Settled {
                        email: email.clone(),
                        name: Some(name),
                        proof: MailboxProof::ForNewborn,
                    };
                    self.complete(visitor, flow, linking, settled).await
                }
                Err(problem) => {
                    *typed = name.chars().take(400).collect();
                    flow.state = FlowState::Linking(linking);
                    self.refuse(self.begin().await?, flow, problem).await
                }
            }
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// The address is settled: finds or makes the account, hangs the eID on it, and signs in. All in one unit of work,
    /// held by the flow's version: of two at once, one does it.
    async fn complete(
        &self,
        visitor: &Visitor,
        mut flow: Flow,
        mut linking: Linking,
        settled: Settled,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        if let MailboxProof::Code(code) = &settled.proof {
            self.consume_code(&mut work, code).await?;
        }
        let identity = linking.identity.clone();
        // An eID that was shown in a session is moved by that session alone: once its owner has ended it, nothing moves.
        if let (Some((from, _)), true) = (linking.moves_from, linking.by_session) {
            let caller = match &visitor.session {
                Some(token) => self.caller_in(&mut work, token).await?,
                None => None,
            };
            if caller.is_none_or(|caller| caller.account.id != from) {
                return Err(Problem::NotSignedIn.into());
            }
        }
        let target = work.account_by_email(&settled.email).await?;
        let owner = self.owner(&mut work, &identity).await?;
        let is_another_person = match &target {
            Some(account) => {
                // Two people who prove one mailbox at the same moment wait for each other here.
                work.lock_account(account.id).await?;
                self.is_another_person(&mut work, account.id, &identity)
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
            _ if matches!(settled.proof, MailboxProof::ForNewborn) && target.is_some() => {
                Completion::Refuse(Problem::AlreadyDone)
            }
            completion => completion,
        };
        let (to, from) = match completion {
            Completion::Refuse(problem) => {
                // Nothing more can come of this address: back to where another one can be given.
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
                flow.problem = None;
                self.save(&mut work, &flow).await?;
                work.commit().await?;
                return Ok(Answer::page(page_of(&flow)));
            }
            Completion::SignIn(account) => (account, None),
            Completion::Link { to, from } => (to, from),
            Completion::Create { from } => {
                let account = self.newborn(visitor, &settled);
                work.insert_account(&account).await.map_err(meanwhile)?;
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
        let account = work.account(to).await?.ok_or(Problem::AlreadyDone)?;
        if settled.is_proven() {
            work.prove_email(account.id, &settled.email, self.now())
                .await?;
        }
        if let (Some(from), Some(link)) = (from, &owner) {
            self.take_away(&mut work, visitor, link, from).await?;
        }
        let link = match owner {
            Some(link) if link.account == to => link.id,
            _ => self.hang(&mut work, visitor, &account, &identity).await?,
        };
        let method = (method_of(&identity, link), identity.authenticated_at);
        let notice = Some(Notice::Linked);
        let answer = self
            .admit(&mut work, visitor, account, method, flow, notice)
            .await?;
        self.commit_posted(work).await?;
        Ok(answer)
    }

    fn newborn(&self, visitor: &Visitor, settled: &Settled) -> Account {
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

    /// The link that an eID has now: by identity number where there is one (a subject may change), else by subject.
    pub(crate) async fn owner(
        &self,
        work: &mut Unit,
        identity: &Identity,
    ) -> Result<Option<Link>, StoreError> {
        if let Some(pid) = &identity.pid
            && let Some(link) = work.link_by_pid(&identity.provider, pid).await?
        {
            return Ok(Some(link));
        }
        work.link_by_subject(&identity.provider, &identity.issuer, &identity.subject)
            .await
    }

    /// Hangs an eID on an account and tells the mailbox.
    pub(crate) async fn hang(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        identity: &Identity,
    ) -> Result<LinkId, Fault> {
        let now = self.now();
        let link = Link {
            id: LinkId(self.uuid()),
            account: account.id,
            provider: identity.provider.clone(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            pid: identity.pid.clone(),
            method: identity.method.clone(),
            created_at: now,
            last_used_at: now,
        };
        work.insert_link(&link).await.map_err(meanwhile)?;
        self.void_proofs(work, account).await?;
        let content = Content::Linked {
            provider: self.provider_view(&identity.provider).name,
            url: self.url(route::ACCOUNT),
        };
        self.mail(work, &account.email, account.lang, content)
            .await?;
        self.note(
            work,
            visitor,
            AuditEvent::LinkMade {
                link: link.id,
                provider: &link.provider,
            },
            Some(account.id),
        )
        .await?;
        Ok(link.id)
    }

    /// Takes an eID from the account that it moves away from, ends what was born from it, and tells that mailbox.
    async fn take_away(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        link: &Link,
        from: AccountId,
    ) -> Result<(), Fault> {
        if !work.delete_link(link.id, from).await? {
            return Err(Problem::AlreadyDone.into());
        }
        self.end(work, &Which::OfLink(link.id, None)).await?;
        if let Some(former) = work.account(from).await? {
            self.void_proofs(work, &former).await?;
            let content = Content::LinkMoved {
                provider: self.provider_view(&link.provider).name,
                url: self.url(route::ACCOUNT),
            };
            self.mail(work, &former.email, former.lang, content).await?;
        }
        self.note(
            work,
            visitor,
            AuditEvent::LinkMoved {
                link: link.id,
                provider: &link.provider,
            },
            Some(from),
        )
        .await?;
        Ok(())
    }
}

/// Of two that wanted the same address or eID, the other was first.
fn meanwhile(error: StoreError) -> Fault {
    match error {
        StoreError::Conflict => Problem::AlreadyDone.into(),
        other => Fault::Store(other),
    }
}

pub(crate) fn is_same_person(link: &Link, identity: &Identity) -> bool {
    match (&link.pid, &identity.pid) {
        (Some(a), Some(b)) => a == b,
        _ => link.subject == identity.subject,
    }
}

/// How a session that an eID begins came about.
pub(crate) fn method_of(identity: &Identity, link: LinkId) -> Method {
    Method::Eid {
        provider: identity.provider.clone(),
        link,
        level: identity.level,
        acr: identity.acr.clone(),
        method: identity.method.clone(),
        sid: identity.sid.clone(),
    }
}
