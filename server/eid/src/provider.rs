//! One eID provider: the sign-in from start to finish.

use crate::{
    assertion::Authenticator,
    authorize, check,
    discovery::{Discovery, Known},
    logout, push,
    settings::{Pushed, Settings, SettingsError, is_loopback, read_issuer},
    token::{self, Refusal},
};
use async_trait::async_trait;
use kobling_domain::{
    eid::port::{EidError, EidIdentity, EidProvider, EidRequest, EidReturn, UpstreamLogout},
    kernel::clock::{Clock, Entropy},
};
use kobling_http::{Basic, Form, Http, HttpError, Response};
use kobling_model::{Level, ProviderId, Timestamp, time::Span};
use openidconnect::IssuerUrl;
use std::sync::Arc;
use url::Url;

/// An eID provider that uses OpenID Connect.
pub struct OidcProvider {
    settings: Settings,
    issuer: IssuerUrl,
    authenticator: Authenticator,
    http: Http,
    discovery: Discovery,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl OidcProvider {
    /// Validates the settings. The provider is not contacted before the first sign-in.
    ///
    /// # Errors
    /// [`SettingsError`] names the invalid setting.
    pub fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        let authenticator = Authenticator::new(&settings.auth)?;
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| SettingsError::Issuer)?;
        let http = Http::new(settings.timeout, is_loopback(issuer.url()))?;
        let discovery = Discovery::new(http.clone(), Arc::clone(&clock), issuer.clone());
        Ok(Self {
            settings,
            issuer,
            authenticator,
            http,
            discovery,
            clock,
            entropy,
        })
    }

    /// The endpoint to push a request to, if it is pushed.
    fn push_endpoint<'a>(&self, known: &'a Known) -> Result<Option<&'a Url>, EidError> {
        let offered = known.endpoints.push.as_ref();
        match self.settings.pushed {
            Pushed::Never => Ok(None),
            Pushed::IfOffered => Ok(offered),
            Pushed::Always if offered.is_none() => {
                Err(EidError::Unavailable("push endpoint: not offered".into()))
            }
            Pushed::Always => Ok(offered),
        }
    }

    /// Adds the client authentication to a form, or returns its header.
    fn prove(&self, form: &mut Form) -> Result<Option<Basic>, EidError> {
        self.authenticator.prove(
            form,
            &self.settings.client_id,
            &self.settings.issuer,
            self.clock.now(),
            self.entropy.as_ref(),
        )
    }

    async fn redeem(&self, endpoint: &Url, answer: &EidReturn) -> Result<Response, EidError> {
        let mut form: Form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", answer.code.clone()),
            ("redirect_uri", self.settings.redirect_uri.clone()),
            ("code_verifier", answer.verifier.clone()),
        ];
        let basic = self.prove(&mut form)?;
        self.http
            .post(endpoint, &form, basic.as_ref())
            .await
            .map_err(|error| {
                let text = format!("token endpoint: {error}");
                match error {
                    HttpError::TooLarge => EidError::Invalid(text),
                    HttpError::Unreachable | HttpError::Timeout | HttpError::NotPublic => {
                        EidError::Unavailable(text)
                    }
                }
            })
    }
}

#[async_trait]
impl EidProvider for OidcProvider {
    fn id(&self) -> &ProviderId {
        &self.settings.id
    }

    fn name(&self) -> &str {
        &self.settings.name
    }

    async fn begin(&self, request: EidRequest) -> Result<String, EidError> {
        let mut form = authorize::parameters(&self.settings, request)?;
        let known = self.discovery.known().await?;
        let endpoints = &known.endpoints;
        let Some(endpoint) = self.push_endpoint(&known)? else {
            let parameters = form.iter().map(|(name, value)| (*name, value.as_str()));
            return Ok(authorize::address(&endpoints.authorization, parameters));
        };
        let basic = self.prove(&mut form)?;
        push::push(
            &self.http,
            endpoints,
            endpoint,
            &self.settings.client_id,
            &form,
            basic.as_ref(),
        )
        .await
    }

    async fn finish(&self, answer: EidReturn) -> Result<EidIdentity, EidError> {
        let mut known = self.discovery.known().await?;
        // Before the code is used: a response of another issuer may carry an injected code.
        check::issuer_of_answer(
            answer.iss.as_deref(),
            &self.settings.issuer,
            known.endpoints.names_itself,
        )?;
        let response = self.redeem(&known.endpoints.token, &answer).await?;
        let id_token = token::id_token(&response)?;
        let verify = |known: &Known| {
            token::verify(
                &id_token,
                known,
                &self.issuer,
                &self.settings.client_id,
                &answer.nonce,
                self.clock.now(),
            )
        };
        let mut verified = verify(&known);
        if matches!(verified, Err(Refusal::UnknownKey))
            && let Some(newer) = self.discovery.newer_keys(&known).await?
        {
            known = newer;
            verified = verify(&known);
        }
        let facts = verified.map_err(|refusal| {
            EidError::Invalid(match refusal {
                Refusal::UnknownKey => "unknown signing key".to_owned(),
                Refusal::Fails(check) => check.to_owned(),
            })
        })?;
        check::identity(&self.settings, facts, self.clock.now())
    }

    async fn end_session(&self, state: &str) -> Option<String> {
        let known = self.discovery.known().await.ok()?;
        let endpoint = known.endpoints.end_session.as_ref()?;
        Some(authorize::address(
            endpoint,
            [
                ("client_id", self.settings.client_id.as_str()),
                (
                    "post_logout_redirect_uri",
                    self.settings.post_logout_redirect_uri.as_str(),
                ),
                ("state", state),
            ],
        ))
    }

    fn origins(&self) -> Vec<String> {
        let known = self.discovery.known_already();
        let issuer = read_issuer(&self.settings.issuer).ok();
        let found = known.iter().flat_map(|known| {
            std::iter::once(&known.endpoints.authorization).chain(&known.endpoints.end_session)
        });
        let mut origins: Vec<String> = Vec::new();
        for url in issuer.iter().chain(found) {
            let origin = url.origin().ascii_serialization();
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }

    fn acr_levels(&self) -> &[(String, Level)] {
        &self.settings.acr_levels
    }

    fn highest(&self) -> Level {
        self.settings.highest()
    }

    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    async fn logout_token(&self, token: &str) -> Result<UpstreamLogout, EidError> {
        let invalid = |what: &str| EidError::Invalid(format!("logout token: {what}"));
        // Checks that need no key come first, so that a forged token causes no request to the provider.
        let token = logout::Token::read(token).map_err(invalid)?;
        let now = self.clock.now();
        let logout = token.check(&self.settings, now).map_err(invalid)?;
        let known = self.discovery.known().await?;
        let mut verified = token.verify(&known);
        if verified == Err(Refusal::UnknownKey)
            && let Some(newer) = self.discovery.newer_keys(&known).await?
        {
            verified = token.verify(&newer);
        }
        match verified {
            Ok(()) => Ok(logout),
            Err(Refusal::UnknownKey) => Err(invalid("unknown signing key")),
            Err(Refusal::Fails(check)) => Err(invalid(check)),
        }
    }

    fn expires_at(&self) -> Option<Timestamp> {
        [
            self.settings.credential_expires,
            self.authenticator.not_after(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn session_idle(&self) -> Option<Span> {
        self.settings.session_idle
    }
}
