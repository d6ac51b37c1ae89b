//! Replaces error responses of the framework, which have no body or plain text.

use super::{ProblemJson, State, pages};
use axum::{
    extract::{Request, State as Shared},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kobling_model::{Problem, Wait};

/// Replaces error responses without a page or JSON (a wrong method, a body too large, a malformed form) by a problem:
/// the problem page if the request accepts HTML, JSON otherwise.
pub(crate) async fn replace_bare_errors(
    Shared(state): Shared<State>,
    request: Request,
    next: Next,
) -> Response {
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
        StatusCode::TOO_MANY_REQUESTS => Problem::TooMany(Wait::UNKNOWN),
        status if status.is_server_error() => Problem::Unavailable,
        _ => Problem::BadRequest,
    };
    let mut replaced = if wants_page {
        pages::problem(&state, &parts, problem).await
    } else {
        ProblemJson(problem).into_response()
    };
    *replaced.status_mut() = status;
    // Keeps the headers of the original response, such as `Allow` and `WWW-Authenticate`.
    for name in response.headers().keys() {
        let of_body = name == header::CONTENT_TYPE || name == header::CONTENT_LENGTH;
        if of_body || replaced.headers().contains_key(name) {
            continue;
        }
        for value in response.headers().get_all(name) {
            replaced.headers_mut().append(name, value.clone());
        }
    }
    replaced
}
