//! What a consent covers, and when the person must be asked.

use crate::{
    kernel::secret::Digest256,
    oidc::{client::Client, grant::types::AuthorizationRequest},
};
use kobling_model::{AccountId, Timestamp, view::Learns};
use std::collections::BTreeSet;

/// What an account lets an application learn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The account.
    pub account: AccountId,
    /// The client.
    pub client_id: String,
    /// Scopes, separated by spaces; single claims stand as the scope that holds them.
    pub scope: String,
    /// When it was given or last extended.
    pub given_at: Timestamp,
}

/// What an application would learn by a request, in scopes.
pub(crate) fn scope_of(request: &AuthorizationRequest) -> Vec<&str> {
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
    pub(crate) fn covers(&self, request: &AuthorizationRequest) -> bool {
        let given: Vec<&str> = self.scope.split(' ').collect();
        scope_of(request).iter().all(|word| given.contains(word))
    }

    /// The consent, extended by the scopes of a request.
    pub(crate) fn widened(
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

pub(crate) fn learns(scope: &[&str]) -> Learns {
    Learns {
        name: scope.contains(&"profile"),
        email: scope.contains(&"email"),
    }
}

/// The host that the answer goes to, as people compare it with what they know; the scheme of an application on their own
/// machine.
pub(crate) fn host_of(uri: &str) -> String {
    let url = url::Url::parse(uri).ok();
    url.map(|url| url.host_str().unwrap_or(url.scheme()).to_owned())
        .unwrap_or_default()
}

/// The hosts of all redirect URIs of a client: a consent is for all of them.
fn hosts_of(client: &Client) -> BTreeSet<String> {
    client
        .redirect_uris
        .iter()
        .map(|uri| host_of(uri))
        .collect()
}

/// The hosts to show to the person who is asked, that of the request first.
pub(crate) fn hosts_shown(client: &Client, redirect_uri: &str) -> String {
    let first = host_of(redirect_uri);
    let mut all = hosts_of(client);
    all.remove(&first);
    let all: Vec<String> = std::iter::once(first).chain(all).collect();
    all.join(", ")
}

/// What people see of a client when they are asked, hashed. A consent is for what the person saw: it ends when this
/// changes.
pub(crate) fn seen(client: &Client) -> Digest256 {
    let hosts: Vec<String> = hosts_of(client).into_iter().collect();
    // A name contains no line break.
    Digest256::of(&format!("{}\n{}", client.name, hosts.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::grant::claims::{ClaimsWanted, Wanted};

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
    fn only_third_party_applications_ask_for_consent() {
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
    fn a_consent_is_remembered_until_more_is_requested() {
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
    fn a_consent_is_for_a_name_and_hosts() {
        let of = |name: &str, uris: &[&str]| {
            let mut client = Client::new("a", name);
            client.redirect_uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
            client
        };
        let (one, two) = ("https://a.example/cb", "https://b.example/cb");
        let before = seen(&of("Kart", &[one, two]));
        for (after, same) in [
            (of("Kart", &[one, two]), true),
            (of("Kart", &[two, one]), true),
            (of("Kart", &["https://A.example:8443/x", two, one]), true),
            (of("kart", &[one, two]), false),
            (of("Kart", &[one]), false),
            (of("Kart", &[one, two, "https://c.example/cb"]), false),
            (of("Kart", &[one, "com.example.app:/cb"]), false),
        ] {
            assert_eq!(seen(&after) == before, same, "{after:?}");
        }
        assert_eq!(hosts_shown(&of("Kart", &[one]), one), "a.example");
        assert_eq!(
            hosts_shown(&of("Kart", &[one, two, one]), two),
            "b.example, a.example"
        );
    }

    #[test]
    fn the_host_is_extracted_from_a_redirect_uri() {
        assert_eq!(host_of("https://app.example:8443/cb?x"), "app.example");
        assert_eq!(host_of("http://127.0.0.1:4711/cb"), "127.0.0.1");
        assert_eq!(host_of("com.example.app:/cb"), "com.example.app");
    }
}
