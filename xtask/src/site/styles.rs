//! The style sheet and the static files.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::esbuild::esbuild;
use super::publish::{Piece, Role};
use crate::fingerprint::{Fingerprint, Stamp, files_below};
use crate::run;

/// Bundles `style/main.css` with its imports, and reads the files of `style/static`.
///
/// # Errors
/// If an import of the style sheet is missing, or a file cannot be read.
pub fn build() -> Result<Vec<Piece>> {
    let style = run::root().join("style");
    let sheet = run::build_folder("styles").join("kobling.css");
    let mut fingerprint = Fingerprint::default();
    fingerprint.add("how", include_bytes!("styles.rs"));
    fingerprint.add_tree(&style, "node_modules")?;
    let fingerprint = fingerprint.finish();
    let stamp = Stamp::new("styles");
    if !(sheet.is_file() && stamp.matches(&fingerprint)) {
        println!("bundling the styles");
        let mut outfile = OsString::from("--outfile=");
        outfile.push(&sheet);
        // Images go into `static`, and pages refer to them: in the style sheet, one would need `data:` in the content
        // security policy, or a name without digest.
        run::run(
            esbuild()
                .args(["main.css", "--external:/assets/*"])
                .arg(outfile),
        )
        .context("style/main.css could not be bundled")?;
        stamp.set(&fingerprint)?;
    }
    let mut pieces = vec![Piece {
        role: Role::Css,
        name: "kobling.css".to_owned(),
        bytes: fs::read(&sheet).context("the bundled style sheet is missing")?,
    }];
    pieces.extend(static_files(&style.join("static"))?);
    Ok(pieces)
}

fn static_files(folder: &Path) -> Result<Vec<Piece>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    files_below(folder, "")?
        .iter()
        .map(|file| {
            let name = file
                .strip_prefix(folder)?
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            Ok(Piece {
                role: Role::Static,
                name,
                bytes: fs::read(file)
                    .with_context(|| format!("could not read {}", file.display()))?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_files_keep_their_folders_in_their_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("fonts")).unwrap();
        fs::write(folder.path().join("favicon.svg"), "<svg/>").unwrap();
        fs::write(folder.path().join("fonts/a.woff2"), "x").unwrap();
        let pieces = static_files(folder.path()).unwrap();
        let names: Vec<_> = pieces.iter().map(|piece| piece.name.as_str()).collect();
        assert_eq!(names, ["favicon.svg", "fonts/a.woff2"]);
        assert!(
            static_files(&folder.path().join("none"))
                .unwrap()
                .is_empty()
        );
    }
}
