//! Linking an eID.

use super::build::{CLIENT, CODE, CONTACT, KARI, ORGANISATION, link, providers, text};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::route::Step;
use kobling_model::view::{DoneView, LinkPage, LinkStep, LinkView};

pub(super) fn samples() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let page = |name, view, how, journey| {
        Sample::new(
            name,
            PageView::Link(LinkPage::Own(Box::new(view))),
            how,
            journey,
        )
    };
    let address = |typed, fixed| {
        link(
            &provider,
            LinkStep::Address {
                typed: text(typed),
                fixed,
            },
        )
    };
    let code = |fixed, again| {
        link(
            &provider,
            LinkStep::Code {
                email: text(KARI),
                minutes: 15,
                fixed,
                again,
            },
        )
    };
    let done = |name, linked: Option<&str>, client: bool, how| {
        let done = DoneView {
            linked: linked.map(|email| (provider.name.clone(), text(email))),
            client: client.then(|| (text(CLIENT), text("https://startside.example"))),
        };
        Sample::new(name, PageView::Link(LinkPage::Done(done)), how, "back")
    };
    let vouched = LinkStep::Vouched {
        email: text(KARI),
        organisation: text(ORGANISATION),
        contact: text(CONTACT),
    };
    Some(vec![
        page(
            "link-vouched",
            link(&provider, vouched),
            "Sign in with the eID of the known person.",
            "a-known-person",
        ),
        page(
            "link-address",
            address("", false),
            "Sign in with the eID of the unknown person.",
            "b-unknown-person",
        ),
        page(
            "link-address-fixed",
            address(KARI, true),
            "Sign in as a known person whose address two organisations have.",
            "d-which-address",
        ),
        page(
            "link-address-moves",
            LinkView {
                moves_from: Some(text("kari@privat.example")),
                ..address("", false)
            },
            "Without access, link the eID to another address.",
            "c2-short-way",
        ),
        page(
            "link-code",
            code(false, false),
            "Send a code to the address.",
            "b-unknown-person",
        ),
        page(
            "link-code-again",
            code(false, true),
            "Send a new code.",
            "code",
        ),
        page(
            "link-address-behind",
            LinkView {
                ahead: Some(Step::Code),
                ..address(KARI, false)
            },
            "Go back from the code to the address.",
            "back",
        ),
        page(
            "link-address-confirmed",
            LinkView {
                ahead: Some(Step::Name),
                ..address(KARI, false)
            },
            "Go back from the name to the address.",
            "back",
        ),
        done(
            "link-done",
            Some(KARI),
            true,
            "Finish linking in another window, and go back to this one.",
        ),
        done(
            "link-done-elsewhere",
            None,
            false,
            "The same after signing out.",
        ),
        page(
            "link-code-fixed",
            code(true, false),
            "Send a code to the address that the directory has.",
            "d-which-address",
        ),
        page(
            "link-code-filled",
            code(false, false),
            "Follow the link in the mail with the code.",
            "b-link-in-the-mail",
        )
        .with_code(CODE),
        Sample::new(
            "link-foreign",
            PageView::Link(LinkPage::Foreign),
            "Follow the link in the mail with the code in another browser.",
            "b-link-in-the-mail",
        )
        .with_code(CODE),
        page(
            "link-caution",
            link(
                &provider,
                LinkStep::Caution {
                    email: text("kari@privat.example"),
                },
            ),
            "Prove an address that gives no access to the application.",
            "h-wrong-address-caught",
        ),
        page(
            "link-name",
            link(
                &provider,
                LinkStep::Name {
                    typed: String::new(),
                },
            ),
            "Type the code as a person whose name is not known.",
            "b-unknown-person",
        ),
    ])
}
