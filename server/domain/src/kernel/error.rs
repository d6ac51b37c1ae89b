//! Why the store could not do it.

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is taken: of two that wanted it, the other was first.
    #[error("conflict with a row that exists")]
    Conflict,
    /// The database is locked, gone, or in disorder. The text is for the operator.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A row cannot be read back into its type.
    #[error("row cannot be read: {0}")]
    Corrupt(String),
}

/// Shorthand.
pub type Stored<T> = Result<T, StoreError>;
