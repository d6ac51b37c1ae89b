//! Whose an account and an address are, as pure comparisons. A person is known by identity number, where there is one.

use crate::{
    directory::types::Holding,
    flow::types::Identity,
    kernel::secret::Digest256,
    link::types::{Link, LinkOrigin},
};
use kobling_model::{Email, Level, OrgId};

/// Whose an account is, beside an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nobody's yet: it has no links.
    Nobody,
    /// This person's.
    ThisPerson,
    /// Another person's.
    AnotherPerson,
    /// It has links, but none that can be compared.
    Undetermined,
}

/// Whose an address is, by the directory, beside an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// No organisation has it among its users, or one has it without an identity number.
    Unknown,
    /// An organisation gives it to this person.
    ThisPerson,
    /// It is given to another person only.
    AnotherPerson,
}

/// Whether an identity number that comes with this level of assurance tells who somebody is. At a low level, anybody may
/// claim a number.
#[must_use]
pub fn counts_as_person(level: Level) -> bool {
    level >= Level::Substantial
}

fn is_same_subject(link: &Link, identity: &Identity) -> bool {
    is_same_provider(link, identity) && link.subject == identity.subject
}

fn is_same_provider(link: &Link, identity: &Identity) -> bool {
    link.provider == identity.provider && link.issuer == identity.issuer
}

/// Whether a link and an identity are known to be of the same person. A subject may change at the provider while the
/// person stays the same.
fn is_same_person(link: &Link, identity: &Identity) -> bool {
    match (&link.pid, &identity.pid) {
        (Some(a), Some(b)) => a == b,
        _ => is_same_subject(link, identity),
    }
}

/// Whose an account with these links is: all links that carry an identity number carry the same one, across providers.
#[must_use]
pub fn owner(links: &[Link], identity: &Identity) -> Owner {
    let differs = |link: &Link| match (&link.pid, &identity.pid) {
        (Some(a), Some(b)) => a != b,
        _ => is_same_provider(link, identity) && link.subject != identity.subject,
    };
    if links.is_empty() {
        Owner::Nobody
    } else if links.iter().any(differs) {
        Owner::AnotherPerson
    } else if links.iter().any(|link| is_same_person(link, identity)) {
        Owner::ThisPerson
    } else {
        Owner::Undetermined
    }
}

/// Whose an address is. The organisation whose application the person is on the way to decides for itself; otherwise it
/// is another person's only if every organisation that has it says so, because a file is authoritative for its own
/// organisation alone.
#[must_use]
pub fn holder(holdings: &[Holding], pid: Option<&Digest256>, destination: Option<OrgId>) -> Holder {
    let is_anothers = |holding: &Holding| holding.pid.is_some() && holding.pid.as_ref() != pid;
    let is_this_persons = |holding: &Holding| holding.pid.is_some() && holding.pid.as_ref() == pid;
    let own = holdings.iter().find(|own| Some(own.org) == destination);
    if own.is_some_and(is_anothers) {
        Holder::AnotherPerson
    } else if holdings.iter().any(is_this_persons) {
        Holder::ThisPerson
    } else if !holdings.is_empty() && holdings.iter().all(is_anothers) {
        Holder::AnotherPerson
    } else {
        Holder::Unknown
    }
}

/// Whether an organisation gives the address to a person that one of these links belongs to.
#[must_use]
pub fn is_backed(holdings: &[Holding], links: &[Link]) -> bool {
    let mut numbers = links.iter().filter_map(|link| link.pid.as_ref());
    numbers.any(|pid| holdings.iter().any(|held| held.pid.as_ref() == Some(pid)))
}

/// Whether the directory gives an address to somebody else than the person of an account with these links.
pub(crate) fn is_given_away(holdings: &[Holding], links: &[Link]) -> bool {
    let is_known = links.iter().any(|link| link.pid.is_some());
    let is_held = !holdings.is_empty() && holdings.iter().all(|held| held.pid.is_some());
    is_known && is_held && !is_backed(holdings, links)
}

/// The links that remain when the mailbox of an account is proven for the first time: those made by a code for this
/// mailbox, and those of the person who proves it now.
pub(crate) fn survives_proof(link: &Link, mailbox: &Email, by: Option<&Identity>) -> bool {
    matches!(&link.origin, Some(LinkOrigin::Mailbox { email }) if email == mailbox)
        || by.is_some_and(|identity| is_same_person(link, identity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kobling_model::{AccountId, LinkId, ProviderId, Timestamp};
    use uuid::Uuid;

    fn pid(number: &str) -> Option<Digest256> {
        Some(number)
            .filter(|number| !number.is_empty())
            .map(|number| Digest256(number.to_owned()))
    }

    /// `provider subject number`; the number may be missing.
    fn link(text: &str) -> Link {
        let identity = identity(text);
        Link {
            id: LinkId(Uuid::nil()),
            account: AccountId(Uuid::nil()),
            provider: identity.provider,
            issuer: identity.issuer,
            subject: identity.subject,
            pid: identity.pid,
            origin: None,
            method: None,
            created_at: Timestamp(0),
            last_used_at: Timestamp(0),
        }
    }

    fn identity(text: &str) -> Identity {
        let mut words = text.split(' ');
        let mut next = || words.next().unwrap_or_default();
        Identity {
            provider: ProviderId::parse(next()).expect("a name"),
            issuer: "https://eid.example".to_owned(),
            subject: next().to_owned(),
            pid: pid(next()),
            level: Level::High,
            acr: None,
            method: None,
            sid: None,
            authenticated_at: Timestamp(0),
        }
    }

    #[test]
    fn an_account_belongs_to_the_person_of_its_links() {
        for (links, by, expected) in [
            (&[][..], "bankid a 1", Owner::Nobody),
            (&["bankid a 1"], "bankid a 1", Owner::ThisPerson),
            (&["bankid a 1"], "bankid b 1", Owner::ThisPerson),
            (&["bankid a 1"], "buypass c 1", Owner::ThisPerson),
            (&["bankid a 1"], "bankid b 2", Owner::AnotherPerson),
            (&["bankid a 1"], "buypass c 2", Owner::AnotherPerson),
            (&["bankid a 1"], "bankid a", Owner::ThisPerson),
            (&["bankid a 1"], "bankid b", Owner::AnotherPerson),
            (&["bankid a 1"], "entra x", Owner::Undetermined),
            (&["entra x"], "bankid a 1", Owner::Undetermined),
            (&["entra x"], "entra x", Owner::ThisPerson),
            (&["entra x"], "entra y", Owner::AnotherPerson),
            (&["entra x", "bankid a 1"], "bankid b 1", Owner::ThisPerson),
            (&["entra x", "bankid a 1"], "entra y", Owner::AnotherPerson),
        ] {
            let links: Vec<_> = links.iter().map(|text| link(text)).collect();
            assert_eq!(owner(&links, &identity(by)), expected, "{links:?} {by}");
        }
    }

    #[test]
    fn an_organisation_decides_for_itself_whose_an_address_is() {
        let org = |number| OrgId(Uuid::from_u128(number));
        for (holdings, by, destination, expected) in [
            (&[][..], "1", None, Holder::Unknown),
            (&[(1, "")], "1", None, Holder::Unknown),
            (&[(1, "1")], "1", None, Holder::ThisPerson),
            (&[(1, "1")], "1", Some(1), Holder::ThisPerson),
            (&[(1, "2")], "1", None, Holder::AnotherPerson),
            (&[(1, "2")], "", None, Holder::AnotherPerson),
            (&[(1, "")], "", None, Holder::Unknown),
            // Another organisation's file neither gives nor takes.
            (&[(1, ""), (2, "2")], "1", None, Holder::Unknown),
            (&[(1, "1"), (2, "2")], "1", Some(1), Holder::ThisPerson),
            (&[(1, "2"), (2, "1")], "1", Some(1), Holder::AnotherPerson),
            (&[(1, "2"), (2, "1")], "1", None, Holder::ThisPerson),
        ] {
            let all: Vec<_> = holdings
                .iter()
                .map(|(number, held)| Holding {
                    org: org(*number),
                    key: number.to_string(),
                    pid: pid(held),
                })
                .collect();
            let found = holder(&all, pid(by).as_ref(), destination.map(org));
            assert_eq!(found, expected, "{holdings:?} {by} {destination:?}");
        }
    }
}
