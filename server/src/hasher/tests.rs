use super::*;
use crate::world::SystemEntropy;

const QUEUE: Queue = Queue {
    at_once: 1,
    length: 1,
    deadline: Duration::from_secs(60),
    keep: Duration::from_secs(600),
};

fn with(memory_kib: u32, iterations: u32, queue: Queue) -> Argon2Hasher {
    Argon2Hasher::new(memory_kib, iterations, 1, queue, Arc::new(SystemEntropy)).expect("in range")
}

fn hasher(iterations: u32) -> Argon2Hasher {
    with(64, iterations, QUEUE)
}

fn password(text: &str) -> Password {
    Password(text.to_owned())
}

#[tokio::test]
async fn passwords_fit_their_hash_and_no_other() {
    let hasher = hasher(1);
    let hash = hasher.hash(password("blå sykkel")).await.expect("hashes");
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    for (typed, stored, expected) in [
        ("blå sykkel", hash.clone(), Verified::Yes),
        ("rød sykkel", hash, Verified::No),
        ("blå sykkel", String::new(), Verified::No),
    ] {
        assert_eq!(
            hasher.verify(password(typed), Some(stored)).await,
            Ok(expected)
        );
    }
}

#[tokio::test]
async fn a_hash_by_another_algorithm_and_version_fits_and_is_renewed() {
    // A test vector of the reference implementation.
    let stored = "$argon2d$v=16$m=32,t=2,p=3,data=Dw8PDw8P$AAAAAAAAAAA$KnH4gniiaFnDvlA1xev3yovC4cnrrI6tnHOYtmja90o";
    let hasher = hasher(1);
    let verify = |typed| hasher.verify(password(typed), Some(stored.into()));
    assert!(matches!(
        verify("password").await,
        Ok(Verified::YesStale(_))
    ));
    assert_eq!(verify("sassword").await, Ok(Verified::No));
}

#[tokio::test]
async fn parameters_no_longer_in_force_are_noticed_and_the_hash_is_renewed() {
    let hash = hasher(1)
        .hash(password("blå sykkel"))
        .await
        .expect("hashes");
    let current = hasher(2);
    let Ok(Verified::YesStale(new)) = current.verify(password("blå sykkel"), Some(hash)).await
    else {
        panic!("is stale");
    };
    assert_eq!(
        current.verify(password("blå sykkel"), Some(new)).await,
        Ok(Verified::Yes)
    );
}

#[tokio::test]
async fn a_wrong_password_costs_the_same_whatever_is_stored() {
    let current = with(19_456, 2, QUEUE);
    assert_eq!(current.blocks(), 0, "nothing is computed at start");
    let mut stored = vec![
        None,
        Some(String::new()),
        Some("$argon2id$v=19$m=64".into()),
    ];
    for (memory, iterations) in [(19_456, 2), (8, 1), (4_096, 3), (19_456, 1), (12_288, 3)] {
        let old = with(memory, iterations, QUEUE);
        stored.push(Some(old.hash(password("x")).await.expect("hashes")));
    }
    for hash in stored {
        let before = current.blocks();
        let answer = current.verify(password("y"), hash.clone()).await;
        assert_eq!(answer, Ok(Verified::No));
        let spent = current.blocks() - before;
        assert!((38_900..=38_912).contains(&spent), "{hash:?}: {spent}");
    }
}

#[tokio::test]
async fn a_costlier_hash_makes_every_verification_as_costly() {
    let current = hasher(1);
    let old = hasher(3).hash(password("x")).await.expect("hashes");
    for hash in [Some(old.clone()), None, Some(old)] {
        let before = current.blocks();
        let answer = current.verify(password("y"), hash).await;
        assert_eq!(answer, Ok(Verified::No));
        assert_eq!(current.blocks() - before, 3 * 64);
    }
}

#[tokio::test]
async fn a_full_queue_refuses() {
    let hasher = hasher(1);
    let places = hasher.places.clone().acquire_many_owned(2).await;
    assert_eq!(hasher.hash(password("x")).await, Err(HashFailed::Busy));
    assert_eq!(
        hasher.verify(password("x"), None).await,
        Err(HashFailed::Busy)
    );
    drop(places);
    assert!(hasher.hash(password("x")).await.is_ok());
}

#[tokio::test]
async fn who_waits_longer_than_the_deadline_is_refused_and_gives_up_its_place() {
    let deadline = Duration::ZERO;
    let hasher = with(64, 1, Queue { deadline, ..QUEUE });
    let running = hasher.running.clone().acquire_owned().await;
    for _ in 0..3 {
        assert_eq!(hasher.hash(password("x")).await, Err(HashFailed::Busy));
    }
    drop(running);
    assert!(hasher.hash(password("x")).await.is_ok());
}

#[tokio::test]
async fn memory_is_kept_for_the_next_hash_and_released_when_it_is_not_used() {
    let hasher = with(64, 1, QUEUE);
    for _ in 0..3 {
        assert!(hasher.hash(password("x")).await.is_ok());
        let lengths: Vec<_> = hasher
            .work
            .memory
            .kept()
            .iter()
            .map(|(_, kept)| kept.len())
            .collect();
        assert_eq!(lengths, [64]);
    }
    let keep = Duration::ZERO;
    let hasher = with(64, 1, Queue { keep, ..QUEUE });
    assert!(hasher.hash(password("x")).await.is_ok());
    while !hasher.work.memory.kept().is_empty() {
        tokio::task::yield_now().await;
    }
}
