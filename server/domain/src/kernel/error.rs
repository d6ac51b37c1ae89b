//! Errors of the store.

/// Errors of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is taken, possibly by a concurrent call.
    #[error("conflict with a row that exists")]
    Conflict,
    /// The database is locked, unreachable, or inconsistent. The text is for the operator.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A row cannot be read back into its type.
    #[error("row cannot be read: {0}")]
    Corrupt(String),
}

/// Shorthand.
pub type Stored<T> = Result<T, StoreError>;
