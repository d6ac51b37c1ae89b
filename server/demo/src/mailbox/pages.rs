//! The pages of the mailbox.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};

use super::{Mailbox, message::Message};
use crate::{lang::Lang, look::Look};

/// Where the script is served.
pub(crate) const SCRIPT: &str = "/mailbox.js";
/// The sandbox of the frame. The policy of the mail excludes all scripts but [`MEASURE`]: accessibility checkers cannot
/// inspect a frame whose sandbox forbids them as well.
const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox \
     allow-top-navigation-by-user-activation allow-scripts";
/// Tells the page around the frame how high the mail is, when that changes and when the page asks.
const MEASURE: &str = "const all=document.documentElement,\
     tell=()=>parent.postMessage(Math.ceil(all.getBoundingClientRect().height),'*');\
     new ResizeObserver(tell).observe(all);addEventListener('message',tell);";

/// The policy of the HTML part of a mail, in its frame and as a document: it has an opaque origin and one script.
pub(crate) fn mail_policy() -> String {
    let digest = STANDARD.encode(Sha256::digest(MEASURE));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
    )
}

/// All messages, newest first.
pub(crate) fn list(mailbox: &Mailbox, lang: Lang) -> Markup {
    let title = lang.pick("Postkasse", "Postkasse", "Mailbox");
    // First, so that what arrives in between is not missed.
    let epoch = mailbox.epoch();
    let messages = mailbox.all();
    let main = html! {
        h1 { (title) }
        p.note { (lang.pick(
            "Her havner all e-post som demoen sender, uansett mottaker.",
            "Her hamnar all e-post som demoen sender, uansett mottakar.",
            "All mail that the demo sends arrives here, whoever it is for.",
        )) }
        noscript { p { a href="/" { (lang.pick("Oppdater", "Oppdater", "Refresh")) } } }
        (news(lang))
        @if messages.is_empty() {
            p #none { (lang.pick("Ingen e-post ennå.", "Ingen e-post enno.", "No mail yet.")) }
        }
        ul.rows #mails data-epoch=(epoch) { (rows(&messages, lang)) }
    };
    mailbox.look.page_with(lang, title, &main, Some(SCRIPT))
}

/// Messages as items of the list.
pub(crate) fn rows(messages: &[Arc<Message>], lang: Lang) -> Markup {
    html! {
        @for message in messages {
            li.card data-id=(message.id) {
                a href={ "/messages/" (message.id) } { (subject(message, lang)) }
                p.soft { (lang.pick("Til ", "Til ", "To ")) (message.to) ", " (received(message)) }
                (code(message, lang))
            }
        }
    }
}

/// One message.
pub(crate) fn message(look: &Look, message: &Message, lang: Lang) -> Markup {
    let subject = subject(message, lang);
    let (before, marked, after) = around_code(message);
    let main = html! {
        p { a href="/" { (lang.pick("Til postkassen", "Til postkassa", "To the mailbox")) } }
        h1 { (subject) }
        dl {
            dt { (lang.pick("Fra", "Frå", "From")) }
            dd { (message.from) }
            dt { (lang.pick("Til", "Til", "To")) }
            dd { (message.to) }
            dt { (lang.pick("Mottatt", "Motteken", "Received")) }
            dd { (received(message)) }
        }
        (news(lang))
        (code(message, lang))
        @if message.html.is_some() {
            iframe src={ "/messages/" (message.id) "/html" } sandbox=(SANDBOX)
                title=(lang.pick("Innholdet i e-posten", "Innhaldet i e-posten", "Content of the mail")) {}
        }
        h2 { (lang.pick("Som tekst", "Som tekst", "As text")) }
        div.card { pre { (before) @if !marked.is_empty() { mark { (marked) } } (after) } }
        details {
            summary { (lang.pick("Hodefelt", "Hovudfelt", "Headers")) }
            dl {
                @for (name, value) in &message.headers {
                    dt { (name) }
                    dd { (value) }
                }
            }
        }
    };
    look.page_with(lang, subject, &main, Some(SCRIPT))
}

/// Where the script says what has happened.
fn news(lang: Lang) -> Markup {
    html! {
        p #news role="status"
            data-arrived=(lang.pick("Ny e-post:", "Ny e-post:", "New mail:")) {}
    }
}

/// The code, and a button that the script shows.
fn code(message: &Message, lang: Lang) -> Markup {
    html! {
        @if let Some(code) = &message.code {
            p.code {
                (lang.pick("Kode: ", "Kode: ", "Code: ")) mark { (code) } " "
                button type="button" hidden data-code=(code)
                    data-copied=(lang.pick("Koden er kopiert.", "Koden er kopiert.", "The code is copied."))
                    data-selected=(lang.pick(
                        "Koden er markert, og kan kopieres.",
                        "Koden er markert, og kan kopierast.",
                        "The code is selected, and can be copied.",
                    )) {
                    (lang.pick("Kopier ", "Kopier ", "Copy ")) (code)
                }
            }
        }
    }
}

/// The text before the code, the code, and the text after it.
fn around_code(message: &Message) -> (&str, &str, &str) {
    let text = message.text.as_str();
    let Some(code) = message.code.as_deref() else {
        return (text, "", "");
    };
    match text.split_once(code) {
        Some((before, after)) => (before, code, after),
        None => (text, "", ""),
    }
}

fn subject(message: &Message, lang: Lang) -> &str {
    if message.subject.is_empty() {
        lang.pick("(uten emne)", "(utan emne)", "(no subject)")
    } else {
        &message.subject
    }
}

/// When it arrived, in UTC; the script shows it in the browser's time.
fn received(message: &Message) -> Markup {
    let at = &message.received;
    let shown = at.get(..16).map(|at| at.replace('T', " "));
    html! { time datetime=(at) { (shown.unwrap_or_default()) " UTC" } }
}

/// The HTML with links that open in the top-level window, and with [`MEASURE`].
pub(crate) fn framed(html: &str) -> String {
    let place = ["<head", "<html", "<!doctype"]
        .into_iter()
        .find_map(|tag| after_tag(html, tag))
        .unwrap_or_default();
    let (before, after) = html.split_at(place);
    format!("{before}<base target=\"_top\"><script>{MEASURE}</script>{after}")
}

/// The end of the first tag of this name.
fn after_tag(html: &str, tag: &str) -> Option<usize> {
    // Only ASCII letters change, so offsets stay the same.
    let lower = html.to_ascii_lowercase();
    let (start, _) = lower.match_indices(tag).find(|(start, _)| {
        lower
            .get(start + tag.len()..)
            .is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_ascii_whitespace()))
    })?;
    let end = lower.get(start..)?.find('>')?;
    Some(start + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_element_is_in_the_head() {
        let table = [
            (
                "<!DOCTYPE html><html lang=nb><HEAD>",
                "<title>x</title></HEAD><body>y",
            ),
            ("<html>", "<body><header>æ</header>"),
            ("<!doctype html>", "<p>ø"),
            ("", "<p>å</p>"),
            ("", "<head"),
        ];
        for (before, after) in table {
            let html = framed(&format!("{before}{after}"));
            let start = format!("{before}<base target=\"_top\"><script>");
            assert!(html.starts_with(&start), "{html}");
            assert!(html.ends_with(&format!("</script>{after}")), "{html}");
        }
    }
}
