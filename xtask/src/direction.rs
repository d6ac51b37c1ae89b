//! Dependencies point one way: every crate of ours has a row here that says what it may know.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::{need, run, run::Package};

/// What a crate may hold of ours, and what it must not hold of others, at any depth.
struct Room {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
    how: &'static [&'static str],
}

/// What belongs to servers, databases and networks.
const HEAVY: &[&str] = &["axum", "leptos", "reqwest", "sqlx", "tokio"];
/// The same for a crate that shows pages.
const SERVER_SIDE: &[&str] = &["axum", "reqwest", "sqlx", "tokio"];
const INNER: &[&str] = &["kobling-domain", "kobling-model"];

const ROOMS: &[Room] = &[
    Room {
        name: "kobling-model",
        ours: &[],
        never: HEAVY,
        how: &["--all-features"],
    },
    Room {
        name: "kobling-domain",
        ours: &["kobling-model"],
        never: HEAVY,
        how: &["--all-features"],
    },
    Room {
        name: "kobling-store",
        ours: INNER,
        never: &["axum", "leptos", "reqwest"],
        how: &["--all-features"],
    },
    Room {
        name: "kobling-eid",
        ours: INNER,
        never: &["axum", "leptos", "sqlx"],
        how: &["--all-features"],
    },
    Room {
        name: "kobling-mail",
        ours: INNER,
        never: &["axum", "leptos", "sqlx"],
        how: &["--all-features"],
    },
    Room {
        name: "kobling-demo",
        ours: &[],
        never: &[],
        how: &["--all-features"],
    },
    Room {
        name: "kobling-app",
        ours: INNER,
        never: &["sqlx"],
        how: &["--all-features"],
    },
    Room {
        name: "kobling-frontend",
        ours: &["kobling-app", "kobling-model"],
        never: SERVER_SIDE,
        how: &["--target", need::WASM],
    },
    Room {
        // As it is released, which is without the demo.
        name: "kobling",
        ours: &[
            "kobling-app",
            "kobling-domain",
            "kobling-eid",
            "kobling-mail",
            "kobling-model",
            "kobling-store",
        ],
        never: &[],
        how: &[],
    },
    Room {
        name: "kobling-test-macros",
        ours: &[],
        never: HEAVY,
        how: &["--all-features"],
    },
    Room {
        name: "xtask",
        ours: &[],
        never: &[],
        how: &["--all-features"],
    },
];

/// Checks every room, and that there is none without a row.
///
/// # Errors
/// With all that points the wrong way.
pub fn check() -> Result<()> {
    let packages = run::workspace()?;
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();

    let mut wrong = declared(&packages);
    for room in ROOMS {
        let tree = run::output(
            run::cargo()
                .args(["tree", "--package", room.name, "--edges", "normal,build"])
                .args(["--prefix", "none", "--format", "{p}"])
                .args(room.how),
        )?;
        let found = held(room, &tree, &ours);
        println!(
            "{}: {}",
            room.name,
            if found.is_empty() { "fine" } else { "wrong" }
        );
        wrong.extend(found);
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("; "));
    }
    Ok(())
}

/// What is wrong with what the crates declare, of any kind, for tests too.
fn declared(packages: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        if !ROOMS.iter().any(|room| room.name == package.name) {
            wrong.push(format!(
                "{} has no row in xtask/src/direction.rs",
                package.name
            ));
        }
        // The server's own tests ask for it with the demo.
        if package.name != "kobling"
            && package
                .dependencies
                .iter()
                .any(|dependency| dependency.name == "kobling")
        {
            wrong.push(format!("{} depends on the server", package.name));
        }
    }
    wrong
}

/// What is wrong with the tree of one room: lines of a name, a version and more.
fn held(room: &Room, tree: &str, ours: &BTreeSet<&str>) -> Vec<String> {
    let names: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != room.name)
        .collect();
    names
        .into_iter()
        .filter(|name| {
            let stranger = ours.contains(name) && !room.ours.contains(name);
            stranger || room.never.contains(name)
        })
        .map(|name| format!("{} holds {name}", room.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        name: "kobling-frontend",
        ours: &["kobling-app", "kobling-model"],
        never: SERVER_SIDE,
        how: &[],
    };

    fn wrong(tree: &str) -> Vec<String> {
        let ours = [
            "kobling-frontend",
            "kobling-app",
            "kobling-model",
            "kobling-domain",
        ];
        held(&ROOM, tree, &ours.into())
    }

    #[test]
    fn a_tree_that_points_one_way_is_fine() {
        let tree = "kobling-frontend v0.1.0 (/somewhere/frontend)\n\
                    kobling-app v0.1.0 (/somewhere/app)\n\
                    leptos v0.8.23\n\
                    tokio-macros-like v1.0.0 (proc-macro) (*)\n";
        assert!(wrong(tree).is_empty());
    }

    #[test]
    fn strangers_are_named_once() {
        let tree =
            "kobling-frontend v0.1.0\nkobling-domain v0.1.0\ntokio v1.47.0\ntokio v1.47.0 (*)\n";
        assert_eq!(
            wrong(tree),
            [
                "kobling-frontend holds kobling-domain",
                "kobling-frontend holds tokio"
            ]
        );
    }

    #[test]
    fn a_crate_without_a_row_and_one_that_knows_the_server_are_named() {
        let packages: Vec<Package> = serde_json::from_str(
            r#"[
                {"name":"kobling-extra","manifest_path":"","dependencies":[]},
                {"name":"xtask","manifest_path":"","dependencies":[{"name":"kobling","kind":"dev"}]}
            ]"#,
        )
        .unwrap();
        assert_eq!(
            declared(&packages),
            [
                "kobling-extra has no row in xtask/src/direction.rs",
                "xtask depends on the server"
            ]
        );
    }
}
