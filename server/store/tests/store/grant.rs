use crate::{
    engine::{commit, each},
    sample::{NOW, access_token, code_grant, hash, household, later, session},
};
use kobling_domain::{
    grant::CodeGrant,
    session::{Method, Session},
    signing_key::SigningKey,
};

#[tokio::test]
async fn a_code_is_consumed_once_with_what_it_stands_for() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session, _) = household(w).await;
            let plain = CodeGrant {
                code: hash("plain"),
                nonce: None,
                method: Method::Password,
                ..code_grant(&session)
            };
            for grant in [code_grant(&session), plain] {
                w.insert_code_grant(&grant).await.expect("inserts");
                let late = w.consume_code_grant(&grant.code, later(1)).await;
                assert_eq!(late.expect("is too late"), None);
                let consumed = w.consume_code_grant(&grant.code, NOW).await;
                assert_eq!(consumed.expect("consumes"), Some(grant.clone()));
                let again = w.consume_code_grant(&grant.code, NOW).await;
                assert_eq!(again.expect("finds it consumed"), None);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_token_is_in_force_until_it_its_code_or_its_session_ends() {
    each(async |db| {
        commit(&db, async |w| {
            let (account, session_1, _) = household(w).await;
            let token = access_token("token", &session_1);
            w.insert_access_token(&token).await.expect("inserts");
            let found = w.access_token(&token.token, later(4)).await;
            assert_eq!(found.expect("reads"), Some(token.clone()));
            let late = w.access_token(&token.token, later(5)).await;
            assert_eq!(late.expect("reads"), None);

            w.insert_access_token(&access_token("second", &session_1))
                .await
                .expect("inserts");
            let revoked = w.revoke_code(&token.code).await;
            assert_eq!(revoked.expect("revokes"), 2);
            let found = w.access_token(&token.token, NOW).await;
            assert_eq!(found.expect("reads"), None);
            assert_eq!(w.revoke_code(&token.code).await.expect("finds none"), 0);

            let short = Session {
                expires_at: later(2),
                ..session(2, account.id)
            };
            w.insert_session(&short).await.expect("session");
            let token = access_token("third", &short);
            w.insert_access_token(&token).await.expect("inserts");
            for (minute, expected) in [(1, true), (2, false)] {
                let found = w.access_token(&token.token, later(minute)).await;
                assert_eq!(found.expect("reads").is_some(), expected);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn signing_keys_come_newest_first() {
    each(async |db| {
        commit(&db, async |w| {
            let key = |kid: &str, created_at| SigningKey {
                kid: kid.into(),
                alg: "ES256".into(),
                sealed: format!("sealed {kid}"),
                created_at,
            };
            let keys = [key("b", later(2)), key("a", later(1)), key("c", NOW)];
            for key in keys.iter().rev() {
                w.insert_signing_key(key).await.expect("inserts");
            }
            assert_eq!(w.signing_keys().await.expect("reads"), keys);
        })
        .await;
    })
    .await;
}
