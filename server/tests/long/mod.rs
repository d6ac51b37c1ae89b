//! Tests that take minutes or need root. `cargo verify --long` runs them.

mod disk;
mod kills;
