//! The server: HTTP, configuration, and the assembly of domain and adapters.

pub mod api;
pub mod assets;
mod brand;
pub mod client_metadata;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
#[doc(hidden)]
pub mod fuzz;
pub mod hasher;
pub mod job;
pub mod listen;
mod local;
pub mod metrics;
pub mod oidc;
#[cfg(feature = "demo")]
pub mod watch;
pub mod web;
pub mod wiring;
pub mod world;
