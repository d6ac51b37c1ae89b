//! What applications are given: codes, access tokens, and the keys that sign.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    grant::{AccessToken, CodeGrant},
    port::{Grants, StoreError, Stored},
    secret::Digest256,
    signing_key::SigningKey,
};
use kobling_model::Timestamp;

statements! {
    INSERT_CODE_GRANT = "INSERT INTO code_grants (code, client_id, account, session, redirect_uri, scope, nonce,
            code_challenge, auth_time, method, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    CONSUME_CODE_GRANT = "UPDATE code_grants SET consumed_at = $2
        WHERE code = $1 AND consumed_at IS NULL AND expires_at > $2
        RETURNING code, client_id, account, session, redirect_uri, scope, nonce, code_challenge, auth_time, method,
            expires_at";
    REVOKE_CODE = "DELETE FROM access_tokens WHERE code = $1";
    INSERT_ACCESS_TOKEN = "INSERT INTO access_tokens (token, code, client_id, account, session, scope, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    ACCESS_TOKEN = "SELECT t.token, t.code, t.client_id, t.account, t.session, t.scope, t.expires_at
        FROM access_tokens t JOIN sessions s ON s.id = t.session
        WHERE t.token = $1 AND t.expires_at > $2 AND s.expires_at > $2";
    SIGNING_KEYS = "SELECT kid, alg, sealed, created_at FROM signing_keys ORDER BY created_at DESC, kid";
    INSERT_SIGNING_KEY = "INSERT INTO signing_keys (kid, alg, sealed, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
}

#[derive(sqlx::FromRow)]
struct CodeGrantRow {
    code: String,
    client_id: String,
    account: String,
    session: String,
    redirect_uri: String,
    scope: String,
    nonce: Option<String>,
    code_challenge: String,
    auth_time: i64,
    method: String,
    expires_at: i64,
}

impl TryFrom<CodeGrantRow> for CodeGrant {
    type Error = StoreError;
    fn try_from(row: CodeGrantRow) -> Stored<Self> {
        Ok(Self {
            code: Digest256(row.code),
            client_id: row.client_id,
            account: column::id(&row.account, "account")?,
            session: column::id(&row.session, "session")?,
            redirect_uri: row.redirect_uri,
            scope: row.scope,
            nonce: row.nonce,
            code_challenge: row.code_challenge,
            auth_time: Timestamp(row.auth_time),
            method: column::json(&row.method, "method")?,
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AccessTokenRow {
    token: String,
    code: String,
    client_id: String,
    account: String,
    session: String,
    scope: String,
    expires_at: i64,
}

impl TryFrom<AccessTokenRow> for AccessToken {
    type Error = StoreError;
    fn try_from(row: AccessTokenRow) -> Stored<Self> {
        Ok(Self {
            token: Digest256(row.token),
            code: Digest256(row.code),
            client_id: row.client_id,
            account: column::id(&row.account, "account")?,
            session: column::id(&row.session, "session")?,
            scope: row.scope,
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct SigningKeyRow {
    kid: String,
    alg: String,
    sealed: String,
    created_at: i64,
}

impl TryFrom<SigningKeyRow> for SigningKey {
    type Error = StoreError;
    fn try_from(row: SigningKeyRow) -> Stored<Self> {
        Ok(Self {
            kid: row.kid,
            alg: row.alg,
            sealed: row.sealed,
            created_at: Timestamp(row.created_at),
        })
    }
}

#[async_trait]
impl Grants for UnitOfWork {
    async fn insert_code_grant(&mut self, grant: &CodeGrant) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_CODE_GRANT,
            grant.code.0.as_str(),
            grant.client_id.as_str(),
            grant.account.to_string(),
            grant.session.to_string(),
            grant.redirect_uri.as_str(),
            grant.scope.as_str(),
            grant.nonce.as_deref(),
            grant.code_challenge.as_str(),
            grant.auth_time.0,
            column::to_json(&grant.method)?,
            grant.expires_at.0,
        )?)
    }

    async fn consume_code_grant(
        &mut self,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<CodeGrant>> {
        fetch_optional!(
            self,
            CodeGrantRow,
            CONSUME_CODE_GRANT,
            code.0.as_str(),
            now.0
        )
    }

    async fn revoke_code(&mut self, code: &Digest256) -> Stored<u64> {
        execute!(self, REVOKE_CODE, code.0.as_str())
    }

    async fn insert_access_token(&mut self, token: &AccessToken) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_ACCESS_TOKEN,
            token.token.0.as_str(),
            token.code.0.as_str(),
            token.client_id.as_str(),
            token.account.to_string(),
            token.session.to_string(),
            token.scope.as_str(),
            token.expires_at.0,
        )?)
    }

    async fn access_token(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<AccessToken>> {
        fetch_optional!(self, AccessTokenRow, ACCESS_TOKEN, token.0.as_str(), now.0)
    }

    async fn signing_keys(&mut self) -> Stored<Vec<SigningKey>> {
        fetch_all!(self, SigningKeyRow, SIGNING_KEYS)
    }

    async fn insert_signing_key(&mut self, key: &SigningKey) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_SIGNING_KEY,
            key.kid.as_str(),
            key.alg.as_str(),
            key.sealed.as_str(),
            key.created_at.0,
        )?)
    }
}
