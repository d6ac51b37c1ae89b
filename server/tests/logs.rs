//! The logs contain no secrets, even at the most verbose level.

use crate::support::{
    Demo, FINNES, SESSION,
    browser::{param, send},
    db::each_engine,
    finnes, unknown_person,
};
use reqwest::Method;

const NEW: &str = "Ugler flyr lavt over myra";

#[tokio::test(flavor = "multi_thread")]
async fn logs_contain_no_secrets() {
    each_engine(async |engine| {
        let demo = Demo::spawn(&engine, &["log.filter='debug'"]).await;
        let mut secrets: Vec<(&str, String)> = vec![
            ("a password", FINNES.1.into()),
            ("a new password", NEW.into()),
            ("a wrong password", "hemmelig-og-feil".into()),
            ("an identity number", finnes()),
            ("another identity number", unknown_person(7)),
            ("the client's secret", demo.client_secret()),
        ];
        for name in ["master.key", "identity.key"] {
            let key = std::fs::read_to_string(demo.folder.path().join(name)).expect("a key");
            secrets.push((name, key.trim().to_owned()));
        }

        // The long path: an eID linked by code, a forgotten password, a removed link.
        let browser = demo.browser();
        let page = demo.enter(&browser, &finnes()).await;
        let (flow, code) = demo.ask_code(&browser, &page, FINNES.0).await;
        browser
            .submit("/ui/link-code", &[("flow", &flow), ("code", "000000")])
            .await;
        browser
            .submit("/ui/link-code", &[("flow", &flow), ("code", &code)])
            .await;
        secrets.push(("a code", code));
        secrets.push(("a session", browser.cookie(SESSION).expect("signed in")));
        secrets.push((
            "a browser's secret",
            browser.cookie("kobling_browser").expect("a cookie"),
        ));
        secrets.push((
            "what makes a browser known",
            browser.cookie("kobling_known").expect("a cookie"),
        ));
        demo.sign_in_with_password(&demo.browser(), FINNES.0, "hemmelig-og-feil")
            .await;
        let ticket = demo.ticket(FINNES.0).await;
        let other = demo.browser();
        for page in ["reset-password", "undo-email"] {
            other.get(&format!("/{page}?ticket={ticket}")).await;
        }
        for password in ["kort", NEW] {
            other
                .submit(
                    "/ui/reset-password",
                    &[
                        ("ticket", &ticket),
                        ("password", password),
                        ("confirm", password),
                    ],
                )
                .await;
        }
        secrets.push(("a ticket", ticket));
        demo.sign_in_with_password(&other, FINNES.0, NEW).await;
        secrets.push(("another session", other.cookie(SESSION).expect("signed in")));
        let (code, verifier) = {
            let (verifier, challenge) = crate::protocol::pkce();
            let page = other
                .get(&crate::protocol::authorize(&demo, &challenge, &[]))
                .await;
            (param(&page.next(), "code").expect("a code"), verifier)
        };
        let answer = send(crate::protocol::exchange(&demo, &code, &verifier))
            .await
            .json();
        // A second use, which is reported as one.
        send(crate::protocol::exchange(&demo, &code, &verifier)).await;
        secrets.push(("an authorization code", code));
        secrets.push(("a verifier", verifier));
        for name in ["access_token", "id_token"] {
            secrets.push((name, answer[name].as_str().expect("a token").to_owned()));
        }
        let links = other.get("/api/v1/links").await.json();
        let flow = other
            .submit(
                "/ui/begin-removal",
                &[("link", links[0]["id"].as_str().expect("a link"))],
            )
            .await
            .param("flow");
        other
            .submit("/ui/confirm-removal", &[("flow", &flow)])
            .await;
        other
            .submit("/ui/finish-removal", &[("flow", &flow), ("password", NEW)])
            .await;
        // An unknown person who cannot continue, and callbacks without a flow.
        let third = demo.browser();
        let callback = demo.at_eid(&third, &unknown_person(7)).await.next();
        secrets.push(("an eID state", param(&callback, "state").expect("a state")));
        secrets.push(("an eID code", param(&callback, "code").expect("a code")));
        demo.browser().go(callback.as_str()).await;
        third.go(callback.as_str()).await;
        third.go(callback.as_str()).await;
        send(
            third
                .request(Method::GET, "/oidc/userinfo")
                .bearer_auth("hemmelig-og-feil"),
        )
        .await;
        third.post("/ui/sign-out", &[]).await;
        other.follow(other.post("/ui/sign-out", &[]).await).await;
        demo.settled().await;

        let log = demo.log();
        for event in [
            "sign_in.password",
            "sign_in.refused",
            "password.changed",
            "link.made",
            "link.removed",
            "grant.issued",
            "recovery.asked",
        ] {
            assert!(log.contains(event), "the journey is in the log: {event}");
        }
        assert!(log.contains(" DEBUG "), "at the most verbose level");
        for (what, secret) in secrets {
            assert!(secret.len() >= 8);
            if let Some(line) = log.lines().find(|line| line.contains(&secret)) {
                // Eight digits may be part of a longer number by chance; a code stands alone.
                let alone = secret.len() > 8
                    || line
                        .split(|c: char| !c.is_ascii_alphanumeric())
                        .any(|word| word == secret);
                assert!(!alone, "the log contains {what}: {line}");
            }
        }
        assert!(!log.contains("ERROR"), "no error occurred: {log}");
    })
    .await;
}
