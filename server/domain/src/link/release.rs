//! What ends when an address turns out to be another person's: the claim of an account, or links of an account.

use crate::{
    account::types::Account,
    audit::event::AuditEvent,
    flow::types::Identity,
    kernel::{
        core::Unit,
        outcome::{Fault, meanwhile},
        request::Visitor,
    },
    link::{owner::LinkService, types::Link, whose},
    oidc::logout::types::SessionSelector,
    ops::mail::Content,
};
use kobling_model::{Problem, route};

impl LinkService {
    /// Ends an account's claim to its address, because the address has changed hands: its sessions end, and mails report
    /// it. The account keeps its links and can get another address.
    pub(crate) async fn release(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
    ) -> Result<(), Fault> {
        self.void_proofs(work, account).await?;
        let now = self.now();
        let accounts = work.accounts();
        if !accounts
            .release_email(account.id, &account.email, now)
            .await
            .map_err(meanwhile)?
        {
            return Err(Problem::AlreadyDone.into());
        }
        self.logout
            .end(work, &SessionSelector::OfAccount(account.id, None))
            .await?;
        let content = Content::AddressReleased {
            email: account.email.clone(),
            url: self.url(route::ACCOUNT),
        };
        let links = work.links().links_of(account.id).await?;
        self.mail(work, &account.email, account.lang, content.clone())
            .await?;
        self.mail_people_of(work, account, &links, content).await?;
        self.note(work, visitor, AuditEvent::EmailReleased, Some(account.id))
            .await?;
        Ok(())
    }

    /// The mailbox of an account is proven for the first time, by this identity or by a reset mail: removes the links
    /// that it does not back.
    pub(crate) async fn remove_unbacked(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        by: Option<&Identity>,
    ) -> Result<(), Fault> {
        if account.is_proven() {
            return Ok(());
        }
        let mut unbacked = work.links().links_of(account.id).await?;
        unbacked.retain(|link| !whose::survives_proof(link, &account.email, by));
        if !unbacked.is_empty() {
            self.void_proofs(work, account).await?;
        }
        for link in &unbacked {
            if !work.links().delete_link(link.id, account.id).await? {
                return Err(Problem::AlreadyDone.into());
            }
            self.logout
                .end(work, &SessionSelector::OfLink(link.id, None))
                .await?;
            let content = Content::LinkUnbacked {
                provider: self.provider_view(&link.provider).name,
                email: account.email.clone(),
                url: self.url(route::ACCOUNT),
            };
            self.mail_account(work, account, account.lang, content.clone())
                .await?;
            self.mail_people_of(work, account, std::slice::from_ref(link), content)
                .await?;
            self.note(
                work,
                visitor,
                AuditEvent::LinkUnbacked {
                    link: link.id,
                    provider: &link.provider,
                },
                Some(account.id),
            )
            .await?;
        }
        Ok(())
    }

    /// Mails the people of these links at the addresses that the directory has of them, except the account's own.
    async fn mail_people_of(
        &self,
        work: &mut Unit,
        account: &Account,
        links: &[Link],
        content: Content,
    ) -> Result<(), Fault> {
        let mut told = vec![account.email.clone()];
        for pid in links.iter().filter_map(|link| link.pid.as_ref()) {
            for vouched in work.directory().vouched(pid).await? {
                if !told.contains(&vouched.email) {
                    self.mail(work, &vouched.email, account.lang, content.clone())
                        .await?;
                    told.push(vouched.email);
                }
            }
        }
        Ok(())
    }
}
