//! Notes every step of a database, and fails one on command.

use kobling_domain::kernel::error::{StoreError, Stored};
use kobling_store::{Observer, STATEMENTS};
use std::{sync::Mutex, thread::sleep, time::Duration};
use tokio::task::block_in_place;

/// A step is `begin`, `read`, `commit`, or a statement, which the tests know by the name of its constant.
#[derive(Default)]
pub struct Watch(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    steps: Vec<&'static str>,
    fails: Option<&'static str>,
    waits: Option<&'static str>,
}

impl Watch {
    /// The names of the steps since the last call.
    pub fn steps(&self) -> Vec<&'static str> {
        let steps = std::mem::take(&mut self.0.lock().expect("the lock is not poisoned").steps);
        let name = |step| statements().find(|(_, sql)| *sql == step);
        steps
            .into_iter()
            .map(|step| name(step).map_or(step, |(name, _)| name))
            .collect()
    }

    /// From now on, every step of this name fails; `begin` and `read` are all units of work.
    pub fn fail(&self, name: &'static str) {
        self.0.lock().expect("the lock is not poisoned").fails = Some(step_of(name));
    }

    /// From now on, half a second passes before every step of this name, in which others go on.
    pub fn delay(&self, name: &'static str) {
        self.0.lock().expect("the lock is not poisoned").waits = Some(step_of(name));
    }

    /// From now on, nothing fails.
    pub fn mend(&self) {
        self.0.lock().expect("the lock is not poisoned").fails = None;
    }
}

impl Observer for Watch {
    fn step(&self, step: &'static str) -> Stored<()> {
        let mut watched = self.0.lock().expect("the lock is not poisoned");
        watched.steps.push(step);
        if watched.fails == Some(step) {
            return Err(StoreError::Unavailable("made to fail by the test".into()));
        }
        let waits = watched.waits == Some(step);
        drop(watched);
        if waits {
            block_in_place(|| sleep(Duration::from_millis(500)));
        }
        Ok(())
    }
}

fn step_of(name: &'static str) -> &'static str {
    match name {
        "begin" | "read" | "commit" => name,
        _ => statements().find(|(n, _)| *n == name).expect(name).1,
    }
}

fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    STATEMENTS.iter().copied().flatten().copied()
}
