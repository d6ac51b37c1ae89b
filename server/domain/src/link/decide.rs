//! The decisions of linking, as pure functions of facts: the signed-in account, the owner of the eID, the directory's
//! entry, and what has been proven.

use crate::link::whose::{Holder, Owner};
use kobling_model::{AccountId, Email, Problem};

/// The purpose of a sign-in by eID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To move the eID to another address.
    Relink,
    /// To link it to the signed-in account.
    Add(AccountId),
    /// To re-authenticate the owner of this account.
    Confirm(AccountId),
}

/// The facts when an eID has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EidFacts {
    /// The purpose of the sign-in.
    pub purpose: Purpose,
    /// The account that is signed in to this browser.
    pub signed_in: Option<AccountId>,
    /// The account that the eID is linked to.
    pub owner: Option<AccountId>,
    /// The address of the owner.
    pub owner_email: Option<Email>,
    /// The directory's address for this identity number, and whether it suffices without a code.
    pub offer: Option<(Email, bool)>,
    /// The signed-in account belongs to another person.
    pub signed_in_is_another_person: bool,
}

/// The decision when an eID has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EidDecision {
    /// The owner is signed in.
    SignIn(AccountId),
    /// The directory's address is offered; the person confirms it without a code.
    OfferVouched(Email),
    /// A code is required: from the directory's address, or from one that the person types.
    AskAddress(Option<Email>),
    /// The eID is linked to the signed-in account.
    LinkToSignedIn(AccountId),
    /// The step that required re-authentication continues.
    Confirmed(AccountId),
    /// Nothing changes; the page shows the problem.
    Refuse(Problem),
}

/// Decides after an eID has been verified.
#[must_use]
pub fn eid(facts: &EidFacts) -> EidDecision {
    let ask = || match &facts.offer {
        Some((email, _)) if facts.owner_email.as_ref() == Some(email) => {
            EidDecision::AskAddress(None)
        }
        Some((email, true)) => EidDecision::OfferVouched(email.clone()),
        Some((email, false)) => EidDecision::AskAddress(Some(email.clone())),
        None => EidDecision::AskAddress(None),
    };
    match (facts.purpose, facts.owner) {
        (Purpose::SignIn, Some(owner)) => EidDecision::SignIn(owner),
        (Purpose::SignIn, None) | (Purpose::Relink, _) => ask(),
        (Purpose::Add(account) | Purpose::Confirm(account), _)
            if facts.signed_in != Some(account) =>
        {
            EidDecision::Refuse(Problem::NotSignedIn)
        }
        (Purpose::Add(_), None) if facts.signed_in_is_another_person => {
            EidDecision::Refuse(Problem::LinkedElsewhere)
        }
        (Purpose::Add(account), None) => EidDecision::LinkToSignedIn(account),
        (Purpose::Add(account), Some(owner)) if owner == account => EidDecision::SignIn(owner),
        (Purpose::Add(_), Some(_)) => EidDecision::Refuse(Problem::LinkedElsewhere),
        (Purpose::Confirm(account), Some(owner)) if owner == account => {
            EidDecision::Confirmed(account)
        }
        (Purpose::Confirm(_), _) => EidDecision::Refuse(Problem::OtherPerson),
    }
}

/// The account with an address, beside an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The account.
    pub id: AccountId,
    /// It is disabled.
    pub disabled: bool,
    /// Its mailbox was proven before.
    pub proven: bool,
    /// It has a password.
    pub has_password: bool,
    /// Whose it is.
    pub owner: Owner,
    /// An organisation gives the address to the person that the account is linked to.
    pub backed: bool,
}

impl Target {
    /// Whether the directory's word opens the account without a code: nobody has proven anything about it, or it is
    /// known to be this person's.
    const fn opens_by_directory(&self) -> bool {
        match self.owner {
            Owner::ThisPerson => true,
            Owner::Nobody => !self.proven && !self.has_password,
            Owner::AnotherPerson | Owner::Undetermined => false,
        }
    }
}

/// Whether the directory's word for an address suffices without a code. A payroll file is authoritative for its own
/// employees only, so where another organisation has the address too (`contested`), a code decides.
#[must_use]
pub fn directory_suffices(code_demanded: bool, contested: bool, target: Option<&Target>) -> bool {
    !code_demanded && !contested && target.is_none_or(Target::opens_by_directory)
}

/// The facts when an address has been vouched for or its mailbox proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompletionFacts {
    /// The account with that address.
    pub target: Option<Target>,
    /// Whose the address is, by the directory.
    pub holder: Holder,
    /// A code proved the mailbox; otherwise the directory vouches for the address.
    pub by_code: bool,
    /// The address gives no access to the application that the person is on the way to.
    pub gives_no_access: bool,
    /// The person knows that, and continues.
    pub continues_anyway: bool,
    /// The account that the eID is linked to now.
    pub owner: Option<AccountId>,
    /// The account that the page showed as the one that the eID moves from.
    pub moves_from: Option<AccountId>,
    /// Whether a name for a new account is known.
    pub has_name: bool,
}

/// The decision when an address has been vouched for or its mailbox proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The eID is already linked to the account.
    SignIn(AccountId),
    /// Asks whether this is the right address, before anything is made or linked.
    Caution,
    /// The eID is unlinked from the former owner and linked to a new account.
    Create {
        /// The former owner.
        from: Option<AccountId>,
        /// The account of another person whose claim to the address ends.
        release: Option<AccountId>,
    },
    /// A new account requires a name.
    AskName,
    /// The eID is unlinked from the former owner and linked to the account.
    Link {
        /// The account.
        to: AccountId,
        /// The former owner.
        from: Option<AccountId>,
    },
    /// Nothing changes; the page shows the problem.
    Refuse(Problem),
}

/// Decides after an address has been vouched for or its mailbox proven.
#[must_use]
pub const fn completion(facts: &CompletionFacts) -> Completion {
    let target = match &facts.target {
        Some(target) if target.disabled => return Completion::Refuse(Problem::AccountDisabled),
        target => target,
    };
    let from = match (facts.owner, facts.moves_from) {
        (None, _) => None,
        (Some(owner), from) => match (target, from) {
            (Some(target), _) if same(target.id, owner) => return Completion::SignIn(owner),
            (_, Some(from)) if same(from, owner) => Some(owner),
            // Linked concurrently in another window. An eID is moved only from the account that the page showed.
            _ => return Completion::Refuse(Problem::AlreadyDone),
        },
    };
    if matches!(facts.holder, Holder::AnotherPerson) {
        return Completion::Refuse(Problem::AddressOfAnother);
    }
    let release = match target {
        Some(target) if facts.by_code => match target.owner {
            Owner::Nobody | Owner::ThisPerson => None,
            // Nobody has proven this mailbox before: the links that it does not back are removed.
            Owner::AnotherPerson | Owner::Undetermined if !target.proven => None,
            // The address has changed hands: mailbox and directory agree, and no organisation backs the former person.
            Owner::AnotherPerson | Owner::Undetermined
                if matches!(facts.holder, Holder::ThisPerson) && !target.backed =>
            {
                Some(target.id)
            }
            Owner::AnotherPerson | Owner::Undetermined => {
                return Completion::Refuse(Problem::LinkedElsewhere);
            }
        },
        // What the page offered has become somebody's since: a new sign-in asks for a code.
        Some(target) if !target.opens_by_directory() => {
            return Completion::Refuse(Problem::FlowExpired);
        }
        _ => None,
    };
    if facts.by_code && facts.gives_no_access && !facts.continues_anyway {
        return Completion::Caution;
    }
    match (target, release) {
        (Some(target), None) => Completion::Link {
            to: target.id,
            from,
        },
        (None, _) if !facts.has_name => Completion::AskName,
        _ => Completion::Create { from, release },
    }
}

const fn same(one: AccountId, other: AccountId) -> bool {
    one.0.as_u128() == other.0.as_u128()
}

/// Whether a sign-in method remains after a link is removed: a password, or another usable link.
#[must_use]
pub const fn may_remove(has_password: bool, other_links: usize) -> bool {
    has_password || other_links > 0
}

#[cfg(test)]
mod tests;
