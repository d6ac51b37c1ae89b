use super::*;
use kobling_model::time::Span;

pub(crate) const GOOD: &str = r#"
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
    crate::wiring::check(&config).map_err(|error| error.to_string())
}

#[test]
fn a_good_configuration_is_valid() {
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
        ("keys.rotate_days = -1", "keys.rotate_days"),
        ("keys.rotate_days = 3651", "keys.rotate_days"),
        ("audit.keep_days = -1", "audit.keep_days"),
        ("audit.keep_days = 36501", "audit.keep_days"),
        ("secrets.master_key = \"c2hvcnQ=\"", "secrets.master_key"),
        (
            "secrets.identity_key = \"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\"",
            "secrets.identity_key",
        ),
        (
            "secrets.master_key_file = \"/nowhere\"",
            "secrets.master_key",
        ),
        ("mail.smtp.tls = \"none\"", "mail.smtp.tls"),
        ("password.memory_kib = 1", "password.memory_kib"),
        ("password.queue_seconds = 0", "password.queue_seconds"),
        ("server.head_seconds = 0", "server.head_seconds"),
        ("server.stop_seconds = 26", "server.stop_seconds"),
    ] {
        let error = checked(&[setting]).expect_err(setting);
        assert!(error.contains(named), "{setting}: {error}");
    }
}

#[test]
fn an_address_hint_looks_like_an_address() {
    let with = |hint: &str| {
        let text = GOOD.replace(
            "contact = \"Brukerstøtte\"",
            &format!("contact = \"Brukerstøtte\"\naddress_hint = {hint:?}"),
        );
        let config = Config::read(&text, &[]).map_err(|error| error.to_string())?;
        crate::wiring::check(&config).map_err(|error| error.to_string())
    };
    assert_eq!(with("fornavn.etternavn@nordvik.example"), Ok(()));
    let long = format!("{}@nordvik.example", "x".repeat(65));
    for hint in [
        "",
        "fornavn.etternavn",
        "fornavn@nordvik.example\nBcc",
        "<fornavn>@nordvik.example",
        &long,
    ] {
        let error = with(hint).expect_err(hint);
        assert!(
            error.contains("organisation.nordvik.address_hint"),
            "{hint}: {error}"
        );
    }
}

#[test]
fn a_misspelt_section_is_named() {
    for (from, to) in [("[server", "[sever"), ("[mail", "[mial")] {
        let error = Config::read(&GOOD.replace(from, to), &[])
            .expect_err(to)
            .to_string();
        assert!(error.contains(&to[1..]), "{error}");
    }
}

#[test]
fn production_refuses_simulated_providers_and_synthetic_people() {
    let simulated = GOOD.replace("https://idporten.no", "http://localhost:3002");
    let config = Config::read(&simulated, &[]).expect("readable");
    let error = crate::wiring::check(&config)
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

#[test]
fn signing_keys_rotate_every_quarter_by_default() {
    for (settings, days) in [
        (&[][..], Some(90)),
        (&["keys.rotate_days = 7"], Some(7)),
        (&["keys.rotate_days = 0"], None),
    ] {
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let config = Config::read(GOOD, &settings).expect("reads");
        let rotation = config.settings().expect("holds").rotation;
        assert_eq!(rotation.every, days.map(|days| Span::hours(days * 24)));
    }
}

#[test]
fn the_audit_log_is_kept_for_400_days_by_default() {
    for (settings, days) in [
        (&[][..], Some(400)),
        (&["audit.keep_days = 0"], None),
        (&["audit.keep_days = 365"], Some(365)),
    ] {
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let config = Config::read(GOOD, &settings).expect("reads");
        let kept = config.settings().expect("holds").audit_kept;
        assert_eq!(kept, days.map(|days| Span::hours(days * 24)));
    }
}

#[test]
fn tokens_are_long_enough_distinct_and_named() {
    let (one, two) = ("a".repeat(32), "b".repeat(32));
    let good = [
        format!(
            "admin.token=[{{name=\"drift\",token=\"{one}\"}},{{name=\"vakt\",token=\"{two}\"}}]"
        ),
        format!("registration.tokens=[\"{one}\",\"{two}\"]"),
        format!("metrics.token=\"{one}\""),
    ];
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    assert_eq!(checked(&good), Ok(()));
    let short = "a".repeat(31);
    for (setting, named) in [
        (
            format!("admin.token=[{{name=\"drift\",token=\"{short}\"}}]"),
            "admin.token.drift.token: must be at least 32",
        ),
        (
            "admin.token=[{name=\"drift\"}]".to_owned(),
            "admin.token.drift.token: missing",
        ),
        (
            format!("admin.token=[{{name=\"\",token=\"{one}\"}}]"),
            "admin.token.name",
        ),
        (format!("admin.token=[{{token=\"{one}\"}}]"), "name"),
        (
            format!("admin.token=[{{name=\"a\",token=\"{one}\"}},{{name=\"a\",token=\"{two}\"}}]"),
            "a is used twice",
        ),
        (
            format!("admin.token=[{{name=\"a\",token=\"{one}\"}},{{name=\"b\",token=\"{one}\"}}]"),
            "the same token is used twice",
        ),
        (
            "admin.token=[{name=\"a\",token_file=\"/nowhere\"}]".to_owned(),
            "/nowhere",
        ),
        (
            format!("registration.tokens=[\"{short}\"]"),
            "registration.token: must be at least 32",
        ),
        (
            format!("registration.tokens=[\"{one}\",\"{one}\"]"),
            "the same token is used twice",
        ),
        (
            "registration.token_files=[\"/nowhere\"]".to_owned(),
            "/nowhere",
        ),
        (
            format!("metrics.token=\"{short}\""),
            "metrics.token: must be at least 32",
        ),
        (
            format!("metrics.token=\"{one}\u{e6}\""),
            "metrics.token: must contain visible ASCII",
        ),
    ] {
        let error = checked(&[&setting]).expect_err(&setting);
        assert!(error.contains(named), "{setting}: {error}");
        assert!(!error.contains(&one) && !error.contains(&short), "{error}");
    }
}

#[test]
fn what_is_wrong_with_a_client_is_named_as_it_stands_in_the_file() {
    let client = |more: &str| {
        format!(
            "client=[{{id=\"kart\",name=\"Kart\",redirect_uris=[\"https://kart.example/cb\"],{more}}}]"
        )
    };
    for (more, named) in [
        ("secret=\"short\"", "client.kart.secret"),
        ("jwks=\"{\"", "client.kart.jwks"),
        (
            "jwks_uri=\"http://kart.example/jwks\"",
            "client.kart.jwks_uri",
        ),
        (
            "back_channel_logout=\"http://kart.example/out\"",
            "client.kart.back_channel_logout",
        ),
        (
            "post_logout_redirect_uris=[\"javascript:alert(1)\"]",
            "client.kart.post_logout_redirect_uris",
        ),
        ("organisation=\"nowhere\"", "client.kart.organisation"),
        ("only_providers=[\"nobody\"]", "client.kart.only_providers"),
        (
            "secret=\"en lang og hemmelig tekst\",jwks_uri=\"https://kart.example/jwks\"",
            "client.kart.secret",
        ),
    ] {
        let setting = client(more);
        let error = checked(&[&setting]).expect_err(&setting);
        assert!(error.contains(named), "{setting}: {error}");
    }
    for (from, to, named) in [
        ("https://kart", "http://kart", "client.kart.redirect_uris"),
        (
            "cb\"]",
            "cb\",\"https://b.example/\"],pairwise=true",
            "client.kart.pairwise",
        ),
        ("\"Kart\"", "\"\"", "client.kart.name"),
    ] {
        let setting = client("native=false").replace(from, to);
        let error = checked(&[&setting]).expect_err(&setting);
        assert!(error.contains(named), "{setting}: {error}");
    }
    assert_eq!(
        checked(&[&client("signing=\"RS256\",refresh=true")]),
        Ok(())
    );
}

/// The sections in the document, and their structs.
const SECTIONS: [(&str, &str); 22] = [
    ("[server]", "ServerSection"),
    ("[database]", "DatabaseSection"),
    ("[secrets]", "SecretsSection"),
    ("[mail]", "MailSection"),
    ("[mail.smtp]", "SmtpSection"),
    ("[password]", "PasswordSection"),
    ("[session]", "SessionSection"),
    ("[recovery]", "RecoverySection"),
    ("[link]", "LinkSection"),
    ("[limits]", "LimitsSection"),
    ("[audit]", "AuditSection"),
    ("[keys]", "KeysSection"),
    ("[log]", "LogSection"),
    ("[[organisation]]", "OrganisationSection"),
    ("[[provider]]", "ProviderSection"),
    ("[[client]]", "ClientSection"),
    // The only key of `[admin]` is the table of tokens.
    ("[admin]", "NamedToken"),
    ("[registration]", "RegistrationSection"),
    ("[metrics]", "MetricsSection"),
    ("[branding]", "BrandingSection"),
    ("[languages]", "LanguagesSection"),
    ("[sign_in]", "SignInSection"),
];

/// The keys of the structs of a section, read from their source.
fn fields_of(source: &'static str) -> Vec<(&'static str, Vec<String>)> {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    let (mut name, mut renamed) = (None, None);
    for line in source.lines() {
        let code = line.trim();
        if let Some(rest) = line.strip_prefix("pub struct ") {
            name = rest.strip_suffix(" {");
            all.extend(name.map(|name| (name, Vec::new())));
        } else if line == "}" {
            name = None;
        } else if name.is_some()
            && let Some((_, rest)) = code.split_once("rename = \"")
        {
            renamed = rest.split('"').next().map(ToOwned::to_owned);
        } else if name.is_some()
            && let Some((field, _)) = code.strip_prefix("pub ").and_then(|c| c.split_once(": "))
            && let Some((_, fields)) = all.last_mut()
        {
            fields.push(renamed.take().unwrap_or_else(|| field.to_owned()));
        }
    }
    all
}

/// The keys in the tables below a heading of the documentation, with the text under *default*.
fn documented(section: &str) -> Vec<(&'static str, &'static str)> {
    let text = include_str!("../../../docs/CONFIGURATION.md");
    let mut keys = Vec::new();
    let (mut here, mut table) = (false, false);
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            here = heading == format!("`{section}`");
        }
        table = line.starts_with("| key") || (table && line.starts_with('|'));
        if here
            && table
            && let Some(cell) = line.strip_prefix("| `")
            && let Some((cell, rest)) = cell.split_once("` | ")
            && let Some(default) = rest.split(" | ").nth(1)
        {
            let default = default.trim_end_matches(" |");
            keys.extend(cell.split("`, `").map(|key| (key, default)));
        }
    }
    keys
}

#[test]
fn the_document_has_every_key_and_no_other() {
    let structs: Vec<_> = [
        include_str!("bearer.rs"),
        include_str!("branding.rs"),
        include_str!("client.rs"),
        include_str!("database.rs"),
        include_str!("mail.rs"),
        include_str!("operation.rs"),
        include_str!("password.rs"),
        include_str!("provider.rs"),
        include_str!("secret.rs"),
        include_str!("server.rs"),
        include_str!("session.rs"),
    ]
    .into_iter()
    .flat_map(fields_of)
    .filter(|(name, _)| name.ends_with("Section") || *name == "NamedToken")
    .collect();
    for (section, name) in SECTIONS {
        let (_, fields) = structs.iter().find(|(of, _)| *of == name).expect(name);
        let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        // They have a table of their own in the documentation.
        fields.retain(|field| (name, *field) != ("MailSection", "smtp"));
        fields.retain(|field| (name, *field) != ("OrganisationSection", "branding"));
        let mut keys: Vec<&str> = documented(section).iter().map(|(key, _)| *key).collect();
        fields.sort_unstable();
        keys.sort_unstable();
        assert_eq!(keys, fields, "{section}");
    }
    let listed = |name| SECTIONS.iter().any(|(_, of)| *of == name) || name == "AdminSection";
    for (name, _) in structs {
        assert!(listed(name), "{name} has no section in the document");
    }
}

#[test]
fn the_document_has_every_default() {
    let defaults = Figment::from(Toml::string(DEFAULTS));
    let Config { server, mail, .. } = Config::read(GOOD, &[]).expect("reads");
    let beside_the_field = [
        ("server.listen", server.listen.to_string()),
        ("server.site_name", server.site_name),
        ("server.behind_proxy", server.behind_proxy.to_string()),
        ("server.mode", format!("{:?}", server.mode).to_lowercase()),
        ("server.head_seconds", server.head_seconds.to_string()),
        ("server.body_seconds", server.body_seconds.to_string()),
        ("server.idle_seconds", server.idle_seconds.to_string()),
        ("server.stop_seconds", server.stop_seconds.to_string()),
        ("mail.retry_seconds", mail.retry_seconds.to_string()),
        (
            "mail.smtp.timeout_seconds",
            mail.smtp.timeout_seconds.to_string(),
        ),
    ];
    let tables = SECTIONS.iter().filter(|(name, _)| !name.starts_with("[["));
    for (section, _) in tables {
        for (key, written) in documented(section) {
            let name = format!("{}.{key}", section.trim_matches(['[', ']']));
            let in_code = match defaults.extract_inner::<serde_json::Value>(&name) {
                Ok(value) => Some(value.to_string().trim_matches('"').to_owned()),
                Err(_) => beside_the_field
                    .iter()
                    .find(|(field, _)| *field == name)
                    .map(|(_, value)| value.clone()),
            };
            // A value is code or a number; anything else is a sentence about a key without a default.
            let value = written.trim_matches('`');
            let is_value = written.starts_with('`') || written.parse::<i64>().is_ok();
            match in_code.filter(|value| value != "[]") {
                Some(default) => assert_eq!(value, default, "{name}"),
                None => assert!(!is_value, "{name}: {written}"),
            }
        }
    }
}
