//! The people of the demo, and the stories that they tell.

use std::fmt::Write as _;

use crate::{eid, lang::Lang};

/// Number of employees of the organisation.
const EMPLOYEES: u32 = 1_000;
/// The name, address and password of the account that exists from the start.
pub const FINNES: (&str, &str, &str) = (
    "Frida Finnes",
    "finnes@nordvik.example",
    "Fjellrev synger i nattens lys",
);

/// Somebody on the simulated eID's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Known,
    Unknown,
    WrongAddress,
    HasAccount,
}

impl Role {
    pub(crate) const ALL: [Self; 4] = [
        Self::Known,
        Self::Unknown,
        Self::WrongAddress,
        Self::HasAccount,
    ];
    /// Those whose stories the start page tells.
    pub(crate) const STORIES: [Self; 3] = [Self::Known, Self::Unknown, Self::WrongAddress];

    /// Which of the synthetic identity numbers is the person's.
    const fn number(self) -> u32 {
        match self {
            Self::Known => 0,
            Self::Unknown => 1,
            Self::HasAccount => 2,
            Self::WrongAddress => 3,
        }
    }

    /// The name in addresses and hints.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::WrongAddress => "wrong-address",
            Self::HasAccount => "has-account",
        }
    }

    /// Whose key it is.
    pub(crate) fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// The name on the simulated eID's page, the same in every language.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Known => "Kjent i HRM",
            Self::Unknown => "Ukjent i HRM",
            Self::WrongAddress => "Skriver feil adresse",
            Self::HasAccount => "Har konto fra før",
        }
    }

    /// The address that gives access.
    pub(crate) const fn address(self) -> &'static str {
        match self {
            Self::Known => "kjent@nordvik.example",
            Self::Unknown => "ukjent@nordvik.example",
            Self::WrongAddress => "rett@nordvik.example",
            Self::HasAccount => FINNES.1,
        }
    }

    /// What signing in shows.
    const fn shows(self) -> eid::Shows {
        match self {
            Self::Known => eid::Shows {
                nb: "Nummer og adresse er kjent: bekreft adressen, og du er inne.",
                nn: "Nummer og adresse er kjende: stadfest adressa, og du er inne.",
                en: "Number and address are known: confirm the address, and you are in.",
            },
            Self::Unknown => eid::Shows {
                nb: "Nummeret er ukjent: du blir spurt om adressen. Riktig adresse er ukjent@nordvik.example.",
                nn: "Nummeret er ukjent: du blir spurd om adressa. Rett adresse er ukjent@nordvik.example.",
                en: "The number is unknown: you are asked for the address. The right one is ukjent@nordvik.example.",
            },
            Self::WrongAddress => eid::Shows {
                nb: "Nummeret er ukjent: skriv en annen adresse enn den riktige, som er rett@nordvik.example.",
                nn: "Nummeret er ukjent: skriv ei anna adresse enn den rette, som er rett@nordvik.example.",
                en: "The number is unknown: type another address than the right one, which is rett@nordvik.example.",
            },
            Self::HasAccount => eid::Shows {
                nb: "Har konto med passord fra før; nummeret er ukjent. Adressen er finnes@nordvik.example.",
                nn: "Har konto med passord frå før; nummeret er ukjent. Adressa er finnes@nordvik.example.",
                en: "Has an account with a password already; the number is unknown. The address is finnes@nordvik.example.",
            },
        }
    }

    /// The heading of the story.
    pub(crate) const fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Known => lang.pick("Kjent ansatt", "Kjend tilsett", "Known employee"),
            Self::Unknown => lang.pick("Ukjent ansatt", "Ukjend tilsett", "Unknown employee"),
            Self::WrongAddress => lang.pick("Feil adresse", "Feil adresse", "Wrong address"),
            Self::HasAccount => {
                lang.pick("Har konto fra før", "Har konto frå før", "Has an account")
            }
        }
    }

    /// What the story is about.
    pub(crate) const fn about(self, lang: Lang) -> &'static str {
        match self {
            Self::Known => lang.pick(
                "Kommunen har registrert både fødselsnummeret og adressen.",
                "Kommunen har registrert både fødselsnummeret og adressa.",
                "The municipality has registered both the identity number and the address.",
            ),
            Self::Unknown => lang.pick(
                "Kommunen har registrert adressen, men ikke fødselsnummeret.",
                "Kommunen har registrert adressa, men ikkje fødselsnummeret.",
                "The municipality has registered the address, but not the identity number.",
            ),
            Self::WrongAddress => lang.pick(
                "En ukjent ansatt skriver den private adressen sin i stedet for den på jobben.",
                "Ein ukjend tilsett skriv den private adressa si i staden for den på jobben.",
                "An unknown employee types the private address instead of the one at work.",
            ),
            Self::HasAccount => "",
        }
    }

    /// What to do.
    pub(crate) fn steps(self, lang: Lang) -> Vec<&'static str> {
        match self {
            Self::Known => vec![
                lang.pick(
                    "Velg «Kjent i HRM» hos eID-en.",
                    "Vel «Kjent i HRM» hos eID-en.",
                    "Choose «Kjent i HRM» at the eID.",
                ),
                lang.pick(
                    "Bekreft adressen.",
                    "Stadfest adressa.",
                    "Confirm the address.",
                ),
            ],
            Self::Unknown => vec![
                lang.pick(
                    "Velg «Ukjent i HRM» hos eID-en.",
                    "Vel «Ukjent i HRM» hos eID-en.",
                    "Choose «Ukjent i HRM» at the eID.",
                ),
                lang.pick(
                    "Skriv ukjent@nordvik.example.",
                    "Skriv ukjent@nordvik.example.",
                    "Type ukjent@nordvik.example.",
                ),
                lang.pick(
                    "Hent koden i postkassen, og skriv den.",
                    "Hent koden i postkassa, og skriv han.",
                    "Get the code from the mailbox, and type it.",
                ),
            ],
            Self::WrongAddress => vec![
                lang.pick(
                    "Velg «Skriver feil adresse» hos eID-en.",
                    "Vel «Skriver feil adresse» hos eID-en.",
                    "Choose «Skriver feil adresse» at the eID.",
                ),
                lang.pick(
                    "Skriv privat@eksempel.example, og koden derfra.",
                    "Skriv privat@eksempel.example, og koden derifrå.",
                    "Type privat@eksempel.example, and the code from there.",
                ),
                lang.pick(
                    "Du blir stoppet. Bruk rett@nordvik.example i stedet.",
                    "Du blir stoppa. Bruk rett@nordvik.example i staden.",
                    "You are stopped. Use rett@nordvik.example instead.",
                ),
            ],
            Self::HasAccount => Vec::new(),
        }
    }

    /// What the end of the story has shown.
    pub(crate) const fn done(self, lang: Lang) -> &'static str {
        match self {
            Self::Known => lang.pick(
                "den som er kjent, bekrefter bare adressen sin.",
                "den som er kjend, stadfestar berre adressa si.",
                "those who are known only confirm their address.",
            ),
            Self::Unknown => lang.pick(
                "en kode på e-post viser hvem adressen tilhører.",
                "ein kode på e-post viser kven adressa høyrer til.",
                "a code by email shows whose address it is.",
            ),
            Self::WrongAddress => lang.pick(
                "en feil adresse blir oppdaget før noe er koblet, og kan rettes med én gang.",
                "ei feil adresse blir oppdaga før noko er kopla, og kan rettast med ein gong.",
                "a wrong address is caught before anything is linked, and is put right at once.",
            ),
            Self::HasAccount => "",
        }
    }
}

/// The people on the simulated eID's page.
#[must_use]
pub fn people() -> Vec<eid::Person> {
    Role::ALL
        .into_iter()
        .map(|role| eid::Person {
            key: role.key(),
            label: role.label(),
            shows: role.shows(),
            pid: eid::synthetic_pid(role.number()),
        })
        .collect()
}

/// The payroll file of the organisation. It knows the identity number of the first of the [`people`] and of nobody else
/// among them.
#[must_use]
pub fn payroll() -> String {
    const FIRST: [&str; 20] = [
        "Anne", "Bjørn", "Camilla", "David", "Eva", "Fredrik", "Grete", "Hans", "Ingrid", "Jonas",
        "Kari", "Lars", "Marit", "Nils", "Oda", "Per", "Ragnhild", "Svein", "Turid", "Øyvind",
    ];
    const LAST: [&str; 25] = [
        "Aas",
        "Bakke",
        "Berg",
        "Dahl",
        "Eide",
        "Fjeld",
        "Foss",
        "Haugen",
        "Holm",
        "Iversen",
        "Johansen",
        "Knutsen",
        "Lie",
        "Lund",
        "Moen",
        "Nes",
        "Olsen",
        "Pedersen",
        "Rud",
        "Sandvik",
        "Solberg",
        "Strand",
        "Tangen",
        "Vik",
        "Ødegård",
    ];
    let mut file = format!(
        "fodselsnummer;ansattnummer;navn;epost\n\
         {};1;Kjersti Kjent;{}\n\
         ;2;Ulrik Ukjent;{}\n\
         ;3;{};{}\n\
         ;4;Ragna Rett;{}\n",
        eid::synthetic_pid(Role::Known.number()),
        Role::Known.address(),
        Role::Unknown.address(),
        FINNES.0,
        FINNES.1,
        Role::WrongAddress.address(),
    );
    for index in 5..=EMPLOYEES {
        let (first, last) = (FIRST[index as usize % 20], LAST[index as usize / 20 % 25]);
        let pid = eid::synthetic_pid(index + 100);
        let _ = writeln!(
            file,
            "{pid};{index};{first} {last};ansatt{index}@nordvik.example"
        );
    }
    file
}
