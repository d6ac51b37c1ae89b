//! Sixteen concurrent callers for everything that is single-use.

use super::{
    common::{commit, each, each_engine},
    pushed::pushed,
    sample::{
        MINUTE, NOW, account, address_change, attempt, base_rows, code, code_grant, family, flow,
        hash, later, link, outbox, session,
    },
};
use kobling_domain::{
    account::types::{Account, RecoveryTicket},
    auth::session::Session,
    kernel::{
        error::{StoreError, Stored},
        store::{Store, Work},
    },
    link::types::Link,
    oidc::logout::types::SessionSelector,
    ops::{limit::Pace, outbox::Lane},
};
use kobling_store::Database;
use std::{pin::Pin, sync::Arc};
use tokio::{sync::Barrier, task::JoinSet};

const RACERS: usize = 16;

type Act<'a, T> = Pin<Box<dyn Future<Output = Stored<T>> + Send + 'a>>;

/// Starts sixteen callers at the same moment, each in its own unit of work, which it always commits.
async fn race<T: Send + 'static>(
    database: &Database,
    act: for<'a> fn(&'a mut dyn Work, u128) -> Act<'a, T>,
) -> Vec<Stored<T>> {
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for number in 1..=RACERS as u128 {
        let (database, barrier) = (database.clone(), Arc::clone(&barrier));
        racers.spawn(async move {
            barrier.wait().await;
            let mut work = database.begin().await?;
            let outcome = act(work.as_mut(), number).await;
            work.commit().await?;
            outcome
        });
    }
    racers.join_all().await
}

/// The number of callers that succeeded; any error fails the test.
fn winners<T>(outcomes: &[Stored<T>], won: impl Fn(&T) -> bool) -> usize {
    assert_eq!(outcomes.len(), RACERS);
    let won = |outcome: &Stored<T>| match outcome {
        Ok(answer) => won(answer),
        Err(StoreError::Conflict) => false,
        Err(other) => panic!("{other}"),
    };
    outcomes.iter().filter(|outcome| won(outcome)).count()
}

async fn set_up(database: &Database) {
    commit(database, async |w| {
        let (account, session, flow) = base_rows(w).await;
        w.links()
            .insert_link(&link(1, account.id))
            .await
            .expect("link");
        w.flows()
            .insert_attempt(&attempt(flow.id))
            .await
            .expect("attempt");
        w.codes().put_code(&code(flow.id)).await.expect("code");
        w.grants()
            .insert_code_grant(&code_grant(&session))
            .await
            .expect("grant");
        w.families()
            .insert_family(&family("grant", &session))
            .await
            .expect("family");
        let ticket = RecoveryTicket {
            ticket: hash("ticket"),
            account: account.id,
            expires_at: later(10),
        };
        w.tickets().insert_ticket(&ticket).await.expect("ticket");
        let change = address_change("change", account.id, "old@nordvik.example", 0);
        w.address_changes()
            .insert_address_change(&change)
            .await
            .expect("change");
        w.pushed()
            .insert_pushed(&pushed("request", 2))
            .await
            .expect("request");
    })
    .await;
}

macro_rules! races {
    ($($test:ident: $won:expr => $expected:literal, |$work:ident, $number:pat_param| $act:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            each(async |db| {
                set_up(&db).await;
                let outcomes = race(&db, |$work, $number| Box::pin(async move { $act })).await;
                assert_eq!(winners(&outcomes, $won), $expected);
            })
            .await;
        }
    )+};
}

races! {
    one_consumes_a_sign_in: Option::is_some => 1, |w, _| w.flows().consume_attempt(&hash("state"), NOW).await;
    one_consumes_a_code: |won| *won => 1, |w, _| w.codes().consume_code(flow(1).id, &hash("code"), NOW).await;
    five_try_a_code: Option::is_some => 5, |w, _| w.codes().try_code(flow(1).id, NOW, 5).await;
    one_consumes_a_ticket: Option::is_some => 1, |w, _| w.tickets().consume_ticket(&hash("ticket"), NOW).await;
    one_consumes_a_change_of_address: Option::is_some => 1, |w, _| {
        w.address_changes().consume_address_change(&hash("change"), NOW).await
    };
    one_consumes_a_code_grant: Option::is_some => 1, |w, _| w.grants().consume_code_grant(&hash("grant"), NOW).await;
    one_takes_a_refresh_token: Option::is_some => 1, |w, number| {
        w.families().rotate_refresh(&hash("grant refresh"), &hash(&format!("next {number}")), "startside", None, NOW).await
    };
    one_ends_a_family: |won| *won => 1, |w, _| w.families().end_family(&hash("grant")).await;
    one_consumes_a_pushed_request: Option::is_some => 1, |w, _| {
        w.pushed().consume_pushed(&hash("request"), "startside", NOW).await
    };
    one_spends_a_proof: |won| *won => 1, |w, _| w.spent_proofs().spend_proof(&hash("proof"), later(5)).await;
    three_take_from_a_limit: Option::is_none => 3, |w, _| w.rate_limits().take(&hash("limit"), NOW, MINUTE, 3).await;
    three_take_from_two_limits_in_any_order: Option::is_none => 3, |w, number| {
        let limit = |name| (hash(name), Pace { interval: MINUTE, burst: 3 });
        let mut limits = ["narrow", "shared"].map(limit);
        limits.rotate_left(usize::from(number % 2 == 0));
        w.rate_limits().take_each(&limits, NOW).await
    };
    one_removes_a_link: |won| *won => 1, |w, _| {
        w.links().delete_link(link(1, account(1).id).id, account(1).id).await
    };
    one_moves_a_flow_on: |won| *won => 1, |w, _| w.flows().update_flow(&flow(1)).await;
    one_rotates_a_session: |won| *won => 1, |w, number| {
        let session = session(1, account(1).id);
        let next = Session { token: hash(&format!("next {number}")), ..session.clone() };
        w.sessions().rotate_session(&session.token, &next).await
    };
    one_ends_a_session: |ended| ended.sessions == 1 => 1, |w, _| {
        w.logouts().end_sessions(&SessionSelector::One(session(1, account(1).id).id, account(1).id)).await
    };
    one_makes_the_account_of_an_address: |()| true => 1, |w, number| {
        w.accounts().insert_account(&Account { email: account(99).email, ..account(100 + number) }).await
    };
    one_changes_to_an_address: |won| *won => 1, |w, number| {
        let own = account(100 + number);
        w.accounts().insert_account(&own).await?;
        w.accounts().change_email(own.id, &own.email, &account(99).email, Some(NOW)).await
    };
    one_changes_the_address_of_an_account: |changed| *changed => 1, |w, number| {
        let Account { id, email, .. } = account(1);
        w.accounts().change_email(id, &email, &account(100 + number).email, Some(NOW)).await
    };
    one_links_a_subject: |()| true => 1, |w, number| {
        w.accounts().insert_account(&account(100 + number)).await?;
        let own = link(100 + number, account(100 + number).id);
        w.links().insert_link(&Link { subject: "same".into(), ..own }).await
    };
    one_links_an_identity_number: |()| true => 1, |w, number| {
        w.accounts().insert_account(&account(100 + number)).await?;
        let own = link(100 + number, account(100 + number).id);
        w.links().insert_link(&Link { pid: Some(hash("same")), ..own }).await
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_of_the_outbox_goes_to_one_worker() {
    each(async |db| {
        commit(&db, async |w| {
            for number in 1..=64 {
                w.outbox()
                    .push_outbox(&outbox(number, NOW))
                    .await
                    .expect("pushes");
            }
        })
        .await;
        let mut claimed = Vec::new();
        // A worker that waited for the rows of another may get fewer, so the workers repeat.
        loop {
            let outcomes = race(&db, |w, _| {
                Box::pin(async move { w.outbox().claim_outbox(Lane::Mail, NOW, later(5), 3).await })
            })
            .await;
            let before = claimed.len();
            for outcome in outcomes {
                claimed.extend(outcome.expect("answers").into_iter().map(|row| row.id));
            }
            if claimed.len() == before {
                break;
            }
        }
        claimed.sort();
        let all: Vec<_> = (1..=64).map(|number| outbox(number, NOW).id).collect();
        assert_eq!(claimed, all);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_an_account_serialises_writers() {
    each(async |db| {
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            for number in 1..=RACERS as u128 {
                w.links()
                    .insert_link(&link(number, account(1).id))
                    .await
                    .expect("link");
            }
        })
        .await;
        // Each removes its own link unless it is the last one.
        let outcomes = race(&db, |w, number| {
            Box::pin(async move {
                w.accounts().lock_account(account(1).id).await?;
                if w.links().links_of(account(1).id).await?.len() == 1 {
                    return Ok(false);
                }
                w.links()
                    .delete_link(link(number, account(1).id).id, account(1).id)
                    .await
            })
        })
        .await;
        assert_eq!(winners(&outcomes, |won| *won), RACERS - 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_waits_for_the_writer() {
    each_engine(async |db, engine| {
        let other = Database::open(engine.url()).await.expect("opens again");
        commit(&db, async |w| w.flows().insert_flow(&flow(1)).await)
            .await
            .expect("flow");
        // Each reads a value and then writes one that depends on it.
        let count = async |db: Database| {
            for _ in 0..RACERS {
                let mut work = db.begin().await?;
                let id = flow(1).id;
                if let Some(flow) = work.flows().flow(id, NOW).await? {
                    work.flows().update_flow(&flow).await?;
                }
                work.commit().await?;
            }
            Ok::<_, StoreError>(())
        };
        let (one, two) = tokio::join!(count(db.clone()), count(other.clone()));
        one.expect("waits");
        two.expect("waits");
        other.close().await;
    })
    .await;
}
