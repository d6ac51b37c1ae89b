//! Warns the operator before a client secret, key or certificate at an eID provider expires.

use kobling_domain::{Kobling, eid::expiry::due};
use kobling_model::time::Span;
use std::sync::Arc;

/// The interval between warnings.
const EVERY: Span = Span::hours(24);

/// Warns at start and then once a day, until the process ends.
pub async fn watch(kobling: Arc<Kobling>) {
    loop {
        warn(&kobling);
        kobling.ports().patience.wait(EVERY).await;
    }
}

/// Logs a line for each provider whose secret, key or certificate has expired or expires within 30 days.
pub fn warn(kobling: &Kobling) {
    let ports = kobling.ports();
    for (provider, expiry) in due(ports.clock.now(), &ports.providers) {
        let (days_left, step) = (expiry.days_left, expiry.step);
        if days_left < 0 {
            tracing::error!(
                event = "provider.credential_expired",
                %provider,
                days_left,
                step,
                "the client secret, key or certificate at this eID provider has expired; nobody can sign in with it"
            );
        } else {
            tracing::warn!(
                event = "provider.credential_expires",
                %provider,
                days_left,
                step,
                "the client secret, key or certificate at this eID provider expires soon; register a new one and change the configuration"
            );
        }
    }
}
