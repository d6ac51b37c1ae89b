//! On which pages people meet each problem, besides the problem page.

use super::kinds;
use crate::part::view::PageView;
use kobling_model::Problem;

/// Forms with an address.
const ADDRESS: &[&str] = &[
    "login-address",
    "forgot-password",
    "link-address",
    "no-access",
    "account-email",
];
/// Forms with a new password.
const NEW_PASSWORD: &[&str] = &["reset-password", "account-password"];
/// Pages to which an eID sign-in returns when it fails.
const EID: &[&str] = &[
    "login-address",
    "account",
    "account-email-eid",
    "adding-eid",
    "removal-eid",
    "no-access",
];

/// The kinds of states in which a page shows the problem, and what leads to it. A new problem does not compile until it
/// is placed; one that a page shows without being placed there is logged by the demo ([`expect`]).
pub(super) const fn met(problem: Problem) -> (&'static [&'static str], &'static str) {
    match problem {
        Problem::EmailMissing => (ADDRESS, "Leave the address empty."),
        Problem::EmailInvalid => (ADDRESS, "Type \"kari@\" as the address."),
        Problem::EmailTaken => (
            &["account-email"],
            "Change to the address of another account, and type the code.",
        ),
        Problem::EmailSame => (&["account-email"], "Type the address that the account has."),
        Problem::PasswordMissing => (
            &[
                "login-password",
                "reset-password",
                "account-password",
                "account-email-password",
                "adding-password",
                "removal-password",
            ],
            "Leave the password empty.",
        ),
        Problem::SignInFailed => (&["login-password"], "Type a wrong password."),
        Problem::PasswordWrong => (
            &[
                "account-password",
                "account-email-password",
                "adding-password",
                "removal-password",
            ],
            "Type a wrong password.",
        ),
        Problem::NewPasswordMissing => (NEW_PASSWORD, "Leave the new password empty."),
        Problem::PasswordRules => (NEW_PASSWORD, "Type \"kort\" as the new password."),
        Problem::PasswordKnown => (
            NEW_PASSWORD,
            "Type a new password that is known from a breach.",
        ),
        Problem::PasswordsDiffer => (NEW_PASSWORD, "Type two different new passwords."),
        Problem::RobotUnchecked => (&["forgot-password"], "Leave the box unticked."),
        Problem::ProofInvalid => (
            &["forgot-password"],
            "Send the form again in the browser's history after some minutes.",
        ),
        Problem::TooMany(_) => (
            &[
                "login-address",
                "login-password",
                "forgot-password",
                "link-address",
                "link-code",
                "no-access",
                "account-password",
                "account-email",
                "account-email-code",
                "account-email-password",
                "adding-password",
                "removal-password",
            ],
            "Repeat the step until the limit is reached.",
        ),
        Problem::CodeMissing => (
            &["link-code", "account-email-code"],
            "Leave the code empty.",
        ),
        Problem::CodeWrong => (&["link-code", "account-email-code"], "Type a wrong code."),
        Problem::CodeExpired => (
            &["link-code", "account-email-code", "link-address"],
            "Type a wrong code five times.",
        ),
        Problem::NameMissing => (&["link-name", "account"], "Leave the name empty."),
        Problem::NameInvalid => (
            &["link-name", "account"],
            "Type a name of more than 100 characters.",
        ),
        Problem::TicketInvalid => (
            &["reset-password-dead"],
            "Open the link in the mail again after it was used.",
        ),
        Problem::FlowExpired => (
            &["login-address"],
            "Send a form of a flow that has expired, or of another browser.",
        ),
        Problem::AlreadyDone => (
            &["login-address", "account", "link-address", "link-vouched"],
            "Complete the step in another window first.",
        ),
        Problem::LastWayIn => (
            &["account"],
            "Remove the password's only alternative in two windows at once.",
        ),
        Problem::LinkedElsewhere => (
            &["link-address", "link-vouched", "account"],
            "Prove an address whose account is linked to another person.",
        ),
        Problem::AddressOfAnother => (
            &["link-address", "link-vouched"],
            "Prove an address that the directory gives to another person.",
        ),
        Problem::OtherPerson => (
            &["account-email-eid", "adding-eid", "removal-eid"],
            "Confirm with the eID of another person.",
        ),
        Problem::AccountDisabled => (
            &["login-address", "login-password", "link-address"],
            "Sign in to an account that the operator has disabled.",
        ),
        Problem::EidCancelled => (EID, "Cancel at the eID provider."),
        Problem::EidUnavailable => (EID, "Let the simulated eID provider be unavailable."),
        Problem::EidInvalid => (EID, "Let the simulated eID provider answer wrongly."),
        Problem::EidTooLow => (
            EID,
            "Let the simulated eID provider answer with a lower level.",
        ),
        Problem::EidSynthetic => (
            EID,
            "Sign in with a synthetic person where only real ones are accepted.",
        ),
        Problem::EidReplayed => (
            &["login-address"],
            "Open the address that the eID provider returned to once more.",
        ),
        Problem::EidStateUnknown => (
            &["login-address"],
            "Open the address that the eID provider returned to in another browser.",
        ),
        Problem::NeedProof => (
            &["account", "adding-impossible", "account-email"],
            "Act when the proof is too old.",
        ),
        Problem::NotSignedIn => (
            &["login-address"],
            "End the session in another window, then send a form.",
        ),
        Problem::Busy => (
            &[
                "login-password",
                "reset-password",
                "account-password",
                "account-email-password",
                "adding-password",
                "removal-password",
            ],
            "Send a password while the server checks too many others.",
        ),
        Problem::ClientInvalid => (&[], "An application that is unknown sends a person."),
        Problem::RequestRefused => (
            &[],
            "An application that registered itself sends a request that is refused.",
        ),
        Problem::RequestSpent => (
            &[],
            "An application sends a person with a pushed request that was used before.",
        ),
        Problem::NotFound => (&[], "Open an address that does not exist."),
        Problem::BadRequest => (&[], "Send a form that cannot be read."),
        Problem::CrossOrigin => (&[], "Send a form from another site."),
        Problem::Outdated => (&[], "Keep a page open while the server is updated."),
        Problem::TooLarge => (&[], "Send a form of more than 64 kB."),
        Problem::Unavailable => (&[], "Open a page while the database does not answer."),
    }
}

/// The name of the state in which a page shows a problem: `link-code` and `code_wrong` give `link-code-wrong`.
pub(super) fn name(kind: &str, problem: Problem) -> String {
    let code = problem.code().replace('_', "-");
    let rest = code
        .split_once('-')
        .filter(|(first, _)| kind.ends_with(first))
        .map_or(&*code, |(_, rest)| rest);
    format!("{kind}-{rest}")
}

/// Logs a state that people meet and the gallery does not have, which fails the browser tests.
pub(crate) fn expect(view: &PageView) {
    let mut view = view.clone();
    if let Some((_, kind, Some(problems))) = kinds::of(&mut view) {
        for problem in problems.iter().filter(|it| !met(*it).0.contains(&kind)) {
            tracing::error!(kind, %problem, "the gallery lacks this state");
        }
    }
}
