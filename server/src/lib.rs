//! The server: bytes into commands, outcomes into bytes.

pub mod api;
pub mod assets;
pub mod client_metadata;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod expiry;
#[doc(hidden)]
pub mod fuzz;
pub mod hasher;
pub mod house;
pub mod metrics;
pub mod oidc;
#[cfg(feature = "demo")]
pub mod watch;
pub mod web;
pub mod worker;
pub mod world;
