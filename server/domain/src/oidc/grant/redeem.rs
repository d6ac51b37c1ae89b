//! Exchanges authorization codes for tokens.

use crate::{
    account::types::Account,
    audit::event::AuditEvent,
    kernel::{
        core::{Unit, service},
        error::StoreError,
        request::Visitor,
        secret::Token,
    },
    oidc::{
        access::rule::AccessService,
        client::Client,
        clients::ClientService,
        grant::{
            claims::Wanted,
            types::{
                AccessToken, Claims, CodeGrant, Family, GrantRefusal, Redeemed, Redemption,
                Thumbprint,
            },
        },
        logout::end::LogoutService,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_model::time::Span;
use sha2::{Digest, Sha256};

/// How long an access token lives.
const ACCESS_LIFE: Span = Span::minutes(10);

/// Whether the token request matches the code.
fn fits(grant: &CodeGrant, client: &Client, redemption: &Redemption<'_>) -> bool {
    let verifier = redemption.verifier.as_bytes();
    grant.client_id == client.id
        && grant.redirect_uri == redemption.redirect_uri
        && (43..=128).contains(&verifier.len())
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == grant.code_challenge
        && (grant.jkt.is_none() || grant.jkt.as_ref() == redemption.jkt)
}

service! {
    /// Codes and refresh tokens exchanged, access tokens used, introspected and revoked.
    TokenService { access: AccessService, clients: ClientService, logout: LogoutService }
}

impl TokenService {
    /// Exchanges a code once: the code is consumed even when the request is refused. A replayed code revokes the tokens
    /// issued from it (RFC 6749 §4.1.2).
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub async fn redeem(
        &self,
        visitor: &Visitor,
        client: &Client,
        redemption: Redemption<'_>,
    ) -> Result<Redeemed, GrantRefusal> {
        let refused = Err(GrantRefusal::InvalidGrant);
        let Some(code) = Token::parse(redemption.code).map(|code| code.digest()) else {
            return refused;
        };
        let now = self.now();
        let mut work = self.begin().await?;
        let session_end = work.families().hold_session_of_code(&code, now).await?;
        let Some(grant) = work.grants().consume_code_grant(&code, now).await? else {
            if work.families().end_family(&code).await? {
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
            .accounts()
            .account(grant.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        let (Some(account), Some(expires_at), true) =
            (account, session_end, fits(&grant, client, &redemption))
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
            // The refresh tokens of a confidential client are bound by its authentication (RFC 9449 §5).
            jkt: redemption
                .jkt
                .filter(|_| client.is_public() && client.refresh)
                .cloned(),
            refresh: refresh_token.as_ref().map(Token::digest),
            created_at: now,
            expires_at,
        };
        work.families().insert_family(&family).await?;
        self.logout
            .joined(&mut work, client, family.session, family.account)
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
        Ok(Redeemed {
            refresh_token,
            claims: Claims {
                nonce: grant.nonce,
                ..redeemed.claims
            },
            ..redeemed
        })
    }

    /// A new access token of a family, and what the ID token beside it says.
    pub(crate) async fn issue(
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
        work.families()
            .insert_access_token(&AccessToken {
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

    pub(crate) fn claims_of(
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
            subject: self.clients.subject(client, account.id),
            name: granted.name.then(|| account.name.clone()),
            email: account
                .mailbox()
                .filter(|_| granted.email)
                .map(|email| (email.clone(), account.is_proven())),
            auth_time: family.auth_time,
            nonce: None,
            sid: self.clients.sid(family.session, &family.client_id),
            method: family.method.clone(),
        }
    }
}
