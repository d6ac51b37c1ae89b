//! References to pushed authorization requests (RFC 9126 §2.2).

use super::parameters::Parameters;
use crate::web::State;
use kobling_domain::{Fault, oidc::client::Client};
use kobling_model::Problem;

/// The prefix of our references (RFC 9126 §2.2).
pub(super) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The parameters of the pushed request that `request_uri` names. The reference is consumed.
///
/// # Errors
/// [`Problem::RequestSpent`] if this client has no such request (any more). No redirect URI is verified then (RFC 9126
/// §4, §7.2), so the error is a page.
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
