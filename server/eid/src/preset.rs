//! Presets: defaults for known providers.

use crate::settings::Pushed;
use kobling_model::Level;
use serde::Deserialize;

/// A known provider, whose configuration is little more than the client's registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// ID-porten.
    Idporten,
    /// ID-porten's test environment, with synthetic people.
    IdportenTest,
    /// Ansattporten, Digdir's service for employees.
    Ansattporten,
    /// Ansattporten's test environment.
    AnsattportenTest,
    /// BankID directly, without ID-porten.
    Bankid,
    /// One tenant of Entra ID.
    Entra,
    /// Google.
    Google,
    /// Any provider that supports OpenID Connect.
    #[default]
    Generic,
}

/// Values that a preset supplies if the configuration does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// Display name.
    pub name: Option<&'static str>,
    /// Its issuer.
    pub issuer: Option<&'static str>,
    /// Level of each `acr` value, lowest first.
    pub acr_levels: &'static [(&'static str, Level)],
    /// The `acr` values to request, lowest first: the first that reaches the minimum level is used.
    pub asked: &'static [&'static str],
    /// The lowest level accepted.
    pub minimum_level: Level,
    /// Scopes in addition to `openid`.
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
    /// Idle limit in minutes of sessions created by this provider, and the maximum that can be configured.
    pub idle_minutes: Option<i64>,
    /// Whether a key needs a `kid` or a certificate.
    pub names_key: bool,
    /// Whether all people there are synthetic.
    pub test_only: bool,
}

/// Why an issuer is not valid for the preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// Neither preset nor configuration has an issuer.
    #[error("missing")]
    IssuerMissing,
    /// A multi-tenant issuer: anybody who creates a tenant could sign in.
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
    // The level of an employer's own Entra ID is for the operator to configure; the default is the lowest.
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

/// Google supports neither `prompt=login` nor `auth_time`; it can only ask the person to choose an account.
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

    /// The configured issuer, else the preset's.
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

    /// The `acr` values to request to reach `minimum`.
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

/// Whether it is `…/TENANT-ID/v2.0` with the tenant's UUID, the form of the issuer in Entra ID's tokens.
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
    fn the_levels_of_every_preset_are_in_order() {
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
    fn the_requested_acr_follows_from_the_minimum_level() {
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
    fn the_issuers_of_the_presets_are_exact() {
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
