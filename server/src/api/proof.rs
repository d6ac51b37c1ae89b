//! Proof of work.

use crate::web::{ProblemJson, State};
use axum::{Json, extract::State as Shared};
use serde::Serialize;
use utoipa::ToSchema;

/// A challenge.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChallengeBody {
    /// The challenge as ALTCHA's JSON, in a string.
    challenge: String,
}

/// A new challenge, valid for ten minutes and single-use.
#[utoipa::path(get, path = "/proof-of-work", tag = "proof", responses((status = 200, body = ChallengeBody)))]
pub(crate) async fn challenge(
    Shared(state): Shared<State>,
) -> Result<Json<ChallengeBody>, ProblemJson> {
    let challenge = state.kobling.proof_of_work.challenge()?;
    Ok(Json(ChallengeBody { challenge }))
}
