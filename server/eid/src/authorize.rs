//! The authorization request (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3).

use crate::settings::Settings;
use kobling_domain::eid::port::{EidError, EidRequest};
use kobling_http::Form;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;

/// All parameters, equal whether the browser carries them or the client pushes them.
///
/// # Errors
/// [`EidError::Invalid`] if the verifier does not have 43 to 128 characters (RFC 7636 §4.1).
pub(crate) fn parameters(settings: &Settings, request: EidRequest) -> Result<Form, EidError> {
    // The crate panics at any other length.
    if !(43..=128).contains(&request.verifier.len()) {
        return Err(EidError::Invalid("PKCE verifier: length".into()));
    }
    let challenge =
        PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(request.verifier));
    let mut scope = String::from("openid");
    for word in settings.scopes.iter().filter(|word| *word != "openid") {
        scope.push(' ');
        scope.push_str(word);
    }
    let mut form = vec![
        ("response_type", "code".to_owned()),
        ("client_id", settings.client_id.clone()),
        ("redirect_uri", settings.redirect_uri.clone()),
        ("scope", scope),
        ("state", request.state),
        ("nonce", request.nonce),
        ("code_challenge", challenge.as_str().to_owned()),
        ("code_challenge_method", "S256".to_owned()),
        ("ui_locales", request.lang.tag().to_owned()),
    ];
    let acr_values = settings.asked(request.level);
    if !acr_values.is_empty() {
        form.push(("acr_values", acr_values.join(" ")));
    }
    if request.force_login {
        form.push(("prompt", settings.new_sign_in_prompt.clone()));
    }
    if let Some(hint) = request.login_hint {
        form.push(("login_hint", hint));
    }
    if let Some(customer) = &settings.onbehalfof {
        form.push(("onbehalfof", customer.clone()));
    }
    Ok(form)
}

/// An address with parameters added to its query.
pub(crate) fn address<'a>(
    endpoint: &Url,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut url = endpoint.clone();
    url.query_pairs_mut().extend_pairs(parameters);
    url.into()
}
