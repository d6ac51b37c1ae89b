use super::common::{each, each_engine};
use kobling_domain::kernel::error::StoreError;
use kobling_store::Database;

#[tokio::test]
async fn an_error_on_opening_does_not_contain_the_password() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let missing = format!("sqlite://{}/missing/store.db", folder.path().display());
    for url in [
        "",
        "store.db",
        "mysql://kobling:planted@localhost/kobling",
        "sqlite::memory:",
        "sqlite://x.db?mode=memory",
        "sqlite://x.db?planted=planted",
        &missing,
        "postgres://kobling:planted@127.0.0.1:1/kobling",
        "postgres://kobling:planted@[/kobling",
        "postgres://kobling:planted@localhost/kobling?sslmode=planted",
    ] {
        match Database::open(url).await {
            Err(StoreError::Unavailable(why)) => assert!(!why.contains("planted"), "{why}"),
            Err(other) => panic!("{url}: {other}"),
            Ok(_) => panic!("{url} opens"),
        }
    }
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    each(async |db| db.migrate().await.expect("migrates")).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    each_engine(async |db, engine| {
        engine
            .execute(
                "UPDATE _sqlx_migrations SET version = 9999
                WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
            )
            .await;
        let migrated = db.migrate().await;
        assert!(matches!(migrated, Err(StoreError::Unavailable(_))));
    })
    .await;
}
