//! A fresh database of each engine for each test.

use kobling_domain::port::{Store, Work};
use kobling_store::Database;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    task::Poll,
};

/// Which engine, and where, for tests that look at it from outside.
#[derive(Clone)]
pub enum Engine {
    Sqlite(String),
    Postgres(String),
}

impl Engine {
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite(url) | Self::Postgres(url) => url,
        }
    }

    /// Runs a statement behind the store's back.
    pub async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.expect("runs");
    }

    /// The same, for a statement that may be refused.
    pub async fn try_execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(url) => {
                let mut connection = SqliteConnection::connect(url).await.expect("connects");
                connection.execute("PRAGMA foreign_keys = ON").await?;
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
}

/// Runs a test on a migrated database of each engine.
pub async fn each(test: impl AsyncFn(Database)) {
    each_engine(async |database, _| test(database).await).await;
}

/// The same, for tests that want to look at it from outside too.
pub async fn each_engine(test: impl AsyncFn(Database, Engine)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("store.db");
    on(
        Engine::Sqlite(format!("sqlite://{}", file.display())),
        &test,
    )
    .await;

    let Some(server) = postgres_server() else {
        return;
    };
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "kobling_test_{}_{}",
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
    let outcome = caught(on(Engine::Postgres(url.into()), &test)).await;
    outside
        .execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn on(engine: Engine, test: &impl AsyncFn(Database, Engine)) {
    match engine {
        Engine::Sqlite(_) => eprintln!("on SQLite"),
        Engine::Postgres(_) => eprintln!("on PostgreSQL"),
    }
    let database = Database::open(engine.url()).await.expect("opens");
    database.migrate().await.expect("migrates");
    test(database.clone(), engine).await;
    database.close().await;
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
        // Past the capture of output, so that it is seen without being asked for.
        ONCE.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "PostgreSQL is left out: KOBLING_TEST_POSTGRES is not set"
            );
        });
    }
    server
}

/// Does something in a unit of work of its own and commits it.
pub async fn commit<T>(database: &Database, act: impl AsyncFnOnce(&mut dyn Work) -> T) -> T {
    let mut work = database.begin().await.expect("begins");
    let out = act(work.as_mut()).await;
    work.commit().await.expect("commits");
    out
}

/// Reads in a unit of work of its own.
pub async fn read<T>(database: &Database, act: impl AsyncFnOnce(&mut dyn Work) -> T) -> T {
    let mut work = database.read().await.expect("begins to read");
    act(work.as_mut()).await
}
