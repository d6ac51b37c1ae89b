//! References to authorization requests that an application has pushed (RFC 9126 §2.2).

use super::parameters::Parameters;
use crate::web::State;
use kobling_domain::{Fault, oidc::client::Client};
use kobling_model::Problem;

/// What every reference of ours begins with (RFC 9126 §2.2).
pub(super) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// What the client has pushed before, when the request names it; the reference is then used up.
///
/// # Errors
/// [`Problem::RequestSpent`] when there is no such request of this client's any more. There is no redirect URI then that
/// could be trusted (RFC 9126 §4, §7.2), so the person is told.
pub(super) async fn pushed_request(
    state: &State,
    client: Option<&Client>,
    parameters: &Parameters,
) -> Result<Option<Parameters>, Fault> {
    let (Some(client), Some(reference)) = (
        client,
        parameters
            .get("request_uri")
            .and_then(|uri| uri.strip_prefix(PREFIX)),
    ) else {
        return Ok(None);
    };
    let pushed = state
        .kobling
        .authorization
        .take_pushed(client, reference)
        .await?;
    pushed
        .and_then(|form| Parameters::parse(form.as_bytes()).ok())
        .map(Some)
        .ok_or(Fault::Problem(Problem::RequestSpent))
}
