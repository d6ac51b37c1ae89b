//! The list of sessions in account settings.

#[cfg(feature = "ssr")]
use crate::call::{act, id};
use crate::error::UiError;
use crate::page::sign_out::SignOutEverywhere;
use crate::part::act::{Act, Submit, hidden};
use crate::part::texts;
use kobling_model::SessionId;
use kobling_model::view::SessionItem;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Ends one session.
#[server(prefix = "/ui", endpoint = "end-session")]
pub(crate) async fn end_session(#[server(default)] session: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        kobling
            .sessions
            .end_from_form(&visitor, id(&session)?)
            .await
    })
    .await
}

/// Ends all sessions but this one.
#[server(prefix = "/ui", endpoint = "end-other-sessions")]
pub(crate) async fn end_other_sessions() -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.sessions.end_others(&visitor).await }).await
}

pub(crate) fn sessions(sessions: Vec<SessionItem>) -> AnyView {
    let t = &texts().account;
    let others = sessions.iter().any(|session| !session.current);
    let items = sessions.into_iter().map(item).collect_view();
    let all = others.then(|| {
        view! {
            <Act to=EndOtherSessions::PATH>
                <Submit text=t.end_others variant="secondary"/>
            </Act>
        }
    });
    view! {
        <h3 class="ds-heading" data-size="2xs" id="sessions">{t.sessions}</h3>
        <ul class="k-items" aria-labelledby="sessions">{items}</ul>
        <div class="k-buttons">
            {all}
            <Act to=SignOutEverywhere::PATH>
                <Submit text=t.sign_out_everywhere variant="secondary"/>
            </Act>
        </div>
    }
    .into_any()
}

fn item(session: SessionItem) -> AnyView {
    let texts = texts();
    let t = &texts.account;
    let device = if session.device.is_empty() {
        t.unknown_device.to_owned()
    } else {
        session.device
    };
    let by = session
        .provider
        .map_or_else(|| t.by_password.to_owned(), |provider| t.by(&provider));
    let tag = session.current.then(|| {
        view! { <span class="ds-tag" data-color="success" data-size="sm">{t.this_session}</span> }
    });
    let device = match session.number {
        Some(number) => device + " (" + &number.to_string() + ")",
        None => device,
    };
    let began = texts.moment(session.created_at);
    let end =
        (!session.current).then(|| end_form(session.id, texts.overview.session(&device, &began)));
    let reached = (!session.services.is_empty()).then(|| {
        let services = session.services.join(", ");
        view! { <p class="k-small">{texts.overview.reached(&services)}</p> }
    });
    let began = t.began(&began) + " " + &by;
    let seen = texts.ago(session.seen_minutes, session.last_seen_at);
    view! {
        <li>
            <div>
                <strong>{device}</strong>
                " "
                {tag}
                <p class="k-small">{began}</p>
                {reached}
                <p class="k-small">{t.seen(&seen)}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}

fn end_form(session: SessionId, about: String) -> AnyView {
    let t = texts();
    view! {
        <Act to=EndSession::PATH>
            {hidden("session", session.to_string())}
            <Submit text=t.account.end variant="tertiary" color="danger" about=about/>
        </Act>
    }
    .into_any()
}
