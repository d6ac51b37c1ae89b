//! The password policy. The same rules drive the live checklist in the browser and the decision on the server.
//!
//! NIST SP 800-63B-4 §3.1.1.2: length counts, composition rules do not; common passwords and ones made of the
//! person's own name or address are refused. The classic preset exists for organisations that must keep composition
//! rules for now.

use serde::{Deserialize, Serialize};

/// The maximum length, in characters. Well above the 64 that NIST requires; limits the cost of hashing.
pub const MAX_LENGTH: usize = 256;

/// The password rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Minimum number of characters.
    pub min_length: usize,
    /// Requires an upper-case letter.
    pub upper: bool,
    /// Requires a lower-case letter.
    pub lower: bool,
    /// Requires a digit.
    pub digit: bool,
    /// Requires a character that is neither letter nor digit.
    pub symbol: bool,
}

impl Policy {
    /// NIST SP 800-63B-4 for a password as the single factor: 15 characters, no composition rules.
    pub const MODERN: Self = Self {
        min_length: 15,
        upper: false,
        lower: false,
        digit: false,
        symbol: false,
    };

    /// The classic composition rules: 8 characters of four kinds.
    pub const CLASSIC: Self = Self {
        min_length: 8,
        upper: true,
        lower: true,
        digit: true,
        symbol: true,
    };

    /// The requirements of this policy, in the order the checklist shows them.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> {
        [
            (true, Requirement::MinLength(self.min_length)),
            (self.upper, Requirement::Upper),
            (self.lower, Requirement::Lower),
            (self.digit, Requirement::Digit),
            (self.symbol, Requirement::Symbol),
            (true, Requirement::NotCommon),
            (true, Requirement::NotPersonal),
        ]
        .into_iter()
        .filter_map(|(asked, requirement)| asked.then_some(requirement))
    }

    /// Every requirement with whether the password meets it. An empty password meets none.
    #[must_use]
    pub fn check(&self, password: &str, about: &Personal) -> Vec<(Requirement, bool)> {
        self.requirements()
            .map(|r| (r, !password.is_empty() && r.is_met(password, about)))
            .collect()
    }

    /// Whether the password may be used.
    #[must_use]
    pub fn accepts(&self, password: &str, about: &Personal) -> bool {
        password.chars().count() <= MAX_LENGTH
            && !password.is_empty()
            && self.requirements().all(|r| r.is_met(password, about))
    }
}

/// The person's name and address, which the password must not be based on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    /// The account's address.
    pub email: String,
    /// The account's display name.
    pub name: String,
}

/// One line of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Requirement {
    /// At least so many characters.
    MinLength(usize),
    /// An upper-case letter.
    Upper,
    /// A lower-case letter.
    Lower,
    /// A digit.
    Digit,
    /// A character that is neither letter nor digit.
    Symbol,
    /// Not a common password, a repetition or a run along the keyboard.
    NotCommon,
    /// Not made of the person's own name or address.
    NotPersonal,
}

impl Requirement {
    fn is_met(self, password: &str, about: &Personal) -> bool {
        match self {
            Self::MinLength(n) => password.chars().count() >= n,
            Self::Upper => password.chars().any(char::is_uppercase),
            Self::Lower => password.chars().any(char::is_lowercase),
            Self::Digit => password.chars().any(|c| c.is_ascii_digit()),
            Self::Symbol => password.chars().any(|c| !c.is_alphanumeric()),
            Self::NotCommon => !is_common(password),
            Self::NotPersonal => !is_personal(password, about),
        }
    }
}

/// Words that passwords are most often made of, in Norwegian and English. A password is common when nothing but such
/// words, runs and repetitions are left of it.
const COMMON: &[&str] = &[
    "abc",
    "admin",
    "administrator",
    "bankid",
    "baseball",
    "bergen",
    "brann",
    "bruker",
    "changeme",
    "dragon",
    "eple",
    "fotball",
    "football",
    "hallo",
    "heihei",
    "hei",
    "hello",
    "hemmelig",
    "host",
    "hosten",
    "iloveyou",
    "jegelskerdeg",
    "kommune",
    "kommunen",
    "letmein",
    "liverpool",
    "login",
    "logginn",
    "manchester",
    "master",
    "mandag",
    "michael",
    "monkey",
    "nordvik",
    "norge",
    "norway",
    "oslo",
    "pass",
    "passord",
    "passordet",
    "password",
    "princess",
    "qwerty",
    "qwertyuiop",
    "rosenborg",
    "secret",
    "shadow",
    "sommer",
    "sommeren",
    "solskinn",
    "spring",
    "startside",
    "summer",
    "sunshine",
    "superman",
    "test",
    "testing",
    "trondheim",
    "trustno",
    "user",
    "var",
    "velkommen",
    "visma",
    "vinter",
    "vinteren",
    "welcome",
    "winter",
    "autumn",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
];

const RUNS: [&str; 5] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyzæøå",
    "qwertyuiopå",
    "asdfghjkløæ",
    "zxcvbnm",
];

/// Maps look-alike characters to the letters that they replace, and drops decoration.
fn plain_letters(password: &str) -> String {
    password
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            '@' => Some('a'),
            '$' => Some('s'),
            '€' => Some('e'),
            'ø' => Some('o'),
            'å' => Some('a'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

fn is_run(text: &str) -> bool {
    let backwards: String = text.chars().rev().collect();
    let one_character = text.chars().all(|c| text.starts_with(c));
    one_character
        || RUNS
            .iter()
            .any(|run| run.contains(text) || run.contains(&backwards))
}

/// Removes common words, runs (three or more) and digits from the front repeatedly, the longest first. The remainder
/// decides: a password of nothing but these, or with at most two characters besides, is common.
fn is_common(password: &str) -> bool {
    let lowered = password.to_lowercase();
    if lowered.chars().count() >= 3 && is_run(&lowered) {
        return true;
    }
    let swapped = |digits: bool| {
        plain_letters(password)
            .chars()
            .map(|c| match c {
                '0' if digits => 'o',
                '1' if digits => 'i',
                '3' if digits => 'e',
                '4' if digits => 'a',
                '5' if digits => 's',
                c => c,
            })
            .collect::<Vec<char>>()
    };
    let as_typed: Vec<char> = lowered.chars().filter(|c| c.is_alphanumeric()).collect();
    [as_typed, swapped(false), swapped(true)]
        .iter()
        .any(|letters| left_over(letters) <= 2 || repeats(letters))
}

fn left_over(letters: &[char]) -> usize {
    let mut at = 0;
    let mut left = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let longest = (1..=rest.len().min(16)).rev().find(|n| {
            let piece: String = rest[..*n].iter().collect();
            COMMON.contains(&piece.as_str())
                || (*n >= 3 && is_run(&piece))
                || piece.chars().all(|c| c.is_ascii_digit())
        });
        match longest {
            Some(n) => at += n,
            None => {
                left += 1;
                at += 1;
            }
        }
    }
    left
}

/// Whether the whole is a repetition of at most five characters.
fn repeats(letters: &[char]) -> bool {
    (1..=5).any(|n| {
        letters.len() >= 3 * n
            && letters
                .iter()
                .zip(letters.iter().skip(n))
                .all(|(a, b)| a == b)
    })
}

/// Whether, with the person's own words taken out, fewer than eight characters are left of a password that has any.
fn is_personal(password: &str, about: &Personal) -> bool {
    let lowered = password.to_lowercase();
    let (local, domain) = about.email.split_once('@').unwrap_or((&about.email, ""));
    let mut words: Vec<String> = [about.email.as_str(), local]
        .into_iter()
        .chain(about.name.split_whitespace())
        .chain(local.split(['.', '_', '-', '+']))
        .chain(domain.split('.').take(1))
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= 4)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let without = words.iter().fold(lowered.clone(), |rest, word| {
        rest.replace(word.as_str(), "")
    });
    without != lowered && without.chars().filter(|c| c.is_alphanumeric()).count() < 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kari() -> Personal {
        Personal {
            email: "kari.nordmann@nordvik.example".into(),
            name: "Kari Nordmann".into(),
        }
    }

    #[test]
    fn the_modern_preset_asks_for_length_and_nothing_odd() {
        for good in [
            "Fjellrev synger i nattens lys",
            "blå sykkel uten hjul",
            "correct horse battery staple",
            "aaaabbbbccccddddxyzwq ikke helt",
            "我家的猫喜欢在下雨天看书喝茶睡觉",
        ] {
            assert!(Policy::MODERN.accepts(good, &kari()), "{good}");
        }
        for bad in [
            "",
            "kort",
            "fjorten tegn!!",
            "passordpassord1",
            "Passord123456789!",
            "P@ssw0rdP@ssw0rd",
            "qwertyuiopåasdfghjkløæ",
            "12345678901234567890",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "Sommer2026Sommer2026",
            "kari.nordmann@nordvik.example",
            "KariNordmann2026!",
        ] {
            assert!(!Policy::MODERN.accepts(bad, &kari()), "{bad}");
        }
    }

    #[test]
    fn the_classic_preset_asks_for_four_kinds() {
        let met = |password: &str| {
            Policy::CLASSIC
                .check(password, &kari())
                .into_iter()
                .filter_map(|(r, met)| met.then_some(r))
                .collect::<Vec<_>>()
        };
        assert_eq!(met(""), []);
        assert!(!met("rødgrøt").contains(&Requirement::Upper));
        assert!(met("Rødgrøt").contains(&Requirement::Upper));
        assert!(!met("Rødgrøt").contains(&Requirement::Digit));
        assert!(Policy::CLASSIC.accepts("Rødgrøt7!", &kari()));
        assert!(!Policy::CLASSIC.accepts("Passord1!", &kari()));
    }

    #[test]
    fn a_password_longer_than_the_bound_is_refused() {
        let long: String = "blå sykkel ".repeat(30);
        assert!(!Policy::MODERN.accepts(&long, &kari()));
    }

    proptest! {
        #[test]
        fn accepted_means_every_line_of_the_checklist_is_met(password in "\\PC{0,40}", classic: bool) {
            let policy = if classic { Policy::CLASSIC } else { Policy::MODERN };
            let all_met = policy.check(&password, &kari()).iter().all(|(_, met)| *met);
            prop_assert_eq!(policy.accepts(&password, &kari()), all_met);
        }
    }
}
