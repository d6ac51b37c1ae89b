//! Grants: what applications are given.

use crate::{
    account::Account,
    answer::{Answer, Fault, Next, Visitor},
    client::Client,
    flow::{Destination, FlowState},
    kobling::{Caller, Kobling, Unit},
    limit::Limit,
    port::StoreError,
    secret::{Digest256, Purpose, Token},
    session::Method,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_model::{AccountId, Email, Lang, Problem, SessionId, Timestamp, time::Span};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

/// An authorization request that passed its checks (OpenID Connect Core §3.1.2.1, RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client; exists in configuration.
    pub client_id: String,
    /// Exactly one of the client's.
    pub redirect_uri: String,
    /// Granted scopes, separated by spaces; holds `openid`.
    pub scope: String,
    /// Handed back as it came.
    pub state: Option<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// S256 challenge.
    pub code_challenge: String,
    /// `prompt=login` was asked for and has not been fulfilled yet.
    pub force_login: bool,
    /// Largest age of the sign-in, in seconds.
    pub max_age: Option<i64>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// First usable of `ui_locales`.
    pub lang: Option<Lang>,
}

/// An authorization code, hashed, with what it stands for. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeGrant {
    /// Hash of the code.
    pub code: Digest256,
    /// For whom.
    pub client_id: String,
    /// About whom.
    pub account: AccountId,
    /// From which session.
    pub session: SessionId,
    /// The request's redirect URI, which the token request repeats.
    pub redirect_uri: String,
    /// Granted scopes.
    pub scope: String,
    /// The request's nonce.
    pub nonce: Option<String>,
    /// The S256 challenge that the verifier must fit.
    pub code_challenge: String,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// How. Stored as JSON.
    pub method: Method,
    /// Until when.
    pub expires_at: Timestamp,
}

/// An access token, hashed. Dies with its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Hash of the token.
    pub token: Digest256,
    /// The code it came from, so that a replayed code revokes it (RFC 6749 §4.1.2).
    pub code: Digest256,
    /// For whom.
    pub client_id: String,
    /// About whom.
    pub account: AccountId,
    /// From which session.
    pub session: SessionId,
    /// Granted scopes.
    pub scope: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A key that signs ID tokens, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// `kid`.
    pub kid: String,
    /// `alg`, such as `ES256`.
    pub alg: String,
    /// The private key in PKCS#8, sealed under the master key with context `signing-key`.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How long an authorization code lives (RFC 6749 §4.1.2 recommends at most ten minutes).
const CODE_LIFE: Span = Span::seconds(60);
/// How long an access token lives.
const ACCESS_LIFE: Span = Span::minutes(10);

/// Why a token request is refused, after RFC 6749 §5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantRefusal {
    /// The code is unknown, expired, used, somebody else's, or the verifier does not fit.
    InvalidGrant,
}

/// What a code was exchanged for.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The access token.
    pub access_token: Token,
    /// Seconds that it lives.
    pub expires_in: i64,
    /// Granted scopes.
    pub scope: String,
    /// What the ID token says.
    pub claims: Claims,
}

/// What an application is told of a person and a sign-in.
#[derive(Debug, Clone)]
pub struct Claims {
    /// `sub`.
    pub account: AccountId,
    /// `name`, with the scope `profile`.
    pub name: Option<String>,
    /// `email`, with the scope `email`, and whether the mailbox was proven.
    pub email: Option<(Email, bool)>,
    /// `auth_time`.
    pub auth_time: Timestamp,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `sid`: this application's own name for the session.
    pub sid: String,
    /// How the person signed in.
    pub method: Method,
}

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
            .settings
            .client(&request.client_id)
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

    /// Exchanges a code, once. A code shown again revokes what it had issued (RFC 6749 §4.1.2).
    ///
    /// # Errors
    /// The inner refusal is the client's fault; [`Fault::Store`] is ours.
    pub async fn redeem(
        &self,
        visitor: &Visitor,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<Result<Redeemed, GrantRefusal>, Fault> {
        let refused = Ok(Err(GrantRefusal::InvalidGrant));
        let Some(code) = Token::parse(code).map(|code| code.digest()) else {
            return refused;
        };
        let mut work = self.begin().await?;
        let Some(grant) = work.consume_code_grant(&code, self.now()).await? else {
            let revoked = work.revoke_code(&code).await?;
            if revoked > 0 {
                tracing::warn!(client = %client.id, revoked, "authorization code shown again");
                self.note(&mut work, visitor, "grant.replayed", None, &client.id)
                    .await?;
            }
            work.commit().await?;
            return refused;
        };
        let account = work
            .account(grant.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        let fits = grant.client_id == client.id
            && grant.redirect_uri == redirect_uri
            && (43..=128).contains(&verifier.len())
            && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == grant.code_challenge;
        let (Some(account), true) = (account, fits) else {
            work.commit().await?;
            return refused;
        };
        let access_token = self.token();
        work.insert_access_token(&AccessToken {
            token: access_token.digest(),
            code,
            client_id: grant.client_id.clone(),
            account: account.id,
            session: grant.session,
            scope: grant.scope.clone(),
            expires_at: self.now() + ACCESS_LIFE,
        })
        .await?;
        work.commit().await?;
        let claims = Claims {
            auth_time: grant.auth_time,
            nonce: grant.nonce.clone(),
            sid: self.client_sid(grant.session, &grant.client_id),
            method: grant.method.clone(),
            ..self.claims_of(&account, &grant.scope, grant.session, &grant.client_id)
        };
        Ok(Ok(Redeemed {
            access_token,
            expires_in: ACCESS_LIFE.as_seconds(),
            scope: grant.scope,
            claims,
        }))
    }

    fn client_sid(&self, session: SessionId, client: &str) -> String {
        self.keys
            .derive(Purpose::ClientSession, &[&session.to_string(), client])
            .0
    }

    fn claims_of(
        &self,
        account: &Account,
        scope: &str,
        session: SessionId,
        client: &str,
    ) -> Claims {
        let granted = |wanted: &str| scope.split(' ').any(|s| s == wanted);
        Claims {
            account: account.id,
            name: granted("profile").then(|| account.name.clone()),
            email: granted("email")
                .then(|| (account.email.clone(), account.email_proven_at.is_some())),
            auth_time: self.now(),
            nonce: None,
            sid: self.client_sid(session, client),
            method: Method::Password,
        }
    }

    /// What the bearer of an access token may know of the person (OpenID Connect Core §5.3).
    ///
    /// # Errors
    /// [`Fault::Store`]; nothing for a token that is not in force.
    pub async fn userinfo(&self, token: &str) -> Result<Option<Claims>, Fault> {
        let Some(token) = Token::parse(token) else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let Some(token) = work.access_token(&token.digest(), self.now()).await? else {
            return Ok(None);
        };
        let account = work
            .account(token.account)
            .await?
            .filter(|account| account.disabled_at.is_none());
        Ok(account
            .map(|account| self.claims_of(&account, &token.scope, token.session, &token.client_id)))
    }

    /// RP-initiated sign-out (OpenID Connect RP-Initiated Logout 1.0 §2). With a hint that names whoever is signed in,
    /// it is done at once; without, the person is asked on a page of ours.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn client_sign_out(
        &self,
        visitor: &Visitor,
        hinted: Option<AccountId>,
        then: Option<String>,
    ) -> Result<Answer, Fault> {
        match self.caller(visitor).await? {
            Some(caller) if hinted == Some(caller.account.id) => {
                self.sign_out_then(visitor, then).await
            }
            Some(_) => Ok(Answer::page(kobling_model::route::SIGN_OUT)),
            // The application may have lived longer than our session, and the provider's longer still.
            None => self.sign_out_then(visitor, then).await,
        }
    }

    /// The signing keys, newest first, opened; makes the first one with `make`, which returns a kid and PKCS#8.
    ///
    /// # Errors
    /// [`Fault::Store`]; also when a key cannot be opened with the master key in force.
    pub async fn signing_keys(
        &self,
        alg: &str,
        make: impl FnOnce() -> Option<(String, Vec<u8>)> + Send,
    ) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut work = self.begin().await?;
        let mut stored = work.signing_keys().await?;
        stored.retain(|key| key.alg == alg);
        if stored.is_empty()
            && let Some((kid, private)) = make()
        {
            let key = SigningKey {
                kid,
                alg: alg.to_owned(),
                sealed: self.keys.seal(self.entropy(), "signing-key", &private),
                created_at: self.now(),
            };
            work.insert_signing_key(&key).await?;
            stored.push(key);
        }
        work.commit().await?;
        stored
            .into_iter()
            .map(|key| match self.keys.open("signing-key", &key.sealed) {
                Ok(private) => Ok((key.kid, private)),
                Err(error) => {
                    Err(StoreError::Corrupt(format!("signing key {}: {error}", key.kid)).into())
                }
            })
            .collect()
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
