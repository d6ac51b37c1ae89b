//! What the pages need to know about the installation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use kobling_domain::kernel::localised::Localised;
use kobling_model::Lang;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The origin scheme, assets and frame of this installation's pages. The server constructs it and provides it as
/// context to every page and server function.
#[derive(Clone)]
pub struct Edge {
    /// Whether the origin is https. Determines the names and attributes of cookies.
    pub secure: bool,
    /// Origins that forms may redirect to besides our own: those of the eID providers (CSP `form-action`).
    pub form_action: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// The client-side code.
    pub assets: Assets,
    /// Name of this installation, in the header.
    pub site_name: String,
    /// Address of the accessibility statement, in the footer.
    pub accessibility_statement: Option<Localised>,
    /// What the pages look like.
    pub brands: Arc<Brands>,
    /// In a demo with fictitious people, the bar that every page begins with.
    pub demo: Option<DemoBar>,
}

/// The bar of the demo in a language, as HTML of our own.
pub type DemoBar = Arc<dyn Fn(Lang) -> String + Send + Sync>;

/// The bar of the demo, on the page that is being rendered.
#[derive(Clone)]
pub(crate) struct DemoBarHere(pub String);

/// What the pages look like, for the installation and for organisations.
#[derive(Debug, Default)]
pub struct Brands {
    /// The installation's.
    pub own: Brand,
    /// The brands of organisations, by key. Complete: they contain what they have in common with the installation's.
    pub organisations: BTreeMap<String, Brand>,
    /// The files that they refer to.
    pub files: Vec<BrandFile>,
}

impl Brands {
    /// The brand of an organisation; the installation's, if it has none.
    pub(crate) fn of(&self, organisation: Option<&str>) -> &Brand {
        organisation
            .and_then(|key| self.organisations.get(key))
            .unwrap_or(&self.own)
    }
}

/// What pages look like. Paths come from the server and contain nothing to escape.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// Path of the style sheet that sets the colours; empty for those of the design system.
    pub css: String,
    /// The icon; without it, our own.
    pub favicon: Option<Icon>,
    /// The logo, as HTML; empty for none.
    pub logo: String,
    /// Address of the privacy statement.
    pub privacy: Option<Localised>,
    /// Address where people get help.
    pub support: Option<Localised>,
}

/// The icon of a tab.
#[derive(Debug, Clone)]
pub struct Icon {
    /// Its path.
    pub path: String,
    /// Its media type.
    pub mime: &'static str,
}

/// A file that an operator supplies, or that is made from what the operator sets.
#[derive(Debug, Clone)]
pub struct BrandFile {
    /// Its name below `/assets/`, which contains a digest.
    pub name: String,
    /// Its media type.
    pub mime: &'static str,
    /// Its content security policy, if it has one of its own.
    pub policy: Option<&'static str>,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

/// The application that the problem page leads back to. Provided as context by the server only.
#[derive(Debug, Clone)]
pub struct LeadsBack {
    /// Its name.
    pub client: String,
    /// Its host.
    pub host: String,
    /// Its redirect URI, with the error.
    pub address: String,
}

/// The client-side code. Empty paths are left out of the page, which works without them.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// Path of the JavaScript module.
    pub(crate) js: String,
    /// Path of the WebAssembly module.
    pub(crate) wasm: String,
    /// Path of the style sheet.
    pub(crate) css: String,
    /// Path of the icon, as SVG.
    pub(crate) favicon: String,
    /// Path of the texts of each language, in the order of [`Lang::ALL`].
    words: Vec<String>,
    /// The inline script that starts hydration.
    pub(crate) start: String,
    /// The source expression that allows it (Content Security Policy Level 3 §2.3.1).
    pub(crate) start_hash: String,
}

impl Assets {
    /// With the path of each file of the site, which come from our own build and contain no quotes.
    #[must_use]
    pub fn new(of: impl Fn(&str) -> String) -> Self {
        let (js, wasm) = (of("kobling.js"), of("kobling_bg.wasm"));
        let start = format!(
            "import start, {{ hydrate }} from '{js}';\n\
             const texts = fetch(document.getElementById('texts').href).then(it => it.text());\n\
             await start({{ module_or_path: '{wasm}' }});\nhydrate(await texts);"
        );
        let digest = BASE64.encode(Sha256::digest(&start));
        Self {
            start_hash: format!("'sha256-{digest}'"),
            css: of("kobling.css"),
            favicon: of("favicon.svg"),
            words: Lang::ALL
                .map(|lang| of(&format!("{}.txt", lang.tag())))
                .into(),
            js,
            wasm,
            start,
        }
    }

    /// Path of the texts of a language.
    pub(crate) fn words(&self, lang: Lang) -> &str {
        let at = Lang::ALL.iter().position(|known| *known == lang);
        at.and_then(|at| self.words.get(at))
            .map_or("", String::as_str)
    }

    /// Whether the client-side code was built.
    #[must_use]
    pub fn is_built(&self) -> bool {
        !self.js.is_empty()
    }
}
