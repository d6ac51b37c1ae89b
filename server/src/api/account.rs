//! The account and its password.

use super::{Body, SignedIn};
use crate::web::{ProblemBody, ProblemJson, State, go};
use axum::{
    Json,
    extract::State as Shared,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_domain::{account::types::Account, kernel::secret::Password};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountBody {
    /// The account's id; it never changes.
    id: String,
    /// Its address.
    email: String,
    /// Whether the person has proven to control the mailbox.
    email_proven: bool,
    /// Display name.
    name: String,
    /// When it was created, in seconds since 1970.
    created_at: i64,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            email: account.email.to_string(),
            email_proven: account.is_proven(),
            name: account.name.clone(),
            created_at: account.created_at.as_seconds(),
        }
    }
}

/// The account.
#[utoipa::path(get, path = "/account", tag = "account", responses(
    (status = 200, body = AccountBody), (status = 401, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn show(SignedIn { caller, .. }: SignedIn) -> Json<AccountBody> {
    Json(AccountBody::from(&caller.account))
}

/// The fields of an account that can be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    /// Display name, 1 to 100 characters.
    name: String,
}

/// Changes the account.
#[utoipa::path(patch, path = "/account", tag = "account", request_body = AccountChange, responses(
    (status = 200, body = AccountBody),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn change(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Body(change): Body<AccountChange>,
) -> Result<Json<AccountBody>, ProblemJson> {
    let account = state
        .kobling
        .profile
        .rename(&signed_in.visitor, &change.name)
        .await?;
    Ok(Json(AccountBody::from(&account)))
}

/// A new password, with the current one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    /// The current password.
    current: String,
    /// The new one.
    new: String,
}

/// Changes the password. Every other session ends, and this one gets a new cookie.
#[utoipa::path(post, path = "/password", tag = "account", request_body = PasswordChange, responses(
    (status = 204),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn change_password(
    Shared(state): Shared<State>,
    signed_in: SignedIn,
    Body(change): Body<PasswordChange>,
) -> Result<Response, ProblemJson> {
    let new = Password(change.new);
    let answer = state
        .kobling
        .password
        .replace(
            &signed_in.visitor,
            Password(change.current),
            new.clone(),
            new,
        )
        .await?;
    Ok(no_content(&state, &signed_in, answer))
}

/// 204, with the cookies of the answer.
pub(super) fn no_content(
    state: &State,
    signed_in: &SignedIn,
    answer: kobling_domain::Answer,
) -> Response {
    let mut response = go(state, &signed_in.visitor, Ok(answer));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().remove(header::LOCATION);
    response.into_response()
}
