//! The level of assurance that applications request, and who may enter.

use super::{
    person::{Person, flow_in, request},
    world::{LOW, PASSWORD, World, client, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    auth::session::Method,
    oidc::{
        client::{AccessRule, Client},
        grant::{
            claims::AcrWanted,
            types::{AuthorizationRequest, Redeemed, Redemption},
        },
    },
};
use kobling_model::{Level, ProviderId, status::NoAccessReason, view::NoAccessView};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Applications with access rules.
async fn world(engine: &Engine) -> World {
    let provider = |id| ProviderId::parse(id).expect("a name");
    World::with(engine, |settings| {
        settings.clients.extend([
            client(
                "sure",
                AccessRule {
                    minimum_level: Some(Level::High),
                    ..AccessRule::default()
                },
            ),
            client(
                "elsewhere",
                AccessRule {
                    providers: vec![provider("ansattporten")],
                    ..AccessRule::default()
                },
            ),
            client(
                "here",
                AccessRule {
                    providers: vec![provider("bankid")],
                    ..AccessRule::default()
                },
            ),
        ]);
    })
    .await
}

/// Ann, who has a password and an eID, signed in by password.
async fn ann(world: &World) -> Person<'_> {
    world.account(ANN).await;
    world.person().link(&pid(1), ANN).await;
    by_password(world).await
}

async fn by_password(world: &World) -> Person<'_> {
    let mut person = world.person();
    assert!(person.sign_in(ANN, PASSWORD).await.starts_with("/account"));
    person
}

fn asking(client: &str, values: &[&str], essential: bool) -> AuthorizationRequest {
    AuthorizationRequest {
        acr: AcrWanted {
            values: values.iter().map(|&value| value.to_owned()).collect(),
            essential,
        },
        state: Some("s".into()),
        ..request(client)
    }
}

async fn redeem(world: &World, client: &str, address: &str) -> Redeemed {
    let (_, code) = address
        .split_once("code=")
        .unwrap_or_else(|| panic!("no code in {address}"));
    let settings: &Client = world.kobling.settings().client(client).expect("a client");
    let redemption = Redemption {
        code: code.split('&').next().unwrap_or_default(),
        redirect_uri: &settings.redirect_uris[0],
        verifier: VERIFIER,
        jkt: None,
    };
    world
        .kobling
        .tokens
        .redeem(&world.person().visitor(), settings, redemption)
        .await
        .expect("a grant")
}

async fn acr_at(world: &World, client: &str, address: &str) -> Option<String> {
    match redeem(world, client, address).await.claims.method {
        Method::Eid { acr, .. } => acr,
        Method::Password => None,
    }
}

/// From the redirect of a step-up to the provider and back.
async fn confirm_by_eid(person: &mut Person<'_>, page: &str, code: &str) -> String {
    assert!(page.starts_with("/eid/bankid/start?flow="), "{page}");
    person.eid(code, Some(flow_in(page))).await
}

async fn no_access(person: &Person<'_>, world: &World, page: &str) -> NoAccessView {
    assert!(page.starts_with("/no-access"), "{page}");
    world
        .kobling
        .destinations
        .no_access_view(&person.visitor(), Some(flow_in(page)))
        .await
        .expect("a view")
}

fn error_of(address: &str) -> &str {
    let (_, error) = address
        .split_once("error=")
        .unwrap_or_else(|| panic!("no error in {address}"));
    assert!(
        address.contains("&state=s&iss=https%3A%2F%2Fkonto.example"),
        "{address}"
    );
    error.split('&').next().unwrap_or_default()
}

#[on_each_engine]
async fn acr_values_cause_a_step_up_and_the_id_token_contains_the_acr(engine: Engine) {
    for (asked, returned) in [
        (&["high"][..], "high"),
        (&["idporten-loa-high"], "idporten-loa-high"),
        (
            &["urn:unheard-of", "idporten-loa-high"],
            "idporten-loa-high",
        ),
    ] {
        let world = world(&engine).await;
        let mut person = ann(&world).await;
        let before = (
            person.caller().await.expect("signed in"),
            person.session.clone(),
        );
        let page = person.asks(asking("open", asked, false)).await;
        let address = confirm_by_eid(&mut person, &page, &pid(1)).await;
        assert_eq!(
            acr_at(&world, "open", &address).await.as_deref(),
            Some(returned)
        );
        let after = person.caller().await.expect("signed in");
        assert_eq!(
            after.session.id, before.0.session.id,
            "the session continues"
        );
        let (old, new) = (
            before.1.expect("a secret"),
            person.session.clone().expect("a secret"),
        );
        assert_ne!(old.digest(), new.digest(), "under a new secret");
        let again = person.asks(asking("open", asked, true)).await;
        assert!(
            again.contains("code="),
            "the session has the level from now on: {again}"
        );
    }
}

#[on_each_engine]
async fn a_step_up_requests_the_level_and_a_new_sign_in_from_the_provider(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let page = person.asks(asking("open", &["high"], false)).await;
    let provider = ProviderId::parse("bankid").expect("a name");
    let flow = Some(flow_in(&page));
    let begun = world
        .kobling
        .eid
        .sign_in(&person.visitor(), &provider, flow)
        .await;
    let address = person.take(begun);
    assert!(address.contains("level=High&prompt=login&"), "{address}");
}

#[on_each_engine]
async fn voluntary_acr_values_are_met_if_possible(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let page = person
        .asks(asking("open", &["idporten-loa-high"], false))
        .await;
    let low = format!("{LOW}{}", pid(1));
    let address = confirm_by_eid(&mut person, &page, &low).await;
    assert_eq!(
        acr_at(&world, "open", &address).await.as_deref(),
        Some("idporten-loa-low")
    );
    // Unknown values request nothing.
    let mut person = by_password(&world).await;
    let address = person
        .asks(asking("open", &["urn:unheard-of"], false))
        .await;
    assert!(address.contains("code="), "{address}");
}

#[on_each_engine]
async fn an_essential_acr_that_cannot_be_met_is_an_error(engine: Engine) {
    let world = world(&engine).await;
    let unknown = asking("open", &["urn:unheard-of"], true);
    let mut person = ann(&world).await;
    for address in [
        person.asks(unknown.clone()).await,
        world.person().asks(unknown).await,
    ] {
        assert_eq!(error_of(&address), "unmet_authentication_requirements");
    }
    let page = person.asks(asking("open", &["high"], true)).await;
    let low = format!("{LOW}{}", pid(1));
    let address = confirm_by_eid(&mut person, &page, &low).await;
    assert_eq!(error_of(&address), "unmet_authentication_requirements");
    let elsewhere = asking("elsewhere", &["high"], true);
    let address = world.person().asks(elsewhere).await;
    assert_eq!(error_of(&address), "unmet_authentication_requirements");
}

#[on_each_engine]
async fn a_session_above_the_requested_acr_returns_the_requested_acr(engine: Engine) {
    let world = world(&engine).await;
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    for (asked, returned) in [
        (&["low"][..], "low"),
        (&["idporten-loa-low"], "idporten-loa-low"),
        (&["low", "idporten-loa-high"], "idporten-loa-high"),
        (&[], "idporten-loa-high"),
    ] {
        let address = person.asks(asking("open", asked, true)).await;
        assert_eq!(
            acr_at(&world, "open", &address).await.as_deref(),
            Some(returned),
            "{asked:?}"
        );
    }
}

#[on_each_engine]
async fn prompt_none_with_too_low_a_level_gets_login_required(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let flows = world.rows("flows").await;
    for asked in [
        asking("open", &["high"], false),
        asking("open", &["high"], true),
        asking("sure", &[], false),
    ] {
        let silent = AuthorizationRequest {
            silent: true,
            ..asked
        };
        assert_eq!(error_of(&person.asks(silent).await), "login_required");
    }
    assert_eq!(world.rows("flows").await, flows, "no flow is left behind");
}

#[on_each_engine]
async fn without_a_session_the_only_provider_with_the_level_is_used_at_once(engine: Engine) {
    let world = world(&engine).await;
    world.person().link(&pid(1), ANN).await;
    for asked in [
        asking("open", &["high"], false),
        asking("sure", &[], false),
        asking("here", &[], false),
    ] {
        let mut person = world.person();
        let address = person.asks(asked).await;
        assert!(
            address.starts_with("https://eid.example/authorize?"),
            "{address}"
        );
    }
    let page = world.person().asks(asking("open", &[], false)).await;
    assert!(page.starts_with("/login"), "{page}");
}

#[on_each_engine]
async fn an_application_can_require_a_minimum_level(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let page = person.towards("sure").await;
    let address = confirm_by_eid(&mut person, &page, &pid(1)).await;
    assert!(
        address.starts_with("https://sure.example/callback?code="),
        "{address}"
    );
    assert!(
        person.towards("sure").await.contains("code="),
        "from the session"
    );
}

#[on_each_engine]
async fn a_step_up_below_the_level_shows_the_reason_and_can_be_repeated(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let page = person.towards("sure").await;
    let low = format!("{LOW}{}", pid(1));
    let page = confirm_by_eid(&mut person, &page, &low).await;
    let view = no_access(&person, &world, &page).await;
    assert_eq!(view.reason, NoAccessReason::TooLow);
    assert_eq!(
        view.provider.map(|provider| provider.name).as_deref(),
        Some("BankID")
    );
    assert!(!view.reference.is_empty());
    let page = person.eid(&low, Some(flow_in(&page))).await;
    assert!(page.starts_with("/no-access"), "{page}");
    let address = person.eid(&pid(1), Some(flow_in(&page))).await;
    assert!(
        address.starts_with("https://sure.example/callback?code="),
        "{address}"
    );
}

#[on_each_engine]
async fn a_person_without_an_eid_is_offered_to_link_one(engine: Engine) {
    let world = world(&engine).await;
    world.account(ANN).await;
    let mut person = by_password(&world).await;
    let page = person.towards("sure").await;
    let view = no_access(&person, &world, &page).await;
    assert_eq!(
        (view.reason, view.client.as_str()),
        (NoAccessReason::TooLow, "sure")
    );
    // An eID sign-in on that page links the eID and continues.
    let page = person.eid(&pid(1), Some(flow_in(&page))).await;
    let flow = flow_in(&page);
    person.send_code(flow, ANN).await;
    let code = world.code(ANN).await;
    let address = person.enter_code(flow, &code).await;
    assert!(
        address.starts_with("https://sure.example/callback?code="),
        "{address}"
    );
}

#[on_each_engine]
async fn an_application_can_restrict_the_providers(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let page = person.towards("here").await;
    let address = confirm_by_eid(&mut person, &page, &pid(1)).await;
    assert!(address.contains("code="), "{address}");
    let page = person.towards("elsewhere").await;
    let view = no_access(&person, &world, &page).await;
    assert_eq!(
        (view.reason, view.provider),
        (NoAccessReason::OtherWay, None)
    );
}

#[on_each_engine]
async fn a_step_up_with_an_eid_does_not_move_its_link(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let page = person.towards("elsewhere").await;
    let flow = flow_in(&page);
    let answer = world
        .kobling
        .linking
        .relink(&person.visitor(), flow, None)
        .await;
    assert_eq!(
        person.take(answer),
        page,
        "nothing can be linked again here"
    );
}

#[on_each_engine]
async fn a_requested_subject_is_the_only_one_that_gets_a_code(engine: Engine) {
    let world = world(&engine).await;
    world.account("kari@nordvik.example").await;
    let mut other = world.person();
    other.sign_in("kari@nordvik.example", PASSWORD).await;
    let mut person = ann(&world).await;
    let client = world
        .kobling
        .settings()
        .client("open")
        .expect("a client")
        .clone();
    let subject = Some(world.kobling.clients.subject(&client, person.id().await));
    let asked = AuthorizationRequest {
        subject,
        ..asking("open", &[], false)
    };
    let silent = AuthorizationRequest {
        silent: true,
        ..asked.clone()
    };
    assert!(person.asks(silent.clone()).await.contains("code="));
    assert_eq!(error_of(&other.asks(silent).await), "login_required");
    let page = other.asks(asked.clone()).await;
    assert!(
        page.starts_with("/login"),
        "the requested person can sign in: {page}"
    );
    let flow = flow_in(&page);
    let answer = world
        .kobling
        .sign_in
        .identify(&other.visitor(), Some(flow), "kari@nordvik.example")
        .await;
    other.take(answer);
    let address = other.enter_password(flow, PASSWORD).await;
    assert_eq!(error_of(&address), "login_required", "no other person can");
    let page = other.asks(asked).await;
    let flow = flow_in(&page);
    let answer = world
        .kobling
        .sign_in
        .identify(&other.visitor(), Some(flow), ANN)
        .await;
    other.take(answer);
    assert!(other.enter_password(flow, PASSWORD).await.contains("code="));
}
