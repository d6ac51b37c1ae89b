//! `/no-access`: the person is signed in but has no access to the application.

use super::{OF_EMAIL, above, allow_form_redirect, beside};
use crate::browser::Navigator;
#[cfg(feature = "ssr")]
use crate::call::{act, id, id_if_any};
use crate::error::UiError;
use crate::page::sign_out::SignOut;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::eid::eid_button;
use crate::part::field::Field;
use crate::part::heading::Heading;
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor, kernel::localised::Localised};
use kobling_model::route;
use kobling_model::view::NoAccessView;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/no-access` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<NoAccessView, Fault> {
    let flow = id_if_any(&query.flow)?;
    let mut view = kobling.destinations.no_access_view(visitor, flow).await?;
    // The mail is written from the names as the person reads them.
    Localised::choose(&mut view.contact, visitor.lang);
    Localised::choose(&mut view.client, visitor.lang);
    let t = &kobling_text::Texts::of(visitor.lang).no_access;
    let subject = t.mail_subject(&view.client, &view.reference);
    Ok(NoAccessView {
        mailto: mailto(&view.contact, &subject),
        ..view
    })
}

/// The first e-mail address in the contact, and the link that writes to it (RFC 6068).
#[cfg(feature = "ssr")]
fn mailto(contact: &str, subject: &str) -> Option<(String, String)> {
    use kobling_model::Email;
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'@')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_');
    let mut words = contact
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| ",.;:()<>".contains(c)));
    let (word, to) = words.find_map(|word| Some((word, Email::parse(word).ok()?)))?;
    let escaped = |text| utf8_percent_encode(text, ESCAPED);
    let (to, subject) = (escaped(to.as_str()), escaped(subject));
    Some((word.to_owned(), format!("mailto:{to}?subject={subject}")))
}

/// Starts linking the eID to another address.
#[server(prefix = "/ui", endpoint = "relink")]
pub(crate) async fn relink(
    #[server(default)] flow: String,
    #[server(default)] email: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        kobling
            .linking
            .relink(&visitor, id(&flow)?, Some(&email))
            .await
    })
    .await
}

pub(super) fn show(view: NoAccessView) -> AnyView {
    let t = &texts().no_access;
    allow_form_redirect(view.client_origin.as_deref());
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::FORBIDDEN);
    }
    let wrong_address = view.reason.is_about_address();
    let problem = view.problem;
    let typed = view.typed;
    let next = view.provider.map(|provider| {
        if wrong_address {
            view! {
                <section class="k-section" aria-labelledby="relink">
                    <h2 class="ds-heading" data-size="sm" id="relink">{t.relink(&provider.name)}</h2>
                    <p class="ds-paragraph">{t.repair}</p>
                    <Act to=Relink::PATH class="k-form">
                        {of_flow(view.flow)}
                        <Field
                            name="email"
                            label=texts().common.email
                            kind="email"
                            autocomplete="email"
                            value=typed
                            hint=view.address_hint.map(|hint| texts().link.looks_like(&hint).into())
                            error=beside(problem, OF_EMAIL)
                        />
                        <div class="k-buttons"><Submit text=texts().common.send_code/></div>
                    </Act>
                </section>
            }
            .into_any()
        } else {
            let text = texts().sign_in.with(&provider.name);
            eid_button(&provider.id, Some(view.flow), text, "primary")
        }
    });
    let contact = if view.contact.is_empty() {
        t.operator(&view.client)
    } else {
        view.contact
    };
    let parts = view.mailto.as_ref().and_then(|(address, mailto)| {
        let (before, after) = contact.split_once(address.as_str())?;
        let link = view! { <a class="ds-link" href=mailto.clone()>{address.clone()}</a> };
        Some((before.to_owned(), link, after.to_owned()).into_any())
    });
    let contact = parts.unwrap_or_else(|| contact.into_any());
    view! {
        <Heading text=t.heading(view.reason)/>
        {above(problem, if wrong_address { &[OF_EMAIL] } else { &[] })}
        <p class="ds-paragraph">{t.linked_to} " " <strong>{view.email}</strong> "."</p>
        <p class="ds-paragraph">{t.why(view.reason, &view.organisation, &view.client)}</p>
        {next}
        <p class="ds-paragraph">
            {if wrong_address { t.contact } else { t.help }} " " {contact} ". " {t.reference} " " <strong class="k-reference">{view.reference.clone()}</strong> "."
        </p>
        {copy(view.reference)}
        <div class="k-buttons">
            <form method="get" action=route::ACCOUNT.path()>
                <button type="submit" class="ds-button" data-variant="secondary" data-color="accent">
                    {t.to_account}
                </button>
            </form>
            <Act to=SignOut::PATH>
                <Submit text=texts().common.sign_out variant="secondary"/>
            </Act>
        </div>
    }
    .into_any()
}

/// The button that copies the reference. Only a browser in which it works shows it.
fn copy(reference: String) -> AnyView {
    let t = &texts().no_access;
    let hydrated = Navigator::get().hydrated;
    let copied = RwSignal::new(false);
    let button = move || {
        let reference = reference.clone();
        (hydrated.get() && clipboard().is_some()).then(|| {
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="accent"
                    on:click=move |_| put(&reference, copied)
                >
                    {t.copy}
                </button>
            }
        })
    };
    view! {
        <div class="k-buttons">
            {button}
            <span role="status">{move || copied.get().then_some(t.copied)}</span>
        </div>
    }
    .into_any()
}

/// The clipboard; a page that is not served securely has none.
#[cfg(feature = "hydrate")]
fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = window().navigator().clipboard();
    (!clipboard.is_undefined()).then_some(clipboard)
}

#[cfg(not(feature = "hydrate"))]
const fn clipboard() -> Option<()> {
    None
}

/// Puts a text into the clipboard, and says so when it is there.
#[cfg(feature = "hydrate")]
fn put(text: &str, done: RwSignal<bool>) {
    if let Some(clipboard) = clipboard() {
        let put = clipboard.write_text(text);
        leptos::task::spawn_local(async move {
            let put = wasm_bindgen_futures::JsFuture::from(put).await;
            done.try_set(put.is_ok());
        });
    }
}

#[cfg(not(feature = "hydrate"))]
const fn put(_: &str, _: RwSignal<bool>) {}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::mailto;

    #[test]
    fn the_address_in_a_contact_gets_a_mail_with_the_subject_and_nothing_else() {
        let plain = "mailto:post@nordvik.example?subject=Tilgang%20til%20A%20%26%20B%2C%20%C3%A6";
        for contact in [
            "post@nordvik.example",
            "Brukerstøtte, post@nordvik.example.",
            "Skriv til <post@nordvik.example> eller <andre@nordvik.example>",
        ] {
            let found = mailto(contact, "Tilgang til A & B, æ");
            let found = found
                .as_ref()
                .map(|(word, link)| (word.as_str(), link.as_str()));
            assert_eq!(found, Some(("post@nordvik.example", plain)), "{contact}");
        }
        let odd = mailto("a?cc=b&x@nordvik.example", "A").map(|(_, link)| link);
        assert_eq!(
            odd.as_deref(),
            Some("mailto:a%3Fcc%3Db%26x@nordvik.example?subject=A")
        );
        for contact in [
            "",
            "Brukerstøtte",
            "Ring 12 34 56 78",
            "javascript:alert(1)",
        ] {
            assert_eq!(mailto(contact, "A"), None, "{contact}");
        }
    }
}
