//! Who may enter an application.

use crate::{
    account::types::Account,
    auth::session::Method,
    kernel::{
        core::{Unit, service},
        error::StoreError,
    },
    oidc::{
        client::{AccessRule, Client},
        grant::claims::worth,
    },
};
use kobling_model::{Level, OrgId};

/// The facts of an access decision.
#[derive(Debug, Clone, Copy)]
pub struct AccessFacts<'a> {
    /// Whether the account's address is among the organisation's users; nothing when the organisation is unknown: an
    /// operator's mistake lets nobody in.
    pub is_user: Option<bool>,
    /// How the person signed in.
    pub method: &'a Method,
}

/// An access decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Enter.
    Granted,
    /// The address is not among the organisation's users.
    NotAUser,
    /// The sign-in method is not accepted by this application.
    OtherWay,
    /// The level of assurance is too low; the value is the least accepted one.
    TooLow(Level),
}

/// Decides whether a person may enter. A reason that another sign-in cannot resolve takes precedence.
#[must_use]
pub fn decide(rule: &AccessRule, facts: AccessFacts<'_>) -> Access {
    if rule.organisation.is_some() && facts.is_user != Some(true) {
        return Access::NotAUser;
    }
    let by = match facts.method {
        Method::Password => None,
        Method::Eid { provider, .. } => Some(provider),
    };
    if !rule.providers.is_empty() && !by.is_some_and(|by| rule.providers.contains(by)) {
        return Access::OtherWay;
    }
    match rule.minimum_level {
        Some(least) if worth(facts.method).1 < Some(least) => Access::TooLow(least),
        _ => Access::Granted,
    }
}

service! {
    /// Whether an account may enter an application.
    AccessService {}
}

impl AccessService {
    pub(crate) async fn judge(
        &self,
        work: &mut Unit,
        client: &Client,
        account: &Account,
        method: &Method,
    ) -> Result<Access, StoreError> {
        let is_user = match &client.access.organisation {
            None => None,
            Some(key) => match work.directory().organisation(key).await? {
                Some(org) => Some(self.is_user(work, org.id, account).await?),
                None => None,
            },
        };
        Ok(decide(&client.access, AccessFacts { is_user, method }))
    }

    /// Whether an account is one of an organisation's users: by an address that was proven, or that this organisation
    /// vouches for. Another organisation's directory grants no access here.
    async fn is_user(
        &self,
        work: &mut Unit,
        org: OrgId,
        account: &Account,
    ) -> Result<bool, StoreError> {
        if !work.directory().is_user(org, &account.email).await? {
            return Ok(false);
        }
        if account.email_proven_at.is_some() {
            return Ok(true);
        }
        for link in work.links().links_of(account.id).await? {
            if let Some(pid) = &link.pid {
                let vouched = work.directory().vouched(pid).await?;
                if vouched
                    .iter()
                    .any(|v| v.org == org && v.email == account.email)
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::origin_of;
    use kobling_model::{LinkId, ProviderId};

    const fn facts(is_user: Option<bool>, method: &Method) -> AccessFacts<'_> {
        AccessFacts { is_user, method }
    }

    fn eid(provider: &str, level: Level) -> Method {
        Method::Eid {
            provider: ProviderId::parse(provider).expect("a name"),
            link: LinkId(uuid::Uuid::nil()),
            level,
            acr: None,
            method: None,
            sid: None,
        }
    }

    #[test]
    fn only_users_of_the_organisation_may_enter() {
        let rule = AccessRule {
            organisation: Some("nordvik".into()),
            ..AccessRule::default()
        };
        let by = Method::Password;
        assert_eq!(decide(&rule, facts(Some(true), &by)), Access::Granted);
        assert_eq!(decide(&rule, facts(Some(false), &by)), Access::NotAUser);
        assert_eq!(decide(&rule, facts(None, &by)), Access::NotAUser);
        assert_eq!(
            decide(&AccessRule::default(), facts(None, &by)),
            Access::Granted
        );
    }

    #[test]
    fn only_people_with_the_minimum_level_may_enter() {
        let rule = AccessRule {
            minimum_level: Some(Level::Substantial),
            ..AccessRule::default()
        };
        for (method, expected) in [
            (Method::Password, Access::TooLow(Level::Substantial)),
            (
                eid("bankid", Level::Low),
                Access::TooLow(Level::Substantial),
            ),
            (eid("bankid", Level::Substantial), Access::Granted),
            (eid("bankid", Level::High), Access::Granted),
        ] {
            assert_eq!(decide(&rule, facts(None, &method)), expected, "{method:?}");
        }
    }

    #[test]
    fn only_the_providers_of_the_rule_give_access() {
        let rule = AccessRule {
            providers: vec![ProviderId::parse("ansattporten").expect("a name")],
            ..AccessRule::default()
        };
        for (method, expected) in [
            (Method::Password, Access::OtherWay),
            (eid("bankid", Level::High), Access::OtherWay),
            (eid("ansattporten", Level::Low), Access::Granted),
        ] {
            assert_eq!(decide(&rule, facts(None, &method)), expected, "{method:?}");
        }
    }

    #[test]
    fn a_reason_that_another_sign_in_cannot_change_comes_first() {
        let rule = AccessRule {
            organisation: Some("nordvik".into()),
            minimum_level: Some(Level::High),
            providers: vec![ProviderId::parse("bankid").expect("a name")],
        };
        let by = Method::Password;
        assert_eq!(decide(&rule, facts(Some(false), &by)), Access::NotAUser);
        assert_eq!(decide(&rule, facts(Some(true), &by)), Access::OtherWay);
        let low = eid("bankid", Level::Low);
        assert_eq!(
            decide(&rule, facts(Some(true), &low)),
            Access::TooLow(Level::High)
        );
    }

    #[test]
    fn origins_contain_no_path() {
        assert_eq!(
            origin_of("http://localhost:3001/enterprise/callback"),
            Some("http://localhost:3001".into())
        );
        assert_eq!(
            origin_of("https://a.example?x"),
            Some("https://a.example".into())
        );
        assert_eq!(origin_of("nonsense"), None);
    }
}
