//! **Jeg er ikke en robot**: the browser computes a proof of work.

use crate::browser::Navigator;
use crate::part::field::{described, error_beside, hint_beside};
use crate::part::texts;
use leptos::html;
use leptos::prelude::*;

/// The state of the proof of work.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Work {
    /// The box is not ticked.
    Idle,
    /// In progress.
    Running,
    /// The proof; empty if it could not be computed.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    Done(String),
}

/// Delays the submission of a form while its proof is in progress.
#[component]
pub(crate) fn HoldSubmit(work: RwSignal<Work>, children: Children) -> impl IntoView {
    let waiting = RwSignal::new(false);
    let hold = move |event: web_sys::SubmitEvent| {
        if work.get_untracked() == Work::Running {
            event.prevent_default();
            event.stop_propagation();
            waiting.set(true);
        }
    };
    Effect::new(move || {
        if matches!(work.get(), Work::Done(_)) && waiting.get_untracked() {
            waiting.set(false);
            // The hidden field is set before the next frame.
            request_animation_frame(submit_form);
        }
    });
    view! { <div on:submit:capture=hold>{children()}</div> }.into_any()
}

/// Submits the form that contains the box.
fn submit_form() {
    use leptos::wasm_bindgen::JsCast;
    let form = document()
        .get_element_by_id("robot")
        .and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok())
        .and_then(|input| input.form());
    if let Some(form) = form {
        _ = form.request_submit();
    }
}

/// The box, and the hidden field with the proof. Without JavaScript the proof is empty, and the server applies rate
/// limits instead.
#[component]
pub(crate) fn Robot(
    work: RwSignal<Work>,
    #[prop(optional_no_strip)] error: Option<&'static str>,
) -> impl IntoView {
    let t = &texts().recovery;
    let hydrated = Navigator::get().hydrated;
    let field = NodeRef::<html::Input>::new();
    let start = move || {
        let ticked = field.get_untracked().is_some_and(|field| field.checked());
        if ticked && work.get_untracked() == Work::Idle {
            work.set(Work::Running);
            begin(work);
        }
    };
    // The person may have ticked it before hydration.
    Effect::new(move || {
        field.track();
        start();
    });
    let proof = move || match work.get() {
        Work::Done(proof) => proof,
        Work::Idle | Work::Running => String::new(),
    };
    let status = move || match work.get() {
        Work::Idle => "",
        Work::Running => t.working,
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
                node_ref=field
                on:change=move |_| start()
            />
            <label class="ds-label" for="robot">{t.robot}</label>
            {hint}
            {error_beside("robot", error)}
        </div>
        <p class="k-work" role="status">{status}</p>
        <input type="hidden" name="proof" prop:value=proof/>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn begin(_: RwSignal<Work>) {}

#[cfg(feature = "hydrate")]
fn begin(work: RwSignal<Work>) {
    leptos::task::spawn_local(async move {
        // Without a solution the proof is empty: the server then treats the browser as one without JavaScript.
        let proof = solve::proof().await.unwrap_or_default();
        work.try_set(Work::Done(proof));
    });
}

#[cfg(feature = "hydrate")]
mod solve {
    use crate::part::proof::{Parameters, Work};
    use futures_channel::oneshot;
    use js_sys::{JSON, Reflect};
    use leptos::prelude::{set_timeout, window};
    use std::time::Duration;
    use wasm_bindgen::JsValue;

    /// How long the work may block the page at a time, in milliseconds.
    const SLICE: f64 = 40.0;

    /// Fetches a challenge and solves it. Returns ALTCHA's JSON in base64.
    pub(super) async fn proof() -> Option<String> {
        let answer = gloo_net::http::Request::get("/api/v1/proof-of-work")
            .send()
            .await
            .ok()?;
        let mut work = read(&answer.text().await.ok()?)?;
        loop {
            let began = js_sys::Date::now();
            while js_sys::Date::now() - began < SLICE {
                if let Some(payload) = work.guess() {
                    return window().btoa(&payload).ok();
                }
            }
            yield_to_browser().await;
        }
    }

    /// Parses the answer: JSON that contains ALTCHA's JSON as a string.
    fn read(answer: &str) -> Option<Work> {
        let of = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).ok();
        let challenge = of(&JSON::parse(answer).ok()?, "challenge")?.as_string()?;
        let given = of(&JSON::parse(&challenge).ok()?, "parameters")?;
        let text = |name| of(&given, name)?.as_string();
        let number = |name| of(&given, name)?.as_f64();
        let parameters = Parameters {
            algorithm: text("algorithm")?,
            cost: number("cost")? as u32,
            key_length: number("keyLength")? as usize,
            key_prefix: text("keyPrefix")?,
            nonce: text("nonce")?,
            salt: text("salt")?,
        };
        Work::parse(challenge, parameters)
    }

    async fn yield_to_browser() {
        let (done, rest) = oneshot::channel::<()>();
        set_timeout(move || _ = done.send(()), Duration::ZERO);
        _ = rest.await;
    }
}
