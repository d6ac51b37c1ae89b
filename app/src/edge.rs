//! What the server tells the pages about itself.

use std::sync::Arc;

/// How this installation is reached, and what stands around its pages. The server constructs it and provides it as
/// context to every page and server function.
#[derive(Clone)]
pub struct Edge {
    /// Whether people reach this installation over https. Decides the names and attributes of cookies.
    pub secure: bool,
    /// Origins that a form may end at besides our own: those of the eID providers (CSP `form-action`).
    pub form_action: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Where the browser's half is.
    pub assets: Assets,
    /// Name of this installation, in the header.
    pub site_name: String,
    /// Address of the accessibility statement, in the footer.
    pub accessibility_statement: Option<String>,
    /// Whether the installation runs with simulated people.
    pub demo: bool,
}

/// Paths of the files of the browser's half. Empty ones are left out of the page, which works without them.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The JavaScript module.
    pub js: String,
    /// The WebAssembly module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// The icon, as SVG.
    pub favicon: String,
}
