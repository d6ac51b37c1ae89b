//! The SQL of Kobling, once, for SQLite and PostgreSQL.
//!
//! [`Database`] implements the domain's [`Store`](kobling_domain::kernel::store::Store). Every statement is a constant that
//! both engines run as it stands, with bound parameters; the engines differ in nothing but the transaction that a
//! statement runs in (`work.rs`). One file per noun holds its statements, its row, and its part of the port.
//!
//! # When something fails within a unit of work
//!
//! A [`Conflict`](kobling_domain::kernel::error::StoreError::Conflict) over a unique value leaves the unit of work as it was
//! before the call: it may go on and be committed. Any other failure, and a conflict over a row that is gone (a token
//! for a session that has just ended), breaks the unit of work on both engines alike: further statements and its commit
//! are refused.

mod account;
mod address_change;
mod audit;
mod batch;
mod client;
mod column;
mod consent;
mod database;
mod directory;
#[cfg(feature = "demo")]
mod empty;
mod error;
mod family;
mod figures;
mod flow;
mod grant;
mod limit;
mod link;
mod logout;
mod outbox;
mod pool;
mod pushed;
mod session;
mod signing_key;
mod work;

pub use database::Database;
#[doc(hidden)]
pub use work::Observer;

/// Every statement with its name, for the tests that prepare and explain each on both engines.
#[doc(hidden)]
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    account::STATEMENTS,
    address_change::STATEMENTS,
    audit::STATEMENTS,
    client::STATEMENTS,
    consent::STATEMENTS,
    directory::STATEMENTS,
    #[cfg(feature = "demo")]
    empty::STATEMENTS,
    family::STATEMENTS,
    figures::STATEMENTS,
    flow::STATEMENTS,
    grant::STATEMENTS,
    limit::STATEMENTS,
    link::STATEMENTS,
    logout::STATEMENTS,
    outbox::STATEMENTS,
    pushed::STATEMENTS,
    session::STATEMENTS,
    signing_key::STATEMENTS,
    work::STATEMENTS,
];
