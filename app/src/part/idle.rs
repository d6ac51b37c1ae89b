//! Says in time that a session is about to end, and lets it go on (WCAG 2.2.1). What was typed stays where it is.

use crate::part::dialog::Dialog;
use crate::part::texts;
use kobling_model::route;
use leptos::prelude::*;

/// How long before the end it is said, in seconds: two minutes at least, and time for the question.
#[cfg(feature = "hydrate")]
const BEFORE: i64 = 150;
/// When nobody answers, it is asked again after some ten seconds.
#[cfg(feature = "hydrate")]
const AGAIN: i64 = BEFORE + 10;

/// What is said.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
enum Said {
    Nothing,
    Soon,
    Over,
}

/// What the browser keeps of it.
#[derive(Clone, Copy)]
struct Watch {
    said: RwSignal<Said>,
    /// Counts the waits: only the last one asks.
    #[cfg(feature = "hydrate")]
    turn: StoredValue<u32>,
}

/// Waits until the session is about to end, `left` seconds from now unless somebody uses it.
pub(crate) fn watch(left: i64) -> AnyView {
    let t = &texts().idle;
    let said = RwSignal::new(Said::Nothing);
    let watch = Watch {
        said,
        #[cfg(feature = "hydrate")]
        turn: StoredValue::new(0),
    };
    Effect::new(move || watch.wait(left));
    let dialog = move || {
        match said.get() {
        Said::Nothing => None,
        Said::Soon => Some(
            view! {
                <Dialog heading=t.soon id="idle-heading">
                    <p class="ds-paragraph">{t.soon_text}</p>
                    <button
                        type="button"
                        autofocus=true
                        class="ds-button"
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
        Said::Over => Some(
            view! {
                <Dialog heading=t.over id="idle-heading">
                    <p class="ds-paragraph">{t.over_text}</p>
                    <a class="ds-button" data-variant="primary" data-color="accent" href=route::LOGIN.path() target="_blank">
                        {texts().common.sign_in}
                    </a>
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        data-color="accent"
                        on:click=move |_| watch.say(Said::Nothing)
                    >
                        {t.close}
                    </button>
                </Dialog>
            }
            .into_any(),
        ),
    }
    };
    let minutes = ((left + 59) / 60).to_string();
    view! {
        <p class="k-demo k-without-script">{(t.without_script)(&minutes)}</p>
        {dialog}
    }
    .into_any()
}

impl Watch {
    /// Asks again when the time seems to have come: another tab may have used the session meanwhile.
    #[cfg(feature = "hydrate")]
    fn wait(self, left: i64) {
        let soon = left <= BEFORE;
        let seconds = if soon { left } else { left - BEFORE };
        let later = core::time::Duration::from_secs(u64::try_from(seconds).unwrap_or_default() + 1);
        self.say(if soon { Said::Soon } else { Said::Nothing });
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

    /// Asks how long the session has left; with `stay`, it has been used.
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
            // The header may have been put in place anew meanwhile, with a watch of its own.
            let answer = request.send().await;
            if self.said.is_disposed() {
                return;
            }
            match answer {
                Ok(answer) if answer.status() == 401 => self.say(Said::Over),
                Ok(answer) => {
                    let left = answer.text().await.ok().and_then(|text| text.parse().ok());
                    self.wait(left.unwrap_or(AGAIN));
                }
                Err(_) => self.wait(AGAIN),
            }
        });
    }

    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    fn say(self, said: Said) {
        _ = self.said.try_set(said);
    }

    #[cfg(not(feature = "hydrate"))]
    fn wait(self, _: i64) {}

    #[cfg(not(feature = "hydrate"))]
    fn ask(self, _: bool) {}
}
