//! More than the server takes: slow clients, and more passwords than can be hashed.

use crate::support::{
    Demo, FINNES, SESSION,
    browser::{Browser, send},
    db::{Engine, each_engine},
    race,
};
use reqwest::Method;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How many slow clients there are, if the process may open as many files.
const SLOW: usize = 2_000;
/// Far longer than the settings of the tests; what takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

const HALF_A_HEAD: &str = "GET /login HTTP/1.1\r\nhost: localhost\r\naccept: text/ht";
const HALF_A_BODY: &str = "POST /ui/identify HTTP/1.1\r\nhost: localhost\r\n\
    content-type: application/x-www-form-urlencoded\r\ncontent-length: 40\r\n\r\nflow=&email=a";

async fn connect(demo: &Demo, sends: &str) -> TcpStream {
    let address = demo.origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(sends.as_bytes()).await.expect("sends");
    stream
}

/// Whatever the server still sends until it closes the connection.
async fn until_closed(stream: &mut TcpStream, what: &str) -> String {
    let mut answer = Vec::new();
    let closed = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(closed.is_ok(), "{what}: the connection stays open");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn signs_in(demo: &Demo) {
    let browser = demo.browser();
    demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
        .await;
    assert!(browser.cookie(SESSION).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_beside_slow_clients_and_the_server_still_stops() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // None of the slow clients is cut off before the server stops.
    let settings = [
        "server.idle_seconds=600",
        "server.head_seconds=600",
        "server.body_seconds=600",
        "server.stop_seconds=3",
    ];
    let mut demo = Demo::spawn(&Engine::sqlite(folder.path()), &settings).await;
    // The server inherits the limit of open files of this process. The person needs some connections as well.
    let number = SLOW.min(kobling::listen::affordable_connections() - 20);
    assert!(number >= 800, "too few files can be opened: {number}");
    let mut slow = Vec::new();
    for index in 0..number {
        let sends = match index % 4 {
            0 | 1 => "",
            2 => HALF_A_HEAD,
            _ => HALF_A_BODY,
        };
        slow.push(connect(&demo, sends).await);
    }
    let person = timeout(PATIENCE, signs_in(&demo)).await;
    assert!(person.is_ok(), "nobody else is served");
    let ended = timeout(PATIENCE, demo.terminate()).await;
    let status = ended.expect("slow clients hold up the end");
    assert!(status.success(), "{status}: {}", demo.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_holds_back_ends_its_connection() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = [
        "server.idle_seconds=1",
        "server.head_seconds=1",
        "server.body_seconds=1",
    ];
    let demo = Demo::spawn(&Engine::sqlite(folder.path()), &settings).await;
    let whole = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let second_head = format!("{whole}{HALF_A_HEAD}");
    for (sends, answers, what) in [
        ("", "", "nothing"),
        (HALF_A_HEAD, "", "half a head"),
        (HALF_A_BODY, "HTTP/1.1 408 ", "half a body"),
        (whole, "HTTP/1.1 200 ", "nothing after a request"),
        (&second_head, "HTTP/1.1 200 ", "half a head after a request"),
    ] {
        let mut stream = connect(&demo, sends).await;
        let answer = until_closed(&mut stream, what).await;
        assert!(answer.starts_with(answers), "{what}: {answer}");
        assert_eq!(answer.is_empty(), answers.is_empty(), "{what}: {answer}");
    }
    signs_in(&demo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_connection_waits_until_one_is_closed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = ["server.connections=1", "server.head_seconds=2"];
    let demo = Demo::spawn(&Engine::sqlite(folder.path()), &settings).await;
    let mut first = connect(&demo, HALF_A_HEAD).await;
    let request = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut second = connect(&demo, request).await;
    tokio::select! {
        biased;
        _ = until_closed(&mut first, "half a head") => {}
        _ = until_closed(&mut second, "a request") => panic!("both connections are served"),
    }
    let answer = until_closed(&mut second, "a request").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_stops_no_request() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut demo = Demo::spawn_without_log(&Engine::sqlite(folder.path())).await;
    for _ in 0..20 {
        assert_eq!(demo.browser().get("/login").await.status, 200);
    }
    signs_in(&demo).await;
    let status = demo.terminate().await;
    assert!(status.success(), "{status}");
    // The error of a command has nowhere to go either.
    let full = std::fs::File::options().append(true).open("/dev/full");
    let failed = std::process::Command::new(env!("CARGO_BIN_EXE_kobling"))
        .args(["serve", "--config", "/missing.toml"])
        .stderr(full.expect("a device"))
        .status();
    assert_eq!(failed.expect("it ends").code(), Some(1));
}

/// One password at a time, for long, and one that waits.
const BUSY: [&str; 4] = [
    "password.memory_kib=65536",
    "password.iterations=6",
    "password.at_once=1",
    "password.queue_length=1",
];

#[tokio::test(flavor = "multi_thread")]
async fn more_passwords_than_can_be_hashed_are_refused_with_503() {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &BUSY).await;
        let browser = demo.browser();
        demo.sign_in_with_password(&browser, FINNES.0, FINNES.1)
            .await;
        let answers = race(|_| {
            let change = browser.frozen().request(Method::POST, "/api/v1/password");
            let body =
                serde_json::json!({ "current": "feil", "new": "Rev som synger hele natten" });
            send(change.json(&body))
        })
        .await;
        let mut refused = 0;
        for answer in answers {
            if answer.status == 403 {
                continue;
            }
            refused += 1;
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert_eq!(answer.json()["code"], "busy");
            assert!(answer.header("retry-after").parse::<u32>().is_ok());
        }
        assert!(refused > 0, "nobody is refused");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_told_to_try_again_and_keeps_the_address() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start(&Engine::sqlite(folder.path()), &BUSY).await;
    let (email, password) = FINNES;
    let origin = demo.origin.clone();
    let pages = race(|_| {
        let browser = Browser::new(&origin);
        async move {
            let page = browser.submit("/ui/identify", &[("email", email)]).await;
            let form = [("flow", &*page.param("flow")), ("password", "feil")];
            (browser.submit("/ui/password-sign-in", &form).await, browser)
        }
    })
    .await;
    let refused = pages
        .into_iter()
        .find(|(page, _)| page.status == 503)
        .expect("somebody is refused");
    let (page, browser) = refused;
    assert!(page.header("retry-after").parse::<u32>().is_ok());
    assert_eq!(page.url.path(), "/login");
    assert!(page.body.contains("Prøv igjen om litt."), "{}", page.body);
    assert!(page.body.contains(email) && !page.body.contains("feil"));
    let form = [("flow", &*page.param("flow")), ("password", password)];
    browser.submit("/ui/password-sign-in", &form).await;
    assert!(browser.cookie(SESSION).is_some(), "the next try succeeds");
}
