//! The gallery of the demo: every page in every state.

use crate::support::{
    browser::{Page, send},
    each_demo,
};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_shown_in_every_language() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let get = async |path: &str| -> Page {
            let request = browser.request(Method::GET, path);
            send(request.header("accept", "text/html")).await
        };
        let list = get("/gallery.json").await.json();
        let list = list.as_array().expect("a list");
        assert!(list.len() > 120, "{}", list.len());
        for entry in list {
            let address = entry["address"].as_str().expect("an address");
            for lang in entry["languages"].as_array().expect("languages") {
                let lang = lang.as_str().expect("a tag");
                let page = get(&format!("{address}?lang={lang}")).await;
                assert_eq!(page.status, 200, "{address}");
                assert!(
                    page.body.contains(&format!("<html lang=\"{lang}\"")),
                    "{address}"
                );
                let title = entry["titles"][lang].as_str().unwrap_or_default();
                assert!(!title.is_empty(), "{address} has no title in {lang}");
            }
        }
        let html = get("/gallery").await.body;
        assert_eq!(html.matches("href=\"/gallery/").count(), list.len());
        assert_eq!(get("/gallery/no-such-state").await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_and_the_header_choose_the_language_of_a_state() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let request = browser.request(Method::GET, "/gallery/link-code");
        let page = send(request.header("accept-language", "en")).await;
        assert!(page.body.contains("<html lang=\"en\""));
        browser.submit("/ui/language", &[("lang", "nn")]).await;
        let request = browser.request(Method::GET, "/gallery/link-code");
        let page = send(request.header("accept-language", "en")).await;
        assert!(page.body.contains("<html lang=\"nn\""));
    })
    .await;
}
