//! Who may enter an application.

pub mod demand;
pub mod destination;
pub(crate) mod everywhere;
pub mod no_access;
pub mod rule;
