//! An OpenID Connect client towards eID providers: ID-porten, Ansattporten, BankID, and any other that keeps to the
//! standards.
//!
//! [`OidcProvider`] implements the domain's [`EidProvider`](kobling_domain::port::EidProvider). Discovery, key sets and
//! the verification of ID tokens rest on the `openidconnect` crate; what it lacks (pushed requests, `private_key_jwt`,
//! the rules on times, levels and `azp`) stands in a file of its own each.

mod assertion;
mod authorize;
mod check;
mod discovery;
mod http;
mod provider;
mod push;
mod settings;
mod token;

pub use provider::OidcProvider;
pub use settings::{
    AssertionAlg, ClientAuth, Pushed, Settings, SettingsError, UnknownAlg, idporten_levels,
};
