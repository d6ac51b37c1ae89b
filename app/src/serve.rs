//! The way in to the server functions.

use crate::call::accepts_html;
use crate::codec::{OF_SOME_BUILD, Postcard};
use crate::error::Code;
use crate::page::view::View;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use kobling_model::Problem;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use leptos::server_fn::{ContentType, ServerFn};

/// Answers `/ui/*`: runs the server function with the given context. A form that cannot even be read is a bare refusal,
/// which whoever serves this dresses as a page; the framework would put the error into the address of the page before
/// it, where anyone can forge it.
pub async fn serve(
    context: impl Fn() + Clone + Send + 'static,
    request: Request<Body>,
) -> Response {
    // Leptos reads any body as what it expects; an image is not a form in which all fields are empty.
    if !is_expected(&request) {
        if request.uri().path() == View::PATH && kind(&request).starts_with(OF_SOME_BUILD) {
            return outdated();
        }
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let plain = accepts_html(request.headers());
    let response = leptos_axum::handle_server_fns_with_context(context, request)
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
