//! How costs grow with the number of accounts.

use anyhow::Result;

use crate::installation::{self, Engine};
use crate::journeys::{Person, workers};
use crate::load::measure;
use crate::place::Place;
use crate::report::{Row, Size};
use crate::run::{Pace, sign_all_in};
use crate::seed::People;

/// Fewer than elsewhere, because each first sign-in uses up a person.
const WORKERS: u32 = 4;

/// A page, the code flow (which looks the person up in the directory), a sign-in (which looks the link up), and a first
/// sign-in (which finds the person in the directory, and creates account and link).
///
/// # Errors
/// If a server does not start, or answers otherwise than expected.
pub async fn size(place: &Place, engine: &Engine, accounts: u32, pace: Pace) -> Result<Size> {
    let server = installation::start(place, engine, accounts).await?;
    let people = People::of(accounts);
    let (process, time) = (server.process, pace.seconds(5));
    let mut linked = workers(place.ports, people, WORKERS);
    let mut new = workers(place.ports, people, WORKERS);
    sign_all_in(&mut linked).await?;
    let mut rows = Vec::new();
    let mut add = |name, cost| rows.push(Row { name, cost });
    let cost = measure(process, &mut linked, time, Person::account_page).await?;
    add("/account, signed in", cost);
    let flow = async |person: &mut Person| person.code_flow("es256").await;
    let cost = measure(process, &mut linked, time, flow).await?;
    add("code flow, ES256", cost);
    let cost = measure(process, &mut linked, time, Person::eid_sign_in).await?;
    add("eID sign-in, whole", cost);
    let cost = measure(process, &mut new, time, Person::first_sign_in).await?;
    add("first eID sign-in, linked", cost);
    Ok(Size { accounts, rows })
}
