//! OpenID Connect Back-Channel Logout 1.0, from an application's side.

use super::{
    payload,
    test_clients::{code_for, posted, signed_in},
};
use crate::support::{
    Demo, a_moment,
    application::{Application, Received},
    browser::{Browser, Page, send},
    db::each_engine,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::{Value, json};

/// With four clients: one with ES256, one with RS256 and pairwise subjects, one that cannot be reached, and one without
/// back-channel logout.
async fn demo(engine: &crate::support::db::Engine, application: &Application) -> Demo {
    let of = |id: &str, more: &str| {
        format!(
            "{{ id = \"{id}\", name = \"App {id}\", secret = \"the secret of {id}, which is long\", \
             redirect_uris = [\"http://localhost:1/callback\"], \
             post_logout_redirect_uris = [\"http://localhost:1/after\"] {more} }}"
        )
    };
    let logout = format!(", back_channel_logout = \"{}/logout\"", application.origin);
    let rsa = format!("{logout}, signing = \"RS256\", pairwise = true");
    let clients = [
        of("es", &logout),
        of("rs", &rsa),
        of(
            "gone",
            ", back_channel_logout = \"http://127.0.0.1:1/logout\"",
        ),
        of("quiet", ""),
    ];
    Demo::start(engine, &[&format!("client=[{}]", clients.join(", "))]).await
}

/// Signs in to an application; returns the claims of the ID token, and the token.
async fn enter(demo: &Demo, browser: &Browser, client: &str) -> (Value, String) {
    let (code, verifier) = code_for(demo, browser, client, &[]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost:1/callback"),
        ("code_verifier", &verifier),
    ];
    let page = send(posted(demo, "/oidc/token", client, &fields)).await;
    let token = page.json()["id_token"]
        .as_str()
        .expect("an ID token")
        .to_owned();
    (payload(&token), token)
}

/// Waits until the page after a sign-out contains this text.
async fn says(browser: &Browser, page: &Page, text: &str) {
    for _ in 0..500 {
        if browser.get(page.url.as_str()).await.body.contains(text) {
            return;
        }
        a_moment().await;
    }
    panic!("the page does not contain {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_token_conforms_to_back_channel_logout_2_4() {
    each_engine(async |engine| {
        let application = Application::start().await;
        let demo = demo(&engine, &application).await;
        let browser = signed_in(&demo).await;
        let expected = [
            ("es", Algorithm::ES256, enter(&demo, &browser, "es").await.0),
            ("rs", Algorithm::RS256, enter(&demo, &browser, "rs").await.0),
        ];
        browser.submit("/ui/sign-out", &[]).await;
        let received = application.received(2).await;
        assert_eq!(
            received.len(),
            2,
            "one token for each session of an application"
        );
        let keys: JwkSet =
            serde_json::from_str(&browser.get("/oidc/jwks").await.body).expect("keys");
        for (client, alg, id_token) in expected {
            let token = received
                .iter()
                .map(Received::token)
                .find(|token| payload(token)["aud"] == client)
                .expect("a token");
            let header = jsonwebtoken::decode_header(token).expect("a header");
            assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
            assert_eq!(header.alg, alg, "as registered for ID tokens (§2.6)");
            let key = keys.find(&header.kid.expect("kid")).expect("published");
            let mut validation = Validation::new(alg);
            validation.set_audience(&[client]);
            validation.set_issuer(&[&demo.origin]);
            let key = DecodingKey::from_jwk(key).expect("a key");
            let claims = jsonwebtoken::decode::<Value>(token, &key, &validation)
                .expect("holds")
                .claims;
            assert_eq!(claims["iss"], id_token["iss"]);
            assert_eq!(
                claims["sub"], id_token["sub"],
                "with the subject of the client"
            );
            assert_eq!(
                claims["sid"], id_token["sid"],
                "with the sid of the ID token"
            );
            let (iat, exp) = (claims["iat"].as_i64(), claims["exp"].as_i64());
            let life = exp.expect("exp") - iat.expect("iat");
            assert!((1..=120).contains(&life), "{life}");
            assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() >= 16));
            assert_eq!(
                claims["events"],
                json!({ "http://schemas.openid.net/event/backchannel-logout": {} })
            );
            assert_eq!(
                claims.get("nonce"),
                None,
                "it is not accepted as an ID token"
            );
        }
        let [first, second] = &received[..] else {
            unreachable!()
        };
        assert_ne!(
            payload(first.token())["jti"],
            payload(second.token())["jti"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_after_a_sign_out_shows_which_applications_confirmed() {
    each_engine(async |engine| {
        let application = Application::start().await;
        let demo = demo(&engine, &application).await;
        let browser = signed_in(&demo).await;
        for client in ["es", "gone", "quiet"] {
            enter(&demo, &browser, client).await;
        }
        let answer = browser.post("/ui/sign-out", &[]).await;
        assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
        let page = browser.follow(answer).await;
        assert_eq!(page.url.path(), "/login");
        for text in ["Du er logget ut.", "App es", "App gone", "App quiet"] {
            assert!(page.body.contains(text), "{text}");
        }
        assert!(page.body.contains("Du må selv logge ut av"));
        assert!(page.body.contains("Vi logger deg ut av"));
        assert!(
            page.body.contains("Oppdater"),
            "without JavaScript the person reloads the page"
        );
        says(&browser, &page, "Du er logget ut av").await;
        // The notice to the unreachable client is retried, and reveals nothing to the others.
        let page = browser.get(page.url.as_str()).await;
        assert!(page.body.contains("Vi logger deg ut av"));
        let other_browser = demo.browser().get(page.url.as_str()).await;
        assert!(!other_browser.body.contains("App gone"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_200_or_204_confirms_and_no_redirect_is_followed() {
    each_engine(async |engine| {
        let application = Application::start().await;
        let demo = demo(&engine, &application).await;
        for (number, (answer, status)) in [
            (200, "confirmed"),
            (204, "confirmed"),
            (307, "waiting"),
            (400, "waiting"),
            (501, "waiting"),
            (503, "waiting"),
        ]
        .into_iter()
        .enumerate()
        {
            demo.engine.execute("DELETE FROM outbox").await;
            demo.engine.execute("DELETE FROM logout_notices").await;
            application.answer(answer);
            let browser = signed_in(&demo).await;
            enter(&demo, &browser, "es").await;
            browser.submit("/ui/sign-out", &[]).await;
            assert_eq!(application.received(number + 1).await.len(), number + 1);
            // Recorded once the attempt is counted and the row is released, or settled.
            let done = "logout_notices WHERE status <> 'waiting'";
            let later = "outbox WHERE lane = 'notice' AND attempts = 1";
            for _ in 0..500 {
                let settled = demo.engine.rows(done).await;
                if settled == i64::from(status == "confirmed")
                    && demo.engine.rows(later).await == 1 - settled
                {
                    break;
                }
                a_moment().await;
            }
            let found = format!("logout_notices WHERE status = '{status}'");
            assert_eq!(demo.engine.rows(&found).await, 1, "{answer}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_everywhere_sends_one_logout_token_per_session() {
    each_engine(async |engine| {
        let application = Application::start().await;
        let demo = demo(&engine, &application).await;
        let (here, there) = (signed_in(&demo).await, signed_in(&demo).await);
        let mut sids = vec![
            enter(&demo, &here, "es").await.0["sid"].clone(),
            enter(&demo, &there, "es").await.0["sid"].clone(),
        ];
        let account = here.get("/account").await;
        assert!(account.body.contains("Logg ut overalt"));
        let page = here.submit("/ui/sign-out-everywhere", &[]).await;
        assert_eq!(page.url.path(), "/login");
        for browser in [&here, &there] {
            let page = browser.get("/account").await;
            assert_eq!(page.next().path(), "/login");
        }
        let received = application.received(2).await;
        let mut seen: Vec<_> = received
            .iter()
            .map(|notice| payload(notice.token())["sid"].clone())
            .collect();
        let by_text = |value: &Value| value.as_str().map(str::to_owned);
        sids.sort_by_key(by_text);
        seen.sort_by_key(by_text);
        assert_eq!(seen, sids);
        says(&here, &page, "Du er logget ut av").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_token_is_not_accepted_as_an_id_token() {
    each_engine(async |engine| {
        let application = Application::start().await;
        let demo = demo(&engine, &application).await;
        let browser = signed_in(&demo).await;
        enter(&demo, &browser, "es").await;
        browser.submit("/ui/sign-out", &[]).await;
        let received = application.received(1).await;
        let again = signed_in(&demo).await;
        let address = format!("/oidc/logout?id_token_hint={}", received[0].token());
        let page = again.get(&address).await;
        assert_eq!((page.status.as_u16(), page.location()), (400, None));
        assert!(again.cookie(crate::support::SESSION).is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_announces_back_channel_logout_with_sessions() {
    crate::support::each_demo(async |demo| {
        let page = demo
            .browser()
            .get("/.well-known/openid-configuration")
            .await;
        let document = page.json();
        assert_eq!(document["backchannel_logout_supported"], json!(true));
        assert_eq!(
            document["backchannel_logout_session_supported"],
            json!(true)
        );
        assert_eq!(document["frontchannel_logout_supported"], json!(false));
    })
    .await;
}
