//! HTTP code that the three applications share: parameters, pages, redirects and headers.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use axum_extra::extract::cookie::{Cookie, SameSite};
use maud::Markup;
use url::{Url, form_urlencoded};

use crate::{
    DemoError,
    lang::Lang,
    look::{self, Look},
};

/// The maximum size of a request body, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// The parameters of a request: the query of a GET, the form of a POST.
///
/// A parameter without a value is treated as absent (RFC 6749 §3.1).
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(text)
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether any of these parameters is repeated (RFC 6749 §3.1 forbids it).
    pub(crate) fn repeats(&self, names: impl Fn(&str) -> bool) -> bool {
        self.0.iter().enumerate().any(|(index, (name, _))| {
            names(name)
                && self
                    .0
                    .iter()
                    .skip(index + 1)
                    .any(|(other, _)| other == name)
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if request.method() == Method::POST {
            let body = Bytes::from_request(request, state)
                .await
                .map_err(IntoResponse::into_response)?;
            Ok(Self::parse(&body))
        } else {
            Ok(Self::parse(
                request.uri().query().unwrap_or_default().as_bytes(),
            ))
        }
    }
}

/// A page with a policy that allows no scripts.
///
/// `form_action` lists, besides the page's own origin, where its forms may redirect: browsers apply it to
/// every redirect that follows a form post.
pub(crate) fn page(status: StatusCode, form_action: &[String], markup: Markup) -> Response {
    respond(status, form_action, markup, "")
}

/// The same, with the scripts of the page's own origin, which may ask it for more.
pub(crate) fn scripted_page(status: StatusCode, markup: Markup) -> Response {
    let scripts = "script-src 'self'; connect-src 'self'; ";
    respond(status, &[], markup, scripts)
}

fn respond(status: StatusCode, form_action: &[String], markup: Markup, scripts: &str) -> Response {
    let targets = form_action.join(" ");
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; {scripts}\
         form-action 'self' {targets}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = (status, markup).into_response();
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// Redirects the browser with a GET, whatever the method of the request.
pub(crate) fn see_other(location: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// Adds parameters to an address.
pub(crate) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(pairs);
            url.into()
        }
        // Only configured or discovered addresses are passed in, and those are valid.
        Err(_) => address.to_owned(),
    }
}

/// A cookie as set by all of these applications: for the host, not readable by scripts, deleted
/// when the browser closes.
pub(crate) fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// The origin of an `http` or `https` URL, as browsers write it.
///
/// # Errors
/// [`DemoError::Origin`] when the URL is of another scheme or, being a base of routes, has a path.
pub(crate) fn origin(url: &Url, name: &'static str) -> Result<String, DemoError> {
    if matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none() {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(DemoError::Origin { name })
    }
}

/// The language of a page.
pub(crate) fn lang(params: &Params, headers: &HeaderMap) -> Lang {
    Lang::choose(params.get("ui_locales"), headers)
}

/// Whether a page of another origin sent the request. What is no browser names no origin.
pub(crate) fn is_cross_site(headers: &HeaderMap, origin: &str) -> bool {
    let another = |from: &HeaderValue| from.as_bytes() != origin.as_bytes();
    headers.get(header::ORIGIN).is_some_and(another)
        || headers
            .get("sec-fetch-site")
            .is_some_and(|site| site != "same-origin")
}

/// Adds what the applications share: the stylesheet, the icon, a page for unknown addresses, limits
/// and headers.
pub(crate) fn with_common_layers(router: Router, look: Look) -> Router {
    let not_found = async move |headers: HeaderMap, params: Params| {
        let lang = lang(&params, &headers);
        page(StatusCode::NOT_FOUND, &[], look.not_found(lang))
    };
    router
        .route(look::STYLESHEET, get(stylesheet))
        .route(look::ICON, get(icon))
        .route("/favicon.ico", get(icon))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response(with_headers))
}

async fn stylesheet() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        look::CSS,
    )
}

async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], look::ICON_SVG)
}

async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers
            .entry(name)
            .or_insert_with(|| HeaderValue::from_static(value));
    }
    response
}
