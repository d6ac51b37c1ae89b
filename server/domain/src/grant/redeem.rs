//! Codes exchanged for tokens, and what tokens open.

use super::{AccessToken, Claims, GrantRefusal, Redeemed};
use crate::{
    account::Account,
    answer::{Fault, Visitor},
    client::Client,
    kobling::Kobling,
    secret::{Purpose, Token},
    session::Method,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_model::{SessionId, time::Span};
use sha2::{Digest, Sha256};

/// How long an access token lives.
const ACCESS_LIFE: Span = Span::minutes(10);

impl Kobling {
    /// Exchanges a code, once. A code shown again revokes what it had issued (RFC 6749 §4.1.2).
    ///
    /// # Errors
    /// The inner refusal is the client's fault; [`Fault::Store`] is ours.
    pub async fn redeem(
        &self,
        visitor: &Visitor,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<Result<Redeemed, GrantRefusal>, Fault> {
        let refused = Ok(Err(GrantRefusal::InvalidGrant));
        let Some(code) = Token::parse(code).map(|code| code.digest()) else {
            return refused;
        };
        let mut work = self.begin().await?;
        let Some(grant) = work.consume_code_grant(&code, self.now()).await? else {
            let revoked = work.revoke_code(&code).await?;
            if revoked > 0 {
                tracing::warn!(client = %client.id, revoked, "authorization code shown again");
                self.note(&mut work, visitor, "grant.replayed", None, &client.id)
                    .await?;
            }
            work.commit().await?;
            return refused;
        };
        let account = work
            .account(grant.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        let fits = grant.client_id == client.id
            && grant.redirect_uri == redirect_uri
            && (43..=128).contains(&verifier.len())
            && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == grant.code_challenge;
        let (Some(account), true) = (account, fits) else {
            work.commit().await?;
            return refused;
        };
        let access_token = self.token();
        work.insert_access_token(&AccessToken {
            token: access_token.digest(),
            code,
            client_id: grant.client_id.clone(),
            account: account.id,
            session: grant.session,
            scope: grant.scope.clone(),
            expires_at: self.now() + ACCESS_LIFE,
        })
        .await?;
        work.commit().await?;
        let claims = Claims {
            auth_time: grant.auth_time,
            nonce: grant.nonce.clone(),
            sid: self.client_sid(grant.session, &grant.client_id),
            method: grant.method.clone(),
            ..self.claims_of(&account, &grant.scope, grant.session, &grant.client_id)
        };
        Ok(Ok(Redeemed {
            access_token,
            expires_in: ACCESS_LIFE.as_seconds(),
            scope: grant.scope,
            claims,
        }))
    }

    fn client_sid(&self, session: SessionId, client: &str) -> String {
        self.keys
            .derive(Purpose::ClientSession, &[&session.to_string(), client])
            .0
    }

    fn claims_of(
        &self,
        account: &Account,
        scope: &str,
        session: SessionId,
        client: &str,
    ) -> Claims {
        let granted = |wanted: &str| scope.split(' ').any(|s| s == wanted);
        Claims {
            account: account.id,
            name: granted("profile").then(|| account.name.clone()),
            email: granted("email")
                .then(|| (account.email.clone(), account.email_proven_at.is_some())),
            auth_time: self.now(),
            nonce: None,
            sid: self.client_sid(session, client),
            method: Method::Password,
        }
    }

    /// What the bearer of an access token may know of the person (OpenID Connect Core §5.3).
    ///
    /// # Errors
    /// [`Fault::Store`]; nothing for a token that is not in force.
    pub async fn userinfo(&self, token: &str) -> Result<Option<Claims>, Fault> {
        let Some(token) = Token::parse(token) else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let Some(token) = work.access_token(&token.digest(), self.now()).await? else {
            return Ok(None);
        };
        let account = work
            .account(token.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        Ok(account
            .map(|account| self.claims_of(&account, &token.scope, token.session, &token.client_id)))
    }
}
