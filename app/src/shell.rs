//! The HTML document that contains the pages.

use crate::app::App;
use crate::edge::Edge;
use crate::policy;
use kobling_domain::Visitor;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The whole document, with its content security policy. Requires [`Edge`] and `Visitor` in the context.
pub fn shell() -> impl IntoView {
    policy::set(None);
    let lang = use_context::<Visitor>().map(|visitor| visitor.lang);
    let (assets, site) = use_context::<Edge>()
        .map(|edge| (edge.assets, edge.site_name))
        .unwrap_or_default();
    // The names come from our own build and contain no quotes.
    let start = format!(
        "import start, {{ hydrate }} from '{}';\nawait start({{ module_or_path: '{}' }});\nhydrate();",
        assets.js, assets.wasm
    );
    let scripts = (!assets.js.is_empty()).then(|| {
        view! {
            <link rel="modulepreload" href=assets.js.clone()/>
            <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=use_nonce() inner_html=start></script>
        }
    });
    let given = |path: &String| (!path.is_empty()).then(|| path.clone());
    view! {
        <!DOCTYPE html>
        <html lang=lang.unwrap_or_default().tag() data-color-scheme="auto" data-site=site>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {given(&assets.css).map(|css| view! { <link rel="stylesheet" href=css/> })}
                {given(&assets.favicon).map(|icon| view! { <link rel="icon" type="image/svg+xml" href=icon/> })}
                {scripts}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
