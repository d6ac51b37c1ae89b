//! Warns before a session ends, and allows extending it (WCAG 2.2.1). The page stays, so form fields keep their values.

use crate::part::dialog::Dialog;
use crate::part::texts;
use kobling_model::route;
use leptos::prelude::*;

/// How long before the end the warning is shown, in seconds: at least two minutes, and time for the request.
#[cfg(feature = "hydrate")]
const BEFORE: i64 = 150;
/// The remaining time to assume if a request fails: the next one follows after some ten seconds.
#[cfg(feature = "hydrate")]
const AGAIN: i64 = BEFORE + 10;

/// The warning that is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
enum Warning {
    Hidden,
    Soon,
    Over,
}

/// The state in the browser.
#[derive(Clone, Copy)]
struct Watch {
    warning: RwSignal<Warning>,
    /// Counts the timers; only the latest one sends a request.
    #[cfg(feature = "hydrate")]
    turn: StoredValue<u32>,
}

/// Shows a warning before the session ends, which is in `left` seconds unless it is used.
pub(crate) fn watch(left: i64) -> AnyView {
    let t = &texts().idle;
    let warning = RwSignal::new(Warning::Hidden);
    let watch = Watch {
        warning,
        #[cfg(feature = "hydrate")]
        turn: StoredValue::new(0),
    };
    Effect::new(move || watch.wait(left));
    let dialog = move || {
        match warning.get() {
        Warning::Hidden => None,
        Warning::Soon => Some(
            view! {
                <Dialog heading=t.soon id="idle-heading">
                    <p class="ds-paragraph">{t.soon_text}</p>
                    <button
                        type="button"
                        autofocus=true
                        class="ds-button k-cancel"
                        data-variant="primary"
                        data-color="accent"
                        on:click=move |_| watch.ask(true)
                    >
                        {t.stay}
                    </button>
                </Dialog>
            }
            .into_any(),
        ),
        Warning::Over => Some(
            view! {
                <Dialog heading=t.over id="idle-heading">
                    <p class="ds-paragraph">{t.over_text}</p>
                    <a class="ds-button" data-variant="primary" data-color="accent" href=route::LOGIN.path() target="_blank">
                        {texts().common.sign_in}
                    </a>
                    <button
                        type="button"
                        class="ds-button k-cancel"
                        data-variant="secondary"
                        data-color="accent"
                        on:click=move |_| watch.show(Warning::Hidden)
                    >
                        {t.close}
                    </button>
                </Dialog>
            }
            .into_any(),
        ),
    }
    };
    let time = texts().time((left + 59) / 60);
    view! {
        <p class="k-demo k-without-script">{t.without_script(&time)}</p>
        {dialog}
    }
    .into_any()
}

impl Watch {
    /// Checks the session when the time is up, because another tab may have used it in the meantime.
    #[cfg(feature = "hydrate")]
    fn wait(self, left: i64) {
        let soon = left <= BEFORE;
        let seconds = if soon { left } else { left - BEFORE };
        let later = core::time::Duration::from_secs(u64::try_from(seconds).unwrap_or_default() + 1);
        self.show(if soon { Warning::Soon } else { Warning::Hidden });
        let Some(turn) = self.turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        }) else {
            return;
        };
        let then = move || {
            if self.turn.try_get_value() == Some(turn) {
                self.ask(false);
            }
        };
        set_timeout(then, later);
    }

    /// Requests the remaining time of the session; with `stay`, the request extends it.
    #[cfg(feature = "hydrate")]
    fn ask(self, stay: bool) {
        use gloo_net::http::Request;
        leptos::task::spawn_local(async move {
            let path = "/api/v1/session";
            let request = if stay {
                Request::post(path)
            } else {
                Request::get(path)
            };
            // The header may have been replaced in the meantime, with a timer of its own.
            let answer = request.send().await;
            if self.warning.is_disposed() {
                return;
            }
            match answer {
                Ok(answer) if answer.status() == 401 => self.show(Warning::Over),
                Ok(answer) => {
                    let left = answer.text().await.ok().and_then(|text| text.parse().ok());
                    self.wait(left.unwrap_or(AGAIN));
                }
                Err(_) => self.wait(AGAIN),
            }
        });
    }

    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    fn show(self, warning: Warning) {
        _ = self.warning.try_set(warning);
    }

    #[cfg(not(feature = "hydrate"))]
    fn wait(self, _: i64) {}

    #[cfg(not(feature = "hydrate"))]
    fn ask(self, _: bool) {}
}
