//! The `claims` parameter (OpenID Connect Core §5.5).

use kobling_domain::oidc::grant::claims::{AcrWanted, ClaimsWanted, Wanted};
use serde_json::{Map, Value};

/// The supported part of the parameter.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Requested {
    /// Requested claims about the person.
    pub(crate) claims: ClaimsWanted,
    /// Requested `acr` of the ID token.
    pub(crate) acr: Option<AcrWanted>,
    /// The required `sub`.
    pub(crate) subject: Option<String>,
}

/// The parameter does not have the form of §5.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Parses the parameter. Unknown claims and members are ignored (§5.5, §5.5.1), and so are claims such as `auth_time`
/// that every ID token has.
pub(crate) fn read(text: &str) -> Result<Requested, Malformed> {
    let Ok(Value::Object(all)) = serde_json::from_str(text) else {
        return Err(Malformed);
    };
    let (id_token, userinfo) = (section(&all, "id_token")?, section(&all, "userinfo")?);
    let subjects = [one_value(id_token, "sub")?, one_value(userinfo, "sub")?];
    let subject = match subjects {
        [Some(a), Some(b)] if a != b => return Err(Malformed),
        [a, b] => a.or(b),
    };
    Ok(Requested {
        claims: ClaimsWanted {
            id_token: wanted(id_token),
            userinfo: wanted(userinfo),
        },
        acr: acr(id_token)?,
        subject,
    })
}

type Section<'a> = Option<&'a Map<String, Value>>;

/// One of the two members. Each of its claims is `null` or an object.
fn section<'a>(all: &'a Map<String, Value>, name: &str) -> Result<Section<'a>, Malformed> {
    let section = match all.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(section)) => section,
        Some(_) => return Err(Malformed),
    };
    let fits = |claim: &Value| claim.is_null() || claim.is_object();
    if section.values().all(fits) {
        Ok(Some(section))
    } else {
        Err(Malformed)
    }
}

fn wanted(section: Section<'_>) -> Wanted {
    let requests = |claim: &str| section.is_some_and(|section| section.contains_key(claim));
    Wanted {
        name: requests("name"),
        email: requests("email") || requests("email_verified"),
    }
}

/// The required value of a claim.
fn one_value(section: Section<'_>, claim: &str) -> Result<Option<String>, Malformed> {
    match section
        .and_then(|section| section.get(claim))
        .and_then(|claim| claim.get("value"))
    {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(_) => Err(Malformed),
    }
}

/// The requested `acr`, essential or voluntary (§5.5.1.1).
fn acr(section: Section<'_>) -> Result<Option<AcrWanted>, Malformed> {
    let Some(Value::Object(acr)) = section.and_then(|section| section.get("acr")) else {
        return Ok(None);
    };
    let essential = match acr.get("essential") {
        None => false,
        Some(Value::Bool(essential)) => *essential,
        Some(_) => return Err(Malformed),
    };
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(Malformed);
    let values = match (acr.get("value"), acr.get("values")) {
        (Some(value), None) => vec![text(value)?],
        (None, Some(Value::Array(values))) => values.iter().map(text).collect::<Result<_, _>>()?,
        (None, None) => Vec::new(),
        _ => return Err(Malformed),
    };
    Ok((!values.is_empty()).then_some(AcrWanted { values, essential }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_asked_for_one_by_one_and_unknown_ones_ignored() {
        let requested = read(
            r#"{"userinfo": {"name": null, "picture": null, "http://x.example/y": {"essential": true}},
                "id_token": {"email": {"essential": true}, "auth_time": {"essential": true}}, "more": 1}"#,
        )
        .expect("well-formed");
        assert!(requested.claims.userinfo.name && !requested.claims.userinfo.email);
        assert!(requested.claims.id_token.email && !requested.claims.id_token.name);
        assert_eq!((requested.acr, requested.subject), (None, None));
        assert_eq!(read("{}"), Ok(Requested::default()));
        assert_eq!(read(r#"{"userinfo": null}"#), Ok(Requested::default()));
    }

    #[test]
    fn an_acr_is_demanded_or_preferred() {
        let acr = |json: &str| {
            read(&format!(r#"{{"id_token": {{"acr": {json}}}}}"#)).map(|requested| requested.acr)
        };
        let wanted = |values: &[&str], essential| {
            let values = values.iter().map(|&value| value.to_owned()).collect();
            Ok(Some(AcrWanted { values, essential }))
        };
        assert_eq!(
            acr(r#"{"essential": true, "values": ["a", "b"]}"#),
            wanted(&["a", "b"], true)
        );
        assert_eq!(acr(r#"{"value": "a"}"#), wanted(&["a"], false));
        assert_eq!(
            acr(r#"{"essential": true}"#),
            Ok(None),
            "every ID token has one"
        );
        assert_eq!(acr("null"), Ok(None));
        for wrong in [
            r#"{"values": "a"}"#,
            r#"{"values": [1]}"#,
            r#"{"value": 1}"#,
            r#"{"essential": 1, "value": "a"}"#,
            r#"{"value": "a", "values": ["b"]}"#,
        ] {
            assert_eq!(acr(wrong), Err(Malformed), "{wrong}");
        }
    }

    #[test]
    fn one_subject_alone_can_be_demanded() {
        let subject = |json: &str| read(json).map(|requested| requested.subject);
        assert_eq!(
            subject(r#"{"id_token": {"sub": {"value": "a"}}}"#),
            Ok(Some("a".into()))
        );
        assert_eq!(
            subject(r#"{"userinfo": {"sub": {"value": "a"}}}"#),
            Ok(Some("a".into()))
        );
        assert_eq!(
            subject(
                r#"{"userinfo": {"sub": {"value": "a"}}, "id_token": {"sub": {"value": "b"}}}"#
            ),
            Err(Malformed)
        );
        assert_eq!(
            subject(r#"{"id_token": {"sub": {"value": 1}}}"#),
            Err(Malformed)
        );
    }

    #[test]
    fn what_is_no_object_of_objects_is_malformed() {
        for wrong in [
            "",
            "x",
            "[]",
            "null",
            "7",
            r#"{"userinfo": []}"#,
            r#"{"userinfo": {"name": true}}"#,
            r#"{"id_token": "x"}"#,
            "{\"id_token\":",
        ] {
            assert_eq!(read(wrong), Err(Malformed), "{wrong}");
        }
        assert_eq!(read(&"[".repeat(4_000)), Err(Malformed));
    }
}
