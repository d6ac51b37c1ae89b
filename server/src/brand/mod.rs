//! Branding: reads and checks the operator's images and colours, and makes what pages and mails use of them.

mod accent;
mod colour;
mod image;
pub(crate) mod installation;

use crate::config::{Branding, ConfigError, wrong};
pub(crate) use accent::Accent;
use colour::Colour;
use image::Image;
use kobling_app::edge::{Brand, BrandFile, Icon};
use sha2::{Digest, Sha256};
use std::{fs::File, io::Read, path::Path};

/// The policy of a supplied image (Content Security Policy Level 3), which matters where it is opened by its address.
const IMAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// The height of the logo in the header, in CSS pixels.
const LOGO_HEIGHT: f64 = 40.0;

/// The files of all brands, while they are collected.
#[derive(Default)]
pub(crate) struct Files(Vec<BrandFile>);

impl Files {
    /// Adds a file under an address that contains its digest, and returns the address.
    fn add(
        &mut self,
        bytes: Vec<u8>,
        extension: &str,
        mime: &'static str,
        policy: Option<&'static str>,
    ) -> String {
        let digest: String = Sha256::digest(&bytes)[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = format!("brand-{digest}.{extension}");
        let path = format!("/assets/{name}");
        if !self.0.iter().any(|file| file.name == name) {
            self.0.push(BrandFile {
                name,
                mime,
                policy,
                bytes: bytes.into(),
            });
        }
        path
    }

    fn image(&mut self, setting: &str, path: &Path) -> Result<(String, Image), ConfigError> {
        let unreadable = |why: String| wrong(setting, format!("{} {why}", path.display()));
        let file =
            File::open(path).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
        let mut bytes = Vec::new();
        // One byte more than accepted, so that a larger file is refused and not read.
        let most = u64::try_from(image::MOST).unwrap_or_default() + 1;
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(format!("cannot be read: {error}")))?;
        let image = image::check(&bytes).map_err(unreadable)?;
        let (extension, mime) = (image.format.extension(), image.format.mime());
        Ok((self.add(bytes, extension, mime, Some(IMAGE_POLICY)), image))
    }

    /// The files.
    pub(crate) fn into_inner(self) -> Vec<BrandFile> {
        self.0
    }
}

/// The accent colour of a section, checked; `None` if it sets none.
pub(crate) fn accent(name: &str, section: &Branding) -> Result<Option<Accent>, ConfigError> {
    let colour = |key: &str, text: &Option<String>| {
        let setting = format!("{name}.{key}");
        let parse = |text: &String| {
            Colour::parse(text).ok_or_else(|| wrong(setting, "must be a colour such as #0b5d8a"))
        };
        text.as_ref().map(parse).transpose()
    };
    let light = colour("accent", &section.accent)?;
    let dark = colour("accent_dark", &section.accent_dark)?;
    let Some(light) = light else {
        return match dark {
            None => Ok(None),
            Some(_) => Err(wrong(format!("{name}.accent_dark"), "needs accent")),
        };
    };
    let light = Accent::light(light).map_err(|error| wrong(format!("{name}.accent"), error))?;
    let dark = match dark {
        Some(dark) => {
            Accent::dark(dark).map_err(|error| wrong(format!("{name}.accent_dark"), error))?
        }
        None => Accent::derived(light),
    };
    Ok(Some(Accent { light, dark }))
}

/// A logo as HTML for the header: decorative, since the name stands beside it. Its size is known before it is loaded.
fn logo(light: &(String, Image), dark: Option<&(String, Image)>) -> String {
    let dark = dark.map_or_else(String::new, |(path, _)| {
        format!("<source media=\"(prefers-color-scheme: dark)\" srcset=\"{path}\">")
    });
    let (path, image) = light;
    let width = (LOGO_HEIGHT * image.ratio).round();
    format!(
        "<picture>{dark}<img class=\"k-logo\" src=\"{path}\" width=\"{width}\" height=\"{LOGO_HEIGHT}\" alt=\"\"></picture>"
    )
}

/// Builds a brand. What the section does not set is that of `base`: the installation's own, for an organisation's.
/// `marks` is the style of the providers' logos.
pub(crate) fn build(
    name: &str,
    section: &Branding,
    base: Option<&(Brand, Option<Accent>)>,
    marks: &str,
    files: &mut Files,
) -> Result<(Brand, Option<Accent>), ConfigError> {
    let mut brand = base.map(|(brand, _)| brand.clone()).unwrap_or_default();
    let accent = accent(name, section)?.or(base.and_then(|(_, accent)| *accent));
    let mut image = |key: &str, path: &Option<std::path::PathBuf>| {
        path.as_ref()
            .map(|path| files.image(&format!("{name}.{key}"), path))
            .transpose()
    };
    let (light, dark) = (
        image("logo", &section.logo)?,
        image("logo_dark", &section.logo_dark)?,
    );
    match (&light, &dark) {
        (Some(light), dark) => brand.logo = logo(light, dark.as_ref()),
        (None, Some(_)) => return Err(wrong(format!("{name}.logo_dark"), "needs logo")),
        (None, None) => {}
    }
    if let Some((path, of)) = image("favicon", &section.favicon)? {
        brand.favicon = Some(Icon {
            path,
            mime: of.format.mime(),
        });
    }
    for (link, set) in [
        (&mut brand.privacy, &section.privacy),
        (&mut brand.support, &section.support),
    ] {
        if let Some(set) = set {
            *link = Some(set.clone());
        }
    }
    let mut sheet = accent.map(Accent::style_sheet).unwrap_or_default();
    sheet.push_str(marks);
    if !sheet.is_empty() {
        brand.css = files.add(sheet.into_bytes(), "css", "text/css; charset=utf-8", None);
    }
    Ok((brand, accent))
}

/// The style that shows a provider's logo on its buttons, in place of the general mark.
pub(crate) fn mark(provider: &str, path: &Path, files: &mut Files) -> Result<String, ConfigError> {
    let (address, _) = files.image(&format!("provider.{provider}.logo"), path)?;
    Ok(format!(
        ".k-eid[action=\"/eid/{provider}/start\"]>.ds-button::before{{background:url({address}) center/contain no-repeat;\
         mask:none;forced-color-adjust:none}}"
    ))
}
