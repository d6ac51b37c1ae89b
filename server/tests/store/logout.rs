//! A session ends only together with its logout notices.

use super::{
    common::{commit, each, each_engine},
    sample::{NOW, account, bankid, base_rows, family, hash, later, session, uuid},
};
use kobling_domain::{
    auth::session::{Method, Session, upstream},
    kernel::{error::StoreError, store::Store},
    oidc::logout::types::{ClientSession, LogoutNotice, SessionSelector},
};
use kobling_model::{
    Level, LinkId,
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
};
use std::sync::Arc;
use tokio::{sync::Barrier, task::JoinSet};

fn client_session(client: &str, session: &Session) -> ClientSession {
    ClientSession {
        session: session.id,
        client_id: client.into(),
        sid: format!("sid at {client}"),
        subject: "subject".into(),
        account: session.account,
    }
}

fn notice(number: u128, sign_out: u128) -> LogoutNotice {
    LogoutNotice {
        id: NoticeId(uuid(number)),
        sign_out: SignOutId(uuid(sign_out)),
        account: account(1).id,
        client_id: format!("client {number}"),
        sid: "sid".into(),
        subject: "subject".into(),
        status: NoticeStatus::Waiting,
        settled_at: None,
        created_at: NOW,
        expires_at: later(60),
    }
}

#[tokio::test]
async fn the_end_of_a_session_creates_a_notice_for_each_application() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, first, _) = base_rows(w).await;
            let second = session(2, first.account);
            w.sessions().insert_session(&second).await.expect("session");
            let expected = [client_session("a", &first), client_session("b", &first)];
            for session in &expected {
                w.logouts()
                    .note_client_session(session)
                    .await
                    .expect("notes");
            }
            // Repeated in the same session, and in another.
            w.logouts()
                .note_client_session(&expected[0])
                .await
                .expect("notes");
            w.logouts()
                .note_client_session(&client_session("a", &second))
                .await
                .expect("notes");
            let which = SessionSelector::One(first.id, first.account);
            let ended = w.logouts().end_sessions(&which).await.expect("ends");
            assert_eq!((ended.sessions, &ended.clients[..]), (1, &expected[..]));
            let again = w.logouts().end_sessions(&which).await.expect("finds none");
            assert_eq!((again.sessions, again.clients.len()), (0, 0));
            let rest = w
                .logouts()
                .end_sessions(&SessionSelector::OfAccount(first.account, None))
                .await;
            assert_eq!(rest.expect("ends").clients, [client_session("a", &second)]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_to_delete_a_session_without_its_notices() {
    each_engine(async |db, engine| {
        commit(&db, async |w| {
            let (_, session, _) = base_rows(w).await;
            w.logouts()
                .note_client_session(&client_session("a", &session))
                .await
                .expect("notes");
        })
        .await;
        let outcome = engine.try_execute("DELETE FROM sessions").await;
        assert!(outcome.is_err(), "{outcome:?}");
        let mut work = db.read().await.expect("reads");
        let left = work.sessions().sessions_of(account(1).id, NOW).await;
        assert_eq!(left.expect("reads").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_ended_session_records_no_applications() {
    each(async |db| {
        commit(&db, async |w| {
            base_rows(w).await;
        })
        .await;
        let mut work = db.begin().await.expect("begins");
        let gone = session(9, account(1).id);
        let noted = work
            .logouts()
            .note_client_session(&client_session("a", &gone))
            .await;
        let committed = work.commit().await;
        assert!(
            matches!(
                (noted, committed),
                (Err(_), _) | (_, Err(StoreError::Conflict | StoreError::Unavailable(_)))
            ),
            "refused by the commit at the latest"
        );
    })
    .await;
}

#[tokio::test]
async fn sessions_are_found_by_the_provider_s_session_id() {
    each(async |db| {
        commit(&db, async |w| {
            let (account, plain, _) = base_rows(w).await;
            let by_sid = |number, sid: Option<&str>| Session {
                method: Method::Eid {
                    provider: bankid(),
                    link: LinkId(uuid(7)),
                    level: Level::High,
                    acr: None,
                    method: None,
                    sid: sid.map(str::to_owned),
                },
                ..session(number, account.id)
            };
            for session in [by_sid(2, Some("x")), by_sid(3, Some("y")), by_sid(4, None)] {
                w.sessions()
                    .insert_session(&session)
                    .await
                    .expect("session");
            }
            let x = upstream(&bankid(), "x");
            assert!(w.logouts().is_upstream_known(&x).await.expect("reads"));
            // A confirmation by password detaches it from the provider's session; one by eID attaches it.
            let second = by_sid(2, None);
            let by_password = Session {
                token: hash("r"),
                method: Method::Password,
                ..second.clone()
            };
            let rotated = w
                .sessions()
                .rotate_session(&second.token, &by_password)
                .await;
            assert!(rotated.expect("rotates"));
            assert!(!w.logouts().is_upstream_known(&x).await.expect("reads"));
            let by_eid = Session {
                token: hash("s"),
                method: by_sid(9, Some("x")).method,
                ..plain.clone()
            };
            let rotated = w.sessions().rotate_session(&plain.token, &by_eid).await;
            assert!(rotated.expect("rotates"));
            let ended = w
                .logouts()
                .end_sessions(&SessionSelector::OfUpstream(x))
                .await;
            assert_eq!(ended.expect("ends").sessions, 1);
            let left = w
                .sessions()
                .sessions_of(account.id, NOW)
                .await
                .expect("reads");
            assert_eq!(left.len(), 3);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn maintenance_ends_expired_and_idle_sessions_in_batches() {
    each(async |db| {
        commit(&db, async |w| {
            let (account, ..) = base_rows(w).await;
            for number in 2..=4 {
                let session = session(number, account.id);
                w.sessions()
                    .insert_session(&session)
                    .await
                    .expect("session");
            }
            // Idle after minute 59, expires at minute 60.
            let ended = async |w: &mut dyn kobling_domain::kernel::store::Work, which| {
                w.logouts()
                    .end_sessions(&which)
                    .await
                    .expect("ends")
                    .sessions
            };
            assert_eq!(ended(w, SessionSelector::Idle(later(59), 9)).await, 0);
            assert_eq!(ended(w, SessionSelector::Idle(later(60), 1)).await, 1);
            assert_eq!(ended(w, SessionSelector::Over(later(59), 9)).await, 0);
            assert_eq!(ended(w, SessionSelector::Over(later(60), 2)).await, 2);
            assert_eq!(ended(w, SessionSelector::Over(later(60), 2)).await, 1);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn notices_are_settled_listed_by_sign_out_and_purged() {
    each(async |db| {
        commit(&db, async |w| {
            for notice in [notice(2, 1), notice(1, 1), notice(3, 2)] {
                w.logouts().insert_notice(&notice).await.expect("inserts");
            }
            let one = notice(1, 1).id;
            w.logouts()
                .settle_notice(one, NoticeStatus::Confirmed, later(1))
                .await
                .expect("settles");
            let settled = LogoutNotice {
                status: NoticeStatus::Confirmed,
                settled_at: Some(later(1)),
                ..notice(1, 1)
            };
            let found = w.logouts().notice(one).await.expect("reads");
            assert_eq!(found.as_ref(), Some(&settled));
            let all = w
                .logouts()
                .notices_of(SignOutId(uuid(1)))
                .await
                .expect("reads");
            assert_eq!(all, [settled, notice(2, 1)]);
            assert_eq!(w.audit().purge(later(59), None).await.expect("purges"), 0);
            assert_eq!(w.audit().purge(later(60), None).await.expect("purges"), 3);
            assert_eq!(w.logouts().notice(one).await.expect("reads"), None);
        })
        .await;
    })
    .await;
}

/// One caller ends the session while the others grant something from it. Each client that got it gets a notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_during_the_end_of_a_session_is_refused_or_notified() {
    const RACERS: u128 = 16;
    each(async |db| {
        let (_, session_1, _) = commit(&db, async |w| base_rows(w).await).await;
        let barrier = Arc::new(Barrier::new(RACERS as usize));
        let mut racers = JoinSet::new();
        for number in 0..RACERS {
            let (db, barrier, session) = (db.clone(), Arc::clone(&barrier), session_1.clone());
            racers.spawn(async move {
                let client = format!("client {number}");
                barrier.wait().await;
                let mut work = db.begin().await.expect("begins");
                if number == RACERS / 2 {
                    let which = SessionSelector::One(session.id, session.account);
                    let ended = work.logouts().end_sessions(&which).await.expect("ends");
                    work.commit().await.expect("commits");
                    return (None, ended.clients);
                }
                let given = work
                    .families()
                    .insert_family(&family(&client, &session))
                    .await;
                let noted = work
                    .logouts()
                    .note_client_session(&client_session(&client, &session))
                    .await;
                let committed = work.commit().await;
                let given = given.is_ok() && noted.is_ok() && committed.is_ok();
                (given.then_some(client), Vec::new())
            });
        }
        let (mut given, mut notified) = (Vec::new(), Vec::new());
        for (one, clients) in racers.join_all().await {
            given.extend(one);
            notified.extend(clients.into_iter().map(|client| client.client_id));
        }
        given.sort_unstable();
        notified.sort_unstable();
        assert_eq!(given, notified);
    })
    .await;
}
