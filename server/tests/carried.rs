//! The views that the answer to an action carries.

use crate::support::{
    FINNES,
    browser::{Browser, Page, send},
    each_demo,
};
use kobling_app::VIEW_TYPE;
use reqwest::Method;

/// Posts a form as the client-side code does, which accepts the views of a build.
async fn act(browser: &Browser, path: &str, accept: &str, form: &[(&str, &str)]) -> Page {
    let request = browser.request(Method::POST, path);
    send(request.header("accept", accept).form(form)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_carries_views_as_seen_with_the_cookies_that_it_sets() {
    each_demo(async |demo| {
        let (email, password) = FINNES;
        let browser = demo.browser();
        let page = browser.submit("/ui/identify", &[("email", email)]).await;
        let form = [("flow", &*page.param("flow")), ("password", password)];
        let page = act(&browser, "/ui/password-sign-in", VIEW_TYPE, &form).await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, VIEW_TYPE)
        );
        assert!(page.header("location").starts_with("/account"));
        assert!(page.body.contains(email), "the account of the new session");

        let page = act(&browser, "/ui/sign-out", VIEW_TYPE, &[]).await;
        assert_eq!(page.header("content-type"), VIEW_TYPE);
        assert!(!page.body.contains(email), "no account without a session");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_another_build_or_without_script_carries_nothing() {
    each_demo(async |demo| {
        let form = [("email", FINNES.0)];
        for accept in [
            "application/vnd.kobling.0+postcard",
            "application/json",
            "text/html",
        ] {
            let page = act(&demo.browser(), "/ui/identify", accept, &form).await;
            assert!(page.header("location").starts_with("/login"), "{accept}");
            assert!(!page.body.contains(FINNES.0), "{accept}");
        }
        let page = act(&demo.browser(), "/ui/identify", VIEW_TYPE, &form).await;
        assert!(page.body.contains(FINNES.0));
    })
    .await;
}
