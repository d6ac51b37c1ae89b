//! The client-side code, embedded in the binary and compressed at build time.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_app::edge::Assets;

/// One file of the site: uncompressed, with Brotli, and with gzip.
pub struct Asset {
    name: &'static str,
    path: &'static str,
    mime: &'static str,
    etag: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Paths of the client-side code. They are empty if the site was not built.
#[must_use]
pub fn paths() -> Assets {
    Assets::new(path)
}

/// Path of a file of the site; empty if the site was not built.
pub(crate) fn path(name: &str) -> String {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map(|asset| asset.path.to_owned())
        .unwrap_or_default()
}

/// `GET /assets/{name}`. The name contains a digest of the content, so browsers can cache it indefinitely.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS
        .iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(name.as_str()))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let common = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, asset.etag),
        (header::VARY, "accept-encoding"),
    ];
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    if text(header::IF_NONE_MATCH) == asset.etag {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let accepts = |coding: &str| {
        text(header::ACCEPT_ENCODING)
            .split(',')
            .any(|c| c.trim() == coding)
    };
    let (bytes, coding) = if accepts("br") {
        (asset.brotli, Some("br"))
    } else if accepts("gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    };
    let mut response = (common, [(header::CONTENT_TYPE, asset.mime)], bytes).into_response();
    if let Some(coding) = coding {
        response.headers_mut().insert(
            header::CONTENT_ENCODING,
            header::HeaderValue::from_static(coding),
        );
    }
    response
}
