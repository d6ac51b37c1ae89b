//! Checks the direction of dependencies: every workspace crate has a rule for what it may depend on.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::{need, run, run::Package};

/// Which workspace crates a crate may depend on, and which external crates it must not, directly or transitively.
struct Rule {
    name: &'static str,
    allowed: &'static [&'static str],
    forbidden: &'static [&'static str],
    /// Arguments of `cargo tree`.
    arguments: &'static [&'static str],
}

/// Frameworks for servers, pages, databases and networks.
const FRAMEWORKS: &[&str] = &["axum", "leptos", "reqwest", "sqlx", "tokio"];
/// The same without the framework for pages.
const SERVER_SIDE: &[&str] = &["axum", "reqwest", "sqlx", "tokio"];
const INNER: &[&str] = &["kobling-domain", "kobling-model"];

const RULES: &[Rule] = &[
    Rule {
        name: "kobling-model",
        allowed: &[],
        forbidden: FRAMEWORKS,
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-domain",
        allowed: &["kobling-model"],
        forbidden: FRAMEWORKS,
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-store",
        allowed: INNER,
        forbidden: &["axum", "leptos", "reqwest"],
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-http",
        allowed: &[],
        forbidden: &["axum", "leptos", "sqlx"],
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-eid",
        allowed: &["kobling-domain", "kobling-http", "kobling-model"],
        forbidden: &["axum", "leptos", "sqlx"],
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-mail",
        allowed: INNER,
        forbidden: &["axum", "leptos", "sqlx"],
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-demo",
        allowed: &[],
        forbidden: &[],
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-text",
        allowed: &["kobling-model"],
        forbidden: FRAMEWORKS,
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-app",
        allowed: &["kobling-domain", "kobling-model", "kobling-text"],
        forbidden: &["sqlx"],
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-frontend",
        allowed: &["kobling-app", "kobling-model", "kobling-text"],
        forbidden: SERVER_SIDE,
        arguments: &["--target", need::WASM],
    },
    Rule {
        // The default features, as released: without the demo.
        name: "kobling",
        allowed: &[
            "kobling-app",
            "kobling-domain",
            "kobling-eid",
            "kobling-http",
            "kobling-mail",
            "kobling-model",
            "kobling-store",
            "kobling-text",
        ],
        forbidden: &[],
        arguments: &[],
    },
    Rule {
        name: "kobling-test-macros",
        allowed: &[],
        forbidden: FRAMEWORKS,
        arguments: &["--all-features"],
    },
    Rule {
        name: "kobling-bench",
        allowed: &["kobling-demo", "kobling-domain", "kobling-model"],
        forbidden: &[],
        arguments: &["--all-features"],
    },
    Rule {
        name: "xtask",
        allowed: &["kobling-model", "kobling-text"],
        forbidden: &[],
        arguments: &["--all-features"],
    },
];

/// Checks every rule, and that every workspace crate has one.
///
/// # Errors
/// Lists all violations.
pub fn check() -> Result<()> {
    let packages = run::workspace()?;
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();

    let mut wrong = undeclared(&packages);
    for rule in RULES {
        let tree = run::output(
            run::cargo()
                .args(["tree", "--package", rule.name, "--edges", "normal,build"])
                .args(["--prefix", "none", "--format", "{p}"])
                .args(rule.arguments),
        )?;
        let found = violations(rule, &tree, &ours);
        println!(
            "{}: {}",
            rule.name,
            if found.is_empty() { "ok" } else { "wrong" }
        );
        wrong.extend(found);
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("; "));
    }
    Ok(())
}

/// Crates without a rule, and crates that depend on the server, even for tests.
fn undeclared(packages: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        if !RULES.iter().any(|rule| rule.name == package.name) {
            wrong.push(format!(
                "{} has no rule in xtask/src/direction.rs",
                package.name
            ));
        }
        // The server depends on itself for tests, with the feature `demo`.
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

/// The violations in the output of `cargo tree`, whose lines begin with a name and a version.
fn violations(rule: &Rule, tree: &str, ours: &BTreeSet<&str>) -> Vec<String> {
    let names: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != rule.name)
        .collect();
    names
        .into_iter()
        .filter(|name| {
            let not_allowed = ours.contains(name) && !rule.allowed.contains(name);
            not_allowed || rule.forbidden.contains(name)
        })
        .map(|name| format!("{} depends on {name}", rule.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        name: "kobling-frontend",
        allowed: &["kobling-app", "kobling-model", "kobling-text"],
        forbidden: SERVER_SIDE,
        arguments: &[],
    };

    fn wrong(tree: &str) -> Vec<String> {
        let ours = [
            "kobling-frontend",
            "kobling-app",
            "kobling-model",
            "kobling-domain",
        ];
        violations(&RULE, tree, &ours.into())
    }

    #[test]
    fn a_tree_without_violations_is_accepted() {
        let tree = "kobling-frontend v0.1.0 (/somewhere/frontend)\n\
                    kobling-app v0.1.0 (/somewhere/app)\n\
                    leptos v0.8.23\n\
                    tokio-macros-like v1.0.0 (proc-macro) (*)\n";
        assert!(wrong(tree).is_empty());
    }

    #[test]
    fn violations_are_named_once() {
        let tree =
            "kobling-frontend v0.1.0\nkobling-domain v0.1.0\ntokio v1.47.0\ntokio v1.47.0 (*)\n";
        assert_eq!(
            wrong(tree),
            [
                "kobling-frontend depends on kobling-domain",
                "kobling-frontend depends on tokio"
            ]
        );
    }

    #[test]
    fn a_crate_without_a_rule_and_one_that_depends_on_the_server_are_named() {
        let packages: Vec<Package> = serde_json::from_str(
            r#"[
                {"name":"kobling-extra","manifest_path":"","dependencies":[]},
                {"name":"xtask","manifest_path":"","dependencies":[{"name":"kobling","kind":"dev"}]}
            ]"#,
        )
        .unwrap();
        assert_eq!(
            undeclared(&packages),
            [
                "kobling-extra has no rule in xtask/src/direction.rs",
                "xtask depends on the server"
            ]
        );
    }
}
