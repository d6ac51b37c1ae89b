use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn account(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

const fn facts(purpose: Purpose) -> EidFacts {
    EidFacts {
        purpose,
        signed_in: None,
        owner: None,
        owner_email: None,
        offer: None,
        signed_in_is_another_person: false,
    }
}

#[test]
fn the_last_sign_in_method_stays() {
    for (has_password, other_links, may) in [(false, 0, false), (true, 0, true), (false, 1, true)] {
        assert_eq!(may_remove(has_password, other_links), may);
    }
}

#[test]
fn each_verified_eid_is_decided_as_specified() {
    let (me, other) = (account(1), account(2));
    let work = email("kari@nordvik.example");
    let offered = |purpose, suffices| EidFacts {
        offer: Some((work.clone(), suffices)),
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
            offered(Purpose::SignIn, true),
            EidDecision::OfferVouched(work.clone()),
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
            offered(Purpose::SignIn, false),
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
                ..offered(Purpose::Relink, true)
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

const fn target(id: AccountId) -> Target {
    Target {
        id,
        disabled: false,
        proven: false,
        has_password: false,
        owner: Owner::Nobody,
        backed: false,
    }
}

#[test]
fn the_directory_alone_opens_nothing_that_somebody_has_proven() {
    let base = target(account(1));
    let proven = Target {
        proven: true,
        ..base
    };
    for (code_demanded, contested, target, expected) in [
        (false, false, None, true),
        (true, false, None, false),
        (false, true, None, false),
        (false, false, Some(base), true),
        (false, false, Some(proven), false),
        (
            false,
            false,
            Some(Target {
                has_password: true,
                ..base
            }),
            false,
        ),
        (
            false,
            false,
            Some(Target {
                owner: Owner::ThisPerson,
                ..proven
            }),
            true,
        ),
        (
            false,
            false,
            Some(Target {
                owner: Owner::AnotherPerson,
                ..base
            }),
            false,
        ),
        (
            false,
            false,
            Some(Target {
                owner: Owner::Undetermined,
                ..base
            }),
            false,
        ),
    ] {
        let suffices = directory_suffices(code_demanded, contested, target.as_ref());
        assert_eq!(suffices, expected, "{code_demanded} {contested} {target:?}");
    }
}

const BASE: CompletionFacts = CompletionFacts {
    target: None,
    holder: Holder::Unknown,
    by_code: true,
    gives_no_access: false,
    continues_anyway: false,
    owner: None,
    moves_from: None,
    has_name: true,
};

#[test]
fn each_completion_is_decided_as_specified() {
    let (me, other) = (account(1), account(2));
    let at = |target| CompletionFacts {
        target: Some(target),
        ..BASE
    };
    let create = |from| Completion::Create {
        from,
        release: None,
    };
    let mine = Completion::Link { to: me, from: None };
    let base = target(me);
    let anothers = Target {
        owner: Owner::AnotherPerson,
        proven: true,
        ..base
    };
    let refuse = Completion::Refuse;
    let table = [
        ("B: new account", BASE, create(None)),
        (
            "B: new account without a name",
            CompletionFacts {
                has_name: false,
                ..BASE
            },
            Completion::AskName,
        ),
        ("E: exists", at(base), mine),
        (
            "E: exists, with a password",
            at(Target {
                has_password: true,
                proven: true,
                ..base
            }),
            mine,
        ),
        (
            "A: an account that nobody has proven",
            CompletionFacts {
                by_code: false,
                ..at(base)
            },
            mine,
        ),
        (
            "A: proven since the page was shown",
            CompletionFacts {
                by_code: false,
                ..at(Target {
                    proven: true,
                    ..base
                })
            },
            refuse(Problem::FlowExpired),
        ),
        (
            "C2: moves",
            CompletionFacts {
                owner: Some(other),
                moves_from: Some(other),
                ..at(base)
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
                ..BASE
            },
            create(Some(other)),
        ),
        (
            "C2: removed meanwhile",
            CompletionFacts {
                moves_from: Some(other),
                ..at(base)
            },
            mine,
        ),
        (
            "already linked",
            CompletionFacts {
                owner: Some(me),
                ..at(base)
            },
            Completion::SignIn(me),
        ),
        (
            "linked meanwhile",
            CompletionFacts {
                owner: Some(other),
                ..at(base)
            },
            refuse(Problem::AlreadyDone),
        ),
        (
            "the account of another person",
            at(anothers),
            refuse(Problem::LinkedElsewhere),
        ),
        (
            "the account of somebody who cannot be compared",
            at(Target {
                owner: Owner::Undetermined,
                ..anothers
            }),
            refuse(Problem::LinkedElsewhere),
        ),
        (
            "an account of another person that nobody has proven",
            at(Target {
                proven: false,
                ..anothers
            }),
            mine,
        ),
        (
            "an address that the directory gives to another person",
            CompletionFacts {
                holder: Holder::AnotherPerson,
                ..BASE
            },
            refuse(Problem::AddressOfAnother),
        ),
        (
            "an address that has changed hands",
            CompletionFacts {
                holder: Holder::ThisPerson,
                ..at(anothers)
            },
            Completion::Create {
                from: None,
                release: Some(me),
            },
        ),
        (
            "an address that two organisations give to two people",
            CompletionFacts {
                holder: Holder::ThisPerson,
                ..at(Target {
                    backed: true,
                    ..anothers
                })
            },
            refuse(Problem::LinkedElsewhere),
        ),
        (
            "H: the wrong address",
            CompletionFacts {
                gives_no_access: true,
                ..at(base)
            },
            Completion::Caution,
        ),
        (
            "H: before a name is asked",
            CompletionFacts {
                gives_no_access: true,
                has_name: false,
                ..BASE
            },
            Completion::Caution,
        ),
        (
            "H: continues anyway",
            CompletionFacts {
                gives_no_access: true,
                continues_anyway: true,
                ..at(base)
            },
            mine,
        ),
        (
            "disabled",
            at(Target {
                disabled: true,
                ..base
            }),
            refuse(Problem::AccountDisabled),
        ),
    ];
    for (name, facts, expected) in table {
        assert_eq!(completion(&facts), expected, "{name}");
    }
}

fn some_account() -> impl Strategy<Value = Option<AccountId>> {
    prop_oneof![Just(None), (1u128..4).prop_map(|n| Some(account(n)))]
}

fn some_target() -> impl Strategy<Value = Option<Target>> {
    let owner = prop_oneof![
        Just(Owner::Nobody),
        Just(Owner::ThisPerson),
        Just(Owner::AnotherPerson),
        Just(Owner::Undetermined)
    ];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let target = (1u128..4, owner, flags).prop_map(|(id, owner, flags)| Target {
        id: account(id),
        disabled: flags.0,
        proven: flags.1,
        has_password: flags.2,
        owner,
        backed: flags.3,
    });
    proptest::option::of(target)
}

proptest! {
    #[test]
    fn nobody_gets_an_account_or_an_eid_that_is_not_theirs(
        target in some_target(), owner in some_account(), moves_from in some_account(),
        holder in prop_oneof![Just(Holder::Unknown), Just(Holder::ThisPerson), Just(Holder::AnotherPerson)],
        by_code: bool, gives_no_access: bool, continues_anyway: bool, has_name: bool
    ) {
        let facts = CompletionFacts { target, holder, by_code, gives_no_access, continues_anyway, owner, moves_from, has_name };
        let completion = completion(&facts);
        if let Completion::Create { from, .. } | Completion::Link { from, .. } = completion {
            prop_assert_eq!(from, owner);
            prop_assert!(owner.is_none() || owner == moves_from);
            prop_assert!(target.is_none_or(|target| !target.disabled));
            prop_assert!(holder != Holder::AnotherPerson);
            prop_assert!(!by_code || !gives_no_access || continues_anyway);
        }
        if let (Completion::Link { .. }, Some(target)) = (completion, target) {
            let is_open = matches!(target.owner, Owner::Nobody | Owner::ThisPerson);
            prop_assert!(is_open || (by_code && !target.proven));
            prop_assert!(by_code || target.owner == Owner::ThisPerson || !(target.proven || target.has_password));
        }
        if let Completion::Create { release: Some(former), .. } = completion {
            prop_assert_eq!(target.map(|target| target.id), Some(former));
            prop_assert!(by_code && holder == Holder::ThisPerson);
            prop_assert!(target.is_some_and(|target| !target.backed && target.proven));
        }
    }

    #[test]
    fn an_eid_signs_in_its_own_account_only(
        purpose in prop_oneof![
            Just(Purpose::SignIn), Just(Purpose::Relink),
            (1u128..4).prop_map(|n| Purpose::Add(account(n))), (1u128..4).prop_map(|n| Purpose::Confirm(account(n)))
        ],
        signed_in in some_account(), owner in some_account(), knows: bool, suffices: bool
    ) {
        let offer = knows.then(|| (email("kari@nordvik.example"), suffices));
        let facts = EidFacts { purpose, signed_in, owner, owner_email: None, offer, signed_in_is_another_person: false };
        match eid(&facts) {
            EidDecision::SignIn(id) | EidDecision::Confirmed(id) => prop_assert_eq!(Some(id), owner),
            EidDecision::LinkToSignedIn(id) => {
                prop_assert_eq!(Some(id), signed_in);
                prop_assert_eq!(owner, None);
            }
            EidDecision::OfferVouched(_) => prop_assert!(suffices),
            EidDecision::AskAddress(_) | EidDecision::Refuse(_) => {}
        }
    }
}
