//! Linking an eID to an account, and taking it from the one that it moves away from.

use crate::{
    account::types::Account,
    audit::event::AuditEvent,
    flow::types::{Flow, FlowState, Identity, Linking, LinkingStep},
    kernel::{
        core::Unit,
        outcome::{Answer, Fault, meanwhile},
        request::Visitor,
    },
    link::{
        decide::EidDecision,
        owner::{LinkService, Offer},
        types::{Link, LinkOrigin},
    },
    oidc::logout::types::SessionSelector,
    ops::mail::Content,
};
use kobling_model::{AccountId, LinkId, Problem, route};

impl LinkService {
    /// Starts the linking step of a flow: offers the address that the directory vouches for, or asks for one. The
    /// browser gets a new secret: whoever knew the former one must not finish the linking.
    pub(crate) async fn ask(
        &self,
        mut work: Unit,
        visitor: &Visitor,
        mut flow: Flow,
        (identity, link, by_session): (Identity, Option<Link>, bool),
        ask: EidDecision,
        offer: Option<Offer>,
    ) -> Result<Answer, Fault> {
        let step = match (ask, offer) {
            (EidDecision::OfferVouched(email), Some(offer)) => LinkingStep::Vouched {
                email,
                name: offer.name,
                organisation: offer.organisation,
            },
            (EidDecision::AskAddress(Some(email)), Some(offer)) => LinkingStep::Address {
                typed: String::new(),
                vouched: Some((email, offer.name)),
            },
            (EidDecision::AskAddress(None), _) => LinkingStep::Address {
                typed: match &flow.state {
                    FlowState::NoAccess { typed, .. } => typed.clone(),
                    _ => String::new(),
                },
                vouched: None,
            },
            _ => return Err(Problem::AlreadyDone.into()),
        };
        let no_access = match flow.state {
            FlowState::NoAccess {
                account, reason, ..
            } => Some((account, reason)),
            _ => None,
        };
        flow.state = FlowState::Linking(Linking {
            identity,
            no_access,
            moves_from: link.map(|link| (link.account, link.id)),
            by_session,
            step,
        });
        // Restarts the flow's lifetime: the person may have to fetch a code from a mailbox.
        flow.expires_at = self.now() + self.settings.flow_life;
        let secret = self.renew_browser(&mut work, visitor).await?;
        Ok(self.show(work, flow, None).await?.with_browser(secret))
    }

    /// Links an eID to an account and mails a notice.
    pub(crate) async fn make(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        identity: &Identity,
        origin: LinkOrigin,
    ) -> Result<LinkId, Fault> {
        let now = self.now();
        let link = Link {
            id: LinkId(self.uuid()),
            account: account.id,
            provider: identity.provider.clone(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            pid: identity.pid.clone(),
            origin: Some(origin.clone()),
            method: identity.method.clone(),
            created_at: now,
            last_used_at: now,
        };
        work.links().insert_link(&link).await.map_err(meanwhile)?;
        self.void_proofs(work, account).await?;
        let content = Content::Linked {
            provider: self.provider_view(&identity.provider).name,
            url: self.url(route::ACCOUNT),
        };
        self.mail_account(work, account, account.lang, content)
            .await?;
        self.note(
            work,
            visitor,
            AuditEvent::LinkMade {
                link: link.id,
                provider: &link.provider,
                origin: origin.code(),
            },
            Some(account.id),
        )
        .await?;
        Ok(link.id)
    }

    /// Takes an eID from the account that it moves away from, ends the sessions created from it, and notifies that
    /// mailbox.
    pub(crate) async fn take_away(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        link: &Link,
        from: AccountId,
    ) -> Result<(), Fault> {
        if !work.links().delete_link(link.id, from).await? {
            return Err(Problem::AlreadyDone.into());
        }
        self.logout
            .end(work, &SessionSelector::OfLink(link.id, None))
            .await?;
        if let Some(former) = work.accounts().account(from).await? {
            self.void_proofs(work, &former).await?;
            let content = Content::LinkMoved {
                provider: self.provider_view(&link.provider).name,
                url: self.url(route::ACCOUNT),
            };
            self.mail_account(work, &former, former.lang, content)
                .await?;
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
