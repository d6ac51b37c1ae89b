//! Connections that break, and disks that are full.

use super::{
    common::{commit, each_engine, read},
    sample::account,
};
use crate::support::{db::Engine, disk::Disk};
use kobling_domain::kernel::{error::StoreError, store::Store};
use kobling_store::Database;

/// Ends every connection to the database but the one that asks.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test]
async fn a_server_that_was_restarted_is_used_again_at_once() {
    each_engine(async |db, engine| {
        let Engine::Postgres(_) = engine else { return };
        // Several connections are open and idle.
        let open = [db.read().await, db.read().await, db.begin().await];
        for work in open {
            work.expect("begins").commit().await.expect("ends");
        }
        engine.execute(CUT).await;
        commit(&db, async |w| {
            let inserted = w.accounts().insert_account(&account(1)).await;
            inserted.expect("inserts");
        })
        .await;
        let found = read(&db, async |w| w.accounts().account(account(1).id).await).await;
        assert_eq!(found.expect("reads"), Some(account(1)));
    })
    .await;
}

#[tokio::test]
async fn a_unit_of_work_whose_connection_breaks_is_not_committed() {
    each_engine(async |db, engine| {
        let Engine::Postgres(_) = engine else { return };
        let mut work = db.begin().await.expect("begins");
        let inserted = work.accounts().insert_account(&account(1)).await;
        inserted.expect("inserts");
        engine.execute(CUT).await;
        let next = work.accounts().insert_account(&account(2)).await;
        assert!(matches!(next, Err(StoreError::Unavailable(_))));
        let committed = work.commit().await;
        assert!(matches!(committed, Err(StoreError::Unavailable(_))));
        let found = read(&db, async |w| w.accounts().account(account(1).id).await).await;
        assert_eq!(found.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
#[ignore = "long: mounts a file system, as root"]
async fn a_disk_that_was_full_is_written_again_once_there_is_room() {
    let disk = Disk::mounted(4);
    let url = format!("sqlite://{}/kobling.db", disk.path().display());
    let db = Database::open(&url).await.expect("opens");
    db.migrate().await.expect("migrates");
    let insert = async |number| {
        let mut work = db.begin().await?;
        work.accounts().insert_account(&account(number)).await?;
        work.commit().await
    };
    insert(0).await.expect("there is room");
    let mut number = 1;
    for round in 0..3 {
        disk.fill();
        // The write-ahead log has some room of its own.
        while insert(number).await.is_ok() {
            number += 1;
        }
        for _ in 0..10 {
            let refused = insert(number).await;
            assert!(matches!(refused, Err(StoreError::Unavailable(_))));
        }
        let first = read(&db, async |w| w.accounts().account(account(0).id).await).await;
        assert_eq!(first.expect("reads"), Some(account(0)));
        disk.make_room();
        let written = insert(number).await;
        written.unwrap_or_else(|error| panic!("round {round}: {error}"));
        number += 1;
    }
    let counted = Engine::Sqlite(url).rows("accounts").await;
    assert_eq!(
        u128::try_from(counted),
        Ok(number),
        "all that was committed"
    );
    db.close().await;
}
