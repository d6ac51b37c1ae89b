//! Third-party applications, from the person's browser.

use super::{authorize, kjent_signed_in, pkce, userinfo};
use crate::support::{
    Demo, FINNES, SESSION,
    browser::{Browser, Page, param, send},
    each_demo, race,
};
use kobling_domain::oidc::client::Client;
use reqwest::Method;
use serde_json::{Value, json};

/// A third-party application.
pub struct ThirdParty {
    pub id: String,
    pub redirect_uri: String,
}

impl ThirdParty {
    /// The parameters of its authorization request, with changes.
    pub fn changes<'a>(
        &'a self,
        more: &[(&'a str, Option<&'a str>)],
    ) -> Vec<(&'a str, Option<&'a str>)> {
        let mut changes = vec![
            ("client_id", Some(self.id.as_str())),
            ("redirect_uri", Some(self.redirect_uri.as_str())),
        ];
        changes.extend(more);
        changes
    }
}

/// Adds such an application; `change` may change it first.
pub async fn third_party(demo: &Demo, id: &str, change: impl FnOnce(&mut Client)) -> ThirdParty {
    let redirect_uri = format!("https://{id}.example:8443/callback");
    let mut client = Client::new(id, format!("Kalender {id}"));
    client.redirect_uris = vec![redirect_uri.clone()];
    client.third_party = true;
    change(&mut client);
    let json = serde_json::to_string(&client).expect("serialises");
    let sql = format!(
        "INSERT INTO clients (id, client, created_at, version) VALUES ('{id}', '{json}', 0, 0)"
    );
    demo.engine.execute(&sql).await;
    ThirdParty {
        id: id.to_owned(),
        redirect_uri,
    }
}

async fn ask(
    demo: &Demo,
    browser: &Browser,
    other: &ThirdParty,
    more: &[(&str, Option<&str>)],
) -> (Page, String) {
    let (verifier, challenge) = pkce();
    let page = browser
        .get(&authorize(demo, &challenge, &other.changes(more)))
        .await;
    (page, verifier)
}

async fn tokens(demo: &Demo, other: &ThirdParty, code: &str, verifier: &str) -> Page {
    let request = demo.browser().request(Method::POST, "/oidc/token").form(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &other.redirect_uri),
        ("code_verifier", verifier),
        ("client_id", &other.id),
    ]);
    send(request).await
}

/// Presses a button; returns the redirect target.
async fn press(browser: &Browser, path: &str, flow: &str) -> Page {
    let request = browser
        .request(Method::POST, path)
        .header("accept", "text/html")
        .form(&[("flow", flow)]);
    send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consent_page_shows_application_and_scopes_and_redirects_back() {
    each_demo(async |demo| {
        let other = third_party(demo, "kalender", |_| {}).await;
        let browser = kjent_signed_in(demo).await;
        let (page, verifier) = ask(demo, &browser, &other, &[("state", Some("s"))]).await;
        let next = page.next();
        assert_eq!(next.path(), "/consent");
        let page = browser.get(next.as_str()).await;
        for says in [
            "Kalender kalender",
            "kalender.example",
            "Kjersti Kjent",
            "kjent@nordvik.example",
            "Tillat",
            "Avbryt",
        ] {
            assert!(page.body.contains(says), "{says}: {}", page.body);
        }
        // No other page can frame it, and its forms may redirect to the application.
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(policy.contains("https://kalender.example:8443"), "{policy}");
        let flow = param(&next, "flow").expect("a flow");
        let next = press(&browser, "/ui/consent-allow", &flow).await.next();
        assert!(next.as_str().starts_with(&other.redirect_uri), "{next}");
        assert_eq!(
            (param(&next, "state").as_deref(), param(&next, "iss")),
            (Some("s"), Some(demo.origin.clone()))
        );
        let code = param(&next, "code").expect("a code");
        let body = tokens(demo, &other, &code, &verifier).await.json();
        let info = userinfo(demo, body["access_token"].as_str().expect("a token"))
            .await
            .json();
        assert_eq!(info["email"], "kjent@nordvik.example");
        let (page, _) = ask(demo, &browser, &other, &[]).await;
        assert!(param(&page.next(), "code").is_some(), "remembered");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusing_consent_redirects_back_with_access_denied() {
    each_demo(async |demo| {
        let other = third_party(demo, "kalender", |_| {}).await;
        let browser = kjent_signed_in(demo).await;
        let (page, _) = ask(demo, &browser, &other, &[("state", Some("s"))]).await;
        let flow = param(&page.next(), "flow").expect("a flow");
        let next = press(&browser, "/ui/consent-refuse", &flow).await.next();
        assert!(next.as_str().starts_with(&other.redirect_uri), "{next}");
        for (name, value) in [
            ("error", "access_denied"),
            ("state", "s"),
            ("iss", &demo.origin),
        ] {
            assert_eq!(param(&next, name).as_deref(), Some(value), "{next}");
        }
        assert_eq!(demo.engine.rows("consents").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_given_by_a_same_origin_form_only() {
    each_demo(async |demo| {
        let other = third_party(demo, "kalender", |_| {}).await;
        let browser = kjent_signed_in(demo).await;
        let (page, _) = ask(demo, &browser, &other, &[]).await;
        let flow = param(&page.next(), "flow").expect("a flow");
        let page =
            send(browser.request(Method::GET, &format!("/ui/consent-allow?flow={flow}"))).await;
        assert!(page.status.is_client_error(), "{}", page.status);
        let request = browser
            .request(Method::POST, "/ui/consent-allow")
            .header("sec-fetch-site", "cross-site")
            .form(&[("flow", &flow)]);
        assert_eq!(send(request).await.status, 403);
        // The browser of another person, and this one without its session.
        let other_browser = demo.browser();
        demo.sign_in_with_password(&other_browser, FINNES.0, FINNES.1)
            .await;
        assert!(other_browser.cookie(SESSION).is_some());
        let next = press(&other_browser, "/ui/consent-allow", &flow)
            .await
            .next();
        assert_eq!(next.path(), "/login", "{next}");
        assert_eq!(demo.engine.rows("consents").await, 0);
        assert_eq!(
            other_browser
                .get(&format!("/consent?flow={flow}"))
                .await
                .status,
            410
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_none_without_consent_gets_consent_required() {
    each_demo(async |demo| {
        let other = third_party(demo, "kalender", |_| {}).await;
        let browser = kjent_signed_in(demo).await;
        let (page, _) = ask(demo, &browser, &other, &[("prompt", Some("none"))]).await;
        assert_eq!(
            param(&page.next(), "error").as_deref(),
            Some("consent_required")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_consent_on_the_page_or_through_the_api_revokes_the_tokens() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        for by in ["form", "api"] {
            let id = format!("kalender{by}");
            let other = third_party(demo, &id, |client| client.refresh = true).await;
            let (page, verifier) = ask(demo, &browser, &other, &[]).await;
            let flow = param(&page.next(), "flow").expect("a flow");
            let next = press(&browser, "/ui/consent-allow", &flow).await.next();
            let code = param(&next, "code").expect("a code");
            let body = tokens(demo, &other, &code, &verifier).await.json();
            let token = body["access_token"].as_str().expect("a token");
            assert_eq!(userinfo(demo, token).await.status, 200);

            let list = send(browser.request(Method::GET, "/api/v1/applications"))
                .await
                .json();
            let ids: Vec<&Value> = list
                .as_array()
                .expect("a list")
                .iter()
                .map(|item| &item["id"])
                .collect();
            assert_eq!(ids, [&json!(id)]);
            assert_eq!(
                (&list[0]["learns_name"], &list[0]["learns_email"]),
                (&json!(true), &json!(true))
            );
            let page = browser.get("/account").await;
            assert!(
                page.body.contains("Tjenester du har tillatt")
                    && page.body.contains("Trekk tilbake"),
                "{}",
                page.body
            );

            if by == "form" {
                let page = browser
                    .submit("/ui/consent-withdraw", &[("client", &id)])
                    .await;
                assert!(page.body.contains("trukket tilbake"), "{}", page.body);
            } else {
                let address = format!("/api/v1/applications/{id}");
                assert_eq!(
                    send(browser.request(Method::DELETE, &address)).await.status,
                    204
                );
                let page = send(browser.request(Method::DELETE, &address)).await;
                assert_eq!(
                    (page.status.as_u16(), &page.json()["code"]),
                    (404, &json!("not_found"))
                );
            }
            assert_eq!(userinfo(demo, token).await.status, 401);
            if let Some(refresh) = body["refresh_token"].as_str() {
                let fields = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", refresh),
                    ("client_id", &id),
                ];
                let request = demo
                    .browser()
                    .request(Method::POST, "/oidc/token")
                    .form(&fields);
                assert_eq!(send(request).await.json()["error"], "invalid_grant");
            }
            let (page, _) = ask(demo, &browser, &other, &[]).await;
            assert_eq!(page.next().path(), "/consent", "asked again");
            assert!(
                !browser
                    .get("/account")
                    .await
                    .body
                    .contains("Tjenester du har tillatt")
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_consents_one_gives_a_code() {
    each_demo(async |demo| {
        let other = third_party(demo, "kalender", |_| {}).await;
        let browser = kjent_signed_in(demo).await;
        let (page, _) = ask(demo, &browser, &other, &[]).await;
        let flow = param(&page.next(), "flow").expect("a flow");
        let before = demo.engine.rows("code_grants").await;
        let frozen = browser.frozen();
        let pages = race(|_| {
            let (frozen, flow) = (frozen.clone(), flow.clone());
            async move { frozen.post("/ui/consent-allow", &[("flow", &flow)]).await }
        })
        .await;
        let codes = pages
            .iter()
            .filter(|page| param(&page.next(), "code").is_some())
            .count();
        assert_eq!(codes, 1);
        assert_eq!(demo.engine.rows("code_grants").await, before + 1);
        assert_eq!(demo.engine.rows("consents").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_exchanged_while_the_consent_is_withdrawn_leaves_no_token() {
    each_demo(async |demo| {
        let other = std::sync::Arc::new(third_party(demo, "kalender", |_| {}).await);
        let browser = kjent_signed_in(demo).await;
        for _ in 0..4 {
            let (page, verifier) = ask(demo, &browser, &other, &[]).await;
            let flow = param(&page.next(), "flow").expect("a flow");
            let next = press(&browser, "/ui/consent-allow", &flow).await.next();
            let code = param(&next, "code").expect("a code");
            let exchange = tokens(demo, &other, &code, &verifier);
            let withdraw = browser.request(Method::DELETE, "/api/v1/applications/kalender");
            let (exchanged, withdrawn) = tokio::join!(exchange, send(withdraw));
            assert_eq!(withdrawn.status, 204, "{}", withdrawn.body);
            assert!(!exchanged.status.is_server_error(), "{}", exchanged.body);
            if let Some(token) = exchanged.json()["access_token"].as_str() {
                assert_eq!(userinfo(demo, token).await.status, 401);
            }
        }
    })
    .await;
}
