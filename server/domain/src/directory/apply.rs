//! Imports payroll files, and manages organisations.

use crate::{
    admin::types::Operator,
    audit::event::AuditEvent,
    directory::{
        handover::{Handover, handovers},
        import::{
            parse::parse,
            plan::plan,
            types::{Import, Report},
        },
        types::Organisation,
    },
    kernel::{
        core::{Unit, service},
        error::StoreError,
        outcome::Fault,
        request::Visitor,
    },
    link::{owner::LinkService, whose::is_backed},
};

service! {
    /// Imports payroll files, and manages organisations.
    DirectoryService { links: LinkService }
}

impl DirectoryService {
    /// Imports a file into an organisation, or, on a dry run or if too many leave, only reports the changes.
    ///
    /// # Errors
    /// [`kobling_model::Problem::NotFound`] when there is no such organisation; [`Fault::Store`]. The report contains
    /// the errors in the file.
    pub async fn import(
        &self,
        organisation: &str,
        bytes: &[u8],
        how: &Import<'_>,
    ) -> Result<Report, Fault> {
        let rows = match parse(bytes, how.refuse_synthetic) {
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
        let complete = how.complete.is_some();
        let plan = plan(&org, &rows, (&employees, &users), complete, &self.keys);
        let report = Report {
            rows: rows.len(),
            new: plan.new,
            changed: plan.changed,
            known: plan.known,
            too_many_leave: how.complete.is_some_and(|complete| {
                !complete.allows(rows.len(), plan.known, plan.leaving.len())
            }),
            leaving: plan.leaving,
            problems: plan.problems,
        };
        if !report.problems.is_empty() || report.too_many_leave || how.dry_run {
            return Ok(report);
        }
        // First, so that what they leave behind can be given to others.
        work.directory()
            .remove_employees(org.id, &report.leaving)
            .await?;
        work.directory().put_employees(&plan.employees).await?;
        // Every employee number in the file, so that a row without an address removes access.
        let numbers: Vec<String> = plan.employees.iter().map(|e| e.number.clone()).collect();
        work.directory()
            .put_users(org.id, &numbers, &plan.users)
            .await?;
        let handovers = handovers((&employees, &users), (&plan.employees, &plan.users));
        self.apply_handovers(&mut work, &Visitor::command(), &handovers)
            .await?;
        let by = how.operator.map(Operator::name);
        let imported = AuditEvent::DirectoryImported {
            organisation,
            rows: report.rows,
            new: report.new,
            changed: report.changed,
            by,
        };
        let left = AuditEvent::EmployeesRemoved {
            organisation,
            count: report.leaving.len(),
            by,
        };
        let events = [(true, imported), (!report.leaving.is_empty(), left)];
        for (_, event) in events.iter().filter(|(happened, _)| *happened) {
            self.note(&mut work, &Visitor::command(), *event, None)
                .await?;
        }
        self.commit_posted(work).await?;
        Ok(report)
    }

    /// Ends the claims of accounts to addresses that the file gives to another person, unless another organisation
    /// still gives the address to the account's person.
    async fn apply_handovers(
        &self,
        work: &mut Unit,
        command: &Visitor,
        handovers: &[Handover],
    ) -> Result<(), Fault> {
        let mut accounts = Vec::new();
        for handover in handovers {
            // The mailbox of the former holder is another person's by now, with the mails in it.
            work.address_changes()
                .void_address_changes_from(&handover.email)
                .await?;
            if let Some(account) = work.accounts().account_by_email(&handover.email).await? {
                accounts.push((account.id, handover));
            }
        }
        // In the order in which accounts are locked everywhere.
        accounts.sort_unstable_by_key(|(id, _)| *id);
        for (id, _) in &accounts {
            work.accounts().lock_account(*id).await?;
        }
        for (id, handover) in accounts {
            let Some(account) = work.accounts().account(id).await? else {
                continue;
            };
            let links = work.links().links_of(id).await?;
            let holdings = work.directory().holdings(&handover.email).await?;
            if account.mailbox() == Some(&handover.email)
                && handover.ends_claim(&links)
                && !is_backed(&holdings, &links)
            {
                self.links.release(work, command, &account).await?;
            }
        }
        Ok(())
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
        self.import(organisation, bytes, &Import::default())
            .await
            .map(Some)
    }

    /// Adds an organisation, or updates its name, contact and address hint.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_organisation(
        &self,
        key: &str,
        name: &str,
        contact: &str,
        address_hint: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.directory()
            .put_organisation(&Organisation {
                id: kobling_model::OrgId(self.uuid()),
                key: key.to_owned(),
                name: name.to_owned(),
                contact: contact.to_owned(),
                address_hint: address_hint.map(str::to_owned),
            })
            .await?;
        work.commit().await
    }
}
