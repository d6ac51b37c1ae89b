//! What every service shares.

pub mod clock;
pub mod core;
pub mod displayable;
pub mod error;
pub mod flow;
pub mod known;
pub mod limit;
pub mod localised;
pub mod outcome;
pub mod post;
pub mod request;
pub mod secret;
pub mod settings;
pub mod store;
