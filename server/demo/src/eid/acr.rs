//! Levels of assurance.

use crate::lang::Lang;

/// A level of assurance, as named in `acr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acr {
    SelfRegistered,
    Low,
    Substantial,
    High,
    EidasSubstantial,
    EidasHigh,
}

impl Acr {
    pub(crate) const ALL: [Self; 6] = [
        Self::High,
        Self::Substantial,
        Self::Low,
        Self::EidasHigh,
        Self::EidasSubstantial,
        Self::SelfRegistered,
    ];

    /// The name in requests and ID tokens.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SelfRegistered => "selfregistered-email",
            Self::Low => "idporten-loa-low",
            Self::Substantial => "idporten-loa-substantial",
            Self::High => "idporten-loa-high",
            Self::EidasSubstantial => "eidas-loa-substantial",
            Self::EidasHigh => "eidas-loa-high",
        }
    }

    /// The name that people are shown.
    pub(crate) const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::SelfRegistered => lang.pick(
                "Selvregistrert e-post",
                "Sjølvregistrert e-post",
                "Self-registered email",
            ),
            Self::Low => lang.pick("Lavt", "Lågt", "Low"),
            Self::Substantial => lang.pick("Betydelig", "Betydeleg", "Substantial"),
            Self::High => lang.pick("Høyt", "Høgt", "High"),
            Self::EidasSubstantial => {
                lang.pick("Betydelig, eIDAS", "Betydeleg, eIDAS", "Substantial, eIDAS")
            }
            Self::EidasHigh => lang.pick("Høyt, eIDAS", "Høgt, eIDAS", "High, eIDAS"),
        }
    }

    /// Parses a name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.name() == name)
    }

    /// Whether this level is as high as `wanted`, or higher.
    pub(crate) const fn reaches(self, wanted: Self) -> bool {
        self.rank() >= wanted.rank()
    }

    /// The level in an ID token with a level below the requested one.
    pub(crate) const fn below(self) -> Self {
        match self {
            Self::Low | Self::SelfRegistered => Self::SelfRegistered,
            _ => Self::Low,
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::SelfRegistered => 0,
            Self::Low => 1,
            Self::Substantial | Self::EidasSubstantial => 2,
            Self::High | Self::EidasHigh => 3,
        }
    }
}
