//! The texts of the pages in every language. A text that a language lacks is a compile error.

pub mod date;
mod en;
mod nb;
mod words;

pub use words::Texts;

use kobling_model::Lang;

impl Texts {
    /// The texts in a language.
    #[must_use]
    pub const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Nb => &nb::NB,
            Lang::En => &en::EN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kobling_model::{Problem, Wait, time::Span};

    #[test]
    fn every_problem_has_its_own_text_in_both_languages() {
        for problem in Problem::ALL {
            let (nb, en) = (
                (Texts::of(Lang::Nb).problem)(*problem),
                (Texts::of(Lang::En).problem)(*problem),
            );
            for words in [nb, en] {
                assert!(words.ends_with('.'), "{problem:?}: {words}");
            }
            assert_ne!(nb, en, "{problem:?}");
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
        assert_eq!((t.sign_in.with)("BankID"), "Logg på med BankID");
        assert_eq!((t.account.remove)("BankID"), "Fjern BankID");
        assert_eq!((t.link.heading)("BankID"), "Koble BankID til kontoen din");
        assert_eq!(
            (t.no_access.relink)("BankID"),
            "Koble BankID til en annen adresse"
        );
    }
}
