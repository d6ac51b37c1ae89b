//! The measurements, in order.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use argon2::{Argon2, Block};

use crate::child::Server;
use crate::installation::{self, Engine};
use crate::journeys::{Person, workers};
use crate::load::{Cost, count, drive, measure, percentile};
use crate::place::Place;
use crate::report::{Figures, Passwords, Row};
use crate::seed::{LEAST, LINKED, People};

/// How many do the same at a time.
const WORKERS: u32 = 8;
/// The time between two pages that are requested beside password sign-ins.
const PAUSE: Duration = Duration::from_millis(10);

/// How long each measurement takes.
#[derive(Clone, Copy)]
pub struct Pace {
    pub quick: bool,
}

impl Pace {
    /// So long in a full run, a fifth of it in a quick one.
    pub fn seconds(self, seconds: u64) -> Duration {
        let parts = if self.quick { 200 } else { 1_000 };
        Duration::from_millis(seconds * parts)
    }
}

/// All figures of one engine.
///
/// # Errors
/// If a server does not start, or answers otherwise than expected.
pub async fn figures(place: &Place, engine: &Engine, pace: Pace) -> Result<Figures> {
    let mut rows = vec![Row {
        name: "bare axum server, a request",
        cost: bare(place, pace).await?,
    }];
    let cores = std::thread::available_parallelism()?.get();
    let limit = hashes_per_second(cores, pace.seconds(5))?;
    let server = installation::start(place, engine, LEAST).await?;
    let people = People::of(LEAST);
    let idle = server.process.resident_mib()?;

    let (cost, meanwhile) = passwords(&server, place, people, pace).await?;
    let passwords = Passwords {
        cost,
        meanwhile,
        limit,
        cores: count(cores),
    };
    let after_sign_ins = server.process.resident_mib()?;

    let mut visitors = workers(place.ports, people, WORKERS);
    let time = pace.seconds(5);
    rows.push(Row {
        name: "/login without a flow",
        cost: measure(server.process, &mut visitors, time, Person::login_page).await?,
    });
    let mut linked = workers(place.ports, people, WORKERS);
    sign_all_in(&mut linked).await?;
    rows.extend(signed_in(&server, &mut linked, pace).await?);
    let resident = [idle, after_sign_ins, server.process.resident_mib()?];
    Ok(Figures {
        engine: engine.name(),
        rows,
        passwords,
        resident,
    })
}

/// Every person with a link signs in once, so that no later sign-in is the first with that eID.
///
/// # Errors
/// If one does not succeed.
pub async fn sign_all_in(workers: &mut [Person]) -> Result<()> {
    for _ in 0..LINKED / WORKERS + 1 {
        futures_util::future::try_join_all(workers.iter_mut().map(Person::eid_sign_in)).await?;
    }
    Ok(())
}

/// What people who are signed in do, and then further sign-ins.
async fn signed_in(server: &Server, workers: &mut [Person], pace: Pace) -> Result<Vec<Row>> {
    let process = server.process;
    let mut rows = Vec::new();
    let mut add = |name, cost| rows.push(Row { name, cost });
    let time = pace.seconds(5);
    let cost = measure(process, workers, time, Person::account_page).await?;
    add("/account, signed in", cost);
    let cost = measure(process, workers, time, async |p: &mut Person| {
        p.code_flow("es256").await
    });
    add("code flow, ES256", cost.await?);
    let cost = measure(process, workers, time, async |p: &mut Person| {
        p.code_flow("rs256").await
    });
    add("code flow, RS256", cost.await?);
    let cost = measure(process, workers, pace.seconds(8), Person::eid_sign_in).await?;
    add("eID sign-in, whole", cost);
    Ok(rows)
}

async fn bare(place: &Place, pace: Pace) -> Result<Cost> {
    let program = std::env::current_exe()?;
    let port = place.ports.bare_port();
    let arguments = ["bare", "--port", &port.to_string()];
    let server = Server::start(&program, &arguments, &place.folder, "bare")?;
    server.listens(&[port]).await?;
    let mut workers = workers(place.ports, People::of(LEAST), WORKERS);
    measure(server.process, &mut workers, pace.seconds(5), Person::bare).await
}

/// Password sign-ins as fast as they are answered, and a page every [`PAUSE`] meanwhile; returns the median and the 99th
/// percentile of the page.
async fn passwords(
    server: &Server,
    place: &Place,
    people: People,
    pace: Pace,
) -> Result<(Cost, [f64; 2])> {
    let time = pace.seconds(5);
    let mut signing_in = workers(place.ports, people, WORKERS);
    let visitor = workers(place.ports, people, 1)
        .pop()
        .context("no visitor")?;
    let mut visitors = [(visitor, Vec::new())];
    let visit = async |(person, times): &mut (Person, Vec<Duration>)| {
        tokio::time::sleep(PAUSE).await;
        let start = Instant::now();
        person.login_page().await?;
        times.push(start.elapsed());
        Ok(())
    };
    let (cost, _) = tokio::try_join!(
        measure(
            server.process,
            &mut signing_in,
            time,
            Person::password_sign_in
        ),
        drive(&mut visitors, time, &visit)
    )?;
    let [(_, mut times)] = visitors;
    times.sort_unstable();
    Ok((cost, [percentile(&times, 50), percentile(&times, 99)]))
}

/// How many passwords all cores together hash per second with the default settings, each with memory of its own that is
/// kept: what no server exceeds.
fn hashes_per_second(cores: usize, time: Duration) -> Result<f64> {
    let start = Instant::now();
    let hash = || {
        let argon = Argon2::default();
        let mut memory = vec![Block::default(); argon.params().block_count()];
        let mut done = 0;
        while start.elapsed() < time {
            let mut out = [0; 32];
            let salt = b"sixteen of bytes";
            argon
                .hash_password_into_with_memory(b"password", salt, &mut out, &mut memory)
                .ok()?;
            done += 1;
        }
        Some(count(done) / start.elapsed().as_secs_f64())
    };
    let rates: Vec<Option<f64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(hash)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().ok().flatten())
            .collect()
    });
    let rates: Option<Vec<f64>> = rates.into_iter().collect();
    let sum = rates.context("Argon2 failed")?.into_iter().sum();
    ensure!(sum > 0.0, "no password was hashed in time");
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_run_takes_a_fifth_of_the_time() {
        assert_eq!(Pace { quick: false }.seconds(5), Duration::from_secs(5));
        assert_eq!(Pace { quick: true }.seconds(5), Duration::from_secs(1));
    }
}
