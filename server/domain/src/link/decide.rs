//! The decisions of linking, as pure functions of facts: the signed-in account, the owner of the eID, the directory's
//! entry, and what has been proven.

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
    /// The directory's address for this identity number.
    pub vouched: Option<Email>,
    /// The address of the owner.
    pub owner_email: Option<Email>,
    /// Another organisation has a user with the vouched address.
    pub vouched_contested: bool,
    /// The signed-in account is linked to another person at this provider.
    pub signed_in_is_another_person: bool,
    /// The operator requires a code even if the directory vouches for the address.
    pub demand_code: bool,
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
    let ask = || match &facts.vouched {
        Some(email) if facts.owner_email.as_ref() == Some(email) => EidDecision::AskAddress(None),
        // A payroll file is authoritative for its own employees only: where two organisations claim an address, a
        // mailed code decides.
        Some(email) if facts.demand_code || facts.vouched_contested => {
            EidDecision::AskAddress(Some(email.clone()))
        }
        Some(email) => EidDecision::OfferVouched(email.clone()),
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

/// The facts when an address has been vouched for or its mailbox proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompletionFacts {
    /// The account with that address.
    pub target: Option<AccountId>,
    /// That account is disabled.
    pub target_disabled: bool,
    /// That account is linked to another person at the same provider.
    pub target_is_another_person: bool,
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
    /// The eID is unlinked from the former owner and linked to a new account.
    Create {
        /// The former owner.
        from: Option<AccountId>,
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
    if facts.target_disabled {
        return Completion::Refuse(Problem::AccountDisabled);
    }
    let from = match (facts.owner, facts.moves_from) {
        (None, _) => None,
        (Some(owner), _) if same(facts.target, owner) => return Completion::SignIn(owner),
        (Some(owner), from) if same(from, owner) => Some(owner),
        // Linked concurrently in another window. An eID is moved only from the account that the page showed.
        (Some(_), _) => return Completion::Refuse(Problem::AlreadyDone),
    };
    match facts.target {
        Some(_) if facts.target_is_another_person => Completion::Refuse(Problem::LinkedElsewhere),
        Some(to) => Completion::Link { to, from },
        None if !facts.has_name => Completion::AskName,
        None => Completion::Create { from },
    }
}

const fn same(account: Option<AccountId>, other: AccountId) -> bool {
    match account {
        Some(account) => account.0.as_u128() == other.0.as_u128(),
        None => false,
    }
}

/// Whether a sign-in method remains after a link is removed: a password, or another usable link.
#[must_use]
pub const fn may_remove(has_password: bool, other_links: usize) -> bool {
    has_password || other_links > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn account(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    fn email(text: &str) -> Email {
        Email::parse(text).expect("an address")
    }

    fn facts(purpose: Purpose) -> EidFacts {
        EidFacts {
            purpose,
            signed_in: None,
            owner: None,
            vouched: None,
            owner_email: None,
            vouched_contested: false,
            signed_in_is_another_person: false,
            demand_code: false,
        }
    }

    #[test]
    fn the_last_sign_in_method_stays() {
        for (has_password, other_links, may) in
            [(false, 0, false), (true, 0, true), (false, 1, true)]
        {
            assert_eq!(may_remove(has_password, other_links), may);
        }
    }

    #[test]
    fn each_verified_eid_is_decided_as_specified() {
        let (me, other) = (account(1), account(2));
        let work = email("kari@nordvik.example");
        let vouched = |purpose, demand_code| EidFacts {
            vouched: Some(work.clone()),
            demand_code,
            ..facts(purpose)
        };
        let owned = |purpose, owner| EidFacts {
            owner: Some(owner),
            signed_in: Some(me),
            ..facts(purpose)
        };
        let table = [
            (
                "G: a linked person",
                owned(Purpose::SignIn, other),
                EidDecision::SignIn(other),
            ),
            (
                "A: the directory knows",
                vouched(Purpose::SignIn, false),
                EidDecision::OfferVouched(work.clone()),
            ),
            (
                "A: another organisation has the address too",
                EidFacts {
                    vouched_contested: true,
                    ..vouched(Purpose::SignIn, false)
                },
                EidDecision::AskAddress(Some(work.clone())),
            ),
            (
                "add, the eID of another person",
                EidFacts {
                    signed_in: Some(me),
                    signed_in_is_another_person: true,
                    ..facts(Purpose::Add(me))
                },
                EidDecision::Refuse(Problem::LinkedElsewhere),
            ),
            (
                "A, code required",
                vouched(Purpose::SignIn, true),
                EidDecision::AskAddress(Some(work.clone())),
            ),
            (
                "B: unknown",
                facts(Purpose::SignIn),
                EidDecision::AskAddress(None),
            ),
            (
                "C2: moves although linked",
                owned(Purpose::Relink, me),
                EidDecision::AskAddress(None),
            ),
            (
                "C2: the directory's address is the wrong one",
                EidFacts {
                    owner_email: Some(work.clone()),
                    ..vouched(Purpose::Relink, false)
                },
                EidDecision::AskAddress(None),
            ),
            (
                "add, not linked",
                EidFacts {
                    signed_in: Some(me),
                    ..facts(Purpose::Add(me))
                },
                EidDecision::LinkToSignedIn(me),
            ),
            (
                "add, linked to the account",
                owned(Purpose::Add(me), me),
                EidDecision::SignIn(me),
            ),
            (
                "add, linked to another account",
                owned(Purpose::Add(me), other),
                EidDecision::Refuse(Problem::LinkedElsewhere),
            ),
            (
                "add, signed out meanwhile",
                facts(Purpose::Add(me)),
                EidDecision::Refuse(Problem::NotSignedIn),
            ),
            (
                "confirm, linked to the account",
                owned(Purpose::Confirm(me), me),
                EidDecision::Confirmed(me),
            ),
            (
                "confirm, linked to another account",
                owned(Purpose::Confirm(me), other),
                EidDecision::Refuse(Problem::OtherPerson),
            ),
            (
                "confirm, not linked",
                EidFacts {
                    signed_in: Some(me),
                    ..facts(Purpose::Confirm(me))
                },
                EidDecision::Refuse(Problem::OtherPerson),
            ),
        ];
        for (name, facts, expected) in table {
            assert_eq!(eid(&facts), expected, "{name}");
        }
    }

    #[test]
    fn each_completion_is_decided_as_specified() {
        let (me, other) = (account(1), account(2));
        let base = CompletionFacts {
            target: None,
            target_disabled: false,
            target_is_another_person: false,
            owner: None,
            moves_from: None,
            has_name: true,
        };
        let table = [
            ("B: new account", base, Completion::Create { from: None }),
            (
                "B: new account without a name",
                CompletionFacts {
                    has_name: false,
                    ..base
                },
                Completion::AskName,
            ),
            (
                "E: exists",
                CompletionFacts {
                    target: Some(me),
                    ..base
                },
                Completion::Link { to: me, from: None },
            ),
            (
                "C2: moves",
                CompletionFacts {
                    target: Some(me),
                    owner: Some(other),
                    moves_from: Some(other),
                    ..base
                },
                Completion::Link {
                    to: me,
                    from: Some(other),
                },
            ),
            (
                "C2: moves to a new account",
                CompletionFacts {
                    owner: Some(other),
                    moves_from: Some(other),
                    ..base
                },
                Completion::Create { from: Some(other) },
            ),
            (
                "C2: removed meanwhile",
                CompletionFacts {
                    target: Some(me),
                    moves_from: Some(other),
                    ..base
                },
                Completion::Link { to: me, from: None },
            ),
            (
                "already linked",
                CompletionFacts {
                    target: Some(me),
                    owner: Some(me),
                    ..base
                },
                Completion::SignIn(me),
            ),
            (
                "linked meanwhile",
                CompletionFacts {
                    target: Some(me),
                    owner: Some(other),
                    ..base
                },
                Completion::Refuse(Problem::AlreadyDone),
            ),
            (
                "the account of another person",
                CompletionFacts {
                    target: Some(me),
                    target_is_another_person: true,
                    ..base
                },
                Completion::Refuse(Problem::LinkedElsewhere),
            ),
            (
                "disabled",
                CompletionFacts {
                    target: Some(me),
                    target_disabled: true,
                    ..base
                },
                Completion::Refuse(Problem::AccountDisabled),
            ),
        ];
        for (name, facts, expected) in table {
            assert_eq!(completion(&facts), expected, "{name}");
        }
    }

    fn some_account() -> impl Strategy<Value = Option<AccountId>> {
        prop_oneof![Just(None), (1u128..4).prop_map(|n| Some(account(n)))]
    }

    proptest! {
        #[test]
        fn a_link_moves_only_from_the_account_that_was_shown(
            target in some_account(), owner in some_account(), moves_from in some_account(),
            target_disabled: bool, target_is_another_person: bool, has_name: bool
        ) {
            let facts = CompletionFacts { target, target_disabled, target_is_another_person, owner, moves_from, has_name };
            if let Completion::Create { from } | Completion::Link { from, .. } = completion(&facts) {
                prop_assert_eq!(from, owner);
                prop_assert!(owner.is_none() || owner == moves_from);
                prop_assert!(!target_disabled);
                prop_assert!(target.is_none() || !target_is_another_person);
            }
        }

        #[test]
        fn an_eid_signs_in_its_own_account_only(
            purpose in prop_oneof![
                Just(Purpose::SignIn), Just(Purpose::Relink),
                (1u128..4).prop_map(|n| Purpose::Add(account(n))), (1u128..4).prop_map(|n| Purpose::Confirm(account(n)))
            ],
            signed_in in some_account(), owner in some_account(), knows: bool, demand_code: bool
        ) {
            let vouched = knows.then(|| email("kari@nordvik.example"));
            let facts = EidFacts { purpose, signed_in, owner, vouched, owner_email: None, vouched_contested: false, signed_in_is_another_person: false, demand_code };
            match eid(&facts) {
                EidDecision::SignIn(id) | EidDecision::Confirmed(id) => prop_assert_eq!(Some(id), owner),
                EidDecision::LinkToSignedIn(id) => {
                    prop_assert_eq!(Some(id), signed_in);
                    prop_assert_eq!(owner, None);
                }
                EidDecision::OfferVouched(_) => prop_assert!(!demand_code),
                EidDecision::AskAddress(_) | EidDecision::Refuse(_) => {}
            }
        }
    }
}
