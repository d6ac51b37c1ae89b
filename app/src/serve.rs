//! The way in to the server functions.

use crate::call::{Acted, accepts, accepts_html};
use crate::codec::{OF_SOME_BUILD, Postcard, VIEW_TYPE};
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

/// Answers `/ui/*`: runs the server function with the given context. A form that cannot be read gets an empty response,
/// which the caller replaces by a page; the framework would put the error into the address of the page before it, where
/// anyone can forge it.
pub async fn serve(
    context: impl Fn() + Clone + Send + 'static,
    request: Request<Body>,
) -> Response {
    let is_view = request.uri().path() == View::PATH;
    // Leptos reads any body as what it expects; an image is not a form in which all fields are empty.
    if !is_expected(&request) {
        if is_view && kind(&request).starts_with(OF_SOME_BUILD) {
            return outdated();
        }
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let plain = accepts_html(request.headers());
    let carries = !is_view && accepts(request.headers(), VIEW_TYPE);
    let acted = Acted::default();
    let within = {
        let (context, acted) = (context.clone(), acted.clone());
        move || {
            context();
            provide_context(acted.clone());
        }
    };
    let response = leptos_axum::handle_server_fns_with_context(within, request)
        .await
        .into_response();
    let failed = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    let unknown = !failed && response.status() == StatusCode::BAD_REQUEST;
    if unknown {
        return StatusCode::NOT_FOUND.into_response();
    }
    let unreadable = failed && response.status() == StatusCode::INTERNAL_SERVER_ERROR;
    if failed && (plain || unreadable) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    if carries
        && let Some((visitor, next)) = acted.0.get()
        && let Some((page, query)) = PageQuery::of(next)
    {
        return carry(context, visitor.clone(), page, query, response).await;
    }
    response
}

/// Puts the views of the page that an answer leads to into its body.
async fn carry(
    context: impl Fn(),
    visitor: Visitor,
    page: Page,
    query: PageQuery,
    mut response: Response,
) -> Response {
    // Without the response's options: what the page sets there is for the page's own response.
    let carried = Owner::new()
        .with(|| {
            context();
            provide_context(visitor);
            ScopedFuture::new(async move {
                let shown = view(ViewOf::Page(page), query.clone()).await;
                Carried {
                    page: Some((page, query, shown)),
                    frame: Some(view(ViewOf::Frame, PageQuery::default()).await),
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

/// A form, or what the pages' own code asks with.
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

/// Tells a page of another build, in words that every build reads, to load itself anew.
fn outdated() -> Response {
    let code = format!("\"{}\"", Problem::Outdated.code());
    let kind = [(CONTENT_TYPE, Code::CONTENT_TYPE)];
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, kind, code).into_response()
}
