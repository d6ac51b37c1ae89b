//! The server is killed under load, again and again: what it has acknowledged stays, and nothing is half-made.

use crate::support::{
    Demo, FINNES, SESSION, a_moment,
    browser::{Browser, Frozen, Page, param, send, try_send},
    db::{Engine, each_engine},
};
use kobling_demo::mailbox::Mailbox;
use reqwest::Method;
use std::{
    collections::HashSet,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{net::TcpListener, sync::Notify, task::JoinSet};

/// How often the server is killed.
const KILLS: usize = 200;
/// How many people sign in and out at the same time.
const PEOPLE: usize = 6;
/// In how many sessions of this start of the server a person stays signed in.
const KEPT: usize = 2;
/// How often a test polls until all mails are delivered.
const TRIES: usize = 5_000;

/// Counts what has been acknowledged since the server started.
#[derive(Default)]
struct Load {
    acknowledged: AtomicUsize,
    more: Notify,
}

impl Load {
    fn acknowledge(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
        self.more.notify_one();
    }

    async fn reaches(&self, number: usize) {
        while self.acknowledged.load(Ordering::SeqCst) < number {
            self.more.notified().await;
        }
    }
}

/// What a person knows when the server has been killed.
#[derive(Default)]
struct Known {
    signed_in: Vec<Browser>,
    signed_out: Vec<Frozen>,
}

/// Signs in; `None` if there is no answer.
async fn sign_in(browser: &Browser) -> Option<()> {
    let page = answer(
        browser
            .try_post("/ui/identify", &[("email", FINNES.0)])
            .await,
    )?;
    let flow = param(&page.next(), "flow").expect("a flow");
    let form = [("flow", &*flow), ("password", FINNES.1)];
    let page = answer(browser.try_post("/ui/password-sign-in", &form).await)?;
    assert!(browser.cookie(SESSION).is_some(), "{}", page.body);
    Some(())
}

/// An answer says that it is done: nothing fails but by the end of the server.
fn answer(sent: reqwest::Result<Page>) -> Option<Page> {
    let page = sent.ok()?;
    assert!(page.status.as_u16() < 400, "{}: {}", page.status, page.body);
    Some(page)
}

/// Signs in, and out of older sessions, until the server is killed.
async fn comes_and_goes(origin: String, mut older: Vec<Browser>, load: Arc<Load>) -> Known {
    let mut known = Known::default();
    loop {
        let browser = Browser::new(&origin);
        if sign_in(&browser).await.is_none() {
            break;
        }
        load.acknowledge();
        known.signed_in.push(browser);
        if older.is_empty() && known.signed_in.len() <= KEPT {
            continue;
        }
        let browser = older.pop().unwrap_or_else(|| known.signed_in.remove(0));
        let session = browser.frozen();
        if answer(browser.try_post("/ui/sign-out", &[]).await).is_none() {
            break;
        }
        load.acknowledge();
        known.signed_out.push(session);
    }
    known.signed_in.append(&mut older);
    known
}

/// Counts in a name; returns the last number that was acknowledged.
async fn counts(browser: Browser, mut number: u64, load: Arc<Load>) -> u64 {
    loop {
        let name = serde_json::json!({ "name": format!("Nummer {}", number + 1) });
        let change = browser.request(Method::PATCH, "/api/v1/account");
        if answer(try_send(change.json(&name)).await).is_none() {
            return number;
        }
        load.acknowledge();
        number += 1;
    }
}

/// Asks for reset mails; returns how many requests were acknowledged.
async fn asks_for_mails(browser: Browser, load: Arc<Load>) -> usize {
    let form = [("email", FINNES.0), ("robot", "on")];
    let mut number = 0;
    while answer(browser.try_post("/ui/request-recovery", &form).await).is_some() {
        load.acknowledge();
        number += 1;
    }
    number
}

/// A mailbox that outlives the server, and what has arrived there.
struct Post {
    address: String,
    smtp: u16,
    /// Their number, which is also the id of the last one.
    arrived: u64,
    tickets: HashSet<String>,
}

impl Post {
    async fn open() -> Self {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mailbox = Mailbox::new();
        let smtp = mailbox.listen_smtp(local).expect("listens").port();
        let listener = TcpListener::bind(local).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let router = mailbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address: format!("http://localhost:{port}/api/messages"),
            smtp,
            arrived: 0,
            tickets: HashSet::new(),
        }
    }

    /// Reads what is new: the mailbox keeps some hundreds.
    async fn collect(&mut self) {
        let browser = Browser::new(&self.address);
        let mails = send(browser.request(Method::GET, &self.address)).await;
        for mail in mails.json().as_array().expect("a list").iter().rev() {
            let id = mail["id"].as_str().and_then(|id| id.parse().ok());
            let id: u64 = id.expect("a number");
            if id <= self.arrived {
                continue;
            }
            assert_eq!(id, self.arrived + 1, "one was not read in time");
            let text = mail["text"].as_str().expect("a text");
            let (_, ticket) = text.split_once("ticket=").expect("a ticket");
            let ticket = ticket.split_whitespace().next().expect("a ticket");
            self.arrived = id;
            self.tickets.insert(ticket.to_owned());
        }
    }
}

async fn status(session: &Frozen) -> u16 {
    let answer = send(session.request(Method::GET, "/api/v1/account")).await;
    answer.status.as_u16()
}

async fn events(engine: &Engine, event: &str) -> i64 {
    engine.rows(&format!("audit WHERE event = '{event}'")).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: kills the server 200 times on each engine"]
async fn what_was_acknowledged_survives_a_kill() {
    each_engine(is_killed_again_and_again).await;
}

async fn is_killed_again_and_again(engine: Engine) {
    let mut post = Post::open().await;
    let smtp = format!("mail.smtp.port={}", post.smtp);
    let mut demo = Demo::spawn(&engine, &[&smtp]).await;
    let counter = demo.browser();
    sign_in(&counter).await.expect("signs in");
    let (mut number, mut asked, mut checked) = (0, 0, 0);
    let mut older: Vec<Vec<Browser>> = vec![Vec::new(); PEOPLE];
    for round in 0..KILLS {
        let load = Arc::<Load>::default();
        let mut people = JoinSet::new();
        for mine in older.drain(..) {
            people.spawn(comes_and_goes(demo.origin.clone(), mine, load.clone()));
        }
        let counting = tokio::spawn(counts(counter.clone(), number, load.clone()));
        let asking = tokio::spawn(asks_for_mails(demo.browser(), load.clone()));
        load.reaches(1 + round % 24).await;
        demo.kill().await;
        let known = people.join_all().await;
        let counted = counting.await.expect("the number");
        asked += asking.await.expect("the number");

        demo.restart().await;
        let account = send(counter.request(Method::GET, "/api/v1/account")).await;
        let name = account.json()["name"].as_str().expect("a name").to_owned();
        let found = name
            .strip_prefix("Nummer ")
            .map_or(0, |n| n.parse().expect("a number"));
        // The last change may have been committed without an answer.
        assert!(
            (counted..=counted + 1).contains(&found),
            "{name}, {counted}"
        );
        assert_eq!(events(&engine, "name.changed").await, found as i64);
        number = found;
        checked += 1;
        for person in known {
            for session in &person.signed_out {
                assert_eq!(status(session).await, 401, "a session is back");
                checked += 1;
            }
            for browser in &person.signed_in {
                assert_eq!(status(&browser.frozen()).await, 200, "a session is lost");
                checked += 1;
            }
            older.push(person.signed_in);
        }
        let begun = events(&engine, "sign_in.password").await;
        let ended = events(&engine, "sign_out").await;
        assert_eq!(engine.rows("sessions").await, begun - ended, "half-made");
        post.collect().await;
    }
    // What was in hand when the server was killed is leased for up to a minute.
    demo.kill().await;
    engine.execute("UPDATE outbox SET due_at = 0").await;
    demo.restart().await;
    let mut tries = 0;
    while engine.rows("outbox").await > 0 {
        assert!(tries < TRIES, "the outbox does not empty: {}", demo.log());
        tries += 1;
        post.collect().await;
        a_moment().await;
    }
    post.collect().await;
    if let Engine::Sqlite(_) = engine {
        let broken = "pragma_integrity_check WHERE integrity_check <> 'ok'";
        assert_eq!(engine.rows(broken).await, 0);
    }
    assert!(
        post.tickets.len() >= asked,
        "{} of {asked} mails",
        post.tickets.len()
    );
    println!(
        "{KILLS} kills: {checked} checks of acknowledged changes, {number} names, {asked} requests for a mail, {} mails, \
         {} of them twice",
        post.arrived,
        post.arrived - post.tickets.len() as u64,
    );
}
