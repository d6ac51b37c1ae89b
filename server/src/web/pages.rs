//! The pages and their server functions.

use super::{State, visitor};
use axum::{
    extract::{Request, State as Shared},
    http::request::Parts,
    response::Response,
};
use kobling_app::edge::LeadsBack;
use kobling_domain::kernel::localised::Localised;
use kobling_model::Problem;
use leptos::prelude::provide_context;

/// A page, completely rendered before it responds, so that the status is right and the page works without JavaScript.
pub(crate) async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let renderer = &state.renderer;
    renderer.page(&visitor, &parts.uri, &parts.headers).await
}

/// The problem page, with the status of the problem, at the requested address.
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
    let back = back.map(|mut back| {
        Localised::choose(&mut back.client, visitor.lang);
        Localised::choose(&mut back.host, visitor.lang);
        back
    });
    state.renderer.problem(&visitor, problem, back).await
}

/// `/ui/…`: the server functions.
pub(crate) async fn function(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let (kobling, edge) = (state.kobling.clone(), state.edge.clone());
    let context = move || {
        provide_context(kobling.clone());
        provide_context(edge.clone());
        provide_context(visitor.clone());
    };
    kobling_app::serve(context, Request::from_parts(parts, body)).await
}
