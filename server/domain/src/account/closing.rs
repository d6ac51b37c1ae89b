//! The applications that a change of address closes.

use crate::{
    account::email::EmailService,
    auth::session::Caller,
    kernel::{core::Unit, outcome::Fault},
    oidc::access::rule::Access,
};
use kobling_model::view::ClosingItem;

impl EmailService {
    /// The applications that the caller may enter because an organisation knows the address, by organisation.
    pub(super) async fn closing(
        &self,
        work: &mut Unit,
        caller: &Caller,
    ) -> Result<Vec<ClosingItem>, Fault> {
        let links = work.links().links_of(caller.account.id).await?;
        let entries = self.access.everywhere(work, caller, &links).await?;
        let mut items: Vec<(String, ClosingItem)> = Vec::new();
        for entry in entries {
            let Some(org) = entry
                .organisation
                .filter(|_| entry.access == Access::Granted)
            else {
                continue;
            };
            if let Some((_, item)) = items.iter_mut().find(|(of, _)| *of == org.key) {
                item.applications.push(entry.client.name);
            } else {
                let item = ClosingItem {
                    applications: vec![entry.client.name],
                    organisation: org.name,
                    contact: org.contact,
                };
                items.push((org.key, item));
            }
        }
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }
}
