use super::{
    common::{commit, each},
    sample::{MINUTE, NOW, account, code, email, flow, hash, later},
};
use kobling_domain::{
    auth::proof::{MailboxCode, RecoveryTicket},
    kernel::error::StoreError,
};
use kobling_model::time::Span;

#[tokio::test]
async fn a_one_time_code_has_limited_attempts_and_is_consumed_once() {
    each(async |db| {
        commit(&db, async |w| {
            let code = code(flow(1).id);
            w.flows().insert_flow(&flow(1)).await.expect("flow");
            w.proofs().put_code(&code).await.expect("puts");
            let late = w.proofs().try_code(code.flow, later(10), 2).await;
            assert_eq!(late.expect("finds it expired or changed"), None);
            for expected in [Some(&code), Some(&code), None] {
                let tried = w.proofs().try_code(code.flow, NOW, 2).await.expect("tries");
                assert_eq!(tried.as_ref(), expected);
            }
            for (hash, now, expected) in [
                (hash("other"), NOW, false),
                (hash("code"), later(10), false),
                (hash("code"), NOW, true),
                (hash("code"), NOW, false),
            ] {
                let consumed = w.proofs().consume_code(code.flow, &hash, now).await;
                assert_eq!(consumed.expect("answers"), expected);
            }
            let tried = w.proofs().try_code(code.flow, NOW, 9).await;
            assert_eq!(tried.expect("finds it consumed"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_new_code_replaces_the_former_and_resets_the_attempts() {
    each(async |db| {
        commit(&db, async |w| {
            let former = code(flow(1).id);
            w.flows().insert_flow(&flow(1)).await.expect("flow");
            w.proofs().put_code(&former).await.expect("puts");
            w.proofs()
                .try_code(former.flow, NOW, 1)
                .await
                .expect("tries");
            let consumed = w
                .proofs()
                .consume_code(former.flow, &former.code, NOW)
                .await;
            assert!(consumed.expect("consumes"));

            let new = MailboxCode {
                account: Some(account(1).id),
                email: email("other@nordvik.example"),
                code: hash("new code"),
                expires_at: later(20),
                ..former.clone()
            };
            w.proofs().put_code(&new).await.expect("replaces");
            let tried = w.proofs().try_code(new.flow, later(15), 1).await;
            assert_eq!(tried.expect("tries"), Some(new.clone()));
            let consumed = w.proofs().consume_code(new.flow, &former.code, NOW).await;
            assert!(!consumed.expect("the former is void"));
            let consumed = w.proofs().consume_code(new.flow, &new.code, NOW).await;
            assert!(consumed.expect("consumes"));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_voided_by_mailbox_or_account() {
    each(async |db| {
        commit(&db, async |w| {
            let (kari, other) = (email("kari@nordvik.example"), email("x@nordvik.example"));
            let cases = [
                (&kari, None, false),
                (&kari, Some(account(2).id), false),
                (&other, Some(account(1).id), false),
                (&other, Some(account(2).id), true),
                (&other, None, true),
            ];
            for (number, (mailbox, asked_by, _)) in (1..).zip(cases) {
                w.flows().insert_flow(&flow(number)).await.expect("flow");
                let code = MailboxCode {
                    email: mailbox.clone(),
                    account: asked_by,
                    ..code(flow(number).id)
                };
                w.proofs().put_code(&code).await.expect("puts");
            }
            w.proofs()
                .void_codes(&kari, account(1).id)
                .await
                .expect("voids");
            for (number, (.., left)) in (1..).zip(cases) {
                let tried = w.proofs().try_code(flow(number).id, NOW, 5).await;
                assert_eq!(tried.expect("tries").is_some(), left, "{number}");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_can_be_viewed_often_and_consumed_once() {
    each(async |db| {
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            let ticket = RecoveryTicket {
                ticket: hash("ticket"),
                account: account(1).id,
                expires_at: later(10),
            };
            w.proofs().insert_ticket(&ticket).await.expect("inserts");
            let twice = w.proofs().insert_ticket(&ticket).await;
            assert!(matches!(twice, Err(StoreError::Conflict)));
            for _ in 0..2 {
                let found = w.proofs().ticket(&ticket.ticket, later(9)).await;
                assert_eq!(found.expect("reads"), Some(ticket.clone()));
            }
            let late = w.proofs().ticket(&ticket.ticket, later(10)).await;
            assert_eq!(late.expect("reads"), None);
            let late = w.proofs().consume_ticket(&ticket.ticket, later(10)).await;
            assert_eq!(late.expect("finds it expired or changed"), None);
            let consumed = w.proofs().consume_ticket(&ticket.ticket, later(9)).await;
            assert_eq!(consumed.expect("consumes"), Some(ticket.clone()));
            let again = w.proofs().consume_ticket(&ticket.ticket, later(9)).await;
            assert_eq!(again.expect("finds it consumed"), None);
            let found = w.proofs().ticket(&ticket.ticket, later(9)).await;
            assert_eq!(found.expect("reads"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_account_s_tickets_are_voided() {
    each(async |db| {
        commit(&db, async |w| {
            for (number, name) in [(1, "one"), (2, "two")] {
                w.accounts()
                    .insert_account(&account(number))
                    .await
                    .expect("account");
                let ticket = RecoveryTicket {
                    ticket: hash(name),
                    account: account(number).id,
                    expires_at: later(10),
                };
                w.proofs().insert_ticket(&ticket).await.expect("inserts");
            }
            w.proofs().void_tickets(account(1).id).await.expect("voids");
            let voided = w.proofs().consume_ticket(&hash("one"), NOW).await;
            assert_eq!(voided.expect("is void"), None);
            let other = w.proofs().consume_ticket(&hash("two"), NOW).await;
            assert!(other.expect("consumes").is_some());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_proof_of_work_is_spent_once() {
    each(async |db| {
        commit(&db, async |w| {
            for expected in [true, false] {
                let spent = w.proofs().spend_proof(&hash("proof"), later(5)).await;
                assert_eq!(spent.expect("answers"), expected);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_rate_limit_allows_a_burst_and_then_one_per_interval() {
    each(async |db| {
        commit(&db, async |w| {
            let key = hash("limit");
            let half = Span(MINUTE.0 / 2);
            let mut now = NOW;
            let mut take = async |passed: Span| {
                now = now + passed;
                w.proofs()
                    .take(&key, now, MINUTE, 3)
                    .await
                    .expect("answers")
            };
            for expected in [true, true, true, false, false] {
                assert_eq!(take(Span(0)).await, expected, "a burst of three");
            }
            // Refused calls do not extend the wait.
            assert!(!take(half).await);
            assert!(take(half).await);
            assert!(!take(half).await);
            assert!(take(half).await);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_idle_rate_limit_refills_to_the_burst() {
    each(async |db| {
        commit(&db, async |w| {
            let key = hash("limit");
            for now in [NOW, later(600)] {
                for expected in [true, true, false] {
                    let took = w.proofs().take(&key, now, MINUTE, 2).await;
                    assert_eq!(took.expect("answers"), expected);
                }
            }
            let other = w.proofs().take(&hash("other"), later(600), MINUTE, 2).await;
            assert!(other.expect("answers"), "buckets are independent");
            let none = w.proofs().take(&hash("none"), NOW, MINUTE, 0).await;
            assert!(!none.expect("answers"), "a burst of nothing");
        })
        .await;
    })
    .await;
}
