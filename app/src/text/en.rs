//! English.

use super::words::{
    Account, Common, Consent, Idle, LinkTexts, NoAccess, PasswordTexts, ProblemTexts, Recovery,
    Removal, SignIn, Texts, UndoEmail,
};
use kobling_model::password::Requirement;
use kobling_model::status::{NoAccessReason, Notice, NoticeStatus};
use kobling_model::{Lang, Problem};

pub(super) static EN: Texts = Texts {
    lang: Lang::En,
    common: Common {
        email: "Email address",
        password: "Password",
        name: "Name",
        next: "Next",
        cancel: "Cancel",
        confirm: "Confirm",
        continue_: "Continue",
        sign_in: "Sign in",
        sign_out: "Sign out",
        other_address: "Use another address",
        skip: "Skip to the content",
        language: "Language",
        accessibility: "Accessibility statement",
        demo: "This is a demo. The people are made up.",
        busy: "Please wait",
        offline: "We could not reach the service. Try again in a moment.",
        code: "One-time code",
        code_hint: "The code is sent by itself once all eight digits are in.",
        code_sent: |email, minutes| {
            format!("We have sent an eight-digit code to {email}. It works for {minutes} minutes.")
        },
        code_again: "Send a new code",
        last_code: |minutes| {
            format!("The last code you got still works, for {minutes} minutes after it was sent.")
        },
        send_code: "Send code",
        confirm_with: |provider| format!("Confirm with {provider}"),
        back_to_account: "Back to account settings",
    },
    idle: Idle {
        soon: "You will soon be signed out",
        soon_text: "The page has not been used for a while. In two minutes we sign you out to keep your account safe. What you have typed stays here.",
        stay: "Continue",
        over: "You are signed out",
        over_text: "The page was not in use. What you have typed is still here: sign in in a new window, then go on here.",
        close: "Back to the page",
        without_script: |minutes| {
            format!("You are signed out when the page has not been used for {minutes} minutes.")
        },
    },
    sign_in: SignIn {
        heading: "Sign in",
        with: |provider| format!("Sign in with {provider}"),
        or: "or",
        forgot: "Forgot your password?",
        towards: |client| format!("You are signing in to get to {client}."),
        signed_out: "You are signed out.",
        as_whom: "You are signing in as",
    },
    recovery: Recovery {
        heading: "Reset password",
        intro: "We send you an email with a link. There you create a new password.",
        robot: "I am not a robot",
        robot_hint: "Tick the box, and your computer does a small calculation for you.",
        working: "Your computer is calculating. This takes a few seconds.",
        worked: "Done. You can go on.",
        send: "Reset password",
        sent: |email, minutes| {
            format!(
                "If {email} belongs to an account, an email is on its way. \
                 The link in it works for {minutes} minutes."
            )
        },
        not_arrived: "Has it not arrived? Look in the spam folder, or try once more.",
        again: "Try once more",
        back: "Back to sign in",
        new_heading: "Create new password",
        new_intro: |email| format!("The password is for {email}."),
        save: "Save password",
        dead: "The link no longer works",
        ask_again: "Ask for a new link",
        done: "The password is saved",
        done_text: "The new password is in force, and you are signed out everywhere else. \
                    We have also sent you a confirmation by email.",
        can_sign_in: "These can sign in to the account. Remove what you do not recognise.",
    },
    password: PasswordTexts {
        current: "Current password",
        new: "New password",
        confirm: "Confirm password",
        show: "Show password",
        hide: "Hide password",
        requirements: "Password requirements",
        met: "met",
        not_met: "not met",
        progress: |met, all| format!("{met} of {all} requirements are met"),
        requirement: |requirement| match requirement {
            Requirement::MinLength(n) => format!("At least {n} characters"),
            Requirement::Upper => "An upper-case letter".into(),
            Requirement::Lower => "A lower-case letter".into(),
            Requirement::Digit => "A digit".into(),
            Requirement::Symbol => "A symbol, such as ! or ?".into(),
            Requirement::NotCommon => "Not a common password".into(),
            Requirement::NotPersonal => "Not made of your name or address".into(),
        },
    },
    link: LinkTexts {
        heading: |provider| format!("Link {provider} to your account"),
        vouched: |organisation| format!("This address is registered as yours at {organisation}."),
        wrong: |contact| {
            format!(
                "Is the address wrong? It is changed in user administration. Contact {contact}."
            )
        },
        link: "Link",
        which: |provider| {
            format!(
                "Type the address that you use at work. We send a code there, so that we know it is yours. \
                 Next time you get straight in with {provider}."
            )
        },
        fixed: "The address is registered as yours. We send a code there, so that we know you read it.",
        moves: |provider, email| {
            format!("{provider} is linked to {email} now, and moves when you are done here.")
        },
        looks_like: |hint| format!("The addresses look like this: {hint}"),
        caution: |client| format!("This address does not give access to {client}"),
        caution_why: |email, organisation, client| {
            format!(
                "{email} is confirmed, but is not among the addresses that {organisation} has given access to {client}. \
                 Nothing has been linked yet."
            )
        },
        use_another: "Use another address",
        anyway: "Continue anyway",
        caution_contact: |contact| format!("Do you not know which address it is? Ask {contact}."),
        name_intro: "The address is confirmed, and you get a new account. What is your name?",
        name_hint: "The name is shown to you and in the applications that you sign in to.",
        foreign_heading: "Your code",
        foreign: "Type the code in the window where you began. You can close this one.",
    },
    no_access: NoAccess {
        heading: |reason| match reason {
            NoAccessReason::NotAUser | NoAccessReason::AnotherPerson => {
                "You do not have access yet"
            }
            NoAccessReason::OtherWay => "Sign in another way",
            NoAccessReason::TooLow => "Sign in with a more secure ID",
        },
        linked_to: "You are signed in as",
        why: |reason, organisation, client| match reason {
            NoAccessReason::NotAUser => format!(
                "The address is not among those that {organisation} has given access to {client}."
            ),
            NoAccessReason::AnotherPerson => {
                format!("{organisation} has registered this address for another person.")
            }
            NoAccessReason::OtherWay => {
                format!("The way you signed in does not give access to {client}.")
            }
            NoAccessReason::TooLow => {
                format!("{client} asks for a more secure sign-in than the one you used.")
            }
        },
        repair: "Did you get access with another address? Type it here, and we send a code to it.",
        relink: |provider| format!("Link {provider} to another address"),
        contact: "Is the address right? Ask for access at",
        help: "Does it not work? Ask",
        operator: |client| format!("those who run {client}"),
        reference: "Mention the reference",
        to_account: "Go to account settings",
    },
    consent: Consent {
        heading: |client| format!("Use your account in {client}?"),
        learns: |client, host| format!("{client} at {host} will then learn this:"),
        you: "Who you are here",
        you_text: "An identifier, so that it recognises you next time",
        withdrawn_at: "You can withdraw this in account settings at any time.",
        allow: "Allow",
        applications: "Applications",
        learnt: |learns| match (learns.name, learns.email) {
            (true, true) => "Learns your name and e-mail address",
            (true, false) => "Learns your name",
            (false, true) => "Learns your e-mail address",
            (false, false) => "Only recognises you",
        },
        given: |date| format!("Allowed {date}"),
        withdraw: "Withdraw",
    },
    account: Account {
        heading: "Account settings",
        profile: "Profile",
        save_name: "Save name",
        change_email: "Change email address",
        released: "The address is registered for another person, and no longer belongs to the account. Add another address.",
        security: "Security",
        password_since: |date| format!("The password is from {date}."),
        no_password: "The account has no password.",
        change_password: "Change password",
        create_password: "Create password",
        sessions: "Where you are signed in",
        this_session: "This device",
        unknown_device: "Unknown device",
        began: |date| format!("Signed in {date}"),
        seen: |date| format!("Last in use {date}"),
        by_password: "with password",
        by: |provider| format!("with {provider}"),
        end: "End",
        end_others: "Sign out all others",
        sign_out_everywhere: "Sign out everywhere",
        notices_heading: "You are being signed out of these",
        notice_status: |status| match status {
            NoticeStatus::Confirmed => "Confirmed",
            NoticeStatus::Waiting => "Waiting – we keep trying",
            NoticeStatus::Untold => "Is not told automatically",
            NoticeStatus::Failed => "Not confirmed",
        },
        refresh: "Refresh",
        identities: "Linked identities",
        no_identities: "No electronic ID is linked to the account.",
        linked_on: |date| format!("Linked {date}"),
        last_used: |date| format!("Last used {date}"),
        remove: |provider| format!("Remove {provider}"),
        link: |provider| format!("Link {provider}"),
        add_heading: "Link an electronic ID",
        add_intro: |provider| {
            format!(
                "First you confirm that it is you. Then you sign in with {provider}, and from then on {provider} opens the account."
            )
        },
        new_email: "New email address",
        email_intro: |email| {
            format!(
                "The address is {email} now. We send a code to the new one, and change over when you have typed it in."
            )
        },
        closes: |applications, organisation, contact| {
            format!(
                "The address you have now gives access to {applications}. When you change it, that access is closed until {organisation} has registered the new address. Contact: {contact}"
            )
        },
        email_proof: |provider| format!("First confirm that it is you, with {provider}."),
        password_proof: "Your password, so that we know it is you.",
        password_heading: "Change password",
        others_end: "When you save, you are signed out everywhere else.",
        notice: |notice| match notice {
            Notice::LinkRemoved => "The link is removed.",
            Notice::EmailChanged => "The email address is changed.",
            Notice::PasswordChanged => "The password is changed.",
            Notice::NameChanged => "The name is saved.",
            Notice::SessionsEnded => "You are signed out there.",
            Notice::Linked => "The identity is linked to the account.",
            Notice::ConsentWithdrawn => "The permission is withdrawn.",
        },
        sign_out_heading: "Do you want to sign out?",
        sign_out_ask: |client| match client {
            Some(client) => format!("{client} asks for you to be signed out here."),
            None => "An application asks for you to be signed out here.".into(),
        },
        stay: "Stay signed in",
    },
    undo_email: UndoEmail {
        heading: "Undo the change of address",
        ask: |email| {
            format!(
                "The account gets the address {email} back. Everyone who is signed in to the account is signed out."
            )
        },
        removes: "Electronic IDs that were linked after the change are removed, and so is a password that was saved after it.",
        undo: "Undo the change",
        leave: "Did you change the address yourself? Then just close this page.",
        taken_heading: "The change cannot be undone",
        taken: |email| {
            format!(
                "{email} belongs to another account now, so nothing has been changed. Contact user support where you work."
            )
        },
        dead: "The link is used, too old or replaced by another change. If the address belongs to your account, you can reset the password. Otherwise contact user support where you work.",
        done: "The account has its address back",
        done_text: "Everyone is signed out, and both addresses have been told by email.",
        unlinked: "Electronic IDs that were linked after the change are removed. You can link your own when you have signed in.",
        new_password: "Create a new password now. Whoever changed the address may know the old one.",
    },
    removal: Removal {
        heading: "Remove link",
        ask: |provider| {
            format!(
                "{provider} then no longer belongs to this account, and you are signed out where you signed in with {provider}. \
                 You can link it again whenever you like."
            )
        },
        remove: "Remove",
        password: "Type your password, so that we know it is you.",
        eid: |provider| format!("Sign in with {provider} once more, so that we know it is you."),
        confirmed: |provider| {
            format!("Thank you, we know that it is you. Confirm that {provider} is to be removed.")
        },
        refused: |provider| {
            format!(
                "{provider} is the only way that you can sign in. Create a password first, then you can remove {provider}."
            )
        },
    },
    problem_page: ProblemTexts {
        heading: "That did not work",
        not_found: "We cannot find the page",
        leads_back: |client, host| {
            format!(
                "It calls itself {client}, and belongs to {host}. Continue only if you know it."
            )
        },
        continue_to: |host| format!("Continue to {host}"),
        restart: "Start again",
        to_sign_in: "To sign in",
    },
    problem,
    wait: |minutes| {
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        format!("There have been too many attempts. Wait {minutes} {unit}, and try again.")
    },
};

const fn problem(problem: Problem) -> &'static str {
    match problem {
        Problem::PasswordKnown => {
            "This password is known from a data breach. Choose another, so that nobody can guess it."
        }
        Problem::EmailMissing => "Type your email address.",
        Problem::EmailInvalid => {
            "Type the whole email address, such as kari.nordmann@municipality.example."
        }
        Problem::EmailTaken => "The address belongs to another account. Choose another address.",
        Problem::EmailSame => "The account has this address already. Type the new one.",
        Problem::PasswordMissing => "Type your password.",
        Problem::SignInFailed => {
            "The address and the password do not belong together. Try again, or reset the password."
        }
        Problem::PasswordWrong => "The password is not right. Try again.",
        Problem::PasswordRules => "Choose a password that meets all the requirements.",
        Problem::PasswordsDiffer => "The two passwords differ. Type the same in both places.",
        Problem::RobotUnchecked => "Tick that you are not a robot.",
        Problem::ProofInvalid => "The calculation was not accepted. Tick the box once more.",
        Problem::TooMany(_) => {
            "There have been too many attempts. Wait some minutes, and try again."
        }
        Problem::CodeMissing => "Type the code from the email.",
        Problem::CodeWrong => "The code is not right. Look in the newest email, and try again.",
        Problem::CodeExpired => "The code no longer holds. Ask for a new code.",
        Problem::NameMissing => "Type your name.",
        Problem::NameInvalid => "Type a name of at most 100 visible characters.",
        Problem::TicketInvalid => {
            "The link is used, too old or replaced by a newer one. Ask for a new link."
        }
        Problem::FlowExpired => {
            "You have been away for too long, or began in another window. Start again."
        }
        Problem::AlreadyDone => "This is done already. You need not do it again.",
        Problem::LastWayIn => "This is the only way that you can sign in. Create a password first.",
        Problem::LinkedElsewhere => {
            "The account with this address is linked to another electronic ID. Use another address, or sign in with that ID. If it is not yours, contact your employer."
        }
        Problem::AddressOfAnother => {
            "This address is registered for another person. Use another address, or contact your employer."
        }
        Problem::OtherPerson => {
            "The electronic ID belongs to another account. Confirm with your own."
        }
        Problem::AccountDisabled => "The account is disabled. Contact your employer.",
        Problem::EidCancelled => "You cancelled the sign-in. Try again, or sign in another way.",
        Problem::EidUnavailable => {
            "We cannot reach the electronic ID now. Try again in a moment, or sign in another way."
        }
        Problem::EidInvalid => {
            "The answer from the electronic ID could not be accepted. Try again."
        }
        Problem::EidTooLow => {
            "This electronic ID is not secure enough here. Sign in with a more secure one."
        }
        Problem::EidSynthetic => "Test people cannot sign in here. Use your own electronic ID.",
        Problem::EidReplayed => "This sign-in has been used already. Start again.",
        Problem::EidStateUnknown => {
            "The sign-in was not begun in this browser, or is too old. Start again."
        }
        Problem::ClientInvalid => {
            "The application that sent you here is not set up correctly. Go back there and try again, or tell those who run it."
        }
        Problem::Outdated => "Kobling has been updated. The page is loaded again.",
        Problem::RequestRefused => {
            "The application that sent you here asked for something that it cannot get."
        }
        Problem::RequestSpent => {
            "This sign-in has been used already, or is too old. Go back to the application that you came from, and start again there."
        }
        Problem::NeedProof => "First confirm that it is you.",
        Problem::NotSignedIn => "You are not signed in. Sign in to go on.",
        Problem::NotFound => "The address may be misspelt, or the page has moved.",
        Problem::BadRequest => {
            "Something in the request was missing or damaged. Go back and try again."
        }
        Problem::CrossOrigin => "The form was sent from another site. Start again here.",
        Problem::TooLarge => "That was more than we can take. Write less, and try again.",
        Problem::Busy => "Many people are signing in right now. Try again in a moment.",
        Problem::Unavailable => "Something of ours is out of order. Try again in a moment.",
    }
}
