//! Browsers that an account has signed in in before. They pass the limits that strangers can exhaust.
//!
//! The cookie holds a random value and, for each account, a keyed hash over that value, the account, the time of the
//! sign-in, and the time at which the account's browsers were forgotten last. So it names nobody, it is worth nothing
//! for other accounts, and forgetting the browsers of an account makes all of them unknown at once.

use crate::kernel::secret::{Digest256, Keys, Purpose, Token};
use kobling_model::{AccountId, Timestamp, time::Span};

/// How long a browser is known after a sign-in.
const LIFE: Span = Span::hours(365 * 24);

/// The most accounts that one browser is known for; the latest stay.
const MOST: usize = 4;

/// What a browser shows of the accounts that have signed in in it. Untrusted until it is checked.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownBrowser {
    /// A random value of the browser.
    pub(crate) token: Token,
    /// The keyed hash of the random value: it is ours.
    seal: String,
    /// The times of sign-ins, in seconds, and their keyed hashes; the latest first.
    sign_ins: Vec<(i64, String)>,
}

impl std::fmt::Debug for KnownBrowser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KnownBrowser(…)")
    }
}

fn seal(keys: &Keys, token: &Token) -> String {
    keys.derive(Purpose::KnownBrowser, &["browser", token.expose()])
        .0
}

fn sign_in(
    keys: &Keys,
    token: &Token,
    account: AccountId,
    forgotten: Option<Timestamp>,
    at: i64,
) -> String {
    let parts = [
        "account",
        token.expose(),
        &account.to_string(),
        &forgotten.map_or_else(String::new, |at| at.0.to_string()),
        &at.to_string(),
    ];
    keys.derive(Purpose::KnownBrowser, &parts).0
}

/// Compares in constant time: the digests of both reveal nothing about where they differ.
fn same(ours: &str, shown: &str) -> bool {
    Digest256::of(ours) == Digest256::of(shown)
}

impl KnownBrowser {
    /// Parses the cookie: the random value, its hash, and pairs of time and hash, separated by dots.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let token = Token::parse(parts.next()?)?;
        let seal = parts.next()?.to_owned();
        let mut sign_ins = Vec::new();
        while let Some(at) = parts.next() {
            if sign_ins.len() == MOST {
                return None;
            }
            sign_ins.push((at.parse().ok()?, parts.next()?.to_owned()));
        }
        Some(Self {
            token,
            seal,
            sign_ins,
        })
    }

    /// The text of the cookie.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}.{}", self.token.expose(), self.seal);
        for (at, hash) in &self.sign_ins {
            text.push_str(&format!(".{at}.{hash}"));
        }
        text
    }

    /// A browser that is known for this account too, from now on. `new` is the random value of one that is not ours yet.
    pub(crate) fn remembering(
        shown: Option<Self>,
        keys: &Keys,
        account: AccountId,
        forgotten: Option<Timestamp>,
        (new, now): (Token, Timestamp),
    ) -> Self {
        let (token, sign_ins) = match shown.filter(|known| known.is_ours(keys)) {
            Some(known) => (known.token, known.sign_ins),
            None => (new, Vec::new()),
        };
        let hash = |at| sign_in(keys, &token, account, forgotten, at);
        let now = now.as_seconds();
        let mut kept = vec![(now, hash(now))];
        let others = sign_ins
            .into_iter()
            .filter(|(at, shown)| !same(&hash(*at), shown));
        kept.extend(others.take(MOST - 1));
        Self {
            seal: seal(keys, &token),
            sign_ins: kept,
            token,
        }
    }

    /// Whether we have made it, for whichever account.
    pub(crate) fn is_ours(&self, keys: &Keys) -> bool {
        same(&seal(keys, &self.token), &self.seal)
    }

    /// Whether this account has signed in in it.
    pub(crate) fn knows(
        &self,
        keys: &Keys,
        account: AccountId,
        forgotten: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        self.sign_ins.iter().any(|(at, hash)| {
            Timestamp::from_seconds(*at) > now - LIFE
                && same(&sign_in(keys, &self.token, account, forgotten, *at), hash)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn known(keys: &Keys) -> KnownBrowser {
        let token = Token::parse(&"a".repeat(43)).expect("a token");
        let hash = sign_in(keys, &token, account(1), None, 1_000);
        KnownBrowser {
            seal: seal(keys, &token),
            token,
            sign_ins: vec![(1_000, hash)],
        }
    }

    #[test]
    fn a_browser_is_known_for_its_account_until_it_is_forgotten_or_a_year_has_passed() {
        let keys = Keys::new([1; 32], [2; 32]);
        let known = KnownBrowser::parse(&known(&keys).to_text()).expect("reads back");
        let at = Timestamp::from_seconds(1_000);
        let forgotten = Some(Timestamp(5));
        let table = [
            ("its account", &keys, 1, None, at, true),
            ("another account", &keys, 2, None, at, false),
            ("forgotten since", &keys, 1, forgotten, at, false),
            ("after a year", &keys, 1, None, at + LIFE, false),
            (
                "under another key",
                &Keys::new([3; 32], [2; 32]),
                1,
                None,
                at,
                false,
            ),
        ];
        for (what, keys, number, forgotten, now, expected) in table {
            let knows = known.knows(keys, account(number), forgotten, now);
            assert_eq!(knows, expected, "{what}");
        }
        assert!(known.is_ours(&keys));
        assert!(!known.is_ours(&Keys::new([3; 32], [2; 32])));
    }

    #[test]
    fn a_cookie_is_parsed_only_in_its_form() {
        let text = known(&Keys::new([1; 32], [2; 32])).to_text();
        assert!(KnownBrowser::parse(&text).is_some());
        for wrong in [
            String::new(),
            "a".repeat(43),
            format!("{text}.1"),
            format!("{text}.x.y"),
            format!("{text}.1.a.2.b.3.c.4.d"),
        ] {
            assert_eq!(KnownBrowser::parse(&wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_cookie_of_a_stranger_s_makes_us_panic_or_is_ours(text in "[a-z0-9.]{0,200}") {
            let keys = Keys::new([1; 32], [2; 32]);
            if let Some(known) = KnownBrowser::parse(&text) {
                prop_assert!(!known.is_ours(&keys));
                prop_assert!(!known.knows(&keys, account(1), None, Timestamp(0)));
            }
        }
    }
}
