use super::{
    common::{commit, each},
    sample::{NOW, later, outbox},
};
use kobling_domain::ops::outbox::{Lane, OutboxRow};

#[tokio::test]
async fn due_jobs_are_leased_in_order_of_due_time() {
    each(async |db| {
        commit(&db, async |w| {
            assert_eq!(w.outbox().next_outbox_due().await.expect("reads"), None);
            for (number, due) in [(1, 3), (2, 1), (3, 2), (4, 9)] {
                w.outbox()
                    .push_outbox(&outbox(number, later(due)))
                    .await
                    .expect("pushes");
            }
            assert_eq!(
                w.outbox().next_outbox_due().await.expect("reads"),
                Some(later(1))
            );
            let early = w.outbox().claim_outbox(Lane::Mail, NOW, later(20), 9).await;
            assert_eq!(early.expect("claims"), []);

            let leased = |number| OutboxRow {
                attempts: 1,
                ..outbox(number, later(20))
            };
            let claimed = w
                .outbox()
                .claim_outbox(Lane::Mail, later(3), later(20), 2)
                .await;
            assert_eq!(claimed.expect("claims"), [leased(2), leased(3)]);
            let claimed = w
                .outbox()
                .claim_outbox(Lane::Mail, later(3), later(20), 2)
                .await;
            assert_eq!(claimed.expect("claims"), [leased(1)]);
            let claimed = w
                .outbox()
                .claim_outbox(Lane::Mail, later(3), later(20), 2)
                .await;
            assert_eq!(claimed.expect("finds none"), []);
            assert_eq!(
                w.outbox().next_outbox_due().await.expect("reads"),
                Some(later(9))
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn finished_jobs_are_deleted_and_failed_ones_retried() {
    each(async |db| {
        commit(&db, async |w| {
            for number in [1, 2, 3] {
                w.outbox()
                    .push_outbox(&outbox(number, NOW))
                    .await
                    .expect("pushes");
            }
            w.outbox()
                .claim_outbox(Lane::Mail, NOW, later(10), 9)
                .await
                .expect("claims");
            w.outbox()
                .finish_outbox(outbox(1, NOW).id)
                .await
                .expect("finishes");
            w.outbox()
                .postpone_outbox(outbox(2, NOW).id, later(5))
                .await
                .expect("postpones");
            assert_eq!(
                w.outbox().next_outbox_due().await.expect("reads"),
                Some(later(5))
            );
            let again = OutboxRow {
                attempts: 2,
                ..outbox(2, later(20))
            };
            let claimed = w
                .outbox()
                .claim_outbox(Lane::Mail, later(5), later(20), 9)
                .await;
            assert_eq!(claimed.expect("claims"), std::slice::from_ref(&again));
            // The worker has stopped: its lease expires.
            let abandoned = OutboxRow {
                attempts: 2,
                ..outbox(3, later(20))
            };
            let claimed = w
                .outbox()
                .claim_outbox(Lane::Mail, later(10), later(20), 9)
                .await;
            assert_eq!(claimed.expect("claims"), [abandoned]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_lane_does_not_delay_another() {
    each(async |db| {
        commit(&db, async |w| {
            let notice = OutboxRow {
                lane: Lane::Notice,
                ..outbox(1, NOW)
            };
            w.outbox().push_outbox(&notice).await.expect("pushes");
            w.outbox()
                .push_outbox(&outbox(2, later(1)))
                .await
                .expect("pushes");
            let mails = w.outbox().claim_outbox(Lane::Mail, NOW, later(9), 9).await;
            assert_eq!(mails.expect("claims"), []);
            assert_eq!(
                w.outbox().next_due_in(Lane::Mail).await.expect("reads"),
                Some(later(1))
            );
            assert_eq!(
                w.outbox().next_due_in(Lane::Notice).await.expect("reads"),
                Some(NOW)
            );
            let notices = w
                .outbox()
                .claim_outbox(Lane::Notice, NOW, later(9), 9)
                .await;
            let claimed = OutboxRow {
                attempts: 1,
                due_at: later(9),
                ..notice
            };
            assert_eq!(notices.expect("claims"), [claimed]);
        })
        .await;
    })
    .await;
}
