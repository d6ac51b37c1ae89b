//! Who may enter an application.

use crate::{
    account::Account,
    answer::{Answer, Fault, Visitor},
    client::{AccessRule, Client},
    flow::{Destination, Flow, FlowState},
    kobling::{Kobling, Unit},
    session::Method,
};
use kobling_model::{
    FlowId, OrgId, Problem, route,
    view::{NoAccessView, ProviderView},
};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Enter.
    Granted,
    /// The address is not among the organisation's users.
    NotAUser,
}

/// Decides whether an account may enter, from the client's rule and whether its address is among the organisation's
/// users (nothing when the organisation is unknown: an operator's mistake lets nobody in).
#[must_use]
pub fn decide(rule: &AccessRule, is_user: Option<bool>) -> Access {
    match (&rule.organisation, is_user) {
        (None, _) | (Some(_), Some(true)) => Access::Granted,
        (Some(_), Some(false) | None) => Access::NotAUser,
    }
}

impl Kobling {
    pub(crate) async fn access(
        &self,
        work: &mut Unit,
        client: &Client,
        account: &Account,
    ) -> Result<Access, Fault> {
        let is_user = match &client.access.organisation {
            None => None,
            Some(key) => match work.organisation(key).await? {
                Some(org) => Some(self.is_user(work, org.id, account).await?),
                None => None,
            },
        };
        Ok(decide(&client.access, is_user))
    }

    /// Whether an account is one of an organisation's users: by an address that was proven, or that this very
    /// organisation vouches for. Another organisation's word opens nothing here.
    async fn is_user(&self, work: &mut Unit, org: OrgId, account: &Account) -> Result<bool, Fault> {
        if !work.is_user(org, &account.email).await? {
            return Ok(false);
        }
        if account.email_proven_at.is_some() {
            return Ok(true);
        }
        for link in work.links_of(account.id).await? {
            if let Some(pid) = &link.pid {
                let vouched = work.vouched(pid).await?;
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

    /// `/no-access`.
    ///
    /// # Errors
    /// [`Problem::FlowExpired`] when the flow is none of this browser's or not a refused one.
    pub async fn no_access_view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<NoAccessView, Fault> {
        let id = flow.ok_or(Problem::FlowExpired)?;
        let caller = self.signed_in_caller(visitor).await?;
        let mut work = self.read().await?;
        let flow = self.flow_of(&mut work, visitor, id).await?;
        let (
            Flow {
                destination: Destination::Client(request),
                problem,
                ..
            },
            FlowState::NoAccess { reference, account },
        ) = (&flow, &flow.state)
        else {
            return Err(Problem::FlowExpired.into());
        };
        if *account != caller.account.id {
            return Err(Problem::FlowExpired.into());
        }
        let client = self
            .client_in(&mut work, &request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        let org = match &client.access.organisation {
            Some(key) => work.organisation(key).await?,
            None => None,
        };
        Ok(NoAccessView {
            flow: id,
            email: caller.account.email.to_string(),
            client: client.name.clone(),
            organisation: org.as_ref().map(|org| org.name.clone()).unwrap_or_default(),
            contact: org.map(|org| org.contact).unwrap_or_default(),
            reference: reference.clone(),
            provider: self.provider_of(&caller.session.method),
            problem: *problem,
            client_origin: origin_of(&request.redirect_uri),
        })
    }

    /// The provider that a session came by, else the first.
    fn provider_of(&self, method: &Method) -> Option<ProviderView> {
        match method {
            Method::Eid { provider, .. } => Some(self.provider_view(provider)),
            Method::Password => self.provider_views().into_iter().next(),
        }
    }

    /// Leads an account that has just signed in to where it was going: account settings, the application, or the page
    /// that says why not. Changes the flow accordingly and saves it.
    pub(crate) async fn arrive(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &crate::kobling::Caller,
        mut flow: Flow,
        notice: Option<kobling_model::view::Notice>,
    ) -> Result<Answer, Fault> {
        flow.problem = None;
        let destination = flow.destination.clone();
        let answer = match destination {
            Destination::Account => {
                flow.state = FlowState::Ended { notice };
                match notice {
                    Some(_) => Answer::flow(route::ACCOUNT, flow.id),
                    None => Answer::page(route::ACCOUNT),
                }
            }
            Destination::Client(request) => match self.client_in(work, &request.client_id).await? {
                None => return Err(Problem::ClientInvalid.into()),
                Some(client) => match self.access(work, &client, &caller.account).await? {
                    Access::Granted => {
                        flow.state = FlowState::Ended { notice: None };
                        self.grant(work, visitor, caller, &request).await?
                    }
                    Access::NotAUser => {
                        let reference = flow.id.0.simple().to_string()[20..].to_uppercase();
                        self.note(
                            work,
                            visitor,
                            "access.denied",
                            Some(caller.account.id),
                            &format!("{} {reference}", client.id),
                        )
                        .await?;
                        flow.state = FlowState::NoAccess {
                            account: caller.account.id,
                            reference,
                        };
                        Answer::flow(route::NO_ACCESS, flow.id)
                    }
                },
            },
        };
        self.save(work, &flow).await?;
        Ok(answer)
    }

    pub(crate) async fn client_of(
        &self,
        work: &mut Unit,
        flow: &Flow,
    ) -> Result<(Option<String>, Option<String>), Fault> {
        Ok(match &flow.destination {
            Destination::Account => (None, None),
            Destination::Client(request) => (
                self.client_in(work, &request.client_id)
                    .await?
                    .map(|client| client.name),
                origin_of(&request.redirect_uri),
            ),
        })
    }
}

/// The origin of a registered address, for `form-action`.
pub(crate) fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_users_of_the_organisation_enter() {
        let rule = AccessRule {
            organisation: Some("nordvik".into()),
            ..AccessRule::default()
        };
        assert_eq!(decide(&rule, Some(true)), Access::Granted);
        assert_eq!(decide(&rule, Some(false)), Access::NotAUser);
        assert_eq!(decide(&rule, None), Access::NotAUser);
        assert_eq!(decide(&AccessRule::default(), None), Access::Granted);
    }

    #[test]
    fn origins_hold_no_path() {
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
