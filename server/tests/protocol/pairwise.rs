//! Pairwise subject identifiers (OpenID Connect Core §8).

use super::{
    payload,
    test_clients::{
        KEPT, OTHER, PAIRWISE, each_with_clients, of, posted, renew, signed_in, tokens,
    },
    userinfo,
};
use crate::support::{
    Demo, SESSION,
    browser::{Browser, send},
    unknown_person,
};
use serde_json::{Value, json};

/// The claims that the client gets, and its `sub`.
async fn tokens_and_subject(demo: &Demo, browser: &Browser, client: &str) -> (Value, String) {
    let answer = tokens(demo, browser, client).await;
    let subject = of(&payload(&of(&answer, "id_token")), "sub");
    (answer, subject)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pairwise_subject_is_equal_within_a_sector_and_differs_between_sectors() {
    each_with_clients(async |demo, browser| {
        let (_, public) = tokens_and_subject(demo, browser, KEPT).await;
        assert_eq!(tokens_and_subject(demo, browser, OTHER).await.1, public);
        let (answer, pairwise) = tokens_and_subject(demo, browser, PAIRWISE[0]).await;
        assert_eq!(
            tokens_and_subject(demo, browser, PAIRWISE[1]).await.1,
            pairwise
        );
        let (_, elsewhere) = tokens_and_subject(demo, browser, PAIRWISE[2]).await;
        assert!(pairwise != public && elsewhere != public && elsewhere != pairwise);
        for subject in [&public, &pairwise, &elsewhere] {
            // OpenID Connect Core §2.
            assert!(subject.len() <= 255 && subject.is_ascii());
        }
        assert!(
            !answer["id_token"].to_string().contains(&public),
            "not in the access token either"
        );
        let again = signed_in(demo).await;
        let (_, later) = tokens_and_subject(demo, &again, PAIRWISE[0]).await;
        assert_eq!(later, pairwise, "also in another session");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pairwise_subject_is_the_same_in_every_token_and_response() {
    each_with_clients(async |demo, browser| {
        let client = PAIRWISE[0];
        let (answer, subject) = tokens_and_subject(demo, browser, client).await;
        let token = of(&answer, "access_token");
        let known = userinfo(demo, &token).await.json();
        assert_eq!(known["sub"], json!(subject));
        let fields = [("token", token.as_str())];
        let page = send(posted(demo, "/oidc/introspect", client, &fields)).await;
        assert_eq!(page.json()["sub"], json!(subject));
        let renewed = renew(demo, client, &of(&answer, "refresh_token"))
            .await
            .json();
        let said = payload(&of(&renewed, "id_token"));
        assert_eq!(said["sub"], json!(subject));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_have_different_pairwise_subjects_in_a_sector() {
    each_with_clients(async |demo, browser| {
        let (_, one) = tokens_and_subject(demo, browser, PAIRWISE[0]).await;
        let another = demo.browser();
        let page = demo.sign_in(&another, &unknown_person(1)).await;
        let page = demo.link(&another, &page, "ny@fjern.example").await;
        let flow = page.param("flow");
        another
            .submit("/ui/link-name", &[("flow", &flow), ("name", "Nina Ny")])
            .await;
        assert_ne!(tokens_and_subject(demo, &another, PAIRWISE[0]).await.1, one);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_with_a_pairwise_subject_identifies_the_person() {
    each_with_clients(async |demo, browser| {
        let (answer, _) = tokens_and_subject(demo, browser, PAIRWISE[0]).await;
        let address = format!(
            "/oidc/logout?id_token_hint={}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fafter",
            of(&answer, "id_token")
        );
        assert!(browser.cookie(SESSION).is_some());
        browser.get(&address).await;
        assert_eq!(browser.cookie(SESSION), None, "signed out without being asked");
    })
    .await;
}
