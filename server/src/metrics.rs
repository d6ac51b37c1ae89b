//! Metrics for the operator, in the text format of OpenMetrics. They contain no personal data.

use axum::http::StatusCode;
use kobling_domain::{Kobling, kernel::secret::Digest256};
use kobling_model::Problem;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// One label.
type Labelled = [(&'static str, String); 1];

/// The metrics.
#[derive(Debug, Default)]
pub struct Metrics {
    pub(crate) token: Option<Digest256>,
    registry: Registry,
    requests: Family<Labelled, Counter>,
    credentials: Family<Labelled, Gauge>,
    outbox: Gauge,
    notices: Family<Labelled, Gauge>,
}

impl Metrics {
    /// Metrics that this token protects; without one, they are disabled.
    #[must_use]
    pub fn new(token: Option<Digest256>) -> Self {
        let mut metrics = Self {
            token,
            registry: Registry::with_prefix("kobling"),
            ..Self::default()
        };
        metrics.registry.register(
            "http_requests",
            "HTTP responses, by status class",
            metrics.requests.clone(),
        );
        metrics.registry.register(
            "eid_credential_expires_seconds",
            "Seconds until the client secret, key or certificate at an eID provider expires, negative afterwards",
            metrics.credentials.clone(),
        );
        metrics.registry.register(
            "outbox_due",
            "Jobs in the outbox that are due",
            metrics.outbox.clone(),
        );
        metrics.registry.register(
            "logout_notices",
            "Logout notices of the last week, by status",
            metrics.notices.clone(),
        );
        metrics
    }

    /// Counts a response.
    pub fn answered(&self, status: StatusCode) {
        if self.token.is_some() {
            let class = format!("{}xx", status.as_u16() / 100);
            self.requests.get_or_create(&[("status", class)]).inc();
        }
    }

    /// The current values as text.
    pub(crate) async fn text(&self, kobling: &Kobling) -> Result<String, Problem> {
        let figures = kobling.jobs.figures().await.map_err(|fault| {
            tracing::error!(%fault, "the metrics cannot be read");
            fault.problem()
        })?;
        self.outbox.set(figures.outbox_due);
        for (status, number) in figures.logout_notices {
            let labels = [("result", status.code().to_owned())];
            self.notices.get_or_create(&labels).set(number);
        }
        let now = kobling.ports().clock.now();
        for provider in &kobling.ports().providers {
            if let Some(end) = provider.expires_at() {
                let labels = [("provider", provider.id().to_string())];
                let left = end.since(now).as_seconds();
                self.credentials.get_or_create(&labels).set(left);
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|_| Problem::Unavailable)?;
        Ok(text)
    }
}
