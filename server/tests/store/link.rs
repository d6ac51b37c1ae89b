use super::{
    common::{commit, each},
    sample::{NOW, account, bankid, hash, later, link},
};
use kobling_domain::{kernel::error::StoreError, link::types::Link};
use kobling_model::ProviderId;

#[tokio::test]
async fn links_are_read_back_unchanged_by_every_query() {
    each(async |db| {
        commit(&db, async |w| {
            let owner = account(1);
            w.accounts().insert_account(&owner).await.expect("account");
            let newer = Link {
                created_at: later(1),
                ..link(1, owner.id)
            };
            let older = Link {
                pid: None,
                method: None,
                ..link(2, owner.id)
            };
            for link in [&newer, &older] {
                w.links().insert_link(link).await.expect("inserts");
                let found = w.links().link(link.id).await.expect("reads");
                assert_eq!(found.as_ref(), Some(link));
                let found = w
                    .links()
                    .link_by_subject(&link.provider, &link.issuer, &link.subject)
                    .await
                    .expect("reads");
                assert_eq!(found.as_ref(), Some(link));
            }
            let by_pid = w.links().link_by_pid(&bankid(), &hash("pid 1")).await;
            assert_eq!(by_pid.expect("reads"), Some(newer.clone()));
            let other = ProviderId::parse("other").expect("a provider");
            let by_pid = w.links().link_by_pid(&other, &hash("pid 1")).await;
            assert_eq!(by_pid.expect("reads"), None);
            let all = w.links().links_of(owner.id).await.expect("reads");
            assert_eq!(all, [older, newer], "oldest first");
            assert_eq!(w.links().links_of(account(2).id).await.expect("reads"), []);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_identity_is_linked_to_one_account() {
    each(async |db| {
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            w.accounts()
                .insert_account(&account(2))
                .await
                .expect("account");
            w.links()
                .insert_link(&link(1, account(1).id))
                .await
                .expect("link");
            let same_subject = Link {
                subject: link(1, account(1).id).subject,
                ..link(2, account(2).id)
            };
            let same_person = Link {
                pid: Some(hash("pid 1")),
                ..link(3, account(2).id)
            };
            for taken in [same_subject, same_person] {
                let inserted = w.links().insert_link(&taken).await;
                assert!(matches!(inserted, Err(StoreError::Conflict)));
            }
            // Two people without an identity number are different people.
            for number in [4, 5] {
                let without = Link {
                    pid: None,
                    ..link(number, account(2).id)
                };
                w.links().insert_link(&without).await.expect("inserts");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_use_of_a_link_updates_its_details() {
    each(async |db| {
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            let link_1 = link(1, account(1).id);
            let link_2 = link(2, account(1).id);
            w.links().insert_link(&link_1).await.expect("link");
            w.links().insert_link(&link_2).await.expect("link");

            let touched = w
                .links()
                .touch_link(link_1.id, (&link_1.subject, None), Some("BankID"), later(1))
                .await;
            assert!(touched.expect("touches"));
            let gone = w
                .links()
                .touch_link(link(9, account(1).id).id, ("subject", None), None, NOW)
                .await;
            assert!(!gone.expect("finds nothing"));
            w.links()
                .touch_link(link_2.id, ("new subject", None), None, later(2))
                .await
                .expect("touches");
            let taken = w
                .links()
                .touch_link(link_2.id, (&link_1.subject, None), None, later(3))
                .await;
            assert!(matches!(taken, Err(StoreError::Conflict)));

            let expected = [
                Link {
                    method: Some("BankID".into()),
                    last_used_at: later(1),
                    ..link_1
                },
                Link {
                    subject: "new subject".into(),
                    method: None,
                    last_used_at: later(2),
                    ..link_2
                },
            ];
            let all = w.links().links_of(account(1).id).await.expect("reads");
            assert_eq!(all, expected);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_link_is_removed_from_its_account_once_and_can_be_created_again() {
    each(async |db| {
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            let link_1 = link(1, account(1).id);
            w.links().insert_link(&link_1).await.expect("link");
            let foreign = w.links().delete_link(link_1.id, account(2).id).await;
            assert!(!foreign.expect("deletes"), "not theirs");
            for expected in [true, false] {
                let deleted = w.links().delete_link(link_1.id, account(1).id).await;
                assert_eq!(deleted.expect("deletes"), expected);
            }
            let again = Link {
                created_at: NOW,
                ..link(7, account(1).id)
            };
            w.links()
                .insert_link(&Link {
                    subject: link_1.subject,
                    pid: link_1.pid,
                    ..again
                })
                .await
                .expect("links again");
        })
        .await;
    })
    .await;
}
