//! Changes of address that can be undone.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    account::{port::AddressChanges, types::AddressChange},
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
};
use kobling_model::{AccountId, Email, Timestamp};

statements! {
    INSERT_ADDRESS_CHANGE = "INSERT INTO address_changes (ticket, account, old_email, was_proven, changed_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    ADDRESS_CHANGE = "SELECT ticket, account, old_email, was_proven, changed_at, expires_at
        FROM address_changes WHERE ticket = $1 AND consumed_at IS NULL AND expires_at > $2";
    /// The first, if the account has left the address several times.
    ADDRESS_CHANGE_FROM = "SELECT ticket, account, old_email, was_proven, changed_at, expires_at
        FROM address_changes WHERE account = $1 AND old_email = $2 AND consumed_at IS NULL AND expires_at > $3
        ORDER BY changed_at LIMIT 1";
    CONSUME_ADDRESS_CHANGE = "UPDATE address_changes SET consumed_at = $2
        WHERE ticket = $1 AND consumed_at IS NULL AND expires_at > $2
        RETURNING ticket, account, old_email, was_proven, changed_at, expires_at";
    VOID_ADDRESS_CHANGES = "DELETE FROM address_changes WHERE account = $1 AND changed_at >= $2";
    VOID_ADDRESS_CHANGES_FROM = "DELETE FROM address_changes WHERE old_email = $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    ticket: String,
    account: String,
    old_email: String,
    was_proven: bool,
    changed_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for AddressChange {
    type Error = StoreError;
    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            ticket: Digest256(row.ticket),
            account: column::id(&row.account, "account")?,
            old: column::email(&row.old_email)?,
            was_proven: row.was_proven,
            changed_at: Timestamp(row.changed_at),
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[async_trait]
impl AddressChanges for UnitOfWork {
    async fn insert_address_change(&mut self, change: &AddressChange) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_ADDRESS_CHANGE,
            change.ticket.0.as_str(),
            change.account.to_string(),
            change.old.as_str(),
            change.was_proven,
            change.changed_at.0,
            change.expires_at.0,
        )?)
    }

    async fn address_change(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<AddressChange>> {
        fetch_optional!(self, Row, ADDRESS_CHANGE, ticket.0.as_str(), now.0)
    }

    async fn address_change_from(
        &mut self,
        account: AccountId,
        old: &Email,
        now: Timestamp,
    ) -> Stored<Option<AddressChange>> {
        fetch_optional!(
            self,
            Row,
            ADDRESS_CHANGE_FROM,
            account.to_string(),
            old.as_str(),
            now.0
        )
    }

    async fn consume_address_change(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<AddressChange>> {
        fetch_optional!(self, Row, CONSUME_ADDRESS_CHANGE, ticket.0.as_str(), now.0)
    }

    async fn void_address_changes(&mut self, account: AccountId, since: Timestamp) -> Stored<()> {
        execute!(self, VOID_ADDRESS_CHANGES, account.to_string(), since.0).map(drop)
    }

    async fn void_address_changes_from(&mut self, old: &Email) -> Stored<()> {
        execute!(self, VOID_ADDRESS_CHANGES_FROM, old.as_str()).map(drop)
    }
}
