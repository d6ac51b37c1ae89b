//! The clock, which tests replace.

use std::sync::Arc;

/// Seconds since the unix epoch.
pub(crate) type Seconds = i64;

/// The source of time.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> Seconds + Send + Sync>);

impl Clock {
    /// The system clock.
    pub(crate) fn system() -> Self {
        Self(Arc::new(system_now))
    }

    /// The time now.
    pub(crate) fn now(&self) -> Seconds {
        (self.0)()
    }

    /// A clock that a test sets by hand.
    #[cfg(test)]
    pub(crate) fn manual(time: &Arc<std::sync::atomic::AtomicI64>) -> Self {
        let time = Arc::clone(time);
        Self(Arc::new(move || {
            time.load(std::sync::atomic::Ordering::SeqCst)
        }))
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place where the demo reads the machine's clock"
)]
fn system_now() -> Seconds {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
}
