//! `[session]`, `[recovery]` and `[link]`: how long sessions, tickets and codes are valid.

use super::error::{ConfigError, within};
use kobling_domain::Settings;
use kobling_model::time::Span;
use serde::Deserialize;

/// `[session]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSection {
    /// Idle timeout in minutes (ID-porten requires 30 at most).
    pub idle_minutes: i64,
    /// Absolute timeout in hours.
    pub absolute_hours: i64,
    /// Minutes after a sign-in during which no step-up is required.
    pub fresh_minutes: i64,
}

/// `[recovery]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverySection {
    /// Lifetime of the link in a reset mail, in minutes.
    pub ticket_minutes: i64,
    /// Delay, in milliseconds, of the response to a request without a proof of work.
    pub delay_milliseconds: i64,
    /// PBKDF2 iterations per attempt of the proof of work.
    pub proof_cost: u32,
}

/// `[link]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSection {
    /// Lifetime of a one-time code, in minutes.
    pub code_minutes: i64,
    /// Requires a code even if the directory confirms the address.
    pub directory_demands_code: bool,
}

impl SessionSection {
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        let idle = within("session.idle_minutes", self.idle_minutes, 1_440)?;
        let absolute = within("session.absolute_hours", self.absolute_hours, 720)?;
        let fresh = within("session.fresh_minutes", self.fresh_minutes, 60)?;
        settings.session_idle = Span::minutes(idle);
        settings.session_absolute = Span::hours(absolute);
        settings.fresh = Span::minutes(fresh);
        Ok(())
    }
}

impl RecoverySection {
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        let ticket = within("recovery.ticket_minutes", self.ticket_minutes, 1_440)?;
        settings.ticket_life = Span::minutes(ticket);
        settings.unproven_delay = Span(self.delay_milliseconds.clamp(0, 30_000) * 1_000);
        settings.proof_cost = self.proof_cost.clamp(1, 100_000);
        Ok(())
    }
}

impl LinkSection {
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        settings.code_life = Span::minutes(within("link.code_minutes", self.code_minutes, 60)?);
        settings.directory_demands_code = self.directory_demands_code;
        Ok(())
    }
}
