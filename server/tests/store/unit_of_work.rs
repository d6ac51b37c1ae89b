//! The guarantees of a unit of work.

use super::{
    common::{commit, each, read},
    sample::{account, session},
};
use crate::support::watch::Watch;
use kobling_domain::kernel::{error::StoreError, store::Store};
use std::sync::Arc;

#[tokio::test]
async fn a_unit_of_work_that_is_dropped_is_rolled_back() {
    each(async |db| {
        let mut work = db.begin().await.expect("begins");
        work.accounts()
            .insert_account(&account(1))
            .await
            .expect("inserts");
        drop(work);
        commit(&db, async |w| {
            let found = w.accounts().account(account(1).id).await.expect("reads");
            assert_eq!(found, None);
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("continues");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_reader_does_not_wait_for_a_writer_and_sees_one_snapshot() {
    each(async |db| {
        let mut writer = db.begin().await.expect("begins");
        writer
            .accounts()
            .insert_account(&account(1))
            .await
            .expect("inserts");

        let mut reader = db.read().await.expect("reads beside a writer");
        let found = reader
            .accounts()
            .account(account(1).id)
            .await
            .expect("reads");
        assert_eq!(found, None, "not committed");
        writer.commit().await.expect("commits");
        let found = reader
            .accounts()
            .account(account(1).id)
            .await
            .expect("reads");
        assert_eq!(found, None, "as it was when the reader began");
        reader.commit().await.expect("ends");

        let found = read(&db, async |w| w.accounts().account(account(1).id).await).await;
        assert_eq!(found.expect("reads"), Some(account(1)));
    })
    .await;
}

#[tokio::test]
async fn a_reader_cannot_write() {
    each(async |db| {
        let mut reader = db.read().await.expect("begins to read");
        let written = reader.accounts().insert_account(&account(1)).await;
        assert!(matches!(written, Err(StoreError::Unavailable(_))));
        let committed = reader.commit().await;
        assert!(matches!(committed, Err(StoreError::Unavailable(_))));
    })
    .await;
}

#[tokio::test]
async fn a_foreign_key_violation_rolls_back_the_unit_of_work() {
    each(async |db| {
        let mut work = db.begin().await.expect("begins");
        work.accounts()
            .insert_account(&account(1))
            .await
            .expect("inserts");
        let orphan = work
            .sessions()
            .insert_session(&session(1, account(2).id))
            .await;
        assert!(matches!(orphan, Err(StoreError::Conflict)));
        work.commit().await.expect_err("is refused");
        let found = read(&db, async |w| w.accounts().account(account(1).id).await).await;
        assert_eq!(found.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_an_observer_fails_counts_as_a_failed_statement() {
    each(async |db| {
        let watch = Arc::<Watch>::default();
        let db = db.observed(watch.clone());
        watch.fail("SET_NAME");
        let mut work = db.begin().await.expect("begins");
        let accounts = work.accounts();
        accounts.insert_account(&account(1)).await.expect("inserts");
        assert!(accounts.set_name(account(1).id, "Ann").await.is_err());
        watch.mend();
        assert!(matches!(
            work.commit().await,
            Err(StoreError::Unavailable(_))
        ));
        assert_eq!(
            watch.steps(),
            ["begin", "INSERT_ACCOUNT", "SET_NAME", "commit"]
        );
        let found = read(&db, async |w| w.accounts().account(account(1).id).await).await;
        assert_eq!(found.expect("reads"), None);
    })
    .await;
}
