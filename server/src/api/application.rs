//! Third-party applications that the person has given consent to.

use super::SignedIn;
use crate::web::{ProblemBody, ProblemJson, State};
use axum::{
    Json,
    extract::{Path, State as Shared},
    http::StatusCode,
};
use kobling_domain::kernel::localised::Localised;
use serde::Serialize;
use utoipa::ToSchema;

/// An application with the person's consent.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationBody {
    /// Its `client_id`.
    id: String,
    /// Its name.
    name: String,
    /// Whether it receives the name.
    learns_name: bool,
    /// Whether it receives the address.
    learns_email: bool,
    /// When consent was given or extended, in seconds since 1970.
    given_at: i64,
}

/// The applications with consent, the newest first.
#[utoipa::path(get, path = "/applications", tag = "application", responses(
    (status = 200, body = Vec<ApplicationBody>), (status = 401, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
) -> Result<Json<Vec<ApplicationBody>>, ProblemJson> {
    let lang = signed_in.visitor.lang;
    let applications = state
        .kobling
        .consents
        .applications(&signed_in.caller)
        .await?;
    Ok(Json(
        applications
            .into_iter()
            .map(|application| ApplicationBody {
                id: application.client,
                name: Localised::chosen(application.name, lang),
                learns_name: application.learns.name,
                learns_email: application.learns.email,
                given_at: application.given_at.as_seconds(),
            })
            .collect(),
    ))
}

/// Withdraws the consent for an application, and revokes its tokens.
#[utoipa::path(delete, path = "/applications/{id}", tag = "application", params(("id" = String, Path)), responses(
    (status = 204),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn withdraw(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Path(client): Path<String>,
) -> Result<StatusCode, ProblemJson> {
    state
        .kobling
        .consents
        .withdraw(&signed_in.visitor, &client)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
