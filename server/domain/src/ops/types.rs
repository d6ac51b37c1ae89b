//! Figures for the operator.

use kobling_model::status::NoticeStatus;

/// Figures for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Jobs of the outbox that are due.
    pub outbox_due: i64,
    /// Sign-out notices by status.
    pub logout_notices: Vec<(NoticeStatus, i64)>,
}
