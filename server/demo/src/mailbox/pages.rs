//! The pages of the mailbox.

use std::sync::Arc;

use maud::{Markup, html};

use super::message::Message;
use crate::look;

/// The policy of the HTML part of a mail, in its frame and as a document: it has an opaque origin and no scripts, since
/// `default-src` allows none.
pub(crate) const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
     img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
     sandbox allow-popups allow-popups-to-escape-sandbox \
     allow-top-navigation-by-user-activation allow-scripts";
/// The sandbox of the frame. [`MAIL_POLICY`] alone excludes scripts: accessibility checkers cannot inspect a frame
/// whose sandbox forbids them as well.
const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox \
     allow-top-navigation-by-user-activation allow-scripts";
const LINKS_AT_TOP: &str = "<base target=\"_top\">";

/// All messages, newest first.
pub(crate) fn list(messages: &[Arc<Message>]) -> Markup {
    let main = html! {
        h1 { "Postkasse" }
        p.note { "Her havner all e-post som demoen sender, uansett mottaker." }
        @if messages.is_empty() {
            p { "Ingen e-post ennå." }
        }
        ul.rows {
            @for message in messages {
                li.card {
                    a href={ "/messages/" (message.id) } { (subject(message)) }
                    p.soft { "Til " (message.to) ", " (received(message)) }
                }
            }
        }
    };
    look::frame("nb", "Postkasse", &main)
}

/// One message.
pub(crate) fn message(message: &Message) -> Markup {
    let main = html! {
        p { a href="/" { "Til postkassen" } }
        h1 { (subject(message)) }
        dl {
            dt { "Fra" }
            dd { (message.from) }
            dt { "Til" }
            dd { (message.to) }
            dt { "Mottatt" }
            dd { (received(message)) }
        }
        @if message.html.is_some() {
            iframe src={ "/messages/" (message.id) "/html" } title="Innholdet i e-posten"
                sandbox=(SANDBOX) {}
        }
        h2 { "Som tekst" }
        div.card { pre { (message.text) } }
        details {
            summary { "Hodefelt" }
            dl {
                @for (name, value) in &message.headers {
                    dt { (name) }
                    dd { (value) }
                }
            }
        }
    };
    look::frame("nb", subject(message), &main)
}

fn subject(message: &Message) -> &str {
    if message.subject.is_empty() {
        "(uten emne)"
    } else {
        &message.subject
    }
}

fn received(message: &Message) -> Markup {
    html! { time datetime=(message.received) { (message.received) } }
}

/// The HTML with links that open in the top-level window.
pub(crate) fn with_links_at_top(html: &str) -> String {
    let place = ["<head", "<html", "<!doctype"]
        .into_iter()
        .find_map(|tag| after_tag(html, tag))
        .unwrap_or_default();
    let (before, after) = html.split_at(place);
    format!("{before}{LINKS_AT_TOP}{after}")
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
                "<!DOCTYPE html><html lang=nb><HEAD><title>x</title></HEAD><body>y",
                "<!DOCTYPE html><html lang=nb><HEAD><base target=\"_top\"><title>x</title></HEAD><body>y",
            ),
            (
                "<html><body><header>æ</header>",
                "<html><base target=\"_top\"><body><header>æ</header>",
            ),
            (
                "<!doctype html><p>ø",
                "<!doctype html><base target=\"_top\"><p>ø",
            ),
            ("<p>å</p>", "<base target=\"_top\"><p>å</p>"),
            ("<head", "<base target=\"_top\"><head"),
        ];
        for (html, expected) in table {
            assert_eq!(with_links_at_top(html), expected);
        }
    }
}
