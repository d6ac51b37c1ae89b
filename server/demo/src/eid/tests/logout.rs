//! RP-initiated logout.

use super::*;

/// Signs in and returns an ID token.
async fn signed_in(eid: &mut Eid) -> String {
    let code = eid.code().await;
    let reply = eid.redeem(&Params::redeeming(&code)).await;
    reply.json()["id_token"].as_str().unwrap().to_owned()
}

async fn is_signed_in(eid: &mut Eid) -> bool {
    let reply = eid.authorize(&Params::good().with("prompt", "none")).await;
    reply.param("code").is_some()
}

#[tokio::test]
async fn sign_out_ends_the_session_and_redirects_back() {
    for method in [Method::GET, Method::POST] {
        let mut eid = Eid::new();
        let token = signed_in(&mut eid).await;
        assert!(is_signed_in(&mut eid).await);
        // The hint is accepted although the token has expired.
        eid.time.pass(600);
        let query = form(&[
            ("id_token_hint", &token),
            ("post_logout_redirect_uri", SIGNED_OUT),
            ("state", "farvel"),
        ]);
        let reply = if method == Method::GET {
            eid.browser.get(&format!("/logout?{query}")).await
        } else {
            eid.browser.ask(method, "/logout", &[], query).await
        };
        assert_eq!(
            reply.location().as_str(),
            format!("{SIGNED_OUT}?state=farvel")
        );
        assert!(!is_signed_in(&mut eid).await);
    }
}

#[tokio::test]
async fn sign_out_accepts_a_client_id_without_a_hint() {
    let mut eid = Eid::new();
    signed_in(&mut eid).await;
    let query = form(&[
        ("client_id", CLIENT),
        ("post_logout_redirect_uri", SIGNED_OUT),
    ]);
    let reply = eid.browser.get(&format!("/logout?{query}")).await;
    assert_eq!(reply.location().as_str(), SIGNED_OUT);
    assert!(!is_signed_in(&mut eid).await);
}

#[tokio::test]
async fn the_old_cookie_does_not_restore_the_session() {
    let mut eid = Eid::new();
    signed_in(&mut eid).await;
    let cookie = eid.browser.cookie("testid_session").unwrap().to_owned();
    eid.browser.get("/logout").await;
    let header = format!("testid_session={cookie}");
    let path = format!(
        "/authorize?{}",
        Params::good().with("prompt", "none").encode()
    );
    let headers = [(header::COOKIE, header.as_str())];
    let reply = eid
        .browser
        .ask(Method::GET, &path, &headers, String::new())
        .await;
    assert_eq!(reply.param("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_token_alone_ends_its_session() {
    let mut eid = Eid::new();
    let token = signed_in(&mut eid).await;
    let path = format!("/logout?{}", form(&[("id_token_hint", &token)]));
    eid.browser.another().get(&path).await;
    assert!(!is_signed_in(&mut eid).await);
}

#[tokio::test]
async fn sign_out_never_redirects_to_an_unregistered_address() {
    let mut eid = Eid::new();
    let token = signed_in(&mut eid).await;
    let broken = crate::eid::keys::break_signature(&token);
    let elsewhere = "https://et-annet-sted.example/";
    let table: [&[(&str, &str)]; 6] = [
        &[],
        &[("post_logout_redirect_uri", SIGNED_OUT)],
        &[
            ("client_id", CLIENT),
            ("post_logout_redirect_uri", elsewhere),
        ],
        &[
            ("client_id", "en-annen"),
            ("post_logout_redirect_uri", SIGNED_OUT),
        ],
        &[
            ("client_id", "en-annen"),
            ("id_token_hint", &token),
            ("post_logout_redirect_uri", SIGNED_OUT),
        ],
        &[
            ("client_id", CLIENT),
            ("id_token_hint", &broken),
            ("post_logout_redirect_uri", SIGNED_OUT),
        ],
    ];
    for pairs in table {
        signed_in(&mut eid).await;
        let reply = eid.browser.get(&format!("/logout?{}", form(pairs))).await;
        assert_eq!(reply.status, StatusCode::OK, "{pairs:?}");
        assert!(reply.body.contains("<h1>Du er logget ut</h1>"));
        assert!(!is_signed_in(&mut eid).await, "{pairs:?}");
    }
}
