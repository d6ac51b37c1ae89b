//! The texts of the pages in every language. A text that a language lacks is a compile error.
//!
//! The server has all languages. The browser reads the texts of one from a file, so that its code does not grow with
//! the number of languages.

mod choose;
mod date;
mod en;
mod nb;
mod nn;
mod table;
#[cfg(test)]
mod wording;

pub use table::Texts;

use kobling_model::Lang;

impl Texts {
    /// The texts in a language.
    #[must_use]
    pub const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Nb => &nb::NB,
            Lang::Nn => &nn::NN,
            Lang::En => &en::EN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kobling_model::{Problem, Wait, time::Span};

    #[test]
    fn every_problem_has_its_own_text_in_every_language() {
        for lang in Lang::ALL {
            let texts = Texts::of(lang);
            let mut seen = std::collections::HashSet::new();
            for problem in Problem::ALL {
                let text = texts.problem_text(*problem);
                assert!(text.ends_with('.'), "{problem:?}: {text}");
                assert!(seen.insert(text), "{problem:?}");
            }
        }
    }

    #[test]
    fn patterns_take_what_the_table_says() {
        for lang in Lang::ALL {
            for (name, text, arguments) in Texts::of(lang).all() {
                assert!(!text.is_empty() && !text.contains('\n'), "{lang:?} {name}");
                let mut found: Vec<&str> = text
                    .split('{')
                    .skip(1)
                    .map(|rest| rest.split('}').next().expect("split returns a first part"))
                    .collect();
                found.sort_unstable();
                found.dedup();
                let mut expected = arguments;
                expected.sort_unstable();
                assert_eq!(found, expected, "{lang:?} {name}: {text}");
            }
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for lang in Lang::ALL {
            let written: &'static str = Texts::of(lang).write().leak();
            let read = Texts::read(lang, written).expect("every text is there");
            assert_eq!(read.write(), written);
            assert!(Texts::read(lang, "one").is_none());
        }
    }

    #[test]
    fn too_many_attempts_say_how_long_to_wait() {
        let said = |lang, seconds| {
            let problem = Problem::TooMany(Wait::of(Span::seconds(seconds)));
            Texts::of(lang).problem_text(problem).into_owned()
        };
        assert!(said(Lang::Nb, 20).contains(" Vent 1 minutt,"));
        assert!(said(Lang::Nb, 700).contains(" Vent 12 minutter,"));
        assert!(said(Lang::En, 20).contains(" Wait 1 minute,"));
        assert!(said(Lang::En, 700).contains(" Wait 12 minutes,"));
        let unknown = Problem::TooMany(Wait::UNKNOWN);
        assert!(
            Texts::of(Lang::Nb)
                .problem_text(unknown)
                .contains("noen minutter")
        );
    }

    #[test]
    fn the_contract_s_names_stand() {
        let t = Texts::of(Lang::Nb);
        assert_eq!(t.sign_in.with("BankID"), "Logg på med BankID");
        assert_eq!(t.account.remove("BankID"), "Fjern BankID");
        assert_eq!(t.link.heading("BankID"), "Koble BankID til kontoen din");
        assert_eq!(
            t.no_access.relink("BankID"),
            "Koble BankID til en annen adresse"
        );
    }
}
