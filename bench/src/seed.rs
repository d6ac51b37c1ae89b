//! Fills a migrated database with accounts, links and a directory.

use anyhow::{Context, Result};
use argon2::{Argon2, PasswordHasher};
use kobling_demo::eid::synthetic_pid;
use kobling_domain::kernel::secret::Keys;
use kobling_model::NationalId;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::place::KEYS;

/// People with an account and a linked eID. They are spread over all accounts.
pub const LINKED: u32 = 100;
/// Accounts with a password, spread likewise.
pub const WITH_PASSWORD: u32 = 2_000;
/// People that the directory knows and that have no account yet.
pub const NEW: u32 = 3_000;
/// The fewest accounts: those above do not overlap then.
pub const LEAST: u32 = 10_000;
/// The password of the accounts that have one.
pub const PASSWORD: &str = "Fjellrev synger i nattens lys";
/// Rows per transaction.
const BATCH: i64 = 50_000;
/// Where their identity numbers begin: behind those of linked people.
const FIRST_NEW: u32 = 10_000;

// `$1` and `$2` are the first number and the one after the last. A number is written with twelve digits by dropping the
// first of thirteen, which means the same on both engines. Times are microseconds since 1970.
const ACCOUNTS: &str = "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
    INSERT INTO accounts (id, email, email_proven_at, name, lang, created_at)
    SELECT '00000000-0000-4000-8000-' || substr(CAST(1000000000000 + i AS TEXT), 2),
        'person' || CAST(i AS TEXT) || '@nordvik.example', 1767225600000000, 'Person ' || CAST(i AS TEXT), 'nb',
        1767225600000000 FROM n";
const LINKS: &str = "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
    INSERT INTO links (id, account, provider, issuer, subject, pid, created_at, last_used_at)
    SELECT '00000000-0000-4000-8001-' || substr(CAST(1000000000000 + i AS TEXT), 2),
        '00000000-0000-4000-8000-' || substr(CAST(1000000000000 + i AS TEXT), 2),
        'bankid', 'http://localhost', 'subject-' || CAST(i AS TEXT), 'number-' || CAST(i AS TEXT),
        1767225600000000, 1767225600000000 FROM n";
const SECOND_LINKS: &str = "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
    INSERT INTO links (id, account, provider, issuer, subject, created_at, last_used_at)
    SELECT '00000000-0000-4000-8002-' || substr(CAST(1000000000000 + i AS TEXT), 2),
        '00000000-0000-4000-8000-' || substr(CAST(1000000000000 + i AS TEXT), 2),
        'entra', 'https://login.example', 'subject-' || CAST(i AS TEXT), 1767225600000000, 1767225600000000 FROM n";
const EMPLOYEES: &str = "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
    INSERT INTO employees (org, number, pid, name)
    SELECT (SELECT id FROM organisations WHERE key = 'nordvik'), CAST(i AS TEXT), 'number-' || CAST(i AS TEXT),
        'Person ' || CAST(i AS TEXT) FROM n";
const USERS: &str = "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
    INSERT INTO users (org, email, number)
    SELECT (SELECT id FROM organisations WHERE key = 'nordvik'), 'person' || CAST(i AS TEXT) || '@nordvik.example', CAST(i AS TEXT)
    FROM n";
const PASSWORDS: &str = "INSERT INTO passwords (account, hash, changed_at)
    SELECT id, $1, created_at FROM accounts WHERE email = $2";
const LINK_NUMBER: &str = "UPDATE links SET pid = $1, issuer = $3
    WHERE provider = 'bankid' AND account = (SELECT id FROM accounts WHERE email = $2)";
const EMPLOYEE_NUMBER: &str = "UPDATE employees SET pid = $1
    WHERE org = (SELECT id FROM organisations WHERE key = 'nordvik')
        AND number = (SELECT number FROM users WHERE email = $2)";
/// As autovacuum does; SQLite chooses plans without figures.
const ANALYZE: &str = "VACUUM ANALYZE";

/// A seeded database, and who is in it.
#[derive(Clone, Copy)]
pub struct People {
    accounts: u32,
}

impl People {
    /// Of a database with so many accounts.
    pub fn of(accounts: u32) -> Self {
        Self { accounts }
    }

    fn address(number: u32) -> String {
        format!("person{number}@nordvik.example")
    }

    /// The address and the identity number of a person with a linked eID.
    pub fn linked(self, index: u32) -> (String, String) {
        let index = index % LINKED;
        let number = index * (self.accounts / LINKED);
        (Self::address(number), synthetic_pid(index))
    }

    /// The address of an account with a password.
    pub fn with_password(self, index: u32) -> String {
        Self::address(index % WITH_PASSWORD * (self.accounts / WITH_PASSWORD) + 1)
    }

    /// The address and the identity number of a person who has no account yet, as long as there are any.
    pub fn without_account(self, index: u32) -> Option<(String, String)> {
        let person = (
            Self::address(self.accounts + index),
            synthetic_pid(FIRST_NEW + index),
        );
        (index < NEW).then_some(person)
    }
}

enum Database {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

impl Database {
    async fn range(&mut self, statement: &'static str, from: i64, to: i64) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::query(statement)
                    .bind(from)
                    .bind(to)
                    .execute(&mut **connection)
                    .await?;
            }
            Self::Postgres(connection) => {
                sqlx::query(statement)
                    .bind(from)
                    .bind(to)
                    .execute(&mut **connection)
                    .await?;
            }
        }
        Ok(())
    }

    async fn texts(&mut self, statement: &'static str, texts: &[&str]) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                let mut query = sqlx::query(statement);
                for text in texts {
                    query = query.bind(*text);
                }
                query.execute(&mut **connection).await?;
            }
            Self::Postgres(connection) => {
                let mut query = sqlx::query(statement);
                for text in texts {
                    query = query.bind(*text);
                }
                query.execute(&mut **connection).await?;
            }
        }
        Ok(())
    }
}

/// Fills the database at the URL.
///
/// # Errors
/// If a statement fails, for instance because the disk is full.
pub async fn fill(url: &str, accounts: u32, issuer: &str) -> Result<()> {
    let mut database = if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await?;
        sqlx::query("PRAGMA synchronous = OFF")
            .execute(&mut connection)
            .await?;
        Database::Sqlite(Box::new(connection))
    } else {
        Database::Postgres(Box::new(PgConnection::connect(url).await?))
    };
    let all = i64::from(accounts);
    let known = i64::from(accounts + NEW);
    for (statement, end) in [
        (ACCOUNTS, all),
        (LINKS, all),
        (SECOND_LINKS, all),
        (EMPLOYEES, known),
        (USERS, known),
    ] {
        let mut from = 0;
        while from < end {
            let to = end.min(from + BATCH);
            database.range(statement, from, to).await?;
            from = to;
        }
    }
    // One transaction, because each commit waits for the disk.
    database.texts("BEGIN", &[]).await?;
    people(&mut database, People::of(accounts), issuer).await?;
    database.texts("COMMIT", &[]).await?;
    if let Database::Postgres(_) = database {
        database.texts(ANALYZE, &[]).await?;
    }
    match database {
        Database::Sqlite(connection) => connection.close().await?,
        Database::Postgres(connection) => connection.close().await?,
    }
    Ok(())
}

/// Identity numbers and passwords of the people that the journeys use.
async fn people(database: &mut Database, people: People, issuer: &str) -> Result<()> {
    let hash = Argon2::default()
        .hash_password_with_salt(PASSWORD.as_bytes(), b"the same for all")
        .ok()
        .context("the password could not be hashed")?
        .to_string();
    for index in 0..WITH_PASSWORD {
        let address = people.with_password(index);
        database.texts(PASSWORDS, &[&hash, &address]).await?;
    }
    let keys = Keys::new(KEYS[0], KEYS[1]);
    let stored = |number: &str| {
        let number = NationalId::parse(number)
            .ok()
            .context("an identity number is invalid")?;
        anyhow::Ok(keys.pid_hash(&number).0)
    };
    for index in 0..LINKED {
        let (address, number) = people.linked(index);
        let number = stored(&number)?;
        database
            .texts(LINK_NUMBER, &[&number, &address, issuer])
            .await?;
        database
            .texts(EMPLOYEE_NUMBER, &[&number, &address])
            .await?;
    }
    for (address, number) in (0..NEW).filter_map(|index| people.without_account(index)) {
        database
            .texts(EMPLOYEE_NUMBER, &[&stored(&number)?, &address])
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nobody_is_in_two_groups() {
        for accounts in [LEAST, 1_000_000] {
            let people = People::of(accounts);
            let linked = (0..LINKED).map(|index| people.linked(index).0);
            let with_password = (0..WITH_PASSWORD).map(|index| people.with_password(index));
            let new = (0..NEW).filter_map(|index| Some(people.without_account(index)?.0));
            let all: Vec<_> = linked.chain(with_password).chain(new).collect();
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
            assert_eq!(all.len(), (LINKED + WITH_PASSWORD + NEW) as usize);
        }
    }

    #[test]
    fn there_are_no_more_new_people_than_were_seeded() {
        assert!(People::of(LEAST).without_account(NEW).is_none());
    }
}
