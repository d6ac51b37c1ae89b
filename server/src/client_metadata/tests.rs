use super::{address::MAX_ADDRESS_LENGTH, *};
use kobling_domain::oidc::client::ClientKeys;
use serde_json::json;

const PRODUCTION: Rules = Rules {
    local_http: false,
    untrusted: true,
    signing: SigningAlg::Rs256,
};

fn made(metadata: Value) -> Result<Client, MetadataError> {
    made_under(metadata, PRODUCTION)
}

fn made_under(metadata: Value, rules: Rules) -> Result<Client, MetadataError> {
    let metadata: ClientMetadata = serde_json::from_value(metadata).expect("metadata");
    metadata.client("id", rules, Some(Digest256::of("secret")))
}

fn with_uri(uri: &str, kind: &str) -> Result<Client, MetadataError> {
    made(json!({ "redirect_uris": [uri], "application_type": kind }))
}

#[test]
fn rfc7591_2_defaults_of_what_is_left_out() {
    let client = made(json!({ "redirect_uris": ["https://a.example/cb"] })).expect("good");
    assert_eq!(client.auth, ClientAuth::Secret(Digest256::of("secret")));
    assert!(!client.secret_in_body && !client.refresh && !client.native);
    assert_eq!(client.name, "a.example");
    assert_eq!(client.signing, SigningAlg::Rs256);
    assert_eq!(client.subject, Subject::Public);
    let shown = ClientMetadata::from(&client);
    assert_eq!(
        shown.token_endpoint_auth_method,
        Some(AuthMethod::ClientSecretBasic)
    );
    assert_eq!(shown.grant_types, Some(vec!["authorization_code".into()]));
    assert_eq!(shown.response_types, Some(vec!["code".into()]));
}

#[test]
fn redirect_uris_of_web_applications_are_https_and_read_the_same_to_everybody() {
    for good in [
        "https://a.example",
        "https://a.example:8443/cb?x=1",
        "https://a.example/%C3%A6",
    ] {
        assert!(with_uri(good, "web").is_ok(), "{good}");
    }
    for bad in [
        "",
        "/cb",
        "a.example/cb",
        "//a.example/cb",
        "http://a.example/cb",
        "http://localhost/cb",
        "http://127.0.0.1/cb",
        "https://a.example/cb#",
        "https://a.example/cb#x",
        "https://*.a.example/cb",
        "https://a.example/*",
        "https://user@a.example/cb",
        "https://user:secret@a.example/cb",
        "https://@a.example/cb",
        "https://a.example\\@b.example/cb",
        "https://a.example/c b",
        " https://a.example/cb",
        "https://a.example/cb\n",
        "https://a.example/\u{e6}",
        "https://\u{e6}.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "com.example.app:/cb",
        "file:///etc/passwd",
    ] {
        let error = with_uri(bad, "web").expect_err(bad);
        assert_eq!(error.code(), "invalid_redirect_uri", "{bad}");
    }
    let long = format!("https://a.example/{}", "x".repeat(MAX_ADDRESS_LENGTH));
    assert!(with_uri(&long, "web").is_err());
    for bad in [json!([]), json!(vec!["https://a.example/cb"; 33])] {
        let error = made(json!({ "redirect_uris": bad })).expect_err("number");
        assert_eq!(error.code(), "invalid_redirect_uri");
    }
}

#[test]
fn rfc8252_7_native_applications_have_loopback_addresses_and_schemes_of_their_own() {
    for good in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:4711/cb",
        "http://[::1]/cb",
        "http://localhost/cb",
        "com.example.app:/cb",
        "https://a.example/cb",
    ] {
        assert!(with_uri(good, "native").is_ok(), "{good}");
    }
    for bad in [
        "http://a.example/cb",
        "http://127.0.0.1.example/cb",
        "http://localhost.example/cb",
        "http://user@127.0.0.1/cb",
        "http://127.0.0.1/cb#x",
        "javascript:alert(1)",
        "javascript://localhost/%0aalert(1)",
        "ftp://localhost/cb",
        "data:text/html,x",
        "app:/cb",
        "com.example.app:/cb#x",
    ] {
        let error = with_uri(bad, "native").expect_err(bad);
        assert_eq!(error.code(), "invalid_redirect_uri", "{bad}");
    }
}

#[test]
fn http_on_this_machine_is_for_tests() {
    let test = Rules {
        local_http: true,
        ..PRODUCTION
    };
    for address in ["http://localhost:3001/cb", "http://127.0.0.1/cb"] {
        let metadata = json!({
            "redirect_uris": [address],
            "backchannel_logout_uri": address,
        });
        assert!(made_under(metadata.clone(), test).is_ok(), "{address}");
        assert!(made(metadata).is_err(), "{address}");
    }
    let elsewhere = json!({ "redirect_uris": ["http://a.example/cb"] });
    assert!(made_under(elsewhere, test).is_err());
}

#[test]
fn addresses_of_untrusted_clients_have_a_public_host_name() {
    let with = |name: &str, uri: &str, untrusted| {
        let mut metadata = json!({ "redirect_uris": ["https://a.example/cb"] });
        metadata[name] = json!(uri);
        if name == "jwks_uri" {
            metadata["token_endpoint_auth_method"] = json!("private_key_jwt");
        }
        let rules = Rules {
            untrusted,
            ..PRODUCTION
        };
        made_under(metadata, rules)
    };
    for name in ["jwks_uri", "backchannel_logout_uri"] {
        assert!(with(name, "https://a.example/x", true).is_ok(), "{name}");
        for bad in [
            "https://10.0.0.1/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://localhost/x",
            "https://database/x",
        ] {
            let error = with(name, bad, true).expect_err(bad);
            assert_eq!(error.code(), "invalid_client_metadata");
            assert!(
                with(name, bad, false).is_ok(),
                "the organisation knows its own network"
            );
        }
        for bad in [
            "http://a.example/x",
            "ftp://a.example/x",
            "https://a.example/x#y",
            "x",
        ] {
            assert!(with(name, bad, true).is_err(), "{name} {bad}");
            assert!(with(name, bad, false).is_err(), "{name} {bad}");
        }
    }
}

#[test]
fn rfc7591_2_1_grant_and_response_types_go_together() {
    let with = |grants: Value, responses: Value| {
        made(json!({
            "redirect_uris": ["https://a.example/cb"], "grant_types": grants, "response_types": responses,
        }))
    };
    let code = json!(["code"]);
    assert!(
        with(json!(["authorization_code", "refresh_token"]), code.clone())
            .expect("good")
            .refresh
    );
    for bad in [
        json!([]),
        json!(["implicit"]),
        json!(["refresh_token"]),
        json!(["authorization_code", "implicit"]),
        json!(["authorization_code", "password"]),
        json!(["client_credentials"]),
    ] {
        let error = with(bad.clone(), code.clone()).expect_err("grants");
        assert_eq!(error.code(), "invalid_client_metadata", "{bad}");
    }
    for bad in [
        json!([]),
        json!(["token"]),
        json!(["code", "id_token"]),
        json!(["code id_token"]),
    ] {
        let error = with(json!(["authorization_code"]), bad.clone()).expect_err("responses");
        assert_eq!(error.code(), "invalid_client_metadata", "{bad}");
    }
}

#[test]
fn rfc7591_2_keys_stand_in_one_place_and_are_public() {
    let key = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "1",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    let with = |more: Value| {
        let mut metadata = json!({
            "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "private_key_jwt",
        });
        for (name, value) in more.as_object().expect("an object") {
            metadata[name] = value.clone();
        }
        made(metadata)
    };
    let client = with(json!({ "jwks": { "keys": [key] } })).expect("good");
    assert!(matches!(
        client.auth,
        ClientAuth::PrivateKeyJwt(ClientKeys::Here(_))
    ));
    assert_eq!(
        ClientMetadata::from(&client).jwks,
        Some(json!({ "keys": [key] }))
    );
    let client = with(json!({ "jwks_uri": "https://a.example/jwks" })).expect("good");
    assert_eq!(
        client.auth,
        ClientAuth::PrivateKeyJwt(ClientKeys::At("https://a.example/jwks".into()))
    );
    let mut private = key.clone();
    private["d"] = json!("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    for bad in [
        json!({}),
        json!({ "jwks": {} }),
        json!({ "jwks": { "keys": [] } }),
        json!({ "jwks": { "keys": "x" } }),
        json!({ "jwks": { "keys": vec![key.clone(); 17] } }),
        json!({ "jwks": { "keys": [private] } }),
        json!({ "jwks": { "keys": [{ "kty": "oct", "k": "AQ" }] } }),
        json!({ "jwks": { "keys": [{}] } }),
        json!({ "jwks": { "keys": [key] }, "jwks_uri": "https://a.example/jwks" }),
    ] {
        let error = with(bad.clone()).expect_err("keys");
        assert_eq!(error.code(), "invalid_client_metadata", "{bad}");
    }
}

#[test]
fn oidc_registration_5_pairwise_needs_one_host() {
    let with = |uris: Value, more: Value| {
        let mut metadata = json!({ "redirect_uris": uris, "subject_type": "pairwise" });
        for (name, value) in more.as_object().expect("an object") {
            metadata[name] = value.clone();
        }
        made(metadata)
    };
    let two = json!(["https://a.example/1", "https://a.example:8443/2"]);
    let client = with(two, json!({})).expect("good");
    assert_eq!(
        client.subject,
        Subject::Pairwise {
            sector: "a.example".into()
        }
    );
    let native = json!({ "application_type": "native" });
    for (uris, more) in [
        (
            json!(["https://a.example/1", "https://b.example/1"]),
            json!({}),
        ),
        (json!(["com.example.app:/cb"]), native.clone()),
        (json!(["http://127.0.0.1/cb"]), native),
        (
            json!(["https://a.example/1"]),
            json!({ "sector_identifier_uri": "https://a.example/s" }),
        ),
    ] {
        let error = with(uris.clone(), more).expect_err("no sector");
        assert_eq!(error.code(), "invalid_client_metadata", "{uris}");
    }
}

#[test]
fn names_are_what_people_can_read() {
    let with = |name: &str| {
        made(json!({ "redirect_uris": ["https://a.example/cb"], "client_name": name }))
    };
    assert_eq!(with(" Kart æøå ").expect("good").name, "Kart æøå");
    for bad in ["", "  ", "a\nb", "a\u{0}", "\u{202e}abc", &"x".repeat(101)] {
        let error = with(bad).expect_err(bad);
        assert_eq!(error.code(), "invalid_client_metadata");
    }
}

#[test]
fn metadata_survives_the_way_through_a_client() {
    let client = made(json!({
        "redirect_uris": ["https://a.example/cb"],
        "post_logout_redirect_uris": ["https://a.example/bye"],
        "client_name": "Kart",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"],
        "subject_type": "pairwise",
        "id_token_signed_response_alg": "ES256",
        "backchannel_logout_uri": "https://a.example/out",
        "backchannel_logout_session_required": false,
        "require_pushed_authorization_requests": true,
        "dpop_bound_access_tokens": true,
        "logo_uri": "https://a.example/logo",
    }))
    .expect("good");
    assert!(client.require_pushed && client.require_dpop && client.refresh);
    let shown = ClientMetadata::from(&client);
    assert_eq!(shown.backchannel_logout_session_required, Some(true));
    let again = shown.client("id", PRODUCTION, Some(Digest256::of("secret")));
    assert_eq!(again, Ok(client));
}

#[test]
fn duplicate_members_are_refused() {
    assert!(members(br#"{"a":1,"b":null}"#).is_ok_and(|all| all.len() == 1));
    for bad in [
        &br#"{"a":1,"a":1}"#[..],
        br#"{"a":1,"a":null}"#,
        b"[]",
        b"null",
        b"",
        b"{",
        b"{} {}",
        b"\xff",
    ] {
        assert!(members(bad).is_err(), "{bad:?}");
    }
    assert!(members(format!("{{\"a\":{}", "[".repeat(30_000)).as_bytes()).is_err());
}
