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
        let stored = work.clients().all_clients().await?;
        // Configuration goes before the database.
        let stored = stored
            .into_iter()
            .map(|stored| stored.client)
            .filter(|client| self.settings.client(&client.id).is_none());
        let mut items: Vec<(String, ClosingItem)> = Vec::new();
        for client in self.settings.clients.iter().cloned().chain(stored) {
            let Some(key) = &client.access.organisation else {
                continue;
            };
            let (account, method) = (&caller.account, &caller.session.method);
            if self.access.judge(work, &client, account, method).await? != Access::Granted {
                continue;
            }
            if let Some((_, item)) = items.iter_mut().find(|(of, _)| of == key) {
                item.applications.push(client.name);
            } else if let Some(org) = work.directory().organisation(key).await? {
                let item = ClosingItem {
                    applications: vec![client.name],
                    organisation: org.name,
                    contact: org.contact,
                };
                items.push((org.key, item));
            }
        }
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }
}
