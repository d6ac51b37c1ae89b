//! The HTML document that contains a page.

use crate::codec::ELEMENT;
use crate::edge::Edge;
use kobling_model::Lang;
use leptos::prelude::*;

/// The whole document. `views` is the text from which the browser hydrates the body; without it, the document has no
/// scripts.
pub(crate) fn document(
    edge: &Edge,
    lang: Lang,
    title: String,
    mut body: String,
    views: Option<String>,
) -> String {
    let assets = &edge.assets;
    let scripts = views.filter(|_| !assets.js.is_empty()).map(|views| {
        // The text contains no `<`, so it cannot end the element.
        body.push_str(r#"<script type="text/plain" id=""#);
        body.push_str(ELEMENT);
        body.push_str(r#"">"#);
        body.push_str(&views);
        body.push_str("</script>");
        view! {
            <link rel="modulepreload" href=assets.js.clone()/>
            <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" inner_html=assets.start.clone()></script>
        }
    });
    let given = |path: &String| (!path.is_empty()).then(|| path.clone());
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag() data-color-scheme="auto" data-site=edge.site_name.clone()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                {given(&assets.css).map(|css| view! { <link rel="stylesheet" href=css/> })}
                {given(&assets.favicon).map(|icon| view! { <link rel="icon" type="image/svg+xml" href=icon/> })}
                {scripts}
            </head>
            <body inner_html=body></body>
        </html>
    }
    .to_html()
}
