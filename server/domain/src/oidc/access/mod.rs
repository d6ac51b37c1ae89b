//! Who may enter an application.

pub mod demand;
pub mod enter;
pub mod no_access;
pub mod rule;
