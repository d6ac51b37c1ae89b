//! A browser without JavaScript: it keeps cookies, follows redirects on request, and posts forms.

use reqwest::{
    Client, Method, RequestBuilder, StatusCode,
    cookie::{CookieStore, Jar},
    header::{ACCEPT, COOKIE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use std::sync::Arc;
use url::Url;

/// More redirects in a row than any journey has.
const MOST_REDIRECTS: usize = 12;

/// A response.
#[derive(Debug, Clone)]
pub struct Page {
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// The redirect target as an absolute address, if there is one.
    pub fn location(&self) -> Option<Url> {
        let text = self
            .headers
            .get(LOCATION)?
            .to_str()
            .expect("a location is text");
        Some(self.url.join(text).expect("a location is an address"))
    }

    /// The redirect target; fails if there is none.
    pub fn next(&self) -> Url {
        self.location().unwrap_or_else(|| {
            panic!(
                "{} does not redirect: {} {}",
                self.url, self.status, self.body
            )
        })
    }

    /// Whether it sets a cookie of this name to a non-empty value.
    pub fn sets(&self, cookie: &str) -> bool {
        self.headers.get_all(SET_COOKIE).iter().any(|line| {
            let line = line.to_str().expect("a cookie is text");
            line.strip_prefix(cookie)
                .and_then(|rest| rest.strip_prefix('='))
                .is_some_and(|rest| !rest.starts_with(';'))
        })
    }

    /// A query parameter of the page's own address.
    pub fn param(&self, name: &str) -> String {
        param(&self.url, name).unwrap_or_else(|| panic!("{} has no {name}", self.url))
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("{} is no JSON: {}", self.url, self.body))
    }

    /// A header as text, empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A query parameter of an address.
pub fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// One person's browser at one installation.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    jar: Arc<Jar>,
    origin: String,
}

impl Browser {
    /// A new browser without cookies. Relative addresses are resolved against `origin`.
    pub fn new(origin: &str) -> Self {
        // Without this, the HTTP client finds no TLS provider; the server may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let jar = Arc::new(Jar::default());
        let client = Client::builder()
            .redirect(Policy::none())
            .cookie_provider(Arc::clone(&jar))
            .no_proxy()
            .build()
            .expect("an HTTP client");
        Self {
            client,
            jar,
            origin: origin.to_owned(),
        }
    }

    /// A request with any method, not yet sent.
    pub fn request(&self, method: Method, address: &str) -> RequestBuilder {
        self.client.request(method, self.absolute(address))
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') {
            format!("{}{address}", self.origin)
        } else {
            address.to_owned()
        }
    }

    /// Requests a page without following redirects.
    pub async fn get(&self, address: &str) -> Page {
        send(
            self.request(Method::GET, address)
                .header(ACCEPT, "text/html"),
        )
        .await
    }

    /// Requests a page and follows all redirects.
    pub async fn go(&self, address: &str) -> Page {
        let page = self.get(address).await;
        self.follow(page).await
    }

    /// Follows all redirects.
    pub async fn follow(&self, page: Page) -> Page {
        self.follow_until(page, |_| false).await
    }

    /// Follows redirects until `stop` accepts the next address; returns the page that redirects there.
    pub async fn follow_until(&self, mut page: Page, stop: impl Fn(&Url) -> bool) -> Page {
        for _ in 0..MOST_REDIRECTS {
            match page.location() {
                Some(next) if !stop(&next) => page = self.get(next.as_str()).await,
                _ => return page,
            }
        }
        panic!("too many redirects, last to {}", page.url);
    }

    /// Posts a form as a browser without JavaScript does, without following redirects.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        send(self.form(path, form)).await
    }

    /// Posts a form and follows all redirects.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let page = self.post(path, form).await;
        self.follow(page).await
    }

    /// Posts the same form to a server that may end meanwhile.
    pub async fn try_post(&self, path: &str, form: &[(&str, &str)]) -> reqwest::Result<Page> {
        try_send(self.form(path, form)).await
    }

    fn form(&self, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, path)
            .header(ACCEPT, "text/html")
            .header("origin", &self.origin)
            .header("sec-fetch-site", "same-origin")
            .form(form)
    }

    /// The value of a cookie that the browser would send to the origin.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let all = self.cookies();
        all.split("; ")
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
            .map(str::to_owned)
    }

    fn cookies(&self) -> String {
        let url: Url = self.origin.parse().expect("an origin");
        self.jar
            .cookies(&url)
            .map(|value| value.to_str().expect("cookies are text").to_owned())
            .unwrap_or_default()
    }

    /// A copy with the cookies of this moment, which do not change any more.
    pub fn frozen(&self) -> Frozen {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .expect("an HTTP client");
        Frozen {
            client,
            cookies: self.cookies(),
            browser: self.clone(),
        }
    }
}

/// A browser with fixed cookies.
#[derive(Clone)]
pub struct Frozen {
    client: Client,
    cookies: String,
    browser: Browser,
}

impl Frozen {
    pub fn request(&self, method: Method, address: &str) -> RequestBuilder {
        self.client
            .request(method, self.browser.absolute(address))
            .header(COOKIE, &self.cookies)
            .header("origin", &self.browser.origin)
    }

    pub async fn get(&self, address: &str) -> Page {
        send(
            self.request(Method::GET, address)
                .header(ACCEPT, "text/html"),
        )
        .await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        send(
            self.request(Method::POST, path)
                .header(ACCEPT, "text/html")
                .form(form),
        )
        .await
    }
}

/// Sends a request and reads the whole response.
pub async fn send(request: RequestBuilder) -> Page {
    try_send(request).await.expect("the whole answer")
}

/// The same towards a server that may end meanwhile.
pub async fn try_send(request: RequestBuilder) -> reqwest::Result<Page> {
    let response = request.send().await?;
    let (url, status, headers) = (
        response.url().clone(),
        response.status(),
        response.headers().clone(),
    );
    let body = response.bytes().await?;
    Ok(Page {
        url,
        status,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
