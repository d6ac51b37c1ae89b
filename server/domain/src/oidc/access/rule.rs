//! Who may enter an application.

use crate::{
    account::types::{Account, Claim},
    auth::session::Method,
    directory::types::Holding,
    kernel::{
        core::{Unit, service},
        error::StoreError,
        secret::Digest256,
    },
    link::{
        types::{Link, LinkOrigin, OwnerProof},
        whose::counts_as_person,
    },
    oidc::{
        client::{AccessRule, Client},
        grant::claims::worth,
    },
};
use kobling_model::{Level, LinkId, status::NoAccessReason};

/// Where an account stands with the organisation of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The application belongs to no organisation.
    Anybody,
    /// The address is not among its users, or nothing proves that the account is entitled to it.
    NotAUser,
    /// The organisation gives the address to somebody else.
    AnotherPerson,
    /// The organisation gives the address to a person, whom this sign-in does not show.
    Unidentified,
    /// A user. `identified`: the sign-in is an eID of the person that the organisation knows, or it knows none.
    User {
        /// Whether the level of the sign-in counts.
        identified: bool,
    },
}

/// The facts of [`standing`].
#[derive(Debug, Clone, Copy)]
pub struct StandingFacts<'a> {
    /// By what the account holds its address.
    pub claim: Claim,
    /// What the organisation holds of the address, if it is among its users: the identity number, where it knows one.
    pub holding: Option<Option<&'a Digest256>>,
    /// The links of the account.
    pub links: &'a [Link],
    /// The link of the sign-in, and its level; `None` for a password.
    pub eid: Option<(LinkId, Level)>,
}

/// Where an account stands with an organisation. What the organisation knows decides: where it holds an identity number
/// for the address, only the account that is linked to that number enters, by an eID of that person, or by another eID
/// that was added with one. A password says nothing about a person: whoever reads the mailbox can set it.
#[must_use]
pub fn standing(facts: &StandingFacts<'_>) -> Standing {
    let number = match (facts.claim, facts.holding) {
        (Claim::Released(_), _) | (_, None) | (Claim::Vouched, Some(None)) => {
            return Standing::NotAUser;
        }
        (Claim::Proven(_), Some(None)) => return Standing::User { identified: true },
        (Claim::Vouched | Claim::Proven(_), Some(Some(number))) => number,
    };
    let links = || facts.links.iter();
    let known_since = links()
        .filter(|link| link.pid.as_ref() == Some(number))
        .map(|link| link.created_at)
        .min();
    let Some(known_since) = known_since else {
        return if links().any(|link| link.pid.is_some()) {
            Standing::AnotherPerson
        } else {
            Standing::Unidentified
        };
    };
    let by = facts
        .eid
        .and_then(|(id, level)| Some((links().find(|link| link.id == id)?, level)));
    let Some((by, level)) = by else {
        return Standing::Unidentified;
    };
    let identified = by.pid.as_ref() == Some(number) && counts_as_person(level);
    let was_added_by_person = by.pid.is_none()
        && by.created_at >= known_since
        && matches!(
            by.origin,
            Some(LinkOrigin::Account {
                proof: OwnerProof::IdentifiedEid
            })
        );
    if identified || was_added_by_person {
        Standing::User { identified }
    } else {
        Standing::Unidentified
    }
}

/// The facts of an access decision.
#[derive(Debug, Clone, Copy)]
pub struct AccessFacts<'a> {
    /// Where the account stands with the organisation.
    pub standing: Standing,
    /// How the person signed in.
    pub method: &'a Method,
    /// The link of the sign-in is still the account's.
    pub holds: bool,
}

/// An access decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Enter.
    Granted,
    /// The address is not among the organisation's users.
    NotAUser,
    /// The organisation gives the address to another person.
    AnotherPerson,
    /// The sign-in method is not accepted by this application.
    OtherWay,
    /// The level of assurance is too low; the value is the least accepted one.
    TooLow(Level),
}

impl Access {
    /// Why not, unless access is granted.
    #[must_use]
    pub const fn refused(self) -> Option<NoAccessReason> {
        match self {
            Self::Granted => None,
            Self::NotAUser => Some(NoAccessReason::NotAUser),
            Self::AnotherPerson => Some(NoAccessReason::AnotherPerson),
            Self::OtherWay => Some(NoAccessReason::OtherWay),
            Self::TooLow(_) => Some(NoAccessReason::TooLow),
        }
    }
}

/// Decides whether a person may enter. A reason that another sign-in cannot resolve takes precedence.
#[must_use]
pub fn decide(rule: &AccessRule, facts: AccessFacts<'_>) -> Access {
    let level_counts = match facts.standing {
        Standing::NotAUser => return Access::NotAUser,
        Standing::AnotherPerson => return Access::AnotherPerson,
        Standing::Unidentified => return Access::OtherWay,
        Standing::Anybody => true,
        Standing::User { identified } => identified,
    };
    let by = match facts.method {
        Method::Password => None,
        Method::Eid { provider, .. } => Some(provider),
    };
    let fits = rule.providers.is_empty() || by.is_some_and(|by| rule.providers.contains(by));
    if !facts.holds || !fits {
        return Access::OtherWay;
    }
    let level = worth(facts.method).1.filter(|_| level_counts);
    match rule.minimum_level {
        Some(least) if level < Some(least) => Access::TooLow(least),
        _ => Access::Granted,
    }
}

service! {
    /// Whether an account may enter an application.
    AccessService {}
}

impl AccessService {
    /// Judges an entry, and a refresh alike, by what is true now.
    pub(crate) async fn judge(
        &self,
        work: &mut Unit,
        client: &Client,
        account: &Account,
        method: &Method,
    ) -> Result<Access, StoreError> {
        let organisation = client.access.organisation.as_deref();
        let links = match (method, organisation) {
            (Method::Password, None) => Vec::new(),
            _ => work.links().links_of(account.id).await?,
        };
        let holdings = match organisation {
            None => Vec::new(),
            Some(_) => work.directory().holdings(&account.email).await?,
        };
        let holding = holdings
            .iter()
            .find(|held| Some(held.key.as_str()) == organisation);
        Ok(judge(client, account, method, &links, holding))
    }
}

/// Judges an entry by what is true of the account, and by what the organisation of the application holds of its address.
/// An unknown organisation is an operator's mistake. It has no users, and lets nobody in.
pub(super) fn judge(
    client: &Client,
    account: &Account,
    method: &Method,
    links: &[Link],
    holding: Option<&Holding>,
) -> Access {
    let standing = match client.access.organisation {
        None => Standing::Anybody,
        Some(_) => standing(&StandingFacts {
            claim: account.claim,
            holding: holding.map(|held| held.pid.as_ref()),
            links,
            eid: match method {
                Method::Password => None,
                Method::Eid { link, level, .. } => Some((*link, *level)),
            },
        }),
    };
    let facts = AccessFacts {
        standing,
        method,
        holds: method
            .link()
            .is_none_or(|id| links.iter().any(|link| link.id == id)),
    };
    decide(&client.access, facts)
}

#[cfg(test)]
mod tests;
