use super::{
    common::{commit, each},
    sample::{MINUTE, NOW, hash, later},
};
use kobling_domain::{kernel::store::Store, ops::limit::Pace};
use kobling_model::time::Span;

#[tokio::test]
async fn a_proof_of_work_is_spent_once() {
    each(async |db| {
        commit(&db, async |w| {
            for expected in [true, false] {
                let spent = w.spent_proofs().spend_proof(&hash("proof"), later(5)).await;
                assert_eq!(spent.expect("answers"), expected);
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_rate_limit_allows_a_burst_and_then_one_per_interval() {
    each(async |db| {
        commit(&db, async |w| {
            let key = hash("limit");
            let half = Span(MINUTE.0 / 2);
            let mut now = NOW;
            let mut take = async |passed: Span| {
                now = now + passed;
                w.rate_limits()
                    .take(&key, now, MINUTE, 3)
                    .await
                    .expect("answers")
            };
            let seconds = |wait| Some(Span::seconds(wait));
            for expected in [None, None, None, seconds(60), seconds(60)] {
                assert_eq!(take(Span(0)).await, expected, "a burst of three");
            }
            // Refused calls have not lengthened the wait.
            assert_eq!(take(half).await, seconds(30));
            assert_eq!(take(half).await, None);
            assert_eq!(take(half).await, seconds(30));
            assert_eq!(take(half).await, None);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_idle_rate_limit_refills_to_the_burst() {
    each(async |db| {
        commit(&db, async |w| {
            let key = hash("limit");
            for now in [NOW, later(600)] {
                for expected in [true, true, false] {
                    let took = w.rate_limits().take(&key, now, MINUTE, 2).await;
                    assert_eq!(took.expect("answers").is_none(), expected);
                }
            }
            let other = w
                .rate_limits()
                .take(&hash("other"), later(600), MINUTE, 2)
                .await;
            assert_eq!(other.expect("answers"), None, "keys do not share");
            let none = w.rate_limits().take(&hash("none"), NOW, MINUTE, 0).await;
            assert_eq!(none.expect("answers"), Some(MINUTE), "a burst of nothing");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn of_several_rate_limits_the_first_that_is_exhausted_refuses() {
    each(async |db| {
        let limit = |name, burst| {
            let interval = MINUTE;
            (hash(name), Pace { interval, burst })
        };
        let shared = || limit("shared", 2);
        for (name, last) in [
            ("one", false),
            ("two", false),
            ("three", true),
            ("one", true),
        ] {
            let mut work = db.begin().await.expect("begins");
            let limits = [limit(name, 1), shared()];
            let refused = work.rate_limits().take_each(&limits, NOW).await;
            let first = usize::from(name == "three");
            let expected = last.then_some((first, MINUTE));
            assert_eq!(refused.expect("answers"), expected, "{name}");
            if !last {
                work.commit().await.expect("commits");
            }
        }
        commit(&db, async |w| {
            let took = w.rate_limits().take(&hash("three"), NOW, MINUTE, 1).await;
            assert_eq!(took.expect("answers"), None, "rolled back");
            let nothing = [shared(), limit("none", 0)];
            let refused = w.rate_limits().take_each(&nothing, later(9)).await;
            assert_eq!(refused.expect("answers"), Some((1, MINUTE)));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn looking_at_a_rate_limit_takes_nothing() {
    each(async |db| {
        commit(&db, async |w| {
            let key = hash("looked at");
            for expected in [None, None, Some(MINUTE)] {
                for _ in 0..3 {
                    let wait = w.rate_limits().wait(&key, NOW, MINUTE, 2).await;
                    assert_eq!(wait.expect("answers"), expected);
                }
                let took = w.rate_limits().take(&key, NOW, MINUTE, 2).await;
                assert_eq!(took.expect("answers"), expected);
            }
            let wait = w.rate_limits().wait(&key, NOW + MINUTE, MINUTE, 2).await;
            assert_eq!(wait.expect("answers"), None, "it refills");
            let none = w.rate_limits().wait(&hash("none"), NOW, MINUTE, 0).await;
            assert_eq!(none.expect("answers"), Some(MINUTE), "a burst of nothing");
        })
        .await;
    })
    .await;
}
