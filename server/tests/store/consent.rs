use super::{
    common::{commit, each},
    sample::{NOW, account, base_rows, code_grant, later},
};
use kobling_domain::oidc::consent_rule::Consent;

#[tokio::test]
async fn a_consent_is_stored_replaced_listed_and_removed() {
    each(async |db| {
        commit(&db, async |w| {
            let (owner, _, _) = base_rows(w).await;
            let other = account(2);
            w.accounts().insert_account(&other).await.expect("account");
            let consent = |account, client_id: &str, scope: &str, given_at| Consent {
                account,
                client_id: client_id.into(),
                scope: scope.into(),
                given_at,
            };
            let first = consent(owner.id, "a", "openid", NOW);
            let wider = consent(owner.id, "a", "openid email", later(2));
            let second = consent(owner.id, "b", "openid", later(1));
            let foreign = consent(other.id, "a", "openid profile", NOW);
            assert_eq!(
                w.consents().consent(owner.id, "a").await.expect("reads"),
                None
            );
            for given in [&first, &second, &foreign, &wider] {
                w.consents().put_consent(given).await.expect("keeps");
            }
            assert_eq!(
                w.consents().consent(owner.id, "a").await.expect("reads"),
                Some(wider.clone())
            );
            let all = w.consents().consents_of(owner.id).await.expect("reads");
            assert_eq!(all, [wider, second.clone()], "the newest first");
            assert!(
                w.consents()
                    .delete_consent(owner.id, "a")
                    .await
                    .expect("removes")
            );
            assert!(
                !w.consents()
                    .delete_consent(owner.id, "a")
                    .await
                    .expect("finds none")
            );
            assert_eq!(
                w.consents().consents_of(owner.id).await.expect("reads"),
                [second]
            );
            assert_eq!(
                w.consents().consent(other.id, "a").await.expect("reads"),
                Some(foreign)
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn removing_a_consent_deletes_its_codes() {
    each(async |db| {
        commit(&db, async |w| {
            let (owner, session, _) = base_rows(w).await;
            let grant = code_grant(&session);
            w.grants().insert_code_grant(&grant).await.expect("inserts");
            w.consents()
                .delete_consent(owner.id, "another")
                .await
                .expect("finds none");
            assert!(
                !w.consents()
                    .delete_consent(owner.id, &grant.client_id)
                    .await
                    .expect("finds none")
            );
            let consumed = w.grants().consume_code_grant(&grant.code, NOW).await;
            assert_eq!(consumed.expect("looks"), None);
        })
        .await;
    })
    .await;
}
