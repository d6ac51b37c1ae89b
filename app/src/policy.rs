//! The content security policy of the pages.

use crate::edge::Edge;
use http::HeaderValue;

/// The policy of a page. `client` is the origin of the application that a form of the page may redirect to:
/// `form-action` applies to every redirect that follows a form. The only inline script is allowed by its digest.
pub(crate) fn of(edge: &Edge, client: Option<&str>) -> HeaderValue {
    let mut origins = (edge.form_action)();
    origins.extend(client.map(str::to_owned));
    HeaderValue::from_str(&text(&edge.assets.start_hash, &origins))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

fn text(start_hash: &str, form_action: &[String]) -> String {
    let mut origins = String::new();
    for origin in form_action.iter().filter(|origin| is_origin(origin)) {
        origins.push(' ');
        origins.push_str(origin);
    }
    format!(
        "default-src 'none'; script-src 'self' {start_hash} 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self'{origins}"
    )
}

/// Excludes text that could end the directive or extend it to more than one origin.
fn is_origin(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b":/.-[]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_get_into_form_action() {
        let policy = text(
            "'sha256-x'",
            &[
                "https://login.idporten.no".into(),
                "https://x.example; script-src *".into(),
                "*".into(),
            ],
        );
        assert!(policy.ends_with("form-action 'self' https://login.idporten.no"));
        assert!(policy.contains("script-src 'self' 'sha256-x' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline"));
    }
}
