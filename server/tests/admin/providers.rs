//! eID providers in the admin API.

use super::{COLLECTOR, admin, call, opened};
use crate::support::{Demo, browser::send, db::each_engine};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn expiring_provider_credentials_are_reported_to_administrators_and_collectors() {
    const PROVIDERS: &str = r#"provider=[
        { id = "gone", name = "Gone", issuer = "http://localhost:1", client_id = "kobling", client_secret = "long enough to be one", secret_expires = "2020-01-01" },
        { id = "far", name = "Far", issuer = "http://localhost:2", client_id = "kobling", client_secret = "long enough to be one", secret_expires = "2099-01-01" },
        { id = "bankid", name = "BankID", issuer = "http://localhost:3", client_id = "kobling", client_secret = "long enough to be one" },
    ]"#;
    each_engine(async |engine| {
        let settings = opened();
        let mut settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let providers = PROVIDERS.replace('\n', "");
        settings.push(&providers);
        let demo = Demo::start(&engine, &settings).await;
        let page = admin(&demo, Method::GET, "/providers", None).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let all = page.json();
        assert_eq!(
            (&all[0]["id"], &all[0]["issuer"], &all[0]["warning"]),
            (&json!("gone"), &json!("http://localhost:1"), &json!(true))
        );
        assert!(all[0]["days_left"].as_i64().is_some_and(|days| days < 0));
        assert!(
            all[0]["expires_at"]
                .as_i64()
                .is_some_and(|end| end / 86_400 == 18_262)
        );
        assert!(
            all[1]["days_left"]
                .as_i64()
                .is_some_and(|days| days > 10_000)
        );
        assert_eq!(all[1]["warning"], false);
        assert_eq!(
            (
                &all[2]["expires_at"],
                &all[2]["days_left"],
                &all[2]["warning"]
            ),
            (&json!(null), &json!(null), &json!(false))
        );

        let text = send(call(&demo, Method::GET, "/metrics", COLLECTOR))
            .await
            .body;
        let name = "kobling_eid_credential_expires_seconds";
        assert!(
            text.contains(&format!("{name}{{provider=\"gone\"}} -")),
            "{text}"
        );
        assert!(
            text.contains(&format!("{name}{{provider=\"far\"}} ")),
            "{text}"
        );
        assert!(!text.contains("provider=\"bankid\""), "{text}");
    })
    .await;
}
