//! Authorization codes.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
    oidc::grant::{
        port::Grants,
        types::{CodeGrant, Thumbprint},
    },
};
use kobling_model::Timestamp;

statements! {
    INSERT_CODE_GRANT = "INSERT INTO code_grants (code, client_id, account, session, redirect_uri, scope, nonce,
            code_challenge, auth_time, method, expires_at, claims, jkt)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
    CONSUME_CODE_GRANT = "UPDATE code_grants SET consumed_at = $2
        WHERE code = $1 AND consumed_at IS NULL AND expires_at > $2
        RETURNING code, client_id, account, session, redirect_uri, scope, nonce, code_challenge, auth_time, method,
            expires_at, claims, jkt";
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
    claims: Option<String>,
    jkt: Option<String>,
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
            claims: column::claims(row.claims.as_deref())?,
            jkt: row.jkt.map(Thumbprint),
            expires_at: Timestamp(row.expires_at),
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
            column::to_json(&grant.claims)?,
            grant.jkt.as_ref().map(|jkt| jkt.0.as_str()),
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
}
