//! English.

use super::{Text, Words};
use kobling_domain::ops::mail::Content;

pub(super) const WORDS: Words = Words {
    code: "One-time code",
    address: "If the button does not work, copy this address into your browser:",
    was_it_not_you: "Was this not you?",
    footer: (
        "This email was sent automatically by ",
        ". Replies are not read.",
    ),
};

fn minutes(n: i64) -> String {
    if n == 1 {
        "1 minute".to_owned()
    } else {
        format!("{n} minutes")
    }
}

pub(super) fn text(content: &Content, site: &str) -> Text {
    match content {
        Content::LinkCode {
            provider,
            minutes: n,
            ..
        } => Text {
            subject: format!("One-time code for linking {provider}"),
            heading: format!("Link {provider} to your account"),
            happened: format!(
                "You signed in to {site} with {provider} and gave this email address. Enter the one-time code on the \
                 page you came from, and {provider} will be linked to your account."
            ),
            next: format!(
                "The code works for {} and can be used only once. If you are reading this on another device, enter \
                 the code on the device where you started.",
                minutes(*n)
            ),
            button: "Open the page with the code filled in",
            not_you: "Then you do not need to do anything. Nothing is linked to the account without the code. Do not give \
                      it to anyone, not even to us.",
        },
        Content::EmailCode { minutes: n, .. } => Text {
            subject: "One-time code to confirm your email address".to_owned(),
            heading: "Confirm your new email address".to_owned(),
            happened: format!(
                "You asked to use this email address for your account at {site}. Enter the one-time code on the page \
                 you came from to confirm that the address is yours."
            ),
            next: format!(
                "The code works for {} and can be used only once. If you are reading this on another device, enter \
                 the code on the device where you started.",
                minutes(*n)
            ),
            button: "Open the page with the code filled in",
            not_you: "Then you do not need to do anything. The address is not used without the code. Do not give it to \
                      anyone, not even to us.",
        },
        Content::Reset { minutes: n, .. } => Text {
            subject: "Reset your password".to_owned(),
            heading: "Reset your password".to_owned(),
            happened: format!(
                "We received a request to reset the password of your account at {site}."
            ),
            next: format!(
                "Choose “Create new password” to continue. The link works for {} and can be used only once.",
                minutes(*n)
            ),
            button: "Create new password",
            not_you: "Then you do not need to do anything. Your password has not been changed, and you can continue to \
                      use it.",
        },
        Content::PasswordCreated { .. } => Text {
            subject: "Your account has a password".to_owned(),
            heading: "Your account has a password".to_owned(),
            happened: format!(
                "A password was created for your account at {site}. From now on you can also sign in with your email \
                 address and the password."
            ),
            next: "If you did this, you do not need to do anything more.".to_owned(),
            button: "Reset password",
            not_you: "Reset the password right away. Then check your account settings, or contact user support at your \
                      workplace.",
        },
        Content::PasswordChanged { .. } => Text {
            subject: "Your account has a new password".to_owned(),
            heading: "Your account has a new password".to_owned(),
            happened: format!("A new password was saved for your account at {site}."),
            next: "If you did this, you do not need to do anything more.".to_owned(),
            button: "Reset password",
            not_you: "Reset the password right away. Then check your account settings, or contact user support at your \
                      workplace.",
        },
        Content::PasswordRemoved { .. } => Text {
            subject: "The password has been removed from your account".to_owned(),
            heading: "The password has been removed from your account".to_owned(),
            happened: format!(
                "The password of your account at {site} was created before an electronic ID was linked to the account. We do \
                 not know whether it was you who created it. Therefore we have removed the password and signed out the \
                 account everywhere else."
            ),
            next: "You sign in with your electronic ID. If you also want a password, you can create a new one.".to_owned(),
            button: "Create new password",
            not_you: "Contact user support at your workplace as soon as you can.",
        },
        Content::Linked { provider, .. } => Text {
            subject: format!("{provider} is linked to your account"),
            heading: format!("{provider} is linked to your account"),
            happened: format!("{provider} is now linked to your account at {site}."),
            next: format!("From now on you can sign in with {provider}."),
            button: "Go to account settings",
            not_you: "Go to account settings, remove the link and change your password. You may also want to contact \
                      user support at your workplace.",
        },
        Content::LinkRemoved { provider, .. } => Text {
            subject: format!("{provider} has been removed from your account"),
            heading: format!("{provider} has been removed from your account"),
            happened: format!(
                "The link between {provider} and your account at {site} has been removed. You can no longer sign in \
                 to this account with {provider}."
            ),
            next: format!("You can link {provider} again whenever you like."),
            button: "Go to account settings",
            not_you: "Go to account settings, check the account and change your password. You may also want to contact \
                      user support at your workplace.",
        },
        Content::LinkMoved { provider, .. } => Text {
            subject: format!("{provider} is linked to another account"),
            heading: format!("{provider} is linked to another account"),
            happened: format!(
                "{provider} was linked to this account at {site}, but is now linked to an account with another email \
                 address. You can no longer sign in to this account with {provider}."
            ),
            next: "If you did this, you do not need to do anything more.".to_owned(),
            button: "Go to account settings",
            not_you: "Go to account settings and check the account, or contact user support at your workplace.",
        },
        Content::LinkUnbacked {
            provider, email, ..
        } => Text {
            subject: format!("{provider} has been removed from an account"),
            heading: format!("{provider} has been removed from an account"),
            happened: format!(
                "{provider} was linked to the account with the address {email} at {site}, but the address was not confirmed. \
                 Now the address has been confirmed in another way, and {provider} was therefore removed from the account."
            ),
            next: format!(
                "If it was your {provider}, you can link it again the next time you sign in, with a code that we send to \
                 the address."
            ),
            button: "Go to account settings",
            not_you: "Contact user support at your workplace, so that they can correct the information about you.",
        },
        Content::AddressReleased { email, .. } => Text {
            subject: "An email address has a new owner".to_owned(),
            heading: "An email address has a new owner".to_owned(),
            happened: format!(
                "The address {email} is now registered to another person. Therefore it has been removed from the account that \
                 had it at {site}, and that account is signed out everywhere."
            ),
            next: "If the address is yours now, sign in as usual to get an account of your own. If you had the address \
                   before, you can sign in with your electronic ID and add another address."
                .to_owned(),
            button: "Go to account settings",
            not_you: "If the address is still yours, contact user support at your workplace as soon as you can.",
        },
        Content::EmailChanged { new, undo, .. } => Text {
            subject: "The email address of your account has been changed".to_owned(),
            heading: "The email address of your account has been changed".to_owned(),
            happened: format!(
                "Your account at {site} has a new email address: {new}. The address that this email was sent to no \
                 longer belongs to the account."
            ),
            next: "If you did this, you do not need to do anything more.".to_owned(),
            button: if undo.is_some() {
                "Undo the change"
            } else {
                "Go to account settings"
            },
            not_you: if undo.is_some() {
                "Choose “Undo the change”. The account then gets this address back, and everyone who is signed in to it is \
                 signed out. The link works for seven days and can be used only once."
            } else {
                "Contact user support at your workplace as soon as you can."
            },
        },
        Content::EmailRestored { email, .. } => Text {
            subject: "The change of the email address has been undone".to_owned(),
            heading: "The change of the email address has been undone".to_owned(),
            happened: format!(
                "The account at {site} has the email address {email} again. Everyone who was signed in to the account \
                 is signed out. Electronic IDs and passwords that were added after the change have been removed."
            ),
            next: format!(
                "Sign in with {email}. If you need a new password, choose “Forgot your password?” when you sign in."
            ),
            button: "Sign in",
            not_you: "Contact user support at your workplace as soon as you can.",
        },
    }
}
