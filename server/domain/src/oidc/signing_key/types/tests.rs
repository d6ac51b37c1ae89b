use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

const ES: SigningAlg = SigningAlg::Es256;
const T: Timestamp = Timestamp(1_800_000_000_000_000);
const PACE: Rotation = Rotation::USUAL;

fn key(alg: SigningAlg, generation: i64, signs_from: Timestamp) -> SigningKey {
    SigningKey {
        kid: format!("{}-{generation}", alg.name()),
        alg,
        generation,
        sealed: String::new(),
        created_at: signs_from,
        signs_from,
    }
}

fn hours(hours: i64) -> Timestamp {
    T + Span::hours(hours)
}

fn phases(keys: &[SigningKey], now: Timestamp) -> Vec<Phase> {
    keys.iter()
        .map(|key| phase(key, keys, now, &PACE))
        .collect()
}

#[test]
fn a_key_passes_through_all_phases_in_order() {
    use Phase::{Announced, Gone, Remembered, Retired, Signs};
    let keys = [key(ES, 1, T), key(ES, 2, hours(10))];
    let second = Span(1_000_000);
    let published = hours(10) + PACE.published;
    let remembered = hours(10) + PACE.remembered;
    for (now, expected) in [
        (T, [Signs, Announced]),
        (hours(10) - second, [Signs, Announced]),
        (hours(10), [Retired, Signs]),
        (published - second, [Retired, Signs]),
        (published, [Remembered, Signs]),
        (remembered - second, [Remembered, Signs]),
        (remembered, [Gone, Signs]),
    ] {
        assert_eq!(phases(&keys, now), expected, "{now:?}");
    }
}

#[test]
fn a_clock_that_is_behind_finds_a_signing_key() {
    let keys = [key(ES, 1, hours(1)), key(ES, 2, hours(2))];
    assert_eq!(phases(&keys, T), [Phase::Signs, Phase::Announced]);
    assert_eq!(signer(&[], ES, T), None);
}

#[test]
fn the_keys_of_each_algorithm_rotate_independently() {
    let keys = [
        key(ES, 1, T),
        key(SigningAlg::Rs256, 1, T),
        key(ES, 2, hours(1)),
    ];
    assert_eq!(
        phases(&keys, hours(1)),
        [Phase::Retired, Phase::Signs, Phase::Signs]
    );
}

#[test]
fn only_the_first_key_signs_without_an_announcement() {
    let lead = PACE.lead();
    let every = PACE.every.expect("a pace");
    assert!(lead >= Span(PACE.cached.0 + PACE.reload.0));
    let one = [key(ES, 1, T)];
    let two = [key(ES, 1, T), key(ES, 2, hours(5))];
    let due = T + every - lead;
    let never = Rotation {
        every: None,
        ..PACE
    };
    for (keys, now, pace, why, expected) in [
        (&[][..], T, &PACE, Why::Schedule, Some((1, T))),
        (&[], T, &never, Why::Schedule, Some((1, T))),
        (&[], T, &PACE, Why::Compromised, Some((1, T))),
        (&one, T, &PACE, Why::Schedule, None),
        (&one, due - Span(1), &PACE, Why::Schedule, None),
        (&one, due, &PACE, Why::Schedule, Some((2, T + every))),
        (&one, due, &never, Why::Schedule, None),
        (&one, T, &never, Why::Command, Some((2, T + lead))),
        (&one, T, &PACE, Why::Compromised, Some((2, T))),
        // One is announced already.
        (&two, T, &PACE, Why::Command, None),
        (&two, due, &PACE, Why::Schedule, None),
        (&two, T, &PACE, Why::Compromised, Some((3, T))),
        // A server that was off for long still announces the key first.
        (
            &one,
            T + Span(every.0 * 3),
            &PACE,
            Why::Schedule,
            Some((2, T + Span(every.0 * 3) + lead)),
        ),
    ] {
        assert_eq!(next(keys, ES, now, pace, why), expected, "{keys:?} {why:?}");
    }
}

/// What happens to an installation over time.
#[derive(Debug, Clone, Copy)]
enum Event {
    Passes(i64),
    Maintained,
    Commanded,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (1i64..200).prop_map(|tenths| Event::Passes(tenths * 360)),
        Just(Event::Maintained),
        Just(Event::Commanded),
    ]
}

proptest! {
    /// A client that caches the published keys for as long as it may, at a server that reloads them as rarely as it
    /// may, always knows the signing key. A signature stays verifiable for as long as the key has to be published.
    #[test]
    fn a_client_that_caches_keys_as_allowed_has_the_signing_key(
        every in prop_oneof![Just(None), (4i64..100).prop_map(|h| Some(Span::hours(h)))],
        events in proptest::collection::vec(event(), 1..60),
    ) {
        let pace = Rotation { every, ..PACE };
        let mut keys: Vec<SigningKey> = Vec::new();
        let mut now = T;
        // The published `kid`s at each moment.
        let mut published: Vec<(Timestamp, HashSet<String>)> = Vec::new();
        // The signing `kid` at each moment.
        let mut signed: Vec<(Timestamp, String)> = Vec::new();
        for event in std::iter::once(Event::Maintained).chain(events) {
            let why = match event {
                Event::Passes(seconds) => {
                    now = now + Span::seconds(seconds);
                    None
                }
                Event::Maintained => Some(Why::Schedule),
                Event::Commanded => Some(Why::Command),
            };
            if let Some(why) = why
                && let Some((generation, signs_from)) = next(&keys, ES, now, &pace, why)
            {
                keys.push(key(ES, generation, signs_from));
            }
            let of = |phases: fn(Phase) -> bool| {
                keys.iter()
                    .filter(|key| phases(phase(key, &keys, now, &pace)))
                    .map(|key| key.kid.clone())
                    .collect::<HashSet<_>>()
            };
            let signing = of(|phase| phase == Phase::Signs);
            prop_assert_eq!(signing.len(), 1);
            prop_assert!(of(|phase| phase == Phase::Announced).len() <= 1);
            let kid = signing.into_iter().next().expect("one");
            let slack = Span(pace.cached.0 + pace.reload.0);
            for (at, kids) in &published {
                if now.since(*at) <= slack {
                    prop_assert!(kids.contains(&kid), "{} signs, unknown to a client", kid);
                }
            }
            let known = of(Phase::is_published);
            for (at, kid) in &signed {
                if now.since(*at) < pace.published {
                    prop_assert!(known.contains(kid), "{} is not published any more", kid);
                }
            }
            published.push((now, known));
            signed.push((now, kid));
        }
    }

    /// Keys in phase `Gone` are the oldest ones, so that one statement can delete them.
    #[test]
    fn expired_keys_are_the_oldest_ones(
        starts in proptest::collection::vec(0i64..10_000, 1..8),
        now in 0i64..20_000,
    ) {
        let keys: Vec<_> = (1..).zip(&starts).map(|(n, &start)| key(ES, n, hours(start))).collect();
        let gone: Vec<bool> = phases(&keys, hours(now)).into_iter().map(|p| p == Phase::Gone).collect();
        prop_assert!(gone.is_sorted_by(|a, b| a >= b), "{gone:?}");
    }
}
