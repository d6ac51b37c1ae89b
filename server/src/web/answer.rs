//! Turns the domain's answers into redirects, for handlers other than server functions.

use super::State;
use axum::response::{IntoResponse, Redirect, Response};
use kobling_app::cookie;
use kobling_domain::{Answer, Fault, Visitor};
use kobling_model::{Problem, route};

/// Sets the cookies and redirects (303, so that the next request is a GET whatever this one was).
#[must_use]
pub fn go(state: &State, visitor: &Visitor, result: Result<Answer, Fault>) -> Response {
    let answer = match result {
        Ok(answer) => answer,
        Err(Fault::Problem(Problem::NotSignedIn)) => {
            return Redirect::to(route::LOGIN.path()).into_response();
        }
        Err(fault) => {
            if let Fault::Store(error) = &fault {
                tracing::error!(%error, request = %visitor.request, "the store failed");
            }
            return Redirect::to(&route::problem(fault.problem())).into_response();
        }
    };
    let mut response = Redirect::to(&answer.next.address()).into_response();
    let headers = cookie::headers(&answer, visitor, state.edge.secure);
    response.headers_mut().extend(headers);
    response
}
