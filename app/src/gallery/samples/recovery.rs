//! A forgotten password, and undoing a change of address.

use super::build::{FLOW, KARI, about, link_item, providers, text};
use crate::gallery::sample::Sample;
use crate::part::view::PageView;
use kobling_model::Problems;
use kobling_model::password::Policy;
use kobling_model::status::Notice;
use kobling_model::view::{ForgotView, ResetStep, ResetView, UndoEmailView};

pub(super) fn samples() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let forgot = |sent| {
        let email = text(if sent { KARI } else { "" });
        PageView::ForgotPassword(ForgotView {
            flow: Some(FLOW),
            email,
            sent,
            ticket_minutes: 30,
            problem: Problems::NONE,
            sign_in: Some(FLOW),
        })
    };
    let reset = |name, step, how, journey| {
        Sample::new(
            name,
            PageView::ResetPassword(ResetView {
                step,
                problem: Problems::NONE,
            }),
            how,
            journey,
        )
    };
    let choose = |policy| ResetStep::Choose {
        policy,
        about: about(),
    };
    let done = |links, notice| ResetStep::Done {
        flow: FLOW,
        sign_in: FLOW,
        links,
        notice,
    };
    let undo =
        |name, view, how| Sample::new(name, PageView::UndoEmail(view), how, "f-address-changes");
    let undone = |password, unlinked| UndoEmailView::Done {
        sign_in: FLOW,
        password,
        unlinked,
    };
    Some(vec![
        Sample::new(
            "forgot-password",
            forgot(false),
            "At the password, follow \"Glemt ditt passord?\".",
            "c-by-keyboard",
        ),
        Sample::new(
            "forgot-password-sent",
            forgot(true),
            "Send the form with an address and the box ticked.",
            "c-by-keyboard",
        ),
        reset(
            "reset-password",
            choose(Policy::MODERN),
            "Follow the link in the mail.",
            "reset-link",
        ),
        reset(
            "reset-password-classic",
            choose(Policy::CLASSIC),
            "The same where the operator sets password.policy to classic.",
            "reset-link",
        ),
        reset(
            "reset-password-dead",
            ResetStep::Dead,
            "Follow a link that was used.",
            "reset-link",
        ),
        reset(
            "reset-password-done",
            done(Vec::new(), None),
            "Save a new password.",
            "reset-link",
        ),
        reset(
            "reset-password-done-eids",
            done(vec![link_item(1, &provider)], None),
            "Save a new password of an account with a linked eID.",
            "reset-link",
        ),
        reset(
            "reset-password-done-removed",
            done(Vec::new(), Some(Notice::LinkRemoved)),
            "Remove the eID after the reset.",
            "reset-link",
        ),
        undo(
            "undo-email",
            UndoEmailView::Ask { email: text(KARI) },
            "Follow the link in the mail about a changed address.",
        ),
        undo(
            "undo-email-taken",
            UndoEmailView::Taken { email: text(KARI) },
            "The same when somebody else has the address by now.",
        ),
        undo(
            "undo-email-dead",
            UndoEmailView::Dead,
            "Follow the link a second time.",
        ),
        undo("undo-email-done", undone(false, false), "Undo the change."),
        undo(
            "undo-email-done-all",
            undone(true, true),
            "Undo a change after which an eID was linked and the password changed.",
        ),
    ])
}
