use super::{
    common::{commit, each},
    sample::{NOW, access_token, base_rows, code_grant, family, hash, later},
};
use kobling_domain::{
    auth::session::Session,
    kernel::{error::StoreError, store::Work},
    oidc::{
        client::{Client, StoredClient},
        consent_rule::Consent,
        grant::types::PushedRequest,
        logout::types::ClientSession,
    },
};

fn client(id: &str) -> StoredClient {
    StoredClient {
        client: Client::new(id, "Kart æøå"),
        management: None,
        created_at: NOW,
        version: 0,
    }
}

#[tokio::test]
async fn clients_are_stored_unchanged_under_unique_ids() {
    each(async |db| {
        commit(&db, async |w| {
            let kart = client("kart");
            let registered = StoredClient {
                management: Some(hash("management")),
                created_at: later(1),
                ..client("another")
            };
            for one in [&kart, &registered] {
                w.clients().insert_client(one).await.expect("inserts");
            }
            let again = w.clients().insert_client(&client("kart")).await;
            assert!(matches!(again, Err(StoreError::Conflict)));
            assert_eq!(
                w.clients().client("kart").await.expect("reads"),
                Some(kart.clone())
            );
            assert_eq!(w.clients().client("nobody").await.expect("reads"), None);
            assert_eq!(
                w.clients().all_clients().await.expect("reads"),
                [registered, kart]
            );
            assert!(w.clients().delete_client("kart").await.expect("removes"));
            assert!(!w.clients().delete_client("kart").await.expect("finds none"));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_client_is_replaced_only_in_the_version_that_was_read() {
    each(async |db| {
        commit(&db, async |w| {
            w.clients()
                .insert_client(&client("kart"))
                .await
                .expect("inserts");
            let mut changed = client("kart");
            changed.client.name = "Terreng".into();
            assert!(w.clients().update_client(&changed).await.expect("writes"));
            assert!(
                !w.clients()
                    .update_client(&client("kart"))
                    .await
                    .expect("is late")
            );
            let found = w
                .clients()
                .client("kart")
                .await
                .expect("reads")
                .expect("is there");
            assert_eq!((found.client.name.as_str(), found.version), ("Terreng", 1));
            assert!(
                !w.clients()
                    .update_client(&client("nobody"))
                    .await
                    .expect("finds none")
            );
        })
        .await;
    })
    .await;
}

/// Inserts everything that a session can grant a client.
async fn insert_grants(w: &mut dyn Work, id: &str, session: &Session) {
    let (account, client_id) = (session.account, id.to_owned());
    w.pushed()
        .insert_pushed(&PushedRequest {
            reference: hash(&format!("{id} pushed")),
            client_id: client_id.clone(),
            sealed: "sealed".into(),
            expires_at: later(1),
        })
        .await
        .expect("pushes");
    let mut grant = code_grant(session);
    (grant.code, grant.client_id) = (hash(&format!("{id} code")), client_id.clone());
    w.grants().insert_code_grant(&grant).await.expect("a code");
    let mut family = family(&format!("{id} family"), session);
    family.client_id.clone_from(&client_id);
    w.families().insert_family(&family).await.expect("a family");
    let token = access_token(&format!("{id} token"), &family);
    w.families()
        .insert_access_token(&token)
        .await
        .expect("a token");
    w.logouts()
        .note_client_session(&ClientSession {
            session: session.id,
            client_id: client_id.clone(),
            sid: format!("{id} sid"),
            subject: "subject".into(),
            account,
        })
        .await
        .expect("a client session");
    w.consents()
        .put_consent(&Consent {
            account,
            client_id,
            scope: "openid".into(),
            given_at: NOW,
        })
        .await
        .expect("a consent");
}

/// Which of these rows are still there.
async fn remaining_grants(w: &mut dyn Work, id: &str, session: &Session) -> [bool; 4] {
    let code = hash(&format!("{id} code"));
    let token = hash(&format!("{id} token"));
    [
        w.pushed()
            .consume_pushed(&hash(&format!("{id} pushed")), id, NOW)
            .await
            .expect("reads")
            .is_some(),
        w.grants()
            .consume_code_grant(&code, NOW)
            .await
            .expect("reads")
            .is_some(),
        w.families()
            .access_token(&token, NOW)
            .await
            .expect("reads")
            .is_some(),
        w.consents()
            .consent(session.account, id)
            .await
            .expect("reads")
            .is_some(),
    ]
}

#[tokio::test]
async fn deleting_one_client_s_grants_keeps_those_of_others() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session, _) = base_rows(w).await;
            for id in ["kart", "terreng"] {
                insert_grants(w, id, &session).await;
            }
            w.clients().forget_client("kart").await.expect("forgets");
            w.clients()
                .forget_client("kart")
                .await
                .expect("finds nothing");
            assert_eq!(remaining_grants(w, "kart", &session).await, [false; 4]);
            assert_eq!(remaining_grants(w, "terreng", &session).await, [true; 4]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn ending_the_consents_to_a_client_ends_its_codes_and_tokens_alone() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session, _) = base_rows(w).await;
            for id in ["kart", "terreng"] {
                insert_grants(w, id, &session).await;
            }
            let mut own = code_grant(&session);
            (own.code, own.client_id) = (hash("own code"), "own".into());
            w.grants().insert_code_grant(&own).await.expect("a code");
            for id in ["kart", "kart", "own"] {
                w.consents().end_consents_to(id).await.expect("ends");
            }
            let kart = remaining_grants(w, "kart", &session).await;
            assert_eq!(kart, [true, false, false, false], "a request is no grant");
            assert_eq!(remaining_grants(w, "terreng", &session).await, [true; 4]);
            let code = w.grants().consume_code_grant(&hash("own code"), NOW).await;
            assert!(code.expect("looks").is_some(), "it hangs on no consent");
        })
        .await;
    })
    .await;
}
