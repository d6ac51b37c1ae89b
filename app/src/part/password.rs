//! Password fields, and the checklist of a new password.

use crate::browser::Navigator;
use crate::part::field::{described, error_beside, hint_beside};
use crate::part::{icon, texts};
use kobling_model::password::{Personal, Policy};
use leptos::html;
use leptos::prelude::*;

/// A password field. It is empty after every answer. Once the page is hydrated, a button shows the password.
#[component]
pub(crate) fn PasswordField(
    name: &'static str,
    label: &'static str,
    #[prop(default = "current-password")] autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<Oco<'static, str>>,
    #[prop(optional_no_strip)] error: Option<&'static str>,
    #[prop(optional)] first: bool,
    #[prop(optional)] typed: Option<RwSignal<String>>,
    #[prop(optional)] also: Option<&'static str>,
) -> impl IntoView {
    let t = &texts().password;
    let hydrated = Navigator::get().hydrated;
    let field = NodeRef::<html::Input>::new();
    let shown = RwSignal::new(false);
    // The person may have typed before hydration.
    Effect::new(move || {
        if let (Some(element), Some(typed)) = (field.get(), typed) {
            typed.set(element.value());
        }
    });
    let describedby = [
        described(name, hint.is_some(), error.is_some()),
        also.map(str::to_owned),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ");
    let toggle = move || {
        hydrated.get().then(|| {
            let text = move || if shown.get() { t.hide } else { t.show };
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-size="sm"
                    aria-controls=name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {text}
                </button>
            }
        })
    };
    view! {
        <div class="ds-field">
            <label class="ds-label" for=name>{label}</label>
            {hint_beside(name, hint)}
            <div class="k-password">
                <input
                    class="ds-input"
                    type=move || if shown.get() { "text" } else { "password" }
                    id=name
                    name=name
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=error.map(|_| "true")
                    aria-describedby=(!describedby.is_empty()).then_some(describedby)
                    autofocus=first || error.is_some()
                    node_ref=field
                    on:input=move |event| {
                        if let Some(typed) = typed {
                            typed.set(event_target_value(&event));
                        }
                    }
                />
                {toggle}
            </div>
            {error_beside(name, error)}
        </div>
    }
    .into_any()
}

/// The account's address in a visually hidden field, because password managers look for the username beside the
/// password.
pub(crate) fn username(email: String) -> AnyView {
    view! {
        <input
            type="text"
            class="ds-sr-only"
            name="username"
            value=email
            autocomplete="username"
            readonly=true
            tabindex="-1"
            aria-hidden="true"
        />
    }
    .into_any()
}

/// The requirements, and which of them the typed password meets. The server applies the same rules.
#[component]
pub(crate) fn PasswordChecklist(
    policy: Policy,
    about: Personal,
    typed: RwSignal<String>,
) -> impl IntoView {
    let t = &texts().password;
    let lines = policy.check("", &about);
    let all = lines.len();
    let checked = Memo::new(move |_| typed.with(|typed| policy.check(typed, &about)));
    let met_of = move |at: usize| checked.with(|lines| lines.get(at).is_some_and(|line| line.1));
    let items = lines
        .into_iter()
        .enumerate()
        .map(|(at, (requirement, _))| {
            let met = Memo::new(move |_| met_of(at));
            view! {
                <li data-met=move || if met.get() { "true" } else { "false" }>
                    {move || if met.get() { icon::check() } else { icon::circle() }}
                    <span>
                        {t.requirement(requirement)}
                        <span class="ds-sr-only">
                            ", " {move || if met.get() { t.met } else { t.not_met }}
                        </span>
                    </span>
                </li>
            }
        })
        .collect_view();
    let progress =
        Memo::new(move |_| checked.with(|lines| lines.iter().filter(|line| line.1).count()));
    let message = move || {
        let untouched = typed.with(String::is_empty);
        (!untouched).then(|| t.progress(&progress.get().to_string(), &all.to_string()))
    };
    view! {
        <div class="k-checklist">
            <h2 class="ds-heading" data-size="2xs" id="requirements">{t.requirements}</h2>
            <ul aria-labelledby="requirements">{items}</ul>
            <p class="ds-sr-only" aria-live="polite">{message}</p>
        </div>
    }
    .into_any()
}
