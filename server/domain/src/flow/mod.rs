//! Flows: the state of processes with more than one step.

pub mod code;
pub mod port;
pub mod types;
