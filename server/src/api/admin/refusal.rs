//! Refusals towards administrators: problems with a detail.

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
};
use kobling_model::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// A problem (RFC 9457 §3) with what is wrong in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminProblem {
    /// Names the type of problem.
    #[serde(rename = "type")]
    kind: String,
    /// A short summary, the same for every occurrence.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable code to act on.
    code: &'static str,
    /// What is wrong with this request.
    detail: String,
}

/// Why a request is refused. The text is the `detail` of the answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The right is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A problem without detail.
    #[error("{}", .0.code())]
    Problem(Problem),
    /// The body cannot be parsed.
    #[error("{0}")]
    Unreadable(String),
    /// The metadata is invalid.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The client cannot be added, changed or removed.
    #[error(transparent)]
    Client(#[from] ClientRefusal),
    /// `If-Match` does not match the client's version.
    #[error("{}", ClientRefusal::Changed)]
    Precondition,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let detail = self.to_string();
        let (status, code) = match self {
            Self::Denied(Denied::Store(error)) | Self::Client(ClientRefusal::Store(error)) => {
                return ProblemJson::from(Fault::Store(error)).into_response();
            }
            Self::Denied(denied) => {
                let mut response = ProblemJson(denied.problem()).into_response();
                challenge(&denied, &mut response);
                return response;
            }
            Self::Problem(problem) => return ProblemJson(problem).into_response(),
            Self::Unreadable(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::Metadata(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.code()),
            Self::Client(ClientRefusal::Unknown) => (StatusCode::NOT_FOUND, "not_found"),
            Self::Client(ClientRefusal::Configured) => (StatusCode::CONFLICT, "client_configured"),
            Self::Client(ClientRefusal::Taken) => (StatusCode::CONFLICT, "client_taken"),
            Self::Client(ClientRefusal::Changed) => (StatusCode::CONFLICT, "client_changed"),
            Self::Client(ClientRefusal::NoSecret) => {
                (StatusCode::CONFLICT, "client_without_secret")
            }
            Self::Client(ClientRefusal::NoOrganisation) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "organisation_unknown")
            }
            Self::Client(ClientRefusal::NoProvider) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "provider_unknown")
            }
            Self::Precondition => (StatusCode::PRECONDITION_FAILED, "client_changed"),
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
