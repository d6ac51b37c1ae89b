//! Whatever people and organisations do, nobody is inside an organisation's application under an address that the
//! organisation gives to somebody else's number.
//!
//! Sequences of events run on the real domain; a model of a few lines knows what is true outside: who reads which
//! mailbox, and to whom each organisation gives which address. `PROPTEST_CASES` sets the number of sequences.

use super::{
    person::{Person, flow_in},
    whose_model::*,
    world::{World, client},
};
use crate::support::db::Engine;
use kobling_domain::{
    auth::session::Method, directory::import::types::Import, eid::types::Callback,
    oidc::client::AccessRule, ops::mail::Content,
};
use kobling_model::{FlowId, Level, LinkId, time::Span, view::LinkStep};
use proptest::{
    prelude::*,
    test_runner::{Config, TestError, TestRunner},
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a person has read in a mailbox and not used yet.
enum Kept {
    LinkCode(FlowId, String, bool),
    EmailCode(FlowId, String),
    Ticket(String),
}

struct Play<'a> {
    world: &'a World,
    people: [Person<'a>; 3],
    kept: [Option<Kept>; 3],
    model: Model,
}

impl Play<'_> {
    async fn run(&mut self, event: &Event) {
        match event {
            Event::Import {
                organisation,
                rows,
                mistaken,
                corrects,
            } => {
                self.model.import(*organisation, rows, *mistaken);
                self.import(*organisation, *corrects).await;
            }
            Event::Link {
                person,
                address,
                towards,
                continues,
                new_browser,
                later,
            } => {
                if *new_browser {
                    self.people[*person].browser = None;
                    self.people[*person].session = None;
                }
                let page = self.sign_in_by_eid(*person, *towards).await;
                self.link(*person, *address, *continues, *later, page).await;
            }
            Event::Finish { person } => self.finish(*person).await,
            Event::SignInByEid { person, towards } => {
                self.sign_in_by_eid(*person, *towards).await;
            }
            Event::Add { person } => {
                let me = &mut self.people[*person];
                if me.caller().await.is_some() {
                    let flow = me.begin_adding().await;
                    me.prove_adding(flow, &password_of(*person)).await;
                    me.eid(&number_of(*person), Some(flow)).await;
                }
            }
            Event::Change {
                person,
                address,
                later,
            } => self.change(*person, *address, *later).await,
            Event::ChangePassword { person } => {
                let password = password_of(*person);
                self.people[*person]
                    .change_password(&password, &password)
                    .await;
            }
            Event::Reset {
                person,
                address,
                later,
            } => self.reset(*person, *address, *later).await,
            Event::Unlink { person } => self.unlink(*person).await,
            Event::SignInByPassword { person, address } => {
                self.people[*person]
                    .sign_in(ADDRESSES[*address], &password_of(*person))
                    .await;
            }
        }
    }

    async fn import(&self, organisation: usize, corrects: bool) {
        let file = self.model.file(organisation, corrects);
        let report = self
            .world
            .kobling
            .directory
            .import(
                ORGANISATIONS[organisation],
                file.as_bytes(),
                &Import::default(),
            )
            .await
            .expect("imports");
        assert_eq!(report.problems, [], "{file}");
    }

    /// Returns the page after the eID, or wherever the person came without it.
    async fn sign_in_by_eid(&mut self, person: usize, towards: Towards) -> String {
        let me = &mut self.people[person];
        let flow = match towards.client() {
            None => None,
            Some(client) => {
                let page = me.towards(client).await;
                if page.contains("code=") || page.starts_with("/no-access") {
                    return page;
                }
                if let Some((_, state)) = page.split_once("state=") {
                    let callback = Callback {
                        state: Some(state.to_owned()),
                        code: Some(number_of(person)),
                        iss: None,
                        error: None,
                    };
                    return me.arrive(&callback).await;
                }
                Some(flow_in(&page))
            }
        };
        me.eid(&number_of(person), flow).await
    }

    async fn link(
        &mut self,
        person: usize,
        address: usize,
        continues: bool,
        later: bool,
        page: String,
    ) {
        let (kobling, email) = (&self.world.kobling, ADDRESSES[address]);
        let mut page = page;
        if page.starts_with("/no-access") {
            let me = &mut self.people[person];
            let answer = kobling
                .linking
                .relink(&me.visitor(), flow_in(&page), Some(email))
                .await;
            page = me.take(answer);
        }
        self.follow(person, email, continues, later, page).await;
    }

    /// Goes through the steps of linking from this page.
    async fn follow(
        &mut self,
        person: usize,
        email: &str,
        continues: bool,
        later: bool,
        mut page: String,
    ) {
        let kobling = &self.world.kobling;
        let mut sent = email.is_empty();
        while page.starts_with("/link") {
            let flow = flow_in(&page);
            let Some(view) = self.people[person].link_view(flow).await else {
                return;
            };
            page = match view.step {
                LinkStep::Vouched { .. } => {
                    let me = &mut self.people[person];
                    let answer = kobling.linking.vouched(&me.visitor(), flow).await;
                    me.take(answer)
                }
                LinkStep::Address { .. } if !sent => {
                    sent = true;
                    self.people[person].send_code(flow, email).await
                }
                LinkStep::Code { email, .. } if view.problem.is_none() => {
                    match self.code_in(person, &email).await {
                        Some(code) if later => {
                            self.kept[person] = Some(Kept::LinkCode(flow, code, continues));
                            return;
                        }
                        Some(code) => self.people[person].enter_code(flow, &code).await,
                        None => return,
                    }
                }
                LinkStep::Caution { .. } if continues && view.problem.is_none() => {
                    self.anyway(person, flow).await
                }
                LinkStep::Name { .. } if view.problem.is_none() => {
                    self.people[person].enter_name(flow, "Ny Person").await
                }
                _ => return,
            };
        }
    }

    async fn finish(&mut self, person: usize) {
        match self.kept[person].take() {
            None => {}
            Some(Kept::LinkCode(flow, code, continues)) => {
                let page = self.people[person].enter_code(flow, &code).await;
                self.follow(person, "", continues, false, page).await;
            }
            Some(Kept::EmailCode(flow, code)) => {
                let me = &mut self.people[person];
                let answer = self
                    .world
                    .kobling
                    .email
                    .code(&me.visitor(), flow, &code)
                    .await;
                me.take(answer);
            }
            Some(Kept::Ticket(ticket)) => {
                self.people[person]
                    .reset(&ticket, &password_of(person))
                    .await;
            }
        }
    }

    async fn anyway(&mut self, person: usize, flow: FlowId) -> String {
        let me = &mut self.people[person];
        let answer = self.world.kobling.linking.anyway(&me.visitor(), flow).await;
        me.take(answer)
    }

    /// The newest code in a mailbox, for whoever reads it.
    async fn code_in(&self, person: usize, email: &str) -> Option<String> {
        let reads = |address: &&str| self.model.readers[index_of(address)] == person;
        ADDRESSES.iter().find(|address| **address == email)?;
        if !reads(&email) {
            return None;
        }
        let mails = self.world.mails(email).await;
        mails.into_iter().rev().find_map(|content| match content {
            Content::LinkCode { code, .. } | Content::EmailCode { code, .. } => Some(code),
            _ => None,
        })
    }

    async fn change(&mut self, person: usize, address: usize, later: bool) {
        let (kobling, email) = (&self.world.kobling, ADDRESSES[address]);
        if self.people[person].caller().await.is_none() {
            return;
        }
        let me = &mut self.people[person];
        let answer = kobling
            .email
            .send_code(&me.visitor(), None, email, None)
            .await;
        let page = me.take(answer);
        let code = self.code_in(person, email).await;
        if let (Some(code), true) = (code, page.contains("flow=")) {
            self.kept[person] = Some(Kept::EmailCode(flow_in(&page), code));
            if !later {
                self.finish(person).await;
            }
        }
    }

    async fn reset(&mut self, person: usize, address: usize, later: bool) {
        let email = ADDRESSES[address];
        if self.model.readers[address] != person {
            return;
        }
        self.people[person].recover(email).await;
        let mails = self.world.mails(email).await;
        let ticket = mails.into_iter().rev().find_map(|content| match content {
            Content::Reset { url, .. } => url
                .split_once("ticket=")
                .map(|(_, ticket)| ticket.to_owned()),
            _ => None,
        });
        if let Some(ticket) = ticket {
            self.kept[person] = Some(Kept::Ticket(ticket));
            if !later {
                self.finish(person).await;
            }
        }
    }

    async fn unlink(&mut self, person: usize) {
        let (kobling, me) = (&self.world.kobling, &mut self.people[person]);
        let Some(caller) = me.caller().await else {
            return;
        };
        if !kobling
            .profile
            .links(&caller)
            .await
            .expect("links")
            .is_empty()
        {
            me.remove_link(Some(&password_of(person))).await;
        }
    }

    /// Finds out who is inside which application; returns how many are there by right.
    async fn check(&mut self) -> Result<usize, String> {
        let mut inside = 0;
        for (person, name) in PEOPLE.into_iter().enumerate() {
            for (organisation, [any, high]) in CLIENTS.into_iter().enumerate() {
                let Some(caller) = self.people[person].caller().await else {
                    break;
                };
                let email = caller.account.email.to_string();
                let given = self.model.given[organisation][index_of(&email)];
                let who = format!(
                    "{name} is signed in as {email} by {:?}, and {} gives that to {given}",
                    caller.session.method, ORGANISATIONS[organisation]
                );
                let enters = self.enters(person, any).await;
                let enters_high = self.enters(person, high).await;
                match given.number() {
                    Some(number) if number != person && (enters || enters_high) => {
                        return Err(format!("{who}, but is inside"));
                    }
                    None if given == Given::ToNobody && (enters || enters_high) => {
                        return Err(format!("{who}, but is inside"));
                    }
                    _ => {}
                }
                if enters_high && !self.is_by_eid_of(person, &caller.session.method).await {
                    return Err(format!("{who}, but is inside at the highest level"));
                }
                inside += usize::from(enters) + usize::from(enters_high);
            }
        }
        Ok(inside)
    }

    async fn enters(&mut self, person: usize, client: &str) -> bool {
        let page = self.people[person].towards(client).await;
        page.starts_with(&format!("https://{client}.example/callback?code="))
    }

    async fn is_by_eid_of(&self, person: usize, method: &Method) -> bool {
        match method {
            Method::Eid {
                link: LinkId(link),
                level: Level::High,
                ..
            } => {
                let subject = format!("subject of {}", &number_of(person)[..6]);
                let rows = format!("links WHERE id = '{link}' AND subject = '{subject}'");
                self.world.rows(&rows).await == 1
            }
            _ => false,
        }
    }
}

fn index_of(email: &str) -> usize {
    ADDRESSES
        .iter()
        .position(|address| *address == email)
        .expect("one of the addresses")
}

/// Runs the events, and checks after each; returns how often somebody was inside an application.
async fn play(events: &[Event]) -> Result<usize, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let world = World::with(&Engine::sqlite(folder.path()), |settings| {
        settings.limits.room = 1_000;
        let rule = |organisation: usize, minimum_level| AccessRule {
            organisation: Some(ORGANISATIONS[organisation].into()),
            minimum_level,
            ..AccessRule::default()
        };
        settings.clients = (0..2)
            .flat_map(|organisation| {
                let [any, high] = CLIENTS[organisation];
                [
                    client(any, rule(organisation, None)),
                    client(high, rule(organisation, Some(Level::High))),
                ]
            })
            .collect();
    })
    .await;
    world
        .kobling
        .directory
        .put_organisation("sorvik", "Sørvik kommune", "Brukerstøtte", None)
        .await
        .expect("stored");
    let mut play = Play {
        world: &world,
        people: [world.person(), world.person(), world.person()],
        kept: [const { None }; 3],
        model: Model::new(),
    };
    play.model.import(0, &[(0, Given::To(0))], false);
    play.import(0, false).await;
    let mut inside = 0;
    for (index, event) in events.iter().enumerate() {
        world.pass(Span::seconds(1));
        play.run(event).await;
        inside += play
            .check()
            .await
            .map_err(|reason| format!("{reason} after event {}", index + 1))?;
    }
    Ok(inside)
}

fn list(events: &[Event]) -> String {
    let lines = events.iter().enumerate();
    lines
        .map(|(index, event)| format!("\n  {}. {event}", index + 1))
        .collect()
}

#[test]
fn nobody_is_inside_under_an_address_of_somebody_else() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let defaults = Config::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let mut runner = TestRunner::new(Config {
        cases: if asked { defaults.cases } else { CASES },
        failure_persistence: None,
        max_shrink_iters: 300,
        ..defaults
    });
    let inside = AtomicUsize::new(0);
    let outcome = runner.run(&prop::collection::vec(event(), 1..=MOST_EVENTS), |events| {
        let found = runtime.block_on(play(&events));
        inside.fetch_add(found.map_err(TestCaseError::fail)?, Ordering::Relaxed);
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, events)) => panic!("{reason}:{}", list(&events)),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    assert!(
        inside.into_inner() > 0,
        "the people of the addresses enter, so that the rest says something"
    );
}
