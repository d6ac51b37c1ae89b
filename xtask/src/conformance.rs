//! Checks that every test that docs/CONFORMANCE.md names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::run;

/// The document with the tables of requirements.
const TABLE: &str = "docs/CONFORMANCE.md";
/// Folders that contain tests.
const FOLDERS: [&str; 4] = ["app", "server", "end2end/tests", "xtask/src"];

/// Checks that every test that the table names exists.
///
/// # Errors
/// Lists the missing tests, or reports a table without tests.
pub fn check() -> Result<()> {
    let table = fs::read_to_string(run::root().join(TABLE)).context(TABLE)?;
    let cited = cited(&table);
    ensure!(!cited.is_empty(), "{TABLE} names no test");
    let mut existing = BTreeSet::new();
    for folder in FOLDERS {
        gather(&run::root().join(folder), &mut existing)?;
    }
    let missing: Vec<&str> = cited
        .iter()
        .filter(|name| !existing.contains(**name))
        .copied()
        .collect();
    if !missing.is_empty() {
        bail!(
            "{TABLE} names tests that do not exist:\n  {}",
            missing.join("\n  ")
        );
    }
    println!("all {} tests named in {TABLE} exist", cited.len());
    Ok(())
}

/// The names in backticks in the last column of every row.
fn cited(table: &str) -> BTreeSet<&str> {
    table
        .lines()
        .filter(|line| line.starts_with('|'))
        .filter_map(|line| line.trim_end().trim_end_matches('|').rsplit('|').next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect()
}

/// The names of all tests in Rust and TypeScript files below a folder.
fn gather(folder: &Path, names: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            let hidden = path
                .file_name()
                .is_some_and(|name| name == "node_modules" || name == "target");
            if !hidden {
                gather(&path, names)?;
            }
            continue;
        }
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => names.extend(in_rust(&fs::read_to_string(&path)?)),
            Some("ts") => names.extend(in_typescript(&fs::read_to_string(&path)?)),
            _ => {}
        }
    }
    Ok(())
}

fn in_rust(text: &str) -> impl Iterator<Item = String> {
    let mut is_test = false;
    let mut names = Vec::new();
    for line in text.lines().map(str::trim) {
        if ["#[test]", "#[tokio::test", "#[on_each_engine"]
            .iter()
            .any(|attribute| line.starts_with(attribute))
        {
            is_test = true;
        } else if is_test || line.starts_with("fn ") {
            let after = line.trim_start_matches("async ").strip_prefix("fn ");
            let name = after.and_then(|rest| rest.split(['(', '<']).next());
            if let Some(name) = name {
                // In `proptest!`, functions have the attribute too.
                if is_test {
                    names.push(name.to_owned());
                }
                is_test = false;
            }
        }
    }
    names.into_iter()
}

fn in_typescript(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter_map(|line| {
            let rest = line.trim_start().strip_prefix("test(")?;
            let quote = rest.chars().next()?;
            rest.get(1..)?.split(quote).next().map(str::to_owned)
        })
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_names_the_tests() {
        let table = "| §2 | must `x` | `a_test`, `b test` |\n|---|---|---|\nprose `no`\n";
        assert_eq!(cited(table), BTreeSet::from(["a_test", "b test"]));
    }

    #[test]
    fn tests_are_found_by_their_attribute() {
        let rust = "#[test]\nfn yes() {}\nfn no() {}\n#[tokio::test(flavor = \"x\")]\nasync fn also() {}\n";
        assert_eq!(in_rust(rust).collect::<Vec<_>>(), ["yes", "also"]);
        let ts = "test('a person', async () => {});\n  test(`b`, () => {});\nrest('c');\n";
        assert_eq!(in_typescript(ts).collect::<Vec<_>>(), ["a person", "b"]);
    }
}
