//! The kinds of states that the views can hold.
//!
//! Every match is exhaustive, so a new variant of a view does not compile until it has a kind, and a test fails until a
//! sample shows that kind.

use crate::part::view::PageView;
use kobling_model::Problems;
use kobling_model::route::{self, Page};
use kobling_model::status::{NoAccessReason, Notice};
use kobling_model::view::{
    AccountView, AddingView, ChangeEmailStep, ChangeEmailView, DoneView, ForgotView, LinkStep,
    ProofView, RemovalStep, RemovalView, ResetStep, SignInStep, SignInView, UndoEmailView,
};

macro_rules! kinds {
    ($($of:ident($type:ty) { $($pattern:pat => $kind:literal,)+ })+) => {
        $(const fn $of(view: &$type) -> &'static str {
            match view { $($pattern => $kind,)+ }
        })+

        /// All kinds, for the test that each has a sample.
        #[cfg(test)]
        pub(super) const ALL: &[&str] = &[$($($kind,)+)+];
    };
}

kinds! {
    login(SignInView) {
        SignInView { step: SignInStep::Address { .. }, signed_out: None, eid_first: false, .. } => "login-address",
        SignInView { step: SignInStep::Address { .. }, signed_out: None, eid_first: true, .. } => "login-eid-first",
        SignInView { step: SignInStep::Address { .. }, signed_out: Some(_), .. } => "login-signed-out",
        SignInView { step: SignInStep::Password { .. }, .. } => "login-password",
    }
    forgot(ForgotView) {
        ForgotView { sent: false, .. } => "forgot-password",
        ForgotView { sent: true, .. } => "forgot-password-sent",
    }
    reset(ResetStep) {
        ResetStep::Choose { .. } => "reset-password",
        ResetStep::Dead => "reset-password-dead",
        ResetStep::Done { .. } => "reset-password-done",
    }
    undo(UndoEmailView) {
        UndoEmailView::Ask { .. } => "undo-email",
        UndoEmailView::Taken { .. } => "undo-email-taken",
        UndoEmailView::Dead => "undo-email-dead",
        UndoEmailView::Done { .. } => "undo-email-done",
    }
    link(LinkStep) {
        LinkStep::Vouched { .. } => "link-vouched",
        LinkStep::Address { .. } => "link-address",
        LinkStep::Code { .. } => "link-code",
        LinkStep::Caution { .. } => "link-caution",
        LinkStep::Name { .. } => "link-name",
    }
    foreign(()) { () => "link-foreign", }
    no_access(NoAccessReason) {
        NoAccessReason::NotAUser => "no-access",
        NoAccessReason::AnotherPerson => "no-access-another-person",
        NoAccessReason::OtherWay => "no-access-other-way",
        NoAccessReason::TooLow => "no-access-too-low",
    }
    done(DoneView) {
        DoneView { linked: Some(_), .. } => "link-done",
        DoneView { linked: None, .. } => "link-done-elsewhere",
    }
    consent(()) { () => "consent", }
    sign_out(bool) {
        true => "sign-out",
        false => "sign-out-nobody",
    }
    account(AccountView) {
        AccountView { adding: Some(AddingView { proof: Some(ProofView::Fresh), .. }), .. } => "adding-fresh",
        AccountView { adding: Some(AddingView { proof: Some(ProofView::Password), .. }), .. } => "adding-password",
        AccountView { adding: Some(AddingView { proof: Some(ProofView::Eid(_)), .. }), .. } => "adding-eid",
        AccountView { adding: Some(AddingView { proof: None, .. }), .. } => "adding-impossible",
        AccountView { removal: Some(RemovalView { step: RemovalStep::Ask, .. }), .. } => "removal",
        AccountView { removal: Some(RemovalView { step: RemovalStep::Password, .. }), .. } => "removal-password",
        AccountView { removal: Some(RemovalView { step: RemovalStep::Eid { .. }, .. }), .. } => "removal-eid",
        AccountView { removal: Some(RemovalView { step: RemovalStep::Confirmed, .. }), .. } => "removal-confirmed",
        AccountView { removal: Some(RemovalView { step: RemovalStep::Refused, .. }), .. } => "removal-refused",
        AccountView { notice: None, .. } => "account",
        AccountView { notice: Some(Notice::LinkRemoved), .. } => "account-link-removed",
        AccountView { notice: Some(Notice::EmailChanged), .. } => "account-email-changed",
        AccountView { notice: Some(Notice::PasswordCreated), .. } => "account-password-created",
        AccountView { notice: Some(Notice::PasswordChanged), .. } => "account-password-changed",
        AccountView { notice: Some(Notice::NameChanged), .. } => "account-name-changed",
        AccountView { notice: Some(Notice::SessionsEnded), .. } => "account-sessions-ended",
        AccountView { notice: Some(Notice::Linked), .. } => "account-linked",
        AccountView { notice: Some(Notice::ConsentWithdrawn), .. } => "account-consent-withdrawn",
    }
    account_email(ChangeEmailView) {
        ChangeEmailView { step: ChangeEmailStep::Code { .. }, .. } => "account-email-code",
        ChangeEmailView { step: ChangeEmailStep::Address { .. }, proof: ProofView::Fresh, .. } => "account-email",
        ChangeEmailView { step: ChangeEmailStep::Address { .. }, proof: ProofView::Password, .. } => "account-email-password",
        ChangeEmailView { step: ChangeEmailStep::Address { .. }, proof: ProofView::Eid(_), .. } => "account-email-eid",
    }
    account_password(Option<ProofView>) {
        Some(ProofView::Password) => "account-password",
        Some(ProofView::Fresh) => "account-password-create",
        Some(ProofView::Eid(_)) => "account-password-eid",
        None => "account-password-none",
    }
}

/// The page that shows a view, the kind of its state, and what went wrong last. `None` if the view is not a page's.
pub(super) fn of(view: &mut PageView) -> Option<(Page, &'static str, Option<&mut Problems>)> {
    use crate::part::view::PageView as V;
    use kobling_model::view::LinkPage;
    Some(match view {
        V::Frame(_) | V::Nothing | V::Moved(_) => return None,
        V::Login(v) => (route::LOGIN, login(v), Some(&mut v.problem)),
        V::ForgotPassword(v) => (route::FORGOT_PASSWORD, forgot(v), Some(&mut v.problem)),
        V::ResetPassword(v) => (route::RESET_PASSWORD, reset(&v.step), Some(&mut v.problem)),
        V::UndoEmail(v) => (route::UNDO_EMAIL, undo(v), None),
        V::Link(LinkPage::Own(v)) => (route::LINK, link(&v.step), Some(&mut v.problem)),
        V::Link(LinkPage::Done(v)) => (route::LINK, done(v), None),
        V::Link(LinkPage::Foreign) => (route::LINK, foreign(&()), None),
        V::NoAccess(v) => (route::NO_ACCESS, no_access(&v.reason), Some(&mut v.problem)),
        V::Consent(_) => (route::CONSENT, consent(&()), None),
        V::SignOut(v) => (route::SIGN_OUT, sign_out(&v.signed_in), None),
        V::Account(v) => {
            let kind = account(v);
            let in_dialog = v.adding.as_mut().map(|dialog| &mut dialog.problem);
            let in_dialog = in_dialog.or(v.removal.as_mut().map(|dialog| &mut dialog.problem));
            (
                route::ACCOUNT,
                kind,
                Some(in_dialog.unwrap_or(&mut v.problem)),
            )
        }
        V::AccountEmail(v) => (route::ACCOUNT_EMAIL, account_email(v), Some(&mut v.problem)),
        V::AccountPassword(v) => (
            route::ACCOUNT_PASSWORD,
            account_password(&v.proof),
            Some(&mut v.problem),
        ),
    })
}
