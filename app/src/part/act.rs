//! Forms that perform an action, and their buttons.

use crate::browser::Navigator;
use crate::part::alert::{Tone, alert};
use crate::part::texts;
#[cfg(feature = "hydrate")]
use crate::{browser::mark_title, codec::Postcard, error::problem, part::view::Carried};
use kobling_model::FlowId;
use leptos::context::Provider;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::server_fn::{ContentType, Decodes};
use std::borrow::Cow;

/// Whether the surrounding form is being submitted.
#[derive(Clone, Copy)]
struct Busy(RwSignal<bool>);

/// A form that posts to a server function (its `PATH`), and follows the redirect of the answer.
///
/// It replaces leptos' `ActionForm`, which is generic over the fields and adds some fifteen kilobytes per form; this
/// code is shared by all forms. A second submission while one is in progress is ignored. If there is no answer, the
/// fields keep their values and an alert says so.
#[component]
pub(crate) fn Act(
    to: &'static str,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let t = texts();
    let navigator = Navigator::get();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Cow<'static, str>>);
    let submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if !busy.get_untracked() {
            send(
                &event,
                Submission {
                    to,
                    navigator,
                    busy,
                    failed,
                    t,
                },
            );
        }
    };
    let changed = move |event: web_sys::Event| recheck(&event, t.common.error);
    view! {
        <form method="post" action=to class=class novalidate=true on:submit=submit on:input=changed>
            {move || failed.get().map(|message| alert(Tone::Danger, message))}
            <span class="ds-sr-only" role="status">{move || busy.get().then_some(t.common.busy)}</span>
            <Provider value=Busy(busy)>{children()}</Provider>
        </form>
    }
    .into_any()
}

/// A submission in progress.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
struct Submission {
    to: &'static str,
    navigator: Navigator,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Cow<'static, str>>>,
    t: &'static kobling_text::Texts,
}

#[cfg(not(feature = "hydrate"))]
fn send(_: &SubmitEvent, _: Submission) {}

#[cfg(feature = "hydrate")]
fn send(event: &SubmitEvent, submission: Submission) {
    use wasm_bindgen::JsCast;
    let Some(form) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok())
    else {
        return;
    };
    let fields = web_sys::FormData::new_with_form(&form)
        .and_then(|data| web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data));
    let Ok(fields) = fields else { return };
    let Submission {
        to,
        navigator,
        busy,
        failed,
        t,
    } = submission;
    busy.set(true);
    failed.set(None);
    if let Some(button) = event.submitter().filter(|button| !button.id().is_empty()) {
        navigator.pressed.set_value(button.id());
    }
    let answers = navigator.answers.get_untracked();
    leptos::task::spawn_local(async move {
        match post(to, &fields).await {
            Ok((next, carried)) if navigator.answers.get_untracked() == answers => {
                navigator.go_with(&next, carried);
            }
            // The views may be older than what another answer has changed in the meantime.
            Ok((next, _)) => navigator.go(&next),
            Err(problem) => {
                let message =
                    problem.map_or(t.common.offline.into(), |problem| t.problem_text(problem));
                failed.try_set(Some(message));
                request_animation_frame(move || mark_title(t.common.error));
            }
        }
        busy.try_set(false);
    });
}

/// Returns the location of the answer and the views that it carries, or the problem; `None` if there is no answer.
#[cfg(feature = "hydrate")]
async fn post(
    to: &str,
    fields: &web_sys::UrlSearchParams,
) -> Result<(String, Carried), Option<kobling_model::Problem>> {
    let answer = gloo_net::http::Request::post(to)
        .header("Accept", Postcard::CONTENT_TYPE)
        .body(fields)
        .map_err(|_| None)?
        .send()
        .await
        .map_err(|_| None)?;
    match answer.headers().get("location") {
        Some(next) if answer.ok() => {
            // If the body cannot be decoded, the views are fetched.
            let body = answer.binary().await.unwrap_or_default();
            Ok((next, Postcard::decode(body.into()).unwrap_or_default()))
        }
        _ => Err(answer.text().await.ok().as_deref().and_then(problem)),
    }
}

#[cfg(not(feature = "hydrate"))]
fn recheck(_: &web_sys::Event, _: &'static str) {}

/// Takes away the errors of the fields that are right again. The elements are not touched by a later answer, because it
/// replaces them all.
#[cfg(feature = "hydrate")]
fn recheck(event: &web_sys::Event, word: &'static str) {
    use wasm_bindgen::JsCast;
    let input =
        |element: wasm_bindgen::JsValue| element.dyn_into::<web_sys::HtmlInputElement>().ok();
    let Some(form) = event.target().and_then(|it| input(it.into())?.form()) else {
        return;
    };
    // The checklist of a new password follows its field before the next frame.
    request_animation_frame(move || {
        let fields = form.elements();
        (0..fields.length())
            .filter_map(|at| input(fields.item(at)?.into()))
            .filter(|field| field.has_attribute("aria-invalid") && is_right(field, &form))
            .for_each(|field| take_error(&field));
        mark_title(word);
    });
}

/// Whether a field that was in error could be accepted now, as far as the browser can tell.
#[cfg(feature = "hydrate")]
fn is_right(field: &web_sys::HtmlInputElement, form: &web_sys::HtmlFormElement) -> bool {
    use wasm_bindgen::JsCast;
    let value = field.value();
    let is_unmet = || {
        form.query_selector("[data-met=false]")
            .is_ok_and(|it| it.is_some())
    };
    match field.id().as_str() {
        "robot" => field.checked(),
        "confirm" => document()
            .get_element_by_id("password")
            .is_some_and(|it| it.unchecked_ref::<web_sys::HtmlInputElement>().value() == value),
        "password" if is_unmet() => false,
        // The initial value is what was refused.
        _ => !value.trim().is_empty() && value != field.default_value() && field.check_validity(),
    }
}

#[cfg(feature = "hydrate")]
fn take_error(field: &web_sys::HtmlInputElement) {
    let error = [&field.id(), "-error"].concat();
    let described = field.get_attribute("aria-describedby").unwrap_or_default();
    _ = field.set_attribute("aria-describedby", &described.replace(&error, ""));
    _ = field.remove_attribute("aria-invalid");
    for id in [error, [&field.id(), "-listed"].concat()] {
        if let Some(element) = document().get_element_by_id(&id) {
            element.remove();
        }
    }
}

/// The button that submits the surrounding form. It is not disabled during the submission, so that it keeps the focus.
#[component]
pub(crate) fn Submit(
    #[prop(into)] text: Oco<'static, str>,
    #[prop(default = "primary")] variant: &'static str,
    #[prop(default = "accent")] color: &'static str,
    #[prop(optional)] icon: Option<AnyView>,
    #[prop(optional, into)] about: Option<String>,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let busy = use_context::<Busy>().map(|busy| busy.0);
    let is_busy = move || busy.and_then(|busy| busy.get().then_some("true"));
    view! {
        <button type="submit" class="ds-button" id=id data-variant=variant data-color=color aria-busy=is_busy>
            {icon}
            <span>{text} {about.map(|about| view! { <span class="ds-sr-only">" " {about}</span> })}</span>
        </button>
    }
    .into_any()
}

/// The field with the id of the flow.
pub(crate) fn of_flow(flow: impl Into<Option<FlowId>>) -> AnyView {
    flow.into()
        .map(|flow| hidden("flow", flow.to_string()))
        .into_any()
}

/// A hidden field.
pub(crate) fn hidden(name: &'static str, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
