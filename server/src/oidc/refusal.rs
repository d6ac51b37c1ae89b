//! OAuth errors as JSON (RFC 6749 §5.2 and the RFCs that refer to it).

use crate::web::{State, retry_after};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_domain::{Fault, Visitor, oidc::grant::types::GrantRefusal};
use kobling_model::{Problem, Wait};
use serde_json::json;

/// Why a direct request of a client (token, pushed authorization, revocation, introspection) is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A parameter is missing, duplicate, malformed, or does not fit the others (RFC 6749 §5.2).
    InvalidRequest,
    /// The client is unknown, or not authenticated by the method that it is registered for.
    InvalidClient,
    /// The code or refresh token is unknown, expired, used, or another client's.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The `grant_type` is not supported.
    UnsupportedGrantType,
    /// The requested scope exceeds the granted one, or is unknown.
    InvalidScope,
    /// The DPoP proof is missing or invalid (RFC 9449 §5).
    InvalidDpopProof,
    /// The error of the authorization endpoint for the same request (RFC 9126 §2.3).
    Authorization(&'static str),
    /// A rate limit is exhausted (RFC 9126 §2.3).
    TooMany(Wait),
    /// The server failed.
    ServerError,
}

impl Refusal {
    /// The registered error code (RFC 6749 §11.4).
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::Authorization(code) => code,
            Self::TooMany(_) | Self::ServerError => "temporarily_unavailable",
        }
    }

    /// The answer, after an audit event for a failed client authentication.
    pub(crate) async fn audited(self, state: &State, visitor: &Visitor) -> Response {
        if self == Self::InvalidClient {
            match state.kobling.clients.refuse_client(visitor).await {
                Ok(()) => {}
                // RFC 6749 §2.3.1: protects secrets against guessing.
                Err(Fault::Problem(Problem::TooMany(wait))) => {
                    return Self::TooMany(wait).into_response();
                }
                Err(fault) => tracing::error!(%fault, "audit"),
            }
        }
        self.into_response()
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::ServerError => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<Fault> for Refusal {
    /// The client gets no details; the log does.
    fn from(fault: Fault) -> Self {
        if let Fault::Problem(Problem::TooMany(wait)) = fault {
            return Self::TooMany(wait);
        }
        tracing::error!(%fault, "a client's request");
        Self::ServerError
    }
}

impl From<GrantRefusal> for Refusal {
    fn from(refusal: GrantRefusal) -> Self {
        match refusal {
            GrantRefusal::InvalidGrant => Self::InvalidGrant,
            GrantRefusal::InvalidScope => Self::InvalidScope,
            GrantRefusal::UnauthorizedClient => Self::UnauthorizedClient,
            GrantRefusal::Store(error) => Fault::Store(error).into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (
            self.status(),
            [(header::CACHE_CONTROL, "no-store")],
            Json(json!({ "error": self.code() })),
        )
            .into_response();
        if let Self::TooMany(wait) = self {
            retry_after(wait, &mut response);
        }
        if self == Self::InvalidClient {
            // Required if the client authenticated by header (RFC 6749 §5.2).
            let value = header::HeaderValue::from_static("Basic realm=\"kobling\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_client_that_is_not_known_gets_401_and_a_challenge() {
        for refusal in [
            Refusal::InvalidRequest,
            Refusal::InvalidClient,
            Refusal::InvalidGrant,
            Refusal::UnauthorizedClient,
            Refusal::UnsupportedGrantType,
            Refusal::InvalidScope,
            Refusal::InvalidDpopProof,
            Refusal::Authorization("unsupported_response_type"),
        ] {
            let response = refusal.into_response();
            let unknown = refusal == Refusal::InvalidClient;
            assert_eq!(
                (
                    response.status().as_u16(),
                    response.headers().contains_key(header::WWW_AUTHENTICATE)
                ),
                if unknown { (401, true) } else { (400, false) },
                "{refusal:?}"
            );
        }
    }
}
