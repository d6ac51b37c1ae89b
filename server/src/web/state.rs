//! What handlers share.

use super::Renderer;
use crate::{
    metrics::Metrics,
    oidc::{ClientKeySets, Signer},
};
use kobling_app::edge::Edge;
use kobling_domain::Kobling;
use std::sync::Arc;

/// What handlers share.
#[derive(Clone)]
pub struct State {
    /// The domain.
    pub kobling: Arc<Kobling>,
    /// What pages know of the installation.
    pub edge: Edge,
    /// Signs ID tokens.
    pub signer: Arc<Signer>,
    /// Keys that applications keep at an address of theirs.
    pub client_keys: Arc<ClientKeySets>,
    /// Renders the pages.
    pub renderer: Renderer,
    /// Whether a proxy in front tells the visitor's address.
    pub behind_proxy: bool,
    /// Whether addresses of applications on this machine may be http: in tests, never in production.
    pub local_http: bool,
    /// Counts.
    pub metrics: Arc<Metrics>,
}
