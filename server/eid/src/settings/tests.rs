use super::*;
use crate::idporten_levels;

fn settings() -> Settings {
    Settings {
        id: ProviderId::parse("bankid").expect("a name"),
        name: "BankID".into(),
        issuer: "https://idporten.example".into(),
        client_id: "client".into(),
        auth: ClientAuth::Basic("planted-secret".into()),
        redirect_uri: "https://kobling.example/eid/bankid/callback".into(),
        post_logout_redirect_uri: "https://kobling.example/eid/bankid/signed-out".into(),
        scopes: vec!["profile".into()],
        acr_values: vec!["idporten-loa-high".into()],
        acr_levels: idporten_levels(),
        minimum_level: Level::High,
        pid_claim: Some("pid".into()),
        refuse_synthetic: true,
        pushed: Pushed::default(),
        timeout: Duration::from_secs(10),
        onbehalfof: None,
        subject_claims: vec!["sub".into()],
        require_auth_time: true,
        new_sign_in_prompt: "login".into(),
        session_idle: Some(Span::minutes(30)),
        credential_expires: None,
    }
}

#[test]
fn issuers_without_tls_are_allowed_on_the_local_machine_only() {
    for (issuer, fine) in [
        ("https://idporten.example", true),
        ("https://eid.example/realms/nordvik", true),
        ("https://eid.example/{tenantid}/v2.0", false),
        ("http://localhost:3002", true),
        ("http://127.0.0.1:3002", true),
        ("http://[::1]:3002", true),
        ("http://idporten.example", false),
        ("http://localhost.example", false),
        ("http://127.0.0.1.example", false),
        ("http://localhost@evil.example", false),
        ("https://user:pass@eid.example", false),
        ("https://eid.example?x=1", false),
        ("https://eid.example#x", false),
        ("ftp://localhost", false),
        ("eid.example", false),
        ("", false),
    ] {
        let checked = Settings {
            issuer: issuer.into(),
            ..settings()
        }
        .check();
        let expected = if fine {
            Ok(())
        } else {
            Err(SettingsError::Issuer)
        };
        assert_eq!(checked, expected, "{issuer}");
    }
}

#[test]
fn invalid_settings_are_named() {
    type Change = fn(&mut Settings);
    let table: [(Change, SettingsError); 14] = [
        (
            |s| s.redirect_uri = "/eid/callback".into(),
            SettingsError::RedirectUri,
        ),
        (
            |s| s.post_logout_redirect_uri = "https://a.example/#b".into(),
            SettingsError::PostLogoutRedirectUri,
        ),
        (|s| s.client_id = " ".into(), SettingsError::ClientId),
        (
            |s| s.auth = ClientAuth::Post(String::new()),
            SettingsError::ClientSecret,
        ),
        (|s| s.scopes = vec!["a b".into()], SettingsError::Scopes),
        (
            |s| s.acr_values = vec!["Level9".into()],
            SettingsError::AcrWithoutLevel("Level9".into()),
        ),
        (
            |s| s.acr_values = vec!["idporten-loa-low".into()],
            SettingsError::AcrTooLow,
        ),
        (
            |s| s.pid_claim = Some(String::new()),
            SettingsError::PidClaim,
        ),
        (|s| s.timeout = Duration::ZERO, SettingsError::Timeout),
        (|s| s.subject_claims.clear(), SettingsError::SubjectClaims),
        (
            |s| s.subject_claims = vec!["tid".into(), "email".into()],
            SettingsError::SubjectClaims,
        ),
        (
            |s| s.subject_claims = vec!["pid".into()],
            SettingsError::SubjectClaims,
        ),
        (
            |s| s.new_sign_in_prompt = "none".into(),
            SettingsError::Prompt,
        ),
        (
            |s| s.session_idle = Some(Span(0)),
            SettingsError::SessionIdle,
        ),
    ];
    assert_eq!(settings().check(), Ok(()));
    for (change, expected) in table {
        let mut settings = settings();
        change(&mut settings);
        assert_eq!(settings.check(), Err(expected));
    }
}

#[test]
fn debug_output_contains_no_secret() {
    let mut settings = settings();
    assert!(!format!("{settings:?}").contains("planted"));
    settings.auth = ClientAuth::Post("planted-secret".into());
    assert!(!format!("{settings:?}").contains("planted"));
    settings.auth = ClientAuth::PrivateKeyJwt {
        key_pem: "planted-key".into(),
        kid: Some("k".into()),
        chain_pem: None,
        alg: AssertionAlg::Rs256,
    };
    assert!(!format!("{settings:?}").contains("planted"));
}

#[test]
fn algorithms_are_read_by_their_registered_names() {
    assert_eq!("ES256".parse(), Ok(AssertionAlg::Es256));
    for bad in ["none", "HS256", "rs256", ""] {
        assert_eq!(bad.parse::<AssertionAlg>(), Err(UnknownAlg), "{bad}");
    }
}

#[test]
fn a_required_level_is_requested_with_the_provider_s_acr() {
    let asking = |values: &[&str]| Settings {
        acr_values: values.iter().map(|&acr| acr.to_owned()).collect(),
        minimum_level: Level::Low,
        ..settings()
    };
    let both = asking(&["idporten-loa-substantial", "idporten-loa-high"]);
    assert_eq!(both.asked(None).len(), 2);
    assert_eq!(both.asked(Some(Level::Substantial)).len(), 2);
    assert_eq!(both.asked(Some(Level::High)), ["idporten-loa-high"]);
    let substantial = asking(&["idporten-loa-substantial"]);
    assert_eq!(substantial.asked(Some(Level::High)), ["idporten-loa-high"]);
    assert_eq!(substantial.highest(), Level::High);
    let silent = asking(&[]);
    assert!(silent.asked(Some(Level::High)).is_empty());
    assert_eq!(silent.highest(), Level::Low);
}
