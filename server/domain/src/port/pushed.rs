//! Authorization requests that wait for the browser.

use super::Stored;
use crate::{grant::PushedRequest, secret::Digest256};
use async_trait::async_trait;
use kobling_model::Timestamp;

/// Pushed authorization requests.
#[async_trait]
pub trait Pushed {
    /// Adds one.
    async fn insert_pushed(&mut self, request: &PushedRequest) -> Stored<()>;
    /// Consumes it, if it is this client's.
    async fn consume_pushed(
        &mut self,
        reference: &Digest256,
        client_id: &str,
        now: Timestamp,
    ) -> Stored<Option<PushedRequest>>;
}
