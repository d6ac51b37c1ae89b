//! Authorization requests that an application has pushed (RFC 9126).

use crate::{
    kernel::{error::StoreError, outcome::Fault, request::Visitor, secret::Token},
    oidc::{
        client::{Client, ClientAuth},
        grant::{
            authorize::AuthorizationService,
            types::{PUSHED_LIFE, PushedRequest},
        },
    },
    ops::limit::Limit,
};

/// The sealing context. The parameters are sealed because they may identify the expected person.
const CONTEXT: &str = "pushed-request";

impl AuthorizationService {
    /// Keeps the parameters (a form) of a client's authorization request; returns a reference to them.
    ///
    /// # Errors
    /// [`Problem::TooMany`](kobling_model::Problem::TooMany) for a public client, which does not authenticate;
    /// [`Fault::Store`].
    pub async fn push(
        &self,
        visitor: &Visitor,
        client: &Client,
        parameters: &str,
    ) -> Result<Token, Fault> {
        if client.auth == ClientAuth::Public {
            self.limited(visitor, None, &[Limit::FlowByNetwork]).await?;
        }
        let reference = self.token();
        let mut work = self.begin().await?;
        work.pushed()
            .insert_pushed(&PushedRequest {
                reference: reference.digest(),
                client_id: client.id.clone(),
                sealed: self
                    .keys
                    .seal(self.entropy(), CONTEXT, parameters.as_bytes()),
                expires_at: self.now() + PUSHED_LIFE,
            })
            .await?;
        work.commit().await?;
        Ok(reference)
    }

    /// Consumes a reference of this client's and returns the parameters; `None` if it is unknown, expired, used, or
    /// another client's.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn take_pushed(
        &self,
        client: &Client,
        reference: &str,
    ) -> Result<Option<String>, Fault> {
        let Some(reference) = Token::parse(reference).map(|token| token.digest()) else {
            return Ok(None);
        };
        let mut work = self.begin().await?;
        let pushed = work
            .pushed()
            .consume_pushed(&reference, &client.id, self.now())
            .await?;
        work.commit().await?;
        let Some(pushed) = pushed else {
            return Ok(None);
        };
        let clear = self
            .keys
            .open(CONTEXT, &pushed.sealed)
            .map_err(|error| StoreError::Corrupt(format!("pushed request: {error}")))?;
        Ok(String::from_utf8(clear).ok())
    }
}
