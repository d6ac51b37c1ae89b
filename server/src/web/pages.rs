//! The pages and their server functions.

use super::{State, visitor};
use axum::{
    body::Body,
    extract::{Request, State as Shared},
    http::{Uri, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_app::edge::LeadsBack;
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

/// Renders a page completely before it responds, so that the status is right and the page works without JavaScript.
pub(crate) async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let context = context(&state, visitor);
    render(&state, context, Request::from_parts(parts, body)).await
}

/// Renders the problem page, with the status of the problem, at the requested address.
pub(crate) async fn problem(state: &State, parts: &Parts, problem: Problem) -> Response {
    problem_before(state, parts, problem, None).await
}

/// The same, with a link to the application that the error is for.
pub(crate) async fn problem_before(
    state: &State,
    parts: &Parts,
    problem: Problem,
    back: Option<LeadsBack>,
) -> Response {
    let visitor = visitor(state, parts);
    let mut request = Request::new(Body::empty());
    if let Ok(uri) = kobling_model::route::problem(problem).parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    // Hydration selects the page by the address, which is not that of the problem page, so it must not run.
    let mut static_page = state.clone();
    static_page.edge.assets.js.clear();
    let context = context(&static_page, visitor);
    let context = move || {
        context();
        if let Some(back) = back.clone() {
            provide_context(back);
        }
    };
    render(state, context, request).await
}

async fn render(
    state: &State,
    context: impl Fn() + Clone + Send + Sync + 'static,
    request: Request,
) -> Response {
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
