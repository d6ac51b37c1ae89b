//! Pushed authorization requests (RFC 9126).

use crate::{authorize, discovery::Endpoints, error_code::error_code};
use kobling_domain::eid::port::EidError;
use kobling_http::{Basic, Form, Http};
use serde::Deserialize;
use url::Url;

const WHERE: &str = "push endpoint";

#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

/// Pushes a request whose form already contains the client authentication, and returns the address for the browser.
///
/// Every failure is [`EidError::Unavailable`], because nobody has signed in yet.
pub(crate) async fn push(
    http: &Http,
    endpoints: &Endpoints,
    push: &Url,
    client_id: &str,
    form: &Form,
    basic: Option<&Basic>,
) -> Result<String, EidError> {
    let unavailable = |what: &str| EidError::Unavailable(format!("{WHERE}: {what}"));
    let answer = http
        .post(push, form, basic)
        .await
        .map_err(|error| unavailable(&error.to_string()))?;
    // RFC 9126 §2.2 specifies 201; some providers answer 200.
    if !matches!(answer.status, 200 | 201) {
        return Err(unavailable(&format!(
            "status {}, {}",
            answer.status,
            error_code(&answer.body)
        )));
    }
    let pushed: Pushed =
        serde_json::from_slice(&answer.body).map_err(|_| unavailable("answer not readable"))?;
    Ok(authorize::address(
        &endpoints.authorization,
        [
            ("client_id", client_id),
            ("request_uri", pushed.request_uri.as_str()),
        ],
    ))
}
