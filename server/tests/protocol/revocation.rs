//! Token revocation (RFC 7009).

use super::{
    test_clients::{
        BRIEF, KEPT, OTHER, PUBLIC, each_with_clients, of, posted, refusal, refused, renew,
        renewing, tokens,
    },
    userinfo,
};
use crate::support::{
    Demo,
    browser::{Page, send},
};
use reqwest::Method;

async fn revoke(demo: &Demo, client: &str, token: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("token", token)];
    fields.extend_from_slice(more);
    send(posted(demo, "/oidc/revoke", client, &fields)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_a_refresh_token_revokes_its_family() {
    each_with_clients(async |demo, browser| {
        for spent in [false, true] {
            let first = tokens(demo, browser, KEPT).await;
            let second = renew(demo, KEPT, &of(&first, "refresh_token")).await.json();
            let other = tokens(demo, browser, KEPT).await;
            let given_back = if spent { &first } else { &second };
            let page = revoke(demo, KEPT, &of(given_back, "refresh_token"), &[]).await;
            assert_eq!((page.status.as_u16(), page.body.as_str()), (200, ""));
            for answer in [&first, &second] {
                let page = userinfo(demo, &of(answer, "access_token")).await;
                assert_eq!(page.status, 401);
            }
            let page = renew(demo, KEPT, &of(&second, "refresh_token")).await;
            assert_eq!(refusal(&page), refused("invalid_grant"));
            let page = renew(demo, KEPT, &of(&other, "refresh_token")).await;
            assert_eq!(page.status, 200, "another sign-in is unaffected");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_an_access_token_revokes_it_alone() {
    each_with_clients(async |demo, browser| {
        let first = tokens(demo, browser, KEPT).await;
        let second = renew(demo, KEPT, &of(&first, "refresh_token")).await.json();
        let page = revoke(demo, KEPT, &of(&second, "access_token"), &[]).await;
        assert_eq!(page.status, 200);
        let page = userinfo(demo, &of(&second, "access_token")).await;
        assert_eq!(page.status, 401);
        let page = userinfo(demo, &of(&first, "access_token")).await;
        assert_eq!(page.status, 200);
        let page = renew(demo, KEPT, &of(&second, "refresh_token")).await;
        assert_eq!(page.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revocation_treats_a_foreign_token_like_an_unknown_one() {
    each_with_clients(async |demo, browser| {
        let answer = tokens(demo, browser, KEPT).await;
        let (access, refresh) = (of(&answer, "access_token"), of(&answer, "refresh_token"));
        let unknown = "x".repeat(43);
        for token in [&access, &refresh, &unknown, "short", "%00", "ø"] {
            for client in [OTHER, PUBLIC] {
                let page = revoke(demo, client, token, &[]).await;
                assert_eq!(
                    (page.status.as_u16(), page.body.as_str()),
                    (200, ""),
                    "{client}"
                );
            }
        }
        assert_eq!(userinfo(demo, &access).await.status, 200);
        assert_eq!(renew(demo, KEPT, &refresh).await.status, 200);
        let noted = demo
            .engine
            .rows("audit WHERE event = 'grant.revoked'")
            .await;
        assert_eq!(noted, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_or_unknown_token_type_hint_is_no_error() {
    each_with_clients(async |demo, browser| {
        for (name, hint) in [
            ("access_token", "refresh_token"),
            ("access_token", "access_token"),
            ("refresh_token", "access_token"),
            ("refresh_token", "a kind of tomorrow"),
        ] {
            let answer = tokens(demo, browser, KEPT).await;
            let hint = [("token_type_hint", hint)];
            let page = revoke(demo, KEPT, &of(&answer, name), &hint).await;
            assert_eq!(page.status, 200);
            let page = userinfo(demo, &of(&answer, "access_token")).await;
            assert_eq!(page.status, 401, "{name} {hint:?}");
        }
        // A public client and a client without refresh tokens revoke their tokens.
        for client in [PUBLIC, BRIEF] {
            let token = of(&tokens(demo, browser, client).await, "access_token");
            revoke(demo, client, &token, &[]).await;
            assert_eq!(userinfo(demo, &token).await.status, 401, "{client}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revocation_requires_client_authentication() {
    each_with_clients(async |demo, browser| {
        let answer = tokens(demo, browser, KEPT).await;
        let token = of(&answer, "refresh_token");
        let send_form = async |fields: &[(&str, &str)]| {
            let request = demo.browser().request(Method::POST, "/oidc/revoke");
            send(request.form(fields)).await
        };
        let page = send_form(&[("token", &token)]).await;
        assert_eq!(refusal(&page), (401, "invalid_client".into()));
        let page = send_form(&[
            ("token", &token),
            ("client_id", KEPT),
            ("client_secret", "something else"),
        ])
        .await;
        assert_eq!(refusal(&page), (401, "invalid_client".into()));
        assert!(page.header("www-authenticate").starts_with("Basic"));
        let page = send_form(&[("token", &token), ("client_id", KEPT)]).await;
        assert_eq!(refusal(&page), (401, "invalid_client".into()));
        // The token is missing, repeated, too long.
        let long = "x".repeat(5_000);
        for fields in [
            &[][..],
            &[("token", "")],
            &[("token", &token), ("token", &token)],
            &[("token", &long)],
        ] {
            let page = send(posted(demo, "/oidc/revoke", KEPT, fields)).await;
            assert_eq!(refusal(&page), refused("invalid_request"));
        }
        // The endpoint answers POST only (RFC 7009 §2.1).
        let page = send(
            demo.browser()
                .request(Method::GET, &format!("/oidc/revoke?token={token}")),
        )
        .await;
        assert_eq!(page.status, 405);
        let page = send(renewing(demo, KEPT, &token, &[])).await;
        assert_eq!(page.status, 200, "none of the requests has revoked it");
    })
    .await;
}
