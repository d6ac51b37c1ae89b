//! Background tasks, which run until the process ends.

pub mod expiry;
pub mod worker;
