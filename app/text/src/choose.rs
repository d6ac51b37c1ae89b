//! The text for a value of a closed set.

use crate::table::{Account, Consent, NoAccess, NoticeWords, PasswordTexts, ProblemWords, Texts};
use kobling_model::password::Requirement;
use kobling_model::status::{NoAccessReason, Notice, NoticeStatus};
use kobling_model::view::Learns;
use kobling_model::{Problem, Wait};
use std::borrow::Cow;

impl Texts {
    /// The text of a problem, with how long to wait if the problem says so.
    #[must_use]
    pub fn problem_text(&self, problem: Problem) -> Cow<'static, str> {
        match problem {
            Problem::TooMany(wait) if wait != Wait::UNKNOWN => {
                let time = self.time(wait.minutes().unwrap_or_default().into());
                self.problem.too_many_wait(&time).into()
            }
            problem => self.problem.of(problem).into(),
        }
    }

    /// A number of minutes: "1 minute", "12 minutes".
    #[must_use]
    pub fn time(&self, minutes: i64) -> String {
        match minutes {
            1 => self.common.minute.into(),
            minutes => self.common.minutes(&minutes.to_string()),
        }
    }
}

impl ProblemWords {
    /// The text of a problem.
    #[must_use]
    pub const fn of(&self, problem: Problem) -> &'static str {
        match problem {
            Problem::PasswordKnown => self.password_known,
            Problem::EmailMissing => self.email_missing,
            Problem::EmailInvalid => self.email_invalid,
            Problem::EmailTaken => self.email_taken,
            Problem::EmailSame => self.email_same,
            Problem::PasswordMissing => self.password_missing,
            Problem::NewPasswordMissing => self.new_password_missing,
            Problem::SignInFailed => self.sign_in_failed,
            Problem::PasswordWrong => self.password_wrong,
            Problem::PasswordRules => self.password_rules,
            Problem::PasswordsDiffer => self.passwords_differ,
            Problem::RobotUnchecked => self.robot_unchecked,
            Problem::ProofInvalid => self.proof_invalid,
            Problem::TooMany(_) => self.too_many,
            Problem::CodeMissing => self.code_missing,
            Problem::CodeWrong => self.code_wrong,
            Problem::CodeExpired => self.code_expired,
            Problem::NameMissing => self.name_missing,
            Problem::NameInvalid => self.name_invalid,
            Problem::TicketInvalid => self.ticket_invalid,
            Problem::FlowExpired => self.flow_expired,
            Problem::AlreadyDone => self.already_done,
            Problem::LastWayIn => self.last_way_in,
            Problem::LinkedElsewhere => self.linked_elsewhere,
            Problem::AddressOfAnother => self.address_of_another,
            Problem::OtherPerson => self.other_person,
            Problem::AccountDisabled => self.account_disabled,
            Problem::EidCancelled => self.eid_cancelled,
            Problem::EidUnavailable => self.eid_unavailable,
            Problem::EidInvalid => self.eid_invalid,
            Problem::EidTooLow => self.eid_too_low,
            Problem::EidSynthetic => self.eid_synthetic,
            Problem::EidReplayed => self.eid_replayed,
            Problem::EidStateUnknown => self.eid_state_unknown,
            Problem::ClientInvalid => self.client_invalid,
            Problem::Outdated => self.outdated,
            Problem::RequestRefused => self.request_refused,
            Problem::RequestSpent => self.request_spent,
            Problem::NeedProof => self.need_proof,
            Problem::NotSignedIn => self.not_signed_in,
            Problem::NotFound => self.not_found,
            Problem::BadRequest => self.bad_request,
            Problem::CrossOrigin => self.cross_origin,
            Problem::TooLarge => self.too_large,
            Problem::Busy => self.busy,
            Problem::Unavailable => self.unavailable,
        }
    }
}

impl NoticeWords {
    /// The text of a notice. `newest` names the eID that was linked last.
    #[must_use]
    pub fn of(&self, notice: Notice, newest: &str) -> Cow<'static, str> {
        match notice {
            Notice::LinkRemoved => self.link_removed.into(),
            Notice::EmailChanged => self.email_changed.into(),
            Notice::PasswordCreated => self.password_created.into(),
            Notice::PasswordChanged => self.password_changed.into(),
            Notice::NameChanged => self.name_changed.into(),
            Notice::SessionsEnded => self.sessions_ended.into(),
            Notice::Linked => self.linked(newest).into(),
            Notice::ConsentWithdrawn => self.consent_withdrawn.into(),
        }
    }
}

impl Account {
    /// The status of a sign-out notice.
    #[must_use]
    pub const fn notice_status(&self, status: NoticeStatus) -> &'static str {
        match status {
            NoticeStatus::Confirmed => self.notice_confirmed,
            NoticeStatus::Waiting => self.notice_waiting,
            NoticeStatus::Untold => self.notice_untold,
            NoticeStatus::Failed => self.notice_failed,
        }
    }
}

impl NoAccess {
    /// The heading for a reason.
    #[must_use]
    pub const fn heading(&self, reason: NoAccessReason) -> &'static str {
        match reason {
            NoAccessReason::NotAUser | NoAccessReason::AnotherPerson => self.heading_address,
            NoAccessReason::OtherWay => self.heading_other_way,
            NoAccessReason::TooLow => self.heading_too_low,
        }
    }

    /// The reason, with the names of the organisation and the application.
    #[must_use]
    pub fn why(&self, reason: NoAccessReason, organisation: &str, client: &str) -> String {
        match reason {
            NoAccessReason::NotAUser => self.why_not_a_user(organisation, client),
            NoAccessReason::AnotherPerson => self.why_another_person(organisation),
            NoAccessReason::OtherWay => self.why_other_way(client),
            NoAccessReason::TooLow => self.why_too_low(client),
        }
    }
}

impl Consent {
    /// What an application learns.
    #[must_use]
    pub const fn learnt(&self, learns: Learns) -> &'static str {
        match (learns.name, learns.email) {
            (true, true) => self.learns_both,
            (true, false) => self.learns_name,
            (false, true) => self.learns_email,
            (false, false) => self.learns_nothing,
        }
    }
}

impl PasswordTexts {
    /// A requirement.
    #[must_use]
    pub fn requirement(&self, requirement: Requirement) -> String {
        match requirement {
            Requirement::MinLength(count) => self.min_length(&count.to_string()),
            Requirement::Upper => self.upper.into(),
            Requirement::Lower => self.lower.into(),
            Requirement::Digit => self.digit.into(),
            Requirement::Symbol => self.symbol.into(),
            Requirement::NotCommon => self.not_common.into(),
            Requirement::NotPersonal => self.not_personal.into(),
        }
    }
}
