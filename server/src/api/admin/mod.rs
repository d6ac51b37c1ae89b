//! `/api/v1/admin`: what administrators do, by program. Each call shows an administrator's token; without any in
//! configuration there is nothing here.

mod access;
pub(super) mod client;
pub(super) mod provider;
mod refusal;

pub(crate) use access::Admin;
pub(crate) use refusal::{AdminProblem, Refused};

use crate::web::{ProblemJson, State};
use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use kobling_model::Problem;
use utoipa::{
    Modify,
    openapi::{
        OpenApi,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// All calls.
pub(super) fn router() -> Router<State> {
    Router::new()
        .route("/clients", get(client::list).post(client::add))
        .route(
            "/clients/{id}",
            get(client::show)
                .put(client::replace)
                .delete(client::remove),
        )
        .route("/clients/{id}/secret", post(client::new_secret))
        .route("/providers", get(provider::list))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
}

// Even what is not here is told to nobody without the right.
async fn unknown(_: Admin) -> Refused {
    Refused::Problem(Problem::NotFound)
}

async fn wrong_method(_: Admin) -> (StatusCode, ProblemJson) {
    (
        StatusCode::METHOD_NOT_ALLOWED,
        ProblemJson(Problem::BadRequest),
    )
}

/// Tells the OpenAPI document what an administrator's token is.
pub(super) struct AdministratorScheme;

impl Modify for AdministratorScheme {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token from `[[admin.token]]`"))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("administrator", SecurityScheme::Http(scheme));
    }
}
