//! `/gallery`: every page in every state, for accessibility testers. Only in the demo.

use super::{State, visitor};
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State as Shared},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use kobling_app::gallery::Entry;
use kobling_domain::Visitor;
use kobling_model::Lang;
use serde::Deserialize;

/// The routes.
pub(super) fn router() -> Router<State> {
    Router::new()
        .route("/gallery", get(list))
        .route("/gallery.json", get(json))
        .route("/gallery/{state}", get(show))
}

#[derive(Deserialize)]
struct Wants {
    lang: Option<String>,
}

async fn entries(state: &State) -> Vec<Entry> {
    state.renderer.gallery(&Visitor::default()).await
}

async fn list(Shared(state): Shared<State>) -> Response {
    state.renderer.gallery_list(&entries(&state).await)
}

async fn json(Shared(state): Shared<State>) -> Json<Vec<Entry>> {
    Json(entries(&state).await)
}

async fn show(
    Shared(state): Shared<State>,
    Path(name): Path<String>,
    Query(wants): Query<Wants>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let lang = wants.lang.as_deref().and_then(Lang::from_tag);
    let visitor = Visitor {
        lang: lang.unwrap_or(visitor.lang),
        ..visitor
    };
    match state.renderer.gallery_state(&visitor, &name).await {
        Some(page) => page,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
