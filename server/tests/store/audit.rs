use super::{
    common::{commit, each},
    sample::{
        MINUTE, NOW, access_token, account, address_change, attempt, base_rows, code, code_grant,
        family, flow, hash, later, outbox, session, uuid,
    },
};
use kobling_domain::{
    account::types::RecoveryTicket,
    audit::{
        event::{AuditRow, Facts, Involved},
        port::AuditFilter,
    },
    auth::session::Session,
    kernel::store::Work,
    oidc::logout::types::SessionSelector,
};
use kobling_model::{AccountId, Timestamp, id::AuditId};

fn event(number: u128, at: Timestamp, account: Option<AccountId>) -> AuditRow {
    AuditRow {
        id: AuditId(uuid(number)),
        at,
        event: "link.removed".into(),
        involved: Involved {
            actor: Some(self::account(7).id),
            subject: account,
            session: Some(session(8, self::account(7).id).id),
        },
        facts: Facts {
            target: Some("target".into()),
            credential: Some("credential".into()),
            organisation: Some("organisation".into()),
            client: Some("client".into()),
            provider: Some("provider".into()),
            reason: Some("reason".into()),
            count: Some(3),
            added: Some(2),
            changed: Some(1),
        },
        network: "192.0.2.0/24".into(),
        request: "r-1".into(),
    }
}

/// All events of a filter, read in pages of two.
async fn read(w: &mut dyn Work, filter: &AuditFilter) -> Vec<AuditRow> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = w.audit().audit_page(filter, after, 2).await.expect("reads");
        assert!(page.len() <= 2, "{page:?}");
        let Some(last) = page.last() else { return all };
        after = Some((last.at, last.id));
        all.extend(page);
    }
}

fn of(account: Option<AccountId>) -> AuditFilter {
    AuditFilter {
        account,
        ..AuditFilter::default()
    }
}

#[tokio::test]
async fn events_are_read_in_pages_from_the_oldest() {
    each(async |db| {
        commit(&db, async |w| {
            // No account has this id: audit events outlive accounts.
            let whose = Some(account(1).id);
            let mut rows = vec![
                event(9, NOW, whose),
                event(2, later(1), whose),
                // The same moment as the one before: the id decides.
                event(3, later(1), None),
                event(4, later(1), Some(account(2).id)),
                event(1, later(2), whose),
            ];
            for row in rows.iter().rev() {
                w.audit().insert_audit(row).await.expect("inserts");
            }
            assert_eq!(read(w, &of(None)).await, rows);
            rows.retain(|row| row.involved.subject == whose);
            assert_eq!(read(w, &of(whose)).await, rows);
            assert_eq!(read(w, &of(Some(account(3).id))).await, []);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_filter_selects_the_events_that_have_every_value() {
    each(async |db| {
        commit(&db, async |w| {
            let named =
                |number, minutes, name: &str, organisation: Option<&str>, client: Option<&str>| {
                    let row = event(number, later(minutes), Some(account(1).id));
                    AuditRow {
                        event: name.into(),
                        facts: Facts {
                            organisation: organisation.map(Into::into),
                            client: client.map(Into::into),
                            ..row.facts
                        },
                        ..row
                    }
                };
            for row in [
                named(1, 0, "link.made", Some("nordvik"), None),
                named(2, 1, "link.removed", Some("sorvik"), Some("kart")),
                named(3, 2, "linkage", None, Some("kart")),
                named(4, 3, "Link.made", None, Some("start")),
                named(5, 4, "l%", Some("nordvik"), Some("start")),
            ] {
                w.audit().insert_audit(&row).await.expect("inserts");
            }
            let text = |text: &str| Some(text.to_owned());
            let all = AuditFilter::default;
            for (filter, numbers) in [
                (all(), &[1, 2, 3, 4, 5][..]),
                (
                    AuditFilter {
                        event: text("link."),
                        ..all()
                    },
                    &[1, 2],
                ),
                (
                    AuditFilter {
                        event: text("link"),
                        ..all()
                    },
                    &[1, 2, 3],
                ),
                (
                    AuditFilter {
                        event: text("l%"),
                        ..all()
                    },
                    &[5],
                ),
                (
                    AuditFilter {
                        event: text("link.made.again"),
                        ..all()
                    },
                    &[],
                ),
                (
                    AuditFilter {
                        organisation: text("nordvik"),
                        ..all()
                    },
                    &[1, 5],
                ),
                (
                    AuditFilter {
                        client: text("kart"),
                        ..all()
                    },
                    &[2, 3],
                ),
                (
                    AuditFilter {
                        organisation: text("nordvik"),
                        client: text("start"),
                        ..all()
                    },
                    &[5],
                ),
                (
                    AuditFilter {
                        since: Some(later(1)),
                        until: Some(later(3)),
                        ..all()
                    },
                    &[2, 3],
                ),
                (
                    AuditFilter {
                        since: Some(later(1)),
                        event: text("link.made"),
                        ..all()
                    },
                    &[],
                ),
                (
                    AuditFilter {
                        until: Some(later(2)),
                        event: text("link"),
                        client: text("kart"),
                        ..all()
                    },
                    &[2],
                ),
            ] {
                for account in [None, Some(account(1).id)] {
                    let filter = AuditFilter {
                        account,
                        ..filter.clone()
                    };
                    let found = read(w, &filter).await;
                    let found: Vec<u128> = found.iter().map(|row| row.id.0.as_u128()).collect();
                    assert_eq!(
                        found,
                        numbers
                            .iter()
                            .map(|n| uuid(*n).as_u128())
                            .collect::<Vec<_>>(),
                        "{filter:?}"
                    );
                }
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_event_without_details_is_read_back_unchanged() {
    each(async |db| {
        commit(&db, async |w| {
            let bare = AuditRow {
                involved: Some(account(1).id).into(),
                facts: Facts::default(),
                ..event(1, NOW, None)
            };
            w.audit().insert_audit(&bare).await.expect("inserts");
            assert_eq!(read(w, &of(Some(account(1).id))).await, [bare]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn events_are_purged_only_if_a_retention_time_is_set() {
    each(async |db| {
        commit(&db, async |w| {
            let whose = Some(account(1).id);
            for (number, at) in [(1, NOW), (2, later(1)), (3, later(2))] {
                w.audit()
                    .insert_audit(&event(number, at, whose))
                    .await
                    .expect("inserts");
            }
            let left = async |w: &mut dyn Work| read(w, &of(whose)).await.len();
            assert_eq!(
                w.audit().purge(later(9_999), None).await.expect("purges"),
                0
            );
            assert_eq!(left(w).await, 3);
            assert_eq!(
                w.audit().purge(NOW, Some(later(1))).await.expect("purges"),
                2
            );
            assert_eq!(left(w).await, 1);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_purge_deletes_and_counts_expired_rows() {
    each(async |db| {
        commit(&db, async |w| {
            let (account, session_1, flow_1) = base_rows(w).await;
            w.grants()
                .insert_code_grant(&code_grant(&session_1))
                .await
                .expect("grant");
            let family_1 = family("grant", &session_1);
            w.families().insert_family(&family_1).await.expect("family");
            w.families()
                .insert_access_token(&access_token("token", &family_1))
                .await
                .expect("token");
            w.codes().put_code(&code(flow_1.id)).await.expect("code");
            w.flows()
                .insert_attempt(&attempt(flow_1.id))
                .await
                .expect("attempt");
            let ticket = RecoveryTicket {
                ticket: hash("ticket"),
                account: account.id,
                expires_at: later(10),
            };
            w.tickets().insert_ticket(&ticket).await.expect("ticket");
            let change = address_change("change", account.id, "old@nordvik.example", 0);
            w.address_changes()
                .insert_address_change(&change)
                .await
                .expect("change");
            w.spent_proofs()
                .spend_proof(&hash("proof"), later(10))
                .await
                .expect("proof");
            w.rate_limits()
                .take(&hash("limit"), NOW, MINUTE, 5)
                .await
                .expect("limit");
            let outlives = Session {
                expires_at: later(999),
                ..session(2, account.id)
            };
            w.sessions()
                .insert_session(&outlives)
                .await
                .expect("session");
            w.outbox()
                .push_outbox(&outbox(1, NOW))
                .await
                .expect("outbox");
            w.audit()
                .insert_audit(&event(1, NOW, None))
                .await
                .expect("audit");

            assert_eq!(w.audit().purge(NOW, None).await.expect("purges"), 0);
            // The authorization code and the rate limit after one minute; the token after five.
            assert_eq!(w.audit().purge(later(1), None).await.expect("purges"), 2);
            assert_eq!(w.audit().purge(later(5), None).await.expect("purges"), 1);
            // One-time code, eID attempt, reset ticket, change of address, proof of work.
            assert_eq!(w.audit().purge(later(10), None).await.expect("purges"), 5);
            // The flow. Sessions do not end without notices.
            assert_eq!(w.audit().purge(later(30), None).await.expect("purges"), 1);
            assert_eq!(w.audit().purge(later(60), None).await.expect("purges"), 0);
            let over = w
                .logouts()
                .end_sessions(&SessionSelector::Over(later(60), 9))
                .await;
            assert_eq!(over.expect("ends").sessions, 1);
            assert_eq!(w.flows().flow(flow(1).id, NOW).await.expect("reads"), None);

            let left = w.sessions().sessions_of(account.id, NOW).await;
            assert_eq!(left.expect("reads"), [outlives]);
            assert!(
                w.accounts()
                    .account(account.id)
                    .await
                    .expect("reads")
                    .is_some()
            );
            assert!(w.outbox().next_outbox_due().await.expect("reads").is_some());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_session_deletes_its_child_rows() {
    each(async |db| {
        commit(&db, async |w| {
            let (account, ..) = base_rows(w).await;
            let brief = Session {
                expires_at: later(1),
                ..session(2, self::account(1).id)
            };
            w.sessions().insert_session(&brief).await.expect("session");
            let family = family("grant", &brief);
            w.families().insert_family(&family).await.expect("family");
            w.families()
                .insert_access_token(&access_token("token", &family))
                .await
                .expect("token");
            let over = w
                .logouts()
                .end_sessions(&SessionSelector::Over(later(1), 9))
                .await;
            assert_eq!(over.expect("ends").sessions, 1);
            let token = w.families().access_token(&hash("token"), NOW).await;
            assert_eq!(token.expect("reads"), None);
            assert_eq!(
                w.sessions()
                    .sessions_of(account.id, NOW)
                    .await
                    .expect("reads")
                    .len(),
                1
            );
        })
        .await;
    })
    .await;
}
