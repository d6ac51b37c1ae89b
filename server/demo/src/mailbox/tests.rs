//! Mails are received over SMTP and read over HTTP.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::Mailbox;
use crate::testing::{Browser, Time};

/// A sender that writes SMTP commands directly.
struct Sender(BufReader<TcpStream>);

impl Sender {
    fn connect(mailbox: &Mailbox) -> Self {
        let addr = mailbox.listen_smtp(([127, 0, 0, 1], 0).into()).unwrap();
        let mut sender = Self(BufReader::new(TcpStream::connect(addr).unwrap()));
        assert!(sender.answer().starts_with("220 "));
        sender
    }

    fn answer(&mut self) -> String {
        let mut all = String::new();
        loop {
            let start = all.len();
            assert_ne!(self.0.read_line(&mut all).unwrap(), 0, "{all}");
            if all.as_bytes().get(start + 3) == Some(&b' ') {
                return all;
            }
        }
    }

    fn say(&mut self, line: &[u8]) -> String {
        let line = [line, b"\r\n"].concat();
        self.0.get_mut().write_all(&line).unwrap();
        self.answer()
    }

    fn send(&mut self, to: &str, message: &[u8]) -> String {
        self.say("MAIL FROM:<kobling@nordvik.example> SIZE=200 BODY=8BITMIME SMTPUTF8".as_bytes());
        assert!(
            self.say(format!("RCPT TO:<{to}>").as_bytes())
                .starts_with("250")
        );
        assert!(self.say(b"DATA").starts_with("354"));
        self.say(&[message, b"\r\n."].concat())
    }
}

fn mailbox() -> (Mailbox, Sender, Browser) {
    let mailbox = Mailbox::with_clock(Time::new().clock());
    let mut sender = Sender::connect(&mailbox);
    let offers = sender.say(b"EHLO kobling.example");
    assert!(
        offers.contains("8BITMIME") && offers.contains("250 SMTPUTF8\r\n"),
        "{offers}"
    );
    let browser = Browser::new(mailbox.router());
    (mailbox, sender, browser)
}

const BOTH: &str = "From: Kobling <kobling@nordvik.example>\r\n\
To: kjent@nordvik.example\r\n\
Subject: =?utf-8?q?Nytt_passord_p=C3=A5_kontoen?=\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/alternative; boundary=grense\r\n\
\r\n\
--grense\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
SGVpIHDDpSBkZWc=\r\n\
--grense\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<html><head></head><body><p>Hei på <a href=\"http://localhost:3000/x?a=1\">deg</a></p></body></html>\r\n\
--grense--\r\n";

#[tokio::test]
async fn a_mail_is_shown_as_json_and_as_pages() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    assert!(
        sender
            .send("kjent@nordvik.example", BOTH.as_bytes())
            .starts_with("250")
    );
    let all = browser.get("/api/messages").await.json();
    let html = all[0]["html"].as_str().unwrap();
    assert_eq!(
        all,
        json!([{
            "id": "1",
            "to": "kjent@nordvik.example",
            "subject": "Nytt passord på kontoen",
            "text": "Hei på deg",
            "html": html,
            "received": "2026-09-21T14:13:20Z",
        }])
    );
    assert!(html.contains("<p>Hei på <a href="));

    let list = browser.get("/").await.body;
    assert!(
        list.contains("<a href=\"/messages/1\">Nytt passord på kontoen</a>"),
        "{list}"
    );
    let page = browser.get("/messages/1").await.body;
    assert!(page.contains("<h1>Nytt passord på kontoen</h1>"), "{page}");
    assert!(
        page.contains("Kobling &lt;kobling@nordvik.example&gt;"),
        "{page}"
    );
    assert!(page.contains("<iframe src=\"/messages/1/html\""), "{page}");
    assert!(page.contains("title=\"Innholdet i e-posten\""), "{page}");
    assert!(page.contains("sandbox=\"allow-popups "), "{page}");
    let part = browser.get("/messages/1/html").await;
    assert!(
        part.body
            .contains("<head><base target=\"_top\"><script>const all="),
        "{}",
        part.body
    );
    let policy = part.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("default-src 'none'") && policy.contains("; sandbox "),
        "{policy}"
    );
    assert!(policy.contains("; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("allow-same-origin"), "{policy}");
}

#[tokio::test]
async fn raw_utf_8_in_addresses_headers_and_body_is_kept() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    let message = "Subject: Bekreft adressen på øya\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\
\r\n\
Blåbærsyltetøy\r\n..prikk\r\n";
    sender.send("bjørn@nordvik.example", message.as_bytes());
    let all = browser.get("/api/messages").await.json();
    assert_eq!(all[0]["to"], "bjørn@nordvik.example");
    assert_eq!(all[0]["subject"], "Bekreft adressen på øya");
    assert_eq!(all[0]["html"], json!(null));
    let text = all[0]["text"].as_str().unwrap();
    assert!(text.starts_with("Blåbærsyltetøy"), "{text}");
    assert!(text.contains("\n.prikk"), "{text}");
    let page = browser.get("/messages/1").await.body;
    assert!(!page.contains("<iframe"));
    assert_eq!(
        browser.get("/messages/1/html").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_mail_with_html_only_gets_a_text_form() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    let message =
        "Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Kode 123456</p>\r\n";
    sender.send("a@nordvik.example", message.as_bytes());
    let all = browser.get("/api/messages").await.json();
    assert!(all[0]["text"].as_str().unwrap().contains("Kode 123456"));
    assert!(all[0]["html"].as_str().unwrap().contains("<p>"));
}

#[tokio::test]
async fn the_content_of_a_mail_is_escaped() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    let message = "Subject: <script>alert(1)</script>\r\nX-Annet: <b>\r\n\r\n</pre><script>x\r\n";
    sender.send("a@nordvik.example", message.as_bytes());
    for path in ["/", "/messages/1"] {
        let page = browser.get(path).await.body;
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(page.contains("<script src=\"/mailbox.js\""), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    }
}

#[tokio::test]
async fn mails_are_listed_newest_first_and_500_are_kept() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    for number in 1..=502 {
        let message = format!("Subject: nummer {number}\r\n\r\nx\r\n");
        sender.send("a@nordvik.example", message.as_bytes());
    }
    let all = browser.get("/api/messages").await.json();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 500);
    assert_eq!(all[0]["subject"], "nummer 502");
    assert_eq!(all[499]["subject"], "nummer 3");
    assert_eq!(
        browser.get("/messages/2").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(browser.get("/messages/3").await.status, StatusCode::OK);
}

#[tokio::test]
async fn several_recipients_are_listed_together() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    sender.say(b"MAIL FROM:<kobling@nordvik.example>");
    sender.say(b"RCPT TO: <a@nordvik.example> NOTIFY=NEVER");
    sender.say(b"rcpt to:<b@nordvik.example>");
    sender.say(b"DATA");
    assert!(sender.say(b"Subject: x\r\n\r\ny\r\n.").starts_with("250"));
    let all = browser.get("/api/messages").await.json();
    assert_eq!(all[0]["to"], "a@nordvik.example, b@nordvik.example");
}

#[tokio::test]
async fn the_mailbox_can_be_emptied() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    sender.send("a@nordvik.example", b"Subject: x\r\n\r\ny\r\n");
    let reply = browser
        .ask(Method::DELETE, "/api/messages", &[], String::new())
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.get("/api/messages").await.json(), json!([]));
    assert!(browser.get("/").await.body.contains("Ingen e-post ennå."));
    sender.send("a@nordvik.example", b"Subject: x\r\n\r\ny\r\n");
    assert_eq!(browser.get("/api/messages").await.json()[0]["id"], "2");
}

#[tokio::test]
async fn invalid_input_is_answered_and_the_server_continues() {
    let (mailbox, mut sender, mut browser) = mailbox();
    assert!(sender.say(b"DATA").starts_with("503"));
    assert!(sender.say(b"TULL").starts_with("500"));
    assert!(sender.say(&[0xff, 0xfe]).starts_with("500"));
    sender.send("a@nordvik.example", &[0xff, 0x00, 0xfe]);
    assert_eq!(browser.get("/api/messages").await.json()[0]["subject"], "");
    assert!(sender.say(b"QUIT").starts_with("221"));
    let mut next = Sender::connect(&mailbox);
    assert!(next.say(b"EHLO kobling.example").starts_with("250"));
    assert!(
        next.send("a@nordvik.example", b"Subject: y\r\n\r\ny\r\n")
            .starts_with("250")
    );
}

#[tokio::test]
async fn a_mail_beyond_10_megabytes_is_refused() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    let line = "x".repeat(998) + "\r\n";
    let message = "Subject: stor\r\n\r\n".to_owned() + &line.repeat(10_600);
    assert!(
        sender
            .send("a@nordvik.example", message.as_bytes())
            .starts_with("552")
    );
    assert_eq!(browser.get("/api/messages").await.json(), json!([]));
}

const CODE: &str = "Subject: Koden din\r\n\r\nEngangskode:\r\n12345678\r\n";

#[tokio::test]
async fn a_code_is_marked_in_the_language_of_the_visitor() {
    let (_mailbox, mut sender, mut browser) = mailbox();
    sender.send("a@nordvik.example", CODE.as_bytes());
    for (lang, note, marked) in [
        ("nb", "Her havner all e-post", "Kode: <mark>12345678</mark>"),
        ("nn", "Her hamnar all e-post", "Kode: <mark>12345678</mark>"),
        ("en", "All mail that", "Code: <mark>12345678</mark>"),
    ] {
        let page = browser.get(&format!("/?ui_locales={lang}")).await.body;
        for part in [&format!("<html lang=\"{lang}\">"), note, marked] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
    let page = browser.get("/messages/1").await;
    let (_, text) = page.body.split_once("<pre>").unwrap();
    assert!(text.contains("<mark>12345678</mark>"), "{text}");
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("script-src 'self'; connect-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_list_hears_of_new_mail_and_of_being_emptied() {
    let (mailbox, mut sender, mut browser) = mailbox();
    let epoch = mailbox.epoch();
    let new = |after: &str| format!("/new?after={after}&epoch={epoch}");
    sender.send("a@nordvik.example", CODE.as_bytes());
    sender.send("b@nordvik.example", b"Subject: nummer to\r\n\r\nx\r\n");
    let all = browser.get(&new("0")).await;
    assert_eq!(all.status, StatusCode::OK);
    assert!(
        all.body.starts_with("<li class=\"card\" data-id=\"2\">"),
        "{}",
        all.body
    );
    assert_eq!(all.body.matches("<li").count(), 2);
    assert_eq!(browser.get(&new("1")).await.body.matches("<li").count(), 1);

    // One that is waiting hears of what arrives later.
    let mut waiting = Browser::new(mailbox.router());
    let later = new("2");
    let (heard, ()) = tokio::join!(waiting.get(&later), async {
        tokio::task::yield_now().await;
        mailbox.receive(
            &["c@nordvik.example".to_owned()],
            b"Subject: tre\r\n\r\nx\r\n",
        );
    });
    assert!(heard.body.contains(">tre</a>"), "{}", heard.body);

    mailbox.empty();
    assert_eq!(
        browser.get(&new("3")).await.status,
        StatusCode::RESET_CONTENT
    );
    assert_eq!(browser.get("/api/messages").await.json(), json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_hears_nothing_asks_again() {
    let mailbox = Mailbox::with_clock(Time::new().clock());
    let mut browser = Browser::new(mailbox.router());
    let address = format!("/new?after=0&epoch={}", mailbox.epoch());
    assert_eq!(browser.get(&address).await.status, StatusCode::NO_CONTENT);
}
