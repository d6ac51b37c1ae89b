//! `/api/v1/admin`: administration. Every call requires an administrator's token. If the configuration has none, every
//! answer is 404.

mod access;
mod client;
mod provider;
mod refusal;

pub(crate) use access::Admin;
pub(crate) use refusal::{AdminProblem, Refused};

use crate::web::{ProblemJson, State};
use axum::http::StatusCode;
use kobling_model::Problem;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::{router::OpenApiRouter, routes};

/// All routes.
pub(super) fn router() -> OpenApiRouter<State> {
    let (router, mut document) = OpenApiRouter::new()
        .routes(routes!(client::list, client::add))
        .routes(routes!(client::show, client::replace, client::remove))
        .routes(routes!(client::new_secret))
        .routes(routes!(provider::list))
        .fallback(unknown)
        .split_for_parts();
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token from `[[admin.token]]`"))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("administrator", SecurityScheme::Http(scheme));
    let mut routes = OpenApiRouter::from(router.method_not_allowed_fallback(wrong_method));
    *routes.get_openapi_mut() = document;
    routes
}

// An unknown path or method is revealed only to administrators.
async fn unknown(_: Admin) -> Refused {
    Refused::Problem(Problem::NotFound)
}

async fn wrong_method(_: Admin) -> (StatusCode, ProblemJson) {
    (
        StatusCode::METHOD_NOT_ALLOWED,
        ProblemJson(Problem::BadRequest),
    )
}
