//! `GET /metrics`, for the collector that presents the token.

use super::{ProblemJson, State, bearer, challenge, visitor};
use axum::{
    extract::State as Shared,
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::{admin::types::Denied, audit::event::AuditEvent, kernel::secret::Digest256};

/// OpenMetrics 1.0, the format that the library writes.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics`
pub(crate) async fn show(Shared(state): Shared<State>, parts: Parts) -> Response {
    let denied = match (&state.metrics.token, bearer(&parts.headers)) {
        (None, _) => Denied::NotInUse,
        (Some(_), None) => Denied::Missing,
        (Some(digest), Some(token)) if *digest == Digest256::of(token) => {
            return match state.metrics.text(&state.kobling).await {
                Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
                Err(problem) => ProblemJson(problem).into_response(),
            };
        }
        (Some(_), Some(_)) => {
            let visitor = visitor(&state, &parts);
            state
                .kobling
                .administration
                .bearer_refused(&visitor, AuditEvent::MetricsRefused)
                .await
        }
    };
    let mut response = ProblemJson(denied.problem()).into_response();
    challenge(&denied, &mut response);
    response
}
