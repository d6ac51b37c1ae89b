//! Linked identities.

use super::{Body, SignedIn, account::no_content, id};
use crate::web::{ProblemBody, ProblemJson, State};
use axum::{
    Json,
    extract::{FromRequest, Path, Request, State as Shared},
    response::Response,
};
use kobling_domain::kernel::localised::Localised;
use kobling_domain::kernel::secret::Password;
use kobling_model::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A linked identity.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkBody {
    /// The link's id.
    id: String,
    /// The provider's short name.
    provider: String,
    /// The provider's display name.
    provider_name: String,
    /// The method of the last sign-in at the provider.
    method: Option<String>,
    /// When it was created, in seconds since 1970.
    created_at: i64,
    /// When it was last used, in seconds since 1970.
    last_used_at: i64,
}

/// The account's linked identities, oldest first.
#[utoipa::path(get, path = "/links", tag = "link", responses(
    (status = 200, body = Vec<LinkBody>), (status = 401, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
) -> Result<Json<Vec<LinkBody>>, ProblemJson> {
    let lang = signed_in.visitor.lang;
    let links = state.kobling.profile.links(&signed_in.caller).await?;
    Ok(Json(
        links
            .into_iter()
            .map(|link| LinkBody {
                id: link.id.to_string(),
                provider: link.provider.id.to_string(),
                provider_name: Localised::chosen(link.provider.name, lang),
                method: link.method,
                created_at: link.created_at.as_seconds(),
                last_used_at: link.last_used_at.as_seconds(),
            })
            .collect(),
    ))
}

/// The proof for the removal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Removal {
    /// The account's password.
    password: String,
}

/// Removes a link, with the password as proof. The last means of signing in cannot be removed.
#[utoipa::path(delete, path = "/links/{id}", tag = "link", params(("id" = String, Path)), request_body = Removal, responses(
    (status = 204),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn remove(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Path(link): Path<String>,
    request: Request,
) -> Result<Response, ProblemJson> {
    // A missing body is a missing proof.
    let Body(removal) = Body::<Removal>::from_request(request, &state)
        .await
        .map_err(|rejection| match rejection.0 {
            Problem::BadRequest => ProblemJson(Problem::NeedProof),
            other => ProblemJson(other),
        })?;
    let answer = state
        .kobling
        .removal
        .remove(
            &signed_in.visitor,
            id(&link)?,
            Some(Password(removal.password)),
        )
        .await?;
    Ok(no_content(&state, &signed_in, answer))
}
