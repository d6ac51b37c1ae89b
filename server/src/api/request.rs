//! Extractors of the handlers.

use crate::web::{ProblemJson, State, visitor};
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use kobling_domain::{Fault, Visitor, auth::session::Caller};
use kobling_model::Problem;
use serde::de::DeserializeOwned;

/// The signed-in person. Without a session the request is refused.
pub(crate) struct SignedIn {
    pub visitor: Visitor,
    pub caller: Caller,
}

impl FromRequestParts<State> for SignedIn {
    type Rejection = ProblemJson;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ProblemJson> {
        let visitor = visitor(state, parts);
        let caller = state.kobling.sessions.signed_in_caller(&visitor).await?;
        Ok(Self { visitor, caller })
    }
}

/// A JSON body. Any other is refused with a problem.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<State> for Body<T> {
    type Rejection = ProblemJson;

    async fn from_request(request: Request, state: &State) -> Result<Self, ProblemJson> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        if !is_json {
            return Err(ProblemJson(Problem::BadRequest));
        }
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ProblemJson(Problem::TooLarge))
            }
            Err(_) => Err(ProblemJson(Problem::BadRequest)),
        }
    }
}

/// An id in a path.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Problem(Problem::NotFound))
}
