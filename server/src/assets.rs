//! The client-side code, embedded in the binary and compressed at build time, and the operator's images.

use crate::web::State;
use axum::{
    extract::{Path, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_app::edge::{Assets, BrandFile};

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

/// The name of a file changes with its content.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A file that the operator has supplied or determined. An SVG can be opened by its address, and so has a policy.
fn of_brand(file: &BrandFile) -> Response {
    let headers = [
        (header::CACHE_CONTROL, FOREVER),
        (header::CONTENT_TYPE, file.mime),
    ];
    let policy = file
        .policy
        .map(|policy| [(header::CONTENT_SECURITY_POLICY, policy)]);
    (headers, policy, file.bytes.to_vec()).into_response()
}

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
pub async fn serve(
    Shared(state): Shared<State>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(file) = state
        .edge
        .brands
        .files
        .iter()
        .find(|file| file.name == name)
    {
        return of_brand(file);
    }
    let Some(asset) = ASSETS
        .iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(name.as_str()))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let common = [
        (header::CACHE_CONTROL, FOREVER),
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
