//! Figures for the operator.

use kobling_model::status::NoticeStatus;

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Jobs of the outbox that wait to be done, their time having come.
    pub outbox_due: i64,
    /// Notices of sign-out, by what has come of them, as long as they are kept.
    pub logout_notices: Vec<(NoticeStatus, i64)>,
}
