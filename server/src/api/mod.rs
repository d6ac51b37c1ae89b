//! `/api/v1`: the account's own data as JSON, guarded exactly like the pages: by the session cookie, and against other
//! sites.

mod account;
mod admin;
mod application;
mod link;
mod proof;
mod request;
mod session;

use self::admin::AdministratorScheme;
pub(crate) use self::request::{Body, SignedIn, id};
use crate::web::{ProblemJson, State};
use axum::{
    Json, Router,
    http::StatusCode,
    routing::{delete, get, post},
};
use kobling_model::Problem;
use utoipa::OpenApi;

/// The document at `/api/v1/openapi.json`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kobling",
        description = "The account's own data, by the session cookie of a browser that is signed in, from our own pages; and what administrators do, by their token."
    ),
    paths(
        account::show,
        account::change,
        account::change_password,
        link::list,
        link::remove,
        session::left,
        session::stay,
        application::list,
        application::withdraw,
        session::list,
        session::end,
        proof::challenge,
        admin::client::list,
        admin::client::add,
        admin::client::show,
        admin::client::replace,
        admin::client::remove,
        admin::client::new_secret,
        admin::provider::list
    ),
    modifiers(&AdministratorScheme),
    components(schemas(crate::web::ProblemBody))
)]
pub struct ApiDoc;

/// All calls.
pub fn router() -> Router<State> {
    Router::new()
        .route("/openapi.json", get(|| async { Json(ApiDoc::openapi()) }))
        .route("/account", get(account::show).patch(account::change))
        .route("/password", post(account::change_password))
        .route("/links", get(link::list))
        .route("/links/{id}", delete(link::remove))
        .route("/session", get(session::left).post(session::stay))
        .route("/applications", get(application::list))
        .route("/applications/{id}", delete(application::withdraw))
        .route("/sessions", get(session::list))
        .route("/sessions/{id}", delete(session::end))
        .route("/proof-of-work", get(proof::challenge))
        .nest("/admin", admin::router())
        .fallback(|| async { ProblemJson(Problem::NotFound) })
        .method_not_allowed_fallback(|| async {
            (
                StatusCode::METHOD_NOT_ALLOWED,
                ProblemJson(Problem::BadRequest),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE=1 cargo test -p kobling openapi` writes it anew.
    #[test]
    fn the_openapi_document_in_docs_is_the_one_that_is_served() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let mut current = ApiDoc::openapi().to_pretty_json().expect("serialises");
        current.push('\n');
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &current).expect("docs can be written");
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == current,
            "docs/openapi.json is stale: UPDATE=1 cargo test -p kobling openapi"
        );
        assert!(current.contains("\"openapi\": \"3.1"));
    }
}
