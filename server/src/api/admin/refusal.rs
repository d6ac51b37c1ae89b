//! What administrators are told when something cannot be done: the same shape as elsewhere, and why.

use crate::{
    client_metadata::MetadataError,
    web::{ProblemJson, challenge},
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_domain::{
    Fault,
    admin::types::{ClientRefusal, Denied},
    kernel::error::StoreError,
};
use kobling_model::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// A problem (RFC 9457 §3) with what is wrong in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminProblem {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// A short summary, the same for every occurrence.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable code to act on.
    code: &'static str,
    /// What is wrong this time.
    detail: String,
}

/// Why nothing was done.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The right is missing.
    Denied(Denied),
    /// One that is met elsewhere too.
    Problem(Problem),
    /// The body cannot be read.
    Unreadable(String),
    /// What was said of a client does not hold.
    Metadata(MetadataError),
    /// The client cannot be written.
    Client(ClientRefusal),
    /// The client is not the one that `If-Match` speaks of.
    Precondition,
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<MetadataError> for Refused {
    fn from(error: MetadataError) -> Self {
        Self::Metadata(error)
    }
}

impl From<ClientRefusal> for Refused {
    fn from(refusal: ClientRefusal) -> Self {
        Self::Client(refusal)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Problem(ProblemJson::from(fault).0)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Fault::Store(error).into()
    }
}

const fn of_client(refusal: &ClientRefusal) -> (StatusCode, &'static str) {
    match refusal {
        ClientRefusal::Unknown => (StatusCode::NOT_FOUND, "not_found"),
        ClientRefusal::Configured => (StatusCode::CONFLICT, "client_configured"),
        ClientRefusal::Taken => (StatusCode::CONFLICT, "client_taken"),
        ClientRefusal::Changed => (StatusCode::CONFLICT, "client_changed"),
        ClientRefusal::NoSecret => (StatusCode::CONFLICT, "client_without_secret"),
        ClientRefusal::NoOrganisation => (StatusCode::UNPROCESSABLE_ENTITY, "organisation_unknown"),
        ClientRefusal::NoProvider => (StatusCode::UNPROCESSABLE_ENTITY, "provider_unknown"),
        ClientRefusal::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code, detail) = match self {
            Self::Denied(denied) => {
                if let Denied::Store(error) = &denied {
                    tracing::error!(%error, "the store failed");
                }
                let mut response = ProblemJson(denied.problem()).into_response();
                challenge(&denied, &mut response);
                return response;
            }
            Self::Problem(problem) => return ProblemJson(problem).into_response(),
            Self::Client(ClientRefusal::Store(error)) => {
                return Self::from(error).into_response();
            }
            Self::Unreadable(why) => (StatusCode::BAD_REQUEST, "bad_request", why),
            Self::Metadata(error) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                error.code(),
                error.to_string(),
            ),
            Self::Client(refusal) => {
                let (status, code) = of_client(&refusal);
                (status, code, refusal.to_string())
            }
            Self::Precondition => (
                StatusCode::PRECONDITION_FAILED,
                "client_changed",
                ClientRefusal::Changed.to_string(),
            ),
        };
        let body = AdminProblem {
            kind: format!("urn:kobling:problem:{code}"),
            title: code.replace('_', " "),
            status: status.as_u16(),
            code,
            detail,
        };
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}
