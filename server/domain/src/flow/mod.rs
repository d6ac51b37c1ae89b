//! Flows: everything that takes more than one step.

pub mod code;
pub mod port;
pub mod types;
