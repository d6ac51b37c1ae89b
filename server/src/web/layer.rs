//! Middleware for every request: its id, its log line, and the response headers.

use super::{State, visitor::RequestId};
use axum::{
    body::{Body, HttpBody},
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{future::poll_fn, pin::Pin, time::Instant};
use tokio::time::timeout;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The maximum size of a request body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// The answer to 503 also says when to try again, in seconds.
const RETRY_AFTER: &str = "5";
/// How much of a body that is too large is read and discarded, in bytes.
const MAX_DRAINED: usize = 4 * 1024 * 1024;

/// Passes a request on once its whole body has arrived, or refuses it as too large. A response to a client that is
/// still sending requires closing the connection, and browsers then often show a connection error instead of the
/// response.
pub(crate) async fn drain_body(
    Shared(state): Shared<State>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    match timeout(state.body_deadline, read(body)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, body)).await,
        Ok(Err(status)) => status.into_response(),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response(),
    }
}

/// The whole body, or the status that refuses it.
async fn read(mut body: Body) -> Result<Body, StatusCode> {
    let (mut kept, mut length) = (Vec::new(), 0);
    while length <= MAX_DRAINED {
        match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            Some(Ok(frame)) => {
                let data = frame.into_data().unwrap_or_default();
                length += data.len();
                if length <= MAX_BODY {
                    kept.extend_from_slice(&data);
                }
            }
            Some(Err(_)) => return Err(StatusCode::BAD_REQUEST),
            None => break,
        }
    }
    if length > MAX_BODY {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    Ok(Body::from(kept))
}

/// Refuses an address with a NUL in its path or query: nothing valid contains one, and PostgreSQL cannot store it.
pub(crate) async fn refuse_nul(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or("", |it| it.as_str());
    if address.contains("%00") {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}

/// Assigns the request id, logs the request without its query (which may contain a ticket), and sets the headers.
pub(crate) async fn request_layer(
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
    state.metrics.answered(response.status());
    let quiet = path == "/health" || path.starts_with("/health/") || path.starts_with("/assets/");
    let (status, milliseconds) = (
        response.status().as_u16(),
        began.elapsed().as_secs_f64() * 1_000.0,
    );
    if quiet {
        tracing::debug!(request = %id, %method, path, status, milliseconds, "answered");
    } else {
        tracing::info!(request = %id, %method, path, status, milliseconds, "answered");
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
    }
    let framed_by = response.extensions_mut().remove::<FramedBy>();
    set_headers(
        &state,
        response.headers_mut(),
        (&method, &path),
        framed_by.as_ref(),
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Origins whose pages may frame this response. Without it, framing is forbidden.
#[derive(Clone)]
pub(crate) struct FramedBy(pub Vec<String>);

fn set_headers(
    state: &State,
    headers: &mut HeaderMap,
    (method, path): (&Method, &str),
    framed_by: Option<&FramedBy>,
) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
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
    let ancestors = framed_by.map_or_else(String::new, |FramedBy(origins)| origins.join(" "));
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    match HeaderValue::from_str(&policy) {
        Ok(policy) if !ancestors.is_empty() => {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        _ => {
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
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
    // Pages and API responses contain personal data.
    if !headers.contains_key(header::CACHE_CONTROL)
        && (method != Method::GET || !path.starts_with("/assets/"))
    {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
