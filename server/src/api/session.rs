//! Sessions.

use super::{SignedIn, id};
use crate::web::{ProblemBody, ProblemJson, State};
use axum::{
    Json,
    extract::{Path, State as Shared},
    http::{StatusCode, request::Parts},
};
use kobling_domain::kernel::localised::Localised;
use kobling_model::{Problem, time::Span};
use serde::Serialize;
use utoipa::ToSchema;

/// A session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// The session's id.
    id: String,
    /// Whether it is the session of this request.
    current: bool,
    /// Browser and system.
    device: String,
    /// The eID provider of the sign-in; null for a password.
    provider: Option<String>,
    /// When it began, in seconds since 1970.
    created_at: i64,
    /// When it was last used, to the minute.
    last_seen_at: i64,
}

/// The account's sessions, this one first.
#[utoipa::path(get, path = "/sessions", tag = "session", responses(
    (status = 200, body = Vec<SessionBody>), (status = 401, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
) -> Result<Json<Vec<SessionBody>>, ProblemJson> {
    let lang = signed_in.visitor.lang;
    let sessions = state.kobling.profile.sessions(&signed_in.caller).await?;
    Ok(Json(
        sessions
            .into_iter()
            .map(|session| SessionBody {
                id: session.id.to_string(),
                current: session.current,
                device: session.device,
                provider: session.provider.map(|name| Localised::chosen(name, lang)),
                created_at: session.created_at.as_seconds(),
                last_seen_at: session.last_seen_at.as_seconds(),
            })
            .collect(),
    ))
}

/// Ends one of the account's sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "session", params(("id" = String, Path)), responses(
    (status = 204),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn end(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Path(session): Path<String>,
) -> Result<StatusCode, ProblemJson> {
    state
        .kobling
        .sessions
        .end_one(&signed_in.visitor, id(&session)?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Seconds until the session ends if it is not used, as plain text. This call does not count as use.
#[utoipa::path(get, path = "/session", tag = "session", responses(
    (status = 200, body = i64, content_type = "text/plain"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn left(
    Shared(state): Shared<State>,
    parts: Parts,
) -> Result<String, ProblemJson> {
    let visitor = crate::web::visitor(&state, &parts);
    seconds(state.kobling.sessions.time_left(&visitor).await?)
}

/// Uses the session, and returns the seconds until it ends, as plain text.
#[utoipa::path(post, path = "/session", tag = "session", responses(
    (status = 200, body = i64, content_type = "text/plain"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn stay(
    Shared(state): Shared<State>,
    parts: Parts,
) -> Result<String, ProblemJson> {
    let visitor = crate::web::visitor(&state, &parts);
    seconds(state.kobling.sessions.stay(&visitor).await?)
}

fn seconds(left: Option<Span>) -> Result<String, ProblemJson> {
    left.map(|left| left.as_seconds().to_string())
        .ok_or(ProblemJson(Problem::NotSignedIn))
}
