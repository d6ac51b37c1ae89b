//! Images that an operator supplies: what is accepted, and their size.
//!
//! Browsers run no script in an image and load nothing for it. The checks keep it so where the file is opened by its
//! address, beside the policy that it is served with.

use roxmltree::{Document, Node, ParsingOptions};

/// The largest image, in bytes. It is part of a first visit.
pub(crate) const MOST: usize = 64 * 1024;
/// The most elements, attributes and texts of an SVG.
const MOST_NODES: u32 = 5_000;
/// The most pixels of a PNG along each side.
const MOST_PIXELS: u32 = 2_048;
const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Drawing alone: no script, no foreign content, no link, no animation, no image, and no `use`, which can multiply a few
/// elements into millions.
const ELEMENTS: [&str; 19] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "metadata",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "style",
];

const ATTRIBUTES: [&str; 70] = [
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "baseProfile",
    "class",
    "clip-path",
    "clip-rule",
    "clipPathUnits",
    "color",
    "cx",
    "cy",
    "d",
    "data-name",
    "display",
    "enable-background",
    "fill",
    "fill-opacity",
    "fill-rule",
    "focusable",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "href",
    "id",
    "mask",
    "mask-type",
    "maskContentUnits",
    "maskUnits",
    "offset",
    "opacity",
    "overflow",
    "paint-order",
    "pathLength",
    "points",
    "preserveAspectRatio",
    "r",
    "role",
    "rx",
    "ry",
    "shape-rendering",
    "space",
    "spreadMethod",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "style",
    "transform",
    "type",
    "vector-effect",
    "version",
    "viewBox",
    "visibility",
    "width",
    "x",
    "x1",
    "x2",
    "xmlns",
    "y",
    "y1",
    "y2",
    "lang",
];

/// The two formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Svg,
    Png,
}

impl Format {
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    pub(crate) const fn mime(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// What an image is: its format, and its width divided by its height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Image {
    pub format: Format,
    pub ratio: f64,
}

/// Checks an image. The error is the rest of a sentence about the file.
pub(crate) fn check(bytes: &[u8]) -> Result<Image, String> {
    if bytes.len() > MOST {
        return Err(format!("is {} bytes, more than {MOST}", bytes.len()));
    }
    let (format, (width, height)) = if bytes.starts_with(b"\x89PNG") {
        (Format::Png, png(bytes)?)
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| "is neither SVG in UTF-8 nor PNG")?;
        (Format::Svg, svg(text)?)
    };
    let ratio = width / height;
    // NaN is not within either.
    if !(0.1..=10.0).contains(&ratio) {
        return Err("is more than ten times as long as it is broad".to_owned());
    }
    Ok(Image { format, ratio })
}

/// The size of a PNG (ISO/IEC 15948): signature, chunks, and nothing behind the last.
fn png(bytes: &[u8]) -> Result<(f64, f64), String> {
    let mut rest = bytes
        .strip_prefix(b"\x89PNG\r\n\x1a\n")
        .ok_or("is not a PNG")?;
    let (mut size, mut drawn) = (None, false);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (kind, after) = after
            .split_first_chunk::<4>()
            .ok_or("is a PNG that is cut off")?;
        let data = after.get(..length).ok_or("is a PNG that is cut off")?;
        rest = after.get(length + 4..).ok_or("is a PNG that is cut off")?;
        match (kind, size) {
            (b"IHDR", None) => {
                let number = |from: usize| {
                    let bytes = data.get(from..from + 4)?.try_into().ok()?;
                    Some(u32::from_be_bytes(bytes)).filter(|side| (1..=MOST_PIXELS).contains(side))
                };
                let both = number(0).zip(number(4)).ok_or_else(|| {
                    format!("is a PNG with a side of no pixel, or more than {MOST_PIXELS}")
                })?;
                size = Some(both);
            }
            (b"IDAT", Some(_)) => drawn = true,
            (b"IEND", Some((width, height))) if drawn && rest.is_empty() => {
                return Ok((f64::from(width), f64::from(height)));
            }
            (b"IHDR" | b"IEND", _) | (_, None) => return Err("is not a valid PNG".to_owned()),
            // Animated PNG: movement that nobody can stop (WCAG 2.2, 2.2.2).
            (b"acTL", _) => return Err("is an animated PNG".to_owned()),
            _ => {}
        }
    }
    Err("is a PNG that is cut off".to_owned())
}

/// The size of an SVG that only draws.
fn svg(text: &str) -> Result<(f64, f64), String> {
    let options = ParsingOptions {
        // A document type can define entities that expand without end.
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| format!("is not an SVG: {error}"))?;
    let root = document.root_element();
    if !root.has_tag_name((SVG, "svg")) {
        return Err("is not an SVG: the first element must be svg, with its namespace".to_owned());
    }
    for node in document.descendants() {
        if node.is_pi() {
            return Err("has a processing instruction".to_owned());
        }
        if node.is_element() {
            element(node)?;
        }
    }
    size(root).ok_or_else(|| "needs a viewBox, or width and height in pixels".to_owned())
}

fn element(node: Node<'_, '_>) -> Result<(), String> {
    let tag = node.tag_name();
    if tag.namespace() != Some(SVG) || !ELEMENTS.contains(&tag.name()) {
        return Err(format!(
            "has the element <{}>, which is not accepted in a logo",
            tag.name()
        ));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        let known = match attribute.namespace() {
            None => ATTRIBUTES.contains(&name),
            Some(XLINK) => name == "href",
            Some(XML) => matches!(name, "space" | "lang"),
            Some(_) => false,
        };
        if !known {
            return Err(format!(
                "has the attribute {name}, which is not accepted in a logo"
            ));
        }
        if name == "href" && !value.starts_with('#') || loads(value) {
            return Err(format!(
                "refers to something outside of it in the attribute {name}"
            ));
        }
    }
    if tag.name() == "style" && node.children().any(|child| child.text().is_some_and(loads)) {
        return Err("refers to something outside of it in <style>".to_owned());
    }
    Ok(())
}

/// Whether a value or style sheet may refer to anything but an element of the same file. A backslash can hide what it
/// says.
fn loads(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let outside =
        |(_, after): (&str, &str)| !after.trim_start_matches([' ', '"', '\'']).starts_with('#');
    let mut rest = text.as_str();
    while let Some(parts) = rest.split_once("url(") {
        if outside(parts) {
            return true;
        }
        rest = parts.1;
    }
    [
        "\\",
        "@import",
        "@font-face",
        "image(",
        "image-set(",
        "src(",
        "javascript:",
        "expression(",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Width and height: of the `viewBox`, else the attributes.
fn size(root: Node<'_, '_>) -> Option<(f64, f64)> {
    let number = |text: &str| {
        text.parse::<f64>()
            .ok()
            .filter(|n| n.is_finite() && *n > 0.0)
    };
    if let Some(view_box) = root.attribute("viewBox") {
        let mut parts = view_box
            .split([' ', ',', '\n', '\t'])
            .filter(|part| !part.is_empty())
            .skip(2);
        return number(parts.next()?).zip(number(parts.next()?));
    }
    let side = |name| number(root.attribute(name)?.trim_end_matches("px"));
    side("width").zip(side("height"))
}

#[cfg(test)]
mod tests;
