//! The error of every server function: a [`Problem`], whose text is chosen where it is shown.

use kobling_model::Problem;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// The error of a server function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UiError(pub Problem);

impl FromServerFnError for UiError {
    type Encoder = Code;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Problem::BadRequest,
            _ => Problem::Unavailable,
        })
    }
}

/// Encodes a problem as its code, a JSON string.
pub struct Code;

impl ContentType for Code {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Code {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<UiError> for Code {
    type Error = Infallible;

    fn encode(error: &UiError) -> Result<Bytes, Self::Error> {
        Ok(format!("\"{}\"", error.0).into())
    }
}

impl Decodes<UiError> for Code {
    type Error = &'static str;

    fn decode(bytes: Bytes) -> Result<UiError, Self::Error> {
        let text = str::from_utf8(&bytes).unwrap_or_default();
        problem(text).map(UiError).ok_or("unknown problem code")
    }
}

/// The problem in the response of a server function.
pub(crate) fn problem(answer: &str) -> Option<Problem> {
    Problem::from_code(answer.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_cross_as_json() {
        for problem in Problem::ALL {
            let bytes = Code::encode(&UiError(*problem)).expect("serialises");
            let json = leptos::serde_json::to_vec(problem).expect("serialises");
            assert_eq!(bytes, json);
            assert_eq!(Code::decode(bytes), Ok(UiError(*problem)));
        }
        assert!(Code::decode("{}".into()).is_err());
    }
}
