//! Undoing a change of address from the old mailbox.

use crate::{
    account::{
        email::EmailService,
        types::{Account, AddressChange},
    },
    audit::event::AuditEvent,
    flow::types::{Destination, FlowState},
    kernel::{
        core::{Unit, service},
        displayable,
        error::StoreError,
        outcome::{Answer, Fault, Next},
        request::Visitor,
        secret::Token,
    },
    link::whose::is_given_away,
    oidc::logout::{end::LogoutService, types::SessionSelector},
    ops::mail::Content,
};
use kobling_model::{Email, FlowId, Problem, Timestamp, route, time::Span, view::UndoEmailView};

/// How long a change can be undone. The mail says so too.
const UNDO_LIFE: Span = Span::hours(7 * 24);

impl EmailService {
    /// The link for the old mailbox that undoes a change to `new`. None if the account returns to an address that it
    /// left within this time: that is an undoing too, and the mailbox that is left cannot reverse it.
    pub(super) async fn undo_link(
        &self,
        work: &mut Unit,
        account: &Account,
        new: &Email,
    ) -> Result<Option<String>, Fault> {
        let now = self.now();
        let changes = work.address_changes();
        if let Some(left) = changes.address_change_from(account.id, new, now).await? {
            changes
                .void_address_changes(account.id, left.changed_at)
                .await?;
            return Ok(None);
        }
        let ticket = self.token();
        changes
            .insert_address_change(&AddressChange {
                ticket: ticket.digest(),
                account: account.id,
                old: account.email.clone(),
                was_proven: account.is_proven(),
                changed_at: now,
                expires_at: now + UNDO_LIFE,
            })
            .await?;
        Ok(Some(self.url(Next::UndoEmail(ticket).address())))
    }
}

service! {
    /// Undoes a change of address from the old mailbox.
    EmailUndoService { logout: LogoutService }
}

impl EmailUndoService {
    /// `/undo-email`. Viewing the page does not consume the ticket: mail scanners open links.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        ticket: Option<&str>,
        flow: Option<FlowId>,
    ) -> Result<UndoEmailView, Fault> {
        let ticket = ticket.and_then(Token::parse);
        if flow.is_none() && ticket.is_none() {
            return Ok(UndoEmailView::Dead);
        }
        let mut work = self.read().await?;
        let flow = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        if let Some(FlowState::EmailRestored {
            sign_in,
            password,
            unlinked,
        }) = flow.map(|flow| flow.state)
        {
            return Ok(UndoEmailView::Done {
                sign_in,
                password,
                unlinked,
            });
        }
        let Some(ticket) = ticket else {
            return Ok(UndoEmailView::Dead);
        };
        let change = work
            .address_changes()
            .address_change(&ticket.digest(), self.now())
            .await?;
        let Some(change) = change else {
            return Ok(UndoEmailView::Dead);
        };
        let owner = work.accounts().account_by_email(&change.old).await?;
        let is_taken = owner.is_some_and(|owner| owner.id != change.account)
            || self.is_given_away(&mut work, &change).await?;
        let email = displayable::address(&change.old);
        Ok(if is_taken {
            UndoEmailView::Taken { email }
        } else {
            UndoEmailView::Ask { email }
        })
    }

    /// Whether the old address has changed hands: its mailbox is another person's by now.
    async fn is_given_away(
        &self,
        work: &mut Unit,
        change: &AddressChange,
    ) -> Result<bool, StoreError> {
        let holdings = work.directory().holdings(&change.old).await?;
        // Those that were added since may be of whoever changed the address.
        let mut links = work.links().links_of(change.account).await?;
        links.retain(|link| link.created_at < change.changed_at);
        Ok(is_given_away(&holdings, &links))
    }

    /// **Angre endringen**: consumes the ticket, and gives the account its old address back. What whoever changed it
    /// may have left behind ends: sessions, codes, tickets, later changes, and links and a password made since.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn undo(&self, visitor: &Visitor, ticket: &str) -> Result<Answer, Fault> {
        let Some(ticket) = Token::parse(ticket) else {
            return Ok(Answer::page(route::UNDO_EMAIL));
        };
        match self.try_undo(visitor, &ticket).await {
            // The page of the ticket says why.
            Err(Fault::Problem(Problem::TicketInvalid | Problem::EmailTaken)) => {
                Ok(Answer::page(Next::UndoEmail(ticket)))
            }
            other => other,
        }
    }

    async fn try_undo(&self, visitor: &Visitor, ticket: &Token) -> Result<Answer, Fault> {
        let (ticket, now) = (ticket.digest(), self.now());
        let mut work = self.begin().await?;
        let found = work
            .address_changes()
            .address_change(&ticket, now)
            .await?
            .ok_or(Problem::TicketInvalid)?;
        // First the account, as in a change of password: in another order, the two can deadlock.
        let account = work.accounts().lock_account(found.account).await?;
        let change = work
            .address_changes()
            .consume_address_change(&ticket, now)
            .await?
            .ok_or(Problem::TicketInvalid)?;
        let account = account.ok_or(Problem::TicketInvalid)?;
        if self.is_given_away(&mut work, &change).await? {
            return Err(Problem::EmailTaken.into());
        }
        // A mailbox that was never proven is not proven by this, either: links that it does not back are left.
        let proven_at = change.was_proven.then_some(now);
        match work
            .accounts()
            .change_email(account.id, &account.email, &change.old, proven_at)
            .await
        {
            Ok(true) => {}
            Ok(false) => return Err(Problem::TicketInvalid.into()),
            Err(StoreError::Conflict) => return Err(Problem::EmailTaken.into()),
            Err(error) => return Err(error.into()),
        }
        self.logout
            .end(&mut work, &SessionSelector::OfAccount(account.id, None))
            .await?;
        self.void_proofs(&mut work, &account).await?;
        work.codes()
            .void_codes(Some(&change.old), account.id)
            .await?;
        work.address_changes()
            .void_address_changes(account.id, change.changed_at)
            .await?;
        let had_password = work.accounts().password(account.id).await?.is_some();
        work.accounts()
            .forget_password(account.id, change.changed_at)
            .await?;
        let (unlinked, linked) = self
            .unlink_since(&mut work, visitor, &account, change.changed_at)
            .await?;
        self.report(&mut work, visitor, &account, &change.old)
            .await?;

        let (browser, set) = self.browser(visitor);
        let sign_in = FlowState::SignIn {
            typed: change.old.to_string(),
            email: Some(change.old),
        };
        let sign_in = self.new_flow(browser.clone(), Destination::Account, sign_in);
        work.flows().insert_flow(&sign_in).await?;
        let done = FlowState::EmailRestored {
            sign_in: sign_in.id,
            // Without a link, a new password is the only way to sign in.
            password: had_password || !linked,
            unlinked,
        };
        let done = self.new_flow(browser, Destination::Account, done);
        work.flows().insert_flow(&done).await?;
        self.commit_posted(work).await?;
        Ok(Answer::flow(route::UNDO_EMAIL, done.id).with_browser(set))
    }

    /// Removes the links made at this time or later; returns whether there were any, and whether others are left.
    async fn unlink_since(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        since: Timestamp,
    ) -> Result<(bool, bool), Fault> {
        let links = work.links().links_of(account.id).await?;
        let (later, earlier): (Vec<_>, Vec<_>) =
            links.into_iter().partition(|link| link.created_at >= since);
        for link in &later {
            work.links().delete_link(link.id, account.id).await?;
            let event = AuditEvent::LinkRemoved {
                link: link.id,
                provider: &link.provider,
            };
            self.note(work, visitor, event, Some(account.id)).await?;
        }
        Ok((!later.is_empty(), !earlier.is_empty()))
    }

    /// Mails both mailboxes, and notes the event.
    async fn report(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        old: &Email,
    ) -> Result<(), Fault> {
        let content = Content::EmailRestored {
            email: old.clone(),
            url: self.url(route::LOGIN),
        };
        self.mail(work, old, account.lang, content.clone()).await?;
        if account.email != *old {
            self.mail_account(work, account, account.lang, content)
                .await?;
        }
        let event = AuditEvent::EmailChangeUndone;
        self.note(work, visitor, event, Some(account.id)).await?;
        Ok(())
    }
}
