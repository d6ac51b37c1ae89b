//! The error of every server function: a problem of the closed set, never a sentence.

use crate::codec::Code;
use kobling_model::Problem;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What a server function answers when it cannot do what it was asked.
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
