//! The dialogs of account settings.

use super::build::{FLOW, account, link_item, providers};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::Problems;
use kobling_model::view::{AddingView, ProofView, RemovalStep, RemovalView};

pub(super) fn samples() -> Option<Vec<Sample>> {
    let [bankid, idporten] = providers().try_into().ok()?;
    let usual = || account(vec![link_item(1, &bankid)], vec![idporten.clone()]);
    let page = |name, view, how, journey| Sample::new(name, PageView::Account(view), how, journey);
    let adding = |name, proof, how| {
        let mut view = usual();
        view.adding = Some(AddingView {
            flow: FLOW,
            provider: idporten.clone(),
            proof,
            problem: Problems::NONE,
        });
        page(name, view, how, "adding")
    };
    let removal = |name, step, how| {
        let mut view = usual();
        view.removal = Some(RemovalView {
            flow: FLOW,
            provider: bankid.clone(),
            step,
            problem: Problems::NONE,
        });
        page(name, view, how, "removing")
    };
    let eid = || ProofView::Eid(bankid.clone());
    Some(vec![
        adding(
            "adding-password",
            Some(ProofView::Password),
            "In account settings, link another eID.",
        ),
        adding("adding-eid", Some(eid()), "The same without a password."),
        adding("adding-fresh", Some(ProofView::Fresh), "Confirm."),
        adding(
            "adding-impossible",
            None,
            "The same with neither a password nor an eID.",
        ),
        removal(
            "removal",
            RemovalStep::Ask,
            "In account settings, remove a linked eID.",
        ),
        removal(
            "removal-password",
            RemovalStep::Password,
            "Confirm the removal.",
        ),
        removal(
            "removal-eid",
            RemovalStep::Eid {
                provider: bankid.clone(),
            },
            "The same without a password.",
        ),
        removal(
            "removal-confirmed",
            RemovalStep::Confirmed,
            "Confirm by the eID.",
        ),
        removal(
            "removal-refused",
            RemovalStep::Refused,
            "Remove the last way to sign in.",
        ),
    ])
}
