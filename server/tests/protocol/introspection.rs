//! Token introspection (RFC 7662).

use super::{
    payload,
    test_clients::{
        BOUND, KEPT, OTHER, PAIRWISE, PUBLIC, code_for, each_with_clients, of, posted, redeeming,
        refusal, refused, renew, tokens,
    },
};
use crate::support::{
    Demo,
    browser::{Page, send},
    keys::Key,
};
use reqwest::Method;
use serde_json::json;

async fn introspect(demo: &Demo, client: &str, token: &str) -> Page {
    let fields = [("token", token)];
    let page = send(posted(demo, "/oidc/introspect", client, &fields)).await;
    assert_eq!(page.header("cache-control"), "no-store");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn introspection_describes_the_client_s_own_tokens() {
    each_with_clients(async |demo, browser| {
        for client in [KEPT, PAIRWISE[0]] {
            let answer = tokens(demo, browser, client).await;
            let said = payload(&of(&answer, "id_token"));
            let access = introspect(demo, client, &of(&answer, "access_token"))
                .await
                .json();
            let expected = [
                ("active", json!(true)),
                ("iss", json!(demo.origin)),
                ("client_id", json!(client)),
                ("scope", json!("openid profile email")),
                ("token_type", json!("Bearer")),
                ("sub", said["sub"].clone()),
                ("sid", said["sid"].clone()),
            ];
            for (name, value) in &expected {
                assert_eq!(access[*name], *value, "{name}");
            }
            let seconds = |name: &str| access[name].as_i64().expect("a number");
            assert_eq!(seconds("exp") - seconds("iat"), 600);
            assert!(access.get("cnf").is_none());
            let refresh = introspect(demo, client, &of(&answer, "refresh_token"))
                .await
                .json();
            for (name, value) in &expected {
                if *name != "token_type" {
                    assert_eq!(refresh[*name], *value, "{name}");
                }
            }
            assert!(
                refresh["exp"].as_i64() > access["exp"].as_i64(),
                "the end of the session"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn introspection_returns_the_thumbprint_of_a_bound_token() {
    each_with_clients(async |demo, browser| {
        let (uri, key) = (format!("{}/oidc/token", demo.origin), Key::es256("one"));
        let (code, verifier) = code_for(demo, browser, BOUND, &[]).await;
        let request = redeeming(demo, BOUND, &code, &verifier);
        let answer = send(request.header("dpop", key.proof("POST", &uri, None)))
            .await
            .json();
        let known = introspect(demo, BOUND, &of(&answer, "access_token"))
            .await
            .json();
        assert_eq!(known["token_type"], "DPoP");
        assert_eq!(known["cnf"], json!({ "jkt": key.thumbprint() }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn introspection_of_any_other_token_returns_inactive_only() {
    each_with_clients(async |demo, browser| {
        let theirs = tokens(demo, browser, OTHER).await;
        let mine = tokens(demo, browser, KEPT).await;
        let next = renew(demo, KEPT, &of(&mine, "refresh_token")).await.json();
        let unknown = "x".repeat(43);
        let inactive = json!({ "active": false });
        let (access, refresh) = (of(&theirs, "access_token"), of(&theirs, "refresh_token"));
        let spent = of(&mine, "refresh_token");
        for token in [
            access.as_str(),
            &refresh,
            &spent,
            &of(&mine, "id_token"),
            &unknown,
            "short",
            "%00",
        ] {
            let page = introspect(demo, KEPT, token).await;
            assert_eq!((page.status.as_u16(), page.json()), (200, inactive.clone()));
        }
        // Introspection of a used refresh token does not count as reuse.
        let token = of(&next, "refresh_token");
        assert_eq!(
            introspect(demo, KEPT, &token).await.json()["active"],
            json!(true)
        );
        // An expired token, or one whose owner may no longer enter, is not active either.
        let token = of(&next, "access_token");
        assert_eq!(
            introspect(demo, KEPT, &token).await.json()["active"],
            json!(true)
        );
        demo.engine
            .execute("UPDATE access_tokens SET expires_at = 1")
            .await;
        assert_eq!(introspect(demo, KEPT, &token).await.json(), inactive);
        demo.engine
            .execute("UPDATE accounts SET disabled_at = 1")
            .await;
        let token = of(&next, "refresh_token");
        assert_eq!(introspect(demo, KEPT, &token).await.json(), inactive);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn introspection_requires_client_authentication() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, PUBLIC).await, "access_token");
        let page = send(posted(
            demo,
            "/oidc/introspect",
            PUBLIC,
            &[("token", &token)],
        ))
        .await;
        assert_eq!(refusal(&page), (401, "invalid_client".into()));
        for fields in [
            &[("token", token.as_str())][..],
            &[("token", &token), ("client_id", KEPT)],
            &[
                ("token", &token),
                ("client_id", KEPT),
                ("client_secret", "x"),
            ],
        ] {
            let request = demo.browser().request(Method::POST, "/oidc/introspect");
            let page = send(request.form(fields)).await;
            assert_eq!(refusal(&page), (401, "invalid_client".into()));
        }
        let twice = [("token", token.as_str()), ("token", token.as_str())];
        for fields in [&[][..], &twice] {
            let page = send(posted(demo, "/oidc/introspect", KEPT, fields)).await;
            assert_eq!(refusal(&page), refused("invalid_request"));
        }
    })
    .await;
}
