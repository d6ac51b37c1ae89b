//! The `claims` parameter (OpenID Connect Core §5.5).

use kobling_domain::oidc::grant::claims::{AcrWanted, ClaimsWanted, Wanted};
use serde_json::{Map, Value};

/// What the parameter asks for, of what exists here.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Asked {
    /// Single claims about the person.
    pub(crate) claims: ClaimsWanted,
    /// `acr` in the ID token.
    pub(crate) acr: Option<AcrWanted>,
    /// The one `sub` that will do.
    pub(crate) subject: Option<String>,
}

/// The parameter is no JSON of the kind that §5.5 describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads it. Claims and members that do not exist here are ignored (§5.5, §5.5.1); `auth_time` and what else every ID token
/// holds needs no asking.
pub(crate) fn read(text: &str) -> Result<Asked, Malformed> {
    let Ok(Value::Object(all)) = serde_json::from_str(text) else {
        return Err(Malformed);
    };
    let (id_token, userinfo) = (section(&all, "id_token")?, section(&all, "userinfo")?);
    let subjects = [one_value(id_token, "sub")?, one_value(userinfo, "sub")?];
    let subject = match subjects {
        [Some(a), Some(b)] if a != b => return Err(Malformed),
        [a, b] => a.or(b),
    };
    Ok(Asked {
        claims: ClaimsWanted {
            id_token: wanted(id_token),
            userinfo: wanted(userinfo),
        },
        acr: acr(id_token)?,
        subject,
    })
}

type Section<'a> = Option<&'a Map<String, Value>>;

/// One of the two members, each claim of which is `null` or an object.
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
    let asks = |claim: &str| section.is_some_and(|section| section.contains_key(claim));
    Wanted {
        name: asks("name"),
        email: asks("email") || asks("email_verified"),
    }
}

/// The value that a claim is demanded to have, if it is.
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

/// `acr`, demanded or preferred (§5.5.1.1).
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
        let asked = read(
            r#"{"userinfo": {"name": null, "picture": null, "http://x.example/y": {"essential": true}},
                "id_token": {"email": {"essential": true}, "auth_time": {"essential": true}}, "more": 1}"#,
        )
        .expect("well-formed");
        assert!(asked.claims.userinfo.name && !asked.claims.userinfo.email);
        assert!(asked.claims.id_token.email && !asked.claims.id_token.name);
        assert_eq!((asked.acr, asked.subject), (None, None));
        assert_eq!(read("{}"), Ok(Asked::default()));
        assert_eq!(read(r#"{"userinfo": null}"#), Ok(Asked::default()));
    }

    #[test]
    fn an_acr_is_demanded_or_preferred() {
        let acr = |json: &str| {
            read(&format!(r#"{{"id_token": {{"acr": {json}}}}}"#)).map(|asked| asked.acr)
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
        let subject = |json: &str| read(json).map(|asked| asked.subject);
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
