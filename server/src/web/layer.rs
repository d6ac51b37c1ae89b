//! What surrounds every request: an id, a log line, and the headers that every answer carries.

use super::{State, visitor::RequestId};
use axum::{
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use std::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id, logs it without its query (which may hold a ticket), and sets the headers.
pub(crate) async fn around(
    Shared(state): Shared<State>,
    mut request: Request,
    next: Next,
) -> Response {
    let bytes = state.kobling.ports().entropy.bytes();
    let id: String = bytes[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", id = %id);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span).await;
    let quiet = path == "/health" || path.starts_with("/assets/");
    let (status, milliseconds) = (
        response.status().as_u16(),
        began.elapsed().as_secs_f64() * 1_000.0,
    );
    if quiet {
        tracing::debug!(request = %id, %method, path, status, milliseconds, "answered");
    } else {
        tracing::info!(request = %id, %method, path, status, milliseconds, "answered");
    }
    dress(&state, response.headers_mut(), &method, &path);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn dress(state: &State, headers: &mut HeaderMap, method: &Method, path: &str) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if state.edge.secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        );
    }
    // Pages and API answers are about one person at one moment.
    if !headers.contains_key(header::CACHE_CONTROL)
        && (method != Method::GET || !path.starts_with("/assets/"))
    {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
