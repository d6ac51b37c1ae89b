//! What the pages need to know about the installation.

use std::sync::Arc;

/// The origin scheme, assets and frame of this installation's pages. The server constructs it and provides it as
/// context to every page and server function.
#[derive(Clone)]
pub struct Edge {
    /// Whether the origin is https. Determines the names and attributes of cookies.
    pub secure: bool,
    /// Origins that forms may redirect to besides our own: those of the eID providers (CSP `form-action`).
    pub form_action: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Paths of the client-side code.
    pub assets: Assets,
    /// Name of this installation, in the header.
    pub site_name: String,
    /// Address of the accessibility statement, in the footer.
    pub accessibility_statement: Option<String>,
    /// Whether the installation is a demo with fictitious people.
    pub demo: bool,
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

/// Paths of the client-side code. Empty ones are left out of the page, which works without them.
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
