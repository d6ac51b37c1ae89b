//! No access, and consent.

use super::build::{FLOW, KARI, no_access, providers, text};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::status::NoAccessReason;
use kobling_model::view::{ConsentView, NoAccessView};

pub(super) fn samples() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let page = |name, view, how, journey| Sample::new(name, PageView::NoAccess(view), how, journey);
    let plain = |reason| no_access(&provider, reason);
    let consent = |name: Option<&str>, email: Option<&str>, account: Option<&str>| {
        PageView::Consent(ConsentView {
            flow: FLOW,
            client: text("Nordvik kalender"),
            host: text("kalender.example"),
            account: account.map(text),
            name: name.map(text),
            email: email.map(text),
            client_origin: None,
        })
    };
    Some(vec![
        page(
            "no-access",
            plain(NoAccessReason::NotAUser),
            "Prove an address that the organisation does not have.",
            "c-wrong-address",
        ),
        page(
            "no-access-without-eid",
            NoAccessView {
                provider: None,
                contact: String::new(),
                mailto: None,
                ..plain(NoAccessReason::NotAUser)
            },
            "The same by password, where no eID provider and no contact are configured.",
            "c-wrong-address",
        ),
        page(
            "no-access-another-person",
            plain(NoAccessReason::AnotherPerson),
            "Sign in to an account whose address the organisation has given to somebody else.",
            "c-wrong-address",
        ),
        page(
            "no-access-other-way",
            plain(NoAccessReason::OtherWay),
            "Sign in by password to an application that requires an eID.",
            "consent",
        ),
        page(
            "no-access-too-low",
            plain(NoAccessReason::TooLow),
            "Sign in to an application that requires a higher level.",
            "consent",
        ),
        Sample::new(
            "consent",
            consent(Some("Kari Nordmann"), Some(KARI), None),
            "Sign in to an application of a third party, which requests name and address.",
            "consent",
        ),
        Sample::new(
            "consent-identity",
            consent(None, None, Some(KARI)),
            "The same with an application that requests neither.",
            "consent",
        ),
    ])
}
