//! Problems as HTTP: JSON after RFC 9457 for programs, a page of ours for people.

use super::State;
use axum::{
    Json,
    extract::{Request, State as Shared},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kobling_domain::Fault;
use kobling_model::Problem;
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
        response
    }
}

/// A form or call from another site.
pub(crate) fn cross_origin(_: tower_http::csrf::ProtectionError) -> Response {
    ProblemJson(Problem::CrossOrigin).into_response()
}

/// A panic in a handler: the person gets a page, the operator a log line.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    ProblemJson(Problem::Unavailable).into_response()
}

/// What is left of bare refusals (a wrong method, a body too large, a form that cannot be read) becomes a problem too:
/// for a browser that asked for a page, the page that says what to do next; for programs, JSON.
pub(crate) async fn dress(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let wants_page = parts
        .headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let response = next.run(Request::from_parts(parts.clone(), body)).await;
    let status = response.status();
    let is_bare = |kind: &HeaderValue| {
        kind.as_bytes().starts_with(b"text/plain")
            || wants_page && kind.as_bytes().starts_with(b"application/problem+json")
    };
    let refused = status.is_client_error() || status.is_server_error();
    if !refused
        || !response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_none_or(is_bare)
    {
        return response;
    }
    let problem = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        StatusCode::FORBIDDEN => Problem::CrossOrigin,
        StatusCode::UNAUTHORIZED => Problem::NotSignedIn,
        StatusCode::NOT_FOUND => Problem::NotFound,
        status if status.is_server_error() => Problem::Unavailable,
        _ => Problem::BadRequest,
    };
    let mut dressed = if wants_page {
        super::pages::problem(&state, &parts, problem).await
    } else {
        ProblemJson(problem).into_response()
    };
    *dressed.status_mut() = status;
    // What the refusal itself said to the client, such as `Allow` and `WWW-Authenticate`.
    for name in response.headers().keys() {
        let said = name == header::CONTENT_TYPE || name == header::CONTENT_LENGTH;
        if said || dressed.headers().contains_key(name) {
            continue;
        }
        for value in response.headers().get_all(name) {
            dressed.headers_mut().append(name, value.clone());
        }
    }
    dressed
}
