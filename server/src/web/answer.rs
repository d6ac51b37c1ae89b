//! The domain's answers as redirects, for the handlers that are no server functions.

use super::State;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use kobling_app::edge::{CLEAR_SITE_DATA, Cookie};
use kobling_domain::{Answer, Change, Fault, Next, Visitor};
use kobling_model::{Problem, route};

/// Sets the cookies and sends the browser on (303, so that whatever it was, the next request is a GET).
#[must_use]
pub fn go(state: &State, visitor: &Visitor, result: Result<Answer, Fault>) -> Response {
    let secure = state.edge.secure;
    let answer = match result {
        Ok(answer) => answer,
        Err(Fault::Problem(Problem::NotSignedIn)) => {
            return Redirect::to(route::LOGIN).into_response();
        }
        Err(fault) => {
            if let Fault::Store(error) = &fault {
                tracing::error!(%error, request = %visitor.request, "the store failed");
            }
            return Redirect::to(&route::problem(fault.problem())).into_response();
        }
    };
    let mut response = match &answer.next {
        Next::Page(to) | Next::Away(to) => Redirect::to(to).into_response(),
    };
    let mut lines = Vec::new();
    if let Some(token) = &answer.browser {
        lines.push(Cookie::Browser.set(secure, token.expose()));
    }
    match &answer.session {
        Change::Keep => {}
        Change::Set(token) => {
            lines.push(Cookie::Session.set(secure, token.expose()));
            if visitor.force_eid_login {
                lines.push(Cookie::SignedOut.clear(secure));
            }
        }
        Change::Clear => {
            lines.push(Cookie::Session.clear(secure));
            lines.push(Cookie::SignedOut.set(secure, "1"));
            let (name, value) = CLEAR_SITE_DATA;
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
    }
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}
