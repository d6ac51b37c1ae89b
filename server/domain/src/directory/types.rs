//! The directory: organisations, employees, and the addresses with access.

use crate::kernel::secret::Digest256;
use kobling_model::{Email, OrgId};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The organisation.
    pub id: OrgId,
    /// Short name in configuration and commands, such as `nordvik`.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// The contact shown to people: an address, a telephone number, or a sentence.
    pub contact: String,
    /// What its addresses look like, such as `fornavn.etternavn@nordvik.example`; shown where one is typed.
    pub address_hint: Option<String>,
}

/// An employee of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// The organisation.
    pub org: OrgId,
    /// Employee number; unique within the organisation.
    pub number: String,
    /// Keyed hash of the identity number, where the organisation knows it; unique within the organisation.
    pub pid: Option<Digest256>,
    /// Name.
    pub name: String,
}

/// An address that has access to an organisation's applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryUser {
    /// The organisation.
    pub org: OrgId,
    /// The address; unique within the organisation.
    pub email: Email,
    /// The employee it belongs to.
    pub number: Option<String>,
}

/// The directory's entry for one identity: an employee with an address that has access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The organisation.
    pub org: OrgId,
    /// Its key.
    pub key: String,
    /// The address among the organisation's users.
    pub email: Email,
    /// The employee's name.
    pub name: String,
}

/// What an organisation holds of an address among its users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The organisation.
    pub org: OrgId,
    /// Its key.
    pub key: String,
    /// Keyed hash of the identity number of the employee that it gives the address to, where it knows one.
    pub pid: Option<Digest256>,
}
