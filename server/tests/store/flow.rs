use super::{
    common::{commit, each},
    sample::{MINUTE, NOW, account, attempt, bankid, code, email, flow, hash, later, link, uuid},
};
use kobling_domain::flow::types::{
    Destination, Flow, FlowState, Identity, Linking, LinkingStep, MailboxCode, RemovingStep,
};
use kobling_model::{FlowId, Level, Problem, Problems, Wait};

fn linking() -> FlowState {
    FlowState::Linking(Linking {
        identity: Identity {
            provider: bankid(),
            issuer: "https://eid.example".into(),
            subject: "subject".into(),
            pid: Some(hash("pid")),
            level: Level::Substantial,
            acr: None,
            method: Some("BankID".into()),
            sid: Some("sid".into()),
            authenticated_at: NOW,
        },
        moves_from: Some((account(1).id, link(1, account(1).id).id)),
        by_session: true,
        no_access: None,
        step: LinkingStep::Vouched {
            email: email("kari@nordvik.example"),
            name: "Kari".into(),
            organisation: "nordvik".into(),
        },
    })
}

#[tokio::test]
async fn flows_are_read_back_unchanged_until_they_expire() {
    each(async |db| {
        commit(&db, async |w| {
            let full = Flow {
                destination: Destination::Account,
                state: linking(),
                problem: Problem::CodeWrong.into(),
                version: 7,
                ..flow(2)
            };
            for flow in [flow(1), full] {
                w.flows().insert_flow(&flow).await.expect("inserts");
                let found = w.flows().flow(flow.id, later(29)).await.expect("reads");
                assert_eq!(found.as_ref(), Some(&flow));
                let found = w.flows().flow(flow.id, later(30)).await.expect("reads");
                assert_eq!(found, None, "expired");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn every_problem_can_be_stored() {
    each(async |db| {
        commit(&db, async |w| {
            for (number, problem) in (1..).zip(Problem::ALL) {
                let flow = Flow {
                    problem: (*problem).into(),
                    ..flow(number)
                };
                w.flows().insert_flow(&flow).await.expect("inserts");
                let found = w.flows().flow(flow.id, NOW).await.expect("reads");
                assert_eq!(found, Some(flow));
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_change_from_an_older_version_fails() {
    each(async |db| {
        commit(&db, async |w| {
            w.flows().insert_flow(&flow(1)).await.expect("inserts");
            let changed = Flow {
                destination: Destination::Account,
                state: FlowState::Removing {
                    account: account(1).id,
                    link: link(1, account(1).id).id,
                    step: RemovingStep::Prove,
                },
                problem: Problems::from(Problem::PasswordWrong).and(Problem::PasswordsDiffer),
                expires_at: later(45),
                ..flow(1)
            };
            assert!(w.flows().update_flow(&changed).await.expect("updates"));
            assert!(
                !w.flows()
                    .update_flow(&flow(1))
                    .await
                    .expect("finds it expired or changed")
            );
            let found = w.flows().flow(changed.id, later(44)).await.expect("reads");
            let expected = Flow {
                version: 2,
                ..changed
            };
            assert_eq!(found, Some(expected.clone()));
            assert!(
                w.flows()
                    .update_flow(&expected)
                    .await
                    .expect("continues from there")
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn storing_a_problem_changes_nothing_else_and_does_not_block() {
    each(async |db| {
        commit(&db, async |w| {
            w.flows().insert_flow(&flow(1)).await.expect("inserts");
            // Only the problem of the given flow is stored.
            let otherwise = Flow {
                destination: Destination::Account,
                state: linking(),
                ..flow(1)
            };
            w.flows()
                .note_problem(&otherwise, Problem::CodeWrong)
                .await
                .expect("stores the problem");
            let found = w.flows().flow(flow(1).id, NOW).await.expect("reads");
            let mut expected = Flow {
                problem: Problem::CodeWrong.into(),
                ..flow(1)
            };
            assert_eq!(found.as_ref(), Some(&expected));
            let wait = Problem::TooMany(Wait::of(MINUTE));
            w.flows()
                .note_problem(&flow(1), wait)
                .await
                .expect("stores the wait");
            let found = w.flows().flow(flow(1).id, NOW).await.expect("reads");
            assert_eq!(found.expect("found").problem, Some(wait));

            assert!(w.flows().update_flow(&flow(1)).await.expect("updates"));
            w.flows()
                .note_problem(&flow(1), Problem::CodeExpired)
                .await
                .expect("finds it expired or changed");
            expected.version = 2;
            expected.problem = Problems::NONE;
            let found = w.flows().flow(flow(1).id, NOW).await.expect("reads");
            assert_eq!(found, Some(expected));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn deleting_a_browser_s_flows_deletes_their_codes_and_attempts() {
    each(async |db| {
        commit(&db, async |w| {
            let other = Flow {
                browser: hash("other browser"),
                ..flow(3)
            };
            for flow in [&flow(1), &flow(2), &other] {
                w.flows().insert_flow(flow).await.expect("inserts");
            }
            w.codes().put_code(&code(flow(1).id)).await.expect("code");
            w.flows()
                .insert_attempt(&attempt(flow(1).id))
                .await
                .expect("attempt");
            let gone = w.flows().delete_flows_of(&hash("browser")).await;
            assert_eq!(gone.expect("deletes"), 2);
            assert_eq!(w.flows().flow(flow(1).id, NOW).await.expect("reads"), None);
            assert_eq!(
                w.flows().flow(other.id, NOW).await.expect("reads"),
                Some(other)
            );
            let code = w.codes().try_code(flow(1).id, NOW, 5).await;
            assert_eq!(code.expect("reads"), None);
            let attempt = w.flows().attempt(&hash("state"), NOW).await;
            assert_eq!(attempt.expect("reads"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_consumed_once_and_remembered_as_consumed() {
    each(async |db| {
        commit(&db, async |w| {
            let flow_id = FlowId(uuid(1));
            let attempt = attempt(flow_id);
            w.flows().insert_flow(&flow(1)).await.expect("inserts");
            w.flows().insert_attempt(&attempt).await.expect("inserts");
            let state = &attempt.state;

            let late = w.flows().consume_attempt(state, later(10)).await;
            assert_eq!(late.expect("finds it expired or changed"), None);
            let found = w.flows().attempt(state, later(9)).await.expect("reads");
            assert_eq!(found, Some((attempt.clone(), false)));
            let found = w.flows().attempt(state, later(10)).await.expect("reads");
            assert_eq!(found, None, "expired");

            let consumed = w.flows().consume_attempt(state, later(9)).await;
            assert_eq!(consumed.expect("consumes"), Some(attempt.clone()));
            let again = w.flows().consume_attempt(state, later(9)).await;
            assert_eq!(again.expect("finds it consumed"), None);
            let found = w.flows().attempt(state, later(9)).await.expect("reads");
            assert_eq!(found, Some((attempt, true)));
            let unknown = w.flows().consume_attempt(&hash("x"), NOW).await;
            assert_eq!(unknown.expect("finds none"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_one_time_code_has_limited_attempts_and_is_consumed_once() {
    each(async |db| {
        commit(&db, async |w| {
            let code = code(flow(1).id);
            w.flows().insert_flow(&flow(1)).await.expect("flow");
            w.codes().put_code(&code).await.expect("puts");
            let late = w.codes().try_code(code.flow, later(10), 2).await;
            assert_eq!(late.expect("is too late"), None);
            for expected in [Some(&code), Some(&code), None] {
                let tried = w.codes().try_code(code.flow, NOW, 2).await.expect("tries");
                assert_eq!(tried.as_ref(), expected);
            }
            for (hash, now, expected) in [
                (hash("other"), NOW, false),
                (hash("code"), later(10), false),
                (hash("code"), NOW, true),
                (hash("code"), NOW, false),
            ] {
                let consumed = w.codes().consume_code(code.flow, &hash, now).await;
                assert_eq!(consumed.expect("answers"), expected);
            }
            let tried = w.codes().try_code(code.flow, NOW, 9).await;
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
            w.codes().put_code(&former).await.expect("puts");
            w.codes()
                .try_code(former.flow, NOW, 1)
                .await
                .expect("tries");
            let consumed = w.codes().consume_code(former.flow, &former.code, NOW).await;
            assert!(consumed.expect("consumes"));

            let new = MailboxCode {
                account: Some(account(1).id),
                email: email("other@nordvik.example"),
                code: hash("new code"),
                expires_at: later(20),
                ..former.clone()
            };
            w.codes().put_code(&new).await.expect("replaces");
            let tried = w.codes().try_code(new.flow, later(15), 1).await;
            assert_eq!(tried.expect("tries"), Some(new.clone()));
            let consumed = w.codes().consume_code(new.flow, &former.code, NOW).await;
            assert!(!consumed.expect("the former is void"));
            let consumed = w.codes().consume_code(new.flow, &new.code, NOW).await;
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
                w.codes().put_code(&code).await.expect("puts");
            }
            w.codes()
                .void_codes(Some(&kari), account(1).id)
                .await
                .expect("voids");
            for (number, (.., left)) in (1..).zip(cases) {
                let tried = w.codes().try_code(flow(number).id, NOW, 5).await;
                assert_eq!(tried.expect("tries").is_some(), left, "{number}");
            }
        })
        .await;
    })
    .await;
}
