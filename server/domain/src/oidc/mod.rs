//! The OpenID Provider: what applications ask for and are given.

pub mod access;
pub mod client;
pub mod clients;
pub mod consent;
pub mod consent_rule;
pub mod grant;
pub mod logout;
pub mod port;
pub mod signing_key;
