//! Bearer tokens in the `Authorization` header (RFC 6750 §2.1), and the challenge for them.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use kobling_domain::admin::types::Denied;

/// The token, if the request contains exactly one `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (all.next()?, all.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Sets `WWW-Authenticate` in a 401 response (RFC 6750 §3).
pub(crate) fn challenge(denied: &Denied, response: &mut Response) {
    let value = match denied {
        Denied::Missing => "Bearer realm=\"kobling\"",
        Denied::Unknown => "Bearer realm=\"kobling\", error=\"invalid_token\"",
        Denied::NotInUse | Denied::TooMany(_) | Denied::Store(_) => return,
    };
    let value = HeaderValue::from_static(value);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_in_one_header() {
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(
                    header::AUTHORIZATION,
                    HeaderValue::from_str(line).expect("a header"),
                );
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(read(&["bearer  abc "]).as_deref(), Some("abc"));
        for wrong in [
            &[][..],
            &["abc"],
            &["Basic abc"],
            &["Bearer"],
            &["Bearer a", "Bearer b"],
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
