//! Exchanges refresh tokens (RFC 6749 §6, RFC 9700 §4.14.2).

use crate::{
    audit::event::AuditEvent,
    auth::session::Method,
    kernel::{request::Visitor, secret::Token},
    oidc::{
        access::rule::Access,
        client::Client,
        grant::{
            redeem::TokenService,
            types::{GrantRefusal, Redeemed, Thumbprint},
        },
    },
};

/// The scopes that are asked for, in the order they were granted; nothing when one of them was not.
fn narrowed(granted: &str, asked: &str) -> Option<String> {
    let asked: Vec<&str> = asked.split(' ').filter(|word| !word.is_empty()).collect();
    let all: Vec<&str> = granted.split(' ').collect();
    if asked.is_empty() || asked.iter().any(|word| !all.contains(word)) {
        return None;
    }
    let kept: Vec<&str> = all
        .into_iter()
        .filter(|word| asked.contains(word))
        .collect();
    Some(kept.join(" "))
}

impl TokenService {
    /// Exchanges a refresh token for an access token and the next refresh token. Each is single-use. A reused one may
    /// have been stolen, and the legitimate holder cannot be identified, so its whole family ends. This includes a
    /// client that lost the response and retries: it has to send the person to sign in again.
    ///
    /// `scope` may ask for less than was granted, for this access token alone. `jkt` is the thumbprint of the key that
    /// was proven, if one was; a public client's tokens stay bound to the key of the first request (RFC 9449 §5).
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub async fn refresh(
        &self,
        visitor: &Visitor,
        client: &Client,
        token: &str,
        scope: Option<&str>,
        jkt: Option<&Thumbprint>,
    ) -> Result<Redeemed, GrantRefusal> {
        if !client.refresh {
            return Err(GrantRefusal::UnauthorizedClient);
        }
        let refused = Err(GrantRefusal::InvalidGrant);
        let Some(old) = Token::parse(token).map(|token| token.digest()) else {
            return refused;
        };
        let (now, next) = (self.now(), self.token());
        let mut work = self.begin().await?;
        let method = work.families().hold_session_of_refresh(&old, now).await?;
        let rotated = work
            .families()
            .rotate_refresh(&old, &next.digest(), &client.id, jkt, now)
            .await?;
        let Some(family) = rotated else {
            if let Some(family) = work.families().family_by_spent(&old).await? {
                if work.families().end_family(&family.id).await? {
                    tracing::warn!(client = %client.id, "refresh token used again: what belongs to it has ended");
                    self.note(
                        &mut work,
                        visitor,
                        AuditEvent::GrantReused {
                            client: &family.client_id,
                        },
                        &family,
                    )
                    .await?;
                }
                work.commit().await?;
            } else if let Some(family) = work.families().family_by_refresh(&old, now).await? {
                // Another client's token, or one without the key that it is bound to: refused, and not consumed.
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::GrantRefused {
                        client: &client.id,
                        reason: "refresh",
                    },
                    &family,
                )
                .await?;
                work.commit().await?;
            }
            return refused;
        };
        let Some(method) = method else {
            return refused;
        };
        // The rotation is rolled back too: a client that requests too wide a scope keeps its refresh token.
        let Some(scope) = scope.map_or_else(
            || Some(family.scope.clone()),
            |scope| narrowed(&family.scope, scope),
        ) else {
            return Err(GrantRefusal::InvalidScope);
        };
        let account = work
            .accounts()
            .account(family.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        let may_enter = match &account {
            Some(account) => {
                self.access
                    .judge(&mut work, client, account, &family.method)
                    .await?
                    == Access::Granted
            }
            None => false,
        };
        let (Some(account), true) = (account, may_enter) else {
            work.families().end_family(&family.id).await?;
            self.note(
                &mut work,
                visitor,
                AuditEvent::AccessWithdrawn { client: &client.id },
                &family,
            )
            .await?;
            work.commit().await?;
            return refused;
        };
        if self.counts_as_use(&method) {
            let idle_until = self.idle_until(&method, now);
            work.sessions()
                .touch_session(family.session, &method, now, idle_until)
                .await?;
        }
        let redeemed = self
            .issue(&mut work, client, &account, &family, &scope, jkt)
            .await?;
        work.commit().await?;
        Ok(Redeemed {
            refresh_token: Some(next),
            ..redeemed
        })
    }

    /// Whether an application that renews its access uses the session that it came from. Where the eID provider limits how
    /// long a session may go unused, it does not: an application can renew its access with nobody in front of it.
    fn counts_as_use(&self, method: &Method) -> bool {
        match method {
            Method::Password => true,
            Method::Eid { provider, .. } => self
                .provider(provider)
                .is_some_and(|provider| provider.session_idle().is_none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_narrows_scopes_and_never_widens_them() {
        let granted = "openid profile email";
        for (asked, kept) in [
            ("email openid", Some("openid email")),
            ("openid profile email", Some(granted)),
            ("openid openid", Some("openid")),
            ("openid admin", None),
            ("openid Profile", None),
            (" ", None),
        ] {
            assert_eq!(narrowed(granted, asked).as_deref(), kept, "{asked}");
        }
    }
}
