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
use kobling_model::view::{AccountView, LinkItem, ProviderView, ServiceItem};
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
    kobling
        .profile
        .view(visitor, id_if_any(&query.flow)?, query.step())
        .await
}

/// Changes the name.
#[server(prefix = "/ui", endpoint = "set-name")]
pub(crate) async fn set_name(
    #[server(default)] name: String,
    #[server(default)] mark: String,
) -> Result<(), UiError> {
    use kobling_domain::flow::types::Typed;
    act(|kobling, visitor| async move {
        let typed = Typed {
            text: &name,
            mark: &mark,
        };
        kobling.profile.set_name(&visitor, typed).await
    })
    .await
}

pub(super) fn show(view: AccountView) -> AnyView {
    let t = &texts().account;
    let newest = view.links.last().map_or("", |link| &link.provider.name);
    let services = services(view.services, &view.email);
    let notice = view
        .notice
        .map(|notice| alert(Tone::Success, texts().notice.of(notice, newest)));
    view! {
        <Heading text=t.heading/>
        {notice}
        {above(view.problem, &[OF_NAME])}
        {view.adding.map(adding)}
        {view.removal.map(removal)}
        {profile(
            view.typed.unwrap_or(view.name),
            view.mark,
            &view.email,
            view.released,
            &view.links,
            view.problem,
        )}
        {services}
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

fn profile(
    name: String,
    mark: String,
    email: &str,
    released: bool,
    links: &[LinkItem],
    problem: Problems,
) -> AnyView {
    let t = texts();
    let linked = links
        .iter()
        .map(|link| {
            let day = t.day(link.created_at);
            let since = t.overview.linked_since(&link.provider.name, email, &day);
            view! { <p class="ds-paragraph">{since}</p> }
        })
        .collect_view();
    view! {
        <section class="k-section" aria-labelledby="profile">
            <h2 class="ds-heading" data-size="xs" id="profile">{t.account.profile}</h2>
            <Act to=SetName::PATH class="k-form">
                {hidden("mark", mark)}
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
            {linked}
            {released.then(|| alert(Tone::Info, t.account.released))}
            <a class="ds-button" data-variant="secondary" data-color="accent" href=route::ACCOUNT_EMAIL.path()>
                {t.account.change_email}
            </a>
        </section>
    }
    .into_any()
}

/// The services, and why each is open to the person or not.
fn services(services: Vec<ServiceItem>, email: &str) -> AnyView {
    let t = &texts().overview;
    let list = if services.is_empty() {
        Either::Left(view! { <p class="ds-paragraph">{t.no_services}</p> })
    } else {
        let items = services
            .into_iter()
            .map(|item| service(item, email))
            .collect_view();
        Either::Right(view! { <ul class="k-items" aria-labelledby="services">{items}</ul> })
    };
    view! {
        <section class="k-section" aria-labelledby="services">
            <h2 class="ds-heading" data-size="xs" id="services">{t.services}</h2>
            {list}
        </section>
    }
    .into_any()
}

fn service(item: ServiceItem, email: &str) -> AnyView {
    let texts = texts();
    let t = &texts.overview;
    let organisation = item.organisation.as_deref();
    let why = match (item.refused, organisation) {
        (Some(reason), _) => {
            let organisation = organisation.unwrap_or_default();
            texts.no_access.why(reason, organisation, &item.name)
        }
        (None, Some(organisation)) => t.through(organisation, email),
        (None, None) => t.open.to_owned(),
    };
    let (color, access) = match item.refused {
        Some(_) => ("neutral", t.no_access),
        None => ("success", t.access),
    };
    let start = item.start.map(|start| {
        view! { <a class="ds-link" href=start>{t.go_to(&item.name)}</a> }
    });
    view! {
        <li>
            <div>
                <strong>{item.name.clone()}</strong>
                " "
                <span class="ds-tag" data-color=color data-size="sm">{access}</span>
                <p class="k-small">{why}</p>
                {start}
            </div>
        </li>
    }
    .into_any()
}

fn password(since: Option<Timestamp>) -> AnyView {
    let texts = texts();
    let t = &texts.account;
    let (says, text) = match since {
        Some(since) => (t.password_since(&texts.day(since)), t.change_password),
        None => (t.no_password.to_owned(), t.create_password),
    };
    view! {
        <dl class="k-facts">
            <dt>{texts.common.password}</dt>
            <dd>{says}</dd>
        </dl>
        <a class="ds-button" data-variant="secondary" data-color="accent" href=route::ACCOUNT_PASSWORD.path()>
            {text}
        </a>
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
