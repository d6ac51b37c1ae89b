//! The model of `whose_property`: what people and organisations do, and what is true outside.

use super::world::{PASSWORD, pid};
use proptest::{prelude::*, sample::select};
use std::fmt::{self, Display, Formatter};

pub const PEOPLE: [&str; 3] = ["Anne", "Bo", "Carl"];
pub const ADDRESSES: [&str; 3] = [
    "a@kommune.example",
    "b@kommune.example",
    "c@kommune.example",
];
pub const ORGANISATIONS: [&str; 2] = ["nordvik", "sorvik"];
/// An application of each organisation for any level, and one for the highest.
pub const CLIENTS: [[&str; 2]; 2] = [["start", "start-high"], ["arkiv", "arkiv-high"]];
pub const MOST_EVENTS: usize = 8;
/// Few enough for every run of the tests; `PROPTEST_CASES` asks for more.
pub const CASES: u32 = 60;

/// Whom an organisation gives an address to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    ToNobody,
    /// An employee whose identity number the organisation does not know.
    ToUnknown,
    /// The number of one of [`PEOPLE`].
    To(usize),
    /// A number of somebody who does nothing here.
    ToStranger,
}

impl Given {
    pub const fn number(self) -> Option<usize> {
        match self {
            Self::To(person) => Some(person),
            Self::ToStranger => Some(PEOPLE.len()),
            Self::ToNobody | Self::ToUnknown => None,
        }
    }
}

impl Display for Given {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::ToNobody => write!(f, "nobody"),
            Self::ToUnknown => write!(f, "an employee without a number"),
            Self::To(person) => write!(f, "{}", PEOPLE[*person]),
            Self::ToStranger => write!(f, "a stranger"),
        }
    }
}

/// Where a person goes: account settings, or an application of an organisation, for the highest level or for any.
#[derive(Debug, Clone, Copy)]
pub struct Towards(pub Option<(usize, usize)>);

impl Towards {
    pub fn client(self) -> Option<&'static str> {
        self.0
            .map(|(organisation, high)| CLIENTS[organisation][high])
    }
}

impl Display for Towards {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.client().unwrap_or("account settings"))
    }
}

#[derive(Debug, Clone)]
pub enum Event {
    /// A file in which these addresses change.
    Import {
        organisation: usize,
        rows: Vec<(usize, Given)>,
        /// The mailboxes do not go to the people that the file names.
        mistaken: bool,
        /// One employee for each address, whose number is corrected, instead of one for each person.
        corrects: bool,
    },
    /// A sign-in by eID that goes through linking; presses what the directory offers, or types the address. On the page
    /// that says why there is no access, types it there.
    Link {
        person: usize,
        address: usize,
        towards: Towards,
        continues: bool,
        new_browser: bool,
        /// Keeps the code for [`Event::Finish`].
        later: bool,
    },
    /// Adds the eID in account settings.
    Add { person: usize },
    /// Changes the address of the account.
    Change {
        person: usize,
        address: usize,
        later: bool,
    },
    /// Changes the password of the account, which the person knows.
    ChangePassword { person: usize },
    /// Resets the password by mail.
    Reset {
        person: usize,
        address: usize,
        later: bool,
    },
    /// Uses the code or the ticket that was kept.
    Finish { person: usize },
    /// Removes the first link of the account.
    Unlink { person: usize },
    /// Signs in by eID and links nothing.
    SignInByEid { person: usize, towards: Towards },
    /// Signs in by the password that the person uses everywhere.
    SignInByPassword { person: usize, address: usize },
}

impl Display for Event {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import {
                organisation,
                rows,
                mistaken,
                corrects,
            } => {
                write!(f, "{} gives", ORGANISATIONS[*organisation])?;
                for (address, given) in rows {
                    write!(f, " {} to {given},", ADDRESSES[*address])?;
                }
                let by = if *corrects { "employee" } else { "person" };
                write!(f, " a file by {by}")?;
                write!(f, "{}", if *mistaken { ", by mistake" } else { "" })
            }
            Self::Link {
                person,
                address,
                towards,
                continues,
                new_browser,
                later,
            } => write!(
                f,
                "{} links towards {towards}, else {}{}{}{}",
                PEOPLE[*person],
                ADDRESSES[*address],
                if *continues { ", continues anyway" } else { "" },
                if *new_browser { ", new browser" } else { "" },
                kept(*later)
            ),
            Self::Add { person } => write!(f, "{} adds the eID", PEOPLE[*person]),
            Self::Change {
                person,
                address,
                later,
            } => write!(
                f,
                "{} changes the address to {}{}",
                PEOPLE[*person],
                ADDRESSES[*address],
                kept(*later)
            ),
            Self::ChangePassword { person } => {
                write!(f, "{} changes the password", PEOPLE[*person])
            }
            Self::Reset {
                person,
                address,
                later,
            } => write!(
                f,
                "{} resets the password of {}{}",
                PEOPLE[*person],
                ADDRESSES[*address],
                kept(*later)
            ),
            Self::Finish { person } => write!(f, "{} uses what was kept", PEOPLE[*person]),
            Self::Unlink { person } => write!(f, "{} removes a link", PEOPLE[*person]),
            Self::SignInByEid { person, towards } => {
                write!(f, "{} signs in by eID towards {towards}", PEOPLE[*person])
            }
            Self::SignInByPassword { person, address } => write!(
                f,
                "{} signs in by password as {}",
                PEOPLE[*person], ADDRESSES[*address]
            ),
        }
    }
}

pub const fn kept(later: bool) -> &'static str {
    if later { ", later" } else { "" }
}

/// The first few meet more often than the last, so that events concern each other.
pub fn one_of_three() -> impl Strategy<Value = usize> {
    select(vec![0, 0, 0, 0, 1, 1, 1, 2])
}

pub fn person() -> impl Strategy<Value = usize> {
    select(vec![0, 0, 0, 0, 1, 1, 1, 1, 2])
}

pub fn rarely() -> impl Strategy<Value = bool> {
    select(vec![false, false, false, false, false, true])
}

pub fn towards() -> impl Strategy<Value = Towards> {
    select(vec![
        Towards(None),
        Towards(Some((0, 0))),
        Towards(Some((0, 0))),
        Towards(Some((1, 0))),
        Towards(Some((0, 1))),
        Towards(Some((1, 1))),
    ])
}

pub fn given() -> impl Strategy<Value = Given> {
    select(vec![
        Given::To(0),
        Given::To(0),
        Given::To(1),
        Given::To(1),
        Given::To(2),
        Given::ToNobody,
        Given::ToUnknown,
        Given::ToStranger,
    ])
}

pub fn event() -> impl Strategy<Value = Event> {
    let rows = prop::collection::vec((one_of_three(), given()), 1..=3);
    prop_oneof![
        4 => (select(vec![0, 0, 1]), rows, any::<bool>(), any::<bool>()).prop_map(
            |(organisation, rows, mistaken, corrects)| Event::Import {
                organisation,
                rows,
                mistaken,
                corrects,
            }
        ),
        5 => (person(), one_of_three(), towards(), any::<bool>(), any::<bool>(), rarely()).prop_map(
            |(person, address, towards, continues, new_browser, later)| Event::Link {
                person,
                address,
                towards,
                continues,
                new_browser,
                later,
            }
        ),
        1 => person().prop_map(|person| Event::Add { person }),
        2 => (person(), one_of_three(), rarely())
            .prop_map(|(person, address, later)| Event::Change { person, address, later }),
        1 => person().prop_map(|person| Event::ChangePassword { person }),
        2 => (person(), one_of_three(), rarely())
            .prop_map(|(person, address, later)| Event::Reset { person, address, later }),
        1 => person().prop_map(|person| Event::Finish { person }),
        1 => person().prop_map(|person| Event::Unlink { person }),
        1 => (person(), towards()).prop_map(|(person, towards)| Event::SignInByEid { person, towards }),
        3 => (person(), one_of_three())
            .prop_map(|(person, address)| Event::SignInByPassword { person, address }),
    ]
}

/// What is true outside.
pub struct Model {
    /// Who reads each mailbox.
    pub readers: [usize; 3],
    /// To whom each organisation gives each address.
    pub given: [[Given; 3]; 2],
    /// The last number that each organisation gave each address to.
    pub last: [[Option<usize>; 3]; 2],
}

impl Model {
    pub const fn new() -> Self {
        Self {
            readers: [0, 1, 2],
            given: [[Given::ToNobody; 3]; 2],
            last: [[None; 3]; 2],
        }
    }

    /// A number has one address in an organisation. The mailbox of an address that goes to another person goes with it.
    pub fn import(&mut self, organisation: usize, rows: &[(usize, Given)], mistaken: bool) {
        for (address, new) in rows {
            let Some(number) = new.number() else {
                self.given[organisation][*address] = *new;
                continue;
            };
            for other in &mut self.given[organisation] {
                if other == new {
                    *other = Given::ToNobody;
                }
            }
            self.given[organisation][*address] = *new;
            let last = self.last[organisation][*address].replace(number);
            if !mistaken && last.is_some_and(|last| last != number) {
                self.readers[*address] = number;
            }
        }
    }

    /// A whole file. Employees that the organisation does not use lose what they had.
    pub fn file(&self, organisation: usize, corrects: bool) -> String {
        let given = &self.given[organisation];
        let email = |address: usize| ADDRESSES[address];
        let mut file = String::from("fodselsnummer;ansattnummer;navn;epost\n");
        for number in 0..=PEOPLE.len() {
            let is = |given: &Given| given.number() == Some(number);
            let email = given.iter().position(is).map_or("", email);
            file += &if corrects {
                format!(";person-{number};Ukjent Person;\n")
            } else {
                format!(
                    "{};person-{number};Kjent Person;{email}\n",
                    number_of(number)
                )
            };
        }
        for (address, given) in given.iter().enumerate() {
            let number = given.number().map_or_else(String::new, number_of);
            let listed = *given != Given::ToNobody;
            file += &if corrects {
                let email = if listed { email(address) } else { "" };
                format!("{number};stilling-{address};Ansatt Person;{email}\n")
            } else if *given == Given::ToUnknown {
                format!(";stilling-{address};Ansatt Person;{}\n", email(address))
            } else {
                format!(";stilling-{address};Ukjent Ansatt;\n")
            };
        }
        file
    }
}

pub fn number_of(person: usize) -> String {
    pid(u32::try_from(person).expect("few") + 10)
}

pub fn password_of(person: usize) -> String {
    format!("{PASSWORD} {person}")
}
