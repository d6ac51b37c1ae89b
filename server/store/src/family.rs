//! What applications hold: families of grants, their refresh tokens and access tokens.
//!
//! The current refresh token is stored in the family's own row: rotating it and ending the family are serialised by
//! that row, and nothing is added to a family that has ended.

use crate::account::AccountRow;
use crate::column;
use crate::work::{UnitOfWork, execute, fetch, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    account::types::Account,
    auth::session::Method,
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
    oidc::grant::{
        port::Families,
        types::{AccessToken, Family, Thumbprint},
    },
};
use kobling_model::{AccountId, Timestamp};

statements! {
    HOLD_SESSION_OF_CODE = "UPDATE sessions SET id = id
        WHERE id = (SELECT session FROM code_grants WHERE code = $1) AND expires_at > $2 RETURNING expires_at";
    HOLD_SESSION_OF_REFRESH = "UPDATE sessions SET id = id
        WHERE id = (SELECT session FROM grant_families WHERE refresh = $1) AND expires_at > $2
            AND (idle_until IS NULL OR idle_until >= $2) RETURNING method";
    INSERT_FAMILY = "INSERT INTO grant_families
            (id, client_id, account, session, scope, auth_time, method, jkt, refresh, created_at, expires_at, claims)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    ROTATE_REFRESH = "UPDATE grant_families SET refresh = $2
        WHERE refresh = $1 AND client_id = $3 AND (jkt IS NULL OR jkt = $4) AND expires_at > $5
        RETURNING id, client_id, account, session, scope, auth_time, method, jkt, refresh, created_at, expires_at,
            claims";
    INSERT_SPENT = "INSERT INTO spent_refresh_tokens (token, family) VALUES ($1, $2)";
    FAMILY_BY_REFRESH = "SELECT id, client_id, account, session, scope, auth_time, method, jkt, refresh, created_at,
            expires_at, claims
        FROM grant_families WHERE refresh = $1 AND expires_at > $2";
    FAMILY_BY_SPENT = "SELECT f.id, f.client_id, f.account, f.session, f.scope, f.auth_time, f.method, f.jkt,
            f.refresh, f.created_at, f.expires_at, f.claims
        FROM spent_refresh_tokens r JOIN grant_families f ON f.id = r.family WHERE r.token = $1";
    END_FAMILY = "DELETE FROM grant_families WHERE id = $1";
    END_FAMILIES_OF = "DELETE FROM grant_families WHERE account = $1 AND client_id = $2";
    INSERT_ACCESS_TOKEN = "INSERT INTO access_tokens (token, family, scope, jkt, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    ACCESS_TOKEN = "SELECT t.token, t.scope AS token_scope, t.jkt AS token_jkt, t.created_at AS token_created_at,
            t.expires_at AS token_expires_at,
            f.id, f.client_id, f.account, f.session, f.scope, f.auth_time, f.method, f.jkt, f.refresh, f.created_at,
            f.expires_at, f.claims,
            a.id AS account_id, a.email, a.email_proven_at, a.released_email, a.released_at, a.name, a.lang,
            a.created_at AS account_created_at, a.disabled_at
        FROM access_tokens t JOIN grant_families f ON f.id = t.family JOIN accounts a ON a.id = f.account
        WHERE t.token = $1 AND t.expires_at > $2 AND f.expires_at > $2";
    END_ACCESS_TOKEN = "DELETE FROM access_tokens WHERE token = $1";
}

#[derive(sqlx::FromRow)]
struct FamilyRow {
    id: String,
    client_id: String,
    account: String,
    session: String,
    scope: String,
    auth_time: i64,
    method: String,
    jkt: Option<String>,
    refresh: Option<String>,
    created_at: i64,
    expires_at: i64,
    claims: Option<String>,
}

impl TryFrom<FamilyRow> for Family {
    type Error = StoreError;
    fn try_from(row: FamilyRow) -> Stored<Self> {
        Ok(Self {
            id: Digest256(row.id),
            client_id: row.client_id,
            account: column::id(&row.account, "account")?,
            session: column::id(&row.session, "session")?,
            scope: row.scope,
            auth_time: Timestamp(row.auth_time),
            method: column::json(&row.method, "method")?,
            claims: column::claims(row.claims.as_deref())?,
            jkt: row.jkt.map(Thumbprint),
            refresh: row.refresh.map(Digest256),
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AccessTokenRow {
    token: String,
    token_scope: String,
    token_jkt: Option<String>,
    token_created_at: i64,
    token_expires_at: i64,
    #[sqlx(flatten)]
    family: FamilyRow,
    #[sqlx(flatten)]
    account: AccountRow,
}

impl TryFrom<AccessTokenRow> for (AccessToken, Family, Account) {
    type Error = StoreError;
    fn try_from(row: AccessTokenRow) -> Stored<Self> {
        let family = Family::try_from(row.family)?;
        let token = AccessToken {
            token: Digest256(row.token),
            family: family.id.clone(),
            scope: row.token_scope,
            jkt: row.token_jkt.map(Thumbprint),
            created_at: Timestamp(row.token_created_at),
            expires_at: Timestamp(row.token_expires_at),
        };
        Ok((token, family, row.account.try_into()?))
    }
}

#[async_trait]
impl Families for UnitOfWork {
    async fn hold_session_of_code(
        &mut self,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Timestamp>> {
        let (sql, code) = (HOLD_SESSION_OF_CODE, code.0.as_str());
        let row = fetch!(fetch_optional, self, (i64,), sql, code, now.0)?;
        Ok(row.map(|(expires_at,)| Timestamp(expires_at)))
    }

    async fn hold_session_of_refresh(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Method>> {
        let (sql, token) = (HOLD_SESSION_OF_REFRESH, token.0.as_str());
        let row = fetch!(fetch_optional, self, (String,), sql, token, now.0)?;
        row.map(|(method,)| column::json(&method, "method"))
            .transpose()
    }

    async fn insert_family(&mut self, family: &Family) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_FAMILY,
            family.id.0.as_str(),
            family.client_id.as_str(),
            family.account.to_string(),
            family.session.to_string(),
            family.scope.as_str(),
            family.auth_time.0,
            column::to_json(&family.method)?,
            family.jkt.as_ref().map(|jkt| jkt.0.as_str()),
            column::optional_hash(family.refresh.as_ref()),
            family.created_at.0,
            family.expires_at.0,
            column::to_json(&family.claims)?,
        )?)
    }

    async fn rotate_refresh(
        &mut self,
        old: &Digest256,
        new: &Digest256,
        client_id: &str,
        jkt: Option<&Thumbprint>,
        now: Timestamp,
    ) -> Stored<Option<Family>> {
        let rotated: Stored<Option<Family>> = fetch_optional!(
            self,
            FamilyRow,
            ROTATE_REFRESH,
            old.0.as_str(),
            new.0.as_str(),
            client_id,
            jkt.map(|jkt| jkt.0.as_str()),
            now.0,
        );
        let rotated = rotated?;
        if let Some(family) = &rotated {
            execute!(self, INSERT_SPENT, old.0.as_str(), family.id.0.as_str())?;
        }
        Ok(rotated)
    }

    async fn family_by_refresh(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Family>> {
        fetch_optional!(self, FamilyRow, FAMILY_BY_REFRESH, token.0.as_str(), now.0)
    }

    async fn family_by_spent(&mut self, token: &Digest256) -> Stored<Option<Family>> {
        fetch_optional!(self, FamilyRow, FAMILY_BY_SPENT, token.0.as_str())
    }

    async fn end_family(&mut self, id: &Digest256) -> Stored<bool> {
        Ok(execute!(self, END_FAMILY, id.0.as_str())? == 1)
    }

    async fn end_families_of(&mut self, account: AccountId, client_id: &str) -> Stored<u64> {
        execute!(self, END_FAMILIES_OF, account.to_string(), client_id)
    }

    async fn insert_access_token(&mut self, token: &AccessToken) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_ACCESS_TOKEN,
            token.token.0.as_str(),
            token.family.0.as_str(),
            token.scope.as_str(),
            token.jkt.as_ref().map(|jkt| jkt.0.as_str()),
            token.created_at.0,
            token.expires_at.0,
        )?)
    }

    async fn access_token(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<(AccessToken, Family, Account)>> {
        fetch_optional!(self, AccessTokenRow, ACCESS_TOKEN, token.0.as_str(), now.0)
    }

    async fn end_access_token(&mut self, token: &Digest256) -> Stored<()> {
        execute!(self, END_ACCESS_TOKEN, token.0.as_str()).map(drop)
    }
}
