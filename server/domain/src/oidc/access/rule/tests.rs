use super::*;
use crate::oidc::client::origin_of;
use kobling_model::{AccountId, ProviderId, Timestamp};
use uuid::Uuid;

const USER: Standing = Standing::User { identified: true };

const fn facts(standing: Standing, method: &Method) -> AccessFacts<'_> {
    AccessFacts {
        standing,
        method,
        holds: true,
    }
}

fn eid(provider: &str, level: Level) -> Method {
    Method::Eid {
        provider: ProviderId::parse(provider).expect("a name"),
        link: LinkId(Uuid::nil()),
        level,
        acr: None,
        method: None,
        sid: None,
    }
}

#[test]
fn only_users_of_the_organisation_may_enter() {
    let rule = AccessRule {
        organisation: Some("nordvik".into()),
        ..AccessRule::default()
    };
    let by = Method::Password;
    for (standing, expected) in [
        (USER, Access::Granted),
        (Standing::User { identified: false }, Access::Granted),
        (Standing::NotAUser, Access::NotAUser),
        (Standing::AnotherPerson, Access::AnotherPerson),
        (Standing::Unidentified, Access::OtherWay),
        (Standing::Anybody, Access::Granted),
    ] {
        assert_eq!(decide(&rule, facts(standing, &by)), expected);
    }
}

#[test]
fn only_people_with_the_minimum_level_may_enter() {
    let rule = AccessRule {
        minimum_level: Some(Level::Substantial),
        ..AccessRule::default()
    };
    for (method, expected) in [
        (Method::Password, Access::TooLow(Level::Substantial)),
        (
            eid("bankid", Level::Low),
            Access::TooLow(Level::Substantial),
        ),
        (eid("bankid", Level::Substantial), Access::Granted),
        (eid("bankid", Level::High), Access::Granted),
    ] {
        assert_eq!(
            decide(&rule, facts(Standing::Anybody, &method)),
            expected,
            "{method:?}"
        );
    }
}

#[test]
fn only_the_providers_of_the_rule_give_access() {
    let rule = AccessRule {
        providers: vec![ProviderId::parse("ansattporten").expect("a name")],
        ..AccessRule::default()
    };
    for (method, expected) in [
        (Method::Password, Access::OtherWay),
        (eid("bankid", Level::High), Access::OtherWay),
        (eid("ansattporten", Level::Low), Access::Granted),
    ] {
        assert_eq!(
            decide(&rule, facts(Standing::Anybody, &method)),
            expected,
            "{method:?}"
        );
    }
}

#[test]
fn a_reason_that_another_sign_in_cannot_change_comes_first() {
    let rule = AccessRule {
        organisation: Some("nordvik".into()),
        minimum_level: Some(Level::High),
        providers: vec![ProviderId::parse("bankid").expect("a name")],
    };
    let by = Method::Password;
    assert_eq!(
        decide(&rule, facts(Standing::NotAUser, &by)),
        Access::NotAUser
    );
    assert_eq!(decide(&rule, facts(USER, &by)), Access::OtherWay);
    let low = eid("bankid", Level::Low);
    assert_eq!(
        decide(&rule, facts(USER, &low)),
        Access::TooLow(Level::High)
    );
}

#[test]
fn origins_contain_no_path() {
    assert_eq!(
        origin_of("http://localhost:3001/enterprise/callback"),
        Some("http://localhost:3001".into())
    );
    assert_eq!(
        origin_of("https://a.example?x"),
        Some("https://a.example".into())
    );
    assert_eq!(origin_of("nonsense"), None);
}

#[test]
fn a_level_counts_only_for_the_person_that_the_organisation_knows() {
    let rule = AccessRule {
        minimum_level: Some(Level::High),
        ..AccessRule::default()
    };
    let high = eid("bankid", Level::High);
    for (identified, expected) in [
        (true, Access::Granted),
        (false, Access::TooLow(Level::High)),
    ] {
        let standing = Standing::User { identified };
        assert_eq!(decide(&rule, facts(standing, &high)), expected);
    }
}

#[test]
fn a_removed_eid_opens_nothing() {
    let high = eid("bankid", Level::High);
    let facts = AccessFacts {
        holds: false,
        ..facts(Standing::Anybody, &high)
    };
    assert_eq!(decide(&AccessRule::default(), facts), Access::OtherWay);
}

/// A link by its number, identity number and age.
fn link((id, pid, created_at): &(u128, &str, i64)) -> Link {
    Link {
        id: LinkId(Uuid::from_u128(*id)),
        account: AccountId(Uuid::nil()),
        provider: ProviderId::parse("bankid").expect("a name"),
        issuer: String::new(),
        subject: String::new(),
        pid: Some(*pid).filter(|pid| !pid.is_empty()).map(digest),
        origin: Some(LinkOrigin::Account {
            proof: OwnerProof::IdentifiedEid,
        }),
        method: None,
        created_at: Timestamp(*created_at),
        last_used_at: Timestamp(*created_at),
    }
}

fn digest(pid: &str) -> Digest256 {
    Digest256(pid.to_owned())
}

#[test]
fn an_organisation_decides_by_what_it_knows() {
    let (proven, released) = (Claim::Proven(Timestamp(0)), Claim::Released(Timestamp(0)));
    let user = |identified| Standing::User { identified };
    let (none, listed, mine) = (None, Some(""), Some("1"));
    // Claim, holding, links, link of the sign-in (0: by password).
    let table = [
        (proven, none, &[][..], 0, Standing::NotAUser),
        (proven, listed, &[], 0, user(true)),
        (
            Claim::Vouched,
            listed,
            &[(1, "1", 5)],
            1,
            Standing::NotAUser,
        ),
        (released, mine, &[(1, "1", 5)], 1, Standing::NotAUser),
        (proven, mine, &[], 0, Standing::Unidentified),
        (proven, mine, &[(1, "2", 5)], 1, Standing::AnotherPerson),
        (proven, mine, &[(1, "2", 5)], 0, Standing::AnotherPerson),
        (proven, mine, &[(1, "", 5)], 1, Standing::Unidentified),
        (Claim::Vouched, mine, &[(1, "1", 5)], 1, user(true)),
        (proven, mine, &[(1, "1", 5)], 1, user(true)),
        // Whoever reads the mailbox can set a password.
        (proven, mine, &[(1, "1", 5)], 0, Standing::Unidentified),
        // An eID without a number, added before and after the account was this person's.
        (
            proven,
            mine,
            &[(2, "", 4), (1, "1", 5)],
            2,
            Standing::Unidentified,
        ),
        (proven, mine, &[(1, "1", 5), (2, "", 6)], 2, user(false)),
        // An eID that has been removed.
        (proven, mine, &[(1, "1", 5)], 3, Standing::Unidentified),
    ];
    for (claim, holding, links, link_id, expected) in table {
        let all: Vec<_> = links.iter().map(link).collect();
        let number = holding.filter(|pid| !pid.is_empty()).map(digest);
        let facts = StandingFacts {
            claim,
            holding: holding.map(|_| number.as_ref()),
            links: &all,
            eid: Some(link_id)
                .filter(|id| *id != 0)
                .map(|id| (LinkId(Uuid::from_u128(id)), Level::High)),
        };
        assert_eq!(standing(&facts), expected, "{facts:?}");
        // At a low level, anybody may claim a number.
        if let (Standing::User { identified: true }, Some((id, _)), Some(_)) =
            (expected, facts.eid, &number)
        {
            let facts = StandingFacts {
                eid: Some((id, Level::Low)),
                ..facts
            };
            assert_eq!(standing(&facts), Standing::Unidentified, "{facts:?}");
        }
    }
}
