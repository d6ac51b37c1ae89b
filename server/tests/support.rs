//! Test support: databases, the demo, and the domain under a test clock with test ports.

pub mod application;
pub mod browser;
pub mod db;
mod demo;
pub mod disk;
pub mod keys;
pub mod notifier;
pub mod person;
pub mod watch;
pub mod world;

pub use self::demo::*;
