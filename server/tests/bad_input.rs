//! Input that no browser sends: every endpoint answers it, and nothing is lost or changed.

use crate::support::{
    Demo, FINNES, SESSION,
    browser::{Browser, Page, send},
    db::each_engine,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, RequestBuilder};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// The server functions that pages get their views from.
const VIEW: &str = kobling_app::VIEW_TYPE;
const A_MEGABYTE: usize = 1024 * 1024;

/// Invalid bodies, with the content type that they claim.
pub fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let nested = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)).into_bytes();
    vec![
        ("nothing", FORM, Vec::new()),
        ("no type", "", b"flow=1".to_vec()),
        ("garbage", FORM, b"%%%&&&===;;;\r\n\r\n".to_vec()),
        ("no UTF-8, encoded", FORM, b"flow=%FF%FE&email=%FF&code=%C0%80&password=%ED%A0%80&ticket=%FF&link=%FF".to_vec()),
        ("no UTF-8, bare", FORM, b"flow=\xff\xfe&email=\xff\xff".to_vec()),
        ("NUL", FORM, b"flow=%00&email=a%00b@nordvik.example&name=%00&code=%00&password=%00".to_vec()),
        ("doubled", FORM, b"flow=1&flow=2&email=a&email=b&password=a&password=b".to_vec()),
        ("an invalid id", FORM, b"flow=00000000-0000-0000-0000-00000000000g&link=x&session=x".to_vec()),
        ("an unknown id", FORM, b"flow=01990000-0000-7000-8000-000000000000&link=01990000-0000-7000-8000-000000000000".to_vec()),
        ("SQL and markup", FORM, b"flow='+OR+1=1--&email=<script>alert(1)</script>@x.example&name=<b>&back=//evil.example".to_vec()),
        ("long", FORM, format!("email={0}&name={0}&code={0}&password={0}&ticket={0}", "x".repeat(10_000)).into_bytes()),
        ("many", FORM, "a=1&".repeat(10_000).into_bytes()),
        ("another type", "text/plain", b"hello".to_vec()),
        ("a file", "multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data; name=\"flow\"\r\n\r\n1\r\n--x--".to_vec()),
        ("JSON of nothing", JSON, Vec::new()),
        ("JSON of null", JSON, b"null".to_vec()),
        ("truncated JSON", JSON, b"{\"flow\":".to_vec()),
        ("JSON of other types", JSON, b"{\"flow\":7,\"email\":[],\"password\":{},\"current\":null,\"name\":false}".to_vec()),
        ("JSON without UTF-8", JSON, b"{\"flow\":\"\xff\",\"name\":\"\xff\"}".to_vec()),
        ("deeply nested JSON", JSON, nested),
        ("an empty view request", VIEW, Vec::new()),
        ("a view request of another build", "application/vnd.kobling.0+postcard", vec![0; 9]),
        ("a view request for an unknown page", VIEW, vec![200; 9]),
        ("a truncated view request", VIEW, b"\x01\x05ab".to_vec()),
        ("a view request with a huge length", VIEW, b"\x01\xff\xff\xff\xff\x0fab".to_vec()),
        ("a view request without UTF-8", VIEW, b"\x01\x01\xff\x00\x00".to_vec()),
        ("a view request with an invalid id", VIEW, b"\x01\x07\x01x\x00\x00".to_vec()),
    ]
}

fn with(request: RequestBuilder, kind: &str, accept: &str, body: Vec<u8>) -> RequestBuilder {
    let request = request.header("accept", accept).body(body);
    if kind.is_empty() {
        request
    } else {
        request.header("content-type", kind)
    }
}

/// The answer to invalid input: never a server error, and always readable.
async fn readable(browser: &Browser, page: Page, what: &str) {
    assert!(
        !page.status.is_server_error(),
        "{what}: {} {}",
        page.status,
        page.body
    );
    if page.status.is_client_error() {
        let kind = page.header("content-type");
        let fits = ["text/html", "application/problem+json", "application/json"]
            .iter()
            .any(|good| kind.starts_with(good));
        assert!(
            fits && !page.body.is_empty(),
            "{what}: {} {kind} {}",
            page.status,
            page.body
        );
    }
    if page.status.is_redirection() {
        let next = page.next();
        assert_eq!(
            next.origin(),
            page.url.origin(),
            "{what}: invalid input redirects to another origin: {next}"
        );
        let seen = browser.get(next.as_str()).await;
        assert!(
            !seen.status.is_server_error(),
            "{what}: {next} {} {}",
            seen.status,
            seen.body
        );
    }
}

/// Runs the binary, so that its log can be read; the log must not contain a panic.
async fn each_program(test: impl AsyncFn(&Demo)) {
    each_engine(async |engine| {
        let demo = Demo::spawn(&engine, &[]).await;
        test(&demo).await;
        assert_eq!(
            send(demo.browser().request(Method::GET, "/health"))
                .await
                .status,
            200
        );
        assert!(!demo.log().contains("panicked"), "{}", demo.log());
        assert!(!demo.log().contains("ERROR"), "{}", demo.log());
    })
    .await;
}

/// A visitor without a session, and one with a session.
async fn visitors(demo: &Demo) -> [Browser; 2] {
    let signed_in = demo.browser();
    demo.sign_in_with_password(&signed_in, FINNES.0, FINNES.1)
        .await;
    assert!(signed_in.cookie(SESSION).is_some());
    [demo.browser(), signed_in]
}

/// Paths of all registered server functions.
fn functions() -> Vec<String> {
    let paths: Vec<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(
        paths.len() > 20 && paths.iter().all(|path| path.starts_with("/ui/")),
        "{paths:?}"
    );
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn server_functions_answer_invalid_input() {
    each_program(async |demo| {
        for browser in visitors(demo).await {
            // A call may sign the person out, so each call gets a new session.
            let (browser, reader) = (browser.frozen(), demo.browser());
            for path in functions() {
                for (what, kind, body) in bodies() {
                    for accept in ["text/html", "application/json"] {
                        let request = browser.request(Method::POST, &path);
                        let page = send(with(request, kind, accept, body.clone())).await;
                        readable(&reader, page, &format!("{path}: {what}")).await;
                    }
                }
            }
        }
        assert_eq!(
            demo.engine.rows("accounts").await,
            1,
            "no account is created"
        );
        assert_eq!(demo.engine.rows("links").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_build_is_answered_with_outdated() {
    each_program(async |demo| {
        let other = "application/vnd.kobling.0+postcard";
        for (kind, status, says) in [(other, 415, "\"outdated\""), (VIEW, 400, "")] {
            let request = demo.browser().request(Method::POST, "/ui/view");
            let page = send(with(request, kind, kind, Vec::new())).await;
            assert_eq!(page.status, status, "{kind}");
            assert!(page.body.contains(says), "{kind}: {}", page.body);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_functions_accept_same_origin_posts_of_limited_size() {
    each_program(async |demo| {
        let browser = demo.browser();
        for path in functions()
            .iter()
            .map(String::as_str)
            .chain(["/ui/nothing-of-that-name"])
        {
            for accept in ["text/html", "application/json"] {
                let large = browser.request(Method::POST, path);
                let page = send(with(large, FORM, accept, vec![b'a'; A_MEGABYTE])).await;
                assert_eq!(page.status, 413, "{path}");
                readable(&browser, page, path).await;
            }
            for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
                let page = send(browser.request(method.clone(), path).header("accept", JSON)).await;
                assert!(
                    page.status.is_client_error(),
                    "{method} {path}: {}",
                    page.status
                );
                readable(&browser, page, path).await;
            }
            for (name, value) in [
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("origin", demo.start.as_str()),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
            ] {
                for accept in ["text/html", JSON] {
                    let request = browser.request(Method::POST, path).header(name, value);
                    let page = send(with(
                        request,
                        FORM,
                        accept,
                        b"email=a%40nordvik.example".to_vec(),
                    ))
                    .await;
                    assert_eq!(page.status, 403, "{path} with {name}: {value}");
                    readable(&browser, page, path).await;
                }
            }
        }
        let page = send(with(
            browser.request(Method::POST, "/ui/nothing-of-that-name"),
            FORM,
            JSON,
            Vec::new(),
        ))
        .await;
        assert_eq!(page.status, 404);
        assert_eq!(demo.engine.rows("flows").await, 0, "no flow begins");
    })
    .await;
}

const CALLS: [(&str, &str); 10] = [
    ("GET", "/api/v1/account"),
    ("PATCH", "/api/v1/account"),
    ("POST", "/api/v1/password"),
    ("GET", "/api/v1/links"),
    (
        "DELETE",
        "/api/v1/links/01990000-0000-7000-8000-000000000000",
    ),
    ("DELETE", "/api/v1/links/nothing"),
    ("GET", "/api/v1/applications"),
    ("DELETE", "/api/v1/applications/nobody"),
    ("GET", "/api/v1/sessions"),
    (
        "DELETE",
        "/api/v1/sessions/01990000-0000-7000-8000-000000000000",
    ),
];

fn call(method: &str) -> Method {
    method.parse().expect("a method")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_answers_invalid_input_with_problems() {
    each_program(async |demo| {
        let [anonymous, signed_in_browser] = visitors(demo).await;
        for (method, path) in CALLS {
            let page = send(anonymous.request(call(method), path)).await;
            assert_eq!(
                (page.status.as_u16(), page.header("content-type")),
                (401, "application/problem+json"),
                "{path}"
            );
            assert_eq!(page.json()["code"], "not_signed_in", "{path}");
            if method == "GET" {
                assert_eq!(
                    send(signed_in_browser.request(call(method), path))
                        .await
                        .status,
                    200,
                    "{path}"
                );
                continue;
            }
            for (what, kind, body) in bodies() {
                let page = send(with(
                    signed_in_browser.request(call(method), path),
                    kind,
                    JSON,
                    body,
                ))
                .await;
                let named = format!("{method} {path}: {what}: {} {}", page.status, page.body);
                assert!(page.status.is_client_error(), "{named}");
                assert_eq!(
                    page.header("content-type"),
                    "application/problem+json",
                    "{named}"
                );
                let problem = page.json();
                assert_eq!(problem["status"], page.status.as_u16(), "{named}");
                assert!(
                    problem["type"].is_string()
                        && problem["title"].is_string()
                        && problem["code"].is_string(),
                    "{named}"
                );
            }
            let large = signed_in_browser.request(call(method), path);
            let page = send(with(large, JSON, JSON, vec![b' '; A_MEGABYTE])).await;
            assert_eq!(page.status, 413, "{path}");
            for (name, value) in [
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ] {
                let request = signed_in_browser
                    .request(call(method), path)
                    .header(name, value);
                let page = send(with(request, JSON, JSON, b"{\"name\":\"Ond\"}".to_vec())).await;
                assert_eq!(
                    (page.status.as_u16(), page.header("content-type")),
                    (403, "application/problem+json"),
                    "{path}"
                );
                assert_eq!(page.json()["code"], "cross_origin");
            }
        }
        for (method, path) in [
            ("PUT", "/api/v1/account"),
            ("POST", "/api/v1/links"),
            ("GET", "/api/v1/password"),
            ("GET", "/api/v1/nothing"),
            ("GET", "/api/v1/links/../account/x"),
        ] {
            let page = send(signed_in_browser.request(call(method), path)).await;
            assert!(
                page.status.is_client_error(),
                "{method} {path}: {}",
                page.status
            );
            assert_eq!(
                page.header("content-type"),
                "application/problem+json",
                "{method} {path}"
            );
        }
        let page = send(signed_in_browser.request(Method::GET, "/api/v1/account")).await;
        assert_eq!(page.json()["name"], "Frida Finnes", "nothing has changed");
        let change = signed_in_browser
            .request(Method::PATCH, "/api/v1/account")
            .json(&serde_json::json!({ "name": "Frida Ny" }));
        assert_eq!(
            send(change).await.json()["name"],
            "Frida Ny",
            "a valid request is accepted"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_protocol_endpoints_answer_invalid_input() {
    each_program(async |demo| {
        let browser = demo.browser();
        for path in [
            "/oidc/token",
            "/oidc/par",
            "/oidc/authorize",
            "/oidc/logout",
            "/oidc/userinfo",
        ] {
            for (what, kind, body) in bodies() {
                let page = send(with(browser.request(Method::POST, path), kind, JSON, body)).await;
                let status = page.status;
                match path {
                    // Sign-out accepts any input without a session.
                    "/oidc/logout" => {}
                    // Repeated by a navigation, which sends the cookies.
                    "/oidc/authorize" if status == 303 => {
                        assert_eq!(
                            browser.get(page.next().as_str()).await.status,
                            400,
                            "{what}"
                        );
                    }
                    _ => assert!(status.is_client_error(), "{path}: {what}: {status}"),
                }
                if ["/oidc/token", "/oidc/par"].contains(&path) {
                    assert!(page.json()["error"].is_string(), "{what}: {}", page.body);
                }
                readable(&browser, page, &format!("{path}: {what}")).await;
            }
            let page = send(with(
                browser.request(Method::POST, path),
                FORM,
                JSON,
                vec![b'a'; A_MEGABYTE],
            ))
            .await;
            assert_eq!(page.status, 413, "{path}");
        }
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let page = send(browser.request(method, "/oidc/token")).await;
            assert!(page.status.is_client_error(), "{}", page.status);
        }
        for path in [
            "/eid/bankid/callback",
            "/eid/bankid/callback?state=%FF&code=%FF",
            "/eid/bankid/callback?state=a&state=b",
            "/eid/bankid/callback?error=%3Cscript%3E",
            "/eid/nobody/callback?state=x",
            "/eid/%FF/callback",
            "/eid/bankid/start?flow=nonsense",
            "/eid/bankid/start?add=perhaps",
            "/eid/bankid/start?add=true",
            "/eid/nobody/start",
            "/eid/bankid/signed-out?state=nonsense",
            "/eid/bankid/signed-out?state=a&state=b",
            "/login?flow=nonsense",
            "/login?flow=%FF",
            "/link",
            "/link?flow=nonsense&code=%FF",
            "/no-access?flow=nonsense",
            "/consent",
            "/consent?flow=nonsense",
            "/reset-password?ticket=%FF",
            "/reset-password?ticket=<script>alert(1)</script>",
            "/undo-email?ticket=%FF",
            "/undo-email?ticket=<script>alert(1)</script>",
            "/undo-email?flow=nonsense",
            "/forgot-password?flow=nonsense",
            "/account?flow=nonsense",
            "/problem?code=nonsense",
            "/problem?code=%FF",
            "/%FF",
            "/nothing",
            "/assets/nothing",
            "/assets/..%2f..%2fCargo.toml",
        ] {
            let page = browser.get(path).await;
            assert!(!page.status.is_server_error(), "{path}: {}", page.status);
            assert!(!page.body.contains("<script>alert"), "{path}");
            let seen = browser.follow(page).await;
            assert!(
                !seen.status.is_server_error() && seen.body.contains("<html")
                    || seen.url.port() != page_port(demo),
                "{path}: {} {}",
                seen.url,
                seen.body
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_in_an_address_is_refused_on_both_engines() {
    each_program(async |demo| {
        let [anonymous, signed_in] = visitors(demo).await;
        for (method, path) in [
            ("GET", "/%00"),
            ("GET", "/login?flow=%00"),
            ("GET", "/login?%00=1"),
            ("GET", "/problem?code=a%00b"),
            ("GET", "/eid/bank%00id/start"),
            ("GET", "/eid/bankid/callback?state=%00&code=%00"),
            ("GET", "/assets/%00"),
            ("GET", "/oidc/authorize?client_id=start%00side"),
            ("GET", "/oidc/register/start%00side"),
            ("DELETE", "/api/v1/applications/start%00side"),
            ("GET", "/api/v1/admin/clients/start%00side"),
        ] {
            for browser in [&anonymous, &signed_in] {
                for (accept, kind) in [("text/html", "text/html"), (JSON, "application/problem")] {
                    let request = browser.request(call(method), path).header("accept", accept);
                    let page = send(request).await;
                    assert_eq!(page.status, 400, "{path}: {}", page.body);
                    let shown = page.header("content-type");
                    assert!(shown.starts_with(kind), "{path}: {shown}");
                    readable(browser, page, path).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_in_a_client_id_is_refused_on_both_engines() {
    each_program(async |demo| {
        let browser = demo.browser();
        let basic = STANDARD.encode("start%00side:x");
        let claims = URL_SAFE_NO_PAD
            .encode(r#"{"iss":"a\u0000","sub":"a\u0000","aud":"x","exp":1,"jti":"x"}"#);
        let assertion = format!("eyJhbGciOiJFUzI1NiJ9.{claims}.AAAA");
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        for path in [
            "/oidc/token",
            "/oidc/par",
            "/oidc/revoke",
            "/oidc/introspect",
        ] {
            let request = || browser.request(Method::POST, path);
            let grant = ("grant_type", "authorization_code");
            for (request, status, error) in [
                (
                    request().form(&[grant, ("client_id", "start\0side")]),
                    400,
                    "invalid_request",
                ),
                (
                    request()
                        .form(&[grant, ("token", "x")])
                        .header("authorization", format!("Basic {basic}")),
                    401,
                    "invalid_client",
                ),
                (
                    request().form(&[
                        grant,
                        ("token", "x"),
                        ("client_assertion_type", kind),
                        ("client_assertion", &assertion),
                    ]),
                    401,
                    "invalid_client",
                ),
            ] {
                let page = send(request).await;
                assert_eq!(page.status, status, "{path}: {}", page.body);
                assert_eq!(page.json()["error"], error, "{path}");
            }
        }
    })
    .await;
}

fn page_port(demo: &Demo) -> Option<u16> {
    demo.origin.parse::<url::Url>().expect("an origin").port()
}
