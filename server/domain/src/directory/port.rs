//! How the directory is stored.

use crate::{
    directory::types::{DirectoryUser, Employee, Holding, Organisation, Vouched},
    kernel::{error::Stored, secret::Digest256},
};
use async_trait::async_trait;
use kobling_model::{Email, OrgId};

/// Organisations, employees, users.
#[async_trait]
pub trait Directory: Send {
    /// By key.
    async fn organisation(&mut self, key: &str) -> Stored<Option<Organisation>>;
    /// Adds one, or updates name, contact and address hint of the one with this key.
    async fn put_organisation(&mut self, org: &Organisation) -> Stored<()>;
    /// The vouched addresses of an identity number, by organisation key.
    async fn vouched(&mut self, pid: &Digest256) -> Stored<Vec<Vouched>>;
    /// The name that the directory has for the person with this address, if any.
    async fn directory_name(&mut self, email: &Email) -> Stored<Option<String>>;
    /// What each organisation that has an address among its users holds of it.
    async fn holdings(&mut self, email: &Email) -> Stored<Vec<Holding>>;
    /// All organisations, with what each holds of an address, if it has it among its users.
    async fn all_holdings(&mut self, email: &Email)
    -> Stored<Vec<(Organisation, Option<Holding>)>>;
    /// All employees of an organisation.
    async fn employees(&mut self, org: OrgId) -> Stored<Vec<Employee>>;
    /// All users of an organisation.
    async fn users(&mut self, org: OrgId) -> Stored<Vec<DirectoryUser>>;
    /// Adds or replaces these by employee number, in few statements: a payroll can have 100,000 rows.
    /// [`StoreError::Conflict`] when an identity number belongs to another number there.
    async fn put_employees(&mut self, employees: &[Employee]) -> Stored<()>;
    /// Removes these employees, and the users that belong to their numbers.
    async fn remove_employees(&mut self, org: OrgId, numbers: &[String]) -> Stored<()>;
    /// Replaces the users that belong to these employee numbers: first deletes all addresses of these numbers, then
    /// inserts the new ones. [`StoreError::Conflict`] when an address belongs to another number.
    async fn put_users(
        &mut self,
        org: OrgId,
        numbers: &[String],
        users: &[DirectoryUser],
    ) -> Stored<()>;
}
