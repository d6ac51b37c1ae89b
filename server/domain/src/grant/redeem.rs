//! Codes exchanged for tokens, and what access tokens open.

use super::{
    AccessToken, Claims, CodeGrant, Family, GrantRefusal, Redeemed, Redemption, Thumbprint, Wanted,
};
use crate::{
    account::Account,
    answer::{Fault, Visitor},
    audit::AuditEvent,
    client::Client,
    kobling::{Kobling, Unit},
    port::StoreError,
    secret::{Purpose, Token},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_model::{SessionId, time::Span};
use sha2::{Digest, Sha256};

/// How long an access token lives.
const ACCESS_LIFE: Span = Span::minutes(10);

/// Why an access token opens nothing (RFC 6750 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// It is unknown, expired, revoked, or bound to another key than the one that was proven.
    InvalidToken,
    /// Its scopes do not hold what is asked for.
    InsufficientScope,
}

/// Whether everything that came with a code fits it.
fn fits(grant: &CodeGrant, client: &Client, redemption: &Redemption<'_>) -> bool {
    let verifier = redemption.verifier.as_bytes();
    grant.client_id == client.id
        && grant.redirect_uri == redemption.redirect_uri
        && (43..=128).contains(&verifier.len())
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == grant.code_challenge
        && (grant.jkt.is_none() || grant.jkt.as_ref() == redemption.jkt)
}

impl Kobling {
    /// Exchanges a code, once: whatever comes with it, the code is used up. Shown again it revokes what it had given
    /// (RFC 6749 §4.1.2).
    ///
    /// # Errors
    /// The inner refusal is the client's fault; [`Fault::Store`] is ours.
    pub async fn redeem(
        &self,
        visitor: &Visitor,
        client: &Client,
        redemption: Redemption<'_>,
    ) -> Result<Result<Redeemed, GrantRefusal>, Fault> {
        let refused = Ok(Err(GrantRefusal::InvalidGrant));
        let Some(code) = Token::parse(redemption.code).map(|code| code.digest()) else {
            return refused;
        };
        let now = self.now();
        let mut work = self.begin().await?;
        let held = work.hold_session_of_code(&code, now).await?;
        let Some(grant) = work.consume_code_grant(&code, now).await? else {
            if work.end_family(&code).await? {
                tracing::warn!(client = %client.id, "authorization code shown again");
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::GrantReplayed { client: &client.id },
                    None,
                )
                .await?;
            }
            work.commit().await?;
            return refused;
        };
        let account = work
            .account(grant.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        let (Some(account), Some(held), true) = (account, held, fits(&grant, client, &redemption))
        else {
            self.note(
                &mut work,
                visitor,
                AuditEvent::GrantRefused {
                    client: &client.id,
                    reason: "code",
                },
                &grant,
            )
            .await?;
            work.commit().await?;
            return refused;
        };
        let refresh_token = client.refresh.then(|| self.token());
        let family = Family {
            id: code,
            client_id: grant.client_id,
            account: account.id,
            session: grant.session,
            scope: grant.scope,
            auth_time: grant.auth_time,
            method: grant.method,
            claims: grant.claims,
            // A client that proves itself is held by that already (RFC 9449 §5).
            jkt: redemption
                .jkt
                .filter(|_| client.is_public() && client.refresh)
                .cloned(),
            refresh: refresh_token.as_ref().map(Token::digest),
            created_at: now,
            expires_at: held.expires_at,
        };
        work.insert_family(&family).await?;
        self.note_client_session(&mut work, client, family.session, family.account)
            .await?;
        let redeemed = self
            .issue(
                &mut work,
                client,
                &account,
                &family,
                &family.scope,
                redemption.jkt,
            )
            .await?;
        work.commit().await?;
        Ok(Ok(Redeemed {
            refresh_token,
            claims: Claims {
                nonce: grant.nonce,
                ..redeemed.claims
            },
            ..redeemed
        }))
    }

    /// A new access token of a family, and what the ID token beside it says.
    pub(super) async fn issue(
        &self,
        work: &mut Unit,
        client: &Client,
        account: &Account,
        family: &Family,
        scope: &str,
        jkt: Option<&Thumbprint>,
    ) -> Result<Redeemed, StoreError> {
        let (now, access_token) = (self.now(), self.token());
        let expires_at = (now + ACCESS_LIFE).min(family.expires_at);
        work.insert_access_token(&AccessToken {
            token: access_token.digest(),
            family: family.id.clone(),
            scope: scope.to_owned(),
            jkt: jkt.cloned(),
            created_at: now,
            expires_at,
        })
        .await?;
        Ok(Redeemed {
            access_token,
            expires_in: expires_at.since(now).as_seconds(),
            scope: scope.to_owned(),
            refresh_token: None,
            claims: self.claims_of(client, account, family, family.claims.id_token, scope),
        })
    }

    /// This application's own name for a session: `sid` in what it is told (OpenID Connect Back-Channel Logout 1.0 §2.1).
    pub(crate) fn client_sid(&self, session: SessionId, client: &str) -> String {
        self.keys
            .derive(Purpose::ClientSession, &[&session.to_string(), client])
            .0
    }

    fn claims_of(
        &self,
        client: &Client,
        account: &Account,
        family: &Family,
        wanted: Wanted,
        scope: &str,
    ) -> Claims {
        let granted = wanted.with_scope(scope);
        Claims {
            account: account.id,
            subject: self.subject(client, account.id),
            name: granted.name.then(|| account.name.clone()),
            email: granted
                .email
                .then(|| (account.email.clone(), account.email_proven_at.is_some())),
            auth_time: family.auth_time,
            nonce: None,
            sid: self.client_sid(family.session, &family.client_id),
            method: family.method.clone(),
        }
    }

    /// What the bearer of an access token may know of the person (OpenID Connect Core §5.3). `jkt` is the thumbprint of
    /// the key that was proven beside it, if one was: a token that is bound to a key is nothing without it, and one that
    /// is not bound cannot pass for one that is (RFC 9449 §7.1).
    ///
    /// # Errors
    /// The inner refusal is the client's fault; [`Fault::Store`] is ours.
    pub async fn userinfo(
        &self,
        token: &str,
        jkt: Option<&Thumbprint>,
    ) -> Result<Result<Claims, TokenRefusal>, Fault> {
        let invalid = Ok(Err(TokenRefusal::InvalidToken));
        let Some(token) = Token::parse(token) else {
            return invalid;
        };
        let mut work = self.read().await?;
        let Some((token, family)) = work
            .access_token(&token.digest(), self.now())
            .await?
            .filter(|(token, _)| token.jkt.as_ref() == jkt)
        else {
            return invalid;
        };
        let client = self.client_in(&mut work, &family.client_id).await?;
        let account = work
            .account(family.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        let (Some(client), Some(account)) = (client, account) else {
            return invalid;
        };
        if !token.scope.split(' ').any(|scope| scope == "openid") {
            return Ok(Err(TokenRefusal::InsufficientScope));
        }
        let wanted = family.claims.userinfo;
        Ok(Ok(self.claims_of(
            &client,
            &account,
            &family,
            wanted,
            &token.scope,
        )))
    }
}
