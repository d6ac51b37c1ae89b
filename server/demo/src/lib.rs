//! The three services beside Kobling in the demo, each an application on its own origin:
//! a simulated eID provider, an ordinary start page (relying party) and a mailbox.
//!
//! None of them depends on Kobling's crates: they use only HTTP and SMTP, as
//! their real counterparts do. They are built only with the server's feature `demo` and
//! are meant for loopback, with synthetic people.

mod bar;
mod clock;
pub mod eid;
mod expiring;
mod lang;
mod look;
pub mod mailbox;
mod people;
mod random;
pub mod start_page;
#[cfg(test)]
mod testing;
mod web;

pub use bar::{Bar, Service};
pub use lang::Lang;
pub use people::{FINNES, payroll, people};

/// Why one of the demo's applications could not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The signing key of the simulated eID could not be generated.
    #[error("demo.signing_key: the signing key could not be generated")]
    SigningKey(#[source] rsa::Error),
    /// A client's public key is not an RSA JWK with a `kid`.
    #[error("demo.client_key: the public key of client {client_id} is not an RSA JWK with a kid")]
    ClientKey {
        /// The client whose key was refused.
        client_id: String,
    },
    /// A demo person's identity number is not a valid synthetic one.
    #[error("demo.person: the identity number of {label:?} is not a valid synthetic one")]
    Person {
        /// The person's label; the number itself is never repeated.
        label: String,
    },
    /// A setting that must be an origin (scheme, host and port) is something else.
    #[error("demo.origin: {name} is not an http or https origin")]
    Origin {
        /// The setting's name.
        name: &'static str,
    },
    /// The HTTP client of the start page could not be created.
    #[error("demo.http_client: the HTTP client could not be created")]
    HttpClient(#[source] reqwest::Error),
    /// The mail receiver could not listen.
    #[error("demo.smtp: the mail receiver could not listen")]
    Smtp(#[source] std::io::Error),
}
