//! What every server function does around its one call of the domain: it identifies the visitor, sets the cookies and
//! redirects.

use crate::cookie;
use crate::edge::Edge;
use crate::error::UiError;
use http::header::{ACCEPT, RETRY_AFTER, SET_COOKIE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use kobling_domain::{Answer, Fault, Kobling, Next, Visitor};
use kobling_model::{Problem, route};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

/// The result of [`act`]: the visitor with the cookies that the answer sets, and the redirect.
#[derive(Clone, Default)]
pub(crate) struct ActionResult(pub Arc<OnceLock<(Visitor, Next)>>);

/// Fetches a view from the domain.
pub(crate) async fn see<V, F>(
    call: impl FnOnce(Arc<Kobling>, Visitor, Edge) -> F,
) -> Result<V, UiError>
where
    F: Future<Output = Result<V, Fault>>,
{
    let (kobling, visitor) = caller()?;
    let edge = use_context().ok_or(UiError(Problem::Unavailable))?;
    let request = visitor.request.clone();
    call(kobling, visitor, edge).await.map_err(|fault| {
        let problem = problem_of(&fault, &request);
        set_status(problem);
        UiError(problem)
    })
}

/// Performs the action of a form, and redirects as the domain answers.
pub(crate) async fn act<F>(call: impl FnOnce(Arc<Kobling>, Visitor) -> F) -> Result<(), UiError>
where
    F: Future<Output = Result<Answer, Fault>>,
{
    let (kobling, visitor) = caller()?;
    match call(kobling, visitor.clone()).await {
        Ok(answer) => {
            if let Some(response) = use_context::<ResponseOptions>() {
                for (name, value) in &cookie::headers(&answer, &visitor, is_secure()) {
                    response.append_header(name.clone(), value.clone());
                }
            }
            go(&answer.next.address());
            if let Some(result) = use_context::<ActionResult>() {
                _ = result.0.set((answer.visitor_after(visitor), answer.next));
            }
            Ok(())
        }
        Err(fault) => refuse(problem_of(&fault, &visitor.request)),
    }
}

/// Parses an id. A malformed one belongs to no flow.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse()
        .map_err(|_| Fault::Problem(Problem::FlowExpired))
}

/// Parses an optional id; an empty one is absent.
pub(crate) fn id_if_any<T: FromStr>(text: &str) -> Result<Option<T>, Fault> {
    match text {
        "" => Ok(None),
        text => id(text).map(Some),
    }
}

/// Redirects to an address.
pub(crate) fn go(to: &str) {
    // Leptos panics if a header cannot hold the address.
    if HeaderValue::from_str(to).is_ok() {
        leptos_axum::redirect(to);
    } else {
        leptos_axum::redirect(&route::problem(Problem::Unavailable));
    }
    // Never a status with which a browser resends the form, with the password in it (RFC 9700 §4.12).
    if is_without_script()
        && let Some(response) = use_context::<ResponseOptions>()
    {
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// Adds a cookie to the response.
pub(crate) fn set_cookie(line: &str) {
    if let (Some(response), Ok(value)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(line),
    ) {
        response.append_header(SET_COOKIE, value);
    }
}

/// Sets the status of the response to that of a problem, and says how long to wait if the problem does.
pub(crate) fn set_status(problem: Problem) {
    if let (Some(response), Ok(status)) = (
        use_context::<ResponseOptions>(),
        StatusCode::from_u16(problem.status()),
    ) {
        response.set_status(status);
        if let Problem::TooMany(wait) = problem
            && let Some(seconds) = wait.seconds()
        {
            response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

/// Whether cookies are for https only.
pub(crate) fn is_secure() -> bool {
    use_context::<Edge>().is_some_and(|edge| edge.secure)
}

fn caller() -> Result<(Arc<Kobling>, Visitor), UiError> {
    match (use_context(), use_context()) {
        (Some(kobling), Some(visitor)) => Ok((kobling, visitor)),
        _ => Err(UiError(Problem::Unavailable)),
    }
}

/// The problem of a fault; a failure of the store is logged.
pub(crate) fn problem_of(fault: &Fault, request: &str) -> Problem {
    if let Fault::Store(error) = fault {
        tracing::error!(request, %error, "the store failed");
    }
    fault.problem()
}

/// Whether the request is a navigation or a form submitted without JavaScript.
fn is_without_script() -> bool {
    use_context::<Parts>().is_some_and(|parts| accepts_html(&parts.headers))
}

/// Whether the client accepts a page.
pub(crate) fn accepts_html(headers: &http::HeaderMap) -> bool {
    accepts(headers, "text/html")
}

/// Whether the request accepts the media type `kind` by name.
pub(crate) fn accepts(headers: &http::HeaderMap, kind: &str) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains(kind))
}

/// Answers with a problem that is not stored on a flow. If a retry can succeed, a page with JavaScript keeps its form.
fn refuse(problem: Problem) -> Result<(), UiError> {
    let retry = matches!(
        problem,
        Problem::TooMany(_) | Problem::Busy | Problem::Unavailable
    );
    if problem == Problem::NotSignedIn {
        go(route::LOGIN.path());
    } else if retry && !is_without_script() {
        set_status(problem);
        return Err(UiError(problem));
    } else {
        go(&route::problem(problem));
    }
    Ok(())
}
