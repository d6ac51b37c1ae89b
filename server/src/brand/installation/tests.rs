use crate::config::{Config, tests::GOOD};
use kobling_app::edge::Brands;
use std::{fs, path::Path};

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 3 1\"/>";

fn brands(text: &str, settings: &[String]) -> Result<Brands, String> {
    let config = Config::read(text, settings).map_err(|error| error.to_string())?;
    crate::wiring::check(&config).map_err(|error| error.to_string())?;
    super::brands(&config).map_err(|error| error.to_string())
}

fn set(settings: &[&str]) -> Result<Brands, String> {
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    brands(GOOD, &settings)
}

/// A file in a folder; returns its path.
fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, content).expect("can be written");
    path.display().to_string()
}

#[test]
fn without_branding_there_are_no_files() {
    let brands = set(&[]).expect("valid");
    assert!(brands.files.is_empty());
    assert!(brands.own.css.is_empty() && brands.own.logo.is_empty());
    assert!(brands.own.favicon.is_none());
}

#[test]
fn what_is_wrong_with_branding_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let good = file(folder.path(), "good.svg", SVG);
    let script = file(
        folder.path(),
        "script.svg",
        &SVG.replace("/>", "><script/></svg>"),
    );
    let large = file(folder.path(), "large.svg", &" ".repeat(100_000));
    for (setting, named) in [
        (
            "branding.accent=\"blue\"".to_owned(),
            "branding.accent: must be a colour",
        ),
        (
            "branding.accent=\"#ffcc00\"".to_owned(),
            "branding.accent: #ffcc00 has a contrast of 1.5",
        ),
        (
            "branding.accent=\"#ffcc00\"".to_owned(),
            "the nearest that passes is #907300",
        ),
        (
            "branding={accent=\"#0b5d8a\",accent_dark=\"#0b5d8a\"}".to_owned(),
            "branding.accent_dark: #0b5d8a has a contrast of",
        ),
        (
            "branding.accent_dark=\"#ffffff\"".to_owned(),
            "branding.accent_dark: needs accent",
        ),
        (
            format!("branding.logo_dark={good:?}"),
            "branding.logo_dark: needs logo",
        ),
        (
            "branding.logo=\"/nowhere.svg\"".to_owned(),
            "branding.logo: /nowhere.svg cannot be read",
        ),
        (format!("branding.logo={script:?}"), "the element <script>"),
        (format!("branding.favicon={large:?}"), "more than 65536"),
        (
            "branding.privacy=\"javascript:alert(1)\"".to_owned(),
            "branding.privacy: must be an address",
        ),
        (
            "branding.support={nb=\"mailto:a@b.example\",en=\"help\"}".to_owned(),
            "branding.support: must be an address",
        ),
        (
            "branding.support={}".to_owned(),
            "branding.support: must not be empty",
        ),
        (
            "branding.support={de=\"https://b.example\"}".to_owned(),
            "branding.support",
        ),
        ("branding.font=\"Inter\"".to_owned(), "font"),
        (
            "server.accessibility_statement=\"data:text/html,a\"".to_owned(),
            "server.accessibility_statement",
        ),
        ("languages.fallback=\"de\"".to_owned(), "languages.fallback"),
    ] {
        let error = set(&[&setting]).expect_err(&setting);
        assert!(error.contains(named), "{setting}: {error}");
    }
}

#[test]
fn an_organisation_has_what_it_sets_and_the_rest_of_the_installation() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = file(folder.path(), "own.svg", SVG);
    let theirs = file(
        folder.path(),
        "theirs.svg",
        &SVG.replace("0 0 3 1", "0 0 2 1"),
    );
    let mark = file(
        folder.path(),
        "mark.svg",
        &SVG.replace("0 0 3 1", "0 0 1 1"),
    );
    let text = GOOD
        .replace(
            "[[provider]]",
            &format!("[organisation.branding]\nlogo = {theirs:?}\naccent = \"#8a0b2f\"\n[[provider]]\nlogo = {mark:?}"),
        );
    let settings = [format!(
        "branding={{logo={own:?},logo_dark={own:?},accent=\"#0b5d8a\",support=\"https://b.example\"}}"
    )];
    let brands = brands(&text, &settings).expect("valid");
    let nordvik = &brands.organisations["nordvik"];
    assert!(
        brands.own.logo.contains("width=\"120\" height=\"40\"")
            && brands.own.logo.contains("<source")
    );
    assert!(
        nordvik.logo.contains("width=\"80\" height=\"40\"") && !nordvik.logo.contains("<source")
    );
    assert_eq!(nordvik.support, brands.own.support);
    let sheet = |path: &str| {
        let name = path.strip_prefix("/assets/").expect("an asset");
        let file = brands
            .files
            .iter()
            .find(|file| file.name == name)
            .expect(name);
        String::from_utf8(file.bytes.to_vec()).expect("text")
    };
    let (own, theirs) = (sheet(&brands.own.css), sheet(&nordvik.css));
    assert!(own.contains("base-default:#0b5d8a") && theirs.contains("base-default:#8a0b2f"));
    for sheet in [own, theirs] {
        assert!(sheet.contains(
            ".k-eid[action=\"/eid/bankid/start\"]>.ds-button::before{background:url(/assets/brand-"
        ));
    }
    // Two style sheets, and three images: the same file is kept once.
    assert_eq!(brands.files.len(), 5);
}

#[test]
fn names_can_be_given_per_language() {
    let text = GOOD
        .replace(
            "name = \"BankID\"",
            "name = { nb = \"Ansattkort\", en = \"Staff card\" }",
        )
        .replace(
            "name = \"Nordvik kommune\"",
            "name = { nb = \"Nordvik kommune\", en = \"Nordvik\" }",
        )
        .replace(
            "name = \"Startside\"",
            "name = { nb = \"Startside\", en = \"Start page\" }",
        );
    brands(&text, &[]).expect("valid");
    for (from, to, named) in [
        ("\"Start page\"", "\"\"", "client.startside.name"),
        ("en = \"Start page\"", "de = \"Start\"", "client"),
        (
            "{ nb = \"Nordvik kommune\", en = \"Nordvik\" }",
            "{}",
            "organisation.nordvik.name",
        ),
        (
            "{ nb = \"Ansattkort\", en = \"Staff card\" }",
            "{}",
            "provider.bankid.name",
        ),
    ] {
        assert!(text.contains(from));
        let error = brands(&text.replace(from, to), &[]).expect_err(to);
        assert!(error.contains(named), "{to}: {error}");
    }
}
