//! The checks that OpenID Connect leaves to the client: times, party, level, identity number. Pure.

use crate::settings::Settings;
use kobling_domain::port::{EidError, EidIdentity};
use kobling_model::{Level, NationalId, Timestamp, time::Span};
use serde_json::{Map, Value};

/// How far clocks may differ.
pub(crate) const LEEWAY: Span = Span::minutes(1);

/// The longest subject (OpenID Connect Core §2), and the longest of anything else that is kept.
const LONGEST: usize = 255;

/// What people call the methods that `amr` names. The set is open: an unknown one is shown as it stands.
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

/// What a verified ID token says. Holds the identity number, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) subject: String,
    pub(crate) authorized_party: Option<String>,
    pub(crate) when: When,
    pub(crate) acr: Option<String>,
    pub(crate) amr: Vec<String>,
    pub(crate) more: Map<String, Value>,
}

/// The times in an ID token, `exp` apart.
#[derive(Clone, Copy)]
pub(crate) struct When {
    pub(crate) issued: Timestamp,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) authenticated: Option<Timestamp>,
}

/// Who it is, if everything holds.
pub(crate) fn identity(
    settings: &Settings,
    facts: Facts,
    now: Timestamp,
) -> Result<EidIdentity, EidError> {
    not_ahead(facts.when, now)?;
    // OpenID Connect Core §3.1.3.7, 5: a token made out to another party is not for us to use.
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

/// RFC 9207 §2.4: whose answer it is. A provider that promises to name itself must; whoever does, must name itself
/// rightly, or the answer belongs to somebody else's sign-in.
pub(crate) fn issuer_of_answer(
    told: Option<&str>,
    issuer: &str,
    promised: bool,
) -> Result<(), EidError> {
    match told {
        Some(told) if told == issuer => Ok(()),
        Some(_) => Err(invalid("iss of the response")),
        None if promised => Err(invalid("iss of the response missing")),
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

/// Who it is, in one text that is another person's never.
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
        // A colon within one of several would let two people be the same text.
        let value = value
            .filter(|value| !value.is_empty() && (alone || !value.contains(':')))
            .ok_or_else(|| invalid("sub"))?;
        // Entra ID's own rule: the tenant is the one that the issuer names.
        if name == "tid" && !settings.issuer.split('/').any(|part| part == value) {
            return Err(invalid("tid"));
        }
        if n > 0 {
            subject.push(':');
        }
        subject.push_str(value);
    }
    if subject.is_empty() || subject.len() > LONGEST {
        return Err(invalid("sub"));
    }
    Ok(subject)
}

/// That the token is for the customer we asked for. ID-porten's documentation has the claim under two names.
fn on_behalf_of(settings: &Settings, more: &Map<String, Value>) -> Result<(), EidError> {
    let Some(customer) = &settings.onbehalfof else {
        return Ok(());
    };
    let mut told = ["client_onbehalfof", "aud_onbehalfof"]
        .into_iter()
        .filter_map(|name| more.get(name))
        .peekable();
    if told.peek().is_some() && told.all(|value| value.as_str() == Some(customer.as_str())) {
        Ok(())
    } else {
        Err(invalid("onbehalfof"))
    }
}

fn level(settings: &Settings, acr: Option<&str>) -> Result<Level, EidError> {
    let level = match acr {
        Some(acr) => settings.level(acr).ok_or_else(|| invalid("acr unknown"))?,
        // We asked for a level: a provider that says nothing has not given it.
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
        Some(Value::String(sid)) if sid.len() <= LONGEST => Ok(Some(sid.clone())),
        Some(_) => Err(invalid("sid")),
    }
}

/// What to show a person of how they signed in: the first method that has a name, else the first as it stands.
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
