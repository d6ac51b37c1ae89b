//! eID providers, with the expiry of their credentials.

use super::{Admin, Refused};
use crate::client_metadata::displayed;
use crate::web::{ProblemBody, State};
use axum::{Json, extract::State as Shared};
use kobling_domain::eid::expiry::warning;
use serde::Serialize;
use utoipa::ToSchema;

/// An eID provider.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderBody {
    /// Its short name.
    id: String,
    /// Its display name.
    name: String,
    /// Its issuer.
    issuer: String,
    /// When the secret, key or certificate that we authenticate with expires, in seconds since 1970, if known.
    expires_at: Option<i64>,
    /// Whole days until then; negative if it has expired.
    days_left: Option<i64>,
    /// Whether to register a new one: from 30 days before.
    warning: bool,
}

/// The eID providers, in the order in which they are offered.
#[utoipa::path(get, path = "/providers", tag = "admin::provider", security(("administrator" = [])), responses(
    (status = 200, body = Vec<ProviderBody>),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    Shared(state): Shared<State>,
    _: Admin,
) -> Result<Json<Vec<ProviderBody>>, Refused> {
    let now = state.kobling.ports().clock.now();
    let providers = state.kobling.ports().providers.iter();
    Ok(Json(
        providers
            .map(|provider| {
                let end = provider.expires_at();
                let left = end.map(|end| end.since(now).as_seconds().div_euclid(24 * 60 * 60));
                ProviderBody {
                    id: provider.id().to_string(),
                    name: displayed(provider.name()),
                    issuer: provider.issuer().to_owned(),
                    expires_at: end.map(kobling_model::Timestamp::as_seconds),
                    days_left: left,
                    warning: end.is_some_and(|end| warning(now, end).is_some()),
                }
            })
            .collect(),
    ))
}
