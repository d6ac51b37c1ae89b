//! Changing the account's address and password.

use super::build::{CODE, about, change_email, providers, text};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::Problems;
use kobling_model::password::Policy;
use kobling_model::view::{ChangeEmailStep, ChangePasswordView, ProofView};

pub(super) fn samples() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let page = |name, step, proof, how| {
        Sample::new(
            name,
            PageView::AccountEmail(change_email(step, proof)),
            how,
            "f-address-changes",
        )
    };
    let typing = || ChangeEmailStep::Address {
        typed: String::new(),
    };
    let code = |again| ChangeEmailStep::Code {
        email: text("kari@nordvik.example"),
        minutes: 15,
        again,
    };
    let password = |proof| {
        PageView::AccountPassword(ChangePasswordView {
            proof,
            policy: Policy::MODERN,
            about: about(),
            problem: Problems::NONE,
        })
    };
    Some(vec![
        page(
            "account-email",
            typing(),
            ProofView::Fresh,
            "In account settings, change the address soon after the sign-in.",
        ),
        page(
            "account-email-password",
            typing(),
            ProofView::Password,
            "The same some time after the sign-in.",
        ),
        page(
            "account-email-eid",
            typing(),
            ProofView::Eid(provider.clone()),
            "The same without a password.",
        ),
        page(
            "account-email-code",
            code(false),
            ProofView::Fresh,
            "Send a code to the new address.",
        ),
        page(
            "account-email-code-again",
            code(true),
            ProofView::Fresh,
            "Send a code to the new address.",
        ),
        page(
            "account-email-code-filled",
            code(false),
            ProofView::Fresh,
            "Follow the link in the mail with the code.",
        )
        .with_code(CODE),
        Sample::new(
            "account-password",
            password(Some(ProofView::Password)),
            "In account settings, change the password.",
            "forms",
        ),
        Sample::new(
            "account-password-create",
            password(Some(ProofView::Fresh)),
            "In account settings, create a password soon after the sign-in.",
            "account-overview",
        ),
        Sample::new(
            "account-password-eid",
            password(Some(ProofView::Eid(provider))),
            "The same some time after the sign-in.",
            "account-overview",
        ),
        Sample::new(
            "account-password-none",
            password(None),
            "The same where the eID provider is not configured any more.",
            "forms",
        ),
    ])
}
