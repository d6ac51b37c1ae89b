//! The extractor of the administrator's right.

use super::Refused;
use crate::web::{State, bearer, visitor};
use axum::{extract::FromRequestParts, http::request::Parts};
use kobling_domain::{Visitor, admin::types::Administrator};

/// An administrator. Without a valid token the request is refused.
pub(crate) struct Admin {
    pub visitor: Visitor,
    pub administrator: Administrator,
}

impl FromRequestParts<State> for Admin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Refused> {
        let visitor = visitor(state, parts);
        let token = bearer(&parts.headers);
        let administrator = state
            .kobling
            .administration
            .administrator(&visitor, token)
            .await?;
        Ok(Self {
            visitor,
            administrator,
        })
    }
}
