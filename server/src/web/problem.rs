//! Problems as JSON (RFC 9457).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_domain::Fault;
use kobling_model::{Problem, Wait};
use serde::Serialize;
use std::any::Any;
use utoipa::ToSchema;

/// A problem as `application/problem+json`.
#[derive(Debug, Clone, Copy)]
pub struct ProblemJson(pub Problem);

/// The body of a problem (RFC 9457 §3).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// A short summary, the same for every occurrence.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable code to act on.
    code: &'static str,
}

impl From<Fault> for ProblemJson {
    fn from(fault: Fault) -> Self {
        if let Fault::Store(error) = &fault {
            tracing::error!(%error, "the store failed");
        }
        Self(fault.problem())
    }
}

impl From<Problem> for ProblemJson {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for ProblemJson {
    fn into_response(self) -> Response {
        let code = self.0.code();
        let body = ProblemBody {
            kind: format!("urn:kobling:problem:{code}"),
            title: code.replace('_', " "),
            status: self.0.status(),
            code,
        };
        let status =
            StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Problem::TooMany(wait) = self.0 {
            retry_after(wait, &mut response);
        }
        response
    }
}

/// Sets `Retry-After`, if it is known how long to wait.
pub(crate) fn retry_after(wait: Wait, response: &mut Response) {
    if let Some(seconds) = wait.seconds() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// The response to a cross-origin request.
pub(crate) fn cross_origin(_: tower_http::csrf::ProtectionError) -> Response {
    ProblemJson(Problem::CrossOrigin).into_response()
}

/// The response after a panic in a handler. `replace_bare_errors` turns it into a page for browsers.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    ProblemJson(Problem::Unavailable).into_response()
}
