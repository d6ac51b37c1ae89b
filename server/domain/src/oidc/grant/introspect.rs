//! Token introspection (RFC 7662).

use crate::{
    kernel::{outcome::Fault, secret::Token},
    oidc::{
        client::Client,
        grant::{redeem::TokenService, types::Introspection},
    },
};

impl TokenService {
    /// Returns a token that was issued to this client; `None` for every other token, in force or not (RFC 7662 §2.2).
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn introspect(
        &self,
        client: &Client,
        token: &str,
    ) -> Result<Option<Introspection>, Fault> {
        let Some(token) = Token::parse(token).map(|token| token.digest()) else {
            return Ok(None);
        };
        let now = self.now();
        let mut work = self.read().await?;
        let access = work.families().access_token(&token, now).await?;
        let (access, family, account) = match access {
            Some((access, family, account)) => (Some(access), family, Some(account)),
            None => {
                let Some(family) = work.families().family_by_refresh(&token, now).await? else {
                    return Ok(None);
                };
                let account = work.accounts().account(family.account).await?;
                (None, family, account)
            }
        };
        if family.client_id != client.id
            || account.is_none_or(|account| account.disabled_at.is_some())
        {
            return Ok(None);
        }
        let subject = self.clients.subject(client, family.account);
        let sid = self.clients.sid(family.session, &family.client_id);
        Ok(Some(match access {
            Some(access) => Introspection {
                scope: access.scope,
                subject,
                sid,
                issued_at: access.created_at,
                expires_at: access.expires_at,
                jkt: access.jkt,
                is_refresh: false,
            },
            None => Introspection {
                scope: family.scope,
                subject,
                sid,
                issued_at: family.created_at,
                expires_at: family.expires_at,
                jkt: family.jkt,
                is_refresh: true,
            },
        }))
    }
}
