use super::{
    common::{commit, each, each_engine, read},
    sample::{NOW, later},
};
use kobling_domain::{
    kernel::{error::StoreError, store::Store},
    oidc::{client::SigningAlg, signing_key::types::SigningKey},
};
use kobling_model::Timestamp;
use std::sync::Arc;
use tokio::{sync::Barrier, task::JoinSet};

const ES: SigningAlg = SigningAlg::Es256;
const RS: SigningAlg = SigningAlg::Rs256;

fn key(kid: &str, alg: SigningAlg, generation: i64, signs_from: Timestamp) -> SigningKey {
    SigningKey {
        kid: kid.into(),
        alg,
        generation,
        sealed: format!("sealed {kid}"),
        created_at: NOW,
        signs_from,
    }
}

#[tokio::test]
async fn signing_keys_are_ordered_by_algorithm_newest_first() {
    each(async |db| {
        commit(&db, async |w| {
            let keys = [
                key("c", ES, 2, NOW),
                key("a", ES, 1, later(2)),
                key("b", RS, 1, later(1)),
            ];
            for key in keys.iter().rev() {
                assert!(
                    w.signing_keys()
                        .insert_signing_key(key)
                        .await
                        .expect("inserts")
                );
            }
            assert_eq!(
                w.signing_keys().all_signing_keys().await.expect("reads"),
                keys
            );

            for (alg, before, expected) in [(RS, 1, 0), (ES, 2, 1), (ES, 2, 0)] {
                let forgotten = w.signing_keys().forget_signing_keys(alg, before).await;
                assert_eq!(forgotten.expect("forgets"), expected);
            }
            let left = w.signing_keys().all_signing_keys().await.expect("reads");
            assert_eq!(left, [keys[0].clone(), keys[2].clone()]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn of_sixteen_processes_that_create_the_same_key_one_succeeds() {
    each(async |db| {
        let barrier = Arc::new(Barrier::new(16));
        let mut racers = JoinSet::new();
        for number in 0..16 {
            let (db, barrier) = (db.clone(), Arc::clone(&barrier));
            racers.spawn(async move {
                barrier.wait().await;
                let mut work = db.begin().await.expect("begins");
                let mine = key(&format!("kid {number}"), ES, 1, NOW);
                let first = work
                    .signing_keys()
                    .insert_signing_key(&mine)
                    .await
                    .expect("answers");
                work.commit().await.expect("commits");
                first.then_some(mine)
            });
        }
        let first: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
        assert_eq!(first.len(), 1);
        let stored = read(&db, async |w| w.signing_keys().all_signing_keys().await).await;
        assert_eq!(stored.expect("reads"), first);
    })
    .await;
}

#[tokio::test]
async fn a_key_with_an_unknown_algorithm_is_an_error() {
    each_engine(async |db, engine| {
        engine
            .execute(
                "INSERT INTO signing_keys (kid, alg, generation, sealed, created_at, signs_from)
                VALUES ('x', 'XS512', 1, 'y', 1, 1)",
            )
            .await;
        let stored = read(&db, async |w| w.signing_keys().all_signing_keys().await).await;
        assert!(matches!(stored, Err(StoreError::Corrupt(_))), "{stored:?}");
    })
    .await;
}
