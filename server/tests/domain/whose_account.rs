//! Whose account it is: the person decides, and not the address. Each test carries the name of the attack that it
//! describes.

use super::{
    person::{Person, flow_in},
    world::{LOW, PASSWORD, World, client, pid},
};
use crate::support::db::Engine;
use kobling_domain::{
    account::types::Claim,
    kernel::secret::{Password, Token},
    oidc::client::AccessRule,
    ops::mail::Content,
};
use kobling_model::{FlowId, Level, Problem, ProviderId, status::NoAccessReason, view::LinkStep};
use kobling_test_macros::on_each_engine;

const ANNE: &str = "anne@nordvik.example";
const OLE: &str = "ole@nordvik.example";

/// With an application of high level of the organisation `nordvik`, the organisation `sorvik` with its application, and a
/// second eID provider.
async fn world(engine: &Engine) -> World {
    let world = World::with_eids(engine, &["buypass"], |settings| {
        let rule = |organisation: &str, minimum_level| AccessRule {
            organisation: Some(organisation.into()),
            minimum_level,
            ..AccessRule::default()
        };
        settings.clients.extend([
            client("sure", rule("nordvik", Some(Level::High))),
            client("sorvik", rule("sorvik", None)),
        ]);
    })
    .await;
    let directory = &world.kobling.directory;
    let stored = directory.put_organisation("sorvik", "Sørvik kommune", "Servicetorget", None);
    stored.await.expect("stored");
    world
}

/// Types an address and the code that is sent there.
async fn prove(world: &World, person: &mut Person<'_>, flow: FlowId, email: &str) -> String {
    person.send_code(flow, email).await;
    let code = world.code(email).await;
    person.enter_code(flow, &code).await
}

async fn step(person: &Person<'_>, page: &str) -> LinkStep {
    let view = person.link_view(flow_in(page)).await;
    view.expect("this browser's flow").step
}

fn is_fixed(step: &LinkStep, email: &str) -> bool {
    matches!(step, LinkStep::Address { typed, fixed: true } if typed == email)
}

/// Ole has proven his mailbox, and the payroll knows his number.
async fn ole(world: &World) -> Person<'_> {
    world.import(&format!(";7;Ole Hansen;{OLE}\n")).await;
    let mut ole = world.person();
    ole.link(&pid(1), OLE).await;
    world
        .import(&format!("{};7;Ole Hansen;{OLE}\n", pid(1)))
        .await;
    assert!(ole.enters("start").await && ole.enters("sure").await);
    ole
}

#[on_each_engine]
async fn address_reused(engine: Engine) {
    let world = world(&engine).await;
    let mut ole = ole(&world).await;
    let former = ole.id().await;
    world
        .import(&format!(
            "{};7;Ole Hansen;\n{};8;Ole Olsen;{OLE}\n",
            pid(1),
            pid(2)
        ))
        .await;
    assert!(ole.caller().await.is_none(), "the session has ended");
    let mails = world.mails(OLE).await;
    let told = |mail: &Content| matches!(mail, Content::AddressReleased { .. });
    assert!(mails.iter().any(told), "{mails:?}");
    ole.eid(&pid(1), None).await;
    assert_eq!(ole.id().await, former);
    let account = ole.caller().await.expect("signed in").account;
    assert!(matches!(account.claim, Claim::Released(_)));
    assert!(!ole.enters("start").await && !ole.enters("sure").await);

    let mut new = world.person();
    new.link_by_directory(&pid(2)).await;
    assert!(new.enters("start").await && new.enters("sure").await);
    assert_ne!(new.id().await, former);

    // The former holder gets another address.
    let other = "ole.hansen@nordvik.example";
    ole.change_email(other).await;
    world
        .import(&format!("{};7;Ole Hansen;{other}\n", pid(1)))
        .await;
    assert!(ole.enters("start").await && ole.enters("sure").await);
    assert_eq!(ole.id().await, former);
}

/// The payroll first takes the address away, and later gives it to somebody else.
#[on_each_engine]
async fn address_reused_after_a_while(engine: Engine) {
    let world = world(&engine).await;
    let mut ole = ole(&world).await;
    let former = ole.id().await;
    world.import(&format!("{};7;Ole Hansen;\n", pid(1))).await;
    assert!(!ole.enters("start").await);
    world
        .import(&format!("{};8;Ole Olsen;{OLE}\n", pid(2)))
        .await;
    assert!(!ole.enters("start").await && !ole.enters("sure").await);

    // The mailbox of the former holder was proven, so the directory's word needs a code.
    let mut new = world.person();
    let page = new.eid(&pid(2), None).await;
    assert!(is_fixed(&step(&new, &page).await, OLE));
    prove(&world, &mut new, flow_in(&page), OLE).await;
    assert!(new.enters("start").await && new.enters("sure").await);
    assert_ne!(new.id().await, former);
    assert!(ole.caller().await.is_none());
}

/// A password says nothing about a person: it may be the former holder's, or whoever reads the mailbox set it.
#[on_each_engine]
async fn address_reused_by_password(engine: Engine) {
    let world = world(&engine).await;
    world.account(OLE).await;
    world.import(&format!(";7;Ole Hansen;{OLE}\n")).await;
    let mut former = world.person();
    former.sign_in(OLE, PASSWORD).await;
    assert!(former.enters("start").await);
    world.import(";7;Ole Hansen;\n").await;
    world
        .import(&format!("{};8;Ole Olsen;{OLE}\n", pid(2)))
        .await;
    assert!(!former.enters("start").await);
    let mut new = world.person();
    let page = new.eid(&pid(2), None).await;
    prove(&world, &mut new, flow_in(&page), OLE).await;
    assert!(new.enters("start").await && new.enters("sure").await);
    assert!(
        former.caller().await.is_none(),
        "the sessions of nobody's account have ended"
    );
    former.sign_in(OLE, PASSWORD).await;
    assert!(former.caller().await.is_none(), "nobody knows whose it is");
    let told = |mail: &Content| matches!(mail, Content::PasswordRemoved { .. });
    assert!(world.mails(OLE).await.iter().any(told));
    // With a new one, the application asks for the eID, and the same session goes on.
    let ticket = world.ticket(OLE).await;
    world.person().reset(&ticket, PASSWORD).await;
    new.session = None;
    new.sign_in(OLE, PASSWORD).await;
    let page = new.towards("start").await;
    assert!(page.starts_with("/eid/bankid/start"), "{page}");
    let page = new.eid(&pid(2), Some(flow_in(&page))).await;
    assert!(page.starts_with("https://start.example/callback?code="));
}

#[on_each_engine]
async fn typo_in_hrm(engine: Engine) {
    for corrected_first in [true, false] {
        let world = world(&engine).await;
        // The payroll has Ola's number beside Anne's address.
        world
            .import(&format!("{};9;Anne Dal;{ANNE}\n", pid(1)))
            .await;
        let mut ola = world.person();
        ola.link_by_directory(&pid(1)).await;
        assert!(ola.enters("start").await);
        let correct = format!("{};9;Anne Dal;{ANNE}\n", pid(2));
        if corrected_first {
            world.import(&correct).await;
        }
        world.person().recover(ANNE).await;
        let mails = world.mails(ANNE).await;
        if let Some(Content::Reset { url, .. }) = mails.last() {
            let (_, ticket) = url.split_once("ticket=").expect("a ticket");
            world.person().reset(ticket, PASSWORD).await;
        }
        if !corrected_first {
            world.import(&correct).await;
        }
        assert!(ola.caller().await.is_none(), "{corrected_first}");
        let page = ola.eid(&pid(1), None).await;
        if ola.caller().await.is_some() {
            let account = ola.caller().await.expect("signed in").account;
            assert_eq!(account.mailbox(), None);
        } else {
            assert!(matches!(
                step(&ola, &page).await,
                LinkStep::Address { fixed: false, .. }
            ));
        }
        assert!(!ola.enters("start").await && !ola.enters("sure").await);

        let mut anne = world.person();
        let page = anne.eid(&pid(2), None).await;
        if is_fixed(&step(&anne, &page).await, ANNE) {
            prove(&world, &mut anne, flow_in(&page), ANNE).await;
        } else {
            anne.link_by_directory(&pid(2)).await;
        }
        assert!(anne.enters("start").await && anne.enters("sure").await);
    }
}

/// A proof of a mailbox removes what it does not back, and tells both sides.
#[on_each_engine]
async fn a_first_proof_of_a_mailbox_removes_links_that_it_does_not_back(engine: Engine) {
    let world = world(&engine).await;
    world
        .import(&format!("{0};9;Anne Dal;{ANNE}\n", pid(1),))
        .await;
    world
        .import_into(
            "sorvik",
            &format!("{};1;Ola Dal;ola@sorvik.example\n", pid(1)),
        )
        .await;
    let mut ola = world.person();
    let page = ola.towards("start").await;
    let page = ola.eid(&pid(1), Some(flow_in(&page))).await;
    let answer = world
        .kobling
        .linking
        .vouched(&ola.visitor(), flow_in(&page))
        .await;
    ola.take(answer);
    let ticket = world.ticket(ANNE).await;
    world.person().reset(&ticket, PASSWORD).await;
    assert_eq!(world.rows("links").await, 0);
    assert!(ola.caller().await.is_none());
    for mailbox in [ANNE, "ola@sorvik.example"] {
        let mails = world.mails(mailbox).await;
        let told = |mail: &Content| matches!(mail, Content::LinkUnbacked { .. });
        assert!(mails.iter().any(told), "{mailbox}");
    }
    // A link that was made by a code for the mailbox stays.
    let mut per = world.person();
    per.link(&pid(3), "per@fjern.example").await;
    let ticket = world.ticket("per@fjern.example").await;
    world.person().reset(&ticket, PASSWORD).await;
    assert_eq!(world.rows("links").await, 1);
}

#[on_each_engine]
async fn other_organisation_vouches(engine: Engine) {
    for provider in ["bankid", "buypass"] {
        let world = world(&engine).await;
        // Another organisation has Ola's number beside the address, and no other has the address.
        world
            .import_into("sorvik", &format!("{};1;Anne Dal;{ANNE}\n", pid(1)))
            .await;
        let mut ola = world.person();
        ola.link_by_directory(&pid(1)).await;
        assert!(ola.enters("sorvik").await);
        assert!(!ola.enters("start").await);
        // Anne's own organisation adds it, with her number.
        world
            .import(&format!("{};9;Anne Dal;{ANNE}\n", pid(2)))
            .await;
        assert!(!ola.enters("start").await && !ola.enters("sure").await);
        let mut anne = world.person();
        anne.provider = ProviderId::parse(provider).expect("a name");
        let page = anne.towards("start").await;
        let page = anne.eid(&pid(2), Some(flow_in(&page))).await;
        assert!(is_fixed(&step(&anne, &page).await, ANNE));
        prove(&world, &mut anne, flow_in(&page), ANNE).await;
        assert!(anne.enters("start").await && anne.enters("sure").await);
        assert!(ola.caller().await.is_none());
        ola.eid(&pid(1), None).await;
        assert!(!ola.enters("start").await);
        // A false row about an address that is another organisation's ends nothing.
        world
            .import_into("sorvik", &format!("{};1;Anne Dal;{ANNE}\n", pid(3)))
            .await;
        assert!(anne.enters("start").await);
    }
}

#[on_each_engine]
async fn second_person_by_other_provider(engine: Engine) {
    let world = world(&engine).await;
    let mut anne = world.person();
    anne.link(&pid(1), ANNE).await;
    for other in [pid(2), "gustav".to_owned()] {
        let mut stranger = world.person();
        stranger.provider = ProviderId::parse("buypass").expect("a name");
        let page = stranger.eid(&other, None).await;
        prove(&world, &mut stranger, flow_in(&page), ANNE).await;
        let view = stranger.link_view(flow_in(&page)).await.expect("own");
        assert_eq!(view.problem, Some(Problem::LinkedElsewhere), "{other}");
        assert!(stranger.caller().await.is_none());
    }
    assert_eq!(world.rows("links").await, 1);
    // The same person's eID of another provider is welcome.
    let mut same = world.person();
    same.provider = ProviderId::parse("buypass").expect("a name");
    let page = same.eid(&pid(1), None).await;
    prove(&world, &mut same, flow_in(&page), ANNE).await;
    assert_eq!(same.id().await, anne.id().await);
}

#[on_each_engine]
async fn directory_knows_better(engine: Engine) {
    let world = world(&engine).await;
    let nils = "nils@nordvik.example";
    world
        .import(&format!("{};9;Nils Dal;{nils}\n", pid(1)))
        .await;
    let mut eve = world.person();
    for destination in [None, Some("start")] {
        let flow = match destination {
            Some(client) => Some(flow_in(&eve.towards(client).await)),
            None => None,
        };
        let page = eve.eid(&pid(2), flow).await;
        prove(&world, &mut eve, flow_in(&page), nils).await;
        let view = eve.link_view(flow_in(&page)).await.expect("own");
        assert_eq!(view.problem, Some(Problem::AddressOfAnother));
    }
    assert_eq!(world.rows("accounts").await, 0);
    let mut owner = world.person();
    owner.link_by_directory(&pid(1)).await;
    assert!(owner.enters("start").await && owner.enters("sure").await);
}

/// Eve linked the address before the directory knew whose it is.
#[on_each_engine]
async fn directory_knows_better_later(engine: Engine) {
    let world = world(&engine).await;
    let nils = "nils@nordvik.example";
    let mut eve = world.person();
    eve.link(&pid(2), nils).await;
    world
        .import(&format!("{};9;Nils Dal;{nils}\n", pid(1)))
        .await;
    assert!(!eve.enters("start").await && !eve.enters("sure").await);
    let page = eve.towards("start").await;
    let view = world
        .kobling
        .destinations
        .no_access_view(&eve.visitor(), Some(flow_in(&page)))
        .await
        .expect("a view");
    assert_eq!(view.reason, NoAccessReason::AnotherPerson);
    let mut owner = world.person();
    let page = owner.eid(&pid(1), None).await;
    prove(&world, &mut owner, flow_in(&page), nils).await;
    assert!(owner.enters("start").await && owner.enters("sure").await);
    assert_ne!(
        Some(owner.id().await),
        eve.caller().await.map(|c| c.account.id)
    );
}

#[on_each_engine]
async fn kiosk_fixation(engine: Engine) {
    let world = world(&engine).await;
    // Somebody notes the browser's secret and a flow, and leaves.
    let mut kiosk = world.person();
    let flow = flow_in(&kiosk.towards("open").await);
    let mut noted = kiosk.clone();
    // The next person signs in with their eID.
    kiosk.eid(&pid(1), Some(flow)).await;
    assert!(kiosk.link_view(flow).await.is_some());
    assert!(noted.link_view(flow).await.is_none());
    noted.send_code(flow, "ond@fjern.example").await;
    assert_eq!(world.mails("ond@fjern.example").await, []);
    // Another notes the secret of that, before the sign-in.
    let mut noted = kiosk.clone();
    prove(&world, &mut kiosk, flow, ANNE).await;
    noted.browser.clone_from(&kiosk.browser);
    kiosk.enter_name(flow, "Anne Dal").await;
    assert!(kiosk.caller().await.is_some());
    assert_ne!(
        noted.browser.as_ref().map(Token::digest),
        kiosk.browser.as_ref().map(Token::digest)
    );
    // And after a sign-out.
    let noted = kiosk.browser.clone().expect("a secret");
    let answer = world.kobling.sign_out.here(&kiosk.visitor()).await;
    kiosk.take(answer);
    assert_ne!(noted.digest(), kiosk.browser.expect("a secret").digest());
}

#[on_each_engine]
async fn row_opens_account(engine: Engine) {
    let world = world(&engine).await;
    world.account(ANNE).await;
    world
        .import(&format!("{};9;Anne Dal;{ANNE}\n", pid(1)))
        .await;
    let mut mallory = world.person();
    let page = mallory.eid(&pid(1), None).await;
    assert!(is_fixed(&step(&mallory, &page).await, ANNE));
    mallory.link_by_directory(&pid(1)).await;
    assert!(mallory.caller().await.is_none());
    assert_eq!(world.rows("links").await, 0);
    // Journey A stays one press, also where nobody has proven the account.
    let mut kari = world.person();
    kari.link_vouched().await;
    assert!(kari.enters("start").await);
}

#[on_each_engine]
async fn low_level_vouches(engine: Engine) {
    let world = world(&engine).await;
    let mut anybody = world.person();
    let page = anybody.eid(&format!("{LOW}{}", pid(0)), None).await;
    assert!(matches!(
        step(&anybody, &page).await,
        LinkStep::Address { fixed: false, ref typed } if typed.is_empty()
    ));
    anybody.link_by_directory(&format!("{LOW}{}", pid(0))).await;
    assert!(anybody.caller().await.is_none());
    prove(&world, &mut anybody, flow_in(&page), "kari@nordvik.example").await;
    assert!(anybody.caller().await.is_none());
}

#[on_each_engine]
async fn demanded_code_skipped(engine: Engine) {
    let world = World::with(&engine, |settings| settings.directory_demands_code = true).await;
    let (kari, other) = ("kari@nordvik.example", "ond@fjern.example");
    let mut person = world.person();
    let page = person.eid(&pid(0), None).await;
    let flow = flow_in(&page);
    assert!(is_fixed(&step(&person, &page).await, kari));
    person.send_code(flow, kari).await;
    let answer = world
        .kobling
        .linking
        .other_address(&person.visitor(), flow)
        .await;
    person.take(answer);
    assert!(is_fixed(&step(&person, &page).await, kari));
    for _ in 0..2 {
        person.send_code(flow, other).await;
        assert_eq!(world.mails(other).await, []);
    }
    let code = world.code(kari).await;
    person.enter_code(flow, &code).await;
    assert!(person.enters("start").await);
}

/// The guide's one mistake, caught before anything is linked.
#[on_each_engine]
async fn a_wrong_address_is_caught_before_it_is_linked(engine: Engine) {
    for has_account in [false, true] {
        let world = world(&engine).await;
        let private = "anne@fjern.example";
        if has_account {
            world.account(private).await;
        }
        world.import(&format!(";9;Anne Dal;{ANNE}\n")).await;
        let mut anne = world.person();
        let flow = flow_in(&anne.towards("start").await);
        anne.eid(&pid(1), Some(flow)).await;
        let page = prove(&world, &mut anne, flow, private).await;
        assert!(
            matches!(step(&anne, &page).await, LinkStep::Caution { email } if email == private)
        );
        assert_eq!(
            (world.rows("accounts").await, world.rows("links").await),
            (i64::from(has_account), 0)
        );
        let answer = world
            .kobling
            .linking
            .other_address(&anne.visitor(), flow)
            .await;
        anne.take(answer);
        let page = prove(&world, &mut anne, flow, ANNE).await;
        assert!(page.starts_with("https://start.example/callback?code="));
        assert_eq!(world.rows("links").await, 1);
        assert_eq!(world.mails(private).await.len(), 1, "the code alone");
    }
}

#[on_each_engine]
async fn a_wrong_address_can_be_linked_all_the_same(engine: Engine) {
    let world = world(&engine).await;
    let private = "anne@fjern.example";
    world.account(private).await;
    let mut anne = world.person();
    let flow = flow_in(&anne.towards("start").await);
    anne.eid(&pid(1), Some(flow)).await;
    prove(&world, &mut anne, flow, private).await;
    // The proof is used at the end: a credential event in between makes it invalid.
    let mut owner = world.person();
    owner.sign_in(private, PASSWORD).await;
    let new = Password("En annen fjellrev i natten".into());
    let answer = world
        .kobling
        .password
        .change(
            &owner.visitor(),
            Password(PASSWORD.into()),
            new.clone(),
            new,
        )
        .await;
    owner.take(answer);
    anne.anyway(flow).await;
    let view = anne.link_view(flow).await.expect("own");
    assert_eq!(view.problem, Some(Problem::CodeExpired));
    assert_eq!(world.rows("links").await, 0);
    prove(&world, &mut anne, flow, private).await;
    let page = anne.anyway(flow).await;
    assert!(page.starts_with("/no-access"), "{page}");
    // From there to the right one in one step, to the code.
    world.import(&format!(";9;Anne Dal;{ANNE}\n")).await;
    let answer = world
        .kobling
        .linking
        .relink(&anne.visitor(), flow, Some(ANNE))
        .await;
    let page = anne.take(answer);
    assert!(matches!(
        step(&anne, &page).await,
        LinkStep::Code { email, .. } if email == ANNE
    ));
    let code = world.code(ANNE).await;
    let page = anne.enter_code(flow, &code).await;
    assert!(page.starts_with("https://start.example/callback?code="));
}

/// A file is authoritative for what its own organisation gave away, and for nothing else.
#[on_each_engine]
async fn no_organisation_takes_an_address_that_it_never_gave(engine: Engine) {
    let world = world(&engine).await;
    let mut anne = world.person();
    anne.link(&pid(1), ANNE).await;
    for (number, other) in [(1, 5), (2, 6)] {
        world
            .import_into(
                "sorvik",
                &format!("{};{number};Anne Dal;{ANNE}\n", pid(other)),
            )
            .await;
        world
            .import_into("sorvik", &format!("{};{number};Anne Dal;\n", pid(other)))
            .await;
    }
    world
        .import_into(
            "sorvik",
            &format!("{};1;En;{ANNE}\n{};2;To;\n", pid(5), pid(6)),
        )
        .await;
    world
        .import_into(
            "sorvik",
            &format!("{};1;En;\n{};2;To;{ANNE}\n", pid(5), pid(6)),
        )
        .await;
    let account = anne.caller().await.expect("signed in").account;
    assert!(account.is_proven());
    assert!(!anne.enters("sorvik").await);
}

/// A link that was made at a low level learns the number at a higher one.
#[on_each_engine]
async fn a_link_learns_the_number_of_its_person(engine: Engine) {
    let world = world(&engine).await;
    let mut anne = world.person();
    anne.link(&format!("{LOW}{}", pid(1)), ANNE).await;
    world
        .import(&format!("{};9;Anne Dal;{ANNE}\n", pid(1)))
        .await;
    assert!(!anne.enters("start").await);
    anne.eid(&pid(1), None).await;
    assert!(anne.enters("start").await && anne.enters("sure").await);
    assert_eq!(world.rows("links").await, 1);
}
