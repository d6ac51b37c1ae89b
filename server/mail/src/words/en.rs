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
                "The code works for {} and can be used once. If you are reading this on another device, enter the \
                 code where you started.",
                minutes(*n)
            ),
            button: "Open the page with the code filled in",
            not_you: "Then there is nothing you need to do. Nothing is linked without the code. Do not give it to \
                      anyone, not even to us.",
        },
        Content::EmailCode { minutes: n, .. } => Text {
            subject: "One-time code to confirm your email address".to_owned(),
            heading: "Confirm your new email address".to_owned(),
            happened: format!(
                "You asked to use this email address for your account at {site}. Enter the one-time code on the page \
                 you came from, so that we know the address is yours."
            ),
            next: format!(
                "The code works for {} and can be used once. If you are reading this on another device, enter the \
                 code where you started.",
                minutes(*n)
            ),
            button: "Open the page with the code filled in",
            not_you: "Then there is nothing you need to do. The address is not used without the code. Do not give it \
                      to anyone, not even to us.",
        },
        Content::Reset { minutes: n, .. } => Text {
            subject: "Reset your password".to_owned(),
            heading: "Reset your password".to_owned(),
            happened: format!(
                "We received a request to reset the password of your account at {site}."
            ),
            next: format!(
                "Choose “Create new password” to go on. The link works for {} and can be used once.",
                minutes(*n)
            ),
            button: "Create new password",
            not_you: "Then there is nothing you need to do. Your password has not been changed, and you can go on \
                      using it.",
        },
        Content::PasswordChanged { .. } => Text {
            subject: "Your account has a new password".to_owned(),
            heading: "Your account has a new password".to_owned(),
            happened: format!("A new password was saved for your account at {site}."),
            next: "If you did this, there is nothing more to do.".to_owned(),
            button: "Reset password",
            not_you: "Reset the password right away. Then look through your account settings, or contact user support \
                      where you work.",
        },
        Content::PasswordRemoved { .. } => Text {
            subject: "The password was removed from your account".to_owned(),
            heading: "The password was removed from your account".to_owned(),
            happened: format!(
                "Your account at {site} had a password from before any electronic ID was linked to it. We cannot know whether \
                 it is yours, so it was removed, and the account is signed out elsewhere."
            ),
            next: "You sign in with your electronic ID. If you want a password as well, you can create a new one.".to_owned(),
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
                      user support where you work.",
        },
        Content::LinkRemoved { provider, .. } => Text {
            subject: format!("{provider} is removed from your account"),
            heading: format!("{provider} is removed from your account"),
            happened: format!(
                "The link between {provider} and your account at {site} has been removed. You can no longer sign in \
                 to this account with {provider}."
            ),
            next: format!("You can link {provider} again whenever you like."),
            button: "Go to account settings",
            not_you: "Go to account settings, look through the account and change your password. You may also want to \
                      contact user support where you work.",
        },
        Content::LinkMoved { provider, .. } => Text {
            subject: format!("{provider} is linked to another account"),
            heading: format!("{provider} is linked to another account"),
            happened: format!(
                "{provider} was linked to this account at {site}, but is now linked to an account with another email \
                 address. You can no longer sign in to this account with {provider}."
            ),
            next: "If you did this, there is nothing more to do.".to_owned(),
            button: "Go to account settings",
            not_you: "Go to account settings and look through the account, or contact user support where you work.",
        },
        Content::LinkUnbacked {
            provider, email, ..
        } => Text {
            subject: format!("{provider} was removed from an account"),
            heading: format!("{provider} was removed from an account"),
            happened: format!(
                "A {provider} was linked to the account with the address {email} at {site}, and the mailbox was not \
                 confirmed. Now the person who reads it has confirmed it, and the {provider} linked before was removed."
            ),
            next: "If it was yours, you can link it again the next time you sign in: with a code sent to the address.".to_owned(),
            button: "Go to account settings",
            not_you: "Contact user support at your workplace, so that they can correct what is registered about you.",
        },
        Content::AddressReleased { email, .. } => Text {
            subject: "An email address has a new owner".to_owned(),
            heading: "An email address has a new owner".to_owned(),
            happened: format!(
                "The address {email} is now registered for another person. The account at {site} that had the address has \
                 it no longer, and is signed out everywhere."
            ),
            next: "If the address is now yours, sign in as usual and get an account of your own. If you had it before, \
                   you can sign in with your electronic ID and add another one."
                .to_owned(),
            button: "Go to account settings",
            not_you: "If the address is still yours, contact user support at your workplace as soon as you can.",
        },
        Content::EmailChanged { new, undo, .. } => Text {
            subject: "The email address of your account is changed".to_owned(),
            heading: "The email address of your account is changed".to_owned(),
            happened: format!(
                "Your account at {site} has a new email address: {new}. The address that this email was sent to no \
                 longer belongs to the account."
            ),
            next: "If you did this, there is nothing more to do.".to_owned(),
            button: if undo.is_some() {
                "Undo the change"
            } else {
                "Go to account settings"
            },
            not_you: if undo.is_some() {
                "Choose “Undo the change”. The account then gets this address back, and everyone who is signed in to it is \
                 signed out. The link works for seven days and can be used once."
            } else {
                "Contact user support where you work as soon as you can."
            },
        },
        Content::EmailRestored { email, .. } => Text {
            subject: "The change of the email address is undone".to_owned(),
            heading: "The change of the email address is undone".to_owned(),
            happened: format!(
                "The account at {site} has the email address {email} again. Everyone who was signed in to the account \
                 is signed out. Electronic IDs and a password that came after the change are removed."
            ),
            next: format!("You sign in with {email}, and can create a new password."),
            button: "Sign in",
            not_you: "Contact user support where you work as soon as you can.",
        },
    }
}
