//! Validations that OpenID Connect leaves to the client: times, authorized party, level, identity number. Pure.

use crate::settings::Settings;
use kobling_domain::eid::port::{EidError, EidIdentity};
use kobling_model::{Level, NationalId, Timestamp, time::Span};
use serde_json::{Map, Value};

/// Allowed clock skew.
pub(crate) const LEEWAY: Span = Span::minutes(1);

/// Maximum length of a subject (OpenID Connect Core §2), and of any other stored value.
const MAX_LENGTH: usize = 255;

/// Display names of `amr` values. The set is open: an unknown value is shown unchanged.
const METHODS: [(&str, &str); 12] = [
    ("BankID", "BankID"),
    ("BankID Mobil", "BankID Mobil"),
    ("BID", "BankID"),
    ("BIM", "BankID Mobil"),
    ("BIS", "BankID"),
    ("Buypass", "Buypass ID"),
    ("Commfides", "Commfides"),
    ("Minid-APP", "MinID"),
    ("Minid-OTC", "MinID"),
    ("Minid-PIN", "MinID"),
    ("eIDAS", "eIDAS"),
    ("TestID", "TestID"),
];

/// The claims of a verified ID token. Contains the identity number, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) subject: String,
    pub(crate) authorized_party: Option<String>,
    pub(crate) when: When,
    pub(crate) acr: Option<String>,
    pub(crate) amr: Vec<String>,
    pub(crate) more: Map<String, Value>,
}

/// The times in an ID token, except `exp`.
#[derive(Clone, Copy)]
pub(crate) struct When {
    pub(crate) issued: Timestamp,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) authenticated: Option<Timestamp>,
}

/// The person's identity, if all validations pass.
pub(crate) fn identity(
    settings: &Settings,
    facts: Facts,
    now: Timestamp,
) -> Result<EidIdentity, EidError> {
    not_ahead(facts.when, now)?;
    // OpenID Connect Core §3.1.3.7, 5: a token with another authorized party is refused.
    if facts
        .authorized_party
        .is_some_and(|party| party != settings.client_id)
    {
        return Err(invalid("azp"));
    }
    let subject = subject(settings, Some(&facts.subject), &facts.more)?;
    if settings.require_auth_time && facts.when.authenticated.is_none() {
        return Err(invalid("auth_time missing"));
    }
    on_behalf_of(settings, &facts.more)?;
    let level = level(settings, facts.acr.as_deref())?;
    let pid = pid(settings, &facts.more)?;
    Ok(EidIdentity {
        provider: settings.id.clone(),
        issuer: settings.issuer.clone(),
        subject,
        pid,
        level,
        acr: facts.acr,
        method: method(&facts.amr),
        sid: sid(&facts.more)?,
        auth_time: facts.when.authenticated,
    })
}

/// RFC 9207 §2.4: the issuer of the response. It is required if the provider announces it, and must match if present;
/// otherwise the response may belong to another sign-in.
pub(crate) fn issuer_of_answer(
    iss: Option<&str>,
    issuer: &str,
    required: bool,
) -> Result<(), EidError> {
    match iss {
        Some(iss) if iss == issuer => Ok(()),
        Some(_) => Err(invalid("iss of the response")),
        None if required => Err(invalid("iss of the response missing")),
        None => Ok(()),
    }
}

fn invalid(check: &str) -> EidError {
    EidError::Invalid(check.to_owned())
}

fn not_ahead(when: When, now: Timestamp) -> Result<(), EidError> {
    let latest = now + LEEWAY;
    for (moment, check) in [
        (Some(when.issued), "iat"),
        (when.not_before, "nbf"),
        (when.authenticated, "auth_time"),
    ] {
        if moment.is_some_and(|moment| moment > latest) {
            return Err(invalid(check));
        }
    }
    Ok(())
}

/// The person's identifier, unique among all persons at the provider.
pub(crate) fn subject(
    settings: &Settings,
    sub: Option<&str>,
    more: &Map<String, Value>,
) -> Result<String, EidError> {
    let mut subject = String::new();
    let alone = settings.subject_claims.len() == 1;
    for (n, name) in settings.subject_claims.iter().enumerate() {
        let value = match name.as_str() {
            "sub" => sub,
            other => more.get(other).and_then(Value::as_str),
        };
        // A colon within one of several values could give two people the same identifier.
        let value = value
            .filter(|value| !value.is_empty() && (alone || !value.contains(':')))
            .ok_or_else(|| invalid("sub"))?;
        // Entra ID's own rule: the tenant is the one in the issuer.
        if name == "tid" && !settings.issuer.split('/').any(|part| part == value) {
            return Err(invalid("tid"));
        }
        if n > 0 {
            subject.push(':');
        }
        subject.push_str(value);
    }
    if subject.is_empty() || subject.len() > MAX_LENGTH {
        return Err(invalid("sub"));
    }
    Ok(subject)
}

/// Checks that the token is for the requested customer. ID-porten's documentation has two names for the claim.
fn on_behalf_of(settings: &Settings, more: &Map<String, Value>) -> Result<(), EidError> {
    let Some(customer) = &settings.onbehalfof else {
        return Ok(());
    };
    let mut customers = ["client_onbehalfof", "aud_onbehalfof"]
        .into_iter()
        .filter_map(|name| more.get(name))
        .peekable();
    if customers.peek().is_some()
        && customers.all(|value| value.as_str() == Some(customer.as_str()))
    {
        Ok(())
    } else {
        Err(invalid("onbehalfof"))
    }
}

fn level(settings: &Settings, acr: Option<&str>) -> Result<Level, EidError> {
    let level = match acr {
        Some(acr) => settings.level(acr).ok_or_else(|| invalid("acr unknown"))?,
        // A level was requested: a response without `acr` does not reach it.
        None if !settings.acr_values.is_empty() => return Err(invalid("acr missing")),
        None => Level::Low,
    };
    if level < settings.minimum_level {
        return Err(EidError::TooLow);
    }
    Ok(level)
}

fn pid(settings: &Settings, more: &Map<String, Value>) -> Result<Option<NationalId>, EidError> {
    let Some(claim) = settings.pid_claim.as_ref().and_then(|name| more.get(name)) else {
        return Ok(None);
    };
    let pid = claim
        .as_str()
        .and_then(|text| NationalId::parse(text).ok())
        .ok_or_else(|| invalid("identity number"))?;
    if settings.refuse_synthetic && pid.is_synthetic() {
        return Err(EidError::Synthetic);
    }
    Ok(Some(pid))
}

pub(crate) fn sid(more: &Map<String, Value>) -> Result<Option<String>, EidError> {
    match more.get("sid") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(sid)) if sid.len() <= MAX_LENGTH => Ok(Some(sid.clone())),
        Some(_) => Err(invalid("sid")),
    }
}

/// How the person signed in, for display: the first method with a name, else the first value.
fn method(amr: &[String]) -> Option<String> {
    let named = amr.iter().find_map(|value| {
        METHODS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(value))
    });
    if let Some((_, label)) = named {
        return Some((*label).to_owned());
    }
    let first: String = amr
        .first()?
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect();
    (!first.is_empty()).then_some(first)
}

#[cfg(test)]
mod tests;
