//! What people and applications do. Every answer is checked: a refusal is an error, not a figure.

use anyhow::{Context, Result, ensure};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use sha2::{Digest, Sha256};
use url::Url;

use crate::browser::{Answer, Browser, parameter};
use crate::place::{Ports, SECRET};
use crate::seed::{PASSWORD, People};

/// A PKCE verifier of the shortest length allowed.
const VERIFIER: &str = "a-code-verifier-that-has-43-characters-0000";
/// What only the sign-in page contains.
const SIGN_IN_FORM: &str = "/ui/identify";

/// Somebody with a browser at an installation.
pub struct Person {
    ports: Ports,
    people: People,
    browser: Browser,
    /// The number of the next person that this worker takes, and the distance to the one after.
    next: u32,
    step: u32,
    /// The address of whoever is signed in.
    address: String,
}

/// So many workers, each with a browser, who take the people in turns.
pub fn workers(ports: Ports, people: People, count: u32) -> Vec<Person> {
    (0..count)
        .map(|number| Person {
            ports,
            people,
            browser: Browser::default(),
            next: number,
            step: count,
            address: String::new(),
        })
        .collect()
}

impl Person {
    fn take(&mut self) -> u32 {
        let taken = self.next;
        self.next += self.step;
        self.browser.forget();
        taken
    }

    /// The page of the bare server.
    ///
    /// # Errors
    /// If it is not answered as expected.
    pub async fn bare(&mut self) -> Result<()> {
        let url = format!("http://localhost:{}/", self.ports.bare_port());
        self.browser.get(&url.parse()?).await?.shows("Nordvik")
    }

    /// The sign-in page in a new browser, without a flow.
    ///
    /// # Errors
    /// As above.
    pub async fn login_page(&mut self) -> Result<()> {
        self.browser.forget();
        let url = self.ports.at("/login")?;
        self.browser.get(&url).await?.shows(SIGN_IN_FORM)
    }

    /// Account settings, signed in.
    ///
    /// # Errors
    /// As above.
    pub async fn account_page(&mut self) -> Result<()> {
        let url = self.ports.at("/account")?;
        self.browser.get(&url).await?.shows(&self.address)
    }

    /// Signs the next person in by eID: from the start page and back.
    ///
    /// # Errors
    /// As above.
    pub async fn eid_sign_in(&mut self) -> Result<()> {
        let number = self.take();
        let (address, pid) = self.people.linked(number);
        let page = self.enter(&pid).await?;
        page.shows(&address)?;
        self.address = address;
        Ok(())
    }

    /// The same by a person without an account, whose eID is linked to the address that the directory has.
    ///
    /// # Errors
    /// As above, or if there are no more new people.
    pub async fn first_sign_in(&mut self) -> Result<()> {
        let number = self.take();
        let (address, pid) = self
            .people
            .without_account(number)
            .context("all new people have signed in; measure for a shorter time")?;
        let page = self.enter(&pid).await?;
        page.shows("/ui/link-vouched")?;
        let flow = parameter(&page.url, "flow")?;
        let url = self.ports.at("/ui/link-vouched")?;
        let linked = self.browser.submit(&url, &[("flow", &flow)]).await?;
        self.browser.follow(&linked.next()?).await?.shows(&address)
    }

    /// Opens the start page and is sent to the simulated eID, which asks nothing more.
    async fn enter(&mut self, pid: &str) -> Result<Answer> {
        let mut url: Url = format!("{}/enterprise", self.ports.start_page()).parse()?;
        let hint = format!("testid:{pid}_idporten-loa-high");
        url.query_pairs_mut().append_pair("login_hint", &hint);
        self.browser.follow(&url).await
    }

    /// Signs the next person in by password: address, then password.
    ///
    /// # Errors
    /// As above.
    pub async fn password_sign_in(&mut self) -> Result<()> {
        let number = self.take();
        let email = self.people.with_password(number);
        let url = self.ports.at("/ui/identify")?;
        let identified = self.browser.submit(&url, &[("email", &email)]).await?;
        let flow = parameter(&identified.next()?, "flow")?;
        let url = self.ports.at("/ui/password-sign-in")?;
        let form = [("flow", flow.as_str()), ("password", PASSWORD)];
        let signed_in = self.browser.submit(&url, &form).await?.next()?;
        ensure!(
            signed_in.path() == "/account" && self.browser.has("kobling_session"),
            "a password sign-in led to {} instead of /account",
            signed_in.path()
        );
        Ok(())
    }

    /// The code flow of an application with the session: authorize, token, userinfo.
    ///
    /// # Errors
    /// As above.
    pub async fn code_flow(&mut self, client: &str) -> Result<()> {
        let redirect_uri = format!("{}/callback", self.ports.start_page());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut url = self.ports.at("/oidc/authorize")?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("scope", "openid profile email")
            .append_pair("state", "state")
            .append_pair("nonce", "nonce")
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        let code = parameter(&self.browser.get(&url).await?.next()?, "code")?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        let url = self.ports.at("/oidc/token")?;
        let credential = format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}")));
        let tokens = self.browser.post_as(&url, &credential, &form).await?;
        tokens.member("id_token")?;
        let bearer = format!("Bearer {}", tokens.member("access_token")?);
        let url = self.ports.at("/oidc/userinfo")?;
        let claims = self.browser.get_as(&url, &bearer).await?;
        ensure!(
            claims.member("email")? == self.address,
            "userinfo is about somebody else"
        );
        Ok(())
    }
}
