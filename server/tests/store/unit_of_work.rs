//! The guarantees of a unit of work.

use super::{
    common::{commit, each, read},
    sample::{account, session},
};
use kobling_domain::kernel::{error::StoreError, store::Store};

#[tokio::test]
async fn dropped_without_a_commit_it_is_undone() {
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
                .expect("goes on");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_reader_does_not_wait_for_a_writer_and_sees_one_state_throughout() {
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
async fn a_row_that_hangs_on_nothing_breaks_it_and_nothing_is_written() {
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
