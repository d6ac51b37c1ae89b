//! The start page as the beginning of the demo.

use super::*;
use crate::{bar::Bar, start_page::Tour};

const SEC_FETCH_SITE: header::HeaderName = header::HeaderName::from_static("sec-fetch-site");

/// A start page that begins the demo; counts restarts, and fails those after the first.
fn guided() -> (Browser, Arc<AtomicBool>) {
    let restarted = Arc::new(AtomicBool::new(false));
    let issuer = "http://localhost:3000".parse().unwrap();
    let mut config = config(&issuer, "en hemmelighet");
    let called = Arc::clone(&restarted);
    config.tour = Some(Tour {
        bar: Bar {
            kobling: "http://localhost:3000".to_owned(),
            start_page: ORIGIN.to_owned(),
            eid: "http://localhost:3002".to_owned(),
            mailbox: "http://localhost:3003".to_owned(),
        },
        restart: Box::new(move || {
            let again = called.swap(true, Ordering::SeqCst);
            Box::pin(async move {
                if again {
                    Err("not twice".to_owned())
                } else {
                    Ok(())
                }
            })
        }),
    });
    let start = with_clock(config, Clock::system()).unwrap();
    (Browser::new(start), restarted)
}

#[tokio::test]
async fn the_demo_begins_with_three_stories() {
    let (mut browser, _) = guided();
    let begin = browser.get("/enterprise").await.location();
    assert_eq!(begin.path(), "/enterprise/welcome");
    let kept = browser.get("/enterprise?ui_locales=nn").await.location();
    assert_eq!(query(&kept, "ui_locales").as_deref(), Some("nn"));
    for (lang, heading, first) in [
        ("nb", "Prøv Kobling", "Prøv: Kjent ansatt"),
        ("nn", "Prøv Kobling", "Prøv: Kjend tilsett"),
        ("en", "Try Kobling", "Try: Known employee"),
    ] {
        let address = format!("/enterprise/welcome?ui_locales={lang}");
        let page = browser.get(&address).await.body;
        assert!(page.contains(&format!("<h1>{heading}</h1>")), "{page}");
        assert!(page.contains(&format!(">{first}</button>")), "{page}");
        assert_eq!(page.matches("name=\"story\"").count(), 3);
        // Only whoever is signed in sees the heading of the start page itself.
        assert!(!page.contains("<h1>Start"), "{page}");
        for address in ["3000/account", "3001/enterprise", "3002/", "3003/"] {
            let link = format!("href=\"http://localhost:{address}\"");
            assert!(page.contains(&link), "{link} in {page}");
        }
    }
}

#[tokio::test]
async fn only_the_start_page_itself_restarts_the_demo() {
    let (mut browser, restarted) = guided();
    let page = browser.get("/enterprise/restart").await;
    assert!(page.body.contains(">Begynn på nytt</button>"));
    for headers in [
        [(header::ORIGIN, "http://localhost:3000")],
        [(header::ORIGIN, "null")],
        [(SEC_FETCH_SITE, "same-site")],
    ] {
        let refused = browser
            .ask(Method::POST, "/enterprise/restart", &headers, String::new())
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert!(!restarted.load(Ordering::SeqCst));
    let headers = [(header::ORIGIN, ORIGIN), (SEC_FETCH_SITE, "same-origin")];
    let done = browser
        .ask(Method::POST, "/enterprise/restart", &headers, String::new())
        .await;
    let page = browser.get(done.location().as_ref()).await;
    assert!(page.body.contains("Demoen er tømt"), "{}", page.body);
    assert!(restarted.load(Ordering::SeqCst));
    let failed = browser.post("/enterprise/restart", &[]).await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn without_a_tour_there_is_none_of_it() {
    let mut setup = Setup::new().await;
    for path in ["/enterprise/welcome", "/enterprise/restart"] {
        let page = setup.start.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.body.contains("<nav"));
    }
    let page = setup.start.post("/enterprise/begin", &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
