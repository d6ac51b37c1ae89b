//! Sign-outs that an application requests.

use super::{code, exchange, kjent_signed_in, redirect_uri};
use crate::support::{
    Demo, SESSION,
    browser::{Browser, send},
    each_demo, kjent,
};

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_redirects_to_registered_addresses_only() {
    each_demo(async |demo| {
        let logout = |parameters: &[(&str, &str)]| {
            let mut url: url::Url = format!("{}/oidc/logout", demo.origin)
                .parse()
                .expect("an address");
            url.query_pairs_mut().extend_pairs(parameters);
            String::from(url)
        };
        let after = format!("{}/enterprise/signed-out", demo.start);
        let signed_in = async || {
            let browser = kjent_or_linked(demo).await;
            let (code, verifier) = code(demo, &browser).await;
            let answer = send(exchange(demo, &code, &verifier)).await.json();
            (
                browser,
                answer["id_token"].as_str().expect("an ID token").to_owned(),
            )
        };
        let (browser, token) = signed_in().await;
        let address = logout(&[
            ("id_token_hint", &token),
            ("post_logout_redirect_uri", &after),
            ("state", "s&t"),
        ]);
        let page = browser.get(&address).await;
        assert_eq!(browser.cookie(SESSION), None);
        let page = browser
            .follow_until(page, |next| next.as_str().starts_with(&demo.start))
            .await;
        assert_eq!(page.next().as_str(), format!("{after}?state=s%26t"));

        for elsewhere in [
            "https://evil.example/",
            &format!("{after}/x"),
            &redirect_uri(demo),
        ] {
            let (browser, token) = signed_in().await;
            let page = browser
                .get(&logout(&[
                    ("id_token_hint", &token),
                    ("post_logout_redirect_uri", elsewhere),
                ]))
                .await;
            assert_eq!(browser.cookie(SESSION), None, "signed out nevertheless");
            let last = browser.follow(page).await;
            assert_eq!(
                (last.url.origin().ascii_serialization(), last.url.path()),
                (demo.origin.clone(), "/login"),
                "{}",
                last.url
            );
        }

        // Without a hint, any site could have made the link, so the person is asked.
        let (browser, token) = signed_in().await;
        for parameters in [
            vec![],
            vec![
                ("client_id", "startside"),
                ("post_logout_redirect_uri", after.as_str()),
            ],
        ] {
            let page = browser.get(&logout(&parameters)).await;
            assert_eq!(page.next().path(), "/sign-out");
            assert!(browser.cookie(SESSION).is_some());
        }
        // A hint with a wrong signature, or one that contradicts the request, is refused.
        let mut forged = token.clone();
        forged.replace_range(token.len() - 4.., "AAAA");
        let none = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.";
        for parameters in [
            vec![("id_token_hint", forged.as_str())],
            vec![("id_token_hint", none)],
            vec![("id_token_hint", "garbage")],
            vec![("id_token_hint", &token), ("client_id", "annen")],
            vec![("state", "a"), ("state", "b")],
        ] {
            let page = browser.get(&logout(&parameters)).await;
            assert_eq!(
                (page.status.as_u16(), page.location()),
                (400, None),
                "{parameters:?}"
            );
            assert!(browser.cookie(SESSION).is_some());
        }
    })
    .await;
}

/// Signs in the person whom the directory knows; links the eID first if it is not linked.
async fn kjent_or_linked(demo: &Demo) -> Browser {
    if demo.engine.rows("links").await == 0 {
        return kjent_signed_in(demo).await;
    }
    let browser = demo.browser();
    let page = demo.sign_in(&browser, &kjent()).await;
    assert_eq!(page.url.path(), "/account");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_first_here_then_upstream() {
    each_demo(async |demo| {
        let browser = kjent_signed_in(demo).await;
        let (code, verifier) = code(demo, &browser).await;
        send(exchange(demo, &code, &verifier)).await.json();
        let away = browser.post("/ui/sign-out", &[]).await;
        assert_eq!(away.next().origin().ascii_serialization(), demo.eid);
        // A person who does not return from the provider is signed out of Kobling nevertheless, and can continue.
        assert_eq!(demo.engine.rows("sessions").await, 0);
        assert_eq!(demo.engine.rows("access_tokens").await, 0);
        assert_eq!(browser.cookie(SESSION), None);
        assert_eq!(browser.get("/account").await.next().path(), "/login");

        let back = browser.follow(away).await;
        assert_eq!(back.url.path(), "/login");
        demo.settled().await;
        let back = browser.get(back.url.as_str()).await;
        for text in ["Du er logget ut.", "Startside", "BankID"] {
            assert!(back.body.contains(text), "{text}");
        }
        assert_eq!(
            back.body.matches("Du er logget ut av").count(),
            2,
            "{}",
            back.body
        );
        // The application's session has ended too: it shows the beginning of the tour.
        let start = browser.get(&format!("{}/enterprise", demo.start)).await;
        assert_eq!(start.next().path(), "/enterprise/welcome");
        // A second use of the return address redirects to sign-in, and nowhere else.
        let again = browser.get("/eid/bankid/signed-out?state=x").await;
        assert_eq!(again.next().path(), "/login");
    })
    .await;
}
