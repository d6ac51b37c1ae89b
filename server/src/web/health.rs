//! Whether the database takes writes.

use kobling_domain::Kobling;
use kobling_model::{Timestamp, time::Span};
use tokio::sync::Mutex;

/// How long one outcome answers all who ask, so that asking costs little.
const SHARED_FOR: Span = Span::seconds(5);

/// The last outcome of the probe, and when it began.
#[derive(Default)]
pub struct Health(Mutex<Option<(Timestamp, bool)>>);

impl Health {
    /// Whether a unit of work that writes is committed. Whoever asks meanwhile waits for the same outcome.
    pub(super) async fn is_ready(&self, kobling: &Kobling) -> bool {
        let now = kobling.ports().clock.now();
        let mut last = self.0.lock().await;
        let shared = last.filter(|(at, _)| (Span(0)..SHARED_FOR).contains(&now.since(*at)));
        if let Some((_, ready)) = shared {
            return ready;
        }
        let probe = kobling.jobs.probe().await;
        if let Err(error) = &probe {
            tracing::error!(%error, "the health check cannot use the database");
        }
        *last = Some((now, probe.is_ok()));
        probe.is_ok()
    }
}
