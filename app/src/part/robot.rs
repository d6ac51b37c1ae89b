//! **Jeg er ikke en robot**: the browser works a little in the person's stead.

use crate::browser::Wire;
use crate::part::field::{described, error_beside, hint_beside};
use crate::part::texts;
use leptos::prelude::*;

/// How far the work is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Work {
    /// The box is not ticked yet.
    Idle,
    /// Under way.
    Under,
    /// The proof, or nothing where there was none to be had.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    Done(String),
}

/// Keeps a form back while the work for it is under way, and sends it then.
#[component]
pub(crate) fn Held(work: RwSignal<Work>, children: Children) -> impl IntoView {
    let waiting = RwSignal::new_local(None::<web_sys::HtmlFormElement>);
    let hold = move |event: web_sys::SubmitEvent| {
        if work.get_untracked() == Work::Under {
            event.prevent_default();
            event.stop_propagation();
            waiting.set(form_of(&event));
        }
    };
    Effect::new(move || {
        if matches!(work.get(), Work::Done(_))
            && let Some(form) = waiting.get_untracked()
        {
            waiting.set(None);
            // The proof's field is filled in the same turn.
            request_animation_frame(move || _ = form.request_submit());
        }
    });
    view! { <div on:submit:capture=hold>{children()}</div> }.into_any()
}

#[cfg(feature = "hydrate")]
fn form_of(event: &web_sys::SubmitEvent) -> Option<web_sys::HtmlFormElement> {
    use wasm_bindgen::JsCast;
    event.target()?.dyn_into().ok()
}

#[cfg(not(feature = "hydrate"))]
fn form_of(_: &web_sys::SubmitEvent) -> Option<web_sys::HtmlFormElement> {
    None
}

/// The box, and the proof that goes along unseen. Without script the proof stays empty, and limits on the server stand
/// in for it.
#[component]
pub(crate) fn Robot(
    work: RwSignal<Work>,
    #[prop(optional_no_strip)] error: Option<&'static str>,
) -> impl IntoView {
    let t = &texts().recovery;
    let hydrated = Wire::get().hydrated;
    let ticked = move |event: web_sys::Event| {
        if event_target_checked(&event) && work.get_untracked() == Work::Idle {
            work.set(Work::Under);
            begin(work);
        }
    };
    let proof = move || match work.get() {
        Work::Done(proof) => proof,
        Work::Idle | Work::Under => String::new(),
    };
    let says = move || match work.get() {
        Work::Idle => "",
        Work::Under => t.working,
        Work::Done(_) => t.worked,
    };
    let hint = move || {
        hydrated
            .get()
            .then(|| hint_beside("robot", Some(t.robot_hint.into())))
    };
    view! {
        <div class="ds-field">
            <input
                class="ds-input"
                type="checkbox"
                id="robot"
                name="robot"
                value="yes"
                aria-invalid=error.map(|_| "true")
                aria-describedby=move || described("robot", hydrated.get(), error.is_some())
                autofocus=error.is_some()
                on:change=ticked
            />
            <label class="ds-label" for="robot">{t.robot}</label>
            {hint}
            {error_beside("robot", error)}
        </div>
        <p class="k-work" role="status">{says}</p>
        <input type="hidden" name="proof" prop:value=proof/>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn begin(_: RwSignal<Work>) {}

#[cfg(feature = "hydrate")]
fn begin(work: RwSignal<Work>) {
    leptos::task::spawn_local(async move {
        // What cannot be solved is sent unsolved: the server then treats the browser as one without script.
        let proof = solve::proof().await.unwrap_or_default();
        work.try_set(Work::Done(proof));
    });
}

#[cfg(feature = "hydrate")]
mod solve {
    use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
    use futures_channel::oneshot;
    use kobling_model::view::ProofChallenge;
    use leptos::prelude::{set_timeout, window};
    use std::time::Duration;

    /// Longest the page may be without answering to the person, in milliseconds.
    const SLICE: u64 = 40;
    /// Far more counters than a slice can try.
    const STRIDE: u32 = 1 << 20;

    /// Fetches a challenge and solves it: base64 of ALTCHA's JSON.
    pub(super) async fn proof() -> Option<String> {
        let answer = gloo_net::http::Request::get("/api/v1/proof-of-work")
            .send()
            .await
            .ok()?;
        let given: ProofChallenge = answer.json().await.ok()?;
        let challenge: Challenge = from_json(&given.challenge)?;
        let solution = search(&challenge).await?;
        let payload = to_json(&Payload {
            challenge,
            solution,
        })?;
        window().btoa(&payload).ok()
    }

    /// Any counter is as likely to fit as any other, so each slice begins somewhere new instead of where the last one
    /// stopped, which the library does not tell.
    async fn search(challenge: &Challenge) -> Option<altcha::Solution> {
        for slice in 0..(u32::MAX / STRIDE) {
            let options = SolveChallengeOptions {
                counter_start: slice * STRIDE,
                timeout_ms: SLICE,
                ..SolveChallengeOptions::new(challenge)
            };
            if let Some(solution) = solve_challenge(options).ok()? {
                return Some(solution);
            }
            breathe().await;
        }
        None
    }

    async fn breathe() {
        let (done, rest) = oneshot::channel::<()>();
        set_timeout(move || _ = done.send(()), Duration::ZERO);
        _ = rest.await;
    }

    fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
        leptos::serde_json::from_str(text).ok()
    }

    fn to_json<T: serde::Serialize>(value: &T) -> Option<String> {
        leptos::serde_json::to_string(value).ok()
    }
}
