//! What tests stand on: databases, the demo, and a world in which time, chance, mail and eID are ours.

pub mod application;
pub mod browser;
pub mod db;
mod demo;
pub mod keys;
pub mod line;
pub mod person;
mod watched;
pub mod world;

pub use self::demo::*;
