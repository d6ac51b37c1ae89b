//! Key rotation during sign-ins: every application can verify every token.

use super::pkce;
use crate::support::db::Engine;
use crate::{
    out_of_order::serve_with,
    support::world::{PASSWORD, TestClock, World},
    support::{
        SESSION, a_moment,
        browser::{Browser, param, send},
    },
};
use kobling::oidc::Signer;
use kobling_domain::{
    kernel::clock::Clock,
    oidc::{
        client::{Client, SigningAlg},
        signing_key::types::{Rotation, Why},
    },
};
use kobling_model::{Timestamp, time::Span};
use kobling_test_macros::on_each_engine;
use openidconnect::{
    ClientId, IssuerUrl, Nonce,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use reqwest::Method;
use std::{collections::HashSet, sync::Arc};
use tokio::task::JoinSet;

const EMAIL: &str = "ann@nordvik.example";
/// One client for each algorithm.
pub const CLIENTS: [(&str, SigningAlg); 2] =
    [("open", SigningAlg::Es256), ("rsa", SigningAlg::Rs256)];

/// The proportions of the defaults, in seconds instead of hours.
const QUICK: Rotation = Rotation {
    cached: Span::seconds(10),
    reload: Span::seconds(4),
    published: Span::seconds(30),
    remembered: Span::seconds(60),
    every: Some(Span::seconds(53)),
};

/// A world with an account and a client for each algorithm.
pub async fn world(engine: &Engine, rotation: Rotation) -> World {
    let world = World::with(engine, |settings| {
        settings.rotation = rotation;
        settings.limits.room = 1_000;
        settings.session_idle = Span::hours(1_000);
        settings.session_absolute = Span::hours(1_000);
        settings.clients = CLIENTS
            .map(|(id, signing)| Client {
                redirect_uris: vec![format!("https://{id}.example/callback")],
                signing,
                ..Client::new(id, id)
            })
            .into();
    })
    .await;
    world.account(EMAIL).await;
    world
}

/// Ann, signed in at a server.
pub async fn signed_in(origin: &str) -> Browser {
    let browser = Browser::new(origin);
    let page = browser.submit("/ui/identify", &[("email", EMAIL)]).await;
    let flow = page.param("flow");
    browser
        .submit(
            "/ui/password-sign-in",
            &[("flow", &flow), ("password", PASSWORD)],
        )
        .await;
    assert!(browser.cookie(SESSION).is_some());
    browser
}

/// An ID token for a client, from a code of one server that another server of the same installation exchanges.
pub async fn id_token(browser: &Browser, asked: &str, fetched: &str, client: &str) -> String {
    let (verifier, challenge) = pkce();
    let redirect_uri = format!("https://{client}.example/callback");
    let mut url: url::Url = format!("{asked}/oidc/authorize")
        .parse()
        .expect("an address");
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", &redirect_uri),
        ("scope", "openid"),
        ("nonce", "a nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let page = browser.get(url.as_str()).await;
    let code = param(&page.next(), "code").unwrap_or_else(|| panic!("no code in {}", page.next()));
    let request = browser
        .request(Method::POST, &format!("{fetched}/oidc/token"))
        .form(&[
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", &code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &verifier),
        ]);
    let page = send(request).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.json()["id_token"]
        .as_str()
        .expect("an ID token")
        .to_owned()
}

/// An application whose library caches the published keys for as long as it may, and does not fetch them earlier.
pub struct Application {
    client: &'static str,
    alg: SigningAlg,
    clock: Arc<TestClock>,
    kept: Option<(Timestamp, CoreJsonWebKeySet)>,
}

impl Application {
    pub fn new((client, alg): (&'static str, SigningAlg), clock: Arc<TestClock>) -> Self {
        Self {
            client,
            alg,
            clock,
            kept: None,
        }
    }

    /// Verifies a token with a third-party library.
    pub async fn verify(
        &mut self,
        browser: &Browser,
        origin: &str,
        token: &str,
    ) -> Result<(), String> {
        if self
            .kept
            .as_ref()
            .is_none_or(|(until, _)| *until <= self.clock.now())
        {
            let page = browser.get(&format!("{origin}/oidc/jwks")).await;
            let age = page
                .header("cache-control")
                .strip_prefix("public, max-age=")
                .and_then(|age| age.parse().ok())
                .expect("a time to keep it for");
            let keys = serde_json::from_str(&page.body).expect("a key set");
            // The cache lifetime counts from the arrival of the response, the latest possible moment.
            self.kept = Some((self.clock.now() + Span::seconds(age), keys));
        }
        let (_, keys) = self.kept.as_ref().expect("fetched");
        let now = self.clock.now().as_seconds();
        let verifier = CoreIdTokenVerifier::new_public_client(
            ClientId::new(self.client.into()),
            IssuerUrl::new(crate::support::world::ORIGIN.into()).expect("an issuer"),
            keys.clone(),
        )
        .set_allowed_algs([match self.alg {
            SigningAlg::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            SigningAlg::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        }])
        .set_time_fn(move || chrono::DateTime::from_timestamp(now, 0).expect("a time"));
        let token: CoreIdToken = token.parse().expect("a signed token");
        token
            .claims(&verifier, &Nonce::new("a nonce".into()))
            .map(drop)
            .map_err(|error| error.to_string())
    }
}

pub fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token)
        .expect("a header")
        .kid
        .expect("a kid")
}

/// One application's part of a round: it verifies a new token with the keys of another process, and
/// some older tokens too.
async fn sign_in_once(
    mut application: Application,
    mut tokens: Vec<String>,
    browser: Browser,
    [asked, fetched]: [String; 2],
) -> (Application, Vec<String>) {
    tokens.push(id_token(&browser, &asked, &fetched, application.client).await);
    for token in tokens.iter().rev().take(4) {
        let verified = application.verify(&browser, &asked, token).await;
        assert_eq!(verified, Ok(()), "token {}: {}", tokens.len(), kid(token));
    }
    (application, tokens)
}

#[on_each_engine(flavor = "multi_thread")]
async fn no_verification_fails_during_key_rotation_under_load(engine: Engine) {
    const APPLICATIONS: usize = 4;
    const ROUNDS: usize = 100;
    let world = world(&engine, QUICK).await;
    let mut signers = Vec::new();
    let mut origins = Vec::new();
    for _ in 0..2 {
        let signer = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
        origins.push(serve_with(&world, Arc::clone(&signer)).await);
        signers.push(signer);
    }
    let browser = signed_in(&origins[0]).await;
    let mut applications: Vec<_> = (0..APPLICATIONS)
        .map(|number| {
            let client = CLIENTS[number % 2];
            (
                Application::new(client, Arc::clone(&world.clock)),
                Vec::new(),
            )
        })
        .collect();
    for round in 0..ROUNDS {
        let mut load = JoinSet::new();
        for (number, (application, tokens)) in applications.into_iter().enumerate() {
            let at = [round + number, round / 2].map(|at| origins[at % 2].clone());
            load.spawn(sign_in_once(application, tokens, browser.clone(), at));
        }
        // Meanwhile, each process reloads the keys as rarely as allowed, and at another time than the other.
        world.pass(Span(QUICK.reload.0 / 2));
        let signer = &signers[round % 2];
        if round == 10 {
            let added = signer.renew(Why::Command).await.expect("keys");
            assert_eq!(added.len(), 2);
        }
        signer.tend().await.expect("keys");
        applications = load.join_all().await;
    }
    for (client, _) in CLIENTS {
        let keys: HashSet<_> = applications
            .iter()
            .filter(|(application, _)| application.client == client)
            .flat_map(|(_, tokens)| tokens)
            .map(|token| kid(token))
            .collect();
        assert!(keys.len() >= 4, "{client}: {} keys have signed", keys.len());
    }
    assert!(
        world.rows("signing_keys").await <= 8,
        "unpublished keys are deleted"
    );
}

#[on_each_engine(flavor = "multi_thread")]
async fn withdrawn_keys_are_not_published_and_sign_nothing(engine: Engine) {
    let world = world(&engine, Rotation::USUAL).await;
    let signer = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
    let other = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
    let origin = serve_with(&world, Arc::clone(&signer)).await;
    let second = serve_with(&world, Arc::clone(&other)).await;
    let browser = signed_in(&origin).await;
    for (client, alg) in CLIENTS {
        let before = id_token(&browser, &origin, &origin, client).await;
        signer.renew(Why::Compromised).await.expect("keys");
        other.tend().await.expect("keys");
        let after = id_token(&browser, &origin, &second, client).await;
        assert_ne!(kid(&before), kid(&after));
        let mut application = Application::new((client, alg), Arc::clone(&world.clock));
        assert_eq!(application.verify(&browser, &second, &after).await, Ok(()));
        assert!(
            application
                .verify(&browser, &second, &before)
                .await
                .is_err()
        );
        let keys = browser.get(&format!("{second}/oidc/jwks")).await.json();
        assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    }
    assert_eq!(world.rows("signing_keys").await, 2);
    assert_eq!(
        world
            .rows("audit WHERE event = 'signing_key.withdrawn'")
            .await,
        4
    );
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_new_key_is_published_before_it_signs_and_after_it_signed(engine: Engine) {
    let world = world(&engine, Rotation::USUAL).await;
    let signer = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
    let origin = serve_with(&world, Arc::clone(&signer)).await;
    let browser = signed_in(&origin).await;
    let published = async || {
        let keys = browser.get("/oidc/jwks").await.json();
        keys["keys"]
            .as_array()
            .expect("keys")
            .iter()
            .filter(|key| key["alg"] == "ES256")
            .map(|key| key["kid"].as_str().expect("a kid").to_owned())
            .collect::<Vec<_>>()
    };
    let signs = async || kid(&id_token(&browser, &origin, &origin, "open").await);
    let old = signs().await;
    assert_eq!(published().await, std::slice::from_ref(&old));
    signer.renew(Why::Command).await.expect("keys");
    assert_eq!(
        signer.renew(Why::Command).await.expect("none"),
        [],
        "one key at a time is announced"
    );
    let announced = published().await;
    assert_eq!((announced.len(), &announced[0]), (2, &old));
    let new = announced[1].clone();
    world.pass(Span(Rotation::USUAL.lead().0 - 1));
    assert_eq!(signs().await, old);
    world.pass(Span(1));
    assert_eq!(signs().await, new, "without a restart or a query");
    assert_eq!(published().await, [new.clone(), old.clone()]);
    world.pass(Rotation::USUAL.published);
    assert_eq!(published().await, [new]);
}

#[on_each_engine(flavor = "multi_thread")]
async fn processes_that_start_concurrently_sign_with_the_same_key(engine: Engine) {
    let world = Arc::new(world(&engine, Rotation::USUAL).await);
    let mut starting = JoinSet::new();
    for _ in 0..4 {
        let kobling = world.kobling.clone();
        starting.spawn(async move { Signer::load(&kobling).await.expect("a signer") });
    }
    let claims = serde_json::json!({ "sub": "x" });
    let kids: HashSet<Vec<String>> = starting
        .join_all()
        .await
        .iter()
        .map(|signer| {
            CLIENTS
                .iter()
                .map(|(_, alg)| kid(&signer.sign(*alg, None, &claims).expect("signs")))
                .collect()
        })
        .collect();
    assert_eq!(kids.len(), 1, "{kids:?}");
    assert_eq!(world.rows("signing_keys").await, 2);
}

#[on_each_engine(flavor = "multi_thread")]
async fn signing_continues_while_the_database_is_unavailable(engine: Engine) {
    let world = world(&engine, Rotation::USUAL).await;
    let signer = Signer::load(&world.kobling).await.expect("a signer");
    world.watch.fail("read");
    assert!(signer.tend().await.is_err());
    let claims = serde_json::json!({ "sub": "x" });
    for (_, alg) in CLIENTS {
        assert!(signer.sign(alg, None, &claims).is_some());
    }
}

#[on_each_engine(flavor = "multi_thread")]
async fn a_process_loads_keys_that_another_process_created(engine: Engine) {
    let world = world(
        &engine,
        Rotation {
            reload: Span(1_000),
            ..Rotation::USUAL
        },
    )
    .await;
    let running = Arc::new(Signer::load(&world.kobling).await.expect("a signer"));
    let task = tokio::spawn(Arc::clone(&running).run());
    let command = Signer::new(&world.kobling);
    let added = command.renew(Why::Compromised).await.expect("keys");
    let claims = serde_json::json!({ "sub": "x" });
    for key in added {
        let mut tries = 0;
        while kid(&running.sign(key.alg, None, &claims).expect("signs")) != key.kid {
            tries += 1;
            assert!(tries < 500, "{} is not loaded", key.kid);
            a_moment().await;
        }
    }
    task.abort();
}
