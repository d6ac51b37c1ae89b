//! The endpoint of the server functions.

use crate::call::{ActionResult, accepts, accepts_html};
use crate::codec::{Postcard, VIEW_TYPE, VIEW_TYPE_PREFIX};
use crate::error::Code;
use crate::page::view::{View, view};
use crate::part::view::{Carried, PageQuery, ViewOf};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use kobling_domain::Visitor;
use kobling_model::{Problem, route::Page};
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use leptos::server_fn::{ContentType, Encodes, ServerFn};

/// Answers `/ui/*`: runs the server function with the given context. A form that cannot be parsed gets an empty
/// response, which the caller replaces by a page; the framework would put the error into the address of the previous
/// page, where anyone can forge it.
pub async fn serve(
    context: impl Fn() + Clone + Send + 'static,
    request: Request<Body>,
) -> Response {
    let is_view = request.uri().path() == View::PATH;
    // Leptos ignores the content type, and would parse an image as a form in which all fields are empty.
    if !is_expected(&request) {
        if is_view && kind(&request).starts_with(VIEW_TYPE_PREFIX) {
            return outdated();
        }
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let without_script = accepts_html(request.headers());
    let wants_views = !is_view && accepts(request.headers(), VIEW_TYPE);
    let result = ActionResult::default();
    let with_result = {
        let (context, result) = (context.clone(), result.clone());
        move || {
            context();
            provide_context(result.clone());
        }
    };
    let response = leptos_axum::handle_server_fns_with_context(with_result, request)
        .await
        .into_response();
    let failed = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    let unknown = !failed && response.status() == StatusCode::BAD_REQUEST;
    if unknown {
        return StatusCode::NOT_FOUND.into_response();
    }
    let unreadable = failed && response.status() == StatusCode::INTERNAL_SERVER_ERROR;
    if failed && (without_script || unreadable) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    if wants_views
        && let Some((visitor, next)) = result.0.get()
        && let Some((page, query)) = PageQuery::of(next)
    {
        return add_views(context, visitor.clone(), page, query, response).await;
    }
    response
}

/// Adds the views of the frame and of the page that the response redirects to.
async fn add_views(
    context: impl Fn(),
    visitor: Visitor,
    page: Page,
    query: PageQuery,
    mut response: Response,
) -> Response {
    // Without `ResponseOptions`: what the page sets there is for its own response.
    let carried = Owner::new_root(None)
        .with(|| {
            context();
            provide_context(visitor);
            ScopedFuture::new(async move {
                let shown = view(ViewOf::Page(page), query.clone()).await;
                Carried {
                    page: Some((page, query, shown)),
                    frame: Some(view(ViewOf::Frame, PageQuery::default()).await),
                    ..Carried::default()
                }
            })
        })
        .await;
    if let Ok(body) = Postcard::encode(&carried) {
        let kind = HeaderValue::from_static(VIEW_TYPE);
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    response
}

/// Whether the content type is that of a form, or for `view`, that of this build.
fn is_expected(request: &Request<Body>) -> bool {
    let expected = if request.uri().path() == View::PATH {
        Postcard::CONTENT_TYPE
    } else {
        "application/x-www-form-urlencoded"
    };
    kind(request).eq_ignore_ascii_case(expected)
}

fn kind(request: &Request<Body>) -> &str {
    request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default()
        .trim()
}

/// Answers a page of another build: it reloads itself. The format of a problem is the same in every build.
fn outdated() -> Response {
    let code = format!("\"{}\"", Problem::Outdated.code());
    let kind = [(CONTENT_TYPE, Code::CONTENT_TYPE)];
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, kind, code).into_response()
}
