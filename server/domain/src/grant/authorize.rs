//! Authorization requests and codes.

use super::{AuthorizationRequest, CodeGrant};
use crate::{
    answer::{Answer, Fault, Next, Visitor},
    flow::{Destination, FlowState},
    kobling::{Caller, Kobling, Unit},
    limit::Limit,
};
use kobling_model::{Email, Problem, Timestamp, time::Span};
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
    /// that names a provider goes straight there.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn authorize(
        &self,
        visitor: &Visitor,
        request: AuthorizationRequest,
        silent: bool,
    ) -> Result<Answer, Fault> {
        let client = self
            .client(&request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        let caller = self.caller(visitor).await?;
        let (browser, set) = self.browser(visitor);
        let login_hint = request.login_hint.clone();
        match caller.filter(|caller| {
            session_suffices(&request, caller.session.authenticated_at, self.now())
        }) {
            Some(caller) => {
                let refused = silent
                    .then(|| error_url(&request, "interaction_required", &self.settings.origin));
                let state = FlowState::SignIn {
                    typed: String::new(),
                    email: None,
                };
                let flow = self.new_flow(browser, Destination::Client(request), state);
                let mut work = self.begin().await?;
                work.insert_flow(&flow).await?;
                let answer = self.arrive(&mut work, visitor, &caller, flow, None).await?;
                if let (Some(url), Next::Page(_)) = (refused, &answer.next) {
                    return Ok(Answer::away(url));
                }
                work.commit().await?;
                Ok(answer.with_browser(set))
            }
            None if silent => Ok(Answer::away(error_url(
                &request,
                "login_required",
                &self.settings.origin,
            ))),
            None => {
                self.limited(visitor, None, &[Limit::FlowByNetwork]).await?;
                let typed = login_hint
                    .clone()
                    .filter(|hint| Email::parse(hint).is_ok())
                    .unwrap_or_default();
                let state = FlowState::SignIn { typed, email: None };
                let flow = self.new_flow(browser, Destination::Client(request), state);
                let mut work = self.begin().await?;
                work.insert_flow(&flow).await?;
                work.commit().await?;
                let answer = match client
                    .provider
                    .as_ref()
                    .filter(|id| self.provider(id).is_some())
                {
                    Some(provider) => {
                        let provider = provider.clone();
                        let visitor = Visitor {
                            browser: set.clone().or_else(|| visitor.browser.clone()),
                            ..visitor.clone()
                        };
                        self.send_to_eid(&visitor, &provider, flow, login_hint)
                            .await?
                    }
                    None => Answer::flow(kobling_model::route::LOGIN, flow.id),
                };
                Ok(answer.with_browser(set))
            }
        }
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
            method: caller.session.method.clone(),
            expires_at: self.now() + CODE_LIFE,
        })
        .await?;
        self.note(
            work,
            visitor,
            "grant.issued",
            Some(caller.account.id),
            &request.client_id,
        )
        .await?;
        let mut query = vec![("code", code.expose())];
        if let Some(state) = &request.state {
            query.push(("state", state));
        }
        query.push(("iss", &self.settings.origin));
        Ok(Answer::away(with_query(&request.redirect_uri, &query)))
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
            nonce: None,
            code_challenge: String::new(),
            force_login,
            max_age,
            login_hint: None,
            lang: None,
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
