//! The content security policy of the pages.

use crate::edge::Edge;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Sets the policy of the page that is being rendered. `client` is the origin of the application that a form of this
/// page may redirect to: `form-action` applies to every redirect that follows a form.
pub(crate) fn set(client: Option<&str>) {
    let (Some(edge), Some(response), Some(nonce)) = (
        use_context::<Edge>(),
        use_context::<ResponseOptions>(),
        use_nonce(),
    ) else {
        return;
    };
    let mut origins = (edge.form_action)();
    origins.extend(client.map(str::to_owned));
    if let Ok(value) = HeaderValue::from_str(&text(&nonce.to_string(), &origins)) {
        response.insert_header(CONTENT_SECURITY_POLICY, value);
    }
}

fn text(nonce: &str, form_action: &[String]) -> String {
    let mut origins = String::new();
    for origin in form_action.iter().filter(|origin| is_origin(origin)) {
        origins.push(' ');
        origins.push_str(origin);
    }
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'{origins}"
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
            "n",
            &[
                "https://login.idporten.no".into(),
                "https://x.example; script-src *".into(),
                "*".into(),
            ],
        );
        assert!(policy.ends_with("form-action 'self' https://login.idporten.no"));
        assert!(policy.contains("script-src 'self' 'nonce-n' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline"));
    }
}
