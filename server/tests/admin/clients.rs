//! Clients that administrators manage.

use super::{
    BACK, DRIFT, VAKT, access_token, added, admin, call, code, each_opened, exchange, finnes,
    request, userinfo,
};
use crate::{
    protocol::pkce,
    support::{browser::send, race},
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_added_read_changed_and_removed() {
    each_opened(async |demo| {
        let body = json!({
            "client_id": "kart", "client_name": "Kart", "redirect_uris": [BACK], "organisation": "nordvik",
            "minimum_level": "high", "only_providers": ["bankid"], "provider": "bankid", "third_party": true,
            "grant_types": ["authorization_code", "refresh_token"],
        });
        let page = admin(demo, Method::POST, "/clients", Some(body.clone())).await;
        assert_eq!(page.status, 201, "{}", page.body);
        assert_eq!(page.header("location"), "/api/v1/admin/clients/kart");
        assert_eq!(page.header("cache-control"), "no-store");
        let made = page.json();
        assert_eq!(made["client_secret"].as_str().map(str::len), Some(43));
        assert_eq!(
            (&made["origin"], &made["read_only"]),
            (&json!("administrator"), &json!(false))
        );
        for (name, value) in body.as_object().expect("an object") {
            assert_eq!(&made[name], value, "{name}");
        }

        let all = admin(demo, Method::GET, "/clients", None).await.json();
        let ids: Vec<&Value> = all.as_array().expect("a list").iter().map(|one| &one["client_id"]).collect();
        assert_eq!(ids, [&json!("startside"), &json!("kart")]);
        assert_eq!(
            (&all[0]["origin"], &all[0]["read_only"]),
            (&json!("configuration"), &json!(true))
        );
        assert!(!all.to_string().contains("client_secret\""), "{all}");

        // A client that is read can be written back unchanged.
        let read = admin(demo, Method::GET, "/clients/kart", None).await;
        assert_eq!(read.json().get("client_secret"), None);
        let mut change = read.json();
        let same = admin(demo, Method::PUT, "/clients/kart", Some(change.clone())).await;
        assert_eq!((same.status.as_u16(), same.json()), (200, read.json()));

        change["client_name"] = json!("Kart og terreng");
        change["third_party"] = json!(false);
        let page = admin(demo, Method::PUT, "/clients/kart", Some(change)).await;
        assert_eq!(page.json()["client_name"], "Kart og terreng");
        assert_eq!(page.json()["third_party"], false);
        // PUT replaces the whole client: a member that is left out is removed.
        let bare = json!({ "redirect_uris": [BACK], "token_endpoint_auth_method": "none" });
        let page = admin(demo, Method::PUT, "/clients/kart", Some(bare)).await.json();
        assert_eq!(
            (page.get("organisation"), page.get("provider"), &page["token_endpoint_auth_method"]),
            (None, None, &json!("none"))
        );

        assert_eq!(admin(demo, Method::DELETE, "/clients/kart", None).await.status, 204);
        for method in [Method::GET, Method::DELETE] {
            let page = admin(demo, method, "/clients/kart", None).await;
            assert_eq!((page.status.as_u16(), &page.json()["code"]), (404, &json!("not_found")));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_audited_under_the_administrator_s_name() {
    each_opened(async |demo| {
        let (id, _) = added(demo, json!({})).await;
        let path = format!("/api/v1/admin/clients/{id}");
        let body = json!({ "redirect_uris": [BACK] });
        let changed = call(demo, Method::PUT, &path, VAKT).json(&body);
        assert_eq!(send(changed).await.status, 200);
        let secret = format!("{path}/secret");
        assert_eq!(
            send(call(demo, Method::POST, &secret, VAKT)).await.status,
            200
        );
        assert_eq!(
            send(call(demo, Method::DELETE, &path, DRIFT)).await.status,
            204
        );
        for (event, by) in [
            ("client.added", "drift"),
            ("client.changed", "vakt"),
            ("client.secret_changed", "vakt"),
            ("client.removed", "drift"),
        ] {
            let rows = format!(
                "audit WHERE event = '{event}' AND client = '{id}' AND credential = '{by}'"
            );
            assert_eq!(demo.engine.rows(&rows).await, 1, "{event}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_from_the_configuration_cannot_be_changed_through_the_api() {
    each_opened(async |demo| {
        let body = json!({ "client_id": "startside", "redirect_uris": [BACK] });
        for (method, path, code) in [
            (Method::PUT, "/clients/startside", "client_configured"),
            (Method::DELETE, "/clients/startside", "client_configured"),
            (
                Method::POST,
                "/clients/startside/secret",
                "client_configured",
            ),
            (Method::POST, "/clients", "client_taken"),
        ] {
            let page = admin(demo, method.clone(), path, Some(body.clone())).await;
            assert_eq!(
                (page.status.as_u16(), &page.json()["code"]),
                (409, &json!(code)),
                "{method} {path}"
            );
        }
        let page = admin(demo, Method::GET, "/clients/startside", None).await;
        assert_eq!(page.json()["client_name"], "Startside");
        assert_eq!(demo.engine.rows("clients").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_can_sign_in_to_a_client_that_an_administrator_added() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let (id, secret) = added(demo, json!({})).await;
        let token = access_token(demo, &browser, &id, &secret).await;
        assert_eq!(userinfo(demo, &token).await, 200);
        let (id, none) = added(demo, json!({ "token_endpoint_auth_method": "none" })).await;
        assert_eq!(none, "");
        let token = access_token(demo, &browser, &id, "").await;
        assert_eq!(userinfo(demo, &token).await, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_invalidates_the_old_one() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let (id, old) = added(demo, json!({})).await;
        let path = format!("/clients/{id}/secret");
        let page = admin(demo, Method::POST, &path, None).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let new = page.json()["client_secret"]
            .as_str()
            .expect("a secret")
            .to_owned();
        assert_ne!(old, new);
        let code = code(demo, &browser, &id).await;
        let page = exchange(demo, &id, &old, &code).await;
        assert_eq!(
            (page.status.as_u16(), &page.json()["error"]),
            (401, &json!("invalid_client"))
        );
        assert_eq!(exchange(demo, &id, &new, &code).await.status, 200);

        let (public, _) = added(demo, json!({ "token_endpoint_auth_method": "none" })).await;
        let page = admin(
            demo,
            Method::POST,
            &format!("/clients/{public}/secret"),
            None,
        )
        .await;
        assert_eq!(
            (page.status.as_u16(), &page.json()["code"]),
            (409, &json!("client_without_secret"))
        );
        // A public client that becomes confidential gets a secret, which is returned once.
        let body = json!({ "redirect_uris": [BACK] });
        let page = admin(demo, Method::PUT, &format!("/clients/{public}"), Some(body)).await;
        assert_eq!(
            page.json()["client_secret"].as_str().map(str::len),
            Some(43)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_client_ends_its_codes_tokens_and_consents() {
    each_opened(async |demo| {
        let browser = finnes(demo).await;
        let grants = json!({ "grant_types": ["authorization_code", "refresh_token"] });
        let (id, secret) = added(demo, grants).await;
        let (other, others) = added(demo, json!({})).await;
        let token = access_token(demo, &browser, &id, &secret).await;
        let kept = access_token(demo, &browser, &other, &others).await;
        code(demo, &browser, &id).await;
        let now = "SELECT max(created_at) FROM accounts";
        demo.engine
            .execute(&format!(
                "INSERT INTO consents (account, client_id, scope, given_at)
                SELECT id, '{id}', 'openid', ({now}) FROM accounts"
            ))
            .await;
        let path = format!("/clients/{id}");
        assert_eq!(admin(demo, Method::DELETE, &path, None).await.status, 204);

        assert_eq!(userinfo(demo, &token).await, 401);
        assert_eq!(
            userinfo(demo, &kept).await,
            200,
            "the tokens of another client stay valid"
        );
        for table in [
            "code_grants",
            "grant_families",
            "client_sessions",
            "consents",
            "pushed_requests",
        ] {
            let rows = format!("{table} WHERE client_id = '{id}'");
            assert_eq!(demo.engine.rows(&rows).await, 0, "{table}");
        }
        let page = browser.get(&request(demo, &id, &pkce().1)).await;
        assert_eq!(page.status, 400);
        assert!(
            page.location().is_none(),
            "its redirect URI is not used any more"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_client_is_refused_with_the_invalid_member() {
    each_opened(async |demo| {
        let good = json!({ "redirect_uris": [BACK] });
        let with = |name: &str, value: Value| {
            let mut body = good.clone();
            body[name] = value;
            body
        };
        for (body, status, code) in [
            (json!({}), 422, "invalid_redirect_uri"),
            (
                with("redirect_uris", json!(["http://a.example/cb"])),
                422,
                "invalid_redirect_uri",
            ),
            (
                with("redirect_uris", json!(["javascript:alert(1)"])),
                422,
                "invalid_redirect_uri",
            ),
            (with("redirect_uris", json!([7])), 400, "bad_request"),
            (
                with("grant_types", json!(["implicit"])),
                422,
                "invalid_client_metadata",
            ),
            (
                with("token_endpoint_auth_method", json!("private_key_jwt")),
                422,
                "invalid_client_metadata",
            ),
            (
                with("token_endpoint_auth_method", json!("tls_client_auth")),
                400,
                "bad_request",
            ),
            (
                with("id_token_signed_response_alg", json!("none")),
                400,
                "bad_request",
            ),
            (with("client_id", json!("")), 422, "invalid_client_metadata"),
            (
                with("client_id", json!("a/b")),
                422,
                "invalid_client_metadata",
            ),
            (
                with("client_id", json!("x".repeat(65))),
                422,
                "invalid_client_metadata",
            ),
            (
                with("organisation", json!("nowhere")),
                422,
                "organisation_unknown",
            ),
            (with("provider", json!("nobody")), 422, "provider_unknown"),
            (
                with("only_providers", json!(["bankid", "nobody"])),
                422,
                "provider_unknown",
            ),
            (
                with("provider", json!("Not An Id")),
                422,
                "invalid_client_metadata",
            ),
            (with("minimum_level", json!("highest")), 400, "bad_request"),
            (with("redirect_uri", json!([BACK])), 400, "bad_request"),
        ] {
            for (method, path) in [(Method::POST, "/clients"), (Method::PUT, "/clients/kart")] {
                if method == Method::PUT {
                    let kart = with("client_id", json!("kart"));
                    admin(demo, Method::POST, "/clients", Some(kart)).await;
                    if body.get("client_id").is_some() {
                        continue;
                    }
                }
                let page = admin(demo, method.clone(), path, Some(body.clone())).await;
                assert_eq!(
                    (page.status.as_u16(), &page.json()["code"]),
                    (status, &json!(code)),
                    "{method} {body}: {}",
                    page.body
                );
                assert!(
                    page.header("content-type")
                        .starts_with("application/problem+json")
                );
                assert!(
                    page.json()["detail"]
                        .as_str()
                        .is_some_and(|why| !why.is_empty())
                );
            }
        }
        let renamed = with("client_id", json!("other"));
        let page = admin(demo, Method::PUT, "/clients/kart", Some(renamed)).await;
        assert_eq!(page.status, 422);
        let page = admin(demo, Method::PUT, "/clients/nobody", Some(good.clone())).await;
        assert_eq!(page.status, 404);
        // A repeated member, no JSON, no content type, too large a body.
        let path = "/api/v1/admin/clients";
        for (kind, body, status) in [
            (
                "application/json",
                format!("{{\"redirect_uris\":[\"{BACK}\"],\"redirect_uris\":[\"{BACK}\"]}}"),
                400,
            ),
            ("application/json", "{".to_owned(), 400),
            ("application/json", "null".to_owned(), 400),
            ("text/plain", good.to_string(), 400),
            ("application/json", " ".repeat(100_000), 413),
        ] {
            let request = call(demo, Method::POST, path, DRIFT)
                .header("content-type", kind)
                .body(body);
            assert_eq!(send(request).await.status, status, "{kind}");
        }
        assert_eq!(demo.engine.rows("clients").await, 1, "only `kart` exists");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_writes_to_a_client_one_succeeds() {
    each_opened(async |demo| {
        let request = |method: Method, path: &str, body: Value| {
            call(demo, method, &format!("/api/v1/admin{path}"), DRIFT).json(&body)
        };
        let body = json!({ "client_id": "kart", "redirect_uris": [BACK] });
        let statuses = |pages: Vec<crate::support::browser::Page>| {
            let mut all: Vec<u16> = pages.iter().map(|page| page.status.as_u16()).collect();
            all.sort_unstable();
            all
        };
        let pages = race(|_| send(request(Method::POST, "/clients", body.clone()))).await;
        let all = statuses(pages);
        assert_eq!((all[0], &all[1..]), (201, &[409; 15][..]));

        let tag = admin(demo, Method::GET, "/clients/kart", None)
            .await
            .header("etag")
            .to_owned();
        let pages = race(|number| {
            let named = json!({ "redirect_uris": [BACK], "client_name": format!("Kart {number}") });
            send(request(Method::PUT, "/clients/kart", named).header("if-match", &tag))
        })
        .await;
        let all = statuses(pages);
        assert_eq!(all[0], 200);
        assert!(
            all[1..].iter().all(|status| [409, 412].contains(status)),
            "{all:?}"
        );
        let stale = request(Method::PUT, "/clients/kart", body.clone()).header("if-match", &tag);
        let page = send(stale).await;
        assert_eq!(
            (page.status.as_u16(), &page.json()["code"]),
            (412, &json!("client_changed"))
        );
    })
    .await;
}
