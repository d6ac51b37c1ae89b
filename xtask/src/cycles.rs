//! No import cycles: within a crate, no two files name what the other defines, on whatever way.
//!
//! Read from the syntax alone, as far as that goes: paths and `use` declarations are resolved through the modules of
//! the crate, macros by the paths among their tokens. Methods, and names that a macro makes, are not seen.

mod graph;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use proc_macro2::{TokenStream, TokenTree};
use serde::Deserialize;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, Meta, UseTree, Visibility};

use crate::{fingerprint, run};
use graph::{Cycle, Graph};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    src_path: PathBuf,
}

/// Looks for cycles in every crate of the workspace.
///
/// # Errors
/// The crates that have cycles; the cycles themselves are printed.
pub fn check() -> Result<()> {
    let metadata =
        run::output(run::cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Metadata =
        serde_json::from_str(&metadata).context("cargo describes the workspace in another way")?;
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = &package.name;
        let folder = package.manifest_path.with_file_name("src");
        let roots: Vec<PathBuf> = package
            .targets
            .iter()
            .filter_map(|target| Some(target.src_path.strip_prefix(&folder).ok()?.to_path_buf()))
            .collect();
        let tree = Tree::read(&sources(&folder)?, &roots).with_context(|| name.clone())?;
        let cycles = tree.graph().cycles();
        for cycle in &cycles {
            let files: Vec<&str> = cycle.files.iter().map(|file| tree.file(*file)).collect();
            println!("{name}: {} files: {}", files.len(), files.join(", "));
            println!("  {}", tree.shown(cycle));
        }
        if !cycles.is_empty() {
            wrong.push(name.as_str());
        }
    }
    ensure!(wrong.is_empty(), "import cycles in {}", wrong.join(", "));
    Ok(())
}

/// The text of every Rust file below a folder, under its path in there.
fn sources(folder: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut sources = BTreeMap::new();
    for path in fingerprint::files_below(folder, "target")? {
        if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            sources.insert(path.strip_prefix(folder)?.to_path_buf(), text);
        }
    }
    Ok(sources)
}

/// What a name of a module stands for.
enum Binding {
    Module(usize),
    Item,
    Import(Vec<String>),
}

/// Where a path leads: to a module, or to something that a file defines.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Place {
    Module(usize),
    Item(usize),
}

/// A module, in a file of its own or within one.
struct Module {
    file: usize,
    parent: Option<usize>,
    names: Vec<(String, Binding)>,
    globs: Vec<Vec<String>>,
    /// Everything but the modules in it, without what is for tests alone.
    items: Vec<Item>,
    /// Whether a macro makes items here, of names that nobody can see.
    open: bool,
}

/// What is being expanded, so that imports in a circle come to an end: module, name, number of the import.
type Expanding = Vec<(usize, String, usize)>;

/// The modules of a crate; of all its roots, where a program stands beside a library.
#[derive(Default)]
struct Tree {
    files: Vec<PathBuf>,
    modules: Vec<Module>,
}

impl Tree {
    fn read(sources: &BTreeMap<PathBuf, String>, roots: &[PathBuf]) -> Result<Self> {
        let mut tree = Self::default();
        for root in roots {
            let folder = root.parent().unwrap_or(Path::new("")).to_path_buf();
            tree.read_file(sources, root, &folder, None)?;
        }
        Ok(tree)
    }

    fn read_file(
        &mut self,
        sources: &BTreeMap<PathBuf, String>,
        path: &Path,
        folder: &Path,
        parent: Option<usize>,
    ) -> Result<usize> {
        let text = sources
            .get(path)
            .with_context(|| format!("{} is missing", path.display()))?;
        let parsed = syn::parse_file(text).with_context(|| path.display().to_string())?;
        let file = self.files.len();
        self.files.push(path.to_path_buf());
        self.read_module(sources, parsed.items, file, folder, parent)
    }

    fn read_module(
        &mut self,
        sources: &BTreeMap<PathBuf, String>,
        items: Vec<Item>,
        file: usize,
        folder: &Path,
        parent: Option<usize>,
    ) -> Result<usize> {
        let id = self.modules.len();
        self.modules.push(Module {
            file,
            parent,
            names: Vec::new(),
            globs: Vec::new(),
            items: Vec::new(),
            open: false,
        });
        for item in items {
            if for_tests(&item) {
                continue;
            }
            match item {
                Item::Mod(module) => {
                    let name = plain(&module.ident);
                    let below = folder.join(&name);
                    let child = match module.content {
                        Some((_, items)) => {
                            self.read_module(sources, items, file, &below, Some(id))?
                        }
                        None => {
                            let beside = folder.join(format!("{name}.rs"));
                            let path = if sources.contains_key(&beside) {
                                beside
                            } else {
                                below.join("mod.rs")
                            };
                            self.read_file(sources, &path, &below, Some(id))?
                        }
                    };
                    self.modules[id].names.push((name, Binding::Module(child)));
                }
                item => self.modules[id].add(item),
            }
        }
        Ok(id)
    }

    fn file(&self, file: usize) -> &str {
        self.files[file].to_str().unwrap_or_default()
    }

    fn above(&self, module: usize) -> usize {
        self.modules[module].parent.unwrap_or(module)
    }

    fn root(&self, mut module: usize) -> usize {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }

    /// All that a path may lead to, seen from a module; nothing where it leads out of the crate. There may be more
    /// than one place, as a module and a function may have the same name.
    fn resolve(&self, from: usize, path: &[String], expanding: &mut Expanding) -> BTreeSet<Place> {
        let Some((first, rest)) = path.split_first() else {
            return BTreeSet::new();
        };
        let mut places = match first.as_str() {
            "crate" => BTreeSet::from([Place::Module(self.root(from))]),
            "self" => BTreeSet::from([Place::Module(from)]),
            "super" => BTreeSet::from([Place::Module(self.above(from))]),
            name => self.look_up(from, name, expanding),
        };
        for name in rest {
            let modules: Vec<usize> = places
                .iter()
                .filter_map(|place| match place {
                    Place::Module(module) => Some(*module),
                    Place::Item(_) => None,
                })
                .collect();
            // What comes after an item, such as a variant or a function of a type, is of the same file.
            if modules.is_empty() {
                break;
            }
            places = BTreeSet::new();
            for module in modules {
                if name == "super" {
                    places.insert(Place::Module(self.above(module)));
                    continue;
                }
                let found = self.look_up(module, name, expanding);
                if found.is_empty() && self.modules[module].open {
                    places.insert(Place::Item(self.modules[module].file));
                }
                places.extend(found);
            }
        }
        places
    }

    fn look_up(&self, module: usize, name: &str, expanding: &mut Expanding) -> BTreeSet<Place> {
        let here = &self.modules[module];
        let mut places = BTreeSet::new();
        for (number, (_, binding)) in here
            .names
            .iter()
            .enumerate()
            .filter(|(_, (bound, _))| bound == name)
        {
            match binding {
                Binding::Module(child) => drop(places.insert(Place::Module(*child))),
                Binding::Item => drop(places.insert(Place::Item(here.file))),
                Binding::Import(path) => {
                    let mark = (module, name.to_owned(), number);
                    places.extend(self.expand(module, path, mark, expanding));
                }
            }
        }
        if !places.is_empty() {
            return places;
        }
        for (number, glob) in here.globs.iter().enumerate() {
            let mark = (module, name.to_owned(), here.names.len() + number);
            for place in self.expand(module, glob, mark.clone(), expanding) {
                if let Place::Module(other) = place
                    && !expanding.contains(&mark)
                {
                    expanding.push(mark.clone());
                    places.extend(self.look_up(other, name, expanding));
                    expanding.pop();
                }
            }
        }
        places
    }

    fn expand(
        &self,
        module: usize,
        path: &[String],
        mark: (usize, String, usize),
        expanding: &mut Expanding,
    ) -> BTreeSet<Place> {
        if expanding.contains(&mark) {
            return BTreeSet::new();
        }
        expanding.push(mark);
        let places = self.resolve(module, path, expanding);
        expanding.pop();
        places
    }

    fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        for (id, module) in self.modules.iter().enumerate() {
            let mut reader = Reader {
                tree: self,
                module: id,
                graph: &mut graph,
            };
            for item in &module.items {
                reader.visit_item(item);
            }
        }
        graph
    }

    fn shown(&self, cycle: &Cycle) -> String {
        cycle
            .chain
            .iter()
            .fold(self.file(cycle.start).to_owned(), |text, (file, name)| {
                format!("{text} -> {} (names {name})", self.file(*file))
            })
    }
}

impl Module {
    fn add(&mut self, item: Item) {
        match &item {
            Item::Use(declaration) => {
                let mut leaves = Leaves::default();
                leaves.gather(&declaration.tree, &[]);
                if declaration.leading_colon.is_none() {
                    let imports = leaves
                        .names
                        .into_iter()
                        .map(|(name, path)| (name, Binding::Import(path)));
                    self.names.extend(imports);
                    self.globs.extend(leaves.globs);
                }
            }
            Item::Macro(item) => match &item.ident {
                Some(name) => self.names.push((plain(name), Binding::Item)),
                None => self.open = true,
            },
            _ => self
                .names
                .extend(defined(&item).map(|name| (plain(name), Binding::Item))),
        }
        self.items.push(item);
    }

    fn defines(&self) -> bool {
        self.open
            || self
                .names
                .iter()
                .any(|(_, binding)| matches!(binding, Binding::Item))
    }
}

/// The name under which others find an item.
fn defined(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::TraitAlias(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// What a `use` declaration names, each with the whole path to it.
#[derive(Default)]
struct Leaves {
    names: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
}

impl Leaves {
    fn gather(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| {
            let name = plain(name);
            // `a::{self}` is `a`.
            if name == "self" && !before.is_empty() {
                before.to_vec()
            } else {
                [before, &[name]].concat()
            }
        };
        match tree {
            UseTree::Path(path) => self.gather(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => {
                let path = with(&name.ident);
                self.names
                    .push((path.last().cloned().unwrap_or_default(), path));
            }
            UseTree::Rename(name) => self.names.push((plain(&name.rename), with(&name.ident))),
            UseTree::Glob(_) => self.globs.push(before.to_vec()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.gather(tree, before);
                }
            }
        }
    }
}

/// Finds what the items of a module name.
struct Reader<'a> {
    tree: &'a Tree,
    module: usize,
    graph: &'a mut Graph,
}

impl Reader<'_> {
    fn names(&mut self, path: &[String]) {
        for place in self.tree.resolve(self.module, path, &mut Vec::new()) {
            if let Place::Item(file) = place {
                self.points(file, path.join("::"));
            }
        }
    }

    fn points(&mut self, file: usize, name: String) {
        let own = self.tree.modules[self.module].file;
        if file != own {
            self.graph
                .0
                .entry(own)
                .or_default()
                .entry(file)
                .or_insert(name);
        }
    }

    /// The paths among the tokens of a macro, which may mean anything.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut before = String::new();
        for token in tokens {
            match &token {
                TokenTree::Ident(name) => {
                    if before != "::" {
                        self.names(&std::mem::take(&mut path));
                    }
                    // Neither a field or a method, nor something of another crate.
                    if before != "." && !(before == "::" && path.is_empty()) {
                        path.push(plain(name));
                    }
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' && before == ":" => {
                    before = "::".to_owned();
                    continue;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => {}
                TokenTree::Group(group) => {
                    self.names(&std::mem::take(&mut path));
                    self.tokens(group.stream());
                }
                _ => self.names(&std::mem::take(&mut path)),
            }
            before = token.to_string();
        }
        self.names(&path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !for_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if !attributes.iter().any(asks_for_tests) {
            visit::visit_impl_item(self, item);
        }
    }

    /// A `pub use` hands something on without using it: who names it there is led to where it is defined.
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_some() || !matches!(item.vis, Visibility::Inherited) {
            return;
        }
        let mut leaves = Leaves::default();
        leaves.gather(&item.tree, &[]);
        for (_, path) in &leaves.names {
            self.names(path);
        }
        for path in &leaves.globs {
            self.names(path);
            for place in self.tree.resolve(self.module, path, &mut Vec::new()) {
                if let Place::Module(module) = place
                    && self.tree.modules[module].defines()
                {
                    let file = self.tree.modules[module].file;
                    self.points(file, format!("{}::*", path.join("::")));
                }
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names: Vec<String> = path
                .segments
                .iter()
                .map(|segment| plain(&segment.ident))
                .collect();
            self.names(&names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        self.tokens(call.tokens.clone());
    }
}

fn plain(name: &syn::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

fn for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(asks_for_tests)
}

/// Whether this is `#[cfg(test)]`, or a `cfg` of `all` with `test` in it.
fn asks_for_tests(attribute: &Attribute) -> bool {
    fn holds(meta: &Meta) -> bool {
        meta.path().is_ident("test")
            || meta.path().is_ident("all")
                && meta.require_list().is_ok_and(|list| {
                    list.parse_args_with(
                        syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated,
                    )
                    .is_ok_and(|parts| parts.iter().any(holds))
                })
    }
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<Meta>()
            .is_ok_and(|meta| holds(&meta))
}

#[cfg(test)]
mod tests;
