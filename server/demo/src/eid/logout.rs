//! Sign-out initiated by the relying party (OpenID Connect RP-Initiated Logout 1.0).

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};

use super::{
    page,
    provider::{Provider, SESSION_COOKIE, Shared},
};
use crate::web::{self, Params};

/// `GET` and `POST /logout`: ends the session, whatever else the request says.
pub(crate) async fn logout(
    State(provider): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let hint = params
        .get("id_token_hint")
        .and_then(|token| provider.keys.read_hint(token))
        .filter(|hint| hint.iss == provider.issuer);
    let now = provider.clock.now();
    {
        let mut memory = provider.memory();
        if let Some(cookie) = jar.get(SESSION_COOKIE) {
            memory.sessions.take(cookie.value(), now);
        }
        if let Some(hint) = &hint {
            memory
                .sessions
                .remove_where(|session| session.sid == hint.sid);
        }
    }
    let jar = jar.remove(Cookie::build((SESSION_COOKIE, "")).path("/"));
    let client_id = params.get("client_id");
    let by_hint = hint.as_ref().map(|hint| hint.aud.as_str());
    // An invalid hint is ignored.
    let vouched = match params.get("id_token_hint") {
        Some(_) => by_hint.filter(|aud| client_id.is_none_or(|id| id == *aud)),
        None => client_id,
    };
    let target = registered(&provider, vouched, params.get("post_logout_redirect_uri"));
    let answer = match (target, params.get("state")) {
        (Some(uri), Some(state)) => web::see_other(&web::with_query(uri, &[("state", state)])),
        (Some(uri), None) => web::see_other(uri),
        (None, _) => page::signed_out(&provider, web::lang(&params, &headers)),
    };
    (jar, answer).into_response()
}

fn registered<'a>(
    provider: &'a Provider,
    client_id: Option<&str>,
    uri: Option<&str>,
) -> Option<&'a str> {
    let client = &provider.client;
    if client_id != Some(client.client_id.as_str()) {
        return None;
    }
    client
        .post_logout_redirect_uris
        .iter()
        .map(url::Url::as_str)
        .find(|known| Some(*known) == uri)
}
