//! Repeats a journey for some time and measures what it costs the server.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;

use crate::proc::Process;

/// The most repetitions per worker, so that memory and the tables of the server stay bounded.
const MOST: usize = 100_000;

/// What one repetition costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// CPU time of the server process in milliseconds.
    pub cpu_ms: f64,
    /// Repetitions per second, of all workers.
    pub per_second: f64,
    /// The median time of one in milliseconds.
    pub p50_ms: f64,
    /// What 99 in a hundred do not exceed.
    pub p99_ms: f64,
}

/// Runs `step` in every worker, first for a fifth of the time without measuring, then for the time.
///
/// # Errors
/// The first error of a step: what is not the expected answer is never measured.
pub async fn measure<W>(
    server: Process,
    workers: &mut [W],
    time: Duration,
    step: impl AsyncFn(&mut W) -> Result<()>,
) -> Result<Cost> {
    drive(workers, time / 5, &step).await?;
    let before = server.cpu_ms()?;
    let start = Instant::now();
    let mut times = drive(workers, time, &step).await?;
    let elapsed = start.elapsed();
    let used = server.cpu_ms()? - before;
    anyhow::ensure!(!times.is_empty(), "nothing was done in the time measured");
    let count = count(times.len());
    times.sort_unstable();
    Ok(Cost {
        cpu_ms: used / count,
        per_second: count / elapsed.as_secs_f64(),
        p50_ms: percentile(&times, 50),
        p99_ms: percentile(&times, 99),
    })
}

/// Runs `step` in every worker until the time is up; returns how long each repetition took.
///
/// # Errors
/// The first error of a step.
pub async fn drive<W>(
    workers: &mut [W],
    time: Duration,
    step: &impl AsyncFn(&mut W) -> Result<()>,
) -> Result<Vec<Duration>> {
    let end = Instant::now() + time;
    let runs = workers.iter_mut().map(async |worker| {
        let mut times = Vec::new();
        while times.len() < MOST {
            let start = Instant::now();
            if start >= end {
                break;
            }
            step(worker).await?;
            times.push(start.elapsed());
        }
        anyhow::Ok(times)
    });
    Ok(try_join_all(runs).await?.concat())
}

/// A percentile of sorted times in milliseconds, by the nearest rank; 0 if there are none.
pub fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted
        .get(rank)
        .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

/// A number of repetitions, far below what an `f64` can count.
#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
pub fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(milliseconds: &[u64]) -> Vec<Duration> {
        milliseconds
            .iter()
            .copied()
            .map(Duration::from_millis)
            .collect()
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(percentile(&times(&hundred), 50), 50.0);
        assert_eq!(percentile(&times(&hundred), 99), 99.0);
        assert_eq!(percentile(&times(&[7]), 99), 7.0);
        assert_eq!(percentile(&times(&[1, 2, 3]), 50), 2.0);
        assert_eq!(percentile(&[], 99), 0.0);
    }

    #[tokio::test]
    async fn an_unexpected_answer_ends_the_measurement() {
        let step = async |_: &mut ()| anyhow::bail!("answered 429");
        let result = drive(&mut [(), ()], Duration::from_secs(60), &step).await;
        assert_eq!(result.unwrap_err().to_string(), "answered 429");
    }
}
