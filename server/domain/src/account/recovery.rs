//! Password recovery by mail.

use crate::{
    account::{
        password::PasswordService,
        types::{Account, RecoveryTicket, about},
    },
    audit::event::{AuditEvent, Involved},
    auth::caller::SessionService,
    flow::types::{Destination, Flow, FlowState, page_of},
    kernel::{
        core::{Unit, service},
        displayable,
        error::StoreError,
        outcome::{Answer, Fault, Next},
        request::Visitor,
        secret::{Password, Token},
    },
    link::{owner::LinkService, remove::RemovalService},
    ops::{limit::Limit, mail::Content, outbox::Job, proof_of_work::ProofOfWorkService},
};
use kobling_model::{
    Email, FlowId, Lang, LinkId, Problem, Problems, route,
    status::Notice,
    view::{ForgotView, ResetStep, ResetView},
};

/// The sign-in that a person came from.
fn came_from(flow: &Flow) -> Option<FlowId> {
    match flow.state {
        FlowState::SignIn { .. } => Some(flow.id),
        FlowState::Recovery { sign_in, .. } => sign_in,
        _ => None,
    }
}

service! {
    /// Password recovery by mail.
    RecoveryService { links: LinkService, password: PasswordService, proof_of_work: ProofOfWorkService, removal: RemovalService, sessions: SessionService }
}

impl RecoveryService {
    /// `/forgot-password`: the address is prefilled from the sign-in flow or the session.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn forgot_view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<ForgotView, Fault> {
        let (flow, caller) = if visitor.session.is_some() {
            let (mut work, caller) = self.sessions.read_as(visitor).await?;
            let flow = match flow {
                Some(id) => self.own_flow(&mut work, visitor, id).await?,
                None => None,
            };
            (flow, caller)
        } else {
            let found = self.read_flow(visitor, flow).await?;
            (found.map(|(_, flow)| flow), None)
        };
        let (email, sent, problem) = match flow.as_ref().map(|flow| (&flow.state, flow.problem)) {
            Some((FlowState::Recovery { typed, sent, .. }, problem)) => match Email::parse(typed) {
                Ok(email) if *sent => (displayable::address(&email), true, problem),
                _ => (typed.clone(), *sent, problem),
            },
            Some((FlowState::SignIn { typed, email }, _)) => (
                email
                    .as_ref()
                    .map_or_else(|| typed.clone(), ToString::to_string),
                false,
                Problems::NONE,
            ),
            _ => (
                caller
                    .map(|c| c.account.email.to_string())
                    .unwrap_or_default(),
                false,
                Problems::NONE,
            ),
        };
        let sign_in = flow.as_ref().and_then(came_from);
        Ok(ForgotView {
            sign_in,
            flow: flow.map(|flow| flow.id),
            email,
            sent,
            ticket_minutes: self.settings.ticket_life.as_seconds() / 60,
            problem,
        })
    }

    /// **Tilbakestill passord**: puts the request into the outbox, whether the address is known or not. Without a proof
    /// of work the response is delayed, and the rate limit is lower.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn request(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        email: &str,
        robot: bool,
        proof: Option<&str>,
    ) -> Result<Answer, Fault> {
        let result = self.try_request(visitor, flow, email, robot, proof).await;
        self.settle(visitor, flow, result).await
    }

    async fn try_request(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        email: &str,
        robot: bool,
        proof: Option<&str>,
    ) -> Result<Answer, Fault> {
        self.may_begin_flow(visitor).await?;
        let typed: String = email.chars().take(320).collect();
        let problem = self.ask_recovery(visitor, &typed, robot, proof).await?;
        let mut work = self.begin().await?;
        let found = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let sent = problem.is_none();
        let state = FlowState::Recovery {
            typed: typed.clone(),
            sent,
            sign_in: found.as_ref().and_then(came_from),
        };
        // The sign-in flow stays unchanged, so that the person can still sign in by password.
        let (id, set) = match found {
            Some(mut flow) if matches!(flow.state, FlowState::Recovery { .. }) => {
                flow.state = state;
                flow.problem = problem;
                self.save(&mut work, &flow).await?;
                (flow.id, None)
            }
            _ => {
                let (browser, set) = self.browser(visitor);
                let mut flow = self.new_flow(browser, Destination::Account, state);
                flow.problem = problem;
                work.flows().insert_flow(&flow).await?;
                (flow.id, set)
            }
        };
        if let (true, Ok(email)) = (sent, Email::parse(&typed)) {
            let lang = visitor.lang;
            self.post(&mut work, &Job::Recover { email, lang }).await?;
            self.note(&mut work, visitor, AuditEvent::RecoveryAsked, None)
                .await?;
        }
        self.commit_posted(work).await?;
        Ok(Answer::flow(route::FORGOT_PASSWORD, id).with_browser(set))
    }

    async fn ask_recovery(
        &self,
        visitor: &Visitor,
        typed: &str,
        robot: bool,
        proof: Option<&str>,
    ) -> Result<Problems, Fault> {
        let unticked = (!robot).then_some(Problem::RobotUnchecked);
        let email = match Email::parse(typed) {
            _ if typed.trim().is_empty() => {
                return Ok(Problems::from(Problem::EmailMissing).and(unticked));
            }
            Err(_) => return Ok(Problems::from(Problem::EmailInvalid).and(unticked)),
            Ok(_) if !robot => return Ok(unticked.into()),
            Ok(email) => email,
        };
        let proof = proof.filter(|proof| !proof.is_empty());
        let known = self.knows_address(visitor, &email).await?;
        let limits: &[Limit] = match proof {
            _ if known => &[Limit::RecoveryByBrowser],
            Some(_) => &[
                Limit::RecoveryByPair,
                Limit::RecoveryBySite,
                Limit::RecoveryByNetwork,
                Limit::RecoveryByAddress,
            ],
            None => &[
                Limit::RecoveryByPair,
                Limit::RecoveryBySite,
                Limit::RecoveryUnproven,
                Limit::RecoveryByNetwork,
                Limit::RecoveryByAddress,
            ],
        };
        match proof {
            Some(proof) => {
                if !self.proof_of_work.spend(proof).await? {
                    return Ok(Problem::ProofInvalid.into());
                }
            }
            None => self.ports.patience.wait(self.settings.unproven_delay).await,
        }
        match self.limited(visitor, Some(&email), limits).await {
            Ok(()) => Ok(Problems::NONE),
            Err(fault) => fault.problems().ok_or(fault),
        }
    }

    /// The second half, called by the outbox worker: if there is an account, creates a ticket and mails it. Older
    /// tickets become invalid.
    pub(crate) async fn recover(&self, email: &Email, lang: Lang) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Some(found) = work.accounts().account_by_email(email).await? else {
            return Ok(());
        };
        // Read again: while the lock was awaited, the address may have changed, which voids tickets.
        let Some(account) = work
            .accounts()
            .lock_account(found.id)
            .await?
            .filter(|a| a.email == *email && a.disabled_at.is_none())
        else {
            return Ok(());
        };
        let ticket = self.token();
        work.tickets().void_tickets(account.id).await?;
        work.tickets()
            .insert_ticket(&RecoveryTicket {
                ticket: ticket.digest(),
                account: account.id,
                expires_at: self.now() + self.settings.ticket_life,
            })
            .await?;
        let content = Content::Reset {
            url: self.url(format!(
                "{}?ticket={}",
                route::RESET_PASSWORD,
                ticket.expose()
            )),
            minutes: self.settings.ticket_life.as_seconds() / 60,
        };
        self.mail(&mut work, email, lang, content).await?;
        self.commit_posted(work).await
    }

    /// `/reset-password`. Viewing the page does not consume the ticket: mail scanners open links.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn reset_view(
        &self,
        visitor: &Visitor,
        ticket: Option<&str>,
        flow: Option<FlowId>,
    ) -> Result<ResetView, Fault> {
        let ticket = ticket.and_then(Token::parse);
        if flow.is_none() && ticket.is_none() {
            return Ok(ResetView {
                step: ResetStep::Dead,
                problem: Problem::TicketInvalid.into(),
            });
        }
        let mut work = self.read().await?;
        let flow = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let problem = flow.as_ref().map_or(Problems::NONE, |flow| flow.problem);
        if let Some(flow) = &flow
            && let FlowState::RecoveryDone {
                sign_in, notice, ..
            } = flow.state
        {
            let links = match self.account_reset(&mut work, flow).await? {
                Some(account) => self.removal.items(&mut work, account.id).await?,
                None => Vec::new(),
            };
            return Ok(ResetView {
                step: ResetStep::Done {
                    flow: flow.id,
                    sign_in,
                    links,
                    notice,
                },
                problem: Problems::NONE,
            });
        }
        let account = match ticket {
            Some(ticket) => match work.tickets().ticket(&ticket.digest(), self.now()).await? {
                Some(ticket) => work.accounts().account(ticket.account).await?,
                None => None,
            },
            None => None,
        };
        Ok(match account {
            Some(account) => ResetView {
                step: ResetStep::Choose {
                    policy: self.settings.policy.clone(),
                    about: about(&account),
                },
                problem,
            },
            None => ResetView {
                step: ResetStep::Dead,
                problem: problem.first().unwrap_or(Problem::TicketInvalid).into(),
            },
        })
    }

    /// **Lagre passord**: consumes the ticket, sets the password, ends every session, invalidates outstanding tickets
    /// and codes, and mails a confirmation.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn reset(
        &self,
        visitor: &Visitor,
        ticket: &str,
        new: Password,
        confirm: Password,
    ) -> Result<Answer, Fault> {
        let result = self.try_reset(visitor, ticket, new, confirm).await;
        match result.as_ref().err().and_then(Fault::problems) {
            Some(problems) => {
                self.may_begin_flow(visitor).await?;
                let (browser, set) = self.browser(visitor);
                let mut flow = self.new_flow(browser, Destination::Account, FlowState::Resetting);
                flow.problem = problems;
                let mut work = self.begin().await?;
                work.flows().insert_flow(&flow).await?;
                if problems.contains(Problem::TicketInvalid) {
                    let event = AuditEvent::RecoveryRefused(Problem::TicketInvalid);
                    self.note_once(&mut work, visitor, event, None, &[&visitor.network])
                        .await?;
                }
                work.commit().await?;
                // Only a well-formed ticket goes into the redirect address.
                let page = match Token::parse(ticket) {
                    Some(ticket) => Next::Reset(ticket, flow.id),
                    None => Next::Flow(route::RESET_PASSWORD, flow.id),
                };
                Ok(Answer::page(page).with_browser(set))
            }
            None => result,
        }
    }

    async fn try_reset(
        &self,
        visitor: &Visitor,
        ticket: &str,
        new: Password,
        confirm: Password,
    ) -> Result<Answer, Fault> {
        let ticket = Token::parse(ticket).ok_or(Problem::TicketInvalid)?.digest();
        let mut work = self.read().await?;
        let found = work
            .tickets()
            .ticket(&ticket, self.now())
            .await?
            .ok_or(Problem::TicketInvalid)?;
        let account = work
            .accounts()
            .account(found.account)
            .await?
            .ok_or(Problem::TicketInvalid)?;
        drop(work);
        self.password.judge(&account, &new, &confirm)?;
        let hash = self.password.hash(&new).await?;
        let mut work = self.begin().await?;
        // First the account, as in a change of password: in another order, the two can deadlock.
        let account = work.accounts().lock_account(found.account).await?;
        work.tickets()
            .consume_ticket(&ticket, self.now())
            .await?
            .ok_or(Problem::TicketInvalid)?;
        // As locked: the address may have changed while the password was hashed.
        let account = account.ok_or(Problem::TicketInvalid)?;
        self.links
            .remove_unbacked(&mut work, visitor, &account, None)
            .await?;
        work.accounts()
            .prove_email(account.id, &account.email, self.now())
            .await?;
        let says = |url| Content::PasswordChanged { url };
        self.password
            .store(&mut work, visitor, &account, (hash, says), None)
            .await?;
        let known = self.remember(&mut work, visitor, account.id).await?;
        let (browser, set) = self.browser(visitor);
        let sign_in = FlowState::SignIn {
            typed: account.email.to_string(),
            email: Some(account.email.clone()),
        };
        let sign_in = self.new_flow(browser.clone(), Destination::Account, sign_in);
        work.flows().insert_flow(&sign_in).await?;
        let done = FlowState::RecoveryDone {
            sign_in: sign_in.id,
            account: Some(account.id),
            notice: None,
        };
        let done = self.new_flow(browser, Destination::Account, done);
        work.flows().insert_flow(&done).await?;
        self.commit_posted(work).await?;
        let answer = Answer::flow(route::RESET_PASSWORD, done.id).with_browser(set);
        Ok(answer.with_known(known))
    }

    /// The account whose password this flow has just set: not for longer than [`Settings::fresh`], and not after a
    /// later change of the password.
    ///
    /// [`Settings::fresh`]: crate::kernel::settings::Settings::fresh
    async fn account_reset(&self, work: &mut Unit, flow: &Flow) -> Result<Option<Account>, Fault> {
        let FlowState::RecoveryDone {
            account: Some(account),
            ..
        } = flow.state
        else {
            return Ok(None);
        };
        if self.now().since(flow.created_at) > self.settings.fresh {
            return Ok(None);
        }
        let password = work.accounts().password(account).await?;
        if password.is_none_or(|password| password.changed_at > flow.created_at) {
            return Ok(None);
        }
        Ok(work.accounts().account(account).await?)
    }

    /// **Fjern BankID** after a reset: removes a link that the person does not recognise. The ticket is the proof, and
    /// the new password remains as a way to sign in. Nobody is signed in here.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn remove_link(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        link: LinkId,
    ) -> Result<Answer, Fault> {
        let result = self.try_remove_link(visitor, flow, link).await;
        self.settle(visitor, Some(flow), result).await
    }

    async fn try_remove_link(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        link: LinkId,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        let mut flow = self.flow_of(&mut work, visitor, flow).await?;
        let Some(account) = self.account_reset(&mut work, &flow).await? else {
            return Err(Problem::FlowExpired.into());
        };
        work.accounts().lock_account(account.id).await?;
        let link = match self.removal.own_link(&mut work, account.id, link).await {
            // Removed already: the page shows what is left.
            Err(Fault::Problem(_)) => return Ok(Answer::page(page_of(&flow))),
            other => other?,
        };
        let by = Involved::by(account.id);
        self.removal
            .delete(&mut work, visitor, &account, &link, None, by)
            .await?;
        if let FlowState::RecoveryDone { notice, .. } = &mut flow.state {
            *notice = Some(Notice::LinkRemoved);
        }
        self.save(&mut work, &flow).await?;
        self.commit_posted(work).await?;
        Ok(Answer::page(page_of(&flow)))
    }
}
