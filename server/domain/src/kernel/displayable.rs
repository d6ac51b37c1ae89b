//! Text that a stranger chooses and other people read: names of people and of applications, and addresses.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
use idna::uts46::{AsciiDenyList, Hyphens, Uts46};
use kobling_model::Email;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Whether text shows what it holds: at least one visible character, and none that is invisible, changes the direction
/// of the text or breaks the line.
#[must_use]
pub fn is_displayable(text: &str) -> bool {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let joins = matches!(character, ZWNJ | ZWJ)
            && before.is_some_and(needs_joiners)
            && rest.peek().is_some_and(|next| needs_joiners(*next));
        if is_hidden(character) && !joins {
            return false;
        }
        before = Some(character);
    }
    text.chars()
        .any(|character| !character.is_whitespace() && !is_combining_mark(character))
}

/// Zero-width non-joiner: keeps two letters apart that would be joined.
const ZWNJ: char = '\u{200c}';
/// Zero-width joiner: joins two letters that would stand apart.
const ZWJ: char = '\u{200d}';

/// Whether a character leaves nothing to see or changes how others are shown. Bidirectional controls are among the
/// default-ignorable ones.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || matches!(
            character,
            // Line and paragraph separator.
            '\u{2028}' | '\u{2029}'
            // Blank, though they count as symbols, letters or marks.
            | '\u{2800}' | '\u{13441}' | '\u{13442}' | '\u{16fe4}' | '\u{1d159}'
            // Annotations and the placeholder of an object.
            | '\u{fff9}'..='\u{fffc}'
            // Private use: every font shows something else.
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'
        )
        // Noncharacters.
        || matches!(character, '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// Whether words of its script are spelt with joiners: the scripts from Arabic to Sinhala, Myanmar, Khmer and Mongolian.
fn needs_joiners(character: char) -> bool {
    matches!(
        character,
        '\u{600}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
    ) && !is_hidden(character)
}

/// An address as people write it, `post@blåbær.example` for `post@xn--blbr-roah.example`, to be shown and nothing else.
/// A label of the domain that is not valid (UTS 46), or has letters that can be taken for others, is shown in ASCII.
#[must_use]
pub fn address(email: &Email) -> String {
    let text = email.as_str();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return text.to_owned();
    };
    let familiar = |label: &[char], _: &[char], _| label.iter().all(|it| is_familiar(*it));
    let shown = Uts46::new().to_user_interface(
        domain.as_bytes(),
        AsciiDenyList::URL,
        Hyphens::Allow,
        familiar,
    );
    match shown {
        (domain, Ok(())) => format!("{local}@{domain}"),
        (_, Err(_)) => text.to_owned(),
    }
}

/// Whether a letter is one of those that the languages of northern and western Europe are written with: a Latin one, if
/// need be with a mark that is easily seen. The look-alikes from other scripts are not among them, nor is the dotless i.
fn is_familiar(character: char) -> bool {
    let mut parts = std::iter::once(character).nfd();
    let is_latin = parts.next().is_some_and(|base| {
        base.is_ascii() || matches!(base, 'æ' | 'ø' | 'ð' | 'þ' | 'đ' | 'ŋ' | 'ŧ' | 'œ' | 'ß')
    });
    // Grave to macron, diaeresis, ring, double acute, caron, cedilla, ogonek.
    is_latin
        && parts.all(|mark| {
            matches!(mark, '\u{300}'..='\u{304}' | '\u{308}' | '\u{30a}'..='\u{30c}' | '\u{327}' | '\u{328}')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_as_people_write_them() {
        for (stored, shown) in [
            ("kari@nordvik.example", "kari@nordvik.example"),
            ("post@xn--blbr-roah.example", "post@blåbær.example"),
            ("post@blåbær.example", "post@blåbær.example"),
            ("post@kárášjohka.example", "post@kárášjohka.example"),
            (
                "post@xn--mnchen-3ya.xn--blbr-roah.example",
                "post@münchen.blåbær.example",
            ),
            // Cyrillic throughout, Cyrillic mixed with Latin, and a Latin look-alike.
            ("post@xn--80ak6aa92e.example", "post@xn--80ak6aa92e.example"),
            ("post@nordvіk.example", "post@xn--nordvk-tvf.example"),
            ("post@nordvık.example", "post@xn--nordvk-t9a.example"),
            // A mark below is lost in an underline.
            ("post@nọrdvik.example", "post@xn--nrdvik-pl8b.example"),
            // Not valid.
            ("post@xn--a.example", "post@xn--a.example"),
            ("ærlig@nordvik.example", "ærlig@nordvik.example"),
        ] {
            let email = Email::parse(stored).expect("an address");
            assert_eq!(address(&email), shown, "{stored}");
        }
    }

    #[test]
    fn names_of_people_and_applications_are_displayable() {
        for name in [
            "Kari Nordmann",
            "Åse-Lill Ødegård",
            "Seán Ó’Neill",
            "D'Angelo",
            "Nguyễn Thị Hồng",
            "e\u{301}",
            "Σοφία",
            "Юлия",
            "مریم",
            "نامه\u{200c}ها",
            "क्\u{200d}ष",
            "ශ්\u{200d}රී",
            "王小明",
            "김민준",
            "Kart (test) – 2.0 & co.",
            "A\u{a0}B",
            "X",
            "7",
        ] {
            assert!(is_displayable(name), "{name:?}");
        }
    }

    #[test]
    fn what_people_cannot_see_or_read_is_not_displayable() {
        for name in [
            "",
            " ",
            "\u{3000}",
            "\u{301}",
            "\u{301} \u{308}",
            "Ka\0rt",
            "Ka\nrt",
            "Ka\u{85}rt",
            "Ka\u{ad}rt",
            "Kart\u{34f}",
            "Kart\u{61c}",
            "\u{115f}",
            "\u{1160}Kart",
            "Kart\u{180e}",
            "Kart\u{200b}",
            "Kart\u{200c}",
            "Ka\u{200d}rt",
            "\u{200d}م",
            "م\u{200c}\u{200c}م",
            "\u{200e}Kart",
            "Kart\u{200f}",
            "Kart\u{2028}",
            "\u{202e}traK",
            "Ka\u{2060}rt",
            "\u{2066}Kart\u{2069}",
            "\u{2800}",
            "Kart \u{2800}",
            "\u{3164}",
            "Kart\u{3164}",
            "Kart\u{fe0f}",
            "\u{feff}Kart",
            "\u{ffa0}",
            "\u{fffc}",
            "Kart\u{e000}",
            "Kart\u{fdd0}",
            "Kart\u{ffff}",
            "\u{1d159}",
            "\u{e0041}Kart",
            "Kart\u{e0100}",
        ] {
            assert!(!is_displayable(name), "{name:?}");
        }
    }
}
