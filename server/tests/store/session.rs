use super::{
    common::{commit, each},
    sample::{NOW, access_token, account, by_eid, code_grant, family, hash, later, session, uuid},
};
use kobling_domain::{
    auth::session::Session,
    kernel::{error::StoreError, store::Work},
    oidc::logout::types::SessionSelector,
};
use kobling_model::LinkId;

async fn with_sessions(w: &mut dyn Work, sessions: &[Session]) {
    w.accounts()
        .insert_account(&account(1))
        .await
        .expect("account");
    w.accounts()
        .insert_account(&account(2))
        .await
        .expect("account");
    for session in sessions {
        w.sessions().insert_session(session).await.expect("session");
    }
}

fn born_from(link: u128, number: u128) -> Session {
    Session {
        method: by_eid(LinkId(uuid(link))),
        ..session(number, account(1).id)
    }
}

#[tokio::test]
async fn a_session_is_valid_until_it_expires_or_is_idle() {
    each(async |db| {
        commit(&db, async |w| {
            let mut sessions = [
                session(1, account(1).id),
                born_from(9, 2),
                session(3, account(1).id),
            ];
            sessions[1].idle_until = Some(later(30));
            sessions[2].idle_until = None;
            with_sessions(w, &sessions).await;
            for (session, last) in sessions.iter().zip([59, 30, 59]) {
                for (now, in_force) in [(last, true), (last + 1, false)] {
                    let found = w
                        .sessions()
                        .caller(&session.token, later(now))
                        .await
                        .expect("reads")
                        .map(|caller| (caller.session, caller.account));
                    let expected = in_force.then(|| (session.clone(), account(1)));
                    assert_eq!(found, expected);
                }
            }
            let left = w.sessions().sessions_of(account(1).id, later(31)).await;
            assert_eq!(left.expect("reads").len(), 2);
            let unknown = w.sessions().caller(&hash("x"), NOW).await;
            assert!(unknown.expect("reads").is_none());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn sessions_of_an_account_are_ordered_by_last_use() {
    each(async |db| {
        commit(&db, async |w| {
            let sessions = [1, 2, 3].map(|n| session(n, account(1).id));
            with_sessions(w, &sessions).await;
            w.sessions()
                .insert_session(&session(4, account(2).id))
                .await
                .expect("session");
            w.sessions()
                .touch_session(
                    sessions[1].id,
                    &sessions[1].method,
                    later(9),
                    Some(later(39)),
                )
                .await
                .expect("touches");
            w.sessions()
                .touch_session(sessions[0].id, &sessions[0].method, later(5), None)
                .await
                .expect("touches");
            // The limit of a method that the session no longer has is not stored.
            let former = by_eid(LinkId(uuid(9)));
            let touched = w
                .sessions()
                .touch_session(sessions[2].id, &former, later(9), None)
                .await;
            assert!(!touched.expect("touches"));
            let seen = |n: usize, minute, idle_until| Session {
                last_seen_at: later(minute),
                idle_until,
                ..sessions[n].clone()
            };
            let all = w.sessions().sessions_of(account(1).id, NOW).await;
            assert_eq!(
                all.expect("reads"),
                [
                    seen(1, 9, Some(later(39))),
                    seen(0, 5, None),
                    sessions[2].clone()
                ]
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn rotation_changes_token_method_and_time() {
    each(async |db| {
        commit(&db, async |w| {
            let before = session(1, account(1).id);
            with_sessions(w, std::slice::from_ref(&before)).await;
            let after = Session {
                token: hash("new"),
                method: by_eid(LinkId(uuid(9))),
                authenticated_at: later(7),
                idle_until: Some(later(32)),
                ..before.clone()
            };
            let rotated = w.sessions().rotate_session(&before.token, &after).await;
            assert!(rotated.expect("rotates"));
            let former = w.sessions().caller(&before.token, NOW).await;
            assert!(former.expect("reads").is_none());
            let found = w.sessions().caller(&hash("new"), NOW).await;
            let found = found.expect("reads").map(|caller| caller.session);
            assert_eq!(found.as_ref(), Some(&after));

            // The link column follows the method, in both directions.
            let newer = Session {
                token: hash("newer"),
                ..before.clone()
            };
            let back = w.sessions().rotate_session(&after.token, &newer).await;
            assert!(back.expect("rotates"));
            let which = SessionSelector::OfLink(LinkId(uuid(9)), None);
            let ended = w.logouts().end_sessions(&which).await;
            assert_eq!(ended.expect("ends").sessions, 0);

            let gone = session(3, account(1).id);
            let none = w.sessions().rotate_session(&newer.token, &gone).await;
            assert!(!none.expect("finds none"));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn ending_a_session_deletes_its_codes_and_tokens() {
    each(async |db| {
        commit(&db, async |w| {
            let session_1 = session(1, account(1).id);
            with_sessions(w, std::slice::from_ref(&session_1)).await;
            w.grants()
                .insert_code_grant(&code_grant(&session_1))
                .await
                .expect("code");
            let family = family("grant", &session_1);
            w.families().insert_family(&family).await.expect("family");
            w.families()
                .insert_access_token(&access_token("token", &family))
                .await
                .expect("token");

            let which = SessionSelector::One(session_1.id, account(2).id);
            let foreign = w.logouts().end_sessions(&which).await;
            assert_eq!(foreign.expect("not theirs").sessions, 0);
            let token = w
                .families()
                .access_token(&hash("token"), NOW)
                .await
                .expect("reads");
            assert!(token.is_some());
            for expected in [1, 0] {
                let which = SessionSelector::One(session_1.id, account(1).id);
                let ended = w.logouts().end_sessions(&which).await;
                assert_eq!(ended.expect("ends").sessions, expected);
            }
            let token = w
                .families()
                .access_token(&hash("token"), NOW)
                .await
                .expect("reads");
            assert_eq!(token, None);
            let code = w.grants().consume_code_grant(&hash("grant"), NOW).await;
            assert_eq!(code.expect("reads"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn all_sessions_but_one_end() {
    each(async |db| {
        commit(&db, async |w| {
            let mine = [1, 2, 3].map(|n| session(n, account(1).id));
            with_sessions(w, &mine).await;
            w.sessions()
                .insert_session(&session(4, account(2).id))
                .await
                .expect("session");
            let others = SessionSelector::OfAccount(account(1).id, Some(mine[1].id));
            let ended = w.logouts().end_sessions(&others).await;
            assert_eq!(ended.expect("ends").sessions, 2);
            let left = w.sessions().sessions_of(account(1).id, NOW).await;
            assert_eq!(left.expect("reads"), [mine[1].clone()]);
            let ended = w
                .logouts()
                .end_sessions(&SessionSelector::OfAccount(account(1).id, None))
                .await;
            assert_eq!(ended.expect("ends").sessions, 1);
            let others = w.sessions().sessions_of(account(2).id, NOW).await;
            assert_eq!(others.expect("reads").len(), 1);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_sessions_of_a_link_end_except_one() {
    each(async |db| {
        commit(&db, async |w| {
            let sessions = [
                born_from(8, 1),
                born_from(8, 2),
                born_from(9, 3),
                session(4, account(1).id),
            ];
            with_sessions(w, &sessions).await;
            let others = SessionSelector::OfLink(LinkId(uuid(8)), Some(sessions[1].id));
            let ended = w.logouts().end_sessions(&others).await;
            assert_eq!(ended.expect("ends").sessions, 1);
            let left = w.sessions().sessions_of(account(1).id, NOW).await;
            assert_eq!(left.expect("reads").len(), 3);
            let ended = w
                .logouts()
                .end_sessions(&SessionSelector::OfLink(LinkId(uuid(8)), None))
                .await;
            assert_eq!(ended.expect("ends").sessions, 1);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_session_needs_a_unique_token_and_an_existing_account() {
    each(async |db| {
        let session_1 = session(1, account(1).id);
        commit(&db, async |w| {
            with_sessions(w, std::slice::from_ref(&session_1)).await;
            let same_token = Session {
                token: session_1.token.clone(),
                ..session(2, account(1).id)
            };
            let inserted = w.sessions().insert_session(&same_token).await;
            assert!(matches!(inserted, Err(StoreError::Conflict)));
        })
        .await;
        commit(&db, async |w| {
            w.logouts()
                .end_sessions(&SessionSelector::One(session_1.id, account(1).id))
                .await
        })
        .await
        .expect("ends");
    })
    .await;
}
