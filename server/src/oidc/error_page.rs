//! `/oidc/error`: leads the error of an authorization request to a client that registered itself, if the person wants
//! that (RFC 9700 §4.11.2).

use super::parameters::Parameters;
use crate::web::{State, problem_before, problem_page};
use axum::{
    extract::{Request, State as Shared},
    response::Response,
};
use kobling_app::edge::LeadsBack;
use kobling_domain::oidc::grant::{request::error_url, types::AuthorizationRequest};
use kobling_model::Problem;
use url::Url;

/// `GET /oidc/error`. Anybody can make up the query, so the link leads to a registered address only.
pub(crate) async fn show(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let Ok(parameters) = Parameters::parse(query.as_bytes()) else {
        return problem_page(&state, &parts, Problem::BadRequest).await;
    };
    let id = parameters.get("client_id").unwrap_or_default();
    let client = match state.kobling.clients.find(id).await {
        Ok(client) => client,
        Err(fault) => return problem_page(&state, &parts, fault.problem()).await,
    };
    let error = parameters.get("error").filter(|error| {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        error.len() <= 64 && error.bytes().all(known)
    });
    let uri = parameters.owned("redirect_uri");
    let (Some(client), Some(uri), Some(error)) = (client, uri, error) else {
        return problem_page(&state, &parts, Problem::ClientInvalid).await;
    };
    if !client.is_stranger() || !client.redirects_to(&uri) {
        return problem_page(&state, &parts, Problem::ClientInvalid).await;
    }
    let host = Url::parse(&uri)
        .ok()
        .and_then(|url| Some(url.host_str()?.to_owned()));
    let request = AuthorizationRequest {
        client_id: client.id,
        redirect_uri: uri,
        state: parameters.owned("state"),
        ..AuthorizationRequest::default()
    };
    let back = LeadsBack {
        host: host.unwrap_or_else(|| client.name.clone()),
        client: client.name,
        address: error_url(&request, error, &state.kobling.settings().origin),
    };
    problem_before(&state, &parts, Problem::RequestRefused, Some(back)).await
}
