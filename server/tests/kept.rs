//! The sign-in page is kept for visitors who are not signed in, and for nobody else.

use crate::support::{
    FINNES, SESSION,
    browser::{Browser, Page, send},
    each_demo,
};
use reqwest::Method;

async fn get(browser: &Browser, path: &str, language: &str) -> Page {
    let request = browser.request(Method::GET, path);
    send(
        request
            .header("accept", "text/html")
            .header("accept-language", language),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kept_page_is_the_rendered_page() {
    each_demo(async |demo| {
        let rendered = get(&demo.browser(), "/login", "nb").await;
        let kept = get(&demo.browser(), "/login", "nb").await;
        assert_eq!(rendered.body, kept.body);
        assert_eq!(
            rendered.header("content-security-policy"),
            kept.header("content-security-policy")
        );
        assert!(kept.header("cache-control").contains("no-store"));
        let english = get(&demo.browser(), "/login", "en").await;
        assert!(english.body.contains(r#"lang="en""#));
        assert_ne!(english.body, kept.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_kept() {
    each_demo(async |demo| {
        let (email, password) = FINNES;
        let browser = demo.browser();
        // The first to ask is signed in, or in a flow: neither page may be what others get.
        let page = browser.submit("/ui/identify", &[("email", email)]).await;
        let flow = page.param("flow");
        let in_flow = get(&browser, &format!("/login?flow={flow}"), "nb").await;
        assert!(in_flow.body.contains(email));
        let form = [("flow", &*flow), ("password", password)];
        browser.submit("/ui/password-sign-in", &form).await;
        assert!(browser.cookie(SESSION).is_some());
        let signed_in = get(&browser, "/login", "nb").await;
        assert!(signed_in.body.contains("/ui/sign-out"));

        let other = get(&demo.browser(), "/login", "nb").await;
        assert!(!other.body.contains("/ui/sign-out") && !other.body.contains(email));
        let again = get(&browser, "/login", "nb").await;
        assert!(
            again.body.contains("/ui/sign-out"),
            "the kept page is not for a session"
        );
        let queried = get(&demo.browser(), "/login?flow=unknown", "nb").await;
        assert_ne!(queried.body, other.body);
    })
    .await;
}
