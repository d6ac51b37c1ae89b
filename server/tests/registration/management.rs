//! Registered clients read, change and delete their registration (RFC 7592).

use super::{PATH, consent, good, own, registered, text};
use crate::{
    admin::{
        BACK, DRIFT, INITIAL, admin, call, code, each_opened, exchange, finnes, request, userinfo,
    },
    protocol::pkce,
    support::browser::{param, send},
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_1_a_client_reads_its_registration() {
    each_opened(async |demo| {
        let client = registered(demo, &good()).await;
        let page = own(demo, Method::GET, &client, None).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
        let mut expected = client.clone();
        let members = expected.as_object_mut().expect("an object");
        members.remove("client_secret");
        members.remove("client_secret_expires_at");
        assert_eq!(page.json(), expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_an_update_replaces_the_whole_registration() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let client = registered(demo, &good()).await;
        let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
        let change = json!({
            "client_id": id, "client_secret": secret, "client_name": "Kart 2", "redirect_uris": [BACK],
            "require_pushed_authorization_requests": true, "third_party": false,
        });
        let page = own(demo, Method::PUT, &client, Some(&change)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let changed = page.json();
        assert_eq!(
            (&changed["client_name"], &changed["client_secret"], &changed["client_id"]),
            (&json!("Kart 2"), &json!(secret), &json!(id))
        );
        assert_eq!(changed["registration_access_token"], client["registration_access_token"]);
        assert_eq!(changed["require_pushed_authorization_requests"], true);
        let seen = admin(demo, Method::GET, &format!("/clients/{id}"), None).await.json();
        assert_eq!(
            (&seen["third_party"], &seen["origin"]),
            (&json!(true), &json!("registration")),
            "it stays a third-party application"
        );

        let base = json!({ "client_id": id, "redirect_uris": [BACK] });
        let with = |name: &str, value: Value| {
            let mut body = base.clone();
            body[name] = value;
            body
        };
        for body in [
            good(),
            with("client_id", json!("another")),
            with("client_secret", json!("made up")),
            with("registration_access_token", client["registration_access_token"].clone()),
            with("registration_client_uri", client["registration_client_uri"].clone()),
            with("client_secret_expires_at", json!(0)),
            with("client_id_issued_at", json!(1)),
            with("grant_types", json!(["implicit"])),
        ] {
            let page = own(demo, Method::PUT, &client, Some(&body)).await;
            assert_eq!(
                (page.status.as_u16(), &page.json()["error"]),
                (400, &json!("invalid_client_metadata")),
                "{body}"
            );
        }
        let page = own(demo, Method::PUT, &client, Some(&with("redirect_uris", json!(["x"])))).await;
        assert_eq!(page.json()["error"], "invalid_redirect_uri");
        assert_eq!(own(demo, Method::GET, &client, None).await.json()["client_name"], "Kart 2");

        // First without a secret, then with a new one.
        let public = with("token_endpoint_auth_method", json!("none"));
        let page = own(demo, Method::PUT, &client, Some(&public)).await;
        assert_eq!(page.json().get("client_secret"), None);
        let page = own(demo, Method::PUT, &client, Some(&base)).await;
        let new = text(&page.json(), "client_secret").to_owned();
        assert_ne!(new, secret);
        let (verifier, challenge) = pkce();
        let back = consent(demo, &browser, id, &challenge).await.next();
        let code = (param(&back, "code").expect("a code"), verifier);
        assert_eq!(exchange(demo, id, secret, &code).await.status, 401);
        assert_eq!(exchange(demo, id, &new, &code).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_3_deleting_a_registration_revokes_its_tokens() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let client = registered(demo, &good()).await;
        let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
        let (verifier, challenge) = pkce();
        let back = consent(demo, &browser, id, &challenge).await.next();
        let shown = (param(&back, "code").expect("a code"), verifier);
        let answer = exchange(demo, id, secret, &shown).await.json();
        let token = text(&answer, "access_token");
        assert_eq!(userinfo(demo, token).await, 200);
        // Consent is remembered: the person is not asked again.
        code(demo, &browser, id).await;
        assert_eq!(
            demo.engine
                .rows(&format!("consents WHERE client_id = '{id}'"))
                .await,
            1
        );

        let page = own(demo, Method::DELETE, &client, None).await;
        assert_eq!(
            (page.status.as_u16(), page.header("cache-control")),
            (204, "no-store")
        );
        assert_eq!(userinfo(demo, token).await, 401);
        assert_eq!(
            demo.engine
                .rows(&format!("consents WHERE client_id = '{id}'"))
                .await,
            0
        );
        let page = browser.get(&request(demo, id, &challenge)).await;
        assert_eq!((page.status.as_u16(), page.location()), (400, None));
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(
                own(demo, method, &client, None).await.status,
                401,
                "RFC 7592 §2.1"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_a_registration_is_accessible_to_its_client_only() {
    each_opened(async |demo| {
        let mine = registered(demo, &good()).await;
        let theirs = registered(demo, &good()).await;
        let added = json!({ "client_id": "kart", "redirect_uris": [BACK] });
        admin(demo, Method::POST, "/clients", Some(added)).await;
        let token = text(&mine, "registration_access_token");
        let change = json!({ "client_id": theirs["client_id"], "redirect_uris": [BACK] });
        for place in [
            text(&theirs, "registration_client_uri").to_owned(),
            format!("{PATH}/kart"),
            format!("{PATH}/startside"),
            format!("{PATH}/nobody"),
        ] {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                for token in [token, INITIAL, DRIFT, "x", ""] {
                    let page = send(call(demo, method.clone(), &place, token).json(&change)).await;
                    assert_eq!(page.status, 401, "{method} {place}");
                    assert_eq!(page.json(), json!({ "error": "invalid_token" }));
                }
                let bare = demo.browser().request(method.clone(), &place).json(&change);
                assert_eq!(send(bare).await.status, 401, "{method} {place}");
            }
        }
        assert_eq!(demo.engine.rows("clients").await, 3);
    })
    .await;
}
