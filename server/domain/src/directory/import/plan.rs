//! Plans the import of a file: what it changes in the stored rows.
//!
//! Rows are matched by employee number. Those not in the file are left alone, unless the file is complete.

use crate::{
    directory::{
        import::parse::{LineError, LineProblem, Row},
        types::{DirectoryUser, Employee, Organisation},
    },
    kernel::secret::Keys,
};
use kobling_model::Email;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The changes that a valid file makes to the stored rows.
pub(crate) struct Plan {
    pub(crate) employees: Vec<Employee>,
    pub(crate) users: Vec<DirectoryUser>,
    pub(crate) new: usize,
    pub(crate) changed: usize,
    /// The employee numbers stored so far.
    pub(crate) known: usize,
    /// Those of them that leave, in order.
    pub(crate) leaving: Vec<String>,
    pub(crate) problems: Vec<LineProblem>,
}

/// Plans an import. With a `complete` file, the employee numbers leave that it does not contain; addresses without a
/// number do not come from payroll, and stay.
pub(crate) fn plan(
    org: &Organisation,
    rows: &[Row],
    (employees, users): (&[Employee], &[DirectoryUser]),
    complete: bool,
    keys: &Keys,
) -> Plan {
    let by_number: HashMap<&str, &Employee> =
        employees.iter().map(|e| (e.number.as_str(), e)).collect();
    let by_pid: HashMap<&str, &str> = employees
        .iter()
        .filter_map(|e| {
            e.pid
                .as_ref()
                .map(|pid| (pid.0.as_str(), e.number.as_str()))
        })
        .collect();
    let by_email: HashMap<&Email, Option<&str>> = users
        .iter()
        .map(|u| (&u.email, u.number.as_deref()))
        .collect();
    let email_of: HashMap<&str, &Email> = users
        .iter()
        .filter_map(|u| u.number.as_deref().map(|number| (number, &u.email)))
        .collect();
    let in_file: HashSet<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    // User administration may contain numbers that payroll does not.
    let of_users = users.iter().filter_map(|user| user.number.as_deref());
    let known: BTreeSet<&str> = by_number.keys().copied().chain(of_users).collect();
    let leaving = known
        .iter()
        .filter(|number| complete && !in_file.contains(*number))
        .map(|number| (*number).to_owned())
        .collect();
    let mut plan = Plan {
        employees: Vec::with_capacity(rows.len()),
        users: Vec::new(),
        new: 0,
        changed: 0,
        known: known.len(),
        leaving,
        problems: Vec::new(),
    };
    for row in rows {
        let employee = Employee {
            org: org.id,
            number: row.number.clone(),
            pid: row.pid.as_ref().map(|pid| keys.pid_hash(pid)),
            name: row.name.clone(),
        };
        // The values of an employee in the file are replaced by this import, and those of one who leaves are removed,
        // so they cause no conflict.
        let foreign = |owner: Option<&str>| {
            owner.is_none_or(|owner| owner != row.number && !in_file.contains(owner) && !complete)
        };
        let pid_owner = employee
            .pid
            .as_ref()
            .and_then(|pid| by_pid.get(pid.0.as_str()));
        if pid_owner.is_some_and(|owner| foreign(Some(owner))) {
            let error = LineError::Taken {
                column: "fodselsnummer",
            };
            plan.problems.push(LineProblem {
                line: row.line,
                error,
            });
        }
        if row
            .email
            .as_ref()
            .and_then(|email| by_email.get(email))
            .is_some_and(|owner| foreign(*owner))
        {
            let error = LineError::Taken { column: "epost" };
            plan.problems.push(LineProblem {
                line: row.line,
                error,
            });
        }
        match by_number.get(row.number.as_str()) {
            None => plan.new += 1,
            Some(there)
                if **there != employee
                    || email_of.get(row.number.as_str()).copied() != row.email.as_ref() =>
            {
                plan.changed += 1;
            }
            Some(_) => {}
        }
        plan.employees.push(employee);
        if let Some(email) = &row.email {
            plan.users.push(DirectoryUser {
                org: org.id,
                email: email.clone(),
                number: Some(row.number.clone()),
            });
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{directory::import::parse::parse, kernel::secret::Keys};
    use kobling_model::OrgId;
    use uuid::Uuid;

    /// The outcome of a complete or partial file where employees 1 to 3 are stored, and two users without any.
    fn planned(lines: &str, complete: bool) -> Plan {
        let org = Organisation {
            id: OrgId(Uuid::nil()),
            key: "nordvik".into(),
            name: "Nordvik kommune".into(),
            contact: "Brukerstøtte".into(),
            address_hint: None,
        };
        let employees = ["1", "2", "3"].map(|number| Employee {
            org: org.id,
            number: number.into(),
            pid: None,
            name: format!("Ansatt {number}"),
        });
        let users = [
            ("a", Some("1")),
            ("b", Some("2")),
            ("hired", Some("7")),
            ("postmottak", None),
        ]
        .map(|(address, number)| DirectoryUser {
            org: org.id,
            email: Email::parse(&format!("{address}@nordvik.example")).expect("an address"),
            number: number.map(Into::into),
        });
        let file = format!("fodselsnummer;ansattnummer;navn;epost\n{lines}");
        let rows = parse(file.as_bytes(), false).expect("a good file");
        let keys = Keys::new([1; 32], [2; 32]);
        plan(&org, &rows, (&employees, &users), complete, &keys)
    }

    #[test]
    fn only_a_complete_file_makes_those_leave_who_are_missing() {
        let lines = ";1;Ansatt 1;a@nordvik.example\n;4;Ny;ny@nordvik.example\n";
        let partial = planned(lines, false);
        assert_eq!((partial.known, partial.leaving), (4, vec![]));
        let complete = planned(lines, true);
        assert_eq!(complete.leaving, ["2", "3", "7"]);
        assert_eq!((complete.new, complete.changed, complete.known), (1, 0, 4));
        assert_eq!(complete.problems, []);
        assert_eq!(planned("", true).leaving, ["1", "2", "3", "7"]);
    }

    #[test]
    fn the_address_of_a_leaver_can_be_given_away_at_once() {
        let lines = ";1;Ansatt 1;b@nordvik.example\n";
        let taken = LineProblem {
            line: 2,
            error: LineError::Taken { column: "epost" },
        };
        assert_eq!(planned(lines, false).problems, std::slice::from_ref(&taken));
        let complete = planned(lines, true);
        assert_eq!((complete.problems, complete.changed), (vec![], 1));
        let shared = ";1;Ansatt 1;postmottak@nordvik.example\n";
        assert_eq!(
            planned(shared, true).problems,
            [taken],
            "it belongs to nobody who leaves"
        );
    }
}
