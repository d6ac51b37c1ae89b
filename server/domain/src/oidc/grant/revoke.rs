//! Token revocation (RFC 7009).

use crate::{
    audit::event::AuditEvent,
    kernel::{outcome::Fault, request::Visitor, secret::Token},
    oidc::{client::Client, grant::redeem::TokenService},
};

impl TokenService {
    /// Ends a token of this client's. A refresh token, spent or not, revokes its whole family (RFC 7009 §2.1); an
    /// access token is revoked alone, because the client may request another one. An unknown token and another client's
    /// token are unaffected, and the response does not distinguish them (§2.2).
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn revoke(
        &self,
        visitor: &Visitor,
        client: &Client,
        token: &str,
    ) -> Result<(), Fault> {
        let Some(token) = Token::parse(token).map(|token| token.digest()) else {
            return Ok(());
        };
        let now = self.now();
        let mut work = self.begin().await?;
        let family = match work.families().family_by_refresh(&token, now).await? {
            Some(family) => Some(family),
            None => work.families().family_by_spent(&token).await?,
        };
        let (family, reason) = if let Some(family) = family {
            if family.client_id != client.id || !work.families().end_family(&family.id).await? {
                return Ok(());
            }
            (family, "all")
        } else {
            match work.families().access_token(&token, now).await? {
                Some((_, family, _)) if family.client_id == client.id => {
                    work.families().end_access_token(&token).await?;
                    (family, "access")
                }
                _ => return Ok(()),
            }
        };
        self.note(
            &mut work,
            visitor,
            AuditEvent::GrantRevoked {
                client: &client.id,
                reason,
            },
            &family,
        )
        .await?;
        work.commit().await?;
        Ok(())
    }
}
