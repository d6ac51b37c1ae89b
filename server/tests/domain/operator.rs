//! What an operator does from a shell: stop a person, an eID, a session; a complete payroll file.

use super::{
    notifier::Call,
    person::{Person, flow_in, request},
    world::{MINUTE, PASSWORD, World, client, pid},
};
use crate::support::{db::Engine, race};
use kobling_domain::{
    admin::{
        account::{AccountName, AccountReport, OperatorError},
        types::Operator,
    },
    audit::{event::AuditRow, port::AuditFilter},
    directory::import::types::{Complete, Import, Report},
    oidc::{client::AccessRule, grant::types::Redemption},
    ops::mail::Content,
};
use kobling_model::{LinkId, Problem, ProviderId, SessionId};
use kobling_test_macros::on_each_engine;
use std::{sync::Arc, time::Duration};

const ANN: &str = "ann@nordvik.example";
const KARI: &str = "kari@nordvik.example";
/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn root() -> Operator {
    Operator::new("root", None)
}

fn name(text: &str) -> AccountName {
    text.parse().expect("an address or an id")
}

/// Ann has a password and an eID; an application is told when her sessions end, and may refresh its tokens.
async fn world(engine: &Engine) -> World {
    let world = World::with(engine, |settings| {
        let mut kart = client("kart", AccessRule::default());
        kart.back_channel_logout = Some("https://kart.example/logout".into());
        kart.refresh = true;
        settings.clients.push(kart);
        settings.limits.room = 1_000;
    })
    .await;
    world.account(ANN).await;
    world.person().link(&pid(1), ANN).await;
    world
}

/// Signs in to the application; returns its refresh token.
async fn enter(world: &World, person: &mut Person<'_>) -> String {
    let address = person.asks(request("kart")).await;
    let (_, code) = address
        .split_once("code=")
        .unwrap_or_else(|| panic!("no code in {address}"));
    let kart = world.kobling.settings().client("kart").expect("a client");
    let redemption = Redemption {
        code: code.split('&').next().unwrap_or_default(),
        redirect_uri: &kart.redirect_uris[0],
        verifier: VERIFIER,
        jkt: None,
    };
    let visitor = person.visitor();
    let tokens = world.kobling.tokens.redeem(&visitor, kart, redemption);
    let token = tokens.await.expect("tokens").refresh_token;
    token.expect("a refresh token").expose().to_owned()
}

async fn refreshes(world: &World, token: &str) -> bool {
    let kart = world.kobling.settings().client("kart").expect("a client");
    let visitor = world.person().visitor();
    let refreshed = world
        .kobling
        .tokens
        .refresh(&visitor, kart, token, None, None);
    refreshed.await.is_ok()
}

async fn shown(world: &World, of: &str) -> AccountReport {
    world.kobling.operator.show(&name(of)).await.expect("shown")
}

async fn audited(world: &World, event: &str) -> Vec<AuditRow> {
    let filter = AuditFilter {
        event: Some(event.into()),
        ..AuditFilter::default()
    };
    let rows = world.kobling.operator.audit(&filter, None, 99).await;
    rows.expect("the store")
}

/// The newest event of this code, which is about this account and names the operator.
async fn newest(world: &World, event: &str, of: &str) -> AuditRow {
    let row = audited(world, event).await.pop().expect("an event");
    assert_eq!(row.facts.credential.as_deref(), Some("os:root"));
    assert_eq!(
        row.involved.subject,
        Some(shown(world, of).await.account.id)
    );
    assert_eq!(
        (row.involved.actor, row.network.as_str()),
        (None, "command")
    );
    row
}

#[on_each_engine]
async fn disabling_an_account_ends_everything_at_once(engine: Engine) {
    let world = world(&engine).await;
    let (mut by_eid, mut by_password) = (world.person(), world.person());
    by_eid.eid(&pid(1), None).await;
    by_password.sign_in(ANN, PASSWORD).await;
    let token = enter(&world, &mut by_password).await;
    let ticket = world.ticket(ANN).await;
    let mut stranger = world.person();
    let linking = flow_in(&stranger.eid(&pid(2), None).await);
    stranger.send_code(linking, ANN).await;
    let code = world.code(ANN).await;

    let done = world.kobling.operator.disable(&root(), &name(ANN)).await;
    let done = done.expect("disabled");
    assert!(done.changed && done.sessions >= 2, "{done:?}");
    assert_eq!(world.rows("sessions").await, 0, "before any maintenance");
    assert_eq!(world.rows("grant_families").await, 0);
    assert!(by_eid.caller().await.is_none() && by_password.caller().await.is_none());
    assert!(!refreshes(&world, &token).await);
    assert!(!world.ticket_lives(&ticket).await);
    assert_eq!(world.rows("mailbox_codes").await, 0);
    stranger.enter_code(linking, &code).await;
    assert!(stranger.caller().await.is_none());
    world.deliver().await;
    let notified: Vec<Call> = world.notifier.calls();
    assert_eq!(notified.len(), 1, "the application is told");

    let page = by_password.sign_in(ANN, PASSWORD).await;
    let problem = by_password.login_problem(&page).await;
    assert_eq!(problem, Some(Problem::AccountDisabled));
    let page = by_eid.eid(&pid(1), None).await;
    let problem = by_eid.login_problem(&page).await;
    assert_eq!(problem, Some(Problem::AccountDisabled));
    let report = shown(&world, ANN).await;
    assert!(report.account.disabled_at.is_some() && report.sessions.is_empty());
    let row = newest(&world, "account.disabled", ANN).await;
    assert_eq!(row.facts.count, i64::try_from(done.sessions).ok());

    let again = world.kobling.operator.disable(&root(), &name(ANN)).await;
    assert!(!again.expect("runs").changed);
    let since = shown(&world, ANN).await.account.disabled_at;
    assert_eq!(since, report.account.disabled_at, "since the first time");
}

#[on_each_engine]
async fn an_enabled_account_opens_again_but_not_by_an_old_ticket(engine: Engine) {
    let world = world(&engine).await;
    let enable = async || {
        let done = world.kobling.operator.enable(&root(), &name(ANN)).await;
        done.expect("runs").changed
    };
    assert!(!enable().await, "it was not disabled");
    assert_eq!(audited(&world, "account.enabled").await, []);
    let ticket = world.ticket(ANN).await;
    // A ticket that was made at the moment when the account was disabled.
    world
        .engine
        .execute("UPDATE accounts SET disabled_at = 1")
        .await;
    assert!(enable().await);
    assert!(!world.ticket_lives(&ticket).await);
    newest(&world, "account.enabled", ANN).await;
    let mut ann = world.person();
    ann.sign_in(ANN, PASSWORD).await;
    assert!(ann.caller().await.is_some());
    ann.eid(&pid(1), None).await;
    assert!(ann.caller().await.is_some());
}

/// The eID's owner is read before the account is locked.
#[on_each_engine(flavor = "multi_thread")]
async fn an_eid_sign_in_that_a_disable_overtakes_starts_no_session(engine: Engine) {
    let world = world(&engine).await;
    world.engine.execute("DELETE FROM sessions").await;
    let mut by_eid = world.person();
    let callback = by_eid.begin_eid(&pid(1), None).await;
    let (kobling, visitor) = (world.kobling.clone(), by_eid.visitor());
    world.watch.delay("VOUCHED");
    world.watch.steps();
    let sign_in = tokio::spawn(async move {
        let provider = ProviderId::parse("bankid").expect("a name");
        kobling
            .eid_callback
            .handle(&visitor, &provider, callback)
            .await
    });
    while !world.watch.steps().contains(&"VOUCHED") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let done = world.kobling.operator.disable(&root(), &name(ANN)).await;
    assert!(done.expect("disabled").changed);
    by_eid.take(sign_in.await.expect("no panic"));
    assert_eq!(world.rows("sessions").await, 0);
    assert!(by_eid.caller().await.is_none());
}

#[on_each_engine(flavor = "multi_thread")]
async fn no_concurrent_sign_in_survives_a_disable(engine: Engine) {
    let world = Arc::new(world(&engine).await);
    race(|number| {
        let world = Arc::clone(&world);
        async move {
            let mut person = world.person();
            person.network = format!("192.0.2.{number}");
            match number {
                0 => {
                    let done = world.kobling.operator.disable(&root(), &name(ANN)).await;
                    assert!(done.expect("disabled").changed);
                }
                _ if number % 2 == 0 => drop(person.sign_in(ANN, PASSWORD).await),
                _ => drop(person.eid(&pid(1), None).await),
            }
        }
    })
    .await;
    assert_eq!(world.rows("sessions").await, 0, "before any maintenance");
    assert_eq!(shown(&world, ANN).await.sessions, []);
}

#[on_each_engine]
async fn an_operator_removes_even_the_last_link(engine: Engine) {
    let world = world(&engine).await;
    let (mut by_eid, mut kari) = (world.person(), world.person());
    by_eid.eid(&pid(1), None).await;
    kari.link_vouched().await;
    let unlink = async |of: &str, link: LinkId| {
        world
            .kobling
            .operator
            .unlink(&root(), &name(of), link)
            .await
    };
    let link = shown(&world, KARI).await.links[0].id;
    let refused = unlink(ANN, link).await;
    assert!(
        matches!(refused, Err(OperatorError::NoLink(_))),
        "{refused:?}"
    );
    assert!(kari.caller().await.is_some(), "another account's link");

    let done = unlink(KARI, link).await.expect("removed");
    assert_eq!((done.changed, done.sessions), (true, 1));
    assert!(kari.caller().await.is_none());
    assert!(by_eid.caller().await.is_some());
    let report = shown(&world, KARI).await;
    assert!(report.links.is_empty() && report.password_since.is_none());
    let mails = world.mails(KARI).await;
    let told = |mail: &Content| matches!(mail, Content::LinkRemoved { .. });
    assert!(mails.iter().any(told), "{mails:?}");
    let row = newest(&world, "link.removed", KARI).await;
    assert_eq!(row.facts.target, Some(link.to_string()));
    assert_eq!(row.facts.provider.as_deref(), Some("bankid"));
    let again = unlink(KARI, link).await;
    assert!(matches!(again, Err(OperatorError::NoLink(_))), "{again:?}");
    assert_eq!(audited(&world, "link.removed").await.len(), 1);
}

#[on_each_engine]
async fn a_sign_out_by_the_operator_ends_one_session_or_all(engine: Engine) {
    let world = world(&engine).await;
    let (mut one, mut two) = (world.person(), world.person());
    one.sign_in(ANN, PASSWORD).await;
    enter(&world, &mut one).await;
    two.sign_in(ANN, PASSWORD).await;
    let mut kari = world.person();
    kari.link_vouched().await;
    let foreign = kari.caller().await.expect("signed in").session.id;
    let sign_out = async |session: Option<SessionId>| {
        let operator = &world.kobling.operator;
        operator.sign_out(&root(), &name(ANN), session).await
    };
    let refused = sign_out(Some(foreign)).await;
    assert!(
        matches!(refused, Err(OperatorError::NoSession(_))),
        "{refused:?}"
    );
    assert_eq!(audited(&world, "session.ended").await, []);

    let session = one.caller().await.expect("signed in").session.id;
    let done = sign_out(Some(session)).await.expect("ended");
    assert_eq!((done.changed, done.sessions), (true, 1));
    assert!(one.caller().await.is_none() && two.caller().await.is_some());
    let row = newest(&world, "session.ended", ANN).await;
    assert_eq!(row.facts.target, Some(session.to_string()));
    world.deliver().await;
    assert_eq!(world.notifier.calls().len(), 1, "the application is told");

    world.pass(MINUTE);
    let done = sign_out(None).await.expect("ended");
    assert!(done.changed && two.caller().await.is_none());
    let row = newest(&world, "session.ended", ANN).await;
    assert_eq!(row.facts.reason.as_deref(), Some("all"));
    assert_eq!(sign_out(None).await.expect("runs").sessions, 0);
    assert!(kari.caller().await.is_some());
}

#[on_each_engine]
async fn an_account_is_shown_without_what_identifies_the_person(engine: Engine) {
    let world = world(&engine).await;
    world.import(";3;Ann Ansatt;ann@nordvik.example\n").await;
    let mut ann = world.person();
    ann.eid(&pid(1), None).await;
    let report = shown(&world, " ANN@nordvik.example ").await;
    assert_eq!(report.account.email.as_str(), ANN);
    assert_eq!(report.organisations, ["nordvik"]);
    assert!(report.password_since.is_some() && report.account.is_proven());
    let session = ann.caller().await.expect("signed in").session;
    let seen = report.sessions.iter().find(|seen| seen.id == session.id);
    let by = seen.expect("listed").eid.as_ref().expect("by eID").1;
    assert_eq!(
        report.links.iter().map(|link| link.id).collect::<Vec<_>>(),
        [by]
    );
    let by_id = shown(&world, &report.account.id.to_string()).await;
    assert_eq!(by_id, report);
    let text = format!("{report:?}");
    let number = kobling_model::NationalId::parse(&pid(1)).expect("a number");
    for secret in [
        &pid(1)[..6],
        "subject of",
        &world.kobling.keys().pid_hash(&number).0,
        &session.token.0,
        "argon2",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[on_each_engine]
async fn a_wrong_name_is_refused_by_every_command(engine: Engine) {
    let world = world(&engine).await;
    for wrong in ["", "ann", "ann@", "0199"] {
        assert!(wrong.parse::<AccountName>().is_err(), "{wrong}");
    }
    let (operator, root) = (&world.kobling.operator, root());
    let nobody = uuid::Uuid::nil();
    for unknown in ["nobody@nordvik.example", &nobody.to_string()] {
        let name = name(unknown);
        let link = operator.unlink(&root, &name, LinkId(nobody)).await;
        for refused in [
            operator.show(&name).await.err(),
            operator.disable(&root, &name).await.err(),
            operator.enable(&root, &name).await.err(),
            operator.sign_out(&root, &name, None).await.err(),
            link.err(),
        ] {
            let refused = refused.expect("refused");
            assert!(matches!(refused, OperatorError::NoAccount(_)), "{refused}");
            assert!(refused.to_string().contains(unknown), "{refused}");
        }
    }
    assert_eq!(world.rows("audit WHERE credential = 'os:root'").await, 0);
}

/// Imports a complete file with these rows.
async fn complete(
    world: &World,
    lines: &str,
    dry_run: bool,
    (most_leaving, force): (u8, bool),
) -> Report {
    let file = format!("fodselsnummer;ansattnummer;navn;epost\n{lines}");
    let how = Import {
        dry_run,
        complete: Some(Complete {
            most_leaving,
            force,
        }),
        operator: Some(&root()),
        ..Import::default()
    };
    let report = world
        .kobling
        .directory
        .import("nordvik", file.as_bytes(), &how);
    report.await.expect("the store")
}

#[on_each_engine]
async fn who_is_missing_from_a_complete_file_loses_access(engine: Engine) {
    let world = World::new(&engine).await;
    world.engine.execute("INSERT INTO users (org, email, number) SELECT id, 'postmottak@nordvik.example', NULL FROM organisations").await;
    let mut kari = world.person();
    kari.link_vouched().await;
    let page = kari.towards("start").await;
    assert!(page.starts_with("https://start.example/"), "{page}");
    let ola = ";2;Ola Nordmann;ola@nordvik.example\n";

    let dry = complete(&world, ola, true, (50, false)).await;
    assert_eq!(
        (dry.leaving.as_slice(), dry.known),
        (&["1".to_owned()][..], 2)
    );
    assert_eq!(
        world.rows("employees").await,
        2,
        "a dry run changes nothing"
    );
    let page = kari.towards("start").await;
    assert!(page.starts_with("https://start.example/"), "{page}");

    // Events of one moment have no order.
    world.pass(MINUTE);
    let report = complete(&world, ola, false, (50, false)).await;
    assert_eq!(report.leaving, ["1"]);
    assert!(!report.too_many_leave);
    assert_eq!(
        (world.rows("employees").await, world.rows("users").await),
        (1, 2)
    );
    let page = kari.towards("start").await;
    assert!(page.starts_with("/no-access"), "{page}");
    let left = audited(&world, "directory.removed").await;
    assert_eq!(left[0].facts.count, Some(1));
    assert_eq!(left[0].facts.organisation.as_deref(), Some("nordvik"));
    assert_eq!(left[0].facts.credential.as_deref(), Some("os:root"));
    let imported = audited(&world, "directory.imported").await;
    let by = imported
        .last()
        .and_then(|row| row.facts.credential.as_deref());
    assert_eq!(by, Some("os:root"));

    complete(&world, ola, false, (50, false)).await;
    assert_eq!(
        audited(&world, "directory.removed").await.len(),
        1,
        "nobody left"
    );
}

#[on_each_engine]
async fn a_bound_stops_an_accident_with_a_complete_file(engine: Engine) {
    let world = World::new(&engine).await;
    let before = world.rows("audit").await;
    for (lines, most) in [(";2;Ola Nordmann;ola@nordvik.example\n", 49), ("", 100)] {
        for dry_run in [false, true] {
            let report = complete(&world, lines, dry_run, (most, false)).await;
            assert!(report.too_many_leave, "{report:?}");
            assert_eq!(
                (world.rows("employees").await, world.rows("users").await),
                (2, 2)
            );
        }
    }
    assert_eq!(world.rows("audit").await, before, "nothing happened");
    let report = complete(&world, "", false, (0, true)).await;
    assert_eq!(report.leaving, ["1", "2"]);
    assert_eq!(
        (world.rows("employees").await, world.rows("users").await),
        (0, 0)
    );
}
