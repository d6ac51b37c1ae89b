//! Authorization requests and codes.

use super::{AuthorizationRequest, CodeGrant, worth};
use crate::{
    access::Demand,
    answer::{Answer, Fault, Next, Visitor},
    audit::AuditEvent,
    flow::{Destination, FlowState},
    kobling::{Caller, Kobling, Unit},
    limit::Limit,
    session::Method,
};
use kobling_model::{
    Email, Problem, Timestamp,
    route::{self, Page},
    time::Span,
};
use url::form_urlencoded;

/// How long an authorization code lives (RFC 6749 §4.1.2 recommends at most ten minutes).
const CODE_LIFE: Span = Span::seconds(60);

/// Whether an authorization request can be answered from the session that is there.
#[must_use]
pub fn session_suffices(
    request: &AuthorizationRequest,
    authenticated_at: Timestamp,
    now: Timestamp,
) -> bool {
    !request.force_login
        && request
            .max_age
            .is_none_or(|seconds| now.since(authenticated_at) <= Span::seconds(seconds))
}

impl Kobling {
    /// An authorization request that passed its checks: answered at once from the session, or after a sign-in. A client
    /// that names a provider, or demands what only one can give, goes straight there.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn authorize(
        &self,
        visitor: &Visitor,
        mut request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        let client = self
            .client(&request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        let caller = self.caller(visitor).await?;
        if caller
            .as_ref()
            .is_some_and(|caller| !self.is_whom(&client, &request, caller))
        {
            // Somebody else is signed in here, and perhaps at the provider too.
            request.force_login = true;
        }
        let silent = request.silent;
        let refused = |error| Answer::away(error_url(&request, error, &self.settings.origin));
        let sufficient = caller.filter(|caller| {
            session_suffices(&request, caller.session.authenticated_at, self.now())
        });
        match sufficient {
            Some(caller) if silent => {
                let asked = request.clone();
                let answer = self.answer(visitor, caller, request).await?;
                Ok(match refusal_of(&answer.next) {
                    Some(error) => Answer::away(error_url(&asked, error, &self.settings.origin)),
                    None => answer,
                })
            }
            Some(caller) => self.answer(visitor, caller, request).await,
            None if silent => Ok(refused("login_required")),
            None => {
                let demand = self.demand(&client, &request);
                let own = |value: &String| value == worth(&Method::Password).0;
                if request.acr.essential
                    && !request.acr.values.iter().any(own)
                    && (demand.level.is_none() || self.all_fitting(&demand).is_empty())
                {
                    return Ok(refused("unmet_authentication_requirements"));
                }
                self.sign_in_first(visitor, &demand, request).await
            }
        }
    }

    /// From the session that is there. What would show a page to somebody who must not see one is undone.
    async fn answer(
        &self,
        visitor: &Visitor,
        caller: Caller,
        request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        let silent = request.silent;
        let (browser, set) = self.browser(visitor);
        let state = FlowState::SignIn {
            typed: String::new(),
            email: None,
        };
        let mut flow = self.new_flow(browser, Destination::Client(request), state);
        let mut work = self.begin().await?;
        work.insert_flow(&flow).await?;
        let answer = self
            .arrive(&mut work, visitor, &caller, &mut flow, None)
            .await?;
        if silent && refusal_of(&answer.next).is_some() {
            return Ok(answer);
        }
        work.commit().await?;
        Ok(answer.with_browser(set))
    }

    async fn sign_in_first(
        &self,
        visitor: &Visitor,
        demand: &Demand,
        request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        self.limited(visitor, None, &[Limit::FlowByNetwork]).await?;
        let login_hint = request.login_hint.clone();
        let (browser, set) = self.browser(visitor);
        let typed = login_hint
            .clone()
            .filter(|hint| Email::parse(hint).is_ok())
            .unwrap_or_default();
        let state = FlowState::SignIn { typed, email: None };
        let flow = self.new_flow(browser, Destination::Client(request), state);
        let mut work = self.begin().await?;
        work.insert_flow(&flow).await?;
        work.commit().await?;
        let answer = match self.straight_to(demand) {
            Some(provider) => {
                let visitor = Visitor {
                    browser: set.clone().or_else(|| visitor.browser.clone()),
                    ..visitor.clone()
                };
                self.send_to_eid(&visitor, &provider, flow, login_hint)
                    .await?
            }
            None => Answer::flow(route::LOGIN, flow.id),
        };
        Ok(answer.with_browser(set))
    }

    /// Issues an authorization code and leads back to the client.
    pub(crate) async fn grant(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        request: &AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        let code = self.token();
        work.insert_code_grant(&CodeGrant {
            code: code.digest(),
            client_id: request.client_id.clone(),
            account: caller.account.id,
            session: caller.session.id,
            redirect_uri: request.redirect_uri.clone(),
            scope: request.scope.clone(),
            nonce: request.nonce.clone(),
            code_challenge: request.code_challenge.clone(),
            auth_time: caller.session.authenticated_at,
            method: self.answered(request, &caller.session.method),
            claims: request.claims,
            jkt: request.dpop_jkt.clone(),
            expires_at: self.now() + CODE_LIFE,
        })
        .await?;
        self.note(
            work,
            visitor,
            AuditEvent::GrantIssued {
                client: &request.client_id,
            },
            caller,
        )
        .await?;
        let mut query = vec![("code", code.expose())];
        if let Some(state) = &request.state {
            query.push(("state", state));
        }
        query.push(("iss", &self.settings.origin));
        Ok(Answer::away(with_query(&request.redirect_uri, &query)))
    }

    /// The sign-in, its `acr` in the words of the request where that asks for one that was reached.
    fn answered(&self, request: &AuthorizationRequest, method: &Method) -> Method {
        let mut method = method.clone();
        let met = request.acr.met_by(&method, |acr| self.level_of(acr));
        let met = met.map(str::to_owned);
        if let (Method::Eid { acr, .. }, Some(met)) = (&mut method, met) {
            *acr = Some(met);
        }
        method
    }
}

/// What an application is told that wants no page shown (OpenID Connect Core §3.1.2.6), where there would be one.
fn refusal_of(next: &Next) -> Option<&'static str> {
    match next {
        Next::Away(_) => None,
        Next::Page(page) | Next::Flow(page, _) => Some(match page {
            Page::Consent => "consent_required",
            Page::NoAccess => "interaction_required",
            _ => "login_required",
        }),
        // To sign in more surely.
        Next::Eid(..) | Next::Reset(..) => Some("login_required"),
    }
}

/// An error at the client's redirect URI (RFC 6749 §4.1.2.1, with `iss` after RFC 9207).
#[must_use]
pub fn error_url(request: &AuthorizationRequest, error: &str, issuer: &str) -> String {
    let mut query = vec![("error", error)];
    if let Some(state) = &request.state {
        query.push(("state", state));
    }
    query.push(("iss", issuer));
    with_query(&request.redirect_uri, &query)
}

/// Adds parameters to a registered address, which may have some already.
#[must_use]
pub fn with_query(url: &str, query: &[(&str, &str)]) -> String {
    let pairs = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{pairs}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(force_login: bool, max_age: Option<i64>) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: "start".into(),
            redirect_uri: "https://a.example/cb".into(),
            scope: "openid".into(),
            state: Some("a b&c".into()),
            force_login,
            max_age,
            ..AuthorizationRequest::default()
        }
    }

    #[test]
    fn a_session_suffices_unless_a_newer_sign_in_is_asked_for() {
        let now = Timestamp::from_seconds(1_000);
        let at = |seconds| Timestamp::from_seconds(seconds);
        assert!(session_suffices(&request(false, None), at(0), now));
        assert!(!session_suffices(&request(true, None), at(999), now));
        assert!(session_suffices(&request(false, Some(10)), at(990), now));
        assert!(!session_suffices(&request(false, Some(10)), at(989), now));
    }

    #[test]
    fn what_comes_back_to_the_client_is_encoded() {
        assert_eq!(
            error_url(&request(false, None), "login_required", "https://k.example"),
            "https://a.example/cb?error=login_required&state=a+b%26c&iss=https%3A%2F%2Fk.example"
        );
        assert_eq!(
            with_query("https://a.example/cb?x=1", &[("y", "2")]),
            "https://a.example/cb?x=1&y=2"
        );
    }
}
