//! Signing in and out.

use super::build::{CLIENT, FLOW, KARI, login, text};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::status::NoticeStatus;
use kobling_model::view::{NotifiedItem, SignInStep, SignInView, SignOutView};

pub(super) fn samples() -> Vec<Sample> {
    let page = |name, view, how, journey| Sample::new(name, PageView::Login(view), how, journey);
    let address = || SignInStep::Address {
        typed: String::new(),
    };
    let told = NoticeStatus::ALL
        .into_iter()
        .enumerate()
        .map(|(index, status)| NotifiedItem {
            name: format!("Nordvik tjeneste {}", index + 1),
            status,
        });
    let signed_out = |items| SignInView {
        signed_out: Some(items),
        flow: None,
        ..login(address())
    };
    vec![
        page(
            "login-address",
            login(address()),
            "Open account settings without a session.",
            "c-by-keyboard",
        ),
        page(
            "login-application",
            SignInView {
                client: Some(text(CLIENT)),
                client_origin: Some(text("https://nordvik.example")),
                ..login(address())
            },
            "Open an application without a session.",
            "a-known-person",
        ),
        page(
            "login-eid-first",
            SignInView {
                eid_first: true,
                ..login(address())
            },
            "Open account settings without a session where the operator has set sign_in.eid_first.",
            "branding",
        ),
        page(
            "login-password",
            SignInView {
                client: Some(text(CLIENT)),
                ..login(SignInStep::Password { email: text(KARI) })
            },
            "Type an address at the sign-in.",
            "c-by-keyboard",
        ),
        page(
            "login-signed-out",
            signed_out(Vec::new()),
            "Sign out in account settings.",
            "sign-out",
        ),
        page(
            "login-signed-out-services",
            signed_out(told.collect()),
            "Sign out in account settings after using four applications.",
            "sign-out",
        )
        .without_script(
            "The page asks for the status of the notices, which a sample does not have.",
        ),
        Sample::new(
            "sign-out",
            PageView::SignOut(SignOutView {
                signed_in: true,
                flow: Some(FLOW),
                client: Some(text(CLIENT)),
                client_origin: None,
            }),
            "Sign out in an application that does not say who is signed in.",
            "openid-client",
        ),
        Sample::new(
            "sign-out-nobody",
            PageView::SignOut(SignOutView {
                signed_in: false,
                flow: None,
                client: None,
                client_origin: None,
            }),
            "Open /sign-out without a session.",
            "sign-out",
        ),
        Sample::new(
            "sign-out-without-application",
            PageView::SignOut(SignOutView {
                signed_in: true,
                flow: None,
                client: None,
                client_origin: None,
            }),
            "Open /sign-out with a session.",
            "sign-out",
        ),
    ]
}
