//! Notes every step of a database, and fails one on command.

use kobling_domain::kernel::error::{StoreError, Stored};
use kobling_store::{Observer, STATEMENTS};
use std::sync::Mutex;

/// A step is `begin`, `read`, `commit`, or a statement, which the tests know by the name of its constant.
#[derive(Default)]
pub struct Watch(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    steps: Vec<&'static str>,
    fails: Option<&'static str>,
}

impl Watch {
    /// The names of the steps since the last call.
    pub fn steps(&self) -> Vec<&'static str> {
        let steps = std::mem::take(&mut self.0.lock().expect("nobody panicked").steps);
        let name = |step| statements().find(|(_, sql)| *sql == step);
        steps
            .into_iter()
            .map(|step| name(step).map_or(step, |(name, _)| name))
            .collect()
    }

    /// From now on, every step of this name fails; `begin` and `read` are all units of work.
    pub fn fail(&self, name: &'static str) {
        let step = match name {
            "begin" | "read" | "commit" => name,
            _ => statements().find(|(n, _)| *n == name).expect(name).1,
        };
        self.0.lock().expect("nobody panicked").fails = Some(step);
    }

    /// From now on, nothing fails.
    pub fn mend(&self) {
        self.0.lock().expect("nobody panicked").fails = None;
    }
}

impl Observer for Watch {
    fn step(&self, step: &'static str) -> Stored<()> {
        let mut watched = self.0.lock().expect("nobody panicked");
        watched.steps.push(step);
        if watched.fails == Some(step) {
            return Err(StoreError::Unavailable("told to fail".into()));
        }
        Ok(())
    }
}

fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    STATEMENTS.iter().copied().flatten().copied()
}
