//! Endpoints that start an eID sign-in and that the eID provider redirects back to.

use super::{State, go, visitor};
use axum::{
    extract::{Path, Query, Request, State as Shared, rejection::QueryRejection},
    response::Response,
};
use kobling_domain::{Fault, eid::types::Callback};
use kobling_model::{FlowId, Problem, ProviderId};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Start {
    flow: Option<FlowId>,
}

/// `GET /eid/{provider}/start`: a link or a GET form, so that the content security policy needs no
/// `form-action` for it.
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

/// Query of [`callback`]. Other parameters are ignored.
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
    // A repeated or malformed parameter is treated as if all were missing: no attempt matches.
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

/// `GET /eid/{provider}/signed-out`: the redirect after the provider's sign-out.
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
