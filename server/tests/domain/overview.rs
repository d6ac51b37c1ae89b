//! The overview in account settings: services and sessions.

use super::{
    person::Person,
    world::{MINUTE, PASSWORD, World, client},
};
use crate::support::db::Engine;
use kobling_domain::{
    kernel::secret::Password,
    oidc::{
        client::{AccessRule, StoredClient},
        grant::types::Redemption,
    },
};
use kobling_model::{
    Level, Timestamp,
    status::NoAccessReason,
    view::{AccountView, ServiceItem},
};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
const KARI: &str = "kari@nordvik.example";
/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn world(engine: &Engine) -> World {
    let world = World::with(engine, |settings| {
        settings.clients[0].start = Some("https://start.example/".into());
        let of = |organisation: Option<&str>, level| AccessRule {
            organisation: organisation.map(str::to_owned),
            minimum_level: level,
            ..AccessRule::default()
        };
        settings.clients.extend([
            client("sure", of(Some("nordvik"), Some(Level::High))),
            client("theirs", of(Some("sorvik"), None)),
            client("nowhere", of(Some("unknown"), None)),
            client("strict", of(None, Some(Level::High))),
        ]);
    })
    .await;
    let put =
        world
            .kobling
            .directory
            .put_organisation("sorvik", "Sørvik", "post@sorvik.example", None);
    put.await.expect("stored");
    world
}

async fn account(person: &Person<'_>) -> AccountView {
    let (visitor, kobling) = (person.visitor(), &person.world().kobling);
    kobling
        .profile
        .view(&visitor, None, None)
        .await
        .expect("a view")
}

/// Signs in to an application, which fetches its tokens.
async fn uses(person: &mut Person<'_>, id: &str) {
    let page = person.towards(id).await;
    let (_, code) = page.split_once("code=").expect("a code");
    let redirect_uri = format!("https://{id}.example/callback");
    let redemption = Redemption {
        code: code.split('&').next().unwrap_or_default(),
        redirect_uri: &redirect_uri,
        verifier: VERIFIER,
        jkt: None,
    };
    let kobling = &person.world().kobling;
    let client = kobling.settings().client(id).expect("a client");
    let visitor = person.visitor();
    let tokens = kobling.tokens.redeem(&visitor, client, redemption);
    tokens.await.expect("tokens");
}

fn outcome(items: &[ServiceItem]) -> Vec<(&str, Option<&str>, Option<NoAccessReason>)> {
    items
        .iter()
        .map(|item| {
            (
                item.name.as_str(),
                item.organisation.as_deref(),
                item.refused,
            )
        })
        .collect()
}

/// The overview says of every application what happens when the person goes there.
#[on_each_engine]
async fn the_overview_agrees_with_the_entry(engine: Engine) {
    let world = world(&engine).await;
    world.account(ANN).await;
    let mut by_eid = world.person();
    by_eid.link_vouched().await;
    let new = Password(PASSWORD.into());
    let visitor = by_eid.visitor();
    let created = world.kobling.password.create(&visitor, new.clone(), new);
    by_eid.take(created.await);
    let mut by_password = world.person();
    by_password.sign_in(KARI, PASSWORD).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let mut granted = 0;
    for person in [&by_eid, &by_password, &ann] {
        let items = account(person).await.services;
        assert_eq!(items.len(), 6);
        assert!(items.is_sorted_by_key(|item| item.refused.is_some()));
        for item in items {
            let mut visitor = person.clone();
            let enters = visitor.enters(&item.name).await;
            assert_eq!(enters, item.refused.is_none(), "{item:?}");
            granted += usize::from(enters);
        }
    }
    // Kari enters four by eID. With a password, everybody enters the open one alone.
    assert_eq!(granted, 6);
}

#[on_each_engine]
async fn a_service_says_by_which_organisation_and_where_it_starts(engine: Engine) {
    let world = world(&engine).await;
    let mut kari = world.person();
    kari.link_vouched().await;
    let items = account(&kari).await.services;
    let nordvik = Some("Nordvik kommune");
    let none = Some(NoAccessReason::NotAUser);
    assert_eq!(
        outcome(&items),
        [
            ("start", nordvik, None),
            ("open", None, None),
            ("sure", nordvik, None),
            ("strict", None, None),
            ("theirs", Some("Sørvik"), none),
            ("nowhere", Some("unknown"), none),
        ]
    );
    let starts: Vec<_> = items
        .iter()
        .filter_map(|item| item.start.as_deref())
        .collect();
    assert_eq!(starts, ["https://start.example/"]);

    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let items = account(&ann).await.services;
    let open: Vec<_> = items.iter().filter(|item| item.refused.is_none()).collect();
    assert!(
        matches!(open[..], [item] if item.name == "open"),
        "{items:?}"
    );
}

/// An application that has registered itself is nothing that an operator vouches for.
#[on_each_engine]
async fn applications_that_registered_themselves_are_not_services(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    let mut work = world.kobling.ports().store.begin().await.expect("begins");
    for (id, management) in [("added", None), ("stranger", Some("t"))] {
        let stored = StoredClient {
            client: client(id, AccessRule::default()),
            management: management.map(kobling_domain::kernel::secret::Digest256::of),
            created_at: Timestamp(0),
            version: 0,
        };
        work.clients().insert_client(&stored).await.expect("stored");
    }
    work.commit().await.expect("commits");
    let items = account(&ann).await.services;
    let names: Vec<_> = items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["open", "added", "start"]);
}

/// The number of statements does not grow with the number of applications.
#[on_each_engine]
async fn the_overview_reads_once_for_all_applications(engine: Engine) {
    let mut counts = Vec::new();
    for more in [0, 40] {
        let world = World::with(&engine, |settings| {
            for number in 0..more {
                let rule = settings.clients[0].access.clone();
                settings.clients.push(client(&format!("app{number}"), rule));
            }
        })
        .await;
        let mut kari = world.person();
        kari.link_vouched().await;
        world.watch.steps();
        account(&kari).await;
        counts.push(world.watch.steps().len());
    }
    assert_eq!(counts[0], counts[1]);
}

#[on_each_engine]
async fn sessions_can_be_told_apart(engine: Engine) {
    let world = World::new(&engine).await;
    world.account(ANN).await;
    let mut first = world.person();
    first.sign_in(ANN, PASSWORD).await;
    uses(&mut first, "open").await;
    world.pass(MINUTE);
    for _ in 0..2 {
        world.person().sign_in(ANN, PASSWORD).await;
    }
    let mut here = world.person();
    world.pass(MINUTE);
    world.pass(MINUTE);
    here.sign_in(ANN, PASSWORD).await;
    let sessions = account(&here).await.sessions;
    assert!(sessions[0].current);
    let reached: Vec<_> = sessions
        .iter()
        .map(|item| item.services.join(","))
        .collect();
    assert_eq!(
        reached.iter().filter(|names| *names == "open").count(),
        1,
        "{reached:?}"
    );
    let mut seen: Vec<_> = sessions
        .iter()
        .map(|item| (item.seen_minutes, item.number))
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, [(0, None), (2, Some(1)), (2, Some(2)), (3, None)]);
}
