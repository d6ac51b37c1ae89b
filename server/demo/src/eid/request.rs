//! The authorization request and its rules (OpenID Connect Core §3.1.2.1, RFC 7636).

use super::{Client, acr::Acr, pid};
use crate::{clock::Seconds, lang::Lang, web::Params};

/// The supported languages; `se` is shown in Bokmål.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Locale {
    #[default]
    Nb,
    Nn,
    En,
    Se,
}

impl Locale {
    /// The first language of a list that is known here.
    pub(crate) fn choose(ui_locales: Option<&str>) -> Self {
        let known = |tag: &str| match tag.split('-').next().unwrap_or_default() {
            "nb" | "no" => Some(Self::Nb),
            "nn" => Some(Self::Nn),
            "en" => Some(Self::En),
            "se" => Some(Self::Se),
            _ => None,
        };
        ui_locales
            .unwrap_or_default()
            .split_ascii_whitespace()
            .find_map(known)
            .unwrap_or_default()
    }

    /// The language of the pages.
    pub(crate) const fn lang(self) -> Lang {
        match self {
            Self::Nb | Self::Se => Lang::Nb,
            Self::Nn => Lang::Nn,
            Self::En => Lang::En,
        }
    }

    /// The language tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
            Self::Se => "se",
        }
    }
}

/// Whether the sign-in page may, must or must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    IfNeeded,
    Login,
    None,
}

/// Whom to sign in without a page: `testid:<pid>_<acr>`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LoginHint {
    pub(crate) pid: String,
    pub(crate) acr: Acr,
}

impl LoginHint {
    fn parse(text: &str) -> Option<Self> {
        let (number, acr) = text.strip_prefix("testid:")?.split_once('_')?;
        Some(Self {
            pid: pid::parse(number)?,
            acr: Acr::parse(acr)?,
        })
    }
}

/// A valid request.
#[derive(Clone)]
pub(crate) struct AuthorizationRequest {
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    /// The requested level, if any.
    pub(crate) acr: Option<Acr>,
    pub(crate) prompt: Prompt,
    pub(crate) max_age: Option<Seconds>,
    pub(crate) locale: Locale,
    pub(crate) login_hint: Option<LoginHint>,
    /// The key of the person to suggest on the page: `demo:<key>` as `login_hint`.
    pub(crate) suggested: Option<String>,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The client is unknown: no redirect.
    UnknownClient,
    /// The redirect address is not registered: no redirect.
    UnknownRedirect,
    /// The pushed request is unknown, used or expired, so the redirect address is not known.
    Gone,
    /// The error goes to a registered address.
    Redirect {
        redirect_uri: String,
        state: Option<String>,
        error: &'static str,
        description: &'static str,
    },
}

impl AuthorizationRequest {
    /// Validates the parameters.
    pub(crate) fn read(client: &Client, params: &Params) -> Result<Self, Refusal> {
        if params.repeats(|name| name == "client_id")
            || params.get("client_id") != Some(client.client_id.as_str())
        {
            return Err(Refusal::UnknownClient);
        }
        let redirect_uri = params
            .get("redirect_uri")
            .filter(|uri| {
                let registered = &client.redirect_uris;
                registered.iter().any(|known| known.as_str() == *uri)
            })
            .filter(|_| !params.repeats(|name| name == "redirect_uri"))
            .ok_or(Refusal::UnknownRedirect)?;
        Self::read_rest(params, redirect_uri).map_err(|(error, description)| Refusal::Redirect {
            redirect_uri: redirect_uri.to_owned(),
            state: params.get("state").map(str::to_owned),
            error,
            description,
        })
    }

    fn read_rest(
        params: &Params,
        redirect_uri: &str,
    ) -> Result<Self, (&'static str, &'static str)> {
        let invalid = |description| ("invalid_request", description);
        let required = |name: &str, description| params.get(name).ok_or(invalid(description));

        // A repeated `resource` is allowed (RFC 8707 §2).
        if params.repeats(|name| name != "resource") {
            return Err(invalid("a parameter is repeated"));
        }
        if params.get("request").is_some() {
            return Err(("request_not_supported", "request objects are not supported"));
        }
        if required("response_type", "response_type is missing")? != "code" {
            return Err((
                "unsupported_response_type",
                "only response_type code is supported",
            ));
        }
        if params
            .get("response_mode")
            .is_some_and(|mode| mode != "query")
        {
            return Err(invalid("only response_mode query is supported"));
        }
        let scope = required("scope", "scope is missing")?;
        if !scope.split_ascii_whitespace().any(|item| item == "openid") {
            return Err(("invalid_scope", "scope openid is missing"));
        }
        let state = required("state", "state is missing")?;
        let nonce = required("nonce", "nonce is missing")?;
        let code_challenge = required("code_challenge", "code_challenge is missing")?;
        if params.get("code_challenge_method") != Some("S256") {
            return Err(invalid("code_challenge_method must be S256"));
        }
        if code_challenge.len() != 43 {
            return Err(invalid("code_challenge is not a SHA-256 hash"));
        }
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            state: state.to_owned(),
            nonce: nonce.to_owned(),
            code_challenge: code_challenge.to_owned(),
            acr: acr(params.get("acr_values")).map_err(invalid)?,
            prompt: prompt(params.get("prompt")).map_err(invalid)?,
            max_age: match params.get("max_age").map(str::parse::<u32>) {
                None => None,
                Some(Ok(seconds)) => Some(seconds.into()),
                Some(Err(_)) => return Err(invalid("max_age is not a number of seconds")),
            },
            locale: Locale::choose(params.get("ui_locales")),
            login_hint: params.get("login_hint").and_then(LoginHint::parse),
            suggested: params
                .get("login_hint")
                .and_then(|hint| hint.strip_prefix("demo:"))
                .map(str::to_owned),
        })
    }
}

/// The first known level of a list, in order of preference.
fn acr(values: Option<&str>) -> Result<Option<Acr>, &'static str> {
    match values {
        None => Ok(None),
        Some(list) => list
            .split_ascii_whitespace()
            .find_map(Acr::parse)
            .map(Some)
            .ok_or("acr_values names no known level"),
    }
}

fn prompt(values: Option<&str>) -> Result<Prompt, &'static str> {
    let values: Vec<&str> = values
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    match values.as_slice() {
        ["none"] => Ok(Prompt::None),
        list if list.contains(&"none") => Err("prompt none stands alone"),
        list if list.contains(&"login") => Ok(Prompt::Login),
        list if list
            .iter()
            .all(|item| matches!(*item, "consent" | "select_account")) =>
        {
            Ok(Prompt::IfNeeded)
        }
        _ => Err("prompt is unknown"),
    }
}
