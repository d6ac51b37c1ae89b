//! The way to an eID provider, and the ways back.

use super::{State, go, visitor};
use axum::{
    extract::{Path, Query, Request, State as Shared, rejection::QueryRejection},
    response::Response,
};
use kobling_domain::{Fault, eid::types::Callback};
use kobling_model::{FlowId, Problem, ProviderId};
use serde::Deserialize;

/// Query of [`start`].
#[derive(Deserialize)]
pub(crate) struct Start {
    flow: Option<FlowId>,
}

/// `GET /eid/{provider}/start`: a plain link or GET form, so that no `form-action` stands in the way.
pub(crate) async fn start(
    Shared(state): Shared<State>,
    Path(provider): Path<String>,
    query: Result<Query<Start>, QueryRejection>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let result = match (ProviderId::parse(&provider), query) {
        (Some(provider), Ok(Query(start))) => {
            state
                .kobling
                .eid
                .sign_in(&visitor, &provider, start.flow)
                .await
        }
        _ => Err(Fault::Problem(Problem::NotFound)),
    };
    go(&state, &visitor, result)
}

/// Query of [`callback`]. Whatever else the provider sends is none of our business.
#[derive(Deserialize)]
pub(crate) struct Returned {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /eid/{provider}/callback`.
pub(crate) async fn callback(
    Shared(state): Shared<State>,
    Path(provider): Path<String>,
    query: Result<Query<Returned>, QueryRejection>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let Some(provider) = ProviderId::parse(&provider) else {
        return go(&state, &visitor, Err(Fault::Problem(Problem::NotFound)));
    };
    // A doubled or unreadable parameter is no answer to anything that we asked.
    let callback = query.map_or_else(
        |_| Callback::default(),
        |Query(returned)| Callback {
            state: returned.state,
            code: returned.code,
            iss: returned.iss,
            error: returned.error,
        },
    );
    let result = state
        .kobling
        .eid_callback
        .handle(&visitor, &provider, callback)
        .await;
    go(&state, &visitor, result)
}

/// `GET /eid/{provider}/signed-out`: back from the provider's sign-out.
pub(crate) async fn signed_out(
    Shared(state): Shared<State>,
    query: Result<Query<Returned>, QueryRejection>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let token = query
        .ok()
        .and_then(|Query(returned)| returned.state)
        .unwrap_or_default();
    let result = state.kobling.sign_out.returned(&visitor, &token).await;
    go(&state, &visitor, result)
}
