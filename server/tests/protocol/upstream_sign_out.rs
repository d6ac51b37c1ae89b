//! Sign-outs at the eID provider, over HTTP: OpenID Connect Front-Channel and Back-Channel Logout 1.0 from the relying
//! party's side.

use crate::support::db::Engine;
use crate::{
    out_of_order::serve_with,
    support::browser::{Browser, Page, send},
    support::{
        person::Person,
        world::{World, pid},
    },
};
use kobling::oidc::Signer;
use kobling_test_macros::on_each_engine;
use reqwest::Method;
use std::sync::Arc;

const ANN: &str = "ann@nordvik.example";

/// A server, and a person whose session comes from the upstream session `up stream`.
async fn begin(world: &World) -> (Browser, Person<'_>) {
    let signer = Signer::load(&world.kobling).await.expect("a signer");
    let browser = Browser::new(&serve_with(world, Arc::new(signer)).await);
    *world.eid.sid.lock().expect("the lock is not poisoned") = Some("up stream".into());
    let mut person = world.person();
    person.link(&pid(1), ANN).await;
    (browser, person)
}

async fn front(browser: &Browser, query: &str) -> Page {
    browser
        .get(&format!("/eid/bankid/frontchannel-logout?{query}"))
        .await
}

async fn back(browser: &Browser, form: &[(&str, &str)]) -> Page {
    let request = browser.request(Method::POST, "/eid/bankid/backchannel-logout");
    send(request.form(form)).await
}

#[on_each_engine(flavor = "multi_thread")]
async fn only_the_provider_can_frame_a_front_channel_logout_which_ends_its_sessions(
    engine: Engine,
) {
    let world = World::new(&engine).await;
    let (browser, person) = begin(&world).await;
    for wrong in [
        "",
        "iss=https%3A%2F%2Feid.example",
        "sid=up+stream",
        "iss=https%3A%2F%2Fevil.example&sid=up+stream",
        "iss=https%3A%2F%2Feid.example&sid=other",
        "iss=https%3A%2F%2Feid.example&sid=up+stream&sid=up+stream",
    ] {
        let page = front(&browser, wrong).await;
        assert_eq!(page.status, 200, "{wrong}");
        assert!(person.caller().await.is_some(), "{wrong}");
    }
    let page = front(&browser, "iss=https%3A%2F%2Feid.example&sid=up+stream").await;
    assert_eq!((page.status.as_u16(), page.body.as_str()), (200, ""));
    assert!(person.caller().await.is_none());
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors https://eid.example"),
        "{policy}"
    );
    assert!(page.headers.get("x-frame-options").is_none());
    assert_eq!(page.header("cache-control"), "no-store");
    let other = browser
        .get("/eid/annen/frontchannel-logout?iss=x&sid=y")
        .await;
    assert_eq!(other.status, 404);
    assert_eq!(other.header("x-frame-options"), "DENY");
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_back_channel_logout_ends_the_provider_s_session_and_answers_200_uncached(
    engine: Engine,
) {
    let world = World::new(&engine).await;
    let (browser, person) = begin(&world).await;
    let page = back(
        &browser,
        &[("logout_token", "1 up_stream -"), ("more", "x")],
    )
    .await;
    assert_eq!((page.status.as_u16(), page.body.as_str()), (200, ""));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(person.caller().await.is_none());
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_back_channel_logout_by_subject_ends_all_sessions_of_the_link(engine: Engine) {
    let world = World::new(&engine).await;
    let (browser, person) = begin(&world).await;
    let mut another = world.person();
    another.eid(&pid(1), None).await;
    let token = format!("1 - subject_of_{}", &pid(1)[..6]);
    let page = back(&browser, &[("logout_token", &token)]).await;
    assert_eq!(page.status, 200);
    assert!(person.caller().await.is_none() && another.caller().await.is_none());
}

#[on_each_engine(flavor = "multi_thread")]
async fn an_invalid_logout_token_is_answered_400_in_json_and_ends_nothing(engine: Engine) {
    let world = World::new(&engine).await;
    let (browser, person) = begin(&world).await;
    let good = ("logout_token", "1 up_stream -");
    for form in [
        &[][..],
        &[("logout_token", "")],
        &[("logout_token", "forged")],
        &[good, good],
        &[("token", good.1)],
    ] {
        let page = back(&browser, form).await;
        assert_eq!(page.status, 400, "{form:?}");
        assert_eq!(page.json()["error"], "invalid_request", "{form:?}");
        assert_eq!(page.header("cache-control"), "no-store", "{form:?}");
        assert!(
            !page.body.contains("forged"),
            "the answer does not repeat the input"
        );
        assert!(person.caller().await.is_some(), "{form:?}");
    }
    let request = browser.request(Method::POST, "/eid/bankid/backchannel-logout");
    let json = send(request.json(&serde_json::json!({ "logout_token": good.1 }))).await;
    assert_eq!(json.status, 400, "only a form (§2.5)");
    let request = browser.request(Method::POST, "/eid/annen/backchannel-logout");
    assert_eq!(send(request.form(&[good])).await.status, 404);
    let address = "/eid/bankid/backchannel-logout?logout_token=1+up_stream+-";
    assert_eq!(
        browser.get(address).await.status,
        405,
        "only by POST (§2.5)"
    );
    assert!(person.caller().await.is_some());

    assert_eq!(back(&browser, &[good]).await.status, 200);
    assert!(person.caller().await.is_none());
    let replayed = back(&browser, &[good]).await;
    assert_eq!(replayed.status, 400, "a jti is accepted once (§2.6)");
}
