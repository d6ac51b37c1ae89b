//! Accounts and passwords.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    account::{Account, StoredPassword},
    port::{Accounts, StoreError, Stored},
};
use kobling_model::{AccountId, Email, Timestamp};

statements! {
    ACCOUNT = "SELECT id, email, email_proven_at, name, lang, created_at, disabled_at
        FROM accounts WHERE id = $1";
    ACCOUNT_BY_EMAIL = "SELECT id, email, email_proven_at, name, lang, created_at, disabled_at
        FROM accounts WHERE email = $1";
    /// An update without effect, because SELECT … FOR UPDATE is PostgreSQL's alone.
    LOCK_ACCOUNT = "UPDATE accounts SET id = id WHERE id = $1";
    INSERT_ACCOUNT = "INSERT INTO accounts (id, email, email_proven_at, name, lang, created_at, disabled_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    UPDATE_ACCOUNT = "UPDATE accounts
        SET email = $2, email_proven_at = $3, name = $4, lang = $5, disabled_at = $6 WHERE id = $1";
    PASSWORD = "SELECT hash, changed_at FROM passwords WHERE account = $1";
    SET_PASSWORD = "INSERT INTO passwords (account, hash, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at";
    REFRESH_PASSWORD = "UPDATE passwords SET hash = $3 WHERE account = $1 AND hash = $2";
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: String,
    email: String,
    email_proven_at: Option<i64>,
    name: String,
    lang: String,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;
    fn try_from(row: AccountRow) -> Stored<Self> {
        Ok(Self {
            id: column::id(&row.id, "id")?,
            email: column::email(&row.email)?,
            email_proven_at: row.email_proven_at.map(Timestamp),
            name: row.name,
            lang: column::lang(&row.lang)?,
            created_at: Timestamp(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp),
        })
    }
}

#[derive(sqlx::FromRow)]
struct PasswordRow {
    hash: String,
    changed_at: i64,
}

impl TryFrom<PasswordRow> for StoredPassword {
    type Error = StoreError;
    fn try_from(row: PasswordRow) -> Stored<Self> {
        Ok(Self {
            hash: row.hash,
            changed_at: Timestamp(row.changed_at),
        })
    }
}

#[async_trait]
impl Accounts for UnitOfWork {
    async fn account(&mut self, id: AccountId) -> Stored<Option<Account>> {
        fetch_optional!(self, AccountRow, ACCOUNT, id.to_string())
    }

    async fn account_by_email(&mut self, email: &Email) -> Stored<Option<Account>> {
        fetch_optional!(self, AccountRow, ACCOUNT_BY_EMAIL, email.as_str())
    }

    async fn lock_account(&mut self, id: AccountId) -> Stored<()> {
        execute!(self, LOCK_ACCOUNT, id.to_string()).map(drop)
    }

    async fn insert_account(&mut self, account: &Account) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_ACCOUNT,
            account.id.to_string(),
            account.email.as_str(),
            account.email_proven_at.map(|at| at.0),
            account.name.as_str(),
            account.lang.tag(),
            account.created_at.0,
            account.disabled_at.map(|at| at.0),
        )?)
    }

    async fn update_account(&mut self, account: &Account) -> Stored<()> {
        self.mark().await?;
        let done = execute!(
            self,
            UPDATE_ACCOUNT,
            account.id.to_string(),
            account.email.as_str(),
            account.email_proven_at.map(|at| at.0),
            account.name.as_str(),
            account.lang.tag(),
            account.disabled_at.map(|at| at.0),
        );
        self.keep_unless_conflict(done).await.map(drop)
    }

    async fn password(&mut self, id: AccountId) -> Stored<Option<StoredPassword>> {
        fetch_optional!(self, PasswordRow, PASSWORD, id.to_string())
    }

    async fn set_password(&mut self, id: AccountId, password: &StoredPassword) -> Stored<()> {
        execute!(
            self,
            SET_PASSWORD,
            id.to_string(),
            password.hash.as_str(),
            password.changed_at.0,
        )
        .map(drop)
    }

    async fn refresh_password(&mut self, id: AccountId, old: &str, new: &str) -> Stored<()> {
        execute!(self, REFRESH_PASSWORD, id.to_string(), old, new).map(drop)
    }
}
