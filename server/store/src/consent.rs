//! Consents.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, fetch_optional, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::error::{StoreError, Stored},
    oidc::{consent_rule::Consent, port::Consents},
};
use kobling_model::{AccountId, Timestamp};

statements! {
    CONSENT = "SELECT account, client_id, scope, given_at FROM consents WHERE account = $1 AND client_id = $2";
    HOLD_CONSENT = "UPDATE consents SET client_id = client_id WHERE account = $1 AND client_id = $2
        RETURNING account, client_id, scope, given_at";
    CONSENTS_OF = "SELECT account, client_id, scope, given_at FROM consents WHERE account = $1
        ORDER BY given_at DESC, client_id";
    PUT_CONSENT = "INSERT INTO consents (account, client_id, scope, given_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account, client_id) DO UPDATE SET scope = excluded.scope, given_at = excluded.given_at";
    DELETE_CONSENT = "DELETE FROM consents WHERE account = $1 AND client_id = $2";
    DELETE_CODES_OF = "DELETE FROM code_grants WHERE account = $1 AND client_id = $2";
    HOLD_CONSENTS_TO = "UPDATE consents SET client_id = client_id WHERE client_id = $1";
    DELETE_CODES_BY_CONSENT = "DELETE FROM code_grants
        WHERE client_id = $1 AND account IN (SELECT account FROM consents WHERE client_id = $1)";
    END_FAMILIES_BY_CONSENT = "DELETE FROM grant_families
        WHERE client_id = $1 AND account IN (SELECT account FROM consents WHERE client_id = $1)";
    DELETE_CONSENTS_TO = "DELETE FROM consents WHERE client_id = $1";
}

#[derive(sqlx::FromRow)]
struct ConsentRow {
    account: String,
    client_id: String,
    scope: String,
    given_at: i64,
}

impl TryFrom<ConsentRow> for Consent {
    type Error = StoreError;
    fn try_from(row: ConsentRow) -> Stored<Self> {
        Ok(Self {
            account: column::id(&row.account, "account")?,
            client_id: row.client_id,
            scope: row.scope,
            given_at: Timestamp(row.given_at),
        })
    }
}

#[async_trait]
impl Consents for UnitOfWork {
    async fn consent(&mut self, account: AccountId, client_id: &str) -> Stored<Option<Consent>> {
        fetch_optional!(self, ConsentRow, CONSENT, account.to_string(), client_id)
    }

    async fn hold_consent(
        &mut self,
        account: AccountId,
        client_id: &str,
    ) -> Stored<Option<Consent>> {
        let account = account.to_string();
        fetch_optional!(self, ConsentRow, HOLD_CONSENT, account, client_id)
    }

    async fn consents_of(&mut self, account: AccountId) -> Stored<Vec<Consent>> {
        fetch_all!(self, ConsentRow, CONSENTS_OF, account.to_string())
    }

    async fn put_consent(&mut self, consent: &Consent) -> Stored<()> {
        execute!(
            self,
            PUT_CONSENT,
            consent.account.to_string(),
            consent.client_id.as_str(),
            consent.scope.as_str(),
            consent.given_at.0,
        )
        .map(drop)
    }

    async fn delete_consent(&mut self, account: AccountId, client_id: &str) -> Stored<bool> {
        let was = execute!(self, DELETE_CONSENT, account.to_string(), client_id)? == 1;
        execute!(self, DELETE_CODES_OF, account.to_string(), client_id)?;
        Ok(was)
    }

    async fn end_consents_to(&mut self, client_id: &str) -> Stored<()> {
        for statement in [
            // What is issued by one of these consents at this moment is committed first, and deleted with the rest.
            HOLD_CONSENTS_TO,
            DELETE_CODES_BY_CONSENT,
            END_FAMILIES_BY_CONSENT,
            DELETE_CONSENTS_TO,
        ] {
            execute!(self, statement, client_id)?;
        }
        Ok(())
    }
}
