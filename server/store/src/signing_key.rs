//! Keys that sign the tokens for clients, sealed.

use crate::work::{UnitOfWork, execute, fetch_all, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::error::{StoreError, Stored},
    oidc::{
        client::SigningAlg,
        signing_key::{port::SigningKeys, types::SigningKey},
    },
};
use kobling_model::Timestamp;

statements! {
    SIGNING_KEYS = "SELECT kid, alg, generation, sealed, created_at, signs_from FROM signing_keys
        ORDER BY alg, generation DESC";
    INSERT_SIGNING_KEY = "INSERT INTO signing_keys (kid, alg, generation, sealed, created_at, signs_from)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    FORGET_SIGNING_KEYS = "DELETE FROM signing_keys WHERE alg = $1 AND generation < $2";
}

#[derive(sqlx::FromRow)]
struct SigningKeyRow {
    kid: String,
    alg: String,
    generation: i64,
    sealed: String,
    created_at: i64,
    signs_from: i64,
}

impl TryFrom<SigningKeyRow> for SigningKey {
    type Error = StoreError;
    fn try_from(row: SigningKeyRow) -> Stored<Self> {
        let alg = SigningAlg::ALL
            .into_iter()
            .find(|alg| alg.name() == row.alg)
            .ok_or_else(|| StoreError::Corrupt(format!("signing key {}: alg", row.kid)))?;
        Ok(Self {
            kid: row.kid,
            alg,
            generation: row.generation,
            sealed: row.sealed,
            created_at: Timestamp(row.created_at),
            signs_from: Timestamp(row.signs_from),
        })
    }
}

#[async_trait]
impl SigningKeys for UnitOfWork {
    async fn all_signing_keys(&mut self) -> Stored<Vec<SigningKey>> {
        fetch_all!(self, SigningKeyRow, SIGNING_KEYS)
    }

    async fn insert_signing_key(&mut self, key: &SigningKey) -> Stored<bool> {
        let rows = execute!(
            self,
            INSERT_SIGNING_KEY,
            key.kid.as_str(),
            key.alg.name(),
            key.generation,
            key.sealed.as_str(),
            key.created_at.0,
            key.signs_from.0,
        )?;
        Ok(rows == 1)
    }

    async fn forget_signing_keys(&mut self, alg: SigningAlg, before: i64) -> Stored<u64> {
        execute!(self, FORGET_SIGNING_KEYS, alg.name(), before)
    }
}
