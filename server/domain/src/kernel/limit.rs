//! Applies rate limits.

use crate::{
    audit::event::AuditEvent,
    kernel::{core::Kernel, outcome::Fault, request::Visitor, secret::Purpose},
    ops::limit::Limit,
};
use kobling_model::{Email, Problem};

impl Kernel {
    /// Takes one from each limit, up to the first exhausted one, in its own unit of work, so that a failure afterwards
    /// still counts.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub(crate) async fn limited(
        &self,
        visitor: &Visitor,
        about: Option<&Email>,
        limits: &[Limit],
    ) -> Result<(), Fault> {
        let now = self.now();
        let about = about.map_or("", Email::as_str);
        let mut work = self.begin().await?;
        let mut refused = None;
        for limit in limits {
            let whose: &[&str] = match limit {
                Limit::PasswordByAddress
                | Limit::PasswordByAccount
                | Limit::RecoveryByAddress
                | Limit::CodeByAddress => &[about],
                Limit::PasswordByPair => &[about, &visitor.network],
                Limit::PasswordByNetwork
                | Limit::RecoveryByNetwork
                | Limit::RecoveryUnproven
                | Limit::CodeByNetwork
                | Limit::FlowByNetwork
                | Limit::BearerByNetwork
                | Limit::ClientByNetwork
                | Limit::RegistrationByNetwork => &[&visitor.network],
            };
            let mut parts = vec![limit.name()];
            parts.extend_from_slice(whose);
            let key = self.keys.derive(Purpose::Limit, &parts);
            let pace = self.settings.limits.pace(*limit);
            if !work
                .rate_limits()
                .take(&key, now, pace.interval, pace.burst)
                .await?
            {
                refused = Some(limit);
                break;
            }
        }
        if let Some(limit) = refused {
            self.note(&mut work, visitor, AuditEvent::LimitReached(*limit), None)
                .await?;
        }
        work.commit().await?;
        match refused {
            None => Ok(()),
            Some(_) => Err(Problem::TooMany.into()),
        }
    }
}
