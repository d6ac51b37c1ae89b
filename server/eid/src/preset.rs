//! What is known beforehand of the providers that people use.

use crate::settings::Pushed;
use kobling_model::Level;
use serde::Deserialize;

/// A provider that is known beforehand, so that its configuration is the client's registration and little else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// ID-porten.
    Idporten,
    /// ID-porten's test environment, where everybody is made up.
    IdportenTest,
    /// Ansattporten, Digdir's port for employees.
    Ansattporten,
    /// Ansattporten's test environment.
    AnsattportenTest,
    /// BankID without ID-porten between.
    Bankid,
    /// One tenant of Entra ID.
    Entra,
    /// Google.
    Google,
    /// Any provider that keeps to OpenID Connect.
    #[default]
    Generic,
}

/// What a preset says where the configuration says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// What people call it.
    pub name: Option<&'static str>,
    /// Its issuer.
    pub issuer: Option<&'static str>,
    /// What its `acr` values are worth, the lowest first.
    pub acr_levels: &'static [(&'static str, Level)],
    /// Those of them that are asked for, the lowest first: the first that reaches the least that lets a person in.
    pub asked: &'static [&'static str],
    /// The least that lets a person in.
    pub minimum_level: Level,
    /// Scopes besides `openid`.
    pub scopes: &'static [&'static str],
    /// See [`Settings::subject_claims`](crate::Settings::subject_claims).
    pub subject_claims: &'static [&'static str],
    /// The claim with the national identity number.
    pub pid_claim: Option<&'static str>,
    /// Whether requests are pushed.
    pub pushed: Pushed,
    /// See [`Settings::require_auth_time`](crate::Settings::require_auth_time).
    pub require_auth_time: bool,
    /// See [`Settings::new_sign_in_prompt`](crate::Settings::new_sign_in_prompt).
    pub new_sign_in_prompt: &'static str,
    /// After how many minutes unused a session born here ends, which is also the most that can be configured.
    pub idle_minutes: Option<i64>,
    /// Whether a key must be announced by `kid` or certificate.
    pub names_key: bool,
    /// Whether everybody there is made up.
    pub test_only: bool,
}

/// Why an issuer is none of the preset's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// The preset knows none and the configuration names none.
    #[error("missing")]
    IssuerMissing,
    /// An issuer for several tenants: whoever makes a tenant of their own could sign in.
    #[error("must be that of one tenant: https://login.microsoftonline.com/TENANT-ID/v2.0")]
    ManyTenants,
}

const IDPORTEN_LEVELS: [(&str, Level); 6] = [
    ("selfregistered-email", Level::Low),
    ("idporten-loa-low", Level::Low),
    ("idporten-loa-substantial", Level::Substantial),
    ("eidas-loa-substantial", Level::Substantial),
    ("idporten-loa-high", Level::High),
    ("eidas-loa-high", Level::High),
];

const GENERIC: Defaults = Defaults {
    name: None,
    issuer: None,
    acr_levels: &IDPORTEN_LEVELS,
    asked: &[],
    minimum_level: Level::Substantial,
    scopes: &[],
    subject_claims: &["sub"],
    pid_claim: Some("pid"),
    pushed: Pushed::IfOffered,
    require_auth_time: false,
    new_sign_in_prompt: "login",
    idle_minutes: None,
    names_key: false,
    test_only: false,
};

const IDPORTEN: Defaults = Defaults {
    name: Some("ID-porten"),
    issuer: Some("https://idporten.no"),
    asked: &[
        "idporten-loa-low",
        "idporten-loa-substantial",
        "idporten-loa-high",
    ],
    scopes: &["profile"],
    pushed: Pushed::Always,
    require_auth_time: true,
    idle_minutes: Some(30),
    names_key: true,
    ..GENERIC
};

const ANSATTPORTEN: Defaults = Defaults {
    name: Some("Ansattporten"),
    issuer: Some("https://ansattporten.no"),
    // What an employer's own Entra ID is worth is the employer's to say: the least, unless configured.
    acr_levels: &[
        ("entraid", Level::Low),
        ("substantial", Level::Substantial),
        ("high", Level::High),
    ],
    asked: &["substantial", "high"],
    idle_minutes: None,
    ..IDPORTEN
};

const BANKID: Defaults = Defaults {
    name: Some("BankID"),
    issuer: Some("https://auth.bankid.no/auth/realms/prod"),
    acr_levels: &[
        ("urn:bankid:bis;LOA=3", Level::Substantial),
        ("urn:bankid:bim;LOA=4", Level::High),
        ("urn:bankid:bid;LOA=4", Level::High),
    ],
    asked: &["urn:bankid:bid;LOA=4"],
    scopes: &["profile"],
    pid_claim: Some("nnin_altsub"),
    ..GENERIC
};

/// `tid` and `oid` come with the scope `profile`. There is no `acr`.
const ENTRA: Defaults = Defaults {
    name: Some("Microsoft"),
    acr_levels: &[],
    minimum_level: Level::Low,
    scopes: &["profile"],
    subject_claims: &["tid", "oid"],
    pid_claim: None,
    ..GENERIC
};

/// Google knows no `prompt=login` and tells no `auth_time`: it can be made to let the person choose, no more.
const GOOGLE: Defaults = Defaults {
    name: Some("Google"),
    issuer: Some("https://accounts.google.com"),
    acr_levels: &[],
    minimum_level: Level::Low,
    pid_claim: None,
    new_sign_in_prompt: "select_account",
    ..GENERIC
};

impl Preset {
    /// What it says.
    #[must_use]
    pub const fn defaults(self) -> Defaults {
        match self {
            Self::Idporten => IDPORTEN,
            Self::IdportenTest => Defaults {
                issuer: Some("https://test.idporten.no"),
                test_only: true,
                ..IDPORTEN
            },
            Self::Ansattporten => ANSATTPORTEN,
            Self::AnsattportenTest => Defaults {
                issuer: Some("https://test.ansattporten.no"),
                test_only: true,
                ..ANSATTPORTEN
            },
            Self::Bankid => BANKID,
            Self::Entra => ENTRA,
            Self::Google => GOOGLE,
            Self::Generic => GENERIC,
        }
    }

    /// The issuer: the configured one, else the preset's.
    ///
    /// # Errors
    /// [`PresetError`].
    pub fn issuer(self, configured: Option<&str>) -> Result<String, PresetError> {
        let issuer = configured
            .or(self.defaults().issuer)
            .ok_or(PresetError::IssuerMissing)?;
        if self == Self::Entra && !names_one_tenant(issuer) {
            return Err(PresetError::ManyTenants);
        }
        Ok(issuer.to_owned())
    }

    /// What to ask for so that `minimum` is reached.
    #[must_use]
    pub fn acr_values(self, minimum: Level) -> Vec<String> {
        let defaults = self.defaults();
        let reaches = |acr: &str| {
            defaults
                .acr_levels
                .iter()
                .any(|(name, level)| *name == acr && *level >= minimum)
        };
        defaults
            .asked
            .iter()
            .find(|acr| reaches(acr))
            .map(|acr| (*acr).to_owned())
            .into_iter()
            .collect()
    }
}

/// Whether it is `…/TENANT-ID/v2.0`, the tenant by its UUID: that is how Entra ID names itself in its tokens.
fn names_one_tenant(issuer: &str) -> bool {
    let Some(tenant) = issuer
        .strip_suffix("/v2.0")
        .and_then(|rest| rest.rsplit('/').next())
    else {
        return false;
    };
    let parts: Vec<&str> = tenant.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The levels of ID-porten's `acr` values.
#[must_use]
pub fn idporten_levels() -> Vec<(String, Level)> {
    IDPORTEN_LEVELS
        .into_iter()
        .map(|(acr, level)| (acr.to_owned(), level))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Preset; 8] = [
        Preset::Idporten,
        Preset::IdportenTest,
        Preset::Ansattporten,
        Preset::AnsattportenTest,
        Preset::Bankid,
        Preset::Entra,
        Preset::Google,
        Preset::Generic,
    ];

    #[test]
    fn levels_of_every_preset_stand_in_order() {
        for preset in ALL {
            let defaults = preset.defaults();
            assert!(
                defaults.acr_levels.is_sorted_by_key(|(_, level)| *level),
                "{preset:?}"
            );
            for asked in defaults.asked {
                assert!(
                    defaults.acr_levels.iter().any(|(acr, _)| acr == asked),
                    "{preset:?}: {asked}"
                );
            }
        }
    }

    #[test]
    fn what_is_asked_for_follows_from_the_least_that_lets_a_person_in() {
        for (preset, minimum, asked) in [
            (Preset::Idporten, Level::Low, &["idporten-loa-low"][..]),
            (
                Preset::Idporten,
                Level::Substantial,
                &["idporten-loa-substantial"],
            ),
            (Preset::IdportenTest, Level::High, &["idporten-loa-high"]),
            (Preset::Ansattporten, Level::Low, &["substantial"]),
            (Preset::AnsattportenTest, Level::High, &["high"]),
            (
                Preset::Bankid,
                Level::Substantial,
                &["urn:bankid:bid;LOA=4"],
            ),
            (Preset::Entra, Level::Low, &[]),
            (Preset::Google, Level::Low, &[]),
            (Preset::Generic, Level::High, &[]),
        ] {
            assert_eq!(preset.acr_values(minimum), asked, "{preset:?} {minimum:?}");
        }
    }

    #[test]
    fn entra_takes_one_tenant_only() {
        let tenant = "https://login.microsoftonline.com/00000000-1111-2222-3333-444444444444/v2.0";
        assert_eq!(Preset::Entra.issuer(Some(tenant)).as_deref(), Ok(tenant));
        for issuer in [
            "https://login.microsoftonline.com/common/v2.0",
            "https://login.microsoftonline.com/organizations/v2.0",
            "https://login.microsoftonline.com/consumers/v2.0",
            "https://login.microsoftonline.com/{tenantid}/v2.0",
            "https://login.microsoftonline.com/nordvik.example/v2.0",
            "https://login.microsoftonline.com/00000000-1111-2222-3333-444444444444",
            "https://login.microsoftonline.com/00000000-1111-2222-3333-444444444444/v2.0/",
            "https://login.microsoftonline.com/0000000-01111-2222-3333-444444444444/v2.0",
            "https://login.microsoftonline.com/v2.0",
        ] {
            assert_eq!(
                Preset::Entra.issuer(Some(issuer)),
                Err(PresetError::ManyTenants),
                "{issuer}"
            );
        }
        assert_eq!(Preset::Entra.issuer(None), Err(PresetError::IssuerMissing));
        assert_eq!(
            Preset::Generic.issuer(None),
            Err(PresetError::IssuerMissing)
        );
    }

    #[test]
    fn issuers_of_the_known_providers_stand_to_the_letter() {
        for (preset, issuer) in [
            (Preset::Idporten, "https://idporten.no"),
            (Preset::IdportenTest, "https://test.idporten.no"),
            (Preset::Ansattporten, "https://ansattporten.no"),
            (Preset::AnsattportenTest, "https://test.ansattporten.no"),
            (Preset::Google, "https://accounts.google.com"),
        ] {
            assert_eq!(preset.issuer(None).as_deref(), Ok(issuer));
        }
        let simulated = "http://localhost:3002";
        assert_eq!(
            Preset::Idporten.issuer(Some(simulated)).as_deref(),
            Ok(simulated)
        );
    }
}
