//! Background jobs, which run beside the requests until the process ends.

pub mod expiry;
pub mod worker;
