//! Tells the operator in time that a secret, key or certificate at an eID provider stops working.

use kobling_domain::{Kobling, eid::expiry::due};
use kobling_model::time::Span;
use std::sync::Arc;

/// How often it is told.
const EVERY: Span = Span::hours(24);

/// Tells at once and then once a day, until the process ends.
pub async fn watch(kobling: Arc<Kobling>) {
    loop {
        tell(&kobling);
        kobling.ports().patience.wait(EVERY).await;
    }
}

/// A line for each provider whose secret, key or certificate ends within 30 days or has ended.
pub fn tell(kobling: &Kobling) {
    let ports = kobling.ports();
    for (provider, expiry) in due(ports.clock.now(), &ports.providers) {
        let (days_left, step) = (expiry.days_left, expiry.step);
        if days_left < 0 {
            tracing::error!(
                event = "provider.credential_expired",
                %provider,
                days_left,
                step,
                "what we prove ourselves with at this eID provider has expired; nobody can sign in there"
            );
        } else {
            tracing::warn!(
                event = "provider.credential_expires",
                %provider,
                days_left,
                step,
                "what we prove ourselves with at this eID provider expires soon; register a new one and change the configuration"
            );
        }
    }
}
