//! HTTP: who asks, what every answer carries, and where everything is.

mod answer;
mod bearer;
mod eid;
mod layer;
mod pages;
mod problem;
mod render;
mod upstream;
mod visitor;

pub use answer::go;
pub(crate) use bearer::{bearer, challenge};
pub(crate) use pages::problem as problem_page;
pub use problem::{ProblemBody, ProblemJson};
pub use render::Renderer;
pub use visitor::visitor;

use crate::{
    api, assets, metrics,
    metrics::Metrics,
    oidc,
    oidc::{ClientKeySets, Signer},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get, post},
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
    /// Keys that applications keep at an address of theirs.
    pub client_keys: Arc<ClientKeySets>,
    /// Renders the pages.
    pub renderer: Renderer,
    /// Whether a proxy in front tells the visitor's address.
    pub behind_proxy: bool,
    /// Whether addresses of applications on this machine may be http: in tests, never in production.
    pub local_http: bool,
    /// Counts.
    pub metrics: Arc<Metrics>,
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
        .route("/metrics", get(metrics::metrics))
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
    match state.kobling.jobs.next_due().await {
        Ok(_) => Ok("ok"),
        Err(error) => {
            tracing::error!(%error, "health");
            Err(ProblemJson(kobling_model::Problem::Unavailable))
        }
    }
}
