//! Pushed authorization requests.

use super::{
    common::{commit, each},
    sample::{NOW, hash, later},
};
use kobling_domain::oidc::grant::types::PushedRequest;

pub fn pushed(reference: &str, minutes: i64) -> PushedRequest {
    PushedRequest {
        reference: hash(reference),
        client_id: "startside".into(),
        sealed: "sealed".into(),
        expires_at: later(minutes),
    }
}

#[tokio::test]
async fn a_pushed_request_is_consumed_once_by_its_own_client_in_time() {
    each(async |db| {
        commit(&db, async |w| {
            let request = pushed("a", 2);
            w.pushed().insert_pushed(&request).await.expect("inserts");
            for (reference, client, now) in [
                ("b", "startside", NOW),
                ("a", "another", NOW),
                ("a", "startside", later(2)),
            ] {
                let none = w
                    .pushed()
                    .consume_pushed(&hash(reference), client, now)
                    .await;
                assert_eq!(none.expect("answers"), None, "{reference} {client}");
            }
            for expected in [Some(request), None] {
                let consumed = w
                    .pushed()
                    .consume_pushed(&hash("a"), "startside", later(1))
                    .await;
                assert_eq!(consumed.expect("answers"), expected);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn pushed_requests_are_purged_when_they_have_expired() {
    each(async |db| {
        commit(&db, async |w| {
            w.pushed()
                .insert_pushed(&pushed("a", 2))
                .await
                .expect("inserts");
            w.pushed()
                .insert_pushed(&pushed("b", 3))
                .await
                .expect("inserts");
            assert_eq!(w.audit().purge(later(1), None).await.expect("purges"), 0);
            assert_eq!(w.audit().purge(later(2), None).await.expect("purges"), 1);
            assert_eq!(w.audit().purge(later(3), None).await.expect("purges"), 1);
        })
        .await;
    })
    .await;
}
