//! The import of a payroll file into an organisation: all or nothing.

pub mod parse;
pub mod plan;
pub mod types;
