//! `/account`: account settings.

use super::session::sessions;
use super::{OF_NAME, above, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id_if_any};
use crate::error::UiError;
use crate::page::adding::{AddEid, adding};
use crate::page::removal::{BeginRemoval, removal};
use crate::part::act::{Act, Submit, hidden};
use crate::part::alert::{Tone, alert};
use crate::part::field::Field;
use crate::part::heading::Heading;
use crate::part::identity;
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::view::{AccountView, LinkItem, ProviderView};
use kobling_model::{Problems, Timestamp, route};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/account` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<AccountView, Fault> {
    kobling.profile.view(visitor, id_if_any(&query.flow)?).await
}

/// Changes the name.
#[server(prefix = "/ui", endpoint = "set-name")]
pub(crate) async fn set_name(#[server(default)] name: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.profile.set_name(&visitor, &name).await }).await
}

pub(super) fn show(view: AccountView) -> AnyView {
    let t = &texts().account;
    let newest = view.links.last().map_or("", |link| &link.provider.name);
    let notice = view
        .notice
        .map(|notice| alert(Tone::Success, texts().notice.of(notice, newest)));
    view! {
        <Heading text=t.heading/>
        {notice}
        {above(view.problem, &[OF_NAME])}
        {view.adding.map(adding)}
        {view.removal.map(removal)}
        {profile(view.typed.unwrap_or(view.name), &view.email, view.released, view.problem)}
        <section class="k-section" aria-labelledby="security">
            <h2 class="ds-heading" data-size="xs" id="security">{t.security}</h2>
            {password(view.password_since)}
            {sessions(view.sessions)}
        </section>
        {identities(view.links, view.linkable)}
        {super::consent::applications(view.applications)}
    }
    .into_any()
}

fn profile(name: String, email: &str, released: bool, problem: Problems) -> AnyView {
    let t = texts();
    view! {
        <section class="k-section" aria-labelledby="profile">
            <h2 class="ds-heading" data-size="xs" id="profile">{t.account.profile}</h2>
            <Act to=SetName::PATH class="k-form">
                <Field
                    name="name"
                    label=t.common.name
                    autocomplete="name"
                    value=name
                    error=beside(problem, OF_NAME)
                />
                <Submit text=t.account.save_name variant="secondary"/>
            </Act>
            <dl class="k-facts">
                <dt>{t.common.email}</dt>
                <dd>{email.to_owned()}</dd>
            </dl>
            {released.then(|| alert(Tone::Info, t.account.released))}
            <a class="ds-button" data-variant="secondary" data-color="accent" href=route::ACCOUNT_EMAIL.path()>
                {t.account.change_email}
            </a>
        </section>
    }
    .into_any()
}

fn password(since: Option<Timestamp>) -> AnyView {
    let texts = texts();
    let t = &texts.account;
    let (says, href, text) = match since {
        Some(since) => (
            t.password_since(&texts.day(since)),
            route::ACCOUNT_PASSWORD.path(),
            t.change_password,
        ),
        None => (
            t.no_password.to_owned(),
            route::FORGOT_PASSWORD.path(),
            t.create_password,
        ),
    };
    view! {
        <p class="ds-paragraph">{says}</p>
        <a class="ds-button" data-variant="secondary" data-color="accent" href=href>{text}</a>
    }
    .into_any()
}

fn identities(links: Vec<LinkItem>, linkable: Vec<ProviderView>) -> AnyView {
    let t = &texts().account;
    let list = if links.is_empty() {
        Either::Left(view! { <p class="ds-paragraph">{t.no_identities}</p> })
    } else {
        Either::Right(identity::identities(links, BeginRemoval::PATH, None))
    };
    let more = linkable
        .into_iter()
        .map(|provider| {
            let text = t.link(&provider.name);
            let id = format!("add-{}", provider.id);
            view! {
                <Act to=AddEid::PATH>
                    {hidden("provider", provider.id.to_string())}
                    <Submit text=text variant="secondary" id=id/>
                </Act>
            }
        })
        .collect_view();
    view! {
        <section class="k-section" aria-labelledby="identities">
            <h2 class="ds-heading" data-size="xs" id="identities">{t.identities}</h2>
            {list}
            {more}
        </section>
    }
    .into_any()
}
