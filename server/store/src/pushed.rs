//! Authorization requests that wait for the browser.

use crate::work::{UnitOfWork, execute, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
    oidc::grant::{port::Pushed, types::PushedRequest},
};
use kobling_model::Timestamp;

statements! {
    INSERT_PUSHED = "INSERT INTO pushed_requests (reference, client_id, sealed, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    CONSUME_PUSHED = "UPDATE pushed_requests SET consumed_at = $3
        WHERE reference = $1 AND client_id = $2 AND consumed_at IS NULL AND expires_at > $3
        RETURNING reference, client_id, sealed, expires_at";
}

#[derive(sqlx::FromRow)]
struct PushedRow {
    reference: String,
    client_id: String,
    sealed: String,
    expires_at: i64,
}

impl TryFrom<PushedRow> for PushedRequest {
    type Error = StoreError;
    fn try_from(row: PushedRow) -> Stored<Self> {
        Ok(Self {
            reference: Digest256(row.reference),
            client_id: row.client_id,
            sealed: row.sealed,
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[async_trait]
impl Pushed for UnitOfWork {
    async fn insert_pushed(&mut self, request: &PushedRequest) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_PUSHED,
            request.reference.0.as_str(),
            request.client_id.as_str(),
            request.sealed.as_str(),
            request.expires_at.0,
        )?)
    }

    async fn consume_pushed(
        &mut self,
        reference: &Digest256,
        client_id: &str,
        now: Timestamp,
    ) -> Stored<Option<PushedRequest>> {
        fetch_optional!(
            self,
            PushedRow,
            CONSUME_PUSHED,
            reference.0.as_str(),
            client_id,
            now.0
        )
    }
}
