//! `/api/v1`: the account's data as JSON, protected as the pages are: by the session cookie, and against cross-site
//! requests. Below `/admin` an administrator's token takes the place of the session.

mod account;
mod admin;
mod application;
mod link;
mod proof;
mod request;
mod session;

pub(crate) use self::request::{Body, SignedIn, id};
use crate::web::{ProblemJson, State};
use axum::{Json, Router, http::StatusCode, routing::get};
use kobling_model::Problem;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The path of the API.
pub(crate) const PATH: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(info(
    title = "Kobling",
    description = "The account's own data, with the session cookie, for same-origin requests; and administration, with an administrator's token."
))]
struct ApiDoc;

/// The routes below [`PATH`], and the document that describes them.
fn routes() -> (Router<State>, utoipa::openapi::OpenApi) {
    let (router, document) = OpenApiRouter::new()
        .routes(routes!(account::show, account::change))
        .routes(routes!(account::change_password))
        .routes(routes!(link::list))
        .routes(routes!(link::remove))
        .routes(routes!(session::left, session::stay))
        .routes(routes!(application::list))
        .routes(routes!(application::withdraw))
        .routes(routes!(session::list))
        .routes(routes!(session::end))
        .routes(routes!(proof::challenge))
        .nest("/admin", admin::router())
        .split_for_parts();
    (router, ApiDoc::openapi().nest(PATH, document))
}

/// The routes below [`PATH`], with the document at `/openapi.json`.
pub fn router() -> Router<State> {
    let (router, document) = routes();
    router
        .route("/openapi.json", get(Json(document)))
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
        let mut current = routes().1.to_pretty_json().expect("serialises");
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
