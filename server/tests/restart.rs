//! **Begynn på nytt** empties the demo in place, while it runs.

use crate::support::{
    Demo, SESSION,
    browser::{Browser, Page, send},
    db::Engine,
    each_demo, kjent, race, ukjent,
};
use kobling_store::STATEMENTS;
use reqwest::{Method, StatusCode};

/// The tables that are emptied.
fn tables() -> Vec<&'static str> {
    STATEMENTS
        .iter()
        .copied()
        .flatten()
        .filter(|(name, _)| name.starts_with("EMPTY_"))
        .filter_map(|(_, sql)| sql.strip_prefix("DELETE FROM "))
        .collect()
}

/// The number of rows of each of them, but for what the start of the server has left behind besides: its audit events.
async fn rows(demo: &Demo) -> Vec<(&'static str, i64)> {
    let mut all = Vec::new();
    for table in tables() {
        if matches!(table, "audit" | "rate_limits") {
            continue;
        }
        all.push((table, demo.engine.rows(table).await));
    }
    all
}

async fn restart(demo: &Demo, from: &str) -> Page {
    let address = format!("{}/enterprise/restart", demo.start);
    let request = demo.browser().request(Method::POST, &address);
    send(request.header("origin", from)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_demo_is_as_new() {
    each_demo(async |demo| {
        let new = rows(demo).await;
        // Kjent i HRM links and is signed in everywhere; Ukjent i HRM waits for a code.
        let browser = demo.browser();
        let page = demo.enter(&browser, &kjent()).await;
        let flow = page.param("flow");
        let linked = browser.submit("/ui/link-vouched", &[("flow", &flow)]).await;
        assert!(
            linked.body.contains("kjent@nordvik.example"),
            "{}",
            linked.body
        );
        let waiting = demo.browser();
        let page = demo.enter(&waiting, &ukjent()).await;
        demo.ask_code(&waiting, &page, "ukjent@nordvik.example")
            .await;
        assert_ne!(rows(demo).await, new);

        // To look at the question changes nothing, and neither can another site; the port makes it another.
        let before = demo.engine.rows("links").await;
        let question = format!("{}/enterprise/restart", demo.start);
        assert_eq!(browser.get(&question).await.status, StatusCode::OK);
        let refused = restart(demo, &demo.origin).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(demo.engine.rows("links").await, before);
        // Kobling itself has no such address.
        let nowhere = browser.post("/enterprise/restart", &[]).await;
        assert_eq!(nowhere.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(demo.engine.rows("links").await, before);

        let done = restart(demo, &demo.start).await;
        assert_eq!(done.next().path(), "/enterprise/welcome");
        assert_eq!(rows(demo).await, new);
        assert_eq!(demo.engine.rows("rate_limits").await, 0);
        assert!(demo.mails().await.is_empty());

        // Every browser is signed out, at all three services, and the stories can be told again.
        assert!(browser.cookie(SESSION).is_some());
        assert_eq!(browser.get("/account").await.next().path(), "/login");
        let start = browser.get(&format!("{}/enterprise", demo.start)).await;
        assert_eq!(start.next().path(), "/enterprise/welcome");
        let again = demo.at_eid(&browser, &kjent()).await;
        let again = browser.follow(again).await;
        assert_eq!(again.url.path(), "/link", "{}", again.body);
        let page = demo.enter(&browser, &kjent()).await;
        assert!(page.body.contains("/ui/link-vouched"), "{}", page.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_emptied_but_what_the_server_has_read_at_its_start() {
    each_demo(async |demo| {
        // The organisations of the configuration, the signing keys, and the list of migrations.
        let kept = 3;
        let all = match demo.engine {
            Engine::Sqlite(_) => {
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            }
            Engine::Postgres(_) => {
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            }
        };
        let emptied = i64::try_from(tables().len()).unwrap();
        assert_eq!(demo.engine.number(all).await, emptied + kept);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_can_be_restarted_in_the_middle_of_everything() {
    each_demo(async |demo| {
        let new = rows(demo).await;
        let (start, origin) = (demo.start.clone(), demo.origin.clone());
        // Half of them restart the demo, while the others ask for reset mails, which the worker sends. What the latter
        // are told depends on whether the account is there at that moment.
        let restarted = race(move |number| {
            let browser = Browser::new(&origin);
            let address = format!("{start}/enterprise/restart");
            async move {
                if number % 2 == 0 {
                    let page = send(browser.request(Method::POST, &address)).await;
                    page.status == StatusCode::SEE_OTHER
                } else {
                    let form = [("email", "finnes@nordvik.example"), ("robot", "on")];
                    browser.submit("/ui/request-recovery", &form).await;
                    true
                }
            }
        })
        .await;
        assert_eq!(restarted, vec![true; restarted.len()]);
        let done = restart(demo, &demo.start).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(rows(demo).await, new);
        // The worker is at work still.
        demo.ticket("finnes@nordvik.example").await;
    })
    .await;
}
