//! Rate limits over HTTP: what the answers say, and who passes.

use crate::support::{Demo, FINNES, browser::send, db::each_engine};
use reqwest::Method;
use serde_json::json;

const KNOWN: &str = "kobling_known";

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_says_how_long_to_wait() {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &["limits.room=1"]).await;
        let browser = demo.browser();
        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
            .await;
        let change = async || {
            let body = json!({ "current": "feil", "new": "Et nytt og langt passord" });
            let asked = browser.request(Method::POST, "/api/v1/password");
            send(asked.header("origin", &demo.origin).json(&body)).await
        };
        for _ in 0..10 {
            assert_eq!(change().await.status, 403);
        }
        let page = change().await;
        assert_eq!(
            (page.status.as_u16(), page.header("retry-after")),
            (429, "60")
        );
        assert_eq!(page.json()["code"], "too_many");
        // On a page, in words.
        let stranger = demo.browser();
        for _ in 0..10 {
            demo.sign_in_with_password(&stranger, FINNES.0, "feil")
                .await;
        }
        let page = demo
            .sign_in_with_password(&stranger, FINNES.0, "feil")
            .await;
        assert!(page.body.contains("Vent 1 minutt,"), "{}", page.body);
        let page = browser.get("/problem?code=too_many:12").await;
        assert_eq!(
            (page.status.as_u16(), page.header("retry-after")),
            (429, "720")
        );
        assert!(page.body.contains("Vent 12 minutter,"), "{}", page.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_town_hall_signs_in_while_a_machine_behind_its_address_floods() {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &["limits.room=1"]).await;
        let employee = demo.browser();
        demo.sign_in_with_password(&employee, FINNES.0, FINNES.1)
            .await;
        let known = employee.cookie(KNOWN).expect("known from now on");
        assert!(!known.contains('@'));
        // The state after a flood from the address, and with every password of the account tried from anywhere.
        let begun = demo.browser().get("/eid/bankid/start").await;
        assert!(begun.next().as_str().starts_with(&demo.eid));
        demo.sign_in_with_password(&demo.browser(), FINNES.0, "feil")
            .await;
        let full = "UPDATE rate_limits SET tat = 4102444800000000";
        demo.engine.execute(full).await;
        let refused = demo.browser().get("/eid/bankid/start").await;
        assert_eq!(refused.next().path(), "/problem");
        employee.submit("/ui/sign-out", &[]).await;
        assert_eq!(employee.cookie(KNOWN), Some(known));
        let begun = employee.get("/eid/bankid/start").await;
        assert!(
            begun.next().as_str().starts_with(&demo.eid),
            "{}",
            begun.body
        );
        let page = demo
            .sign_in_with_password(&employee, FINNES.0, FINNES.1)
            .await;
        assert_eq!(page.url.path(), "/account");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_sends_no_address_is_warned_about() {
    each_engine(async |engine| {
        let demo = Demo::spawn(&engine, &["server.behind_proxy=true"]).await;
        for last in ["unknown", "unknown", "also unknown"] {
            let asked = demo.browser().request(Method::GET, "/eid/bankid/start");
            send(asked.header("x-forwarded-for", last)).await;
        }
        let warned = demo.log().matches("X-Forwarded-For").count();
        assert_eq!(warned, 1, "{}", demo.log());
    })
    .await;
}
