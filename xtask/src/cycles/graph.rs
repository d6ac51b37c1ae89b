//! Strongly connected components of a graph of files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Which file names what of which other, with the first name that was met.
#[derive(Default)]
pub struct Graph(pub BTreeMap<usize, BTreeMap<usize, String>>);

/// Files that all lead to one another, and the shortest way from any of them back to itself.
pub struct Cycle {
    pub files: BTreeSet<usize>,
    pub start: usize,
    pub chain: Vec<(usize, String)>,
}

impl Graph {
    pub fn cycles(&self) -> Vec<Cycle> {
        let reached: BTreeMap<usize, BTreeSet<usize>> = self
            .0
            .keys()
            .map(|file| (*file, self.ways(*file).into_keys().collect()))
            .collect();
        let mut cycles: Vec<Cycle> = Vec::new();
        for (start, theirs) in &reached {
            let start = *start;
            if !theirs.contains(&start) || cycles.iter().any(|cycle| cycle.files.contains(&start)) {
                continue;
            }
            let files: BTreeSet<usize> = theirs
                .iter()
                .copied()
                .filter(|file| {
                    reached
                        .get(file)
                        .is_some_and(|theirs| theirs.contains(&start))
                })
                .collect();
            let shortest = files
                .iter()
                .map(|file| (*file, self.chain(*file)))
                .min_by_key(|(_, chain)| chain.len());
            if let Some((start, chain)) = shortest {
                cycles.push(Cycle {
                    files,
                    start,
                    chain,
                });
            }
        }
        cycles
    }

    /// Every file that can be reached from one, with the file before it on a shortest way.
    fn ways(&self, start: usize) -> BTreeMap<usize, usize> {
        let mut before = BTreeMap::new();
        let mut waiting = VecDeque::from([start]);
        while let Some(file) = waiting.pop_front() {
            for next in self
                .0
                .get(&file)
                .into_iter()
                .flatten()
                .map(|(next, _)| *next)
            {
                if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(next) {
                    entry.insert(file);
                    waiting.push_back(next);
                }
            }
        }
        before
    }

    fn chain(&self, start: usize) -> Vec<(usize, String)> {
        let before = self.ways(start);
        let mut chain = VecDeque::new();
        let mut file = start;
        while let Some(last) = before.get(&file).copied() {
            let name = self.0.get(&last).and_then(|files| files.get(&file));
            chain.push_front((file, name.cloned().unwrap_or_default()));
            file = last;
            if file == start {
                break;
            }
        }
        chain.into()
    }
}
