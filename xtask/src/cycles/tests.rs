/// The cycles of a crate of these files.
fn cycles(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, String)> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    super::cycles(&files).unwrap()
}

#[test]
fn a_cycle_is_found_with_the_names_that_make_it() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::{self, Two}; pub struct One(Two);"),
        ("b/mod.rs", "pub struct Two; fn f() { super::c::three() }"),
        (
            "c.rs",
            "use crate::a; pub fn three() -> Vec<a::One> { vec![] }",
        ),
    ]);
    assert_eq!(
        found,
        [
            "a.rs -> b/mod.rs (names crate::b) -> c.rs (names super::c::three) -> a.rs (names crate::a)"
        ]
    );
}

#[test]
fn a_path_in_a_macro_counts_and_one_of_another_crate_does_not() {
    let a = ("a.rs", "use super::b::Two; pub struct One;");
    let lib = ("lib.rs", "mod a; mod b;");
    let b = "pub struct Two; fn f() { assert!(x.a, ::a::One, a ::One) }";
    assert!(cycles(&[lib, a, ("b.rs", b)]).is_empty());
    let b = "pub struct Two; fn f() { assert!(g(&[crate::a::One])) }";
    assert_eq!(cycles(&[lib, a, ("b.rs", b)]).len(), 1);
}

#[test]
fn one_way_and_the_declaration_of_modules_are_no_cycle() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b; pub struct Top;"),
        (
            "a.rs",
            "use crate::{Top, b::Two}; pub struct One(Top, Two);",
        ),
        ("b.rs", "use crate::*; pub struct Two(Top);"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_name_that_is_handed_on_leads_to_the_file_that_defines_it() {
    let found = cycles(&[
        ("lib.rs", "mod all; mod user;"),
        (
            "all.rs",
            "mod a; mod b; mod made; pub use a::One; pub use b::Two; pub use made::Three as Tres;",
        ),
        ("all/a.rs", "use super::Two; pub struct One(Two);"),
        ("all/b.rs", "pub struct Two(crate::user::User);"),
        ("all/made.rs", "things! { Three }"),
        ("user.rs", "use crate::all::Tres; pub struct User(Tres);"),
    ]);
    assert!(found.is_empty(), "{found:?}");
    let found = cycles(&[
        ("lib.rs", "mod all; mod user;"),
        ("all.rs", "mod a; pub use a::One;"),
        ("all/a.rs", "pub struct One(crate::user::User);"),
        ("user.rs", "use crate::all::One; pub struct User(One);"),
    ]);
    assert_eq!(
        found,
        ["all/a.rs -> user.rs (names crate::user::User) -> all/a.rs (names crate::all::One)"]
    );
}

#[test]
fn a_path_through_an_imported_module_leads_to_its_file() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub mod inner;"),
        ("a/inner.rs", "pub struct One(crate::b::Two);"),
        ("b.rs", "use crate::a; pub struct Two(Vec<a::inner::One>);"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_for_tests_alone_is_left_out() {
    let found = cycles(&[
        (
            "lib.rs",
            "mod a; mod b; #[cfg(test)] mod there_is_no_such_file;",
        ),
        ("a.rs", "use crate::b::Two; pub struct One(Two);"),
        (
            "b.rs",
            "pub struct Two; #[cfg(test)] mod tests { use crate::a::One; mod more { use crate::a; } }",
        ),
    ]);
    assert!(found.is_empty(), "{found:?}");
    let found = cycles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::Two; pub struct One(Two);"),
        (
            "b.rs",
            "pub struct Two; #[cfg(not(test))] fn f(_: crate::a::One) {}",
        ),
    ]);
    assert_eq!(found.len(), 1);
}

#[test]
fn a_name_that_leads_to_itself_comes_to_an_end() {
    let found = cycles(&[
        (
            "lib.rs",
            "mod render; pub use render::render; pub use b::a; pub use self::a as b;",
        ),
        ("render.rs", "pub fn render() { crate::b::f() }"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}
