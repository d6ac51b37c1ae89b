//! What third-party applications learn, and until when.

use super::{
    person::{Person, flow_in, request},
    world::{World, client, pid},
};
use crate::support::db::Engine;
use kobling_domain::oidc::{
    client::AccessRule,
    grant::{
        claims::{ClaimsWanted, Wanted},
        types::{AuthorizationRequest, GrantRefusal, Redemption},
    },
};
use kobling_model::{FlowId, Problem, view::Learns};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn world(engine: &Engine) -> World {
    World::with(engine, |settings| {
        let mut other = client("other", AccessRule::default());
        other.third_party = true;
        settings.clients.push(other);
    })
    .await
}

async fn ann(world: &World) -> Person<'_> {
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    person
}

async fn decide(world: &World, person: &mut Person<'_>, flow: FlowId, allowed: bool) -> String {
    let answer = world
        .kobling
        .consents
        .answer(&person.visitor(), flow, allowed)
        .await;
    person.take(answer)
}

/// Signs in to the third-party application, which requires consent; returns where **Tillat** leads.
async fn allow(world: &World, person: &mut Person<'_>, asked: AuthorizationRequest) -> String {
    let page = person.asks(asked).await;
    assert!(page.starts_with("/consent?flow="), "{page}");
    decide(world, person, flow_in(&page), true).await
}

fn silent(asked: AuthorizationRequest) -> AuthorizationRequest {
    AuthorizationRequest {
        silent: true,
        ..asked
    }
}

#[on_each_engine]
async fn a_third_party_application_learns_nothing_before_consent(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    assert!(
        person.towards("open").await.contains("code="),
        "a first-party application does not ask"
    );
    let codes = world.rows("code_grants").await;
    let page = person.towards("other").await;
    let flow = flow_in(&page);
    assert_eq!(
        world.rows("code_grants").await,
        codes,
        "no code before consent"
    );
    let view = world
        .kobling
        .consents
        .view(&person.visitor(), flow)
        .await
        .expect("a view");
    assert_eq!(
        (view.client.as_str(), view.host.as_str()),
        ("other", "other.example")
    );
    assert_eq!((view.name, view.email.as_deref()), (None, Some(ANN)));
    let address = decide(&world, &mut person, flow, true).await;
    assert!(
        address.starts_with("https://other.example/callback?code="),
        "{address}"
    );
}

#[on_each_engine]
async fn consent_is_remembered_and_asked_again_for_more_scopes(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    allow(&world, &mut person, request("other")).await;
    assert!(person.towards("other").await.contains("code="));
    let mut elsewhere = world.person();
    elsewhere.eid(&pid(1), None).await;
    assert!(
        elsewhere.towards("other").await.contains("code="),
        "in any browser"
    );
    let wider = AuthorizationRequest {
        scope: "openid email profile".into(),
        ..request("other")
    };
    let by_claim = AuthorizationRequest {
        claims: ClaimsWanted {
            id_token: Wanted::default(),
            userinfo: Wanted {
                name: true,
                email: false,
            },
        },
        ..request("other")
    };
    for more in [wider, by_claim] {
        assert!(person.asks(more.clone()).await.starts_with("/consent"));
        let refused = person.asks(silent(more)).await;
        assert!(refused.contains("error=consent_required&"), "{refused}");
    }
    let mut other_person = world.person();
    other_person.link(&pid(2), "ola@nordvik.example").await;
    assert!(
        other_person.towards("other").await.starts_with("/consent"),
        "for this account only"
    );
}

#[on_each_engine]
async fn prompt_consent_asks_again_and_is_then_satisfied(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let asked = AuthorizationRequest {
        force_consent: true,
        ..request("other")
    };
    for _ in 0..2 {
        let address = allow(&world, &mut person, asked.clone()).await;
        assert!(address.contains("code="), "{address}");
    }
}

#[on_each_engine]
async fn refusing_consent_returns_access_denied_and_nothing_else(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let asked = AuthorizationRequest {
        state: Some("s".into()),
        ..request("other")
    };
    let page = person.asks(asked).await;
    let flow = flow_in(&page);
    assert_eq!(
        decide(&world, &mut person, flow, false).await,
        "https://other.example/callback?error=access_denied&state=s&iss=https%3A%2F%2Fkonto.example"
    );
    assert_eq!(world.rows("consents").await, 0);
    assert!(
        person.caller().await.is_some(),
        "the person stays signed in"
    );
    assert!(
        decide(&world, &mut person, flow, true)
            .await
            .starts_with("/link?flow="),
        "the flow has ended"
    );
    assert_eq!(world.rows("consents").await, 0);
}

#[on_each_engine]
async fn a_silent_request_without_consent_gets_consent_required(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let flows = world.rows("flows").await;
    let address = person.asks(silent(request("other"))).await;
    assert!(
        address.starts_with("https://other.example/callback?error=consent_required&"),
        "{address}"
    );
    assert_eq!(world.rows("flows").await, flows, "no flow is left behind");
    allow(&world, &mut person, request("other")).await;
    assert!(
        person
            .asks(silent(request("other")))
            .await
            .contains("code=")
    );
}

#[on_each_engine]
async fn only_the_account_and_browser_that_were_asked_can_consent(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let flow = flow_in(&person.towards("other").await);

    let mut other_browser = world.person();
    other_browser.eid(&pid(1), None).await;
    // The same browser, but another person has signed in meanwhile.
    let mut other_account = person.clone();
    other_account.session = None;
    other_account.link(&pid(2), "ola@nordvik.example").await;
    // The sign-in renewed the browser's secret.
    person.browser.clone_from(&other_account.browser);
    let mut signed_out = person.clone();
    signed_out.session = None;
    for refused in [&mut other_browser, &mut other_account, &mut signed_out] {
        let page = decide(&world, refused, flow, true).await;
        assert!(page.starts_with("/login"), "{page}");
        let problem = refused.login_problem(&page).await;
        assert!(
            matches!(problem, Some(Problem::FlowExpired | Problem::NotSignedIn)),
            "{problem:?}"
        );
        let view = world.kobling.consents.view(&refused.visitor(), flow).await;
        assert!(view.is_err());
    }
    assert_eq!(world.rows("consents").await, 0);
    assert!(
        decide(&world, &mut person, flow, true)
            .await
            .contains("code=")
    );
}

#[on_each_engine]
async fn a_repeated_consent_form_gives_no_second_code(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let flow = flow_in(&person.towards("other").await);
    assert!(
        decide(&world, &mut person, flow, true)
            .await
            .contains("code=")
    );
    let codes = world.rows("code_grants").await;
    let page = decide(&world, &mut person, flow, true).await;
    assert!(page.starts_with("/link?flow="), "{page}");
    assert_eq!(world.rows("code_grants").await, codes);
}

#[on_each_engine]
async fn access_is_checked_again_at_consent(engine: Engine) {
    let world = World::with(&engine, |settings| {
        let rule = AccessRule {
            organisation: Some("nordvik".into()),
            ..AccessRule::default()
        };
        let mut other = client("other", rule);
        other.third_party = true;
        settings.clients.push(other);
    })
    .await;
    let mut person = world.person();
    person.link_vouched().await;
    let flow = flow_in(&person.towards("other").await);
    world.engine.execute("DELETE FROM users").await;
    let page = decide(&world, &mut person, flow, true).await;
    assert!(page.starts_with("/no-access"), "{page}");
}

#[on_each_engine]
async fn withdrawing_a_listed_consent_revokes_what_was_granted(engine: Engine) {
    let world = world(&engine).await;
    let mut person = ann(&world).await;
    let used = allow(&world, &mut person, request("other")).await;
    let unused = person.towards("other").await;
    let redeem = async |address: &str| {
        let (_, code) = address.split_once("code=").expect("a code");
        let client = world.kobling.settings().client("other").expect("a client");
        let redemption = Redemption {
            code: code.split('&').next().unwrap_or_default(),
            redirect_uri: &client.redirect_uris[0],
            verifier: VERIFIER,
            jkt: None,
        };
        let visitor = world.person().visitor();
        world
            .kobling
            .tokens
            .redeem(&visitor, client, redemption)
            .await
    };
    let token = redeem(&used).await.expect("a token").access_token;
    let known = async || {
        let claims = world.kobling.tokens.userinfo(token.expose(), None).await;
        claims.is_ok()
    };
    let caller = person.caller().await.expect("signed in");
    let listed = world
        .kobling
        .consents
        .applications(&caller)
        .await
        .expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].client.as_str(), listed[0].name.as_str()),
        ("other", "other")
    );
    let email = Learns {
        name: false,
        email: true,
    };
    assert_eq!(listed[0].learns, email);

    let mut other_person = world.person();
    other_person.link(&pid(2), "ola@nordvik.example").await;
    let withdrawn_by_other = world
        .kobling
        .consents
        .withdraw(&other_person.visitor(), "other")
        .await;
    assert_eq!(
        withdrawn_by_other.expect_err("not theirs").problem(),
        Problem::NotFound
    );
    assert!(known().await);

    let answer = world
        .kobling
        .consents
        .withdraw_from_form(&person.visitor(), "other")
        .await;
    assert!(person.take(answer).starts_with("/account"));
    assert!(!known().await);
    assert!(matches!(
        redeem(&unused).await,
        Err(GrantRefusal::InvalidGrant)
    ));
    assert!(
        world
            .kobling
            .consents
            .applications(&caller)
            .await
            .expect("a list")
            .is_empty()
    );
    assert!(
        person.towards("other").await.starts_with("/consent"),
        "consent is asked for again"
    );
    let again = world
        .kobling
        .consents
        .withdraw(&person.visitor(), "other")
        .await;
    assert_eq!(again.expect_err("gone").problem(), Problem::NotFound);
}
