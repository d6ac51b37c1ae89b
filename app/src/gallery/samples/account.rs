//! Account settings.

use super::build::{account, link_item, providers, session};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::status::Notice;
use kobling_model::view::AccountView;

pub(super) fn samples() -> Option<Vec<Sample>> {
    let [bankid, idporten] = providers().try_into().ok()?;
    let page = |name, view, how, journey| Sample::new(name, PageView::Account(view), how, journey);
    let usual = || account(vec![link_item(1, &bankid)], vec![idporten.clone()]);
    let with = |notice| AccountView {
        notice: Some(notice),
        ..usual()
    };
    let bare = AccountView {
        password_since: None,
        sessions: vec![session(0, "Chrome, Android", None)],
        services: Vec::new(),
        applications: Vec::new(),
        ..account(Vec::new(), providers())
    };
    Some(vec![
        page(
            "account",
            usual(),
            "Sign in to account settings.",
            "sessions",
        ),
        page(
            "account-new",
            bare,
            "The same with nothing but an address.",
            "adding",
        ),
        page(
            "account-released",
            AccountView {
                released: true,
                ..usual()
            },
            "The same after the organisation has given the address to somebody else.",
            "e-existing-account",
        ),
        page(
            "account-link-removed",
            with(Notice::LinkRemoved),
            "Remove a linked eID.",
            "removing",
        ),
        page(
            "account-email-changed",
            with(Notice::EmailChanged),
            "Change the address.",
            "f-address-changes",
        ),
        page(
            "account-password-created",
            with(Notice::PasswordCreated),
            "Create a password.",
            "account-overview",
        ),
        page(
            "account-password-changed",
            with(Notice::PasswordChanged),
            "Change the password.",
            "forms",
        ),
        page(
            "account-name-changed",
            with(Notice::NameChanged),
            "Change the name.",
            "forms",
        ),
        page(
            "account-sessions-ended",
            with(Notice::SessionsEnded),
            "End a session from the list.",
            "sessions",
        ),
        page(
            "account-linked",
            with(Notice::Linked),
            "Link another eID.",
            "adding",
        ),
        page(
            "account-consent-withdrawn",
            with(Notice::ConsentWithdrawn),
            "Withdraw a consent.",
            "consent",
        ),
        page(
            "idle-soon",
            usual(),
            "Leave account settings alone until 150 seconds before the session ends.",
            "idle",
        )
        .ending(140),
        page(
            "idle-over",
            usual(),
            "Leave the warning alone until the session ends.",
            "idle",
        )
        .ending(0),
    ])
}
