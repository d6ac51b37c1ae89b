//! Organisations, employees, users.

use crate::batch::{Batch, batches};
use crate::column;
use crate::work::{UnitOfWork, execute, fetch, fetch_all, fetch_optional, statements};
use async_trait::async_trait;
use kobling_domain::{
    directory::{
        port::Directory,
        types::{DirectoryUser, Employee, Holding, Organisation, Vouched},
    },
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
};
use kobling_model::{Email, OrgId};
use serde::Serialize;
use std::collections::BTreeMap;

// Batches are passed as one JSON object; see `batch.rs`.
statements! {
    ORGANISATION = "SELECT id, key, name, contact, address_hint FROM organisations WHERE key = $1";
    PUT_ORGANISATION = "INSERT INTO organisations (id, key, name, contact, address_hint) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (key) DO UPDATE SET name = excluded.name, contact = excluded.contact,
            address_hint = excluded.address_hint";
    VOUCHED = "SELECT o.key, e.org, u.email, e.name
        FROM employees e
        JOIN users u ON u.org = e.org AND u.number = e.number
        JOIN organisations o ON o.id = e.org
        WHERE e.pid = $1";
    DIRECTORY_NAME = "SELECT e.name
        FROM users u JOIN employees e ON e.org = u.org AND e.number = u.number
        WHERE u.email = $1 AND e.name <> '' ORDER BY e.org LIMIT 1";
    HOLDINGS = "SELECT u.org, o.key, e.pid
        FROM users u
        JOIN organisations o ON o.id = u.org
        LEFT JOIN employees e ON e.org = u.org AND e.number = u.number
        WHERE u.email = $1 ORDER BY u.org";
    ALL_HOLDINGS = "SELECT o.id, o.key, o.name, o.contact, o.address_hint, u.email, e.pid
        FROM organisations o
        LEFT JOIN users u ON u.org = o.id AND u.email = $1
        LEFT JOIN employees e ON e.org = u.org AND e.number = u.number";
    EMPLOYEES = "SELECT org, number, pid, name FROM employees WHERE org = $1";
    USERS = "SELECT org, email, number FROM users WHERE org = $1";
    /// Clears the identity numbers that change, so that two employees can swap theirs in any order of rows.
    RELEASE_PIDS = "UPDATE employees SET pid = NULL
        WHERE org = $1 AND pid IS NOT NULL AND number IN (SELECT key FROM json_each($2))
            AND (number, pid) NOT IN
                (SELECT key, value ->> 'pid' FROM json_each($2) WHERE value ->> 'pid' IS NOT NULL)";
    /// Unchanged rows are not written.
    PUT_EMPLOYEES = "INSERT INTO employees (org, number, pid, name)
        SELECT $1, key, value ->> 'pid', value ->> 'name' FROM json_each($2) WHERE true
        ON CONFLICT (org, number) DO UPDATE SET pid = excluded.pid, name = excluded.name
            WHERE employees.pid IS DISTINCT FROM excluded.pid OR employees.name <> excluded.name";
    DELETE_EMPLOYEES = "DELETE FROM employees
        WHERE org = $1 AND number IN (SELECT key FROM json_each($2))";
    DELETE_USERS_OF_NUMBERS = "DELETE FROM users
        WHERE org = $1 AND number IN (SELECT key FROM json_each($2))";
    /// An address without a number is assigned; one that belongs to another number is not.
    PUT_USERS = "INSERT INTO users (org, email, number)
        SELECT $1, key, value ->> 'number' FROM json_each($2) WHERE true
        ON CONFLICT (org, email) DO UPDATE SET number = excluded.number WHERE users.number IS NULL";
}

#[derive(sqlx::FromRow)]
struct OrganisationRow {
    id: String,
    key: String,
    name: String,
    contact: String,
    address_hint: Option<String>,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = StoreError;
    fn try_from(row: OrganisationRow) -> Stored<Self> {
        Ok(Self {
            id: column::id(&row.id, "id")?,
            key: row.key,
            name: row.name,
            contact: row.contact,
            address_hint: row.address_hint,
        })
    }
}

#[derive(sqlx::FromRow)]
struct EmployeeRow {
    org: String,
    number: String,
    pid: Option<String>,
    name: String,
}

impl TryFrom<EmployeeRow> for Employee {
    type Error = StoreError;
    fn try_from(row: EmployeeRow) -> Stored<Self> {
        Ok(Self {
            org: column::id(&row.org, "org")?,
            number: row.number,
            pid: row.pid.map(Digest256),
            name: row.name,
        })
    }
}

#[derive(sqlx::FromRow)]
struct UserRow {
    org: String,
    email: String,
    number: Option<String>,
}

impl TryFrom<UserRow> for DirectoryUser {
    type Error = StoreError;
    fn try_from(row: UserRow) -> Stored<Self> {
        Ok(Self {
            org: column::id(&row.org, "org")?,
            email: column::email(&row.email)?,
            number: row.number,
        })
    }
}

#[derive(sqlx::FromRow)]
struct HoldingRow {
    org: String,
    key: String,
    pid: Option<String>,
}

impl TryFrom<HoldingRow> for Holding {
    type Error = StoreError;
    fn try_from(row: HoldingRow) -> Stored<Self> {
        Ok(Self {
            org: column::id(&row.org, "org")?,
            key: row.key,
            pid: row.pid.map(Digest256),
        })
    }
}

#[derive(sqlx::FromRow)]
struct OrganisationHoldingRow {
    #[sqlx(flatten)]
    organisation: OrganisationRow,
    email: Option<String>,
    pid: Option<String>,
}

impl TryFrom<OrganisationHoldingRow> for (Organisation, Option<Holding>) {
    type Error = StoreError;
    fn try_from(row: OrganisationHoldingRow) -> Stored<Self> {
        let organisation = Organisation::try_from(row.organisation)?;
        let holding = row.email.map(|_| Holding {
            org: organisation.id,
            key: organisation.key.clone(),
            pid: row.pid.map(Digest256),
        });
        Ok((organisation, holding))
    }
}

#[derive(sqlx::FromRow)]
struct VouchedRow {
    key: String,
    org: String,
    email: String,
    name: String,
}

impl TryFrom<VouchedRow> for Vouched {
    type Error = StoreError;
    fn try_from(row: VouchedRow) -> Stored<Self> {
        Ok(Self {
            org: column::id(&row.org, "org")?,
            key: row.key,
            email: column::email(&row.email)?,
            name: row.name,
        })
    }
}

/// An employee in a batch, under the number.
#[derive(Serialize)]
struct EmployeeEntry<'a> {
    pid: Option<&'a str>,
    name: &'a str,
}

/// A user in a batch, under the address.
#[derive(Serialize)]
struct UserEntry<'a> {
    number: Option<&'a str>,
}

#[async_trait]
impl Directory for UnitOfWork {
    async fn organisation(&mut self, key: &str) -> Stored<Option<Organisation>> {
        fetch_optional!(self, OrganisationRow, ORGANISATION, key)
    }

    async fn put_organisation(&mut self, org: &Organisation) -> Stored<()> {
        execute!(
            self,
            PUT_ORGANISATION,
            org.id.to_string(),
            org.key.as_str(),
            org.name.as_str(),
            org.contact.as_str(),
            org.address_hint.as_deref(),
        )
        .map(drop)
    }

    async fn vouched(&mut self, pid: &Digest256) -> Stored<Vec<Vouched>> {
        let mut rows = fetch!(fetch_all, self, VouchedRow, VOUCHED, pid.0.as_str())?;
        // Sorted here and not in SQL: PostgreSQL's order of text depends on the collation.
        rows.sort_by(|a, b| (&a.key, &a.email).cmp(&(&b.key, &b.email)));
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn directory_name(&mut self, email: &Email) -> Stored<Option<String>> {
        fetch!(
            fetch_optional,
            self,
            (String,),
            DIRECTORY_NAME,
            email.as_str()
        )
        .map(|row| row.map(|(name,)| name))
    }

    async fn holdings(&mut self, email: &Email) -> Stored<Vec<Holding>> {
        fetch_all!(self, HoldingRow, HOLDINGS, email.as_str())
    }

    async fn all_holdings(
        &mut self,
        email: &Email,
    ) -> Stored<Vec<(Organisation, Option<Holding>)>> {
        fetch_all!(self, OrganisationHoldingRow, ALL_HOLDINGS, email.as_str())
    }

    async fn employees(&mut self, org: OrgId) -> Stored<Vec<Employee>> {
        let mut all: Vec<Employee> = fetch_all!(self, EmployeeRow, EMPLOYEES, org.to_string())?;
        all.sort_by(|a, b| a.number.cmp(&b.number));
        Ok(all)
    }

    async fn users(&mut self, org: OrgId) -> Stored<Vec<DirectoryUser>> {
        let mut all: Vec<DirectoryUser> = fetch_all!(self, UserRow, USERS, org.to_string())?;
        all.sort_by(|a, b| a.email.cmp(&b.email));
        Ok(all)
    }

    async fn put_employees(&mut self, employees: &[Employee]) -> Stored<()> {
        let mut by_org: BTreeMap<String, BTreeMap<&str, EmployeeEntry<'_>>> = BTreeMap::new();
        for employee in employees {
            let entry = EmployeeEntry {
                pid: column::optional_hash(employee.pid.as_ref()),
                name: &employee.name,
            };
            by_org
                .entry(employee.org.to_string())
                .or_default()
                .insert(&employee.number, entry);
        }
        self.mark().await?;
        let mut done = Ok(());
        for (org, entries) in &by_org {
            let batches = batches(entries)?;
            done = self.put_batches(org, &batches).await;
            if done.is_err() {
                break;
            }
        }
        self.keep_unless_conflict(done).await
    }

    async fn remove_employees(&mut self, org: OrgId, numbers: &[String]) -> Stored<()> {
        let org = org.to_string();
        let numbers: BTreeMap<&str, ()> = numbers.iter().map(|n| (n.as_str(), ())).collect();
        for batch in &batches(&numbers)? {
            execute!(self, DELETE_USERS_OF_NUMBERS, org.as_str(), batch)?;
            execute!(self, DELETE_EMPLOYEES, org.as_str(), batch)?;
        }
        Ok(())
    }

    async fn put_users(
        &mut self,
        org: OrgId,
        numbers: &[String],
        users: &[DirectoryUser],
    ) -> Stored<()> {
        let mut numbers: BTreeMap<&str, ()> = numbers.iter().map(|n| (n.as_str(), ())).collect();
        let mut entries: BTreeMap<&str, UserEntry<'_>> = BTreeMap::new();
        for user in users {
            let number = user.number.as_deref();
            numbers.extend(number.map(|number| (number, ())));
            let former = entries.insert(user.email.as_str(), UserEntry { number });
            if former.is_some_and(|former| former.number != number) {
                return Err(StoreError::Conflict);
            }
        }
        let (numbers, entries) = (batches(&numbers)?, batches(&entries)?);
        self.mark().await?;
        let done = self
            .replace_users(&org.to_string(), &numbers, &entries)
            .await;
        self.keep_unless_conflict(done).await
    }
}

impl UnitOfWork {
    async fn put_batches(&mut self, org: &str, batches: &[Batch]) -> Stored<()> {
        for batch in batches {
            execute!(self, RELEASE_PIDS, org, batch)?;
        }
        for batch in batches {
            execute!(self, PUT_EMPLOYEES, org, batch)?;
        }
        Ok(())
    }

    async fn replace_users(
        &mut self,
        org: &str,
        numbers: &[Batch],
        entries: &[Batch],
    ) -> Stored<()> {
        for batch in numbers {
            execute!(self, DELETE_USERS_OF_NUMBERS, org, batch)?;
        }
        for batch in entries {
            if execute!(self, PUT_USERS, org, batch)? != batch.rows {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }
}
