//! A browser without JavaScript: it keeps cookies and connections.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Url, form_urlencoded};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest answer that is read.
const MOST_BYTES: usize = 4 << 20;
/// More redirects in a row than any journey has.
const MOST_REDIRECTS: usize = 12;

/// An answer.
pub struct Answer {
    asked: String,
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The text of the body; what is not UTF-8 is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The address that it redirects to.
    ///
    /// # Errors
    /// If it does not redirect.
    pub fn next(&self) -> Result<Url> {
        let location = self.headers.get(header::LOCATION);
        match location.and_then(|location| location.to_str().ok()) {
            Some(location) if self.status == 303 || self.status == 302 => {
                Ok(self.url.join(location)?)
            }
            _ => bail!(self.unexpected("a redirect")),
        }
    }

    /// A page that contains the text.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn shows(&self, text: &str) -> Result<()> {
        ensure!(
            self.status == 200 && self.text().contains(text),
            self.unexpected(&format!("a page with “{text}”"))
        );
        Ok(())
    }

    /// A JSON document with a member that is text.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn member(&self, name: &str) -> Result<String> {
        serde_json::from_slice::<serde_json::Value>(&self.body)
            .ok()
            .filter(|_| self.status == 200)
            .and_then(|json| Some(json.get(name)?.as_str()?.to_owned()))
            .with_context(|| self.unexpected(&format!("JSON with {name}")))
    }

    fn unexpected(&self, wanted: &str) -> String {
        let location = self.headers.get(header::LOCATION);
        let to = location.and_then(|location| location.to_str().ok());
        format!(
            "{} answered {}{} instead of {wanted}",
            self.asked,
            self.status,
            to.map(|to| format!(" to {to}")).unwrap_or_default(),
        )
    }
}

/// A query parameter of an address.
///
/// # Errors
/// If it has none.
pub fn parameter(url: &Url, name: &str) -> Result<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .with_context(|| format!("the redirect to {} has no {name}", url.path()))
}

/// One browser. It sends its cookies to every port of this machine, as browsers do.
#[derive(Default)]
pub struct Browser {
    connections: BTreeMap<u16, SendRequest<Body>>,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Forgets the cookies and keeps the connections: the next person's browser.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Whether it has a cookie of this name.
    pub fn has(&self, cookie: &str) -> bool {
        self.cookies.contains_key(cookie)
    }

    /// Requests a page without following redirects.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn get(&mut self, url: &Url) -> Result<Answer> {
        self.send(Method::GET, url, &[], Body::empty()).await
    }

    /// As [`Browser::get`], with an `Authorization` header.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn get_as(&mut self, url: &Url, credential: &str) -> Result<Answer> {
        let headers = [("authorization", credential)];
        self.send(Method::GET, url, &headers, Body::empty()).await
    }

    /// Requests a page and follows all redirects.
    ///
    /// # Errors
    /// If there is no answer, or no end.
    pub async fn follow(&mut self, url: &Url) -> Result<Answer> {
        let mut answer = self.get(url).await?;
        for _ in 0..MOST_REDIRECTS {
            if !(300..400).contains(&answer.status) {
                return Ok(answer);
            }
            answer = self.get(&answer.next()?).await?;
        }
        bail!("{url} redirects without an end")
    }

    /// Posts a form of a page on the same origin, without following redirects.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn submit(&mut self, url: &Url, form: &[(&str, &str)]) -> Result<Answer> {
        let origin = url.origin().ascii_serialization();
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.post(url, &headers, form).await
    }

    /// Posts a form as an application with an `Authorization` header.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn post_as(
        &mut self,
        url: &Url,
        credential: &str,
        form: &[(&str, &str)],
    ) -> Result<Answer> {
        self.post(url, &[("authorization", credential)], form).await
    }

    async fn post(
        &mut self,
        url: &Url,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Result<Answer> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend(headers);
        self.send(Method::POST, url, &all, Body::from(body)).await
    }

    async fn send(
        &mut self,
        method: Method,
        url: &Url,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Result<Answer> {
        let asked = format!("{method} {}", url.path());
        let port = url.port().context("an address without a port")?;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, format!("localhost:{port}"))
            .header(header::ACCEPT, "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() && !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header(header::COOKIE, self.cookie_line());
        }
        let request = request.body(body)?;
        let answer = timeout(PATIENCE, self.exchange(port, request));
        let (status, headers, body) = answer
            .await
            .with_context(|| format!("{asked} was not answered in {} s", PATIENCE.as_secs()))?
            .with_context(|| format!("{asked} was not answered"))?;
        for line in headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str()?);
        }
        Ok(Answer {
            asked,
            url: url.clone(),
            status,
            headers,
            body,
        })
    }

    async fn exchange(
        &mut self,
        port: u16,
        request: Request<Body>,
    ) -> Result<(u16, HeaderMap, Bytes)> {
        let connection = self.connection(port).await?;
        let (head, body) = connection.send_request(request).await?.into_parts();
        let body = to_bytes(Body::new(body), MOST_BYTES).await?;
        Ok((head.status.as_u16(), head.headers, body))
    }

    /// The open connection to a port; a new one if the server has closed it.
    async fn connection(&mut self, port: u16) -> Result<&mut SendRequest<Body>> {
        let open = match self.connections.get_mut(&port) {
            Some(connection) => connection.ready().await.is_ok(),
            None => false,
        };
        if !open {
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            stream.set_nodelay(true)?;
            let (connection, running) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(running);
            self.connections.insert(port, connection);
        }
        self.connections
            .get_mut(&port)
            .context("there is no connection")
    }

    fn cookie_line(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Keeps the cookie of a `Set-Cookie` header, or removes it if the header does.
    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let Some((name, value)) = pair.split_once('=') else {
            return;
        };
        let ended = attributes
            .split(';')
            .any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"));
        if ended || value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, location: Option<&str>, body: &'static str) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(location) = location {
            headers.insert(header::LOCATION, location.parse().unwrap());
        }
        Answer {
            asked: "GET /login".to_owned(),
            url: "http://localhost:3000/login".parse().unwrap(),
            status,
            headers,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn what_is_not_expected_is_an_error_that_says_what_came_instead() {
        let refused = answer(429, None, "too many");
        assert_eq!(
            refused.shows("Logg inn").unwrap_err().to_string(),
            "GET /login answered 429 instead of a page with “Logg inn”"
        );
        let problem = answer(303, Some("/problem?code=too_many"), "");
        assert_eq!(
            problem.member("sub").unwrap_err().to_string(),
            "GET /login answered 303 to /problem?code=too_many instead of JSON with sub"
        );
        assert!(answer(200, None, "another page").shows("Logg inn").is_err());
        assert!(answer(200, None, "").next().is_err());
    }

    #[test]
    fn an_expected_answer_is_accepted() {
        answer(200, None, "<h1>Logg inn</h1>")
            .shows("Logg inn")
            .unwrap();
        assert_eq!(
            answer(200, None, r#"{"sub":"1"}"#).member("sub").unwrap(),
            "1"
        );
        let next = answer(303, Some("/account?a=b"), "").next().unwrap();
        assert_eq!(next.as_str(), "http://localhost:3000/account?a=b");
        assert_eq!(parameter(&next, "a").unwrap(), "b");
    }

    #[test]
    fn cookies_are_kept_replaced_and_removed() {
        let mut browser = Browser::default();
        browser.keep("a=1; Path=/; HttpOnly");
        browser.keep("b=2");
        browser.keep("a=3; Path=/");
        assert_eq!(browser.cookie_line(), "a=3; b=2");
        browser.keep("b=2; Max-Age=0; Path=/");
        browser.keep("a=; Path=/");
        assert!(!browser.has("a") && !browser.has("b"));
    }
}
