//! Colours and their contrast (WCAG 2.2, "relative luminance" and "contrast ratio").

use std::fmt;

/// The least contrast between text and what is behind it (WCAG 2.2, 1.4.3).
pub(crate) const LEAST: f64 = 4.5;

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub [u8; 3]);

pub(crate) const WHITE: Colour = Colour([255; 3]);
pub(crate) const BLACK: Colour = Colour([0; 3]);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// A colour as `#rrggbb`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// From 0 (black) to 1 (white).
    pub(crate) fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// From 1 (the same) to 21 (black on white).
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with a share of another, in steps of 1/255.
    pub(crate) fn mixed(self, other: Self, step: u8) -> Self {
        let mut mixed = self.0;
        for (channel, towards) in mixed.iter_mut().zip(other.0) {
            let step = u32::from(step);
            let sum = u32::from(*channel) * (255 - step) + u32::from(towards) * step;
            *channel = u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// The tone of this colour with a luminance: mixed with white or black until it has it.
    pub(crate) fn with_luminance(self, wanted: f64) -> Self {
        let lighter = self.luminance() < wanted;
        let towards = if lighter { WHITE } else { BLACK };
        self.first(towards, |tone| (tone.luminance() >= wanted) == lighter)
    }

    /// The nearest tone of this colour, towards black or white, that reads on a ground.
    pub(crate) fn readable(self, towards: Self, ground: Self) -> Self {
        self.first(towards, |tone| tone.contrast(ground) >= LEAST)
    }

    fn first(self, towards: Self, fits: impl Fn(Self) -> bool) -> Self {
        (0..=u8::MAX)
            .map(|step| self.mixed(towards, step))
            .find(|tone| fits(*tone))
            .unwrap_or(towards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect(text)
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, two, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            // The grey that is the lightest to pass on white, and the next.
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#0b5d8a", "#ffffff", 7.126),
            ("#ff0000", "#ffffff", 4.00),
            ("#0000ff", "#000000", 2.44),
        ] {
            let (one, two) = (colour(one), colour(two));
            assert!(
                (one.contrast(two) - expected).abs() < 0.005,
                "{one} {two}: {}",
                one.contrast(two)
            );
            assert!((one.contrast(two) - two.contrast(one)).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(Colour::parse("#0B5d8a"), Some(Colour([11, 93, 138])));
        assert_eq!(colour("#0B5D8A").to_string(), "#0b5d8a");
        for bad in [
            "",
            "0b5d8a",
            "#0b5",
            "#0b5d8a80",
            "#0b5d8g",
            "#+b5d8a",
            "blue",
            "#æ5d8a",
        ] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_tone_has_the_luminance_and_the_nearest_readable_one_just_passes() {
        for text in [
            "#0b5d8a", "#ff0000", "#ffff00", "#000000", "#ffffff", "#7f7f7f",
        ] {
            let colour = colour(text);
            for wanted in [0.02, 0.09, 0.5, 0.84] {
                let tone = colour.with_luminance(wanted);
                assert!(
                    (tone.luminance() - wanted).abs() < 0.012,
                    "{text} {wanted}: {tone}"
                );
            }
            let readable = colour.readable(BLACK, WHITE);
            assert!(readable.contrast(WHITE) >= LEAST);
            if colour.contrast(WHITE) >= LEAST {
                assert_eq!(readable, colour);
            } else {
                assert!(readable.contrast(WHITE) < 4.6, "{text}: {readable}");
            }
        }
    }
}
