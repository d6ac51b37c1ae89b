//! The HTML document that contains a page.

use crate::codec::ELEMENT;
use crate::edge::{Brand, Edge};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use kobling_model::Lang;
use std::fmt::Write;

/// The whole document. `views` is the text from which the browser hydrates the body; without it, the document has no
/// scripts.
pub(crate) fn document(
    edge: &Edge,
    brand: &Brand,
    lang: Lang,
    title: &str,
    body: &str,
    views: Option<&str>,
) -> String {
    let assets = &edge.assets;
    let mut html = String::with_capacity(2_048 + body.len() + views.map_or(0, str::len));
    _ = write!(
        html,
        "<!DOCTYPE html><html lang=\"{}\" data-color-scheme=\"auto\" data-site=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>",
        lang.tag(),
        attribute(&edge.site_name),
        text(title),
    );
    // The paths come from our own build and contain nothing to escape.
    if !assets.css.is_empty() {
        _ = write!(html, "<link rel=\"stylesheet\" href=\"{}\">", assets.css);
    }
    if !brand.css.is_empty() {
        _ = write!(html, "<link rel=\"stylesheet\" href=\"{}\">", brand.css);
    }
    let (icon, mime) = match &brand.favicon {
        Some(icon) => (&icon.path, icon.mime),
        None => (&assets.favicon, "image/svg+xml"),
    };
    if !icon.is_empty() {
        _ = write!(html, "<link rel=\"icon\" type=\"{mime}\" href=\"{icon}\">");
    }
    let views = views.filter(|_| assets.is_built());
    if views.is_some() {
        _ = write!(
            html,
            "<link rel=\"modulepreload\" href=\"{}\"><link rel=\"preload\" href=\"{}\" as=\"fetch\" \
             type=\"application/wasm\" crossorigin=\"anonymous\"><link rel=\"preload\" href=\"{}\" as=\"fetch\" \
             crossorigin=\"anonymous\" id=\"texts\"><script type=\"module\">{}</script>",
            assets.js,
            assets.wasm,
            assets.words(lang),
            assets.start,
        );
    }
    _ = write!(html, "</head><body>{body}");
    if let Some(views) = views {
        // The text contains no `<`, so it cannot end the element.
        _ = write!(
            html,
            "<script type=\"text/plain\" id=\"{ELEMENT}\">{views}</script>"
        );
    }
    html.push_str("</body></html>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::{Assets, Icon};
    use std::sync::Arc;

    #[test]
    fn names_are_escaped_and_a_page_without_views_has_no_script() {
        let edge = Edge {
            secure: true,
            form_action: Arc::new(Vec::new),
            assets: Assets::new(|name| format!("/assets/{name}")),
            site_name: "\"<b>Å</b>".into(),
            accessibility_statement: None,
            brands: Arc::default(),
            demo: None,
        };
        let brand = Brand::default();
        let html = document(
            &edge,
            &brand,
            Lang::Nb,
            "</title>&",
            "<p>ja</p>",
            Some("text"),
        );
        assert!(html.contains("data-site=\"&quot;&lt;b&gt;Å"));
        assert!(html.contains("<title>&lt;/title&gt;&amp;</title>"));
        assert!(html.contains("<p>ja</p><script type=\"text/plain\" id=\"views\">text</script>"));
        let html = document(&edge, &brand, Lang::Nb, "", "", None);
        assert!(!html.contains("<script") && !html.contains(".js"));
        assert!(
            html.contains(
                "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/assets/favicon.svg\">"
            )
        );
        let brand = Brand {
            css: "/assets/brand-1.css".into(),
            favicon: Some(Icon {
                path: "/assets/brand-2.png".into(),
                mime: "image/png",
            }),
            ..Brand::default()
        };
        let html = document(&edge, &brand, Lang::Nb, "", "", None);
        assert!(html.contains(
            "href=\"/assets/kobling.css\"><link rel=\"stylesheet\" href=\"/assets/brand-1.css\">"
        ));
        assert!(
            html.contains("<link rel=\"icon\" type=\"image/png\" href=\"/assets/brand-2.png\">")
        );
        assert!(!html.contains("favicon.svg") && !html.contains(" style="));
    }
}
