//! Warns before our credentials at an eID provider expire.

use crate::eid::port::EidProvider;
use kobling_model::{ProviderId, Timestamp};
use std::sync::Arc;

const DAY: i64 = 24 * 60 * 60;

/// Days before expiry at which the warning escalates.
const STEPS: [i64; 5] = [0, 1, 7, 14, 30];

/// A credential that expires soon or has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Whole days until expiry; negative afterwards.
    pub days_left: i64,
    /// The escalation step: 30, 14, 7 or 1 days before expiry, and 0 from the last day on. A repeated check can warn
    /// once per step.
    pub step: i64,
}

/// A warning, from 30 days before expiry; `None` earlier.
#[must_use]
pub fn warning(now: Timestamp, expires_at: Timestamp) -> Option<Expiry> {
    let days_left = expires_at.since(now).as_seconds().div_euclid(DAY);
    let step = STEPS.into_iter().find(|step| days_left <= *step)?;
    Some(Expiry { days_left, step })
}

/// The providers with a warning, in the order of configuration.
#[must_use]
pub fn due(now: Timestamp, providers: &[Arc<dyn EidProvider>]) -> Vec<(ProviderId, Expiry)> {
    providers
        .iter()
        .filter_map(|provider| {
            let expiry = warning(now, provider.expires_at()?)?;
            Some((provider.id().clone(), expiry))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eid::port::{EidError, EidIdentity, EidRequest, EidReturn};
    use kobling_model::time::Span;

    struct Expiring(ProviderId, Option<Timestamp>);

    #[async_trait::async_trait]
    impl EidProvider for Expiring {
        fn id(&self) -> &ProviderId {
            &self.0
        }
        fn name(&self) -> &str {
            "eID"
        }
        async fn begin(&self, _: EidRequest) -> Result<String, EidError> {
            Err(EidError::TooLow)
        }
        async fn finish(&self, _: EidReturn) -> Result<EidIdentity, EidError> {
            Err(EidError::TooLow)
        }
        async fn end_session(&self, _: &str) -> Option<String> {
            None
        }
        fn origins(&self) -> Vec<String> {
            Vec::new()
        }
        fn expires_at(&self) -> Option<Timestamp> {
            self.1
        }
    }

    #[test]
    fn providers_with_a_soon_expiring_secret_or_key_are_reported() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let provider = |id: &str, end: Option<Span>| {
            let id = ProviderId::parse(id).expect("a name");
            Arc::new(Expiring(id, end.map(|span| now + span))) as Arc<dyn EidProvider>
        };
        let reported = due(
            now,
            &[
                provider("unknown", None),
                provider("far", Some(Span::hours(24 * 200))),
                provider("soon", Some(Span::hours(24 * 10))),
                provider("past", Some(Span::hours(-24))),
            ],
        );
        let reported: Vec<_> = reported
            .iter()
            .map(|(id, expiry)| (id.as_str(), expiry.days_left))
            .collect();
        assert_eq!(reported, [("soon", 10), ("past", -1)]);
    }

    #[test]
    fn warnings_begin_thirty_days_before_and_become_more_urgent() {
        let end = Timestamp::from_seconds(1_800_000_000);
        for (hours_before, expected) in [
            (32 * 24, None),
            (31 * 24, None),
            (31 * 24 - 1, Some((30, 30))),
            (30 * 24, Some((30, 30))),
            (15 * 24, Some((15, 30))),
            (14 * 24, Some((14, 14))),
            (8 * 24, Some((8, 14))),
            (7 * 24, Some((7, 7))),
            (2 * 24, Some((2, 7))),
            (24, Some((1, 1))),
            (23, Some((0, 0))),
            (0, Some((0, 0))),
            (-1, Some((-1, 0))),
            (-48, Some((-2, 0))),
        ] {
            let reported = warning(end - Span::hours(hours_before), end);
            assert_eq!(
                reported.map(|expiry| (expiry.days_left, expiry.step)),
                expected,
                "{hours_before} hours before"
            );
        }
    }
}
