//! Delivery to a mail server in this process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod delivery;
mod protection;
mod server;
