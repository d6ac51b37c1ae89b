use super::*;
use proptest::prelude::*;
use serde_json::json;

const RSA_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
const ED_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let thumbprint = |jwk: Value| PublicKey::read(&jwk).map(|key| key.thumbprint());
    assert_eq!(
        thumbprint(
            json!({ "kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" })
        )
        .as_deref(),
        Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        "RFC 7638 §3.1"
    );
    assert_eq!(
        thumbprint(json!({ "kty": "OKP", "crv": "Ed25519", "x": ED_X })).as_deref(),
        Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        "RFC 8037 appendix A.3"
    );
}

#[test]
fn only_public_keys_of_known_kinds_and_sizes_take_part() {
    let short = URL_SAFE_NO_PAD.encode([0xffu8; 255]);
    let even = URL_SAFE_NO_PAD.encode([0xfeu8; 256]);
    let padded = URL_SAFE_NO_PAD.encode([&[0u8][..], &[0xffu8; 256]].concat());
    let huge = URL_SAFE_NO_PAD.encode([0xffu8; 513]);
    for (what, jwk) in [
        (
            "symmetric",
            json!({ "kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ" }),
        ),
        (
            "private",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": ED_X, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }),
        ),
        (
            "private in name",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": ED_X, "d": null }),
        ),
        (
            "another curve",
            json!({ "kty": "EC", "crv": "P-384", "x": ED_X, "y": ED_X }),
        ),
        (
            "another kind of curve",
            json!({ "kty": "EC", "crv": "Ed25519", "x": ED_X, "y": ED_X }),
        ),
        (
            "half a point",
            json!({ "kty": "EC", "crv": "P-256", "x": ED_X }),
        ),
        (
            "a short Ed25519 key",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }),
        ),
        (
            "an empty Ed25519 key",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "" }),
        ),
        (
            "a short modulus",
            json!({ "kty": "RSA", "n": short, "e": "AQAB" }),
        ),
        (
            "an even modulus",
            json!({ "kty": "RSA", "n": even, "e": "AQAB" }),
        ),
        (
            "a modulus in another form",
            json!({ "kty": "RSA", "n": padded, "e": "AQAB" }),
        ),
        (
            "a huge modulus",
            json!({ "kty": "RSA", "n": huge, "e": "AQAB" }),
        ),
        (
            "exponent one",
            json!({ "kty": "RSA", "n": RSA_N, "e": "AQ" }),
        ),
        (
            "an even exponent",
            json!({ "kty": "RSA", "n": RSA_N, "e": "Ag" }),
        ),
        ("no exponent", json!({ "kty": "RSA", "n": RSA_N })),
        ("no object", json!("RSA")),
    ] {
        assert_eq!(PublicKey::read(&jwk), None, "{what}");
    }
}

#[test]
fn of_a_key_set_only_what_signs_is_taken() {
    let ed = |more: Value| {
        let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": ED_X });
        for (name, value) in more.as_object().expect("an object") {
            jwk[name] = value.clone();
        }
        jwk
    };
    let set = json!({ "keys": [
        ed(json!({ "kid": "a", "use": "sig" })),
        ed(json!({ "kid": "b", "use": "enc" })),
        ed(json!({ "kid": "c", "key_ops": ["verify"] })),
        ed(json!({ "kid": "d", "key_ops": ["encrypt"] })),
        { "kty": "AKP", "kid": "e" },
        "what is this",
    ] });
    let kids: Vec<_> = NamedKey::read_set(&set.to_string())
        .expect("a set")
        .into_iter()
        .filter_map(|key| key.kid)
        .collect();
    assert_eq!(kids, ["a", "c"]);
    assert_eq!(NamedKey::read_set("[]"), None);
}

fn token(header: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.AAAA", part(header), part(&json!({})))
}

#[test]
fn without_a_name_a_key_is_chosen_only_where_there_is_no_choice() {
    let ed = |kid: Option<&str>, alg: Option<&str>| NamedKey {
        key: PublicKey::Ed([1; 32]),
        kid: kid.map(str::to_owned),
        alg: alg.map(str::to_owned),
    };
    let ec = NamedKey {
        key: PublicKey::Ec([1; 32], [1; 32]),
        kid: None,
        alg: None,
    };
    let among = |header: Value, keys: &[NamedKey]| {
        let text = token(&header);
        Signed::read(&text)
            .expect("in form")
            .key_among(keys)
            .is_some()
    };
    let eddsa = json!({ "alg": "EdDSA" });
    assert!(among(eddsa.clone(), &[ed(Some("a"), None), ec.clone()]));
    assert!(!among(
        eddsa.clone(),
        &[ed(Some("a"), None), ed(Some("b"), None)]
    ));
    assert!(!among(eddsa, &[ed(Some("a"), Some("RS256"))]));
    let named = json!({ "alg": "EdDSA", "kid": "b" });
    assert!(among(
        named.clone(),
        &[ed(Some("a"), None), ed(Some("b"), None)]
    ));
    assert!(!among(named.clone(), &[ed(None, None)]));
    assert!(!among(
        json!({ "alg": "HS256", "kid": "b" }),
        &[ed(Some("b"), None)]
    ));
    assert!(!among(json!({ "alg": "none" }), &[ed(None, None), ec]));
}

#[test]
fn what_is_not_understood_must_not_be_demanded() {
    assert!(Signed::read(&token(&json!({ "alg": "ES256" }))).is_some());
    for header in [
        json!({ "alg": "ES256", "crit": ["b64"] }),
        json!({ "alg": "ES256", "crit": [] }),
        json!({ "alg": "ES256", "crit": null }),
        json!({ "typ": "JWT" }),
        json!([]),
    ] {
        assert!(Signed::read(&token(&header)).is_none(), "{header}");
    }
    for text in ["", ".", "..", "...", "a.b.c", "e30.e30.", "e30.e30.e30.e30"] {
        assert!(Signed::read(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn reading_keys_and_tokens_of_strangers_never_panics(
        text in ".{0,200}",
        alg in "ES256|RS256|PS256|EdDSA|HS256|none",
        kty in "EC|RSA|OKP|oct",
        crv in "P-256|Ed25519|P-384",
        x in prop::collection::vec(any::<u8>(), 0..70),
        n in prop::collection::vec(any::<u8>(), 0..520),
        e in prop::collection::vec(any::<u8>(), 0..6),
        signature in prop::collection::vec(any::<u8>(), 0..520),
    ) {
        let _ = Signed::read(&text);
        let _ = NamedKey::read_set(&text);
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = json!({ "kty": kty, "x": b64(&x), "y": b64(&x), "n": b64(&n), "e": b64(&e) });
        if kty != "RSA" {
            jwk["crv"] = json!(crv);
        }
        let header = json!({ "alg": alg });
        let token = format!("{}.{}.{}", b64(header.to_string().as_bytes()), b64(&x), b64(&signature));
        if let (Some(key), Some(signed)) = (PublicKey::read(&jwk), Signed::read(&token)) {
            let _ = key.thumbprint();
            prop_assert!(!signed.is_by(&key));
        }
    }
}
