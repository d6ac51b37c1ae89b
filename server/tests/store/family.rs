//! Token families.

use super::{
    common::{commit, each},
    sample::{NOW, access_token, base_rows, code_grant, family, hash, later, session, thumbprint},
};
use kobling_domain::{
    auth::session::{Method, Session},
    kernel::store::Work,
    oidc::{
        grant::types::{AccessToken, Family},
        logout::types::SessionSelector,
    },
};

async fn put(w: &mut dyn Work, name: &str, session: &Session) -> (Family, AccessToken) {
    let family = family(name, session);
    let token = access_token(&format!("{name} access"), &family);
    w.families().insert_family(&family).await.expect("family");
    w.families()
        .insert_access_token(&token)
        .await
        .expect("token");
    (family, token)
}

async fn is_active(w: &mut dyn Work, token: &AccessToken) -> bool {
    let found = w.families().access_token(&token.token, NOW).await;
    found.expect("reads").is_some()
}

#[tokio::test]
async fn a_token_is_active_until_it_its_family_or_its_session_ends() {
    each(async |db| {
        commit(&db, async |w| {
            let (account, session_1, _) = base_rows(w).await;
            let (family_1, token) = put(w, "first", &session_1).await;
            let found = w.families().access_token(&token.token, later(4)).await;
            assert_eq!(
                found.expect("reads"),
                Some((token.clone(), family_1.clone(), account.clone()))
            );
            let late = w.families().access_token(&token.token, later(5)).await;
            assert_eq!(late.expect("reads"), None);

            let (_, other) = put(w, "second", &session_1).await;
            assert!(w.families().end_family(&family_1.id).await.expect("ends"));
            assert!(
                !w.families()
                    .end_family(&family_1.id)
                    .await
                    .expect("finds none")
            );
            assert!(!is_active(w, &token).await && is_active(w, &other).await);

            let plain = Family {
                method: Method::Password,
                jkt: Some(thumbprint("key")),
                refresh: None,
                expires_at: later(2),
                ..family("third", &session_1)
            };
            w.families().insert_family(&plain).await.expect("family");
            let unbound = AccessToken {
                jkt: None,
                ..access_token("third access", &plain)
            };
            w.families()
                .insert_access_token(&unbound)
                .await
                .expect("token");
            let found = w.families().access_token(&unbound.token, later(1)).await;
            assert_eq!(
                found.expect("reads"),
                Some((unbound.clone(), plain, account.clone())),
                "as stored"
            );
            let late = w.families().access_token(&unbound.token, later(2)).await;
            assert_eq!(late.expect("reads"), None, "the session is over");

            w.families()
                .end_access_token(&unbound.token)
                .await
                .expect("ends");
            assert!(!is_active(w, &unbound).await && is_active(w, &other).await);
            let which = SessionSelector::One(session_1.id, account.id);
            w.logouts().end_sessions(&which).await.expect("ends");
            assert!(!is_active(w, &other).await);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn locking_a_session_returns_its_last_use_and_end() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session_1, _) = base_rows(w).await;
            put(w, "grant", &session_1).await;
            w.grants()
                .insert_code_grant(&code_grant(&session_1))
                .await
                .expect("code");
            for (now, held) in [(later(59), true), (later(60), false)] {
                let by_code = w.families().hold_session_of_code(&hash("grant"), now).await;
                assert_eq!(by_code.expect("locks"), held.then_some(later(60)));
                let by_refresh = w
                    .families()
                    .hold_session_of_refresh(&hash("grant refresh"), now)
                    .await;
                assert_eq!(
                    by_refresh.expect("locks"),
                    held.then(|| session_1.method.clone())
                );
            }
            w.sessions()
                .touch_session(session_1.id, &session_1.method, later(2), Some(later(30)))
                .await
                .expect("touches");
            for (now, held) in [(later(30), true), (later(31), false)] {
                let by_refresh = w
                    .families()
                    .hold_session_of_refresh(&hash("grant refresh"), now)
                    .await;
                assert_eq!(by_refresh.expect("locks").is_some(), held);
            }
            let unknown = w
                .families()
                .hold_session_of_code(&hash("unknown"), NOW)
                .await;
            assert_eq!(unknown.expect("finds none"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_consumed_once_and_replaced() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session_1, _) = base_rows(w).await;
            let (family, token) = put(w, "grant", &session_1).await;
            let (first, second) = (hash("grant refresh"), hash("second"));
            let found = w.families().family_by_refresh(&first, NOW).await;
            assert_eq!(found.expect("reads"), Some(family.clone()));
            let rotated = w
                .families()
                .rotate_refresh(&first, &second, "startside", None, NOW)
                .await;
            let next = Family {
                refresh: Some(second.clone()),
                ..family.clone()
            };
            assert_eq!(rotated.expect("rotates"), Some(next.clone()));
            let again = w
                .families()
                .rotate_refresh(&first, &hash("third"), "startside", None, NOW)
                .await;
            assert_eq!(again.expect("finds it spent"), None);
            let found = w.families().family_by_refresh(&first, NOW).await;
            assert_eq!(found.expect("reads"), None);
            let spent = w.families().family_by_spent(&first).await;
            assert_eq!(spent.expect("reads"), Some(next.clone()));
            assert_eq!(
                w.families().family_by_spent(&second).await.expect("reads"),
                None
            );
            let found = w.families().family_by_refresh(&second, NOW).await;
            assert_eq!(found.expect("reads"), Some(next));

            // The end of the family removes its tokens, and the record of used refresh tokens.
            assert!(w.families().end_family(&family.id).await.expect("ends"));
            assert_eq!(
                w.families().family_by_spent(&first).await.expect("reads"),
                None
            );
            let found = w.families().family_by_refresh(&second, NOW).await;
            assert_eq!(found.expect("reads"), None);
            assert!(!is_active(w, &token).await);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_client_key_and_lifetime() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session_1, _) = base_rows(w).await;
            let bound = Family {
                jkt: Some(thumbprint("key")),
                ..family("grant", &session_1)
            };
            w.families().insert_family(&bound).await.expect("family");
            let (old, new) = (hash("grant refresh"), hash("new"));
            let key = thumbprint("key");
            for (client, jkt, now) in [
                ("another", Some(&key), NOW),
                ("startside", None, NOW),
                ("startside", Some(&thumbprint("another")), NOW),
                ("startside", Some(&key), later(60)),
            ] {
                let rotated = w
                    .families()
                    .rotate_refresh(&old, &new, client, jkt, now)
                    .await;
                assert_eq!(rotated.expect("refuses"), None, "{client}");
            }
            let late = w.families().family_by_refresh(&old, later(60)).await;
            assert_eq!(late.expect("reads"), None);
            let rotated = w
                .families()
                .rotate_refresh(&old, &new, "startside", Some(&key), NOW)
                .await;
            assert!(rotated.expect("rotates").is_some());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn revoking_a_client_s_tokens_of_a_person_is_immediate() {
    each(async |db| {
        commit(&db, async |w| {
            let (account_1, session_1, _) = base_rows(w).await;
            let session_2 = session(2, account_1.id);
            w.sessions()
                .insert_session(&session_2)
                .await
                .expect("session");
            let (_, first) = put(w, "first", &session_1).await;
            let (_, second) = put(w, "second", &session_2).await;
            let elsewhere = Family {
                client_id: "another".into(),
                ..family("third", &session_1)
            };
            w.families()
                .insert_family(&elsewhere)
                .await
                .expect("family");
            let third = access_token("third access", &elsewhere);
            w.families()
                .insert_access_token(&third)
                .await
                .expect("token");
            let ended = w
                .families()
                .end_families_of(account_1.id, "startside")
                .await;
            assert_eq!(ended.expect("ends"), 2);
            assert!(!is_active(w, &first).await && !is_active(w, &second).await);
            assert!(is_active(w, &third).await);
        })
        .await;
    })
    .await;
}
