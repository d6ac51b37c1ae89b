//! The accent colour: what it is used with, and the tones of the design system that derive from it.

use super::colour::{BLACK, Colour, LEAST, WHITE};
use std::fmt::Write;

/// The lightest surface that the accent colour is on in dark mode (`--ds-color-neutral-surface-default`). The ground of
/// pages and mails is darker.
const DARK_SURFACE: Colour = Colour([0x26, 0x28, 0x2b]);

/// The accent colour in light and dark mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accent {
    /// On white, and behind white text.
    pub light: Colour,
    /// On dark ground, and behind black text.
    pub dark: Colour,
}

/// A colour that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "{colour} has a contrast of {contrast:.2}:1 to {ground}, less than {LEAST}:1; the nearest that passes is {nearest}"
)]
pub(crate) struct Unreadable {
    colour: Colour,
    ground: Colour,
    contrast: f64,
    nearest: Colour,
}

fn checked(colour: Colour, ground: Colour, towards: Colour) -> Result<Colour, Unreadable> {
    let contrast = colour.contrast(ground);
    if contrast >= LEAST {
        return Ok(colour);
    }
    let nearest = colour.readable(towards, ground);
    // Rounded down: a contrast that fails must not read as one that passes.
    let contrast = (contrast * 100.0).floor() / 100.0;
    Err(Unreadable {
        colour,
        ground,
        contrast,
        nearest,
    })
}

impl Accent {
    /// The accent colour for light mode: used as text on white, and behind white text.
    pub(crate) fn light(colour: Colour) -> Result<Colour, Unreadable> {
        checked(colour, WHITE, BLACK)
    }

    /// The accent colour for dark mode. What reads on the surface also reads behind black text, which is darker.
    pub(crate) fn dark(colour: Colour) -> Result<Colour, Unreadable> {
        checked(colour, DARK_SURFACE, WHITE)
    }

    /// The tone for dark mode of a colour for light mode.
    pub(crate) fn derived(light: Colour) -> Colour {
        light.readable(WHITE, DARK_SURFACE)
    }

    /// The custom properties of the design system. The luminances are those of its own theme, except that subtle text
    /// is also readable on the surface of a pressed button.
    pub(crate) fn style_sheet(self) -> String {
        let light = [
            ("background-default", WHITE),
            ("background-tinted", self.light.with_luminance(0.9)),
            ("surface-default", WHITE),
            ("surface-tinted", self.light.with_luminance(0.81)),
            ("surface-hover", self.light.with_luminance(0.7)),
            ("surface-active", self.light.with_luminance(0.6)),
            ("border-subtle", self.light.with_luminance(0.5)),
            ("border-default", self.light.with_luminance(0.18)),
            ("border-strong", self.light.with_luminance(0.09)),
            ("text-subtle", self.light.with_luminance(0.09)),
            ("text-default", self.light.with_luminance(0.025)),
            ("base-default", self.light),
            ("base-hover", self.light.mixed(BLACK, 50)),
            ("base-active", self.light.mixed(BLACK, 95)),
            ("base-contrast-subtle", WHITE),
            ("base-contrast-default", WHITE),
        ];
        let dark = [
            ("background-default", self.dark.with_luminance(0.009)),
            ("background-tinted", self.dark.with_luminance(0.014)),
            ("surface-default", self.dark.with_luminance(0.021)),
            ("surface-tinted", self.dark.with_luminance(0.027)),
            ("surface-hover", self.dark.with_luminance(0.036)),
            ("surface-active", self.dark.with_luminance(0.056)),
            ("border-subtle", self.dark.with_luminance(0.078)),
            ("border-default", self.dark.with_luminance(0.22)),
            ("border-strong", self.dark.with_luminance(0.45)),
            ("text-subtle", self.dark.with_luminance(0.45)),
            ("text-default", self.dark.with_luminance(0.84)),
            ("base-default", self.dark),
            ("base-hover", self.dark.mixed(WHITE, 50)),
            ("base-active", self.dark.mixed(WHITE, 95)),
            ("base-contrast-subtle", BLACK),
            ("base-contrast-default", BLACK),
        ];
        let mut text = String::from(":root{");
        declare(&mut text, &light);
        text.push_str("}@media (prefers-color-scheme:dark){:root{");
        declare(&mut text, &dark);
        text.push_str("}}");
        text
    }
}

fn declare(text: &mut String, tones: &[(&str, Colour)]) {
    for (name, tone) in tones {
        _ = write!(text, "--ds-color-accent-{name}:{tone};");
    }
    text.pop();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect(text)
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
        let table = [
            ("#0b5d8a", None),
            ("#000000", None),
            ("#767676", None),
            (
                "#777777",
                Some(
                    "#777777 has a contrast of 4.47:1 to #ffffff, less than 4.5:1; the nearest that passes is #767676",
                ),
            ),
            ("#ffcc00", Some("the nearest that passes is #907300")),
            ("#ffffff", Some("the nearest that passes is #767676")),
        ];
        for (text, expected) in table {
            let error = Accent::light(colour(text))
                .err()
                .map(|error| error.to_string());
            match expected {
                None => assert_eq!(error, None, "{text}"),
                Some(part) => assert!(
                    error.as_ref().is_some_and(|e| e.contains(part)),
                    "{text}: {error:?}"
                ),
            }
        }
        let error = Accent::dark(colour("#0b5d8a"))
            .expect_err("dark on dark")
            .to_string();
        assert!(error.contains("to #26282b"), "{error}");
        assert_eq!(Accent::dark(colour("#ffcc00")), Ok(colour("#ffcc00")));
    }

    #[test]
    fn the_nearest_passes_itself() {
        for text in [
            "#ffcc00", "#ffffff", "#ff0000", "#00ff00", "#777777", "#00a0ff",
        ] {
            let error = Accent::light(colour(text)).expect_err(text);
            assert_eq!(Accent::light(error.nearest), Ok(error.nearest), "{text}");
        }
        for text in ["#000000", "#0b5d8a", "#0000ff", "#7f0000"] {
            let error = Accent::dark(colour(text)).expect_err(text);
            assert_eq!(Accent::dark(error.nearest), Ok(error.nearest), "{text}");
            assert_eq!(Accent::derived(colour(text)), error.nearest, "{text}");
        }
    }

    /// The tones of one mode in the style sheet.
    fn tones(sheet: &str) -> impl Fn(&str) -> Colour {
        move |name| {
            let (_, rest) = sheet.split_once(&format!("accent-{name}:")).expect(name);
            colour(&rest[..7])
        }
    }

    #[test]
    fn every_text_reads_on_every_surface_that_it_is_on() {
        for text in [
            "#0b5d8a", "#000000", "#767676", "#8a0b2f", "#0a6b2d", "#5b0bff", "#8b6914",
        ] {
            let light = Accent::light(colour(text)).expect(text);
            let sheet = Accent {
                light,
                dark: Accent::derived(light),
            }
            .style_sheet();
            let (light, dark) = sheet.split_once("@media").expect("two modes");
            for (mode, grounds) in [(light, [WHITE, WHITE]), (dark, [DARK_SURFACE, BLACK])] {
                let tone = tones(mode);
                for on in [
                    "background-default",
                    "surface-tinted",
                    "surface-hover",
                    "surface-active",
                ] {
                    for written in ["text-subtle", "text-default"] {
                        let contrast = tone(written).contrast(tone(on));
                        assert!(contrast >= LEAST, "{text}: {written} on {on}: {contrast}");
                    }
                }
                for on in grounds {
                    assert!(tone("text-subtle").contrast(on) >= LEAST, "{text}");
                }
                for behind in ["base-default", "base-hover", "base-active"] {
                    let contrast = tone("base-contrast-default").contrast(tone(behind));
                    assert!(contrast >= LEAST, "{text}: text on {behind}: {contrast}");
                }
            }
        }
    }
}
