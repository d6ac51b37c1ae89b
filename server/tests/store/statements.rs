//! Every statement on both engines: it prepares, and uses an index.

use super::common::{Engine, each_engine};
use kobling_store::STATEMENTS;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqlSafeStr, SqliteConnection};

/// These read a whole table on purpose: clients, organisations and keys are few.
const WHOLE_TABLE: &[&str] = &["ALL_HOLDINGS", "CLIENTS", "OWN_CLIENTS", "SIGNING_KEYS"];

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    STATEMENTS.iter().copied().flatten().copied()
}

#[tokio::test]
async fn every_statement_prepares() {
    assert!(all().count() > 60, "{}", all().count());
    each_engine(async |_, engine| match engine {
        Engine::Sqlite(url) => {
            let mut connection = SqliteConnection::connect(&url).await.expect("connects");
            for (name, sql) in all() {
                if let Err(e) = connection.prepare(sql.into_sql_str()).await {
                    panic!("{name}: {e}");
                }
            }
        }
        Engine::Postgres(url) => {
            let mut connection = PgConnection::connect(&url).await.expect("connects");
            for (name, sql) in all() {
                if let Err(e) = connection.prepare(sql.into_sql_str()).await {
                    panic!("{name}: {e}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_statement_uses_an_index() {
    each_engine(async |_, engine| {
        for (name, sql) in all().filter(|(name, sql)| {
            !sql.contains("SAVEPOINT") && !name.starts_with("EMPTY_") && !WHOLE_TABLE.contains(name)
        }) {
            let plan = match &engine {
                Engine::Sqlite(url) => sqlite_plan(url, sql).await,
                Engine::Postgres(url) => postgres_plan(url, sql).await,
            };
            for line in &plan {
                let scans = line.starts_with("SCAN ")
                    && !line.contains("VIRTUAL TABLE")
                    && !line.contains("USING COVERING INDEX outbox_by_due");
                assert!(!scans && !line.contains("Seq Scan"), "{name}: {plan:#?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_statements_of_every_request_are_one_indexed_read() {
    each_engine(async |_, engine| {
        for (name, index) in [
            ("CALLER", ""),
            ("ACCESS_TOKEN", ""),
            ("FLOW", ""),
            ("HOLD_SESSION_OF_CODE", ""),
            ("LINK_BY_PID", "links_by_pid"),
            ("LINK_BY_SUBJECT", "links_by_subject"),
            ("ACCOUNT_BY_EMAIL", ""),
            ("HOLDINGS", "users_by_email"),
            ("VOUCHED", "employees_by_pid"),
        ] {
            let (_, sql) = all().find(|(n, _)| *n == name).expect("exists");
            let (plan, word) = match &engine {
                Engine::Sqlite(url) => (sqlite_plan(url, sql).await, "INDEX"),
                Engine::Postgres(url) => (postgres_plan(url, sql).await, "Index"),
            };
            let plan = plan.join("\n");
            assert!(
                plan.contains(word) && plan.contains(index),
                "{name}: {plan}"
            );
        }
    })
    .await;
}

async fn sqlite_plan(url: &str, sql: &str) -> Vec<String> {
    let mut connection = SqliteConnection::connect(url).await.expect("connects");
    sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
        .fetch_all(&mut connection)
        .await
        .expect("explains")
        .iter()
        .map(|row| row.get::<String, _>("detail"))
        .collect()
}

/// With sequential scans disabled, the planner uses one only if no index fits.
async fn postgres_plan(url: &str, sql: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.expect("connects");
    let parameters = (1..)
        .take_while(|n| sql.contains(&format!("${n}")))
        .map(|_| "'0'")
        .collect::<Vec<_>>()
        .join(", ");
    let call = if parameters.is_empty() {
        String::new()
    } else {
        format!("({parameters})")
    };
    for prepare in [
        "SET enable_seqscan = off".to_owned(),
        "SET plan_cache_mode = force_generic_plan".to_owned(),
        format!("PREPARE it AS {sql}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut connection)
            .await
            .expect("prepares");
    }
    sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN EXECUTE it{call}")))
        .fetch_all(&mut connection)
        .await
        .expect("explains")
        .iter()
        .map(|row| row.get::<String, _>(0))
        .collect()
}
