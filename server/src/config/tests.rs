use super::*;

const GOOD: &str = r#"
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
[[organisation]]
key = "nordvik"
name = "Nordvik kommune"
contact = "Brukerstøtte"
[[provider]]
id = "bankid"
name = "BankID"
issuer = "https://idporten.no"
client_id = "abc"
client_secret = "en lang og hemmelig tekst"
acr_values = ["idporten-loa-high"]
[[client]]
id = "startside"
name = "Startside"
secret = "en lang og hemmelig tekst"
redirect_uris = ["https://start.example/callback"]
organisation = "nordvik"
provider = "bankid"
"#;

fn checked(settings: &[&str]) -> Result<(), String> {
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    let config = Config::read(GOOD, &settings).map_err(|error| error.to_string())?;
    crate::house::check(&config).map_err(|error| error.to_string())
}

#[test]
fn a_good_configuration_holds() {
    assert_eq!(checked(&[]), Ok(()));
}

#[test]
fn what_is_wrong_is_named() {
    for (setting, named) in [
        ("server.origin = \"http://konto.example\"", "server.origin"),
        (
            "server.origin = \"https://konto.example/\"",
            "server.origin",
        ),
        ("server.orign = \"https://konto.example\"", "orign"),
        ("password.min_length = 4", "password.min_length"),
        ("password.preset = \"loose\"", "preset"),
        ("session.idle_minutes = 0", "session.idle_minutes"),
        ("secrets.master_key = \"c2hvcnQ=\"", "secrets.master_key"),
        (
            "secrets.identity_key = \"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\"",
            "secrets.identity_key",
        ),
        (
            "secrets.master_key_file = \"/nowhere\"",
            "secrets.master_key",
        ),
        ("mail.smtp.tls = \"none\"", "mail."),
    ] {
        let error = checked(&[setting]).expect_err(setting);
        assert!(error.contains(named), "{setting}: {error}");
    }
}

#[test]
fn production_refuses_simulated_providers_and_synthetic_people() {
    let simulated = GOOD.replace("https://idporten.no", "http://localhost:3002");
    let config = Config::read(&simulated, &[]).expect("readable");
    let error = crate::house::check(&config)
        .expect_err("production is https alone")
        .to_string();
    assert!(error.contains("provider.bankid.issuer"), "{error}");

    let config = Config::read(GOOD, &[]).expect("readable");
    let built = config.providers[0]
        .build("https://konto.example", config.server.mode)
        .expect("good");
    assert!(built.refuse_synthetic);
}

#[test]
fn secrets_stay_out_of_debug() {
    let config = Config::read(GOOD, &[]).expect("readable");
    let text = format!("{config:?}");
    for secret in ["AQEBAQ", "AgICAg", "hemmelig"] {
        assert!(!text.contains(secret), "{text}");
    }
}
