//! Numbers for the operator, in the text format of OpenMetrics. Nothing in them is about a person.

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

/// The numbers.
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
    /// Numbers for whoever shows this token; for nobody without one.
    #[must_use]
    pub fn new(token: Option<Digest256>) -> Self {
        let mut metrics = Self {
            token,
            registry: Registry::with_prefix("kobling"),
            ..Self::default()
        };
        metrics.registry.register(
            "http_requests",
            "Requests answered, by class of status",
            metrics.requests.clone(),
        );
        metrics.registry.register(
            "eid_credential_expires_seconds",
            "Seconds until what we prove ourselves with at an eID provider stops working, negative afterwards",
            metrics.credentials.clone(),
        );
        metrics.registry.register(
            "outbox_due",
            "Jobs in the outbox whose time has come",
            metrics.outbox.clone(),
        );
        metrics.registry.register(
            "logout_notices",
            "Notices of sign-out to applications in the last week, by what has come of them",
            metrics.notices.clone(),
        );
        metrics
    }

    /// Counts an answer.
    pub fn answered(&self, status: StatusCode) {
        if self.token.is_some() {
            let class = format!("{}xx", status.as_u16() / 100);
            self.requests.get_or_create(&[("status", class)]).inc();
        }
    }

    /// All numbers as they are now.
    pub(crate) async fn text(&self, kobling: &Kobling) -> Result<String, Problem> {
        let figures = kobling.jobs.figures().await.map_err(|fault| {
            tracing::error!(%fault, "metrics");
            fault.problem()
        })?;
        self.outbox.set(figures.outbox_due);
        for (told, number) in figures.logout_notices {
            let labels = [("result", told.code().to_owned())];
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
