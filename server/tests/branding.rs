//! The operator's images and colours: how they are served, and on which pages they show.

use crate::support::{
    Demo,
    browser::{Page, send},
    db::each_engine,
    each_demo, ukjent,
};
use reqwest::Method;

/// The attribute of the first element that the document has after `mark`.
fn attribute<'a>(html: &'a str, mark: &str, name: &str) -> &'a str {
    let (_, rest) = html.split_once(mark).expect(mark);
    let (_, rest) = rest.split_once(&format!("{name}=\"")).expect(name);
    rest.split('"').next().unwrap_or_default()
}

fn styles(page: &Page) -> Vec<&str> {
    page.body
        .split("<link rel=\"stylesheet\" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.starts_with("/assets/brand-"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logo_and_the_colours_are_files_of_our_own_with_a_strict_policy() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let login = browser.get("/login").await;
        let policy = login.header("content-security-policy");
        assert!(policy.contains("style-src 'self';") && policy.contains("img-src 'self' data:;"));
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert!(!login.body.contains(" style="), "no inline styles");

        let dark = attribute(&login.body, "<picture>", "srcset");
        let light = attribute(&login.body, "<img class=\"k-logo\"", "src");
        assert_ne!(light, dark);
        for logo in [light, dark] {
            assert!(logo.starts_with("/assets/brand-"), "{logo}");
            let image = browser.get(logo).await;
            assert_eq!(image.header("content-type"), "image/svg+xml");
            assert_eq!(
                image.header("content-security-policy"),
                "default-src 'none'; style-src 'unsafe-inline'"
            );
            assert_eq!(image.header("x-content-type-options"), "nosniff");
            assert!(image.header("cache-control").contains("immutable"));
        }
        assert_eq!(attribute(&login.body, "rel=\"icon\"", "href"), light);

        let styles = styles(&login);
        assert_eq!(styles.len(), 1, "{styles:?}");
        let sheet = browser.get(styles[0]).await;
        assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
        assert!(
            sheet
                .body
                .contains("--ds-color-accent-base-default:#0a6153")
        );
        assert!(!sheet.header("content-security-policy").contains("unsafe"));

        let unknown = send(browser.request(Method::GET, "/assets/brand-0000.svg")).await;
        assert_eq!(unknown.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_way_to_an_organisation_its_colour_and_names_show() {
    const ORGANISATION: &str = "organisation=[{key=\"nordvik\",\
         name={nb=\"Nordvik kommune\",en=\"Municipality of Nordvik\"},contact=\"Hjelp\",\
         branding={accent=\"#8a0b2f\",privacy=\"https://nordvik.example/personvern\"}}]";
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &[ORGANISATION]).await;
        let browser = demo.browser();
        let link = demo.enter(&browser, &ukjent()).await;
        assert_eq!(link.url.path(), "/link");
        assert!(link.body.contains("Nordvik kommune") && !link.body.contains("Municipality"));
        assert!(
            link.body
                .contains("href=\"https://nordvik.example/personvern\"")
        );
        let theirs = browser.get(styles(&link)[0]).await;
        assert!(theirs.body.contains("base-default:#8a0b2f"));

        let request = browser.request(Method::GET, link.url.as_str());
        let request = request
            .header("accept", "text/html")
            .header("accept-language", "en");
        let english = send(request).await;
        assert!(english.body.contains("Municipality of Nordvik"));
        assert!(!english.body.contains("Nordvik kommune"));

        // Another browser is not told whose flow it is.
        let foreign = demo.browser().get(link.url.as_str()).await;
        assert_ne!(styles(&foreign), styles(&link));
        let login = browser.get("/login").await;
        assert_eq!(styles(&login), styles(&foreign));
        assert!(!login.body.contains("personvern"));
    })
    .await;
}
