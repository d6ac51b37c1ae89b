//! `kobling account` and `kobling audit`, as an operator runs them beside a server.

use crate::support::{Demo, FINNES, each_demo, finnes};
use serde_json::Value;
use std::process::{Command, Output};

/// Runs the program with these arguments on the demo's data.
fn run(demo: &Demo, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kobling"))
        .args(arguments)
        .arg("--data-dir")
        .arg(demo.folder.path())
        .args(["--set", &format!("database.url='{}'", demo.engine.url())])
        .env("SUDO_USER", "anna")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The output of a command that succeeds.
fn good(demo: &Demo, arguments: &[&str]) -> String {
    let output = run(demo, arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// The error of a command that fails.
fn bad(demo: &Demo, arguments: &[&str]) -> String {
    let output = run(demo, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn lines(demo: &Demo, arguments: &[&str]) -> Vec<Value> {
    let all = [&["audit"], arguments].concat();
    good(demo, &all).lines().map(json).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_stops_a_person_an_eid_and_a_session() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let signed_in = async || {
            browser.get("/account").await.url.path() == "/account"
                && browser.get("/api/v1/account").await.status == 200
        };
        let page = demo.enter(&browser, &finnes()).await;
        demo.link(&browser, &page, FINNES.0).await;
        assert!(signed_in().await);
        let shown = json(&good(demo, &["account", "show", FINNES.0, "--json"]));
        let account = shown["account"].as_str().expect("an id");
        let link = shown["links"][0]["id"].as_str().expect("a link");
        let session = shown["sessions"][0]["id"].as_str().expect("a session");
        assert_eq!(shown["sessions"][0]["link"], link);
        assert_eq!(shown["organisations"][0], "nordvik");
        let listed = good(demo, &["account", "show", account]);
        for part in [
            account,
            link,
            session,
            FINNES.0,
            "disabled       no",
            "nordvik",
        ] {
            assert!(listed.contains(part), "{part}: {listed}");
        }
        assert!(!listed.contains(&finnes()), "{listed}");

        let said = good(
            demo,
            &["account", "sign-out", account, "--session", session],
        );
        assert!(said.contains("1 session(s) ended"), "{said}");
        assert!(!signed_in().await);

        demo.sign_in(&browser, &finnes()).await;
        assert!(signed_in().await);
        let said = json(&good(
            demo,
            &["account", "unlink", FINNES.0, link, "--json"],
        ));
        assert_eq!(
            (&said["changed"], &said["sessions_ended"]),
            (&Value::Bool(true), &Value::from(1))
        );
        assert!(!signed_in().await);

        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
            .await;
        assert!(signed_in().await);
        let said = good(demo, &["account", "disable", FINNES.0]);
        assert!(said.contains("is disabled; 1 session(s) ended"), "{said}");
        assert!(!signed_in().await);
        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
            .await;
        assert!(!signed_in().await);
        let said = good(demo, &["account", "enable", FINNES.0]);
        assert!(said.contains("is enabled"), "{said}");
        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
            .await;
        assert!(signed_in().await);

        let by_operator: Vec<Value> = lines(demo, &["--account", account])
            .into_iter()
            .filter(|line| line["credential"].is_string())
            .collect();
        let events: Vec<&str> = by_operator
            .iter()
            .filter_map(|line| line["event"].as_str())
            .collect();
        assert_eq!(
            events,
            [
                "session.ended",
                "link.removed",
                "account.disabled",
                "account.enabled"
            ]
        );
        for line in &by_operator {
            let by = line["credential"].as_str().unwrap_or_default();
            assert!(
                by.starts_with("os:") && by.ends_with(" sudo:anna"),
                "{line}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_act_says_why() {
    each_demo(async |demo| {
        let nobody = "00000000-0000-0000-0000-000000000000";
        for (arguments, why) in [
            (
                &["account", "show", "nobody@nordvik.example"][..],
                "there is no account `nobody@nordvik.example`",
            ),
            (&["account", "disable", nobody], nobody),
            (
                &["account", "enable", "finnes"],
                "`finnes` is neither an address nor the id",
            ),
            (&["account", "unlink", FINNES.0, nobody], "has no link"),
            (
                &["account", "unlink", FINNES.0, "bankid"],
                "`bankid` is not the id of a link",
            ),
            (
                &["account", "sign-out", FINNES.0, "--session", nobody],
                "has no session",
            ),
            (
                &["account", "sign-out", FINNES.0, "--session", "1"],
                "`1` is not the id of a session",
            ),
            (
                &["audit", "--account", "nobody@nordvik.example"],
                "there is no account",
            ),
        ] {
            let said = bad(demo, arguments);
            assert!(said.contains(why), "{arguments:?}: {said}");
        }
        let output = run(demo, &["audit", "--since", "yesterday"]);
        assert_eq!(output.status.code(), Some(2), "clap's");
        assert!(text(&output.stderr).contains("2026-11-24T02:00:00Z"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_printed_oldest_first() {
    each_demo(async |demo| {
        let many: Vec<String> = (0..1_203)
            .map(|index| format!("('{index:036}', {index}, 'test.many', 'n', '')"))
            .collect();
        let sql = format!("INSERT INTO audit (id, at, event, network, request) VALUES {}", many.join(", "));
        demo.engine.execute(&sql).await;
        // The ids of rows are UUIDs.
        demo.engine
            .execute("UPDATE audit SET id = '00000000-0000-7000-8000-' || substr(id, 25) WHERE event = 'test.many'")
            .await;
        let browser = demo.browser();
        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1).await;
        demo.sign_in_with_password(&demo.browser(), FINNES.0, "feil").await;

        let all = lines(demo, &[]);
        assert_eq!(all.len(), usize::try_from(demo.engine.rows("audit").await).expect("fits"));
        let times: Vec<&str> = all.iter().filter_map(|line| line["at"].as_str()).collect();
        assert!(times.is_sorted() && times.len() == all.len());
        assert_eq!(all[0]["at"], "1970-01-01T00:00:00.000000Z");
        assert_eq!(lines(demo, &["--limit", "700"]), all[..700]);

        let signed: Vec<Value> = lines(demo, &["--event", "sign_in.", "--since", "1h"]);
        let codes: Vec<&str> = signed.iter().filter_map(|line| line["event"].as_str()).collect();
        assert_eq!(codes, ["sign_in.password", "sign_in.refused"]);
        assert!(signed[0]["account"].is_string() && signed[0].get("target").is_none());
        assert_eq!(lines(demo, &["--account", FINNES.0, "--event", "sign_in."]), signed);
        let imported = lines(demo, &["--organisation", "nordvik"]);
        assert!(imported.iter().all(|line| line["event"] == "directory.imported"), "{imported:?}");
        assert_eq!(imported.len(), 1);
        assert!(imported[0].get("credential").is_none(), "by the demo itself");
        assert_eq!(lines(demo, &["--client", "nowhere"]), Vec::<Value>::new());
        assert_eq!(lines(demo, &["--until", "1970-01-02"]).len(), 1_203);
        assert_eq!(lines(demo, &["--since", "2000-01-01T00:00:00+01:00"]).len(), all.len() - 1_203);
    })
    .await;
}
