//! Guessing the secrets of clients.

use crate::support::{Demo, browser::send, db::each_engine};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_2_3_1_guessing_client_secrets_is_rate_limited() {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &["limits.room=1"]).await;
        let guess = async || {
            let form = [
                ("grant_type", "authorization_code"),
                ("client_id", "startside"),
            ];
            let tried = demo
                .browser()
                .request(Method::POST, "/oidc/token")
                .basic_auth("startside", Some("a guess"))
                .form(&form);
            send(tried).await.status
        };
        for _ in 0..50 {
            assert_eq!(guess().await, 401);
        }
        // The limit refills meanwhile, if the machine is slow.
        let mut answered = 50;
        while guess().await == 401 {
            answered += 1;
            assert!(answered < 100);
        }
        let noted = "audit WHERE event = 'client.refused'";
        assert_eq!(demo.engine.rows(noted).await, 1, "once in ten minutes");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_2_3_1_a_network_that_guessed_too_often_waits_even_with_the_right_secret() {
    let secret = |id: &str| format!("the secret of {id}, which is long");
    let client = |id: &str| {
        format!(
            "{{ id = \"{id}\", name = \"N\", redirect_uris = [\"http://localhost:1/a\"], secret = \"{}\" }}",
            secret(id)
        )
    };
    let clients = format!("client=[{}, {}]", client("startside"), client("other"));
    each_engine(async |engine| {
        let settings = [
            clients.as_str(),
            "limits.room=1",
            "server.behind_proxy=true",
        ];
        let demo = Demo::start(&engine, &settings).await;
        let tried = async |network: &str, id: &str, secret: &str, in_body: bool| {
            let mut form = vec![("grant_type", "authorization_code"), ("client_id", id)];
            if in_body {
                form.push(("client_secret", secret));
            }
            let mut tried = demo
                .browser()
                .request(Method::POST, "/oidc/token")
                .header("x-forwarded-for", network)
                .form(&form);
            if !in_body {
                let encoded: String =
                    url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
                tried = tried.basic_auth(id, Some(encoded));
            }
            send(tried).await
        };
        let (here, there) = ("203.0.113.9", "203.0.113.10");
        let page = tried(here, "startside", "a guess", false).await;
        assert_eq!(page.status, 401);
        // Far in the future: as after many guesses.
        demo.engine
            .execute("UPDATE rate_limits SET tat = 4102444800000000")
            .await;
        for in_body in [false, true] {
            let page = tried(here, "startside", &secret("startside"), in_body).await;
            assert_eq!(
                (page.status.as_u16(), page.json()),
                (429, json!({ "error": "temporarily_unavailable" }))
            );
            let wait: i64 = page.header("retry-after").parse().expect("seconds");
            assert!(wait > 0);
        }
        // Neither another network nor another client of this network waits: 400, since there is no code.
        let page = tried(there, "startside", &secret("startside"), false).await;
        assert_eq!(page.status, 400, "{}", page.body);
        let page = tried(here, "other", &secret("other"), false).await;
        assert_eq!(page.status, 400, "{}", page.body);
    })
    .await;
}
