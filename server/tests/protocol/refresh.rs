//! Refresh tokens, and what revokes them.

use super::{
    payload,
    test_clients::{
        BOUND, BRIEF, KEPT, OTHER, PUBLIC, code_for, each_with_clients, of, redeeming, refusal,
        refused, renew, renewing, signed_in, tokens,
    },
    userinfo,
};
use crate::support::{RACERS, browser::send, keys::Key, race};
use kobling_domain::kernel::secret::Token;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_gives_new_tokens_of_the_same_sign_in() {
    each_with_clients(async |demo, browser| {
        let first = tokens(demo, browser, KEPT).await;
        let page = renew(demo, KEPT, &of(&first, "refresh_token")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(
            (page.header("cache-control"), page.header("pragma")),
            ("no-store", "no-cache"),
            "RFC 6749 §5.1"
        );
        let second = page.json();
        for name in ["access_token", "refresh_token", "id_token"] {
            assert_ne!(first[name], second[name], "{name}");
        }
        assert_eq!(second["token_type"], "Bearer");
        assert_eq!(second["scope"], "openid profile email");
        // OpenID Connect Core §12.2.
        let (was, is) = (
            payload(&of(&first, "id_token")),
            payload(&of(&second, "id_token")),
        );
        for name in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"] {
            assert_eq!(was[name], is[name], "{name}");
        }
        assert!(was["nonce"].is_string() && is.get("nonce").is_none());
        assert!(is["iat"].as_i64() >= was["iat"].as_i64());
        for answer in [&first, &second] {
            let page = userinfo(demo, &of(answer, "access_token")).await;
            assert_eq!(page.status, 200, "both access tokens are active");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_are_stored_as_hashes() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, KEPT).await, "refresh_token");
        let digest = Token::parse(&token).expect("256 bits").digest().0;
        let rows = async |table: &str, column: &str, value: &str| {
            let condition = format!("{table} WHERE {column} = '{value}'");
            demo.engine.rows(&condition).await
        };
        assert_eq!(rows("grant_families", "refresh", &token).await, 0);
        assert_eq!(rows("grant_families", "refresh", &digest).await, 1);
        renew(demo, KEPT, &token).await;
        assert_eq!(rows("spent_refresh_tokens", "token", &token).await, 0);
        assert_eq!(rows("spent_refresh_tokens", "token", &digest).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reuse_of_a_refresh_token_revokes_its_family() {
    each_with_clients(async |demo, browser| {
        let first = tokens(demo, browser, KEPT).await;
        let untouched = tokens(demo, browser, KEPT).await;
        let second = renew(demo, KEPT, &of(&first, "refresh_token")).await.json();
        let third = renew(demo, KEPT, &of(&second, "refresh_token"))
            .await
            .json();
        // Reuse of the oldest one is enough.
        let again = renew(demo, KEPT, &of(&first, "refresh_token")).await;
        assert_eq!(refusal(&again), refused("invalid_grant"));
        let last = renew(demo, KEPT, &of(&third, "refresh_token")).await;
        assert_eq!(refusal(&last), refused("invalid_grant"));
        for answer in [&first, &second, &third] {
            let page = userinfo(demo, &of(answer, "access_token")).await;
            assert_eq!(page.status, 401);
        }
        let noted = demo.engine.rows("audit WHERE event = 'grant.reused'").await;
        assert_eq!(noted, 1);
        // Another sign-in of the same person at the same client is another family.
        let other = renew(demo, KEPT, &of(&untouched, "refresh_token")).await;
        assert_eq!(other.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_refreshes_one_succeeds_and_the_others_revoke_the_family() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, KEPT).await, "refresh_token");
        let pages = race(|_| send(renewing(demo, KEPT, &token, &[]))).await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 200);
        assert_eq!((won.len(), lost.len()), (1, RACERS - 1));
        for page in lost {
            assert_eq!(refusal(page), refused("invalid_grant"));
        }
        let answer = won[0].json();
        let page = userinfo(demo, &of(&answer, "access_token")).await;
        assert_eq!(page.status, 401);
        let page = renew(demo, KEPT, &of(&answer, "refresh_token")).await;
        assert_eq!(refusal(&page), refused("invalid_grant"));
        for (table, left) in [
            ("grant_families WHERE client_id = 'kept'", 0),
            ("audit WHERE event = 'grant.reused'", 1),
        ] {
            assert_eq!(demo.engine.rows(table).await, left, "{table}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_code_revokes_refresh_tokens_too() {
    each_with_clients(async |demo, browser| {
        let (code, verifier) = code_for(demo, browser, KEPT, &[]).await;
        let first = send(redeeming(demo, KEPT, &code, &verifier)).await.json();
        let second = renew(demo, KEPT, &of(&first, "refresh_token")).await.json();
        let replay = send(redeeming(demo, KEPT, &code, &verifier)).await;
        assert_eq!(refusal(&replay), refused("invalid_grant"));
        for answer in [&first, &second] {
            let page = userinfo(demo, &of(answer, "access_token")).await;
            assert_eq!(page.status, 401);
        }
        let page = renew(demo, KEPT, &of(&second, "refresh_token")).await;
        assert_eq!(refusal(&page), refused("invalid_grant"));
        let noted = demo
            .engine
            .rows("audit WHERE event = 'grant.replayed'")
            .await;
        assert_eq!(noted, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_refused_and_not_consumed_for_another_client() {
    each_with_clients(async |demo, browser| {
        let answer = tokens(demo, browser, KEPT).await;
        let token = of(&answer, "refresh_token");
        for other in [OTHER, PUBLIC] {
            let page = renew(demo, other, &token).await;
            assert_eq!(refusal(&page), refused("invalid_grant"), "{other}");
        }
        let noted = demo
            .engine
            .rows("audit WHERE event = 'grant.refused'")
            .await;
        assert_eq!(noted, 2);
        assert_eq!(renew(demo, KEPT, &token).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_can_narrow_the_scope_and_never_widen_it() {
    each_with_clients(async |demo, browser| {
        let scope = [("scope", Some("openid email"))];
        let (code, verifier) = code_for(demo, browser, KEPT, &scope).await;
        let answer = send(redeeming(demo, KEPT, &code, &verifier)).await.json();
        let mut token = of(&answer, "refresh_token");
        for wider in ["openid profile", "openid email profile", "admin", "%00"] {
            let page = send(renewing(demo, KEPT, &token, &[("scope", wider)])).await;
            assert_eq!(refusal(&page), refused("invalid_scope"), "{wider}");
        }
        // None of the refused requests has consumed the token.
        let page = send(renewing(demo, KEPT, &token, &[("scope", "openid")])).await;
        let narrow = page.json();
        assert_eq!(narrow["scope"], "openid");
        let claims = userinfo(demo, &of(&narrow, "access_token")).await.json();
        assert!(claims.get("email").is_none() && claims["sub"].is_string());
        assert!(payload(&of(&narrow, "id_token")).get("email").is_none());
        // RFC 6749 §6: the refresh token keeps the scope that it had.
        token = of(&narrow, "refresh_token");
        let whole = renew(demo, KEPT, &token).await.json();
        assert_eq!(whole["scope"], "openid email");
        let claims = userinfo(demo, &of(&whole, "access_token")).await.json();
        assert!(claims["email"].is_string());
        // Without `openid`, there is no ID token and userinfo is refused (OpenID Connect Core §12.2, §5.3).
        token = of(&whole, "refresh_token");
        let page = send(renewing(demo, KEPT, &token, &[("scope", "email")])).await;
        let bare = page.json();
        assert!(bare.get("id_token").is_none());
        let page = userinfo(demo, &of(&bare, "access_token")).await;
        assert_eq!(page.status, 403);
        assert_eq!(
            page.header("www-authenticate"),
            "Bearer realm=\"kobling\", error=\"insufficient_scope\", scope=\"openid\""
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_clients_with_the_refresh_grant_get_refresh_tokens() {
    each_with_clients(async |demo, browser| {
        let answer = tokens(demo, browser, BRIEF).await;
        assert!(answer.get("refresh_token").is_none());
        let token = of(&tokens(demo, browser, KEPT).await, "refresh_token");
        let page = renew(demo, BRIEF, &token).await;
        assert_eq!(refusal(&page), refused("unauthorized_client"));
        assert_eq!(renew(demo, KEPT, &token).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_end_with_the_session() {
    each_with_clients(async |demo, browser| {
        let token = of(&tokens(demo, browser, KEPT).await, "refresh_token");
        let another = signed_in(demo).await;
        let kept = of(&tokens(demo, &another, KEPT).await, "refresh_token");
        browser.post("/ui/sign-out", &[]).await;
        let page = renew(demo, KEPT, &token).await;
        assert_eq!(refusal(&page), refused("invalid_grant"));
        assert_eq!(renew(demo, KEPT, &kept).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_may_no_longer_enter_cannot_refresh() {
    for end in [
        "UPDATE accounts SET disabled_at = 1",
        "DELETE FROM users WHERE email = 'finnes@nordvik.example'",
    ] {
        each_with_clients(async |demo, browser| {
            let first = of(&tokens(demo, browser, KEPT).await, "refresh_token");
            let token = of(&renew(demo, KEPT, &first).await.json(), "refresh_token");
            demo.engine.execute(end).await;
            let page = renew(demo, KEPT, &token).await;
            assert_eq!(refusal(&page), refused("invalid_grant"), "{end}");
            let left = demo.engine.rows("grant_families").await;
            assert_eq!(left, 0, "{end}");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_client_refreshes_with_its_first_key_only() {
    each_with_clients(async |demo, browser| {
        let uri = format!("{}/oidc/token", demo.origin);
        let (key, stolen) = (Key::es256("one"), Key::es256("two"));
        let (code, verifier) = code_for(demo, browser, PUBLIC, &[]).await;
        let request = redeeming(demo, PUBLIC, &code, &verifier);
        let first = send(request.header("dpop", key.proof("POST", &uri, None)))
            .await
            .json();
        assert_eq!(first["token_type"], "DPoP");
        let token = of(&first, "refresh_token");
        // RFC 9449 §5: without the key, or with another, the token is refused, and is not consumed.
        let page = renew(demo, PUBLIC, &token).await;
        assert_eq!(refusal(&page), refused("invalid_grant"));
        let with = async |key: &Key| {
            let request = renewing(demo, PUBLIC, &token, &[]);
            send(request.header("dpop", key.proof("POST", &uri, None))).await
        };
        assert_eq!(refusal(&with(&stolen).await), refused("invalid_grant"));
        let page = with(&key).await;
        assert_eq!(
            (page.status.as_u16(), &page.json()["token_type"]),
            (200, &json!("DPoP"))
        );
        // A family that began without a key is not bound to one.
        let plain = tokens(demo, browser, PUBLIC).await;
        assert_eq!(plain["token_type"], "Bearer");
        let page = renew(demo, PUBLIC, &of(&plain, "refresh_token")).await;
        assert_eq!(page.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_client_can_change_its_key() {
    each_with_clients(async |demo, browser| {
        let uri = format!("{}/oidc/token", demo.origin);
        let (code, verifier) = code_for(demo, browser, BOUND, &[]).await;
        let with = async |request: reqwest::RequestBuilder, key: &Key| {
            send(request.header("dpop", key.proof("POST", &uri, None))).await
        };
        let request = redeeming(demo, BOUND, &code, &verifier);
        let first = with(request, &Key::es256("one")).await.json();
        let token = of(&first, "refresh_token");
        let request = renewing(demo, BOUND, &token, &[]);
        let second = with(request, &Key::es256("two")).await.json();
        assert_eq!(second["token_type"], "DPoP");
        // RFC 9449 §5.2: this client must prove possession of some key.
        let page = renew(demo, BOUND, &of(&second, "refresh_token")).await;
        assert_eq!(refusal(&page), refused("invalid_dpop_proof"));
        let (code, verifier) = code_for(demo, browser, BOUND, &[]).await;
        let page = send(redeeming(demo, BOUND, &code, &verifier)).await;
        assert_eq!(refusal(&page), refused("invalid_dpop_proof"));
    })
    .await;
}
