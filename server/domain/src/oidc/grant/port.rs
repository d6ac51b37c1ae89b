//! How grants, tokens and pushed requests are stored.

use crate::{
    account::types::Account,
    auth::session::Method,
    kernel::{error::Stored, secret::Digest256},
    oidc::grant::types::{AccessToken, CodeGrant, Family, PushedRequest, Thumbprint},
};
use async_trait::async_trait;
use kobling_model::{AccountId, Timestamp};

/// Families of grants: whatever ends a family ends every token in it.
#[async_trait]
pub trait Families: Send {
    /// Holds the row of the session that a code came from, so that ending the session and issuing tokens from it are
    /// serialised. Returns when the session expires; `None` if it has.
    async fn hold_session_of_code(
        &mut self,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Timestamp>>;
    /// The same for the refresh token in force. Returns the session's sign-in method; `None` if the session has expired
    /// or is idle, even before maintenance removes its row.
    async fn hold_session_of_refresh(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Method>>;
    /// Adds a family.
    async fn insert_family(&mut self, family: &Family) -> Stored<()>;
    /// Puts `new` in the place of the refresh token `old`, which is spent from now on, if `old` is the one in force, is
    /// this client's, and is bound to no key or to this one. Of any number of simultaneous callers exactly one gets the
    /// family.
    async fn rotate_refresh(
        &mut self,
        old: &Digest256,
        new: &Digest256,
        client_id: &str,
        jkt: Option<&Thumbprint>,
        now: Timestamp,
    ) -> Stored<Option<Family>>;
    /// The family of the refresh token that is in force.
    async fn family_by_refresh(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Family>>;
    /// The family of a refresh token that is spent.
    async fn family_by_spent(&mut self, token: &Digest256) -> Stored<Option<Family>>;
    /// Ends a family; returns whether it was this call.
    async fn end_family(&mut self, id: &Digest256) -> Stored<bool>;
    /// Ends everything that a client holds for a person; returns how many families.
    async fn end_families_of(&mut self, account: AccountId, client_id: &str) -> Stored<u64>;
    /// Adds an access token.
    async fn insert_access_token(&mut self, token: &AccessToken) -> Stored<()>;
    /// In force at `now`, with what it belongs to, and the account, which may be disabled.
    async fn access_token(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<(AccessToken, Family, Account)>>;
    /// Ends one access token alone.
    async fn end_access_token(&mut self, token: &Digest256) -> Stored<()>;
}

/// Pushed authorization requests.
#[async_trait]
pub trait Pushed: Send {
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

/// Authorization codes.
#[async_trait]
pub trait Grants: Send {
    /// Adds an authorization code.
    async fn insert_code_grant(&mut self, grant: &CodeGrant) -> Stored<()>;
    /// Consumes it.
    async fn consume_code_grant(
        &mut self,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<CodeGrant>>;
}
