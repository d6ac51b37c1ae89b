//! The database fails: every request is answered accordingly, and the server recovers when it is back.

use crate::support::db::Engine;
use crate::{
    support::world::{PASSWORD, World},
    support::{
        SESSION,
        browser::{Browser, send},
    },
};
use kobling::{
    oidc::{ClientKeySets, Signer},
    web::{State, router},
};
use kobling_app::{
    Renderer,
    edge::{Assets, Edge},
};
use kobling_model::{Lang, time::Span};
use kobling_test_macros::on_each_engine;
use reqwest::Method;
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

async fn serve(world: &World) -> Browser {
    let signer = Signer::load(&world.kobling).await.expect("a signer");
    Browser::new(&serve_with(world, Arc::new(signer)).await)
}

/// Starts the server on the world's database; returns its address.
pub async fn serve_with(world: &World, signer: Arc<Signer>) -> String {
    let kobling = Arc::new(world.kobling.clone());
    let edge = Edge {
        secure: false,
        form_action: Arc::new(Vec::new),
        assets: Assets::default(),
        site_name: "Kobling".into(),
        accessibility_statement: None,
        brands: Arc::default(),
        demo: None,
    };
    let state = State {
        renderer: Arc::new(Renderer::new(Arc::clone(&kobling), edge.clone())),
        edge,
        signer,
        client_keys: Arc::new(ClientKeySets::new(true).expect("an HTTP client")),
        kobling,
        fallback: Lang::En,
        behind_proxy: false,
        local_http: true,
        body_deadline: std::time::Duration::from_secs(30),
        health: Arc::default(),
        metrics: Arc::default(),
    };
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let app = router(state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://localhost:{port}")
}

#[on_each_engine(flavor = "multi_thread")]
async fn every_request_reports_that_the_database_is_unavailable(engine: Engine) {
    let world = World::new(&engine).await;
    world.account("ann@nordvik.example").await;
    let browser = serve(&world).await;
    let page = browser
        .submit("/ui/identify", &[("email", "ann@nordvik.example")])
        .await;
    let flow = page.param("flow");
    browser
        .submit(
            "/ui/password-sign-in",
            &[("flow", &flow), ("password", PASSWORD)],
        )
        .await;
    assert!(browser.cookie(SESSION).is_some());
    let session = browser.cookie(SESSION);

    for call in ["read", "begin", "commit"] {
        world.watch.fail(call);
        for form in [
            ("/ui/identify", &[("email", "ann@nordvik.example")][..]),
            (
                "/ui/request-recovery",
                &[("email", "ann@nordvik.example"), ("robot", "on")],
            ),
            ("/ui/set-name", &[("name", "Ann")]),
            ("/ui/sign-out", &[]),
        ] {
            let page = browser.submit(form.0, form.1).await;
            assert_eq!(page.status, 503, "{} when {call} fails", form.0);
            assert!(
                page.header("content-type").starts_with("text/html") && page.body.contains("<h1"),
                "{}",
                page.body
            );
            let script = browser
                .request(Method::POST, form.0)
                .header("accept", "application/json")
                .form(form.1);
            let status = send(script).await.status;
            // A request that only writes does not notice that reads fail; the next page does.
            let blind = call == "read" && form.0 == "/ui/identify";
            assert_eq!(
                status,
                if blind { 200 } else { 503 },
                "{} when {call} fails",
                form.0
            );
        }
        if call != "read" {
            let page = browser.go("/eid/bankid/start").await;
            assert_eq!(
                page.status, 503,
                "a sign-in that cannot be stored does not begin"
            );
        }
        assert_eq!(
            browser.cookie(SESSION),
            session,
            "a failure of the database signs nobody out"
        );
        world.watch.mend();
    }
    world.watch.fail("read");
    for path in [
        "/account",
        "/account/email",
        "/account/password",
        "/undo-email?ticket=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &format!("/login?flow={flow}"),
        "/forgot-password",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(page.body.contains("<h1"), "{path}: {}", page.body);
    }
    let page = browser.get("/login").await;
    assert_eq!(page.status, 200, "a page that reads nothing");
    for path in ["/api/v1/account", "/api/v1/links", "/api/v1/sessions"] {
        let page = send(browser.request(Method::GET, path)).await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (503, "application/problem+json"),
            "{path}"
        );
        assert_eq!(page.json()["code"], "unavailable");
    }
    world.watch.fail("begin");
    let token = browser.request(Method::POST, "/oidc/token").form(&[
        ("grant_type", "authorization_code"),
        ("client_id", "open"),
        ("code", &"x".repeat(43)),
        ("redirect_uri", "https://open.example/callback"),
        ("code_verifier", &"x".repeat(43)),
    ]);
    let page = send(token).await;
    assert_eq!(
        (page.status.as_u16(), page.json()["error"].as_str()),
        (503, Some("temporarily_unavailable"))
    );

    world.watch.mend();
    let page = browser.get("/account").await;
    assert_eq!(page.status, 200, "the server works again");
    assert_eq!(world.rows("sessions").await, 1);
}

#[on_each_engine(flavor = "multi_thread")]
async fn the_health_check_proves_that_a_write_works(engine: Engine) {
    let world = World::new(&engine).await;
    let browser = serve(&world).await;
    let status = async |path| {
        let answer = send(browser.request(Method::GET, path)).await;
        answer.status.as_u16()
    };
    assert_eq!(status("/health").await, 200);
    for step in ["begin", "TAKE", "commit", "read"] {
        world.watch.fail(step);
        assert_eq!(status("/health").await, 200, "a second ago it was well");
        world.pass(Span::seconds(5));
        assert_eq!(status("/health").await, 503, "{step}");
        assert_eq!(status("/health/ready").await, 503, "{step}");
        assert_eq!(status("/health/live").await, 200, "{step}");
        world.watch.mend();
        world.watch.steps();
        assert_eq!(status("/health").await, 503, "one outcome for five seconds");
        assert!(world.watch.steps().is_empty());
        world.pass(Span::seconds(5));
        assert_eq!(status("/health/ready").await, 200, "after {step}");
    }
}
