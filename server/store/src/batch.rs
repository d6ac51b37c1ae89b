//! Many rows in one parameter: a JSON object from key to row.
//!
//! Both engines support `json_each` of an object, which returns a row of `key` and `value` for each member, and the
//! operator `->>`, which extracts text from a value. Row by row, 100,000 rows take five times as long on either engine,
//! and block other writers of SQLite for that time.

use crate::column;
use kobling_domain::kernel::error::Stored;
use serde::Serialize;
use sqlx::{
    Postgres, Sqlite, Type,
    encode::{Encode, IsNull},
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, types::Oid},
    sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo},
};
use std::collections::BTreeMap;

/// Rows per statement: about a megabyte. PostgreSQL, as long as it has no statistics of a table that has just been
/// filled, reads the whole organisation once per statement, so there should be few of them.
const ROWS: usize = 10_000;

/// OID of the type `json` in every PostgreSQL (`pg_type.dat`). The driver's own JSON is `jsonb`, which `json_each` refuses.
const JSON: Oid = Oid(114);

/// One batch of rows.
pub struct Batch {
    json: String,
    /// How many.
    pub rows: u64,
}

/// Cuts a map into batches. Keys come once and in order, which keeps two imports from locking rows crosswise.
pub fn batches<T: Serialize>(entries: &BTreeMap<&str, T>) -> Stored<Vec<Batch>> {
    let all: Vec<_> = entries.iter().collect();
    all.chunks(ROWS)
        .map(|chunk| {
            let rows = chunk.iter().map(|(key, row)| (**key, *row));
            batch(&rows.collect())
        })
        .collect()
}

/// One batch of few rows.
pub fn batch<T: Serialize>(rows: &BTreeMap<&str, T>) -> Stored<Batch> {
    Ok(Batch {
        json: column::to_json(rows)?,
        rows: rows.len() as u64,
    })
}

impl Type<Postgres> for Batch {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(JSON)
    }
}

impl Encode<'_, Postgres> for Batch {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&str as Encode<Postgres>>::encode_by_ref(&self.json.as_str(), buffer)
    }
}

impl Type<Sqlite> for Batch {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Batch {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<Sqlite>>::encode_by_ref(&self.json, buffer)
    }
}
