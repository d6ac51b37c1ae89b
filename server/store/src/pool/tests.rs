use super::*;
use sqlx::{
    error::DatabaseError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};
use tempfile::TempDir;

const BEGIN: &str = "BEGIN IMMEDIATE";
const ROW: &str = "INSERT INTO lines VALUES (randomblob(65536))";

/// A pool with one connection to a new database with a table.
async fn pool() -> (Pool<SqliteConnection>, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("pool.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let pool = Pool::open(options, 1).await.expect("opens");
    written(&pool, "CREATE TABLE lines (line BLOB)").await;
    (pool, folder)
}

async fn written(pool: &Pool<SqliteConnection>, sql: &'static str) {
    let mut lent = pool.begin(BEGIN).await.expect("begins");
    lent.connection().expect("open").run(sql).await.expect(sql);
    lent.commit().await.expect("commits");
}

async fn lines(pool: &Pool<SqliteConnection>) -> i64 {
    let mut lent = pool.begin("BEGIN").await.expect("begins");
    sqlx::query_scalar("SELECT count(*) FROM lines")
        .fetch_one(lent.connection().expect("open"))
        .await
        .expect("counts")
}

/// Marks the connection, which a fresh one is not.
async fn mark(pool: &Pool<SqliteConnection>) {
    written(pool, "CREATE TEMPORARY TABLE IF NOT EXISTS mark (mark)").await;
}

async fn is_marked(pool: &Pool<SqliteConnection>) -> bool {
    let mut lent = pool.begin(BEGIN).await.expect("begins");
    let mark = lent.connection().expect("open").run("SELECT 1 FROM mark");
    mark.await.is_ok()
}

#[tokio::test]
async fn a_connection_is_used_again_after_a_commit_and_after_a_rollback() {
    let (pool, _folder) = pool().await;
    mark(&pool).await;
    written(&pool, ROW).await;
    assert!(is_marked(&pool).await, "after a commit");
    let mut lent = pool.begin(BEGIN).await.expect("begins");
    let connection = lent.connection().expect("open");
    connection.run(ROW).await.expect("inserts");
    drop(lent);
    assert!(is_marked(&pool).await, "after a rollback");
    assert_eq!(lines(&pool).await, 1);
}

#[tokio::test]
async fn a_connection_that_has_rolled_back_by_itself_is_not_used_again() {
    let (pool, _folder) = pool().await;
    for commits in [true, false] {
        mark(&pool).await;
        let mut lent = pool.begin(BEGIN).await.expect("begins");
        let connection = lent.connection().expect("open");
        connection.run(ROW).await.expect("inserts");
        connection.run("ROLLBACK").await.expect("rolls back");
        if commits {
            lent.commit().await.expect_err("nothing to commit");
        } else {
            drop(lent);
        }
        assert!(!is_marked(&pool).await, "commits: {commits}");
        assert_eq!(lines(&pool).await, 0);
    }
}

#[tokio::test]
async fn a_connection_that_is_still_in_a_transaction_is_not_used_again() {
    let (pool, _folder) = pool().await;
    mark(&pool).await;
    let lent = pool.begin("SELECT 1").await.expect("begins nothing");
    pool.0.keep(lent_connection(lent));
    let mut left = pool.begin(BEGIN).await.expect("begins");
    left.connection().expect("open").run(ROW).await.expect(ROW);
    // Somebody gives it back without an end.
    pool.0.keep(lent_connection(left));
    assert!(!is_marked(&pool).await, "BEGIN failed and was retried");
    assert_eq!(lines(&pool).await, 0);
}

fn lent_connection(mut lent: Lent<SqliteConnection>) -> SqliteConnection {
    lent.connection.take().expect("open")
}

#[tokio::test]
async fn a_full_database_is_written_again_once_there_is_room() {
    let (pool, _folder) = pool().await;
    mark(&pool).await;
    let mut lent = pool.begin(BEGIN).await.expect("begins");
    let connection = lent.connection().expect("open");
    connection
        .run("PRAGMA max_page_count = 8")
        .await
        .expect("a limit of this connection");
    let error = connection.run(ROW).await.expect_err("is full");
    let code = error.as_database_error().and_then(DatabaseError::code);
    assert_eq!(code.as_deref(), Some("13"), "SQLITE_FULL");
    drop(lent);
    written(&pool, ROW).await;
    assert_eq!(lines(&pool).await, 1);
}

#[tokio::test]
async fn a_begin_that_is_cancelled_closes_the_connection() {
    let (pool, _folder) = pool().await;
    mark(&pool).await;
    let mut other = pool.connect().await.expect("connects");
    other.run(BEGIN).await.expect("begins");
    {
        let mut waits = pin!(pool.begin(BEGIN));
        assert!(is_pending(waits.as_mut()).await, "for the lock");
    }
    other.run("ROLLBACK").await.expect("rolls back");
    assert!(!is_marked(&pool).await);
}

/// Whether something is not done after a first step.
async fn is_pending(mut it: Pin<&mut impl Future>) -> bool {
    poll_fn(|context| Poll::Ready(it.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn a_connection_that_was_idle_for_long_is_closed() {
    let (pool, _folder) = pool().await;
    mark(&pool).await;
    let (connection, since) = pool.0.idle.lock().expect("not poisoned").remove(0);
    let since = since.checked_sub(IDLE).expect("a time before");
    pool.0
        .idle
        .lock()
        .expect("not poisoned")
        .push((connection, since));
    assert!(!is_marked(&pool).await);
}

#[tokio::test]
async fn who_waits_for_a_connection_is_refused_after_a_while() {
    let (pool, _folder) = pool().await;
    let lent = pool.begin(BEGIN).await.expect("begins");
    tokio::time::pause();
    let refused = pool.begin(BEGIN).await;
    assert!(matches!(refused, Err(Error::PoolTimedOut)));
    drop(lent);
}

#[tokio::test]
async fn closing_waits_for_what_is_lent() {
    let (pool, _folder) = pool().await;
    let lent = pool.begin(BEGIN).await.expect("begins");
    let mut closing = pin!(pool.close());
    assert!(is_pending(closing.as_mut()).await, "it waits");
    lent.commit().await.expect("commits");
    closing.await;
    assert!(matches!(pool.begin(BEGIN).await, Err(Error::PoolClosed)));
}
