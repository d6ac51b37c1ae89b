//! Accounts, passwords and recovery tickets.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    account::{
        port::{Accounts, Tickets},
        types::{Account, Claim, RecoveryTicket, StoredPassword},
    },
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
};
use kobling_model::{AccountId, Email, Lang, Timestamp};

statements! {
    ACCOUNT = "SELECT id AS account_id, email, email_proven_at, released_email, released_at, name, lang,
            created_at AS account_created_at, disabled_at
        FROM accounts WHERE id = $1";
    ACCOUNT_BY_EMAIL = "SELECT id AS account_id, email, email_proven_at, released_email, released_at, name, lang,
            created_at AS account_created_at, disabled_at
        FROM accounts WHERE email = $1";
    /// An update without effect as a row lock, because SQLite has no SELECT … FOR UPDATE.
    LOCK_ACCOUNT = "UPDATE accounts SET id = id WHERE id = $1
        RETURNING id AS account_id, email, email_proven_at, released_email, released_at, name, lang,
            created_at AS account_created_at, disabled_at";
    INSERT_ACCOUNT = "INSERT INTO accounts (id, email, email_proven_at, name, lang, created_at, disabled_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    SET_NAME = "UPDATE accounts SET name = $2 WHERE id = $1";
    SET_LANG = "UPDATE accounts SET lang = $2 WHERE id = $1";
    PROVE_EMAIL = "UPDATE accounts SET email_proven_at = $3 WHERE id = $1 AND email = $2";
    CHANGE_EMAIL = "UPDATE accounts
        SET email = $3, email_proven_at = $4, released_email = NULL, released_at = NULL
        WHERE id = $1 AND coalesce(released_email, email) = $2";
    /// The id takes the place of the address, which must be free and stay unique.
    RELEASE_EMAIL = "UPDATE accounts
        SET email = id, email_proven_at = NULL, released_email = email, released_at = $3
        WHERE id = $1 AND email = $2";
    DISABLE_ACCOUNT = "UPDATE accounts SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    ENABLE_ACCOUNT = "UPDATE accounts SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
    PASSWORD = "SELECT hash, changed_at FROM passwords WHERE account = $1";
    SET_PASSWORD = "INSERT INTO passwords (account, hash, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at";
    FORGET_BROWSERS = "UPDATE accounts SET browsers_forgotten_at = $2 WHERE id = $1";
    BROWSERS_FORGOTTEN_AT = "SELECT browsers_forgotten_at FROM accounts WHERE id = $1";
    REFRESH_PASSWORD = "UPDATE passwords SET hash = $3 WHERE account = $1 AND hash = $2";
    FORGET_PASSWORD = "DELETE FROM passwords WHERE account = $1 AND changed_at >= $2";
    INSERT_TICKET = "INSERT INTO recovery_tickets (ticket, account, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    TICKET = "SELECT ticket, account, expires_at
        FROM recovery_tickets WHERE ticket = $1 AND consumed_at IS NULL AND expires_at > $2";
    CONSUME_TICKET = "UPDATE recovery_tickets SET consumed_at = $2
        WHERE ticket = $1 AND consumed_at IS NULL AND expires_at > $2
        RETURNING ticket, account, expires_at";
    VOID_TICKETS = "DELETE FROM recovery_tickets WHERE account = $1";
}

/// Its columns have names that no other row has, so that both can be read at once.
#[derive(sqlx::FromRow)]
pub struct AccountRow {
    account_id: String,
    email: String,
    email_proven_at: Option<i64>,
    released_email: Option<String>,
    released_at: Option<i64>,
    name: String,
    lang: String,
    account_created_at: i64,
    disabled_at: Option<i64>,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;
    fn try_from(row: AccountRow) -> Stored<Self> {
        let claim = match (row.released_at, row.email_proven_at) {
            (Some(at), _) => Claim::Released(Timestamp(at)),
            (None, Some(at)) => Claim::Proven(Timestamp(at)),
            (None, None) => Claim::Vouched,
        };
        Ok(Self {
            id: column::id(&row.account_id, "id")?,
            email: column::email(row.released_email.as_ref().unwrap_or(&row.email))?,
            claim,
            name: row.name,
            lang: column::lang(&row.lang)?,
            created_at: Timestamp(row.account_created_at),
            disabled_at: row.disabled_at.map(Timestamp),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ForgottenRow {
    browsers_forgotten_at: Option<i64>,
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

#[derive(sqlx::FromRow)]
struct TicketRow {
    ticket: String,
    account: String,
    expires_at: i64,
}

impl TryFrom<TicketRow> for RecoveryTicket {
    type Error = StoreError;
    fn try_from(row: TicketRow) -> Stored<Self> {
        Ok(Self {
            ticket: Digest256(row.ticket),
            account: column::id(&row.account, "account")?,
            expires_at: Timestamp(row.expires_at),
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

    async fn lock_account(&mut self, id: AccountId) -> Stored<Option<Account>> {
        fetch_optional!(self, AccountRow, LOCK_ACCOUNT, id.to_string())
    }

    async fn insert_account(&mut self, account: &Account) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_ACCOUNT,
            account.id.to_string(),
            account.email.as_str(),
            match account.claim {
                Claim::Proven(at) => Some(at.0),
                Claim::Vouched | Claim::Released(_) => None,
            },
            account.name.as_str(),
            account.lang.tag(),
            account.created_at.0,
            account.disabled_at.map(|at| at.0),
        )?)
    }

    async fn set_name(&mut self, id: AccountId, name: &str) -> Stored<()> {
        execute!(self, SET_NAME, id.to_string(), name).map(drop)
    }

    async fn set_lang(&mut self, id: AccountId, lang: Lang) -> Stored<()> {
        execute!(self, SET_LANG, id.to_string(), lang.tag()).map(drop)
    }

    async fn prove_email(&mut self, id: AccountId, email: &Email, at: Timestamp) -> Stored<()> {
        execute!(self, PROVE_EMAIL, id.to_string(), email.as_str(), at.0).map(drop)
    }

    async fn change_email(
        &mut self,
        id: AccountId,
        old: &Email,
        new: &Email,
        proven_at: Option<Timestamp>,
    ) -> Stored<bool> {
        self.mark().await?;
        let done = execute!(
            self,
            CHANGE_EMAIL,
            id.to_string(),
            old.as_str(),
            new.as_str(),
            proven_at.map(|at| at.0),
        );
        self.keep_unless_conflict(done).await.map(|rows| rows == 1)
    }

    async fn release_email(&mut self, id: AccountId, email: &Email, at: Timestamp) -> Stored<bool> {
        execute!(self, RELEASE_EMAIL, id.to_string(), email.as_str(), at.0).map(|rows| rows == 1)
    }

    async fn disable_account(&mut self, id: AccountId, at: Timestamp) -> Stored<bool> {
        execute!(self, DISABLE_ACCOUNT, id.to_string(), at.0).map(|rows| rows == 1)
    }

    async fn enable_account(&mut self, id: AccountId) -> Stored<bool> {
        execute!(self, ENABLE_ACCOUNT, id.to_string()).map(|rows| rows == 1)
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

    async fn forget_browsers(&mut self, id: AccountId, at: Timestamp) -> Stored<()> {
        execute!(self, FORGET_BROWSERS, id.to_string(), at.0).map(|_| ())
    }

    async fn browsers_forgotten_at(&mut self, id: AccountId) -> Stored<Option<Timestamp>> {
        let row = fetch!(
            fetch_optional,
            self,
            ForgottenRow,
            BROWSERS_FORGOTTEN_AT,
            id.to_string()
        )?;
        Ok(row.and_then(|row| row.browsers_forgotten_at).map(Timestamp))
    }

    async fn refresh_password(&mut self, id: AccountId, old: &str, new: &str) -> Stored<()> {
        execute!(self, REFRESH_PASSWORD, id.to_string(), old, new).map(drop)
    }

    async fn forget_password(&mut self, id: AccountId, since: Timestamp) -> Stored<()> {
        execute!(self, FORGET_PASSWORD, id.to_string(), since.0).map(drop)
    }
}

#[async_trait]
impl Tickets for UnitOfWork {
    async fn insert_ticket(&mut self, ticket: &RecoveryTicket) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_TICKET,
            ticket.ticket.0.as_str(),
            ticket.account.to_string(),
            ticket.expires_at.0,
        )?)
    }

    async fn ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>> {
        fetch_optional!(self, TicketRow, TICKET, ticket.0.as_str(), now.0)
    }

    async fn consume_ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>> {
        fetch_optional!(self, TicketRow, CONSUME_TICKET, ticket.0.as_str(), now.0)
    }

    async fn void_tickets(&mut self, account: AccountId) -> Stored<()> {
        execute!(self, VOID_TICKETS, account.to_string()).map(drop)
    }
}
