//! A migrated database of each engine for each test.

use crate::support::db;
pub use crate::support::db::Engine;
use kobling_domain::kernel::store::{Store, Work};
use kobling_store::Database;

/// Runs a test on a migrated database of each engine.
pub async fn each(test: impl AsyncFn(Database)) {
    each_engine(async |database, _| test(database).await).await;
}

/// Like [`each`], for tests that also access the database directly.
pub async fn each_engine(test: impl AsyncFn(Database, Engine)) {
    db::each_engine(async |engine| {
        let database = Database::open(engine.url()).await.expect("opens");
        database.migrate().await.expect("migrates");
        test(database.clone(), engine).await;
        database.close().await;
    })
    .await;
}

/// Runs writes in a unit of work and commits it.
pub async fn commit<T>(database: &Database, act: impl AsyncFnOnce(&mut dyn Work) -> T) -> T {
    let mut work = database.begin().await.expect("begins");
    let out = act(work.as_mut()).await;
    work.commit().await.expect("commits");
    out
}

/// Runs reads in a unit of work.
pub async fn read<T>(database: &Database, act: impl AsyncFnOnce(&mut dyn Work) -> T) -> T {
    let mut work = database.read().await.expect("begins to read");
    act(work.as_mut()).await
}
