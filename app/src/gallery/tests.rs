use super::*;
use std::collections::HashSet;
use std::path::Path;

#[test]
fn every_kind_of_state_has_a_sample() {
    let mut shown = HashSet::new();
    for mut sample in samples::all().expect("valid names") {
        let view = sample.outcome.as_mut().expect("a view");
        let (_, kind, _) = kinds::of(view).expect("the view of a page");
        shown.insert((kind, sample.name == kind));
    }
    for kind in kinds::ALL {
        assert!(
            shown.contains(&(*kind, true)),
            "no sample is named {kind} and of that kind"
        );
    }
}

#[test]
fn every_problem_is_shown_where_people_meet_it() {
    let names: HashSet<_> = samples().into_iter().map(|sample| sample.name).collect();
    for problem in problems() {
        for kind in problems::met(problem).0 {
            assert!(kinds::ALL.contains(kind), "{kind} of {problem}");
            assert!(
                names.contains(&problems::name(kind, problem)),
                "{problem} on {kind}"
            );
        }
    }
}

#[test]
fn names_are_unique_and_fit_into_an_address() {
    let mut names = HashSet::new();
    for sample in samples() {
        let fits = |c: char| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit();
        assert!(sample.name.chars().all(fits), "{}", sample.name);
        assert!(names.insert(sample.name.clone()), "{} twice", sample.name);
    }
}

#[test]
fn every_sample_names_a_journey() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/tests");
    for sample in samples() {
        let spec = folder.join(format!("{}.spec.ts", sample.journey));
        assert!(spec.is_file(), "{}: {}", sample.name, spec.display());
        assert!(sample.how.ends_with('.'), "{}", sample.name);
    }
}
