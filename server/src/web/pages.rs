//! The pages and the server functions behind them.

use super::{State, visitor};
use axum::{
    body::Body,
    extract::{Request, State as Shared},
    http::{Uri, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::Visitor;
use kobling_model::Problem;
use leptos::prelude::provide_context;

fn context(state: &State, visitor: Visitor) -> impl Fn() + Clone + Send + Sync + 'static {
    let (kobling, edge) = (state.kobling.clone(), state.edge.clone());
    move || {
        provide_context(kobling.clone());
        provide_context(edge.clone());
        provide_context(visitor.clone());
    }
}

/// Every page: rendered whole, with the right status, so that it works without JavaScript.
pub(crate) async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visitor = visitor(&state, &parts);
    render(&state, visitor, Request::from_parts(parts, body)).await
}

/// The page that says what went wrong, with its status, in place of whatever was asked for.
pub(crate) async fn problem(state: &State, parts: &Parts, problem: Problem) -> Response {
    let visitor = visitor(state, parts);
    let mut request = Request::new(Body::empty());
    if let Ok(uri) = kobling_model::route::problem(problem).parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    // The browser's half goes by the address, and would look for another page in this one.
    let mut still = state.clone();
    still.edge.assets.js.clear();
    render(&still, visitor, request).await
}

async fn render(state: &State, visitor: Visitor, request: Request) -> Response {
    let context = context(state, visitor);
    let page = move || async move {
        let render = leptos_axum::render_app_async_with_context(context, kobling_app::shell);
        render(request).await.into_response()
    };
    state.renderer.render(page).await
}

/// `/ui/…`: the server functions.
pub(crate) async fn function(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visitor = visitor(&state, &parts);
    kobling_app::serve(context(&state, visitor), Request::from_parts(parts, body)).await
}
