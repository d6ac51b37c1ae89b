//! Who may enter an application.

pub mod demand;
pub mod destination;
pub mod no_access;
pub mod rule;
