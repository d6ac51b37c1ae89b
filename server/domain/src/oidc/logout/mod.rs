//! Sign-out, and the notices of it to applications.

pub mod deliver;
pub mod end;
pub mod port;
pub mod types;
pub mod upstream;
