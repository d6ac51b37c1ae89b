//! The OpenID Provider, from an application's side.

mod authorize;
mod back_channel;
mod bearer;
mod client_auth;
mod client_auth_methods;
mod conformance;
mod consent;
mod dpop;
mod guessing;
mod introspection;
mod keys;
mod pairwise;
mod pushed;
mod refresh;
mod requests;
mod revocation;
mod rotation;
mod rp_sign_out;
mod sign_out;
mod step_up;
mod test_clients;
mod token_requests;
mod tokens;
mod upstream_sign_out;

use crate::support::{
    Demo,
    browser::{Browser, Page, param, send},
    each_demo, kjent,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::core::CoreProviderMetadata;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A verifier, and its challenge.
pub fn pkce() -> (String, String) {
    let verifier = kobling::config::new_key().replace(['+', '/', '='], "x");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    (verifier, challenge)
}

/// The redirect URI of the start page.
pub fn redirect_uri(demo: &Demo) -> String {
    format!("{}/enterprise/callback", demo.start)
}

/// The address of an authorization request, with changes: a parameter that is set to another value, or left out.
pub fn authorize(demo: &Demo, challenge: &str, changes: &[(&str, Option<&str>)]) -> String {
    let redirect_uri = redirect_uri(demo);
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", "startside"),
        ("redirect_uri", &redirect_uri),
        ("scope", "openid profile email"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        if let Some(value) = value {
            parameters.push((name, value));
        }
    }
    let mut url: url::Url = format!("{}/oidc/authorize", demo.origin)
        .parse()
        .expect("an address");
    url.query_pairs_mut().extend_pairs(parameters);
    url.into()
}

/// An authorization code for the signed-in person, and its verifier.
pub async fn code(demo: &Demo, browser: &Browser) -> (String, String) {
    let (verifier, challenge) = pkce();
    let page = browser.get(&authorize(demo, &challenge, &[])).await;
    let code = param(&page.next(), "code").unwrap_or_else(|| panic!("no code in {}", page.next()));
    (code, verifier)
}

/// The token request of the start page.
pub fn exchange(demo: &Demo, code: &str, verifier: &str) -> RequestBuilder {
    demo.browser()
        .request(Method::POST, "/oidc/token")
        .basic_auth(
            "startside",
            Some(
                url::form_urlencoded::byte_serialize(demo.client_secret().as_bytes())
                    .collect::<String>(),
            ),
        )
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri(demo)),
            ("code_verifier", verifier),
        ])
}

/// The person whom the directory knows, signed in.
async fn kjent_signed_in(demo: &Demo) -> Browser {
    let browser = demo.browser();
    let flow = demo.enter(&browser, &kjent()).await.param("flow");
    let page = browser.submit("/ui/link-vouched", &[("flow", &flow)]).await;
    assert!(page.url.as_str().starts_with(&demo.start), "{}", page.url);
    browser
}

/// A token request with changes: a field that is set to another value, or left out.
fn token_request(
    demo: &Demo,
    code: &str,
    verifier: &str,
    changes: &[(&str, Option<&str>)],
) -> RequestBuilder {
    let (redirect_uri, secret) = (redirect_uri(demo), demo.client_secret());
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", verifier),
        ("client_id", "startside"),
        ("client_secret", &secret),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        if let Some(value) = value {
            fields.push((name, value));
        }
    }
    demo.browser()
        .request(Method::POST, "/oidc/token")
        .form(&fields)
}

async fn userinfo(demo: &Demo, token: &str) -> Page {
    send(
        demo.browser()
            .request(Method::GET, "/oidc/userinfo")
            .bearer_auth(token),
    )
    .await
}

fn payload(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).expect("base64url")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_lists_the_endpoints_and_features() {
    each_demo(async |demo| {
        let browser = demo.browser();
        let page = browser.get("/.well-known/openid-configuration").await;
        let metadata: CoreProviderMetadata =
            serde_json::from_str(&page.body).expect("OpenID Connect Discovery §3");
        assert_eq!(metadata.issuer().as_str(), demo.origin);
        let document = page.json();
        // RFC 8414 §2, RFC 9207 §3.
        assert_eq!(
            document["code_challenge_methods_supported"],
            json!(["S256"])
        );
        assert_eq!(
            document["authorization_response_iss_parameter_supported"],
            json!(true)
        );
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "end_session_endpoint",
        ] {
            let address = document[name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name}"));
            assert!(
                address.starts_with(&format!("{}/", demo.origin)),
                "{name}: {address}"
            );
            let method = if name == "token_endpoint" {
                Method::POST
            } else {
                Method::GET
            };
            let status = send(browser.request(method, address)).await.status.as_u16();
            assert!(
                ![404, 405].contains(&status) && status < 500,
                "{name}: {status}"
            );
        }
        let keys = send(browser.request(Method::GET, document["jwks_uri"].as_str().expect("text")))
            .await
            .json();
        let keys = keys["keys"].as_array().expect("keys").clone();
        assert_eq!(
            document["id_token_signing_alg_values_supported"],
            json!(["ES256", "RS256"]),
            "OpenID Connect Discovery §3 asks for RS256"
        );
        assert_eq!(keys.len(), 2);
        for (key, alg, private) in [
            (&keys[0], "ES256", &["d"][..]),
            (&keys[1], "RS256", &["d", "p", "q"]),
        ] {
            assert!(
                key["kid"].is_string() && private.iter().all(|half| key.get(half).is_none()),
                "public keys with kid only"
            );
            assert_eq!((&key["alg"], &key["use"]), (&json!(alg), &json!("sig")));
        }
    })
    .await;
}
