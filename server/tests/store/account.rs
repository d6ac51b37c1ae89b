use super::{
    common::{commit, each, each_engine, read},
    sample::{NOW, account, address_change, email, hash, later},
};
use kobling_domain::{
    account::types::{Account, Claim, RecoveryTicket, StoredPassword},
    kernel::{error::StoreError, store::Work},
};
use kobling_model::Lang;

fn full() -> Account {
    Account {
        claim: Claim::Proven(later(1)),
        lang: Lang::En,
        disabled_at: Some(later(2)),
        ..account(2)
    }
}

#[tokio::test]
async fn accounts_are_read_back_unchanged() {
    each(async |db| {
        for account in [account(1), full()] {
            commit(&db, async |w| w.accounts().insert_account(&account).await)
                .await
                .expect("inserts");
            read(&db, async |w| {
                let by_id = w.accounts().account(account.id).await.expect("reads");
                assert_eq!(by_id.as_ref(), Some(&account));
                let by_email = w
                    .accounts()
                    .account_by_email(&account.email)
                    .await
                    .expect("reads");
                assert_eq!(by_email, Some(account));
            })
            .await;
        }
        let nobody = email("nobody@nordvik.example");
        read(&db, async |w| {
            assert_eq!(
                w.accounts().account(account(3).id).await.expect("reads"),
                None
            );
            assert_eq!(
                w.accounts().account_by_email(&nobody).await.expect("reads"),
                None
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_released_address_is_free_for_another_account() {
    each(async |db| {
        let (former, address) = (account(1), account(1).email);
        let new = Account {
            email: address.clone(),
            ..account(2)
        };
        commit(&db, async |w| {
            let other = email("other@nordvik.example");
            let accounts = w.accounts();
            accounts.insert_account(&former).await.expect("inserts");
            for (of, released) in [(&other, false), (&address, true), (&address, false)] {
                let done = accounts.release_email(former.id, of, NOW).await;
                assert_eq!(done.expect("releases"), released, "{of}");
            }
            let found = accounts.account_by_email(&address).await;
            assert_eq!(found.expect("reads"), None);
            accounts.insert_account(&new).await.expect("inserts");
            let released = Account {
                claim: Claim::Released(NOW),
                ..former.clone()
            };
            let found = accounts.account(former.id).await;
            assert_eq!(found.expect("reads"), Some(released));
            // A proof of the address is about its new holder.
            let proof = accounts.prove_email(former.id, &address, NOW).await;
            proof.expect("passes over");
            let changed = accounts.change_email(former.id, &address, &other, Some(later(1)));
            assert!(changed.await.expect("gets another address"));
            let found = accounts.account_by_email(&other).await;
            assert_eq!(
                found.expect("reads"),
                Some(Account {
                    email: other.clone(),
                    claim: Claim::Proven(later(1)),
                    ..former.clone()
                })
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn each_update_writes_its_own_field() {
    each(async |db| {
        let changed = Account {
            id: account(1).id,
            email: email("other@nordvik.example"),
            claim: Claim::Proven(later(1)),
            name: "Other".into(),
            lang: Lang::En,
            ..account(1)
        };
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("inserts");
            let locked = w.accounts().lock_account(account(1).id).await;
            assert_eq!(locked.expect("locks"), Some(account(1)));
            w.accounts()
                .set_name(changed.id, &changed.name)
                .await
                .expect("sets the name");
            w.accounts()
                .set_lang(changed.id, changed.lang)
                .await
                .expect("sets the language");
            let old = account(1).email;
            assert!(
                w.accounts()
                    .change_email(changed.id, &old, &changed.email, Some(NOW))
                    .await
                    .expect("changes")
            );
            assert!(
                !w.accounts()
                    .change_email(changed.id, &old, &changed.email, Some(NOW))
                    .await
                    .expect("changed")
            );
            let proven = w.accounts().account(changed.id).await.expect("reads");
            assert_eq!(proven.map(|a| a.claim), Some(Claim::Proven(NOW)));
            w.accounts()
                .prove_email(changed.id, &old, later(9))
                .await
                .expect("passes over");
            w.accounts()
                .prove_email(changed.id, &changed.email, later(1))
                .await
                .expect("marks as proven");
        })
        .await;
        let found = read(&db, async |w| w.accounts().account(changed.id).await).await;
        assert_eq!(found.expect("reads"), Some(changed));
    })
    .await;
}

#[tokio::test]
async fn an_address_conflict_leaves_the_unit_of_work_usable() {
    each(async |db| {
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("inserts");
            w.accounts()
                .insert_account(&account(2))
                .await
                .expect("inserts");
            let conflicting = Account {
                email: account(1).email,
                ..account(3)
            };
            let inserted = w.accounts().insert_account(&conflicting).await;
            assert!(matches!(inserted, Err(StoreError::Conflict)));
            let conflicting = account(2);
            let updated = w
                .accounts()
                .change_email(
                    conflicting.id,
                    &conflicting.email,
                    &account(1).email,
                    Some(NOW),
                )
                .await;
            assert!(matches!(updated, Err(StoreError::Conflict)));
            w.accounts()
                .insert_account(&account(4))
                .await
                .expect("continues");
        })
        .await;
        read(&db, async |w| {
            for (number, expected) in [
                (1, Some(account(1))),
                (2, Some(account(2))),
                (3, None),
                (4, Some(account(4))),
            ] {
                let found = w
                    .accounts()
                    .account(account(number).id)
                    .await
                    .expect("reads");
                assert_eq!(found, expected);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_password_is_set_replaced_and_refreshed() {
    each(async |db| {
        let id = account(1).id;
        let stored = |hash: &str, at| StoredPassword {
            hash: hash.into(),
            changed_at: at,
        };
        commit(&db, async |w| {
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("inserts");
            assert_eq!(w.accounts().password(id).await.expect("reads"), None);
            w.accounts()
                .set_password(id, &stored("$one", NOW))
                .await
                .expect("sets");
            assert_eq!(
                w.accounts().password(id).await.expect("reads"),
                Some(stored("$one", NOW))
            );
            w.accounts()
                .set_password(id, &stored("$two", later(1)))
                .await
                .expect("replaces");
            w.accounts()
                .refresh_password(id, "$one", "$stale")
                .await
                .expect("passes over");
            assert_eq!(
                w.accounts().password(id).await.expect("reads"),
                Some(stored("$two", later(1)))
            );
            w.accounts()
                .refresh_password(id, "$two", "$three")
                .await
                .expect("refreshes");
        })
        .await;
        let found = read(&db, async |w| w.accounts().password(id).await).await;
        assert_eq!(found.expect("reads"), Some(stored("$three", later(1))));
    })
    .await;
}

#[tokio::test]
async fn an_unreadable_row_is_reported_with_its_column_only() {
    each_engine(async |db, engine| {
        commit(&db, async |w| {
            w.accounts().insert_account(&account(1)).await
        })
        .await
        .expect("inserts");
        for (column, change) in [
            ("lang", "lang = 'planted'"),
            ("email", "lang = 'nb', email = 'planted'"),
        ] {
            engine
                .execute(&format!("UPDATE accounts SET {change}"))
                .await;
            let found = read(&db, async |w| w.accounts().account(account(1).id).await).await;
            let error = found.expect_err("cannot be read");
            assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
            assert!(error.to_string().contains(column), "{error}");
            assert!(!error.to_string().contains("planted"), "{error}");
        }
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
            w.tickets().insert_ticket(&ticket).await.expect("inserts");
            let twice = w.tickets().insert_ticket(&ticket).await;
            assert!(matches!(twice, Err(StoreError::Conflict)));
            for _ in 0..2 {
                let found = w.tickets().ticket(&ticket.ticket, later(9)).await;
                assert_eq!(found.expect("reads"), Some(ticket.clone()));
            }
            let late = w.tickets().ticket(&ticket.ticket, later(10)).await;
            assert_eq!(late.expect("reads"), None);
            let late = w.tickets().consume_ticket(&ticket.ticket, later(10)).await;
            assert_eq!(late.expect("is too late"), None);
            let consumed = w.tickets().consume_ticket(&ticket.ticket, later(9)).await;
            assert_eq!(consumed.expect("consumes"), Some(ticket.clone()));
            let again = w.tickets().consume_ticket(&ticket.ticket, later(9)).await;
            assert_eq!(again.expect("finds it consumed"), None);
            let found = w.tickets().ticket(&ticket.ticket, later(9)).await;
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
                w.tickets().insert_ticket(&ticket).await.expect("inserts");
            }
            w.tickets()
                .void_tickets(account(1).id)
                .await
                .expect("voids");
            let voided = w.tickets().consume_ticket(&hash("one"), NOW).await;
            assert_eq!(voided.expect("is void"), None);
            let other = w.tickets().consume_ticket(&hash("two"), NOW).await;
            assert!(other.expect("consumes").is_some());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled_once() {
    each(async |db| {
        commit(&db, async |w| {
            let account = account(1);
            w.accounts()
                .insert_account(&account)
                .await
                .expect("inserts");
            let disabled_at = async |w: &mut dyn Work| {
                w.accounts()
                    .account(account.id)
                    .await
                    .expect("reads")
                    .expect("exists")
                    .disabled_at
            };
            let id = account.id;
            assert!(!w.accounts().enable_account(id).await.expect("runs"));
            assert!(
                w.accounts()
                    .disable_account(id, later(1))
                    .await
                    .expect("runs")
            );
            assert!(
                !w.accounts()
                    .disable_account(id, later(2))
                    .await
                    .expect("runs")
            );
            assert_eq!(disabled_at(w).await, Some(later(1)), "since the first time");
            assert!(w.accounts().enable_account(id).await.expect("runs"));
            assert_eq!(disabled_at(w).await, None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_change_of_address_is_found_by_its_ticket_and_consumed_once() {
    each(async |db| {
        commit(&db, async |w| {
            let id = account(1).id;
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            let change = address_change("one", id, "old@nordvik.example", 0);
            w.address_changes()
                .insert_address_change(&change)
                .await
                .expect("inserts");
            let twice = w.address_changes().insert_address_change(&change).await;
            assert!(matches!(twice, Err(StoreError::Conflict)));
            let changes = w.address_changes();
            let (ticket, in_time, late) = (&change.ticket, later(9), later(10));
            for _ in 0..2 {
                let found = changes.address_change(ticket, in_time).await;
                assert_eq!(found.expect("reads"), Some(change.clone()));
            }
            let found = changes.address_change(ticket, late).await;
            assert_eq!(found.expect("reads"), None);
            let consumed = changes.consume_address_change(ticket, late).await;
            assert_eq!(consumed.expect("is too late"), None);
            let consumed = changes.consume_address_change(ticket, in_time).await;
            assert_eq!(consumed.expect("consumes"), Some(change.clone()));
            let again = changes.consume_address_change(ticket, in_time).await;
            assert_eq!(again.expect("finds it consumed"), None);
            let found = changes.address_change(ticket, in_time).await;
            assert_eq!(found.expect("reads"), None);
            let left = changes.address_change_from(id, &change.old, in_time).await;
            assert_eq!(left.expect("reads"), None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_changes_of_an_account_are_voided_from_a_time_on() {
    each(async |db| {
        commit(&db, async |w| {
            for number in [1, 2] {
                w.accounts()
                    .insert_account(&account(number))
                    .await
                    .expect("account");
            }
            let (id, old) = (account(1).id, "old@nordvik.example");
            let changes = w.address_changes();
            for change in [
                address_change("first", id, old, 0),
                address_change("second", id, "between@nordvik.example", 1),
                address_change("third", id, old, 2),
                address_change("another", account(2).id, old, 2),
            ] {
                changes
                    .insert_address_change(&change)
                    .await
                    .expect("inserts");
            }
            let left = changes.address_change_from(id, &email(old), NOW).await;
            assert_eq!(
                left.expect("reads").map(|change| change.ticket),
                Some(hash("first"))
            );
            changes
                .void_address_changes(id, later(1))
                .await
                .expect("voids");
            for (ticket, remains) in [
                ("first", true),
                ("second", false),
                ("third", false),
                ("another", true),
            ] {
                let found = changes.address_change(&hash(ticket), NOW).await;
                assert_eq!(found.expect("reads").is_some(), remains, "{ticket}");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_password_is_removed_only_if_it_is_new_enough() {
    each(async |db| {
        commit(&db, async |w| {
            let id = account(1).id;
            w.accounts()
                .insert_account(&account(1))
                .await
                .expect("account");
            let password = StoredPassword {
                hash: "$one".into(),
                changed_at: later(1),
            };
            let accounts = w.accounts();
            accounts.set_password(id, &password).await.expect("sets");
            accounts.forget_password(id, later(2)).await.expect("keeps");
            let kept = accounts.password(id).await;
            assert_eq!(kept.expect("reads"), Some(password));
            accounts
                .forget_password(id, later(1))
                .await
                .expect("removes");
            assert_eq!(accounts.password(id).await.expect("reads"), None);
        })
        .await;
    })
    .await;
}
