//! The state that handlers share.

use super::health::Health;
use crate::{
    metrics::Metrics,
    oidc::{ClientKeySets, Signer},
};
use kobling_app::{Renderer, edge::Edge};
use kobling_domain::Kobling;
use kobling_model::Lang;
use std::{sync::Arc, time::Duration};

/// The state that handlers share.
#[derive(Clone)]
pub struct State {
    /// The domain.
    pub kobling: Arc<Kobling>,
    /// What pages need to know about the installation.
    pub edge: Edge,
    /// Signs ID tokens and logout tokens.
    pub signer: Arc<Signer>,
    /// Keys of clients, fetched from their `jwks_uri`.
    pub client_keys: Arc<ClientKeySets>,
    /// Renders the pages.
    pub renderer: Arc<Renderer>,
    /// The language for browsers that ask only for languages that Kobling does not have.
    pub fallback: Lang,
    /// Whether a reverse proxy passes on the client address.
    pub behind_proxy: bool,
    /// Whether clients may use http on localhost. Only in mode `test`.
    pub local_http: bool,
    /// How long the body of a request may take to arrive.
    pub body_deadline: Duration,
    /// The outcome of the last health check.
    pub health: Arc<Health>,
    /// Metrics of the process.
    pub metrics: Arc<Metrics>,
}
