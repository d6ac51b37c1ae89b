//! No import cycles: within a crate, no two files name what the other defines, directly or through others.
//!
//! Reads the syntax: every path that begins with `crate`, `self`, `super` or a child module counts, also in a macro. A
//! name that a module imports leads to the file that defines it. Methods, and what a glob import brings, are not seen;
//! modules for tests alone do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, ensure};
use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, UseTree, Visibility};

use crate::{fingerprint, run};

/// Names from the root of the crate: of modules, then of an item.
type Names = Vec<String>;

/// Looks for cycles in every crate of the workspace.
///
/// # Errors
/// The crates that have cycles; the cycles themselves are printed.
pub fn check() -> Result<()> {
    let mut wrong = Vec::new();
    for package in run::workspace()? {
        let folder = package.manifest_path.with_file_name("src");
        let mut files = Vec::new();
        for path in fingerprint::files_below(&folder, "target")? {
            if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&folder)?.display().to_string();
                files.push((name, fs::read_to_string(&path)?));
            }
        }
        let cycles = cycles(&files).with_context(|| package.name.clone())?;
        for cycle in &cycles {
            println!("{}: {cycle}", package.name);
        }
        if !cycles.is_empty() {
            wrong.push(package.name);
        }
    }
    ensure!(wrong.is_empty(), "import cycles in {}", wrong.join(", "));
    Ok(())
}

/// The cycles of a crate, given the paths below `src` and the texts of its files.
fn cycles(files: &[(String, String)]) -> Result<Vec<String>> {
    let mut read = Read::default();
    for (path, text) in files {
        let mut module: Names = path
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect();
        module.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
        // `lib.rs` comes before `main.rs`, which nothing can import.
        read.files.entry(module.clone()).or_insert(path);
        read.module = module;
        read.visit_file(&syn::parse_file(text).with_context(|| path.clone())?);
    }
    let arrows = read.arrows();
    let mut search = Search::default();
    for start in arrows.keys() {
        search.walk(start, &arrows);
    }
    Ok(search.found)
}

/// Which file names what of which other file.
type Arrows<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

/// What the files of a crate name.
#[derive(Default)]
struct Read<'a> {
    /// The modules that are files.
    files: BTreeMap<Names, &'a str>,
    /// The modules for tests alone.
    tests: BTreeSet<Names>,
    /// What the names that a module imports stand for.
    imports: BTreeMap<(Names, String), Names>,
    /// The paths that a module names, other than to re-export them.
    uses: Vec<(Names, Names)>,
    /// The module that is being read.
    module: Names,
}

impl<'a> Read<'a> {
    fn import(&mut self, tree: &UseTree, before: &[String], exported: bool) {
        let (name, path) = match tree {
            UseTree::Path(path) => {
                let before = [before, &[path.ident.to_string()]].concat();
                return self.import(&path.tree, &before, exported);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before, exported);
                }
                return;
            }
            UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_vec())
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                (name.clone(), [before, &[name]].concat())
            }
            UseTree::Rename(name) => (
                name.rename.to_string(),
                [before, &[name.ident.to_string()]].concat(),
            ),
            UseTree::Glob(_) => (String::new(), before.to_vec()),
        };
        self.imports
            .insert((self.module.clone(), name), path.clone());
        if !exported {
            self.uses.push((self.module.clone(), path));
        }
    }

    /// The module and file in which a path, seen from a module, finds what it names; nothing if it leads out of the crate.
    fn file_of(&self, from: &Names, path: &[String], depth: u8) -> Option<&'a str> {
        let (first, mut rest) = path.split_first()?;
        let mut module = from.clone();
        match first.as_str() {
            "crate" => module.clear(),
            "self" => {}
            "super" => _ = module.pop(),
            _ if self.is_module(from, first) => rest = path,
            // A name that the module imports; anything else leads out of the crate.
            _ => {
                let import = self.imports.get(&(from.clone(), first.clone()))?;
                let depth = depth.checked_sub(1)?;
                return self.file_of(from, &[import, rest].concat(), depth);
            }
        }
        while let Some((name, after)) = rest.split_first() {
            if name == "super" {
                module.pop();
            } else if self.is_module(&module, name) {
                module.push(name.clone());
            } else if let Some(import) = self.imports.get(&(module.clone(), name.clone()))
                && depth > 0
            {
                return self.file_of(&module, &[import, after].concat(), depth - 1);
            } else {
                break;
            }
            rest = after;
        }
        // A module within a file is of that file.
        while !module.is_empty() && !self.files.contains_key(&module) {
            module.pop();
        }
        self.files.get(&module).copied()
    }

    fn is_module(&self, parent: &[String], name: &str) -> bool {
        self.files
            .contains_key(&[parent, &[name.to_owned()]].concat())
    }

    fn arrows(&self) -> Arrows<'a> {
        let mut arrows = Arrows::new();
        for (module, path) in &self.uses {
            let for_tests = self.tests.iter().any(|tests| module.starts_with(tests));
            let (from, to) = (
                self.file_of(module, &["self".into()], 0),
                self.file_of(module, path, 8),
            );
            if let (Some(from), Some(to)) = (from, to)
                && from != to
                && !for_tests
            {
                let name = path.join("::");
                arrows.entry(from).or_default().entry(to).or_insert(name);
            }
        }
        arrows
    }
}

impl<'ast> Visit<'ast> for Read<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|of| of.is_ident("test"))
        };
        if item.attrs.iter().any(is_test) {
            self.tests.insert(self.module.clone());
        }
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let exported = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], exported);
    }

    /// `pub(super)` names nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|name| name.ident.to_string());
            self.uses.push((self.module.clone(), names.collect()));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let text = call.tokens.to_string().replace(" :: ", "::");
        let words = text.split(|sign: char| !(sign.is_alphanumeric() || "_:".contains(sign)));
        for path in words.filter(|word| word.contains("::")) {
            let names = path.split("::").map(str::to_owned);
            self.uses.push((self.module.clone(), names.collect()));
        }
        visit::visit_macro(self, call);
    }
}

/// A walk along the arrows, depth first.
#[derive(Default)]
struct Search<'a> {
    chain: Vec<&'a str>,
    done: BTreeSet<&'a str>,
    found: Vec<String>,
}

impl<'a> Search<'a> {
    fn walk(&mut self, file: &'a str, arrows: &Arrows<'a>) {
        if let Some(start) = self.chain.iter().position(|passed| *passed == file) {
            let cycle = &self.chain[start..];
            let arrow =
                |(from, to): (&&str, &&str)| format!(" -> {to} (names {})", arrows[*from][*to]);
            let steps = cycle.iter().zip(cycle.iter().cycle().skip(1)).map(arrow);
            self.found
                .push(file.to_owned() + &steps.collect::<String>());
        } else if self.done.insert(file) {
            self.chain.push(file);
            for next in arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
                self.walk(next, arrows);
            }
            self.chain.pop();
        }
    }
}

#[cfg(test)]
mod tests;
