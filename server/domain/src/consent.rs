//! Consent: applications that are not the organisation's own learn of a person what the person lets them.

use crate::{
    answer::{Answer, Fault, Visitor},
    audit::AuditEvent,
    client::Client,
    flow::{Destination, Flow, FlowState},
    grant::{AuthorizationRequest, error_url},
    kobling::{Caller, Kobling, Unit, page_of},
};
use kobling_model::{
    AccountId, FlowId, Problem, Timestamp,
    status::Notice,
    view::{ApplicationItem, ConsentView, Learns},
};

/// What an account lets an application learn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Whose.
    pub account: AccountId,
    /// Which application.
    pub client_id: String,
    /// Scopes, separated by spaces; single claims stand as the scope that holds them.
    pub scope: String,
    /// When it was given, or widened.
    pub given_at: Timestamp,
}

/// What an application would learn by a request, in scopes.
fn scope_of(request: &AuthorizationRequest) -> Vec<&str> {
    let mut scope: Vec<&str> = request.scope.split(' ').collect();
    let (a, b) = (request.claims.id_token, request.claims.userinfo);
    for (asked, word) in [(a.name || b.name, "profile"), (a.email || b.email, "email")] {
        if asked && !scope.contains(&word) {
            scope.push(word);
        }
    }
    scope
}

impl Consent {
    /// Whether it covers all that a request asks for.
    fn covers(&self, request: &AuthorizationRequest) -> bool {
        let given: Vec<&str> = self.scope.split(' ').collect();
        scope_of(request).iter().all(|word| given.contains(word))
    }

    /// It, widened by what a request asks for.
    fn widened(
        former: Option<Self>,
        account: AccountId,
        request: &AuthorizationRequest,
        at: Timestamp,
    ) -> Self {
        let former = former.map(|former| former.scope).unwrap_or_default();
        let mut scope: Vec<&str> = former.split(' ').filter(|word| !word.is_empty()).collect();
        for word in scope_of(request) {
            if !scope.contains(&word) {
                scope.push(word);
            }
        }
        Self {
            account,
            client_id: request.client_id.clone(),
            scope: scope.join(" "),
            given_at: at,
        }
    }
}

/// Whether the person must be asked first.
#[must_use]
pub fn must_ask(client: &Client, request: &AuthorizationRequest, given: Option<&Consent>) -> bool {
    client.third_party
        && (request.force_consent || !given.is_some_and(|given| given.covers(request)))
}

fn learns(scope: &[&str]) -> Learns {
    Learns {
        name: scope.contains(&"profile"),
        email: scope.contains(&"email"),
    }
}

impl Kobling {
    pub(crate) async fn must_ask(
        &self,
        work: &mut Unit,
        client: &Client,
        caller: &Caller,
        request: &AuthorizationRequest,
    ) -> Result<bool, Fault> {
        if !client.third_party {
            return Ok(false);
        }
        let given = work.consent(caller.account.id, &client.id).await?;
        Ok(must_ask(client, request, given.as_ref()))
    }

    /// `/consent`.
    ///
    /// # Errors
    /// [`Problem::FlowExpired`] when the flow is none of this browser's, not of this account, or does not ask.
    pub async fn consent_view(
        &self,
        visitor: &Visitor,
        flow: FlowId,
    ) -> Result<ConsentView, Fault> {
        let caller = self.signed_in_caller(visitor).await?;
        let mut work = self.read().await?;
        let flow = self.flow_of(&mut work, visitor, flow).await?;
        let request = asks(&flow, &caller).ok_or(Problem::FlowExpired)?;
        let client = self
            .client_in(&mut work, &request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        let origin = crate::access::origin_of(&request.redirect_uri);
        let learns = learns(&scope_of(request));
        Ok(ConsentView {
            flow: flow.id,
            client: client.name,
            host: host_of(&request.redirect_uri),
            account: (!learns.email).then(|| caller.account.email.to_string()),
            name: learns.name.then(|| caller.account.name.clone()),
            email: learns.email.then(|| caller.account.email.to_string()),
            client_origin: origin,
        })
    }

    /// **Tillat** and **Avbryt**. Only by whoever was asked, in the browser in which they were asked.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn consent(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        allowed: bool,
    ) -> Result<Answer, Fault> {
        let result = self.try_consent(visitor, flow, allowed).await;
        self.settle(visitor, Some(flow), result).await
    }

    async fn try_consent(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        allowed: bool,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        let token = visitor.session.as_ref().ok_or(Problem::NotSignedIn)?;
        let caller = self
            .caller_in(&mut work, token)
            .await?
            .ok_or(Problem::NotSignedIn)?;
        let mut flow = self.flow_of(&mut work, visitor, flow).await?;
        if !matches!(flow.state, FlowState::Consent { .. }) {
            return Ok(Answer::page(page_of(&flow)));
        }
        let request = asks(&flow, &caller).ok_or(Problem::FlowExpired)?.clone();
        let account = caller.account.id;
        let client_id = &request.client_id;
        let answer = if allowed {
            let former = work.consent(account, client_id).await?;
            work.put_consent(&Consent::widened(former, account, &request, self.now()))
                .await?;
            self.note(
                &mut work,
                visitor,
                AuditEvent::ConsentGiven { client: client_id },
                &caller,
            )
            .await?;
            flow.destination = Destination::Client(AuthorizationRequest {
                force_consent: false,
                ..request
            });
            self.arrive(&mut work, visitor, &caller, &mut flow, None)
                .await?
        } else {
            self.note(
                &mut work,
                visitor,
                AuditEvent::ConsentRefused { client: client_id },
                &caller,
            )
            .await?;
            flow.state = FlowState::Ended { notice: None };
            self.save(&mut work, &flow).await?;
            Answer::away(error_url(&request, "access_denied", &self.settings.origin))
        };
        work.commit().await?;
        Ok(answer)
    }

    /// The applications that an account has let learn something, the newest first.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn applications(&self, caller: &Caller) -> Result<Vec<ApplicationItem>, Fault> {
        self.application_items(&mut self.read().await?, caller)
            .await
    }

    pub(crate) async fn application_items(
        &self,
        work: &mut Unit,
        caller: &Caller,
    ) -> Result<Vec<ApplicationItem>, Fault> {
        let mut items = Vec::new();
        for consent in work.consents_of(caller.account.id).await? {
            let client = self.client_in(work, &consent.client_id).await?;
            let scope: Vec<&str> = consent.scope.split(' ').collect();
            items.push(ApplicationItem {
                // One that is no longer known can still be withdrawn.
                name: client.map_or_else(|| consent.client_id.clone(), |client| client.name),
                learns: learns(&scope),
                given_at: consent.given_at,
                client: consent.client_id,
            });
        }
        Ok(items)
    }

    /// Takes a consent back, and everything that the application holds by it.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::NotFound`] when there is none.
    pub async fn withdraw_consent(&self, visitor: &Visitor, client_id: &str) -> Result<(), Fault> {
        let caller = self.signed_in_caller(visitor).await?;
        let account = caller.account.id;
        // No id of ours holds a NUL, and not every database could look for one.
        if client_id.contains('\0') {
            return Err(Problem::NotFound.into());
        }
        let mut work = self.begin().await?;
        if !work.delete_consent(account, client_id).await? {
            return Err(Problem::NotFound.into());
        }
        work.end_families_of(account, client_id).await?;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ConsentWithdrawn { client: client_id },
            &caller,
        )
        .await?;
        work.commit().await?;
        Ok(())
    }

    /// **Trekk tilbake** as a form: tells on the page.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn withdraw(&self, visitor: &Visitor, client_id: &str) -> Result<Answer, Fault> {
        let result = match self.withdraw_consent(visitor, client_id).await {
            Ok(()) | Err(Fault::Problem(Problem::NotFound)) => {
                let mut work = self.begin().await?;
                let answer = self
                    .tell(&mut work, visitor, Some(Notice::ConsentWithdrawn), None)
                    .await?;
                work.commit().await?;
                Ok(answer)
            }
            Err(fault) => Err(fault),
        };
        self.settle(visitor, None, result).await
    }
}

/// The request that a flow asks this account about, if it does.
fn asks<'a>(flow: &'a Flow, caller: &Caller) -> Option<&'a AuthorizationRequest> {
    match (&flow.destination, &flow.state) {
        (Destination::Client(request), FlowState::Consent { account })
            if *account == caller.account.id =>
        {
            Some(request)
        }
        _ => None,
    }
}

/// The host that the answer goes to, as people compare it with what they know; the scheme of an application on their own
/// machine.
fn host_of(uri: &str) -> String {
    let url = url::Url::parse(uri).ok();
    url.map(|url| url.host_str().unwrap_or(url.scheme()).to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::{ClaimsWanted, Wanted};

    fn request(scope: &str) -> AuthorizationRequest {
        AuthorizationRequest {
            scope: scope.into(),
            ..AuthorizationRequest::default()
        }
    }

    fn given(scope: &str) -> Consent {
        let account = AccountId(uuid::Uuid::nil());
        Consent::widened(None, account, &request(scope), Timestamp(0))
    }

    #[test]
    fn only_applications_of_others_ask() {
        let own = Client::new("a", "A");
        let mut other = own.clone();
        other.third_party = true;
        assert!(!must_ask(&own, &request("openid"), None));
        assert!(must_ask(&other, &request("openid"), None));
        let insisting = AuthorizationRequest {
            force_consent: true,
            ..request("openid")
        };
        assert!(!must_ask(&own, &insisting, None));
        assert!(must_ask(&other, &insisting, Some(&given("openid"))));
    }

    #[test]
    fn a_consent_is_remembered_until_more_is_wanted() {
        let mut client = Client::new("a", "A");
        client.third_party = true;
        let email = given("openid email");
        assert!(!must_ask(&client, &request("openid email"), Some(&email)));
        assert!(!must_ask(&client, &request("openid"), Some(&email)));
        assert!(must_ask(
            &client,
            &request("openid email profile"),
            Some(&email)
        ));
        let mut by_claim = request("openid");
        by_claim.claims = ClaimsWanted {
            id_token: Wanted {
                name: true,
                email: false,
            },
            userinfo: Wanted::default(),
        };
        assert!(
            must_ask(&client, &by_claim, Some(&email)),
            "a single claim is more, too"
        );
        let account = AccountId(uuid::Uuid::nil());
        let wider = Consent::widened(Some(email), account, &by_claim, Timestamp(1));
        assert_eq!(wider.scope, "openid email profile");
        assert!(!must_ask(&client, &by_claim, Some(&wider)));
    }

    #[test]
    fn the_host_is_what_people_know() {
        assert_eq!(host_of("https://app.example:8443/cb?x"), "app.example");
        assert_eq!(host_of("http://127.0.0.1:4711/cb"), "127.0.0.1");
        assert_eq!(host_of("com.example.app:/cb"), "com.example.app");
    }
}
