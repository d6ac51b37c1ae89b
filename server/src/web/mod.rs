//! HTTP: who asks, what every answer carries, and where everything is.

mod answer;
mod eid;
mod layer;
mod pages;
mod problem;
mod render;
mod visitor;

pub use answer::go;
pub(crate) use pages::problem as problem_page;
pub use problem::{ProblemBody, ProblemJson};
pub use render::Renderer;
pub use visitor::visitor;

use crate::{api, assets, oidc, oidc::Signer};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get},
};
use kobling_app::edge::Edge;
use kobling_domain::Kobling;
use std::sync::Arc;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

/// The largest body that anybody needs to send here, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// What handlers share.
#[derive(Clone)]
pub struct State {
    /// The domain.
    pub kobling: Arc<Kobling>,
    /// What pages know of the installation.
    pub edge: Edge,
    /// Signs ID tokens.
    pub signer: Arc<Signer>,
    /// Renders the pages.
    pub renderer: Renderer,
    /// Whether a proxy in front tells the visitor's address.
    pub behind_proxy: bool,
}

/// Everything the server answers.
pub fn router(state: State) -> Router {
    // Forms and the API are ours alone. What clients call has its own rules and stands outside of this.
    let own = Router::new()
        .route("/ui/{*function}", any(pages::function))
        .nest("/api/v1", api::router())
        .layer(CsrfLayer::new().with_rejection_response(problem::cross_origin))
        .route("/eid/{provider}/start", get(eid::start))
        .route("/eid/{provider}/callback", get(eid::callback))
        .route("/eid/{provider}/signed-out", get(eid::signed_out));
    let pages = Router::new().fallback(get(pages::page));
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
        .route("/health", get(health))
        .merge(pages)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(layer::hear_out))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            problem::dress,
        ))
        // Should the page that says so panic as well.
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), layer::around))
        .with_state(state)
}

async fn health(
    axum::extract::State(state): axum::extract::State<State>,
) -> Result<&'static str, ProblemJson> {
    match state.kobling.next_due().await {
        Ok(_) => Ok("ok"),
        Err(error) => {
            tracing::error!(%error, "health");
            Err(ProblemJson(kobling_model::Problem::Unavailable))
        }
    }
}
