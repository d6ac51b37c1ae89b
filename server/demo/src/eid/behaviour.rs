//! Errors that a tester can select for one sign-in.

/// How the provider behaves for one sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behaviour {
    #[default]
    Normal,
    WrongIssuer,
    WrongAudience,
    WrongNonce,
    WrongSignature,
    LowAcr,
    IssuedInFuture,
    Expired,
    ResponseWrongIss,
    AlgNone,
    TokenError,
    TokenSlow,
    TemporarilyUnavailable,
    ServerError,
    NoPid,
}

impl Behaviour {
    pub(crate) const ALL: [Self; 15] = [
        Self::Normal,
        Self::WrongIssuer,
        Self::WrongAudience,
        Self::WrongNonce,
        Self::WrongSignature,
        Self::LowAcr,
        Self::IssuedInFuture,
        Self::Expired,
        Self::ResponseWrongIss,
        Self::AlgNone,
        Self::TokenError,
        Self::TokenSlow,
        Self::TemporarilyUnavailable,
        Self::ServerError,
        Self::NoPid,
    ];

    /// The value in the sign-in form.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::WrongNonce => "wrong_nonce",
            Self::WrongSignature => "wrong_signature",
            Self::LowAcr => "low_acr",
            Self::IssuedInFuture => "issued_in_future",
            Self::Expired => "expired",
            Self::ResponseWrongIss => "response_wrong_iss",
            Self::AlgNone => "alg_none",
            Self::TokenError => "token_error",
            Self::TokenSlow => "token_slow",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
            Self::NoPid => "no_pid",
        }
    }

    /// Parses a value of the sign-in form; an unknown one means normal behaviour.
    pub(crate) fn parse(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|behaviour| behaviour.code() == code)
            .unwrap_or_default()
    }

    /// The error in the redirect instead of a code, if any (RFC 6749 §4.1.2.1).
    pub(crate) const fn response_error(self) -> Option<&'static str> {
        match self {
            Self::TemporarilyUnavailable => Some("temporarily_unavailable"),
            Self::ServerError => Some("server_error"),
            _ => None,
        }
    }
}
