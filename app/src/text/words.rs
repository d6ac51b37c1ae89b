//! The types of the texts.

use kobling_model::password::Requirement;
use kobling_model::status::{NoAccessReason, Notice, NoticeStatus};
use kobling_model::view::Learns;
use kobling_model::{Lang, Problem};
use std::borrow::Cow;

/// A text with one name, address or number in it.
type Around = fn(&str) -> String;

/// The texts of one language, by page.
pub struct Texts {
    /// The language.
    pub lang: Lang,
    /// Texts that several pages use.
    pub common: Common,
    /// The warning before the idle timeout.
    pub idle: Idle,
    /// `/login`.
    pub sign_in: SignIn,
    /// `/forgot-password` and `/reset-password`.
    pub recovery: Recovery,
    /// The password fields and the checklist.
    pub password: PasswordTexts,
    /// `/link`.
    pub link: LinkTexts,
    /// `/no-access`.
    pub no_access: NoAccess,
    /// `/consent`, and its list in account settings.
    pub consent: Consent,
    /// `/account` and below.
    pub account: Account,
    /// `/undo-email`.
    pub undo_email: UndoEmail,
    /// The dialog **Fjern tilknytning**.
    pub removal: Removal,
    /// The problem page.
    pub problem_page: ProblemTexts,
    /// The text of a problem, beside a field or on the problem page.
    pub problem: fn(Problem) -> &'static str,
    /// That there were too many attempts; takes the minutes to wait.
    pub wait: fn(u16) -> String,
}

impl Texts {
    /// The text of a problem, with how long to wait if the problem says so.
    #[must_use]
    pub fn problem_text(&self, problem: Problem) -> Cow<'static, str> {
        match problem {
            Problem::TooMany(wait) if let Some(minutes) = wait.minutes() => {
                (self.wait)(minutes).into()
            }
            problem => (self.problem)(problem).into(),
        }
    }
}

/// The warning before the idle timeout.
pub struct Idle {
    pub soon: &'static str,
    pub soon_text: &'static str,
    pub stay: &'static str,
    pub over: &'static str,
    pub over_text: &'static str,
    pub close: &'static str,
    /// Takes the minutes.
    pub without_script: Around,
}

/// Texts that several pages use.
pub struct Common {
    pub email: &'static str,
    pub password: &'static str,
    pub name: &'static str,
    pub next: &'static str,
    pub cancel: &'static str,
    pub confirm: &'static str,
    pub continue_: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub other_address: &'static str,
    pub skip: &'static str,
    pub language: &'static str,
    pub accessibility: &'static str,
    pub demo: &'static str,
    pub busy: &'static str,
    pub offline: &'static str,
    pub code: &'static str,
    pub code_hint: &'static str,
    /// Takes the address and the minutes.
    pub code_sent: fn(&str, i64) -> String,
    pub code_again: &'static str,
    /// That the last code still works, beside a refusal to send another; takes the minutes.
    pub last_code: fn(i64) -> String,
    pub send_code: &'static str,
    pub confirm_with: Around,
    pub back_to_account: &'static str,
}

/// `/login`.
pub struct SignIn {
    pub heading: &'static str,
    pub with: Around,
    pub or: &'static str,
    pub forgot: &'static str,
    pub towards: Around,
    pub signed_out: &'static str,
    pub as_whom: &'static str,
}

/// `/forgot-password` and `/reset-password`.
pub struct Recovery {
    pub heading: &'static str,
    pub intro: &'static str,
    pub robot: &'static str,
    pub robot_hint: &'static str,
    pub working: &'static str,
    pub worked: &'static str,
    pub send: &'static str,
    /// Takes the address and the minutes.
    pub sent: fn(&str, i64) -> String,
    pub not_arrived: &'static str,
    pub again: &'static str,
    pub back: &'static str,
    pub new_heading: &'static str,
    pub new_intro: Around,
    pub save: &'static str,
    pub dead: &'static str,
    pub ask_again: &'static str,
    pub done: &'static str,
    pub done_text: &'static str,
    pub can_sign_in: &'static str,
}

/// The password fields and the checklist.
pub struct PasswordTexts {
    pub current: &'static str,
    pub new: &'static str,
    pub confirm: &'static str,
    pub show: &'static str,
    pub hide: &'static str,
    pub requirements: &'static str,
    pub met: &'static str,
    pub not_met: &'static str,
    /// Takes the number of rules that are met, and of all rules.
    pub progress: fn(usize, usize) -> String,
    pub requirement: fn(Requirement) -> String,
}

/// `/link`.
pub struct LinkTexts {
    pub heading: Around,
    pub vouched: Around,
    pub wrong: Around,
    pub link: &'static str,
    pub which: Around,
    pub fixed: &'static str,
    /// Takes the provider and the address.
    pub moves: fn(&str, &str) -> String,
    /// Takes an example of an address.
    pub looks_like: Around,
    /// Heading: takes the application.
    pub caution: Around,
    /// Takes the address, the organisation and the application.
    pub caution_why: fn(&str, &str, &str) -> String,
    pub use_another: &'static str,
    pub anyway: &'static str,
    /// Takes the contact.
    pub caution_contact: Around,
    pub name_intro: &'static str,
    pub name_hint: &'static str,
    pub foreign_heading: &'static str,
    pub foreign: &'static str,
}

/// `/no-access`.
pub struct NoAccess {
    pub heading: fn(NoAccessReason) -> &'static str,
    pub linked_to: &'static str,
    /// Takes the reason, the organisation and the application.
    pub why: fn(NoAccessReason, &str, &str) -> String,
    pub repair: &'static str,
    pub relink: Around,
    pub contact: &'static str,
    pub help: &'static str,
    /// The contact if the application has no organisation: its owner.
    pub operator: Around,
    pub reference: &'static str,
    pub to_account: &'static str,
}

/// `/consent`, and its list in account settings.
pub struct Consent {
    pub heading: Around,
    /// Takes the application and the host.
    pub learns: fn(&str, &str) -> String,
    pub you: &'static str,
    pub you_text: &'static str,
    pub withdrawn_at: &'static str,
    pub allow: &'static str,
    pub applications: &'static str,
    pub learnt: fn(Learns) -> &'static str,
    pub given: Around,
    pub withdraw: &'static str,
}

/// `/account` and below.
pub struct Account {
    pub heading: &'static str,
    pub profile: &'static str,
    pub save_name: &'static str,
    pub change_email: &'static str,
    pub released: &'static str,
    pub security: &'static str,
    pub password_since: Around,
    pub no_password: &'static str,
    pub change_password: &'static str,
    pub create_password: &'static str,
    pub sessions: &'static str,
    pub this_session: &'static str,
    pub unknown_device: &'static str,
    pub began: Around,
    pub seen: Around,
    pub by_password: &'static str,
    pub by: Around,
    pub end: &'static str,
    pub end_others: &'static str,
    pub sign_out_everywhere: &'static str,
    pub notices_heading: &'static str,
    pub notice_status: fn(NoticeStatus) -> &'static str,
    pub refresh: &'static str,
    pub identities: &'static str,
    pub no_identities: &'static str,
    pub linked_on: Around,
    pub last_used: Around,
    pub remove: Around,
    pub link: Around,
    pub add_heading: &'static str,
    pub add_intro: Around,
    pub new_email: &'static str,
    pub email_intro: Around,
    /// Takes the applications, the organisation and its contact.
    pub closes: fn(&str, &str, &str) -> String,
    pub email_proof: Around,
    pub password_proof: &'static str,
    pub password_heading: &'static str,
    pub others_end: &'static str,
    pub notice: fn(Notice) -> &'static str,
    pub sign_out_heading: &'static str,
    /// Takes the application, if it identified itself.
    pub sign_out_ask: fn(Option<&str>) -> String,
    pub stay: &'static str,
}

/// `/undo-email`.
pub struct UndoEmail {
    pub heading: &'static str,
    pub ask: Around,
    pub removes: &'static str,
    pub undo: &'static str,
    pub leave: &'static str,
    pub taken_heading: &'static str,
    pub taken: Around,
    pub dead: &'static str,
    pub done: &'static str,
    pub done_text: &'static str,
    pub unlinked: &'static str,
    pub new_password: &'static str,
}

/// The dialog **Fjern tilknytning**.
pub struct Removal {
    pub heading: &'static str,
    pub ask: Around,
    pub remove: &'static str,
    pub password: &'static str,
    pub eid: Around,
    pub confirmed: Around,
    pub refused: Around,
}

/// The problem page.
pub struct ProblemTexts {
    pub heading: &'static str,
    pub not_found: &'static str,
    /// Takes the application and the host.
    pub leads_back: fn(&str, &str) -> String,
    /// Takes the host.
    pub continue_to: Around,
    pub restart: &'static str,
    pub to_sign_in: &'static str,
}
