use super::{
    common::{commit, each},
    sample::{NOW, account, later, outbox, uuid},
};
use kobling_domain::oidc::logout::types::LogoutNotice;
use kobling_model::{
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
};

#[tokio::test]
async fn jobs_are_counted_once_they_are_due() {
    each(async |db| {
        commit(&db, async |w| {
            assert_eq!(w.figures().outbox_due(NOW).await.expect("counts"), 0);
            for (number, due) in [(1, 1), (2, 1), (3, 2)] {
                let row = outbox(number, later(due));
                w.outbox().push_outbox(&row).await.expect("pushes");
            }
            for (minute, expected) in [(0, 0), (1, 2), (2, 3)] {
                let due = w.figures().outbox_due(later(minute)).await;
                assert_eq!(due.expect("counts"), expected, "{minute}");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn notices_are_counted_by_status() {
    each(async |db| {
        commit(&db, async |w| {
            for (number, status) in [
                (1, NoticeStatus::Waiting),
                (2, NoticeStatus::Failed),
                (3, NoticeStatus::Waiting),
                (4, NoticeStatus::Confirmed),
            ] {
                let notice = LogoutNotice {
                    id: NoticeId(uuid(number)),
                    sign_out: SignOutId(uuid(9)),
                    account: account(1).id,
                    client_id: "kart".into(),
                    sid: "sid".into(),
                    subject: "subject".into(),
                    status,
                    settled_at: None,
                    created_at: NOW,
                    expires_at: later(60),
                };
                w.logouts().insert_notice(&notice).await.expect("inserts");
            }
            for (status, expected) in NoticeStatus::ALL.into_iter().zip([2, 1, 1, 0]) {
                let number = w.figures().logout_notices(status).await;
                assert_eq!(number.expect("counts"), expected, "{status:?}");
            }
        })
        .await;
    })
    .await;
}
