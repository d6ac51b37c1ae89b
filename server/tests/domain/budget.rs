//! What each page and endpoint costs: units of work that read, units of work that write, and statements.

use super::{
    person::{Person, flow_in, request},
    world::{PASSWORD, World, client, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    Fault, Visitor,
    kernel::secret::Token,
    oidc::{
        client::AccessRule,
        grant::types::{AuthorizationRequest, Redeemed, Redemption},
    },
};
use kobling_test_macros::on_each_engine;

const ANN: &str = "ann@nordvik.example";
/// An application that people are asked about first.
const OTHER: &str = "other";
/// The pair of RFC 7636, appendix B, whose challenge every request of these tests carries.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What is done, its units of work that read, those that write, and its statements. A change that needs more makes
/// everybody wait; one that needs fewer is written down here.
type Cost = (&'static str, usize, usize, usize);

const PAGES: &[Cost] = &[
    ("/login", 0, 0, 0),
    ("/forgot-password", 0, 0, 0),
    ("/reset-password", 0, 0, 0),
    ("/undo-email", 0, 0, 0),
    ("/sign-out", 0, 0, 0),
    ("/reset-password, ticket", 1, 0, 2),
    ("/login, flow", 1, 0, 1),
    ("/forgot-password, flow", 1, 0, 1),
    ("/link", 1, 0, 1),
    ("/login, signed in", 1, 0, 1),
    ("/forgot-password, signed in", 1, 0, 1),
    ("/sign-out, signed in", 1, 0, 1),
    ("/account", 1, 0, 8),
    ("/account/email", 1, 0, 4),
    ("/account/password", 1, 0, 2),
    ("/account, flow", 1, 0, 9),
    ("/consent", 1, 0, 2),
    ("/no-access", 1, 0, 3),
    ("/", 1, 0, 1),
];

const ENDPOINTS: &[Cost] = &[
    ("address", 0, 1, 2),
    ("password", 2, 2, 12),
    ("eID start", 0, 1, 3),
    ("eID callback", 0, 2, 19),
    ("authorize, nobody", 0, 1, 2),
    ("authorize, nobody, silent", 0, 0, 0),
    ("authorize", 0, 1, 4),
    ("token", 0, 1, 6),
    ("userinfo", 1, 0, 1),
    ("introspection", 1, 0, 1),
    ("token, refresh", 0, 1, 6),
    ("authorize, by eID", 0, 1, 5),
    ("authorize, organisation", 0, 1, 6),
    ("authorize, no access", 0, 1, 7),
    ("authorize, not asked yet, silent", 0, 1, 2),
    ("authorize, not asked yet", 0, 1, 4),
    ("consent", 0, 1, 10),
    ("authorize, allowed before", 0, 1, 5),
];

/// Adds up what is done.
struct Ledger<'a> {
    world: &'a World,
    costs: Vec<Cost>,
}

impl<'a> Ledger<'a> {
    fn new(world: &'a World) -> Self {
        let costs = Vec::new();
        Self { world, costs }
    }

    #[allow(clippy::print_stdout, reason = "a test that fails shows the steps")]
    async fn count<T>(&mut self, what: &'static str, done: impl Future<Output = T>) -> T {
        self.world.watch.steps();
        let done = done.await;
        let steps = self.world.watch.steps();
        println!("{what}: {}", steps.join(" "));
        let of = |name| steps.iter().filter(|step| **step == name).count();
        let (read, write) = (of("read"), of("begin"));
        let statements = steps.len() - read - write - of("commit");
        self.costs.push((what, read, write, statements));
        done
    }

    /// A page within its frame.
    async fn page<V>(
        &mut self,
        what: &'static str,
        visitor: &Visitor,
        view: impl Future<Output = Result<V, Fault>>,
    ) {
        let sessions = &self.world.kobling.sessions;
        let whole = async {
            view.await.expect("a view");
            sessions.seen(visitor).await.expect("the store");
        };
        self.count(what, whole).await;
    }
}

async fn world(engine: &Engine) -> World {
    let world = World::with(engine, |settings| {
        for own in &mut settings.clients {
            own.refresh = true;
        }
        let mut other = client(OTHER, AccessRule::default());
        other.third_party = true;
        settings.clients.push(other);
    })
    .await;
    world.account(ANN).await;
    world
}

/// A browser in which Ann is signed in by password.
async fn ann(world: &World) -> Person<'_> {
    let mut ann = world.person();
    assert_eq!(ann.sign_in(ANN, PASSWORD).await, "/account");
    ann
}

#[on_each_engine]
async fn every_page_keeps_its_budget(engine: Engine) {
    let world = world(&engine).await;
    let k = &world.kobling;
    let mut ledger = Ledger::new(&world);

    let nobody = Visitor::default();
    let v = &nobody;
    ledger
        .page("/login", v, k.sign_in.view(v, None, None))
        .await;
    let view = k.recovery.forgot_view(v, None);
    ledger.page("/forgot-password", v, view).await;
    let view = k.recovery.reset_view(v, None, None);
    ledger.page("/reset-password", v, view).await;
    let view = k.email_undo.view(v, None, None);
    ledger.page("/undo-email", v, view).await;
    ledger.page("/sign-out", v, k.sign_out.view(v, None)).await;

    let ticket = world.ticket(ANN).await;
    let view = k.recovery.reset_view(v, Some(&ticket), None);
    ledger.page("/reset-password, ticket", v, view).await;

    let mut stranger = world.person();
    let flow = Some(flow_in(&stranger.towards("open").await));
    let visitor = stranger.visitor();
    let v = &visitor;
    ledger
        .page("/login, flow", v, k.sign_in.view(v, flow, None))
        .await;
    let view = k.recovery.forgot_view(v, flow);
    ledger.page("/forgot-password, flow", v, view).await;
    let flow = flow_in(&stranger.eid(&pid(1), None).await);
    let view = k.linking.view(v, flow, None);
    ledger.page("/link", v, view).await;

    let mut ann = ann(&world).await;
    let visitor = ann.visitor();
    let v = &visitor;
    let view = k.sign_in.view(v, None, None);
    ledger.page("/login, signed in", v, view).await;
    let view = k.recovery.forgot_view(v, None);
    ledger.page("/forgot-password, signed in", v, view).await;
    let view = k.sign_out.view(v, None);
    ledger.page("/sign-out, signed in", v, view).await;
    ledger
        .page("/account", v, k.profile.view(v, None, None))
        .await;
    ledger
        .page("/account/email", v, k.email.view(v, None, None))
        .await;
    let view = k.password.view(v, None);
    ledger.page("/account/password", v, view).await;
    let told = k.profile.set_name(v, "Ann").await;
    let flow = Some(flow_in(&ann.take(told)));
    let view = k.profile.view(v, flow, None);
    ledger.page("/account, flow", v, view).await;
    let flow = flow_in(&ann.towards(OTHER).await);
    ledger.page("/consent", v, k.consents.view(v, flow)).await;
    let flow = Some(flow_in(&ann.towards("start").await));
    let view = k.destinations.no_access_view(v, flow);
    ledger.page("/no-access", v, view).await;
    let signed_in = ledger.count("/", k.sessions.signed_in(v)).await;
    assert!(signed_in.expect("the store"));

    assert_eq!(ledger.costs, PAGES);
}

#[on_each_engine]
async fn every_endpoint_keeps_its_budget(engine: Engine) {
    let world = world(&engine).await;
    let mut kari = world.person();
    kari.link_vouched().await;
    let k = &world.kobling;
    let mut ledger = Ledger::new(&world);

    let mut ann = world.person();
    let visitor = ann.visitor();
    let answer = k.sign_in.identify(&visitor, None, ANN);
    let answer = ledger.count("address", answer).await;
    let flow = flow_in(&ann.take(answer));
    let answer = ann.enter_password(flow, PASSWORD);
    ledger.count("password", answer).await;

    let mut kari = world.person();
    let number = pid(0);
    let callback = kari.begin_eid(&number, None);
    let callback = ledger.count("eID start", callback).await;
    ledger.count("eID callback", kari.arrive(&callback)).await;

    let mut nobody = world.person();
    let answer = nobody.towards("open");
    let page = ledger.count("authorize, nobody", answer).await;
    assert!(page.starts_with("/login?flow="), "{page}");
    let answer = nobody.asks(silent("open"));
    let page = ledger.count("authorize, nobody, silent", answer).await;
    assert!(page.contains("error=login_required"), "{page}");

    let page = ledger.count("authorize", ann.towards("open")).await;
    let client = k.settings().client("open").expect("a client");
    let visitor = ann.visitor();
    let redemption = Redemption {
        code: code_in(&page),
        redirect_uri: "https://open.example/callback",
        verifier: VERIFIER,
        jkt: None,
    };
    let tokens = k.tokens.redeem(&visitor, client, redemption);
    let tokens: Redeemed = ledger.count("token", tokens).await.expect("tokens");
    let token = tokens.access_token.expose();
    let claims = k.tokens.userinfo(token, None);
    ledger.count("userinfo", claims).await.expect("claims");
    let known = k.tokens.introspect(client, token);
    let known = ledger.count("introspection", known).await;
    assert!(known.expect("the store").is_some());
    let refresh = tokens.refresh_token.as_ref().map(Token::expose);
    let refresh = refresh.expect("a refresh token");
    let tokens = k.tokens.refresh(&visitor, client, refresh, None, None);
    ledger
        .count("token, refresh", tokens)
        .await
        .expect("tokens");

    let page = ledger
        .count("authorize, by eID", kari.towards("open"))
        .await;
    code_in(&page);
    let answer = ledger.count("authorize, organisation", kari.towards("start"));
    code_in(&answer.await);
    let answer = ledger.count("authorize, no access", ann.towards("start"));
    let page = answer.await;
    assert!(page.starts_with("/no-access?flow="), "{page}");
    let answer = ann.asks(silent(OTHER));
    let page = ledger
        .count("authorize, not asked yet, silent", answer)
        .await;
    assert!(page.contains("error=consent_required"), "{page}");
    let answer = ann.towards(OTHER);
    let page = ledger.count("authorize, not asked yet", answer).await;
    let flow = flow_in(&page);
    let allowed = k.consents.answer(&visitor, flow, true);
    let answer = ledger.count("consent", allowed).await;
    code_in(&ann.take(answer));
    let answer = ann.towards(OTHER);
    let page = ledger.count("authorize, allowed before", answer).await;
    code_in(&page);

    assert_eq!(ledger.costs, ENDPOINTS);
}

fn silent(client: &str) -> AuthorizationRequest {
    AuthorizationRequest {
        silent: true,
        ..request(client)
    }
}

/// The authorization code in an address.
fn code_in(address: &str) -> &str {
    let (_, code) = address
        .split_once("code=")
        .unwrap_or_else(|| panic!("no code in {address}"));
    code.split('&').next().unwrap_or_default()
}
