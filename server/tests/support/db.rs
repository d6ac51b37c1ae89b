//! A fresh database of each engine for each test.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    pin::pin,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    task::Poll,
};

/// A database, accessed from outside the server.
#[derive(Clone)]
pub enum Engine {
    Sqlite(String),
    Postgres(String),
}

impl Engine {
    /// A file in a folder; it does not exist yet.
    pub fn sqlite(folder: &Path) -> Self {
        Self::Sqlite(format!("sqlite://{}", folder.join("kobling.db").display()))
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite(url) | Self::Postgres(url) => url,
        }
    }

    /// Runs a statement without the server's knowledge.
    pub async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.expect("runs");
    }

    /// Like [`Engine::execute`], for a statement that may fail.
    pub async fn try_execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(url) => {
                let mut connection = SqliteConnection::connect(url).await.expect("connects");
                connection.execute(sql).await?;
                connection.close().await
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.expect("connects");
                connection.execute(sql).await?;
                connection.close().await
            }
        }
    }

    /// The one number that a query returns.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(url) => {
                let mut connection = SqliteConnection::connect(url).await.expect("connects");
                let number = sqlx::query_scalar(sql)
                    .fetch_one(&mut connection)
                    .await
                    .expect("a number");
                connection.close().await.expect("closes");
                number
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.expect("connects");
                let number = sqlx::query_scalar(sql)
                    .fetch_one(&mut connection)
                    .await
                    .expect("a number");
                connection.close().await.expect("closes");
                number
            }
        }
    }

    /// An empty database in the same place. A file gets a new name: connections to the former one that close later
    /// remove its write-ahead log by name.
    pub async fn emptied(&self) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        match self {
            Self::Sqlite(url) => {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                Self::Sqlite(format!("{url}.{number}"))
            }
            Self::Postgres(_) => {
                self.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                    .await;
                self.clone()
            }
        }
    }

    /// The number of rows of a table, with an optional `WHERE …`.
    pub async fn rows(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }
}

/// Runs a test on a new, empty database of each engine.
#[allow(clippy::print_stdout, reason = "a test that fails shows on which one")]
pub async fn each_engine(test: impl AsyncFn(Engine)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("on SQLite");
    test(Engine::sqlite(folder.path())).await;

    let Some(server) = postgres_server() else {
        return;
    };
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "kobling_server_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let mut url: url::Url = server.parse().expect("KOBLING_TEST_POSTGRES is a URL");
    url.set_path(&name);
    let outside = Engine::Postgres(server);
    outside
        .execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await;
    outside.execute(&format!("CREATE DATABASE {name}")).await;
    println!("on PostgreSQL");
    let outcome = caught(test(Engine::Postgres(url.into()))).await;
    outside
        .execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn caught<T>(test: impl Future<Output = T>) -> std::thread::Result<T> {
    let mut test = pin!(test);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| test.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

fn postgres_server() -> Option<String> {
    static ONCE: Once = Once::new();
    let server = std::env::var("KOBLING_TEST_POSTGRES").ok();
    if server.is_none() {
        let ci = std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false");
        assert!(
            !ci,
            "KOBLING_TEST_POSTGRES is not set: CI tests on both engines"
        );
        // Written past the test harness's capture of output, so that it is always visible.
        ONCE.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "\nEVERY TEST RUNS ON SQLITE ALONE: KOBLING_TEST_POSTGRES is not set\n"
            );
        });
    }
    server
}
