//! An OpenID Connect client for eID providers: ID-porten, Ansattporten, BankID, and any other that follows the
//! standards.
//!
//! [`OidcProvider`] implements the domain's [`EidProvider`](kobling_domain::eid::port::EidProvider). Discovery, key sets and
//! the verification of ID tokens use the `openidconnect` crate; what it lacks (pushed requests, `private_key_jwt`,
//! validation of times, levels and `azp`, logout tokens) has a file of its own each.

mod assertion;
mod authorize;
mod certificate;
mod check;
mod day;
mod discovery;
mod error_code;
#[doc(hidden)]
pub mod fuzz;
mod logout;
mod preset;
mod provider;
mod push;
mod settings;
mod token;

pub use day::midnight;
pub use preset::{Defaults, Preset, PresetError, idporten_levels};
pub use provider::OidcProvider;
pub use settings::{AssertionAlg, ClientAuth, Pushed, Settings, SettingsError, UnknownAlg};
