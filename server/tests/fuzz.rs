//! The fuzz targets over their corpus and variations of it.

use kobling::fuzz;
use kobling_eid::fuzz as eid;
use proptest::{prelude::*, sample::Index};
use std::{fs, path::Path};

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 7] = [
    ("authorization_request", fuzz::authorization_request),
    ("token_request", fuzz::token_request),
    ("client_assertion", fuzz::client_assertion),
    ("dpop_proof", fuzz::dpop_proof),
    ("id_token", eid::id_token),
    ("logout_token", eid::logout_token),
    ("discovery_document", eid::discovery_document),
];

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let seeds: Vec<_> = fs::read_dir(folder)
        .expect("a corpus")
        .map(|entry| fs::read(entry.expect("an entry").path()).expect("a seed"))
        .collect();
    assert!(!seeds.is_empty(), "{target} has seeds");
    seeds
}

#[test]
fn every_fuzz_target_accepts_its_corpus_truncated_anywhere() {
    for (name, target) in TARGETS {
        for seed in corpus(name) {
            for end in 0..=seed.len() {
                target(&seed[..end]);
            }
        }
    }
}

#[test]
fn every_fuzz_target_is_known_to_cargo_fuzz() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(folder.join(format!("fuzz_targets/{name}.rs")).is_file());
    }
}

proptest! {
    #[test]
    fn no_parser_of_untrusted_input_panics(
        which in any::<Index>(),
        seed in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..8),
    ) {
        let (name, target) = TARGETS[which.index(TARGETS.len())];
        let seeds = corpus(name);
        let mut data = seeds[seed.index(seeds.len())].clone();
        for (at, byte) in changes {
            if !data.is_empty() {
                let at = at.index(data.len());
                data[at] = byte;
            }
        }
        target(&data);
    }
}
