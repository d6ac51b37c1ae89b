//! The steps of linking an eID: the page `/link`.

use crate::{
    account::types::parse_name,
    auth::{caller::SessionService, session::Method},
    eid::begin::EidService,
    flow::{
        code::CodeService,
        types::{Flow, FlowState, Linking, LinkingStep, MailboxCode, page_of},
    },
    kernel::{
        core::{Unit, service},
        displayable,
        outcome::{Answer, Fault},
        request::Visitor,
    },
    link::{
        owner::LinkService,
        settled::{MailboxProof, Settled},
    },
    oidc::{access::destination::DestinationService, clients::ClientService},
    ops::mail::Content,
};
use kobling_model::{
    Email, FlowId, Problem, Problems,
    route::{self, Step},
    view::{DoneView, LinkPage, LinkStep, LinkView, OrganisationView},
};

service! {
    /// Links an eID to an account, or moves it to another.
    LinkingService { clients: ClientService, codes: CodeService, destinations: DestinationService, eid: EidService, links: LinkService, sessions: SessionService }
}

impl LinkingService {
    /// `/link`, at the step that the address names, or at the address of an earlier one. A flow of another browser shows
    /// nothing: at most the code in the address is to be typed elsewhere.
    ///
    /// # Errors
    /// [`Fault::Moved`] if the flow is at another page; [`Fault::Store`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        step: Option<Step>,
    ) -> Result<LinkPage, Fault> {
        let mut work = self.read().await?;
        let Some(flow) = self.own_flow(&mut work, visitor, flow).await? else {
            return Ok(LinkPage::Foreign);
        };
        let linking = match &flow.state {
            FlowState::Linking(linking) => linking,
            FlowState::Ended { .. } => return self.done(&mut work, visitor, &flow).await,
            _ => return Err(Fault::Moved(page_of(&flow))),
        };
        if self.is_linked(&mut work, visitor, linking).await? {
            return self.done(&mut work, visitor, &flow).await;
        }
        let (shown, ahead) = linking.step.seen_at(step);
        let step = match shown.as_ref() {
            LinkingStep::Vouched {
                email,
                organisation,
                ..
            } => {
                let org = work.directory().organisation(organisation).await?;
                LinkStep::Vouched {
                    email: displayable::address(email),
                    organisation: org.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
                    contact: org.map(|o| o.contact).unwrap_or_default(),
                }
            }
            LinkingStep::Address { typed, vouched } => LinkStep::Address {
                typed: vouched
                    .as_ref()
                    .map_or_else(|| typed.clone(), |(email, _)| displayable::address(email)),
                fixed: vouched.is_some(),
            },
            LinkingStep::Code {
                email,
                fixed,
                again,
                ..
            } => LinkStep::Code {
                email: displayable::address(email),
                minutes: self.settings.code_life.as_seconds() / 60,
                fixed: *fixed,
                again: *again,
            },
            LinkingStep::Caution { email, .. } => LinkStep::Caution {
                email: displayable::address(email),
            },
            LinkingStep::Name { typed, .. } => LinkStep::Name {
                typed: typed.clone(),
            },
        };
        let moves_from = match linking.moves_from {
            Some((account, _)) => work
                .accounts()
                .account(account)
                .await?
                .map(|a| displayable::address(&a.email)),
            None => None,
        };
        let (client, client_origin) = self.clients.of_flow(&mut work, &flow).await?;
        let organisation = self
            .links
            .organisation_of(&mut work, &flow.destination)
            .await?;
        Ok(LinkPage::Own(Box::new(LinkView {
            flow: flow.id,
            provider: self.provider_view(&linking.identity.provider),
            step,
            // It is about the step that the flow is at.
            problem: ahead.map_or(flow.problem, |_| Problems::NONE),
            ahead,
            moves_from,
            client,
            client_origin,
            organisation: organisation.map(|organisation| OrganisationView {
                name: organisation.name,
                contact: organisation.contact,
                address_hint: organisation.address_hint,
            }),
        })))
    }

    /// Says that the eID of the signed-in account is linked, and where to go on.
    async fn done(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        flow: &Flow,
    ) -> Result<LinkPage, Fault> {
        let (client, origin) = self.clients.of_flow(work, flow).await?;
        let caller = match &visitor.session {
            Some(token) => self.sessions.caller_in(work, token).await?,
            None => None,
        };
        let linked = caller.and_then(|caller| match caller.session.method {
            Method::Eid { provider, .. } => {
                let name = self.provider_view(&provider).name;
                Some((name, displayable::address(&caller.account.email)))
            }
            Method::Password => None,
        });
        // An application's own scheme needs an authorization response.
        let origin = origin.filter(|origin| origin.starts_with("http"));
        Ok(LinkPage::Done(DoneView {
            linked,
            client: client.zip(origin),
        }))
    }

    /// Whether an eID that was nobody's is linked by now, in another window, which has signed in.
    async fn is_linked(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        linking: &Linking,
    ) -> Result<bool, Fault> {
        let may_be = visitor.session.is_some() && linking.moves_from.is_none();
        Ok(may_be && self.links.owner(work, &linking.identity).await?.is_some())
    }

    async fn linking(&self, visitor: &Visitor, flow: FlowId) -> Result<(Flow, Linking), Fault> {
        let mut work = self.read().await?;
        let mut flow = self.flow_of(&mut work, visitor, flow).await?;
        let FlowState::Linking(linking) = flow.state.clone() else {
            return Err(Problem::AlreadyDone.into());
        };
        if !self.is_linked(&mut work, visitor, &linking).await? {
            return Ok((flow, linking));
        }
        drop(work);
        flow.state = FlowState::Ended { notice: None };
        self.show(self.begin().await?, flow, None).await?;
        Err(Problem::AlreadyDone.into())
    }

    /// **Koble til**: the directory vouches for the address, so one press is enough.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn vouched(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
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
            // The directory's current entry decides, not the one when the page was rendered.
            let mut work = self.read().await?;
            let offer = self
                .links
                .offer(&mut work, &linking.identity, &flow.destination)
                .await?;
            drop(work);
            if !offer.is_some_and(|offer| {
                offer.suffices && offer.email == email && offer.organisation == organisation
            }) {
                return Err(Problem::FlowExpired.into());
            }
            let settled = Settled {
                email,
                name: Some(name).filter(|name| !name.is_empty()),
                proof: MailboxProof::Directory { organisation },
                continues_anyway: false,
            };
            self.complete_linking(visitor, flow, linking, settled).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Send kode**: to the typed address, whether it has an account or not. **Send ny kode**: to the same one, without
    /// `email`.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn send_code(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        email: Option<&str>,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, mut linking) = self.linking(visitor, flow).await?;
            let (typed, fixed) = match &linking.step {
                LinkingStep::Address {
                    vouched: Some((email, name)),
                    ..
                } => (email.to_string(), Some(name.clone())),
                // A fixed address stays what it is.
                LinkingStep::Code {
                    email: sent, fixed, ..
                } if email.is_none() || *fixed => (sent.to_string(), None),
                _ => (email.unwrap_or_default().chars().take(320).collect(), None),
            };
            let address = match Email::parse(&typed) {
                Ok(address) => {
                    let identity = &linking.identity;
                    match self.codes.allow_identity(visitor, identity, &address).await {
                        Ok(()) => Ok(address),
                        Err(Fault::Problem(problem)) => Err(problem),
                        Err(fault) => return Err(fault),
                    }
                }
                Err(_) if typed.trim().is_empty() => Err(Problem::EmailMissing),
                Err(_) => Err(Problem::EmailInvalid),
            };
            let fixed = fixed.or_else(|| linking.step.fixed_name());
            let mut work = self.begin().await?;
            match address {
                Err(problem) => {
                    match &mut linking.step {
                        LinkingStep::Address {
                            typed: kept,
                            vouched: None,
                        } => *kept = typed,
                        // The code that was sent stays valid.
                        _ if matches!(problem, Problem::TooMany(_)) => {}
                        LinkingStep::Vouched { .. } | LinkingStep::Address { .. } => {}
                        // Sent from the address of an earlier step.
                        step => {
                            *step = LinkingStep::Address {
                                typed,
                                vouched: None,
                            };
                        }
                    }
                    flow.state = FlowState::Linking(linking);
                    self.refuse(work, flow, problem).await
                }
                Ok(email) => {
                    let name = match fixed.clone().filter(|name| !name.is_empty()) {
                        Some(name) => Some(name),
                        None => work.directory().directory_name(&email).await?,
                    };
                    let asker = linking.moves_from.map(|(account, _)| account);
                    let code = self.codes.put(&mut work, flow.id, asker, &email).await?;
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
                    let again = matches!(&linking.step, LinkingStep::Code { email: sent, .. } if *sent == email);
                    linking.step = LinkingStep::Code {
                        email,
                        name,
                        fixed: fixed.is_some(),
                        again,
                    };
                    flow.state = FlowState::Linking(linking);
                    flow.problem = Problems::NONE;
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
    pub async fn other_address(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, mut linking) = self.linking(visitor, flow).await?;
            linking.step = match &linking.step {
                LinkingStep::Code { email, .. } | LinkingStep::Name { email, .. } => {
                    linking.step.back_to_address(email)
                }
                // The address is known to be the wrong one.
                LinkingStep::Caution { .. } => LinkingStep::Address {
                    typed: String::new(),
                    vouched: None,
                },
                // The directory's address is changed in the directory.
                LinkingStep::Vouched { .. } | LinkingStep::Address { .. } => {
                    return Ok(Answer::page(page_of(&flow)));
                }
            };
            flow.state = FlowState::Linking(linking);
            self.show(self.begin().await?, flow, None).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Avbryt**: discards the eID and returns to the page that the person came from: the refusal, if they are still
    /// signed in, otherwise the sign-in with the same destination.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn cancel(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (mut flow, linking) = self.linking(visitor, flow).await?;
            let mut work = self.begin().await?;
            let caller = match (&visitor.session, linking.no_access) {
                (Some(token), Some(_)) => self.sessions.caller_in(&mut work, token).await?,
                _ => None,
            };
            let refusal = linking.refusal(flow.id).filter(|_| {
                let refused = linking.no_access.map(|(account, _)| account);
                caller.is_some_and(|caller| refused == Some(caller.account.id))
            });
            flow.state = refusal.unwrap_or(FlowState::SignIn {
                typed: String::new(),
                email: None,
            });
            self.show(work, flow, None).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Bekreft**: the code proves the mailbox.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn code(&self, visitor: &Visitor, flow: FlowId, code: &str) -> Result<Answer, Fault> {
        let result = async {
            let (flow, linking) = self.linking(visitor, flow).await?;
            let LinkingStep::Code { email, name, .. } = linking.step.clone() else {
                return Ok(Answer::page(page_of(&flow)));
            };
            let code = match self.codes.check(visitor, flow.id, &email, code).await {
                Ok(code) => code,
                Err(Fault::Problem(problem)) => return self.note_problem(&flow, problem).await,
                Err(fault) => return Err(fault),
            };
            let settled = Settled {
                email,
                name,
                proof: MailboxProof::Code(code),
                continues_anyway: false,
            };
            self.complete_linking(visitor, flow, linking, settled).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Fortsett likevel**: the proven address is right, although it gives no access to where the person is going.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn anyway(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (flow, mut linking) = self.linking(visitor, flow).await?;
            let LinkingStep::Caution { email, name, code } = linking.step.clone() else {
                return Ok(Answer::page(page_of(&flow)));
            };
            let proof = MailboxCode {
                flow: flow.id,
                account: linking.moves_from.map(|(account, _)| account),
                email: email.clone(),
                code,
                expires_at: flow.expires_at,
            };
            let settled = Settled {
                email: email.clone(),
                name,
                proof: MailboxProof::Code(proof),
                continues_anyway: true,
            };
            match self
                .complete_linking(visitor, flow.clone(), linking.clone(), settled)
                .await
            {
                // The code has expired or was voided since: the mailbox is to be proven again.
                Err(Fault::Problem(Problem::AlreadyDone)) => {
                    linking.step = linking.step.back_to_address(&email);
                    let flow = Flow {
                        state: FlowState::Linking(linking),
                        ..flow
                    };
                    self.refuse(self.begin().await?, flow, Problem::CodeExpired)
                        .await
                }
                other => other,
            }
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Fortsett**: the new account's name.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn name(&self, visitor: &Visitor, flow: FlowId, name: &str) -> Result<Answer, Fault> {
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
                        proof: MailboxProof::ForNewAccount,
                        continues_anyway: true,
                    };
                    self.complete_linking(visitor, flow, linking, settled).await
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
}
