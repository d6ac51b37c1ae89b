use super::*;
use crate::config::Config;

/// A configuration without a provider.
const REST: &str = r#"
[server]
origin = "https://konto.example"
[database]
url = "sqlite://kobling.db"
[secrets]
master_key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
identity_key = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
[mail]
from_name = "Konto"
from_address = "konto@konto.example"
[mail.smtp]
host = "smtp.konto.example"
port = 587
tls = "starttls"
[[provider]]
id = "eid"
client_id = "abc"
"#;

const SECRET: &str = "client_secret = \"en lang og hemmelig tekst\"";

/// Builds a provider from these lines.
fn build(mode: Mode, lines: &[&str]) -> Result<Settings, String> {
    let text = format!("{REST}{}\n", lines.join("\n"));
    let config = Config::read(&text, &[]).map_err(|error| error.to_string())?;
    config.providers[0]
        .build("https://konto.example", mode)
        .map_err(|error| error.to_string())
}

/// Builds a provider, and validates it as the eID client does.
fn checked(lines: &[&str]) -> Result<Settings, String> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = build(Mode::Production, lines)?;
    OidcProvider::new(
        settings.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )
    .map_err(|error| error.to_string())?;
    Ok(settings)
}

#[test]
fn idporten_is_a_preset_a_client_and_a_secret() {
    let built = checked(&["preset = \"idporten\"", SECRET]).expect("enough");
    assert_eq!(built.name, "ID-porten");
    assert_eq!(built.issuer, "https://idporten.no");
    assert_eq!(built.acr_values, ["idporten-loa-substantial"]);
    assert_eq!(built.minimum_level, Level::Substantial);
    assert_eq!(built.scopes, ["profile"]);
    assert_eq!(built.subject_claims, ["sub"]);
    assert_eq!(built.pid_claim.as_deref(), Some("pid"));
    assert_eq!(built.pushed, Pushed::Always);
    assert_eq!(built.session_idle, Some(Span::minutes(30)));
    assert!(built.require_auth_time);
    assert!(built.refuse_synthetic);
    assert_eq!(built.redirect_uri, "https://konto.example/eid/eid/callback");
}

#[test]
fn the_other_presets_are_a_few_lines_too() {
    let ansattporten = checked(&["preset = \"ansattporten\"", SECRET]).expect("enough");
    assert_eq!(ansattporten.issuer, "https://ansattporten.no");
    assert_eq!(ansattporten.acr_values, ["substantial"]);
    assert_eq!(ansattporten.session_idle, None);
    assert!(ansattporten.require_auth_time);

    let bankid = checked(&["preset = \"bankid\"", SECRET]).expect("enough");
    assert_eq!(bankid.acr_values, ["urn:bankid:bid;LOA=4"]);
    assert_eq!(bankid.pid_claim.as_deref(), Some("nnin_altsub"));
    assert_eq!(bankid.subject_claims, ["sub"]);
    let bankid = checked(&[
        "preset = \"bankid\"",
        "subject_claims = [\"bankid_altsub\"]",
        SECRET,
    ]);
    assert_eq!(bankid.expect("enough").subject_claims, ["bankid_altsub"]);

    let issuer = "https://login.microsoftonline.com/00000000-1111-2222-3333-444444444444/v2.0";
    let entra = checked(&[
        "preset = \"entra\"",
        &format!("issuer = \"{issuer}\""),
        SECRET,
    ]);
    let entra = entra.expect("enough");
    assert_eq!(entra.issuer, issuer);
    assert_eq!(entra.subject_claims, ["tid", "oid"]);
    assert_eq!(entra.pid_claim, None);
    assert_eq!(entra.minimum_level, Level::Low);

    let google = checked(&["preset = \"google\"", SECRET]).expect("enough");
    assert_eq!(google.issuer, "https://accounts.google.com");
    assert_eq!(google.subject_claims, ["sub"]);
    assert_eq!(google.new_sign_in_prompt, "select_account");
    assert!(google.acr_values.is_empty());
}

#[test]
fn test_environments_work_in_mode_test_only() {
    for (preset, issuer) in [
        ("idporten-test", "https://test.idporten.no"),
        ("ansattporten-test", "https://test.ansattporten.no"),
    ] {
        let line = format!("preset = \"{preset}\"");
        let built = build(Mode::Test, &[&line, SECRET]).expect("enough");
        assert_eq!(built.issuer, issuer);
        assert!(!built.refuse_synthetic);
        let error = build(Mode::Production, &[&line, SECRET]).expect_err(preset);
        assert!(error.starts_with("provider.eid.preset:"), "{error}");
    }
}

#[test]
fn what_is_configured_overrides_the_preset() {
    let built = build(
        Mode::Test,
        &[
            "preset = \"idporten\"",
            "name = \"BankID\"",
            "issuer = \"http://localhost:3002\"",
            "minimum_level = \"high\"",
            "scopes = []",
            "pid_claim = \"\"",
            "pushed = \"never\"",
            "require_auth_time = false",
            "idle_minutes = 15",
            "acr_levels = { \"eidas-loa-high\" = \"substantial\" }",
            SECRET,
        ],
    )
    .expect("sound");
    assert_eq!(built.name, "BankID");
    assert_eq!(built.issuer, "http://localhost:3002");
    assert_eq!(built.acr_values, ["idporten-loa-high"]);
    assert!(built.scopes.is_empty());
    assert_eq!(built.pid_claim, None);
    assert_eq!(built.pushed, Pushed::Never);
    assert!(!built.require_auth_time);
    assert_eq!(built.session_idle, Some(Span::minutes(15)));
    let worth: Vec<Level> = built
        .acr_levels
        .iter()
        .filter_map(|(acr, level)| (acr == "eidas-loa-high").then_some(*level))
        .collect();
    assert_eq!(worth, [Level::Substantial], "once, and as configured");
    let asked = build(
        Mode::Test,
        &[
            "preset = \"ansattporten\"",
            "minimum_level = \"low\"",
            "acr_values = [\"entraid\"]",
            SECRET,
        ],
    );
    assert_eq!(asked.expect("sound").acr_values, ["entraid"]);
}

#[test]
fn days_are_dates_or_texts() {
    for line in [
        "secret_expires = 2027-01-15",
        "secret_expires = \"2027-01-15\"",
    ] {
        let built = checked(&["preset = \"idporten\"", SECRET, line]).expect(line);
        assert_eq!(
            built.credential_expires,
            Some(Timestamp::from_seconds(1_799_971_200))
        );
    }
    for line in [
        "secret_expires = 2027-01-15T10:00:00Z",
        "secret_expires = 10:00:00",
        "secret_expires = \"next week\"",
        "secret_expires = 20270115",
    ] {
        let error = checked(&["preset = \"idporten\"", SECRET, line]).expect_err(line);
        assert!(error.contains("secret_expires"), "{line}: {error}");
    }
}

#[test]
fn what_is_wrong_with_a_provider_is_named() {
    let key = "private_key_file = \"/nowhere\"";
    for (lines, named) in [
        (&["preset = \"difi\"", SECRET][..], "preset"),
        (&["preset = \"generic\"", "name = \"A\"", SECRET], "issuer"),
        (
            &["issuer = \"https://eid.example\"", SECRET],
            "provider.eid.name",
        ),
        (&["preset = \"entra\"", SECRET], "provider.eid.issuer"),
        (
            &[
                "preset = \"entra\"",
                "issuer = \"https://login.microsoftonline.com/common/v2.0\"",
                SECRET,
            ],
            "provider.eid.issuer",
        ),
        (
            &[
                "preset = \"idporten\"",
                "issuer = \"http://idporten.no\"",
                SECRET,
            ],
            "provider.eid.issuer",
        ),
        (
            &["preset = \"idporten\"", "idle_minutes = 31", SECRET],
            "provider.eid.idle_minutes",
        ),
        (
            &["preset = \"google\"", "idle_minutes = 0", SECRET],
            "provider.eid.idle_minutes",
        ),
        (
            &[
                "preset = \"google\"",
                "subject_claims = [\"email\"]",
                SECRET,
            ],
            "subject_claims",
        ),
        (
            &["preset = \"idporten\"", "acr_values = [\"high\"]", SECRET],
            "acr_values",
        ),
        (&["preset = \"idporten\"", key], "provider.eid.kid"),
        (
            &["preset = \"idporten\"", key, "kid = \"a\""],
            "provider.eid.private_key_file",
        ),
        (
            &["preset = \"idporten\"", key, SECRET],
            "provider.eid.private_key_file",
        ),
        (
            &["preset = \"idporten\"", SECRET, "key_expires = 2027-01-15"],
            "provider.eid.key_expires",
        ),
        (
            &[
                "preset = \"idporten\"",
                SECRET,
                "certificate_file = \"/nowhere\"",
            ],
            "provider.eid.certificate_file",
        ),
        (
            &[
                "preset = \"idporten\"",
                key,
                "kid = \"a\"",
                "secret_expires = 2027-01-15",
            ],
            "provider.eid.secret_expires",
        ),
        (&["preset = \"idporten\""], "provider.eid.private_key_file"),
    ] {
        let error = checked(lines).expect_err(named);
        assert!(error.contains(named), "{lines:?}: {error}");
    }
}
