//! A person with a browser, and what they do in it.

use super::world::{PASSWORD, World, pid};
use kobling_domain::{
    Answer, Change, Fault, Kobling, Visitor,
    auth::session::Caller,
    eid::types::Callback,
    kernel::{
        known::KnownBrowser,
        secret::{Password, Token},
    },
    oidc::grant::types::AuthorizationRequest,
};
use kobling_model::{
    AccountId, FlowId, Lang, Problem, ProviderId,
    route::Step,
    view::{LinkPage, LinkView},
};

/// A person with a browser.
#[derive(Clone)]
pub struct Person<'a> {
    world: &'a World,
    pub browser: Option<Token>,
    pub session: Option<Token>,
    pub known: Option<KnownBrowser>,
    pub network: String,
    /// The eID provider that the person uses.
    pub provider: ProviderId,
}

/// An authorization request with defaults.
pub fn request(client: &str) -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: client.into(),
        redirect_uri: format!("https://{client}.example/callback"),
        scope: "openid email".into(),
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
        ..AuthorizationRequest::default()
    }
}

/// The flow in an address.
pub fn flow_in(path: &str) -> FlowId {
    let (_, flow) = path
        .split_once("flow=")
        .unwrap_or_else(|| panic!("no flow in {path}"));
    flow.split('&')
        .next()
        .and_then(|id| id.parse().ok())
        .expect("a flow's id")
}

/// The step in an address.
pub fn step_in(path: &str) -> Option<Step> {
    let (_, step) = path.split_once("&step=")?;
    Step::from_name(step)
}

impl<'a> Person<'a> {
    /// With a new browser.
    pub fn new(world: &'a World) -> Self {
        Self {
            world,
            browser: None,
            session: None,
            known: None,
            network: "192.0.2.1".into(),
            provider: ProviderId::parse("bankid").expect("a name"),
        }
    }

    pub fn visitor(&self) -> Visitor {
        Visitor {
            browser: self.browser.clone(),
            session: self.session.clone(),
            known: self.known.clone(),
            network: self.network.clone(),
            device: "Firefox, Linux".into(),
            lang: Lang::Nb,
            request: "test".into(),
            ..Visitor::default()
        }
    }

    /// Keeps the cookies of an answer; returns the redirect target.
    pub fn take(&mut self, answer: Result<Answer, Fault>) -> String {
        let answer = answer.expect("an answer");
        if answer.browser.is_some() {
            self.browser = answer.browser;
        }
        if answer.known.is_some() {
            self.known = answer.known;
        }
        match answer.session {
            Change::Keep | Change::Mark => {}
            Change::Set(token) => self.session = Some(token),
            Change::Clear => self.session = None,
        }
        answer.next.address().into_owned()
    }

    pub fn world(&self) -> &World {
        self.world
    }

    fn kobling(&self) -> &Kobling {
        &self.world.kobling
    }

    pub async fn caller(&self) -> Option<Caller> {
        self.kobling()
            .sessions
            .caller(&self.visitor())
            .await
            .expect("the store")
    }

    pub async fn id(&self) -> AccountId {
        self.caller().await.expect("signed in").account.id
    }

    /// Starts a sign-in at an application; returns the redirect target.
    pub async fn towards(&mut self, client: &str) -> String {
        self.asks(request(client)).await
    }

    /// Like [`Person::towards`], with a request of the application's own.
    pub async fn asks(&mut self, request: AuthorizationRequest) -> String {
        let answer = self
            .kobling()
            .authorization
            .authorize(&self.visitor(), request)
            .await;
        self.take(answer)
    }

    /// Starts an eID sign-in and returns its callback, which is not yet delivered.
    pub async fn begin_eid(&mut self, code: &str, flow: Option<FlowId>) -> Callback {
        let answer = self
            .kobling()
            .eid
            .sign_in(&self.visitor(), &self.provider, flow)
            .await;
        let address = self.take(answer);
        Self::callback(&address, code)
    }

    /// **Koble til BankID** in account settings: the dialog that asks for a proof.
    pub async fn begin_adding(&mut self) -> FlowId {
        let answer = self
            .kobling()
            .adding
            .open(&self.visitor(), &self.provider)
            .await;
        flow_in(&self.take(answer))
    }

    /// Confirms by password that an eID is to be added.
    pub async fn prove_adding(&mut self, flow: FlowId, password: &str) -> String {
        let password = Password(password.into());
        let answer = self
            .kobling()
            .adding
            .prove(&self.visitor(), flow, password)
            .await;
        self.take(answer)
    }

    /// **Koble til BankID** in account settings, with [`PASSWORD`]: to the eID provider and back.
    pub async fn add_eid(&mut self, code: &str) -> String {
        let flow = self.begin_adding().await;
        self.prove_adding(flow, PASSWORD).await;
        self.eid(code, Some(flow)).await
    }

    pub fn callback(address: &str, code: &str) -> Callback {
        let (_, state) = address
            .split_once("state=")
            .unwrap_or_else(|| panic!("redirected to {address}"));
        Callback {
            state: Some(state.into()),
            code: Some(code.into()),
            iss: None,
            error: None,
        }
    }

    /// Delivers the callback of the eID provider.
    pub async fn arrive(&mut self, callback: &Callback) -> String {
        let callback = Callback {
            state: callback.state.clone(),
            code: callback.code.clone(),
            iss: None,
            error: callback.error.clone(),
        };
        let answer = self
            .kobling()
            .eid_callback
            .handle(&self.visitor(), &self.provider, callback)
            .await;
        self.take(answer)
    }

    /// Signs in at the eID provider.
    pub async fn eid(&mut self, code: &str, flow: Option<FlowId>) -> String {
        let callback = self.begin_eid(code, flow).await;
        self.arrive(&callback).await
    }

    pub async fn send_code(&mut self, flow: FlowId, email: &str) -> String {
        let answer = self
            .kobling()
            .linking
            .send_code(
                &self.visitor(),
                flow,
                Some(email).filter(|email| !email.is_empty()),
            )
            .await;
        self.take(answer)
    }

    pub async fn enter_code(&mut self, flow: FlowId, code: &str) -> String {
        let answer = self
            .kobling()
            .linking
            .code(&self.visitor(), flow, code)
            .await;
        self.take(answer)
    }

    pub async fn enter_name(&mut self, flow: FlowId, name: &str) -> String {
        let answer = self
            .kobling()
            .linking
            .name(&self.visitor(), flow, name)
            .await;
        self.take(answer)
    }

    /// Signs in with an eID and links it to an address by code; enters a name if one is asked for.
    pub async fn link(&mut self, number: &str, email: &str) -> String {
        let page = self.eid(number, None).await;
        let flow = flow_in(&page);
        self.send_code(flow, email).await;
        let code = self.world.code(email).await;
        let page = self.enter_code(flow, &code).await;
        if page.starts_with("/link") {
            self.enter_name(flow, "Ny Person").await
        } else {
            page
        }
    }

    /// Signs in with the eID of the employee in the directory, and confirms the address.
    pub async fn link_vouched(&mut self) -> String {
        self.link_by_directory(&pid(0)).await
    }

    /// Signs in with an eID and confirms the address that the directory gives to it.
    pub async fn link_by_directory(&mut self, number: &str) -> String {
        let page = self.eid(number, None).await;
        let answer = self
            .kobling()
            .linking
            .vouched(&self.visitor(), flow_in(&page))
            .await;
        self.take(answer)
    }

    /// **Fortsett likevel**.
    pub async fn anyway(&mut self, flow: FlowId) -> String {
        let answer = self.kobling().linking.anyway(&self.visitor(), flow).await;
        self.take(answer)
    }

    /// Whether the person enters an application.
    pub async fn enters(&mut self, client: &str) -> bool {
        let page = self.towards(client).await;
        page.starts_with(&format!("https://{client}.example/callback?code="))
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> String {
        let answer = self
            .kobling()
            .sign_in
            .identify(&self.visitor(), None, email)
            .await;
        let page = self.take(answer);
        self.enter_password(flow_in(&page), password).await
    }

    pub async fn enter_password(&mut self, flow: FlowId, password: &str) -> String {
        let answer = self
            .kobling()
            .sign_in
            .by_password(&self.visitor(), flow, Password(password.into()))
            .await;
        self.take(answer)
    }

    pub async fn recover(&mut self, email: &str) -> String {
        let answer = self
            .kobling()
            .recovery
            .request(&self.visitor(), None, email, true, None)
            .await;
        self.take(answer)
    }

    pub async fn reset(&mut self, ticket: &str, password: &str) -> String {
        let new = Password(password.into());
        let answer = self
            .kobling()
            .recovery
            .reset(&self.visitor(), ticket, new.clone(), new)
            .await;
        self.take(answer)
    }

    pub async fn change_password(&mut self, current: &str, new: &str) -> String {
        let new = Password(new.into());
        let answer = self
            .kobling()
            .password
            .change(&self.visitor(), Password(current.into()), new.clone(), new)
            .await;
        self.take(answer)
    }

    /// Changes the address of the account, including the code.
    pub async fn change_email(&mut self, new: &str) -> String {
        let answer = self
            .kobling()
            .email
            .send_code(&self.visitor(), None, new, Some(Password(PASSWORD.into())))
            .await;
        let page = self.take(answer);
        let code = self.world.code(new).await;
        let answer = self
            .kobling()
            .email
            .code(&self.visitor(), flow_in(&page), &code)
            .await;
        self.take(answer)
    }

    /// Removes a link: the icon, **Fjern**, and **Bekreft**.
    pub async fn remove_link(&mut self, password: Option<&str>) -> String {
        let caller = self.caller().await.expect("signed in");
        let links = self.kobling().profile.links(&caller).await.expect("links");
        let answer = self
            .kobling()
            .removal
            .open(&self.visitor(), links[0].id)
            .await;
        let flow = flow_in(&self.take(answer));
        let answer = self.kobling().removal.confirm(&self.visitor(), flow).await;
        self.take(answer);
        let password = password.map(|text| Password(text.into()));
        let answer = self
            .kobling()
            .removal
            .finish(&self.visitor(), flow, password)
            .await;
        self.take(answer)
    }

    /// The view of `/link`, at the step that the flow is at.
    pub async fn link_view(&self, flow: FlowId) -> Option<LinkView> {
        let view = self.link_view_at(flow, None).await?;
        match view.ahead {
            Some(step) => self.link_view_at(flow, Some(step)).await,
            None => Some(view),
        }
    }

    /// The view of `/link` at the address of a step.
    pub async fn link_view_at(&self, flow: FlowId, step: Option<Step>) -> Option<LinkView> {
        let visitor = self.visitor();
        match self.kobling().linking.view(&visitor, flow, step).await {
            Ok(LinkPage::Own(view)) => Some(*view),
            Ok(LinkPage::Done(_) | LinkPage::Foreign) | Err(Fault::Moved(_)) => None,
            Err(fault) => panic!("no view: {fault}"),
        }
    }

    /// The problem that `/login` shows.
    pub async fn login_problem(&self, page: &str) -> Option<Problem> {
        assert!(page.starts_with("/login"), "{page}");
        self.kobling()
            .sign_in
            .view(&self.visitor(), Some(flow_in(page)), step_in(page))
            .await
            .expect("a view")
            .problem
            .first()
    }

    /// The problem that `/account` shows.
    pub async fn account_problem(&self, page: &str) -> Option<Problem> {
        assert!(page.starts_with("/account"), "{page}");
        self.kobling()
            .profile
            .view(&self.visitor(), Some(flow_in(page)), step_in(page))
            .await
            .expect("a view")
            .problem
            .first()
    }

    /// The problem that `/forgot-password` shows.
    pub async fn recovery_problem(&self, page: &str) -> Option<Problem> {
        self.kobling()
            .recovery
            .forgot_view(&self.visitor(), Some(flow_in(page)))
            .await
            .expect("a view")
            .problem
            .first()
    }
}
