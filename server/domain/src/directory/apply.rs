//! Imports payroll files, and manages organisations.

use crate::{
    audit::event::{AuditEvent, Involved},
    directory::{
        import::{Report, parse, plan},
        types::Organisation,
    },
    kernel::{core::service, error::StoreError, outcome::Fault, request::Visitor},
};
use kobling_model::id::AuditId;

service! {
    /// Imports payroll files, and manages organisations.
    DirectoryService {}
}

impl DirectoryService {
    /// Imports a file into an organisation, or, on a dry run, only reports the changes.
    ///
    /// # Errors
    /// [`kobling_model::Problem::NotFound`] when there is no such organisation; [`Fault::Store`]. The report contains
    /// the errors in the file.
    pub async fn import(
        &self,
        organisation: &str,
        bytes: &[u8],
        refuse_synthetic: bool,
        dry_run: bool,
    ) -> Result<Report, Fault> {
        let rows = match parse(bytes, refuse_synthetic) {
            Ok(rows) => rows,
            Err(problems) => {
                return Ok(Report {
                    problems,
                    ..Report::default()
                });
            }
        };
        let mut work = self.begin().await?;
        let org = work
            .directory()
            .organisation(organisation)
            .await?
            .ok_or(kobling_model::Problem::NotFound)?;
        let employees = work.directory().employees(org.id).await?;
        let users = work.directory().users(org.id).await?;
        let plan = plan(&org, &rows, &employees, &users, &self.keys);
        let report = Report {
            rows: rows.len(),
            new: plan.new,
            changed: plan.changed,
            problems: plan.problems,
        };
        if !report.problems.is_empty() || dry_run {
            return Ok(report);
        }
        work.directory().put_employees(&plan.employees).await?;
        // Every employee number in the file, so that a row without an address removes access.
        let numbers: Vec<String> = plan.employees.iter().map(|e| e.number.clone()).collect();
        work.directory()
            .put_users(org.id, &numbers, &plan.users)
            .await?;
        let imported = AuditEvent::DirectoryImported {
            organisation,
            rows: report.rows,
            new: report.new,
            changed: report.changed,
        };
        let command = Visitor {
            network: "command".to_owned(),
            ..Visitor::default()
        };
        work.audit()
            .insert_audit(&imported.row(
                AuditId(self.uuid()),
                self.now(),
                Involved::default(),
                &command,
            ))
            .await?;
        work.commit().await?;
        Ok(report)
    }

    /// Imports a file into an empty organisation, for the demo. Does nothing if the organisation has employees.
    ///
    /// # Errors
    /// As [`Self::import`].
    pub async fn import_once(
        &self,
        organisation: &str,
        bytes: &[u8],
    ) -> Result<Option<Report>, Fault> {
        let mut work = self.read().await?;
        let org = work
            .directory()
            .organisation(organisation)
            .await?
            .ok_or(kobling_model::Problem::NotFound)?;
        let empty = work.directory().employees(org.id).await?.is_empty();
        drop(work);
        if !empty {
            return Ok(None);
        }
        self.import(organisation, bytes, false, false)
            .await
            .map(Some)
    }

    /// Adds an organisation, or updates its name and contact.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_organisation(
        &self,
        key: &str,
        name: &str,
        contact: &str,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.directory()
            .put_organisation(&Organisation {
                id: kobling_model::OrgId(self.uuid()),
                key: key.to_owned(),
                name: name.to_owned(),
                contact: contact.to_owned(),
            })
            .await?;
        work.commit().await
    }
}
