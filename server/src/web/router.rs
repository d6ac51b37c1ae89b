//! The routes and middleware of the server.

use super::{ProblemJson, State, eid, error_page, layer, metrics, pages, problem, upstream};
use crate::{api, assets, oidc};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State as Shared},
    middleware,
    routing::{any, get, post},
};
use kobling_model::Problem;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

/// The router with all routes and middleware.
pub fn router(state: State) -> Router {
    // Only forms and the API are protected against cross-origin requests. Endpoints that clients call accept them.
    let own = Router::new()
        .route("/ui/{*function}", any(pages::function))
        .nest(api::PATH, api::router())
        .layer(CsrfLayer::new().with_rejection_response(problem::cross_origin))
        .route("/eid/{provider}/start", get(eid::start))
        .route("/eid/{provider}/callback", get(eid::callback))
        .route("/eid/{provider}/signed-out", get(eid::signed_out))
        .route(
            "/eid/{provider}/frontchannel-logout",
            get(upstream::front_channel),
        )
        .route(
            "/eid/{provider}/backchannel-logout",
            post(upstream::back_channel),
        );
    let pages = Router::new().fallback(get(pages::page));
    #[cfg(feature = "demo")]
    let pages = if state.edge.demo.is_some() {
        pages.merge(super::gallery::router())
    } else {
        pages
    };
    #[cfg(feature = "demo")]
    let pages = match crate::watch::watched() {
        Some(watched) => pages.nest_service(
            &watched.path,
            tower_http::services::ServeDir::new(watched.folder),
        ),
        None => pages,
    };
    Router::new()
        .merge(own)
        .merge(oidc::router())
        .route("/assets/{name}", get(assets::serve))
        .route("/health", get(ready))
        .route("/health/ready", get(ready))
        .route("/health/live", get(live))
        .route("/metrics", get(metrics::show))
        .merge(pages)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(
            state.clone(),
            layer::drain_body,
        ))
        .layer(middleware::from_fn(layer::refuse_nul))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            error_page::replace_bare_errors,
        ))
        // Rendering the error page may panic as well.
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            layer::request_layer,
        ))
        .with_state(state)
}

/// The process can do its work.
async fn ready(Shared(state): Shared<State>) -> Result<&'static str, ProblemJson> {
    if state.health.is_ready(&state.kobling).await {
        Ok("ok")
    } else {
        Err(ProblemJson(Problem::Unavailable))
    }
}

/// The process answers.
async fn live() -> &'static str {
    "ok"
}
