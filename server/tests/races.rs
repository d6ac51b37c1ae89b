//! Sixteen concurrent callers for everything that is single-use, through the whole server: one succeeds, the others get
//! an answer that they can act on, and the effect happens once.

use crate::support::{
    Demo, FINNES, RACERS, SESSION,
    browser::{Browser, Page, param, send},
    each_demo, finnes, kjent, race, ukjent, unknown_person,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::json;

/// No caller gets a server error, nor a page that shows one.
async fn clean(browser: &Browser, pages: &[Page]) {
    assert_eq!(pages.len(), RACERS);
    for page in pages {
        assert!(
            page.status.is_redirection(),
            "{} {}",
            page.status,
            page.body
        );
        let next = page.next();
        if next.as_str().starts_with(
            &browser
                .get("/health")
                .await
                .url
                .origin()
                .ascii_serialization(),
        ) {
            let seen = browser.get(next.as_str()).await;
            assert!(
                !seen.status.is_server_error(),
                "{next}: {} {}",
                seen.status,
                seen.body
            );
        }
    }
}

fn signed_in(pages: &[Page]) -> Vec<&Page> {
    pages.iter().filter(|page| page.sets(SESSION)).collect()
}

/// The numbers of accounts, links and sessions.
async fn state(demo: &Demo) -> (i64, i64, i64) {
    let db = &demo.engine;
    (
        db.rows("accounts").await,
        db.rows("links").await,
        db.rows("sessions").await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_code_links_once() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let page = demo.enter(&browser, &ukjent()).await;
        let (flow, code) = demo
            .ask_code(&browser, &page, "ukjent@nordvik.example")
            .await;
        let frozen = browser.frozen();
        let pages = race(|_| {
            let (frozen, flow, code) = (frozen.clone(), flow.clone(), code.clone());
            async move {
                frozen
                    .post("/ui/link-code", &[("flow", &flow), ("code", &code)])
                    .await
            }
        })
        .await;
        assert_eq!(signed_in(&pages).len(), 1, "one caller signs in");
        assert!(
            signed_in(&pages)[0]
                .next()
                .as_str()
                .starts_with(&demo.start)
        );
        clean(&browser, &pages).await;
        assert_eq!(state(demo).await, (2, 1, 1));
        assert_eq!(
            demo.mails_to("ukjent@nordvik.example", "BankID er koblet til")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_is_named_once() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let page = demo.enter(&browser, &unknown_person(1)).await;
        let page = demo.link(&browser, &page, "ny@fjern.example").await;
        let flow = page.param("flow");
        // The address gives no access to where the browser is going.
        browser.post("/ui/link-anyway", &[("flow", &flow)]).await;
        let frozen = browser.frozen();
        let pages = race(|number| {
            let (frozen, flow) = (frozen.clone(), flow.clone());
            let name = format!("Nina Ny {number}");
            async move {
                frozen
                    .post("/ui/link-name", &[("flow", &flow), ("name", &name)])
                    .await
            }
        })
        .await;
        assert_eq!(signed_in(&pages).len(), 1);
        clean(&browser, &pages).await;
        assert_eq!(state(demo).await, (2, 1, 1));
        assert_eq!(
            demo.mails_to("ny@fjern.example", "BankID er koblet til")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vouched_eid_is_linked_once() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let flow = demo.enter(&browser, &kjent()).await.param("flow");
        let frozen = browser.frozen();
        let pages = race(|_| {
            let (frozen, flow) = (frozen.clone(), flow.clone());
            async move { frozen.post("/ui/link-vouched", &[("flow", &flow)]).await }
        })
        .await;
        assert_eq!(signed_in(&pages).len(), 1);
        clean(&browser, &pages).await;
        assert_eq!(state(demo).await, (2, 1, 1));
        assert_eq!(
            demo.mails_to("kjent@nordvik.example", "BankID er koblet til")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_sign_ins_of_one_person_create_one_account() {
    each_demo(async |demo| {
        let mut ready = Vec::new();
        for _ in 0..RACERS {
            let browser = demo.browser();
            let flow = demo.enter(&browser, &kjent()).await.param("flow");
            ready.push((browser, flow));
        }
        let pages = race(|number| {
            let (browser, flow) = ready[number].clone();
            async move {
                (
                    browser.post("/ui/link-vouched", &[("flow", &flow)]).await,
                    browser,
                )
            }
        })
        .await;
        for (page, browser) in &pages {
            let seen = browser
                .follow_until(page.clone(), |next| next.as_str().starts_with(&demo.start))
                .await;
            assert!(
                !seen.status.is_server_error() && !seen.status.is_client_error(),
                "{} {}",
                seen.status,
                seen.body
            );
        }
        let (accounts, links, sessions) = state(demo).await;
        assert_eq!((accounts, links), (2, 1));
        assert!(
            sessions >= 1,
            "the others sign in through the link that the first created"
        );
        assert_eq!(
            demo.mails_to("kjent@nordvik.example", "BankID er koblet til")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_sets_one_password() {
    each_demo(async |demo| {
        let ticket = demo.ticket(FINNES.0).await;
        let browser = demo.browser();
        let password = |number: usize| format!("Ugler flyr lavt over myra {number}");
        let pages = race(|number| {
            let (browser, ticket, new) = (browser.clone(), ticket.clone(), password(number));
            async move {
                let form = [
                    ("ticket", ticket.as_str()),
                    ("password", &new),
                    ("confirm", &new),
                ];
                browser.post("/ui/reset-password", &form).await
            }
        })
        .await;
        clean(&browser, &pages).await;
        // Callers that must try again are sent back to the ticket.
        let done = pages
            .iter()
            .filter(|page| param(&page.next(), "ticket").is_none())
            .count();
        assert_eq!(done, 1);
        let mut fitting = 0;
        for number in 0..RACERS {
            let browser = demo.browser();
            let page = demo
                .sign_in_with_password(&browser, FINNES.0, &password(number))
                .await;
            fitting += usize::from(page.url.path() == "/account");
        }
        assert_eq!(fitting, 1);
        assert_eq!(demo.mails_to(FINNES.0, "nytt passord").await, 1);
        assert_eq!(
            demo.engine
                .rows("audit WHERE event = 'password.changed'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_eid_answer_signs_in_once() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let flow = demo.enter(&browser, &kjent()).await.param("flow");
        browser.submit("/ui/link-vouched", &[("flow", &flow)]).await;

        let other = demo.browser();
        let callback = demo.at_eid(&other, &kjent()).await.next();
        let (_, _, before) = state(demo).await;
        let frozen = other.frozen();
        let pages = race(|_| {
            let (frozen, callback) = (frozen.clone(), callback.clone());
            async move { frozen.get(callback.as_str()).await }
        })
        .await;
        assert_eq!(signed_in(&pages).len(), 1);
        clean(&other, &pages).await;
        let (accounts, links, after) = state(demo).await;
        assert_eq!((accounts, links, after), (2, 1, before + 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_code_is_exchanged_once() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let flow = demo.enter(&browser, &kjent()).await.param("flow");
        browser.submit("/ui/link-vouched", &[("flow", &flow)]).await;
        let (code, verifier) = crate::protocol::code(demo, &browser).await;
        let pages = race(|_| {
            let request = crate::protocol::exchange(demo, &code, &verifier);
            send(request)
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 200);
        assert_eq!((won.len(), lost.len()), (1, RACERS - 1));
        for page in lost {
            assert_eq!(
                (page.status.as_u16(), page.json()),
                (400, json!({ "error": "invalid_grant" }))
            );
        }
        // The other fifteen are replays, which revoke what the first was granted (RFC 6749 §4.1.2).
        let token = won[0].json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let userinfo = browser
            .request(Method::GET, "/oidc/userinfo")
            .bearer_auth(token);
        assert_eq!(send(userinfo).await.status, 401);
        let tokens = demo.engine.rows("access_tokens").await;
        assert_eq!(tokens, 1, "only the token of the start page's own sign-in");
    })
    .await;
}

/// A solved challenge, as the client-side code sends it.
async fn proof_of_work(browser: &Browser) -> String {
    let page = browser.get("/api/v1/proof-of-work").await;
    let text = page.json()["challenge"]
        .as_str()
        .expect("a challenge")
        .to_owned();
    let challenge: altcha::Challenge = serde_json::from_str(&text).expect("ALTCHA's JSON");
    let solution = altcha::solve_challenge(altcha::SolveChallengeOptions::new(&challenge))
        .expect("can be solved")
        .expect("has a solution");
    let payload = altcha::Payload {
        challenge,
        solution,
    };
    STANDARD.encode(serde_json::to_vec(&payload).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_work_is_spent_once() {
    each_demo(async |demo| {
        let proof = proof_of_work(&demo.browser()).await;
        let pages = race(|_| {
            let (browser, proof) = (demo.browser(), proof.clone());
            async move {
                let form = [
                    ("email", FINNES.0),
                    ("robot", "on"),
                    ("proof", proof.as_str()),
                ];
                let page = browser.submit("/ui/request-recovery", &form).await;
                assert!(
                    !page.status.is_server_error(),
                    "{} {}",
                    page.status,
                    page.body
                );
                page
            }
        })
        .await;
        let refused = pages
            .iter()
            .filter(|page| page.body.contains("Vi fikk ikke sjekket nettleseren din"))
            .count();
        assert_eq!(refused, RACERS - 1);
        assert_eq!(demo.mails_to(FINNES.0, "Tilbakestill").await, 1);
    })
    .await;
}

/// The person with a password and a linked eID, signed in by password.
async fn linked_with_password(demo: &Demo) -> (Browser, String) {
    let browser = demo.browser();
    let page = demo.enter(&browser, &finnes()).await;
    demo.link(&browser, &page, FINNES.0).await;
    let links = browser.get("/api/v1/links").await.json();
    (browser, links[0]["id"].as_str().expect("a link").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_removed_once() {
    each_demo(async |demo| {
        let (browser, link) = linked_with_password(demo).await;
        let flow = browser
            .submit("/ui/begin-removal", &[("link", &link)])
            .await
            .param("flow");
        browser
            .submit("/ui/confirm-removal", &[("flow", &flow)])
            .await;
        let frozen = browser.frozen();
        let pages = race(|_| {
            let (frozen, flow) = (frozen.clone(), flow.clone());
            async move {
                frozen
                    .post(
                        "/ui/finish-removal",
                        &[("flow", &flow), ("password", FINNES.1)],
                    )
                    .await
            }
        })
        .await;
        assert_eq!(
            signed_in(&pages).len(),
            1,
            "the first caller's session continues under a new secret"
        );
        clean(&demo.browser(), &pages).await;
        assert_eq!(state(demo).await, (1, 0, 1));
        assert_eq!(demo.mails_to(FINNES.0, "BankID er fjernet").await, 1);
        assert_eq!(
            demo.engine.rows("audit WHERE event = 'link.removed'").await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_removed_once_through_the_api() {
    each_demo(async |demo| {
        let (browser, link) = linked_with_password(demo).await;
        let frozen = browser.frozen();
        let pages = race(|_| {
            let request = frozen
                .request(Method::DELETE, &format!("/api/v1/links/{link}"))
                .json(&json!({ "password": FINNES.1 }));
            send(request)
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 204);
        assert_eq!((won.len(), lost.len()), (1, RACERS - 1), "{pages:?}");
        for page in lost {
            assert!(
                [401, 404].contains(&page.status.as_u16()),
                "{} {}",
                page.status,
                page.body
            );
            assert_eq!(page.header("content-type"), "application/problem+json");
        }
        assert_eq!(state(demo).await, (1, 0, 1));
        assert_eq!(demo.mails_to(FINNES.0, "BankID er fjernet").await, 1);
    })
    .await;
}
