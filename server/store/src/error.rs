//! Translates errors of the engines into errors of the domain, without bound values.

use kobling_domain::kernel::error::StoreError;
use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

/// Classes of SQLSTATE whose messages never contain values: connection, transaction state, authorisation, catalogue,
/// rollback, syntax, resources, limits, object state, operator, system, configuration.
const SPEAKS_OF_NO_VALUE: [&str; 11] = [
    "08", "25", "28", "3D", "40", "42", "53", "54", "55", "57", "58",
];

pub fn translate(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(e) if e.is_unique_violation() || e.is_foreign_key_violation() => {
            StoreError::Conflict
        }
        sqlx::Error::Database(e) => StoreError::Unavailable(describe(e.as_ref())),
        sqlx::Error::ColumnDecode { index, .. } => StoreError::Corrupt(format!("column {index}")),
        sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::Decode(_) => StoreError::Corrupt("unexpected shape".into()),
        sqlx::Error::Io(e) => StoreError::Unavailable(format!("input or output: {e}")),
        sqlx::Error::Tls(e) => StoreError::Unavailable(format!("TLS: {e}")),
        sqlx::Error::PoolTimedOut => {
            StoreError::Unavailable("no connection came free in time".into())
        }
        sqlx::Error::PoolClosed => StoreError::Unavailable("closed".into()),
        sqlx::Error::WorkerCrashed => StoreError::Unavailable("database thread is gone".into()),
        sqlx::Error::Encode(_) => StoreError::Unavailable("a value cannot be sent".into()),
        sqlx::Error::Protocol(_) => StoreError::Unavailable("answer not understood".into()),
        _ => StoreError::Unavailable("refused by the driver".into()),
    }
}

/// Whether it is a unique violation.
pub fn is_unique(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(e) if e.is_unique_violation())
}

fn describe(error: &dyn DatabaseError) -> String {
    let code = error.code().unwrap_or_default();
    // SQLite names tables and columns; PostgreSQL quotes values that it cannot take.
    let quotes_values = error.try_downcast_ref::<PgDatabaseError>().is_some()
        && !SPEAKS_OF_NO_VALUE
            .iter()
            .any(|class| code.starts_with(class));
    if quotes_values {
        format!("SQLSTATE {code}")
    } else {
        format!("{} (code {code})", error.message())
    }
}

/// The same for errors of migrations.
pub fn translate_migration(error: &sqlx::migrate::MigrateError) -> StoreError {
    match error {
        sqlx::migrate::MigrateError::Execute(e)
        | sqlx::migrate::MigrateError::ExecuteMigration(e, _) => match translate(e) {
            StoreError::Conflict => {
                StoreError::Unavailable("a migration meets rows that it cannot take".into())
            }
            other => other,
        },
        // The other messages contain only versions and checksums of migrations.
        other => StoreError::Unavailable(other.to_string()),
    }
}
