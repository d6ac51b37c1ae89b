//! Writes the files of the site under names with digests, and their list.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fingerprint::{files_below, hex};

/// The purpose of a file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The JavaScript module that loads the WebAssembly module.
    Js,
    /// The WebAssembly module.
    Wasm,
    /// The style sheet.
    Css,
    /// The texts of one language.
    Words,
    /// An image or a font.
    Static,
}

/// A file of the site before it is published.
pub struct Piece {
    /// The purpose.
    pub role: Role,
    /// Name such as `favicon.svg`; may contain folders.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// One line of `site.json`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Entry {
    /// The purpose.
    pub role: Role,
    /// Name without the digest.
    pub name: String,
    /// Path in URLs.
    pub path: String,
    /// Path relative to `site.json`; the compressed files have `.br` and `.gz` appended.
    pub file: String,
    /// Its media type, for `Content-Type`.
    pub mime: String,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
}

/// Inserts the first 64 bits of the content's digest in the name of a file.
pub fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let digest = hex(&Sha256::digest(bytes)[..8]);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{digest}.{extension}"),
        None => format!("{name}-{digest}"),
    }
}

/// Writes the files and the list, and removes files that are no longer listed.
///
/// Existing files are not written again, since their names depend on their content. The list is written last, and only
/// if it has changed, so that the server is not rebuilt unnecessarily.
///
/// # Errors
/// If a file has an unknown type or cannot be written.
pub fn publish(site: &Path, pieces: &[Piece]) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut kept = BTreeSet::new();
    for piece in pieces {
        let entry = entry(piece)?;
        let file = site.join(&entry.file);
        write_new(&file, || Ok(piece.bytes.clone()))?;
        let packed = beside(&file, "br");
        write_new(&packed, || brotli(&piece.bytes))?;
        let zipped = beside(&file, "gz");
        write_new(&zipped, || gzip(&piece.bytes))?;
        kept.extend([file, packed, zipped]);
        entries.push(entry);
    }
    let list = site.join("site.json");
    let mut text = serde_json::to_string_pretty(&entries)?;
    text.push('\n');
    if fs::read_to_string(&list).ok().as_ref() != Some(&text) {
        replace(&list, text.as_bytes())?;
    }
    kept.insert(list);
    for file in files_below(site, "")? {
        if !kept.contains(&file) {
            fs::remove_file(&file)
                .with_context(|| format!("could not remove {}", file.display()))?;
        }
    }
    Ok(entries)
}

fn entry(piece: &Piece) -> Result<Entry> {
    let file = format!("assets/{}", hashed_name(&piece.name, &piece.bytes));
    Ok(Entry {
        role: piece.role,
        name: piece.name.clone(),
        path: format!("/{file}"),
        file,
        mime: mime(&piece.name)?.to_owned(),
        sha256: hex(&Sha256::digest(&piece.bytes)),
    })
}

/// The media type. Unknown extensions are an error, so that no file is served with a generic type.
fn mime(name: &str) -> Result<&'static str> {
    let extension = name.rsplit('.').next().unwrap_or_default();
    let known = match extension {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        _ => "",
    };
    ensure!(!known.is_empty(), "{name} has an unknown extension");
    Ok(known)
}

fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn write_new(file: &Path, content: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    if file.is_file() {
        return Ok(());
    }
    replace(file, &content()?)
}

/// Writes to a temporary file and renames it, so that no file is ever incomplete.
fn replace(file: &Path, content: &[u8]) -> Result<()> {
    let unfinished = beside(file, "unfinished");
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&unfinished, content)
        .and_then(|()| fs::rename(&unfinished, file))
        .with_context(|| format!("could not write {}", file.display()))
}

/// Compresses with brotli at the highest quality.
///
/// # Errors
/// If the encoder fails, which is not expected in memory.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(name: &str, content: &str) -> Piece {
        Piece {
            role: Role::Static,
            name: name.to_owned(),
            bytes: content.as_bytes().to_vec(),
        }
    }

    #[test]
    fn names_follow_contents() {
        assert_eq!(hashed_name("a/b.svg", b""), "a/b-e3b0c44298fc1c14.svg");
        assert_ne!(hashed_name("b.svg", b"1"), hashed_name("b.svg", b"2"));
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        let site = tempfile::tempdir().unwrap();
        assert!(publish(site.path(), &[piece("notes.docx", "")]).is_err());
    }

    #[test]
    fn the_list_names_what_is_there_and_nothing_else_stays() {
        let site = tempfile::tempdir().unwrap();
        let old = publish(site.path(), &[piece("mark.svg", "<svg/>")]).unwrap();
        let new = publish(site.path(), &[piece("mark.svg", "<svg></svg>")]).unwrap();
        assert!(!site.path().join(&old[0].file).exists());
        let file = site.path().join(&new[0].file);
        assert_eq!(fs::read(&file).unwrap(), b"<svg></svg>");
        assert!(beside(&file, "gz").is_file());

        let mut unpacked = Vec::new();
        let packed = fs::read(beside(&file, "br")).unwrap();
        brotli::BrotliDecompress(&mut &*packed, &mut unpacked).unwrap();
        assert_eq!(unpacked, b"<svg></svg>");

        let list = fs::read_to_string(site.path().join("site.json")).unwrap();
        let read: Vec<Entry> = serde_json::from_str(&list).unwrap();
        assert_eq!(read, new);
        assert_eq!(read[0].path, format!("/{}", read[0].file));
    }

    #[test]
    #[cfg(unix)]
    fn the_same_pieces_leave_the_list_untouched() {
        use std::os::unix::fs::MetadataExt;
        let site = tempfile::tempdir().unwrap();
        // A list that is written again has another inode.
        let list = || fs::metadata(site.path().join("site.json")).unwrap().ino();
        publish(site.path(), &[piece("mark.svg", "<svg/>")]).unwrap();
        let before = list();
        publish(site.path(), &[piece("mark.svg", "<svg/>")]).unwrap();
        assert_eq!(list(), before);
        publish(site.path(), &[piece("mark.svg", "<svg></svg>")]).unwrap();
        assert_ne!(list(), before);
    }
}
