//! Clients with various grants, for tests of how their tokens end. The person with an existing account signs in.

use super::{authorize, pkce};
use crate::support::{
    Demo, FINNES,
    browser::{Browser, Page, param, send},
    db::each_engine,
};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// A confidential client with refresh tokens.
pub const KEPT: &str = "kept";
/// A second confidential client with refresh tokens.
pub const OTHER: &str = "other";
/// A public client with refresh tokens.
pub const PUBLIC: &str = "public";
/// A confidential client without refresh tokens.
pub const BRIEF: &str = "brief";
/// Clients with pairwise subjects: two of one sector, and one of another.
pub const PAIRWISE: [&str; 3] = ["pairwise", "pairwise-too", "pairwise-elsewhere"];
/// A client that requires DPoP.
pub const BOUND: &str = "bound";

const CALLBACK: &str = "http://localhost:1/callback";
const ELSEWHERE: &str = "http://127.0.0.1:1/callback";

const CLIENTS: &str = r#"client=[
    { id = "kept", name = "Kept", redirect_uris = ["http://localhost:1/callback"], secret = "the secret of kept, which is long", refresh = true, organisation = "nordvik" },
    { id = "other", name = "Other", redirect_uris = ["http://localhost:1/callback"], secret = "the secret of other, which is long", refresh = true },
    { id = "public", name = "Public", redirect_uris = ["http://localhost:1/callback"], refresh = true },
    { id = "brief", name = "Brief", redirect_uris = ["http://localhost:1/callback"], secret = "the secret of brief, which is long" },
    { id = "pairwise", name = "P", redirect_uris = ["http://localhost:1/callback"], post_logout_redirect_uris = ["http://localhost:1/after"], secret = "the secret of pairwise, which is long", refresh = true, pairwise = true },
    { id = "pairwise-too", name = "P", redirect_uris = ["http://localhost:1/callback"], secret = "the secret of pairwise-too, which is long", pairwise = true },
    { id = "pairwise-elsewhere", name = "P", redirect_uris = ["http://127.0.0.1:1/callback"], secret = "the secret of pairwise-elsewhere, which is long", pairwise = true },
    { id = "bound", name = "Bound", redirect_uris = ["http://localhost:1/callback"], secret = "the secret of bound, which is long", refresh = true, require_dpop = true },
]"#;

/// Runs a test with these clients and a signed-in person, on each engine.
pub async fn each_with_clients(test: impl AsyncFn(&Demo, &Browser)) {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &[&CLIENTS.replace('\n', "")]).await;
        let browser = signed_in(&demo).await;
        test(&demo, &browser).await;
    })
    .await;
}

/// Another browser of the same person, signed in.
pub async fn signed_in(demo: &Demo) -> Browser {
    let browser = demo.browser();
    demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
        .await;
    browser
}

/// The redirect URI of a client.
pub fn callback(client: &str) -> &'static str {
    if client == PAIRWISE[2] {
        ELSEWHERE
    } else {
        CALLBACK
    }
}

/// A code for a client, and its verifier.
pub async fn code_for(
    demo: &Demo,
    browser: &Browser,
    client: &str,
    more: &[(&str, Option<&str>)],
) -> (String, String) {
    let (verifier, challenge) = pkce();
    let mut changes = vec![
        ("client_id", Some(client)),
        ("redirect_uri", Some(callback(client))),
    ];
    changes.extend_from_slice(more);
    let page = browser.get(&authorize(demo, &challenge, &changes)).await;
    let code = param(&page.next(), "code").unwrap_or_else(|| panic!("no code in {}", page.next()));
    (code, verifier)
}

/// A request of a client, with its authentication.
pub fn posted(demo: &Demo, path: &str, client: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let secret = format!("the secret of {client}, which is long");
    let mut all = vec![("client_id", client)];
    if client != PUBLIC {
        all.push(("client_secret", &secret));
    }
    all.extend_from_slice(fields);
    demo.browser().request(Method::POST, path).form(&all)
}

/// The request that exchanges a code.
pub fn redeeming(demo: &Demo, client: &str, code: &str, verifier: &str) -> RequestBuilder {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", callback(client)),
        ("code_verifier", verifier),
    ];
    posted(demo, "/oidc/token", client, &fields)
}

/// The request that uses a refresh token.
pub fn renewing(demo: &Demo, client: &str, token: &str, more: &[(&str, &str)]) -> RequestBuilder {
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    fields.extend_from_slice(more);
    posted(demo, "/oidc/token", client, &fields)
}

/// The token response for a sign-in at a client.
pub async fn tokens(demo: &Demo, browser: &Browser, client: &str) -> Value {
    let (code, verifier) = code_for(demo, browser, client, &[]).await;
    let page = send(redeeming(demo, client, &code, &verifier)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.json()
}

/// Uses a refresh token.
pub async fn renew(demo: &Demo, client: &str, token: &str) -> Page {
    send(renewing(demo, client, token, &[])).await
}

/// A token in a response.
pub fn of(answer: &Value, name: &str) -> String {
    answer[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {answer}"))
        .to_owned()
}

/// The status and the error of a response.
pub fn refusal(page: &Page) -> (u16, String) {
    (page.status.as_u16(), of(&page.json(), "error"))
}

/// The status and the error of a refusal after RFC 6749 §5.2.
pub fn refused(error: &str) -> (u16, String) {
    (400, error.to_owned())
}
