//! Requests beside the scopes: individual claims (OpenID Connect Core §5.5) and the level of assurance.

use crate::auth::session::Method;
use kobling_model::Level;
use serde::{Deserialize, Serialize};

/// The supported claims about a person that are requested. `email` includes `email_verified`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wanted {
    /// `name`.
    #[serde(default)]
    pub name: bool,
    /// `email` and `email_verified`.
    #[serde(default)]
    pub email: bool,
}

/// The claims that the `claims` parameter requests beside the scopes, by where they are returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimsWanted {
    /// In the ID token.
    #[serde(default)]
    pub id_token: Wanted,
    /// At the userinfo endpoint.
    #[serde(default)]
    pub userinfo: Wanted,
}

impl ClaimsWanted {
    /// Whether no claim is requested.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Wanted {
    /// Adds the claims of the scopes.
    #[must_use]
    pub fn with_scope(self, scope: &str) -> Self {
        let granted = |wanted: &str| scope.split(' ').any(|word| word == wanted);
        Self {
            name: self.name || granted("profile"),
            email: self.email || granted("email"),
        }
    }
}

/// The requested `acr` values, any one of which satisfies the request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AcrWanted {
    /// `acr` values of the providers, or names of levels, in order of preference.
    pub values: Vec<String>,
    /// Whether one of the values is required (OpenID Connect Core §5.5.1.1). Otherwise the best available is returned.
    pub essential: bool,
}

/// The names of the levels, which are valid for every provider.
pub const LEVELS: [(&str, Level); 3] = [
    ("low", Level::Low),
    ("substantial", Level::Substantial),
    ("high", Level::High),
];

/// The `acr` and the level of assurance of a sign-in. A password has no level.
#[must_use]
pub fn worth(method: &Method) -> (&str, Option<Level>) {
    match method {
        Method::Password => ("pwd", None),
        Method::Eid { level, acr, .. } => {
            let name = LEVELS.iter().find(|(_, known)| known == level);
            let own = acr.as_deref().or(name.map(|(name, _)| *name));
            (own.unwrap_or_default(), Some(*level))
        }
    }
}

impl AcrWanted {
    /// The requested `acr` value that the sign-in meets: its own value, otherwise one of exactly its level, otherwise
    /// the first of a lower level. `None` if it meets none.
    pub fn met_by<'a>(
        &'a self,
        method: &'a Method,
        level_of: impl Fn(&str) -> Option<Level>,
    ) -> Option<&'a str> {
        let (own, level) = worth(method);
        if let Some(same) = self.values.iter().find(|value| *value == own) {
            return Some(same);
        }
        let level = level?;
        let known = || {
            self.values
                .iter()
                .filter_map(|value| Some((value.as_str(), level_of(value)?)))
        };
        known()
            .find(|(_, asked)| *asked == level)
            .or_else(|| known().find(|(_, asked)| *asked < level))
            .map(|(value, _)| value)
    }

    /// The lowest level that meets the request; `None` if no value is known.
    pub fn least(&self, level_of: impl Fn(&str) -> Option<Level>) -> Option<Level> {
        self.values.iter().filter_map(|value| level_of(value)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kobling_model::{LinkId, ProviderId};

    fn eid(level: Level, acr: Option<&str>) -> Method {
        Method::Eid {
            provider: ProviderId::parse("bankid").expect("a name"),
            link: LinkId(uuid::Uuid::nil()),
            level,
            acr: acr.map(str::to_owned),
            method: None,
            sid: None,
        }
    }

    fn level_of(acr: &str) -> Option<Level> {
        match acr {
            "idporten-loa-high" => Some(Level::High),
            "idporten-loa-substantial" => Some(Level::Substantial),
            other => LEVELS
                .iter()
                .find_map(|(name, level)| (*name == other).then_some(*level)),
        }
    }

    fn wanted(values: &[&str]) -> AcrWanted {
        AcrWanted {
            values: values.iter().map(|&value| value.to_owned()).collect(),
            essential: false,
        }
    }

    #[test]
    fn the_acr_is_returned_as_it_was_requested() {
        let high = eid(Level::High, Some("idporten-loa-high"));
        for (asked, answer) in [
            (
                &["idporten-loa-substantial", "idporten-loa-high"][..],
                Some("idporten-loa-high"),
            ),
            (&["high"], Some("high")),
            (&["substantial", "high"], Some("high")),
            (
                &["idporten-loa-substantial"],
                Some("idporten-loa-substantial"),
            ),
            (&["unheard-of"], None),
            (&[], None),
        ] {
            assert_eq!(wanted(asked).met_by(&high, level_of), answer, "{asked:?}");
        }
    }

    #[test]
    fn a_level_below_the_requested_acr_does_not_meet_it() {
        let substantial = eid(Level::Substantial, None);
        assert_eq!(wanted(&["high"]).met_by(&substantial, level_of), None);
        assert_eq!(
            wanted(&["high", "substantial"]).met_by(&substantial, level_of),
            Some("substantial")
        );
        assert_eq!(wanted(&["low"]).met_by(&Method::Password, level_of), None);
        assert_eq!(
            wanted(&["low", "pwd"]).met_by(&Method::Password, level_of),
            Some("pwd")
        );
    }

    #[test]
    fn the_lowest_known_acr_of_several_is_sufficient() {
        assert_eq!(
            wanted(&["high", "substantial"]).least(level_of),
            Some(Level::Substantial)
        );
        assert_eq!(
            wanted(&["unheard-of", "high"]).least(level_of),
            Some(Level::High)
        );
        assert_eq!(wanted(&["unheard-of"]).least(level_of), None);
    }

    #[test]
    fn single_claims_add_to_scopes() {
        let name = Wanted {
            name: true,
            email: false,
        };
        assert_eq!(
            name.with_scope("openid email"),
            Wanted {
                name: true,
                email: true
            }
        );
        assert_eq!(Wanted::default().with_scope("openid"), Wanted::default());
    }
}
