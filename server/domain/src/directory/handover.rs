//! Addresses that an import gives to another person: the former holder's account loses its claim to the address.

use crate::{
    directory::types::{DirectoryUser, Employee},
    kernel::secret::Digest256,
    link::types::Link,
};
use kobling_model::Email;
use std::collections::HashMap;

/// An address that changes hands within an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handover {
    /// The address.
    pub email: Email,
    /// Keyed hash of the identity number of the former holder.
    from: Digest256,
    /// The same of the new holder, where the organisation knows it.
    to: Option<Digest256>,
}

impl Handover {
    /// Whether an account with these links loses its claim to the address: it is the former holder's. Whose an account
    /// without numbers is cannot be told.
    pub(crate) fn ends_claim(&self, links: &[Link]) -> bool {
        let is_of = |number: &Digest256| links.iter().any(|link| link.pid.as_ref() == Some(number));
        is_of(&self.from) && !self.to.as_ref().is_some_and(is_of)
    }
}

/// The addresses that change hands: those that the organisation had before, for another identity number. An address that
/// is new to it says nothing about the account that has it already, and neither does a new employee number alone.
pub(crate) fn handovers(
    before: (&[Employee], &[DirectoryUser]),
    after: (&[Employee], &[DirectoryUser]),
) -> Vec<Handover> {
    let numbers = |employees: &[Employee]| -> HashMap<String, Digest256> {
        let known = employees.iter().filter_map(|employee| {
            let pid = employee.pid.clone()?;
            Some((employee.number.clone(), pid))
        });
        known.collect()
    };
    let (from, to) = (numbers(before.0), numbers(after.0));
    let holders: HashMap<&Email, &str> = before
        .1
        .iter()
        .filter_map(|user| Some((&user.email, user.number.as_deref()?)))
        .collect();
    let changed = after.1.iter().filter_map(|user| {
        let (old, new) = (*holders.get(&user.email)?, user.number.as_deref()?);
        let (former, to) = (from.get(old)?.clone(), to.get(new).cloned());
        let is_one = match &to {
            Some(to) => *to != former,
            // A number that is taken out of the same employee's row.
            None => old != new,
        };
        is_one.then(|| Handover {
            email: user.email.clone(),
            from: former,
            to,
        })
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kobling_model::{AccountId, LinkId, OrgId, ProviderId, Timestamp};
    use uuid::Uuid;

    fn digest(pid: &str) -> Option<Digest256> {
        Some(pid)
            .filter(|pid| !pid.is_empty())
            .map(|pid| Digest256(pid.to_owned()))
    }

    /// An organisation where one employee has the address.
    fn directory((number, pid): (&str, &str)) -> (Vec<Employee>, Vec<DirectoryUser>) {
        let org = OrgId(Uuid::nil());
        let employee = Employee {
            org,
            number: number.to_owned(),
            pid: digest(pid),
            name: String::new(),
        };
        let user = DirectoryUser {
            org,
            email: Email::parse("ole@nordvik.example").expect("an address"),
            number: Some(number.to_owned()),
        };
        (vec![employee], vec![user])
    }

    fn links(pids: &[&str]) -> Vec<Link> {
        let link = |pid: &&str| Link {
            id: LinkId(Uuid::nil()),
            account: AccountId(Uuid::nil()),
            provider: ProviderId::parse("bankid").expect("a name"),
            issuer: String::new(),
            subject: String::new(),
            pid: digest(pid),
            origin: None,
            method: None,
            created_at: Timestamp(0),
            last_used_at: Timestamp(0),
        };
        pids.iter().map(link).collect()
    }

    #[test]
    fn a_claim_ends_when_the_address_goes_to_another_person() {
        // Employee and identity number before and after, identity numbers of the account's links.
        for (before, after, pids, expected) in [
            (("1", "a"), ("2", "b"), &["a"][..], true),
            (("1", "a"), ("2", "b"), &["b"], false),
            (("1", "a"), ("2", "b"), &["c"], false),
            (("1", "a"), ("2", "b"), &[], false),
            (("1", "a"), ("2", "b"), &[""], false),
            // A corrected number.
            (("1", "a"), ("1", "b"), &["a"], true),
            (("1", "a"), ("1", "b"), &[], false),
            // New employee numbers for the same people.
            (("1", "a"), ("2", "a"), &["a"], false),
            (("1", ""), ("2", ""), &["a"], false),
            (("1", ""), ("2", ""), &[], false),
            // Identity numbers become known, or are taken out.
            (("1", ""), ("1", "a"), &["b"], false),
            (("1", ""), ("2", "a"), &["b"], false),
            (("1", ""), ("2", "a"), &[], false),
            (("1", "a"), ("1", ""), &["a"], false),
            (("1", "a"), ("2", ""), &["a"], true),
            (("1", "a"), ("2", ""), &[], false),
        ] {
            let (old, new) = (directory(before), directory(after));
            let found = handovers((&old.0, &old.1), (&new.0, &new.1));
            let ends = found.iter().any(|one| one.ends_claim(&links(pids)));
            assert_eq!(ends, expected, "{before:?} {after:?} {pids:?}");
        }
    }

    #[test]
    fn an_address_that_is_new_to_the_organisation_changes_no_hands() {
        let new = directory(("1", "a"));
        assert_eq!(handovers((&[], &[]), (&new.0, &new.1)), []);
    }
}
