//! A sample of every mail, for tests and for the gallery of the demo.

use kobling_domain::ops::mail::Content;
use kobling_model::Email;

macro_rules! kinds {
    ($($pattern:pat => ($name:literal, $how:literal),)+) => {
        /// The name of a mail, and what leads to it.
        #[must_use]
        pub const fn kind(content: &Content) -> (&'static str, &'static str) {
            match content { $($pattern => ($name, $how),)+ }
        }

        /// All names, for the test that each has a sample.
        #[cfg(test)]
        pub(crate) const ALL: &[&str] = &[$($name,)+];
    };
}

kinds! {
    Content::LinkCode { .. } => ("link-code", "Send a code to the address that an eID is linked to."),
    Content::EmailCode { .. } => ("email-code", "Send a code to the new address of the account."),
    Content::Reset { .. } => ("reset", "Ask for a new password."),
    Content::PasswordCreated { .. } => ("password-created", "In account settings, create a password."),
    Content::PasswordChanged { .. } => ("password-changed", "Save a new password."),
    Content::PasswordRemoved { .. } => ("password-removed", "Prove the mailbox of an account that was nobody's."),
    Content::Linked { .. } => ("linked", "Link an eID."),
    Content::LinkRemoved { .. } => ("link-removed", "Remove an eID."),
    Content::LinkMoved { .. } => ("link-moved", "Link the eID to another address."),
    Content::LinkUnbacked { .. } => ("link-unbacked", "Prove a mailbox that does not back an eID of its account."),
    Content::AddressReleased { .. } => ("address-released", "The organisation gives the address to somebody else."),
    Content::EmailChanged { undo: Some(_), .. } => ("email-changed", "Change the address."),
    Content::EmailChanged { undo: None, .. } => ("email-changed-back", "Change back to an address that the account had."),
    Content::EmailRestored { .. } => ("email-restored", "Undo a change of address."),
}

/// A mail of each kind.
#[must_use]
pub fn contents(code: &str, url: &str, provider: &str, email: &Email) -> Vec<Content> {
    let (code, url, provider) = (
        || code.to_owned(),
        || url.to_owned(),
        || provider.to_owned(),
    );
    let email = || email.clone();
    vec![
        Content::LinkCode {
            code: code(),
            url: url(),
            provider: provider(),
            minutes: 17,
        },
        Content::EmailCode {
            code: code(),
            url: url(),
            minutes: 17,
        },
        Content::Reset {
            url: url(),
            minutes: 17,
        },
        Content::PasswordCreated { url: url() },
        Content::PasswordChanged { url: url() },
        Content::PasswordRemoved { url: url() },
        Content::Linked {
            provider: provider(),
            url: url(),
        },
        Content::LinkRemoved {
            provider: provider(),
            url: url(),
        },
        Content::LinkMoved {
            provider: provider(),
            url: url(),
        },
        Content::LinkUnbacked {
            provider: provider(),
            email: email(),
            url: url(),
        },
        Content::AddressReleased {
            email: email(),
            url: url(),
        },
        Content::EmailChanged {
            new: email(),
            url: url(),
            undo: None,
        },
        Content::EmailChanged {
            new: email(),
            url: "https://kobling.example/account".to_owned(),
            undo: Some(url()),
        },
        Content::EmailRestored {
            email: email(),
            url: url(),
        },
    ]
}
