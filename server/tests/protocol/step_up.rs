//! Step-ups that applications request, from the person's browser.

use super::{authorize, consent::third_party, kjent_signed_in, payload, pkce};
use crate::support::{
    Demo, FINNES, SESSION,
    browser::{Browser, param, send},
    each_demo, finnes, hint,
};
use kobling_domain::oidc::client::Client;
use kobling_model::{Level, ProviderId};
use reqwest::Method;

/// A first-party application with an access rule.
async fn own(
    demo: &Demo,
    id: &str,
    change: impl FnOnce(&mut Client),
) -> super::consent::ThirdParty {
    third_party(demo, id, |client| {
        client.third_party = false;
        change(client);
    })
    .await
}

/// Frida has a password and an eID, and is signed in by password.
async fn by_password(demo: &Demo) -> Browser {
    let browser = demo.browser();
    let page = demo.sign_in(&browser, &finnes()).await;
    demo.link(&browser, &page, FINNES.0).await;
    let browser = demo.browser();
    demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
        .await;
    assert!(browser.cookie(SESSION).is_some());
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn acr_values_cause_an_eid_step_up_and_the_id_token_contains_the_acr() {
    each_demo(async |demo| {
        let app = own(demo, "journal", |_| {}).await;
        let browser = by_password(demo).await;
        let (verifier, challenge) = pkce();
        let hint = hint(&finnes());
        let asked = app.changes(&[
            ("acr_values", Some("idporten-loa-high")),
            ("login_hint", Some(&hint)),
        ]);
        let page = browser.get(&authorize(demo, &challenge, &asked)).await;
        let next = page.next();
        assert_eq!(next.path(), "/eid/bankid/start", "{next}");
        let page = browser.get(next.as_str()).await;
        let upstream = page.next();
        assert!(upstream.as_str().starts_with(&demo.eid), "{upstream}");
        // Requested again, with the page of the simulated eID in between.
        let page = browser.follow(page).await;
        let form = [
            ("interaction", page.param("interaction")),
            ("pid", finnes()),
            ("action", "sign-in".to_owned()),
        ];
        let request = browser
            .request(Method::POST, &format!("{}/login", demo.eid))
            .form(&form);
        let page = send(request).await;
        let page = browser
            .follow_until(page, |next| next.as_str().starts_with(&app.redirect_uri))
            .await;
        let code = param(&page.next(), "code").expect("a code");
        let request = demo.browser().request(Method::POST, "/oidc/token").form(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &app.redirect_uri),
            ("code_verifier", &verifier),
            ("client_id", &app.id),
        ]);
        let claims = payload(
            send(request).await.json()["id_token"]
                .as_str()
                .expect("a token"),
        );
        assert_eq!(claims["acr"], "idporten-loa-high");
        assert_eq!(claims["idp"], "bankid");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_none_with_too_low_a_level_is_an_error_and_never_a_page() {
    each_demo(async |demo| {
        let app = own(demo, "journal", |_| {}).await;
        let browser = by_password(demo).await;
        let (_, challenge) = pkce();
        let essential =
            r#"{"id_token": {"acr": {"essential": true, "values": ["idporten-loa-high"]}}}"#;
        for more in [("acr_values", Some("high")), ("claims", Some(essential))] {
            let asked = app.changes(&[more, ("prompt", Some("none"))]);
            let next = browser
                .get(&authorize(demo, &challenge, &asked))
                .await
                .next();
            assert_eq!(
                param(&next, "error").as_deref(),
                Some("login_required"),
                "{next}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_essential_acr_that_no_provider_offers_is_an_error_to_the_application() {
    each_demo(async |demo| {
        let app = own(demo, "journal", |_| {}).await;
        let (_, challenge) = pkce();
        let essential =
            r#"{"id_token": {"acr": {"essential": true, "values": ["urn:unheard-of"]}}}"#;
        for browser in [demo.browser(), kjent_signed_in(demo).await] {
            let asked = app.changes(&[("claims", Some(essential)), ("state", Some("s"))]);
            let next = browser
                .get(&authorize(demo, &challenge, &asked))
                .await
                .next();
            for (name, value) in [
                ("error", "unmet_authentication_requirements"),
                ("state", "s"),
                ("iss", &demo.origin),
            ] {
                assert_eq!(param(&next, name).as_deref(), Some(value), "{next}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_access_gets_a_page_with_a_reason_and_a_next_step() {
    each_demo(async |demo| {
        let level = own(demo, "journal", |client| {
            client.access.minimum_level = Some(Level::High);
        })
        .await;
        let elsewhere = own(demo, "lukket", |client| {
            client.access.providers = vec![ProviderId::parse("ansattporten").expect("a name")];
        })
        .await;
        for (app, lang, says) in [
            (
                &level,
                "nb",
                [
                    "Logg på med en sikrere elektronisk ID",
                    "Logg på med BankID",
                    "Logg ut",
                ]
                .as_slice(),
            ),
            (
                &level,
                "en",
                &[
                    "Sign in with a more secure electronic ID",
                    "Sign in with BankID",
                    "Sign out",
                ],
            ),
            (
                &elsewhere,
                "nb",
                &[
                    "Velg en annen måte å logge på",
                    "dem som driver Kalender lukket",
                    "Logg ut",
                ],
            ),
            (
                &elsewhere,
                "en",
                &[
                    "Sign in another way",
                    "those who run Kalender lukket",
                    "Sign out",
                ],
            ),
        ] {
            let browser = demo.browser();
            demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
                .await;
            let (_, challenge) = pkce();
            let asked = app.changes(&[("ui_locales", Some(lang))]);
            let page = browser.go(&authorize(demo, &challenge, &asked)).await;
            assert_eq!(
                (page.url.path(), page.status.as_u16()),
                ("/no-access", 403),
                "{lang}"
            );
            for says in says {
                assert!(page.body.contains(says), "{lang}: {says}: {}", page.body);
            }
        }
    })
    .await;
}
