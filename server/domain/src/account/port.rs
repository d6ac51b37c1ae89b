//! How accounts, passwords, recovery tickets and changes of address are stored.

use crate::{
    account::types::{Account, AddressChange, RecoveryTicket, StoredPassword},
    kernel::{error::Stored, secret::Digest256},
};
use async_trait::async_trait;
use kobling_model::{AccountId, Email, Lang, Timestamp};

/// Accounts and their passwords.
#[async_trait]
pub trait Accounts: Send {
    /// By id.
    async fn account(&mut self, id: AccountId) -> Stored<Option<Account>>;
    /// By address.
    async fn account_by_email(&mut self, email: &Email) -> Stored<Option<Account>>;
    /// Holds the account's row until the end of this unit of work, so that concurrent calls that count its sign-in
    /// methods are serialised (`UPDATE accounts SET id = id WHERE id = $1`). Returns it as it is then.
    async fn lock_account(&mut self, id: AccountId) -> Stored<Option<Account>>;
    /// Adds one. [`StoreError::Conflict`] when the address is taken.
    async fn insert_account(&mut self, account: &Account) -> Stored<()>;
    /// Sets the display name.
    async fn set_name(&mut self, id: AccountId, name: &str) -> Stored<()>;
    /// Sets the language for mails.
    async fn set_lang(&mut self, id: AccountId, lang: Lang) -> Stored<()>;
    /// Ends the account's claim to its address, if that is still `email`: the address is free afterwards. Returns whether
    /// it was.
    async fn release_email(&mut self, id: AccountId, email: &Email, at: Timestamp) -> Stored<bool>;
    /// Records that the mailbox was proven, if the address is unchanged.
    async fn prove_email(&mut self, id: AccountId, email: &Email, at: Timestamp) -> Stored<()>;
    /// Changes the address to one that was proven at this time, if it was, if it is still `old`; returns whether it was. [`StoreError::Conflict`] when the
    /// new one is taken.
    async fn change_email(
        &mut self,
        id: AccountId,
        old: &Email,
        new: &Email,
        proven_at: Option<Timestamp>,
    ) -> Stored<bool>;
    /// Disables an account; returns whether it was enabled.
    async fn disable_account(&mut self, id: AccountId, at: Timestamp) -> Stored<bool>;
    /// Enables an account; returns whether it was disabled.
    async fn enable_account(&mut self, id: AccountId) -> Stored<bool>;
    /// The password, if there is one.
    async fn password(&mut self, id: AccountId) -> Stored<Option<StoredPassword>>;
    /// Sets or replaces the password.
    async fn set_password(&mut self, id: AccountId, password: &StoredPassword) -> Stored<()>;
    /// From now on no browser is known for the account.
    async fn forget_browsers(&mut self, id: AccountId, at: Timestamp) -> Stored<()>;
    /// When its browsers were forgotten last.
    async fn browsers_forgotten_at(&mut self, id: AccountId) -> Stored<Option<Timestamp>>;
    /// Replaces the hash by a new one of the same password, if the hash is still `old`.
    async fn refresh_password(&mut self, id: AccountId, old: &str, new: &str) -> Stored<()>;
    /// Removes the password, if it was set at this time or later.
    async fn forget_password(&mut self, id: AccountId, since: Timestamp) -> Stored<()>;
}

/// Changes of address that the reader of the old mailbox can undo.
#[async_trait]
pub trait AddressChanges: Send {
    /// Adds one.
    async fn insert_address_change(&mut self, change: &AddressChange) -> Stored<()>;
    /// The one of a ticket, unconsumed and unexpired; does not consume it.
    async fn address_change(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<AddressChange>>;
    /// The first change by which an account left an address, unconsumed and unexpired.
    async fn address_change_from(
        &mut self,
        account: AccountId,
        old: &Email,
        now: Timestamp,
    ) -> Stored<Option<AddressChange>>;
    /// Consumes it.
    async fn consume_address_change(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<AddressChange>>;
    /// Removes an account's changes from this time on.
    async fn void_address_changes(&mut self, account: AccountId, since: Timestamp) -> Stored<()>;
    /// Invalidates those from this address, of any account.
    async fn void_address_changes_from(&mut self, old: &Email) -> Stored<()>;
}

/// Recovery tickets.
#[async_trait]
pub trait Tickets: Send {
    /// Adds a ticket.
    async fn insert_ticket(&mut self, ticket: &RecoveryTicket) -> Stored<()>;
    /// A ticket that is unconsumed and unexpired; does not consume it.
    async fn ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>>;
    /// Consumes it.
    async fn consume_ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>>;
    /// Invalidates an account's tickets (a credential event).
    async fn void_tickets(&mut self, account: AccountId) -> Stored<()>;
}
