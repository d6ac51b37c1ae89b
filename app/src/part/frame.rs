//! The frame: header and footer of every page.

use crate::address::Address;
use crate::browser::Navigator;
#[cfg(feature = "ssr")]
use crate::edge::{Brand, Edge};
use crate::error::UiError;
use crate::page::sign_out::SignOut;
use crate::part::act::{Act, Submit};
use crate::part::idle::watch;
use crate::part::load::load;
use crate::part::texts;
use crate::part::view::{BrandView, Outcome, PageQuery, PageView, ViewOf};
#[cfg(feature = "ssr")]
use kobling_domain::{Kobling, Visitor};
use kobling_model::view::FrameView;
use kobling_model::{Lang, route};
#[cfg(feature = "ssr")]
use kobling_text::Texts;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Returns the view of the frame.
#[cfg(feature = "ssr")]
pub(crate) async fn see(kobling: &Kobling, visitor: &Visitor, edge: &Edge) -> FrameView {
    // If the store fails, the page itself shows the problem.
    let session = kobling.sessions.seen(visitor).await.unwrap_or(None);
    FrameView {
        signed_in: session.is_some(),
        ends_in: session
            .and_then(|session| kobling.sessions.left(&session))
            .map(kobling_model::time::Span::as_seconds),
        site_name: edge.site_name.clone(),
        lang: visitor.lang,
    }
}

/// Returns the part of the frame that stays as long as the document.
#[cfg(feature = "ssr")]
pub(crate) fn brand_view(edge: &Edge, brand: &Brand, lang: Lang) -> BrandView {
    let t = Texts::of(lang);
    let links = [
        (t.common.accessibility, &edge.accessibility_statement),
        (t.common.privacy, &brand.privacy),
        (t.common.support, &brand.support),
    ];
    BrandView {
        logo: brand.logo.clone(),
        links: links
            .into_iter()
            .filter_map(|(text, link)| Some((text.to_owned(), link.as_ref()?.of(lang).to_owned())))
            .collect(),
    }
}

/// Sets the language of pages and mails, and redirects to the page that the form was on.
#[server(prefix = "/ui", endpoint = "language")]
pub(crate) async fn language(
    #[server(default)] lang: String,
    #[server(default)] back: String,
) -> Result<(), UiError> {
    use crate::call::{go, is_secure, set_cookie};
    use crate::cookie::Cookie;
    if let Some(lang) = Lang::from_tag(&lang) {
        set_cookie(&Cookie::Lang.set(is_secure(), lang.tag()));
    }
    go(local_path(&back));
    Ok(())
}

/// The address if it is a local path, otherwise `/`: `//host` and `/\host` are addresses of other sites.
#[cfg(any(feature = "ssr", test))]
fn local_path(back: &str) -> &str {
    let inside = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && back.bytes().all(|b| b.is_ascii_graphic());
    if inside { back } else { "/" }
}

/// Header, page and footer.
#[component]
pub(crate) fn Frame(brand: BrandView, children: Children) -> impl IntoView {
    let t = texts();
    let navigator = Navigator::get();
    let frame = Memo::new(|_| (Ok(ViewOf::Frame), PageQuery::default()));
    let view = load(frame, navigator.answers.into());
    let BrandView { logo, links } = brand;
    let header = move || {
        view.get()
            .and_then(frame_of)
            .map(|frame| header(frame, &logo))
    };
    let links = links
        .into_iter()
        .map(|(text, href)| view! { <a class="ds-link" href=href>{text}</a> })
        .collect_view();
    view! {
        <a class="ds-skip-link" href="#main">{t.common.skip}</a>
        <div inner_html=demo_bar()></div>
        <header class="k-header">{header}</header>
        <main class="k-main" id="main" tabindex="-1">{children()}</main>
        <footer class="k-footer">
            <LanguageForm/>
            {links}
        </footer>
    }
    .into_any()
}

/// The bar of the demo; nothing elsewhere. Hydration leaves it as the server has written it.
#[cfg(feature = "ssr")]
fn demo_bar() -> String {
    use crate::edge::DemoBarHere;
    use_context::<DemoBarHere>().map_or_else(String::new, |bar| bar.0)
}

#[cfg(not(feature = "ssr"))]
const fn demo_bar() -> &'static str {
    ""
}

fn frame_of(view: Outcome) -> Option<FrameView> {
    match view {
        Ok(PageView::Frame(frame)) => Some(frame),
        _ => None,
    }
}

/// Pages with their own sign-out button.
const WITH_SIGN_OUT: [&str; 2] = [route::NO_ACCESS.path(), route::SIGN_OUT.path()];

fn header(frame: FrameView, logo: &str) -> AnyView {
    let t = texts();
    let address = Navigator::get().address;
    // The HTML comes from the server and contains digests and numbers alone.
    let logo = (!logo.is_empty()).then(|| view! { <span inner_html=logo.to_owned()></span> });
    let idle = frame.ends_in.map(watch);
    let has_own = move || address.with(|it| WITH_SIGN_OUT.contains(&&*it.path));
    let shown = Memo::new(move |_| frame.signed_in && !has_own());
    let button = move || {
        shown.get().then(|| {
            view! {
                <Act to=SignOut::PATH>
                    <Submit text=t.common.sign_out variant="tertiary"/>
                </Act>
            }
        })
    };
    view! {
        <div class="k-bar">
            <a class="k-site" href="/">{logo}{frame.site_name}</a>
            {button}
        </div>
        {idle}
    }
    .into_any()
}

/// The languages, each by its own name. The form reloads the page, because all texts change.
#[component]
fn LanguageForm() -> impl IntoView {
    let t = texts();
    let address = Navigator::get().address;
    let back = move || address.with(Address::whole);
    let buttons = Lang::ALL
        .into_iter()
        .map(|lang| {
            let current = (lang == t.lang).then_some("true");
            view! {
                <button
                    type="submit"
                    class="ds-button"
                    data-variant="tertiary"
                    data-size="sm"
                    name="lang"
                    value=lang.tag()
                    lang=lang.tag()
                    aria-current=current
                >
                    {lang.own_name()}
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action="/ui/language" class="k-languages" aria-label=t.common.language>
            <input type="hidden" name="back" value=back/>
            {buttons}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn another_site_is_no_local_path() {
        assert_eq!(local_path("/login?flow=1"), "/login?flow=1");
        for bad in [
            "",
            "//x.example",
            "/\\x.example",
            "https://x.example",
            "/a b",
            "/\r\nx",
        ] {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }
}
