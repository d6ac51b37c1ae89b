//! What stands around every page.

use crate::browser::Navigator;
use crate::error::UiError;
use crate::page::sign_out::SignOut;
use crate::part::act::{Act, Submit};
use crate::part::idle::watch;
use crate::part::load::fetched;
use crate::part::texts;
use crate::part::view::{Outcome, PageQuery, PageView, ViewOf};
#[cfg(feature = "ssr")]
use kobling_domain::{Kobling, Visitor};
use kobling_model::view::FrameView;
use kobling_model::{Lang, route};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_location;

/// What stands around every page.
#[cfg(feature = "ssr")]
pub(crate) async fn see(kobling: &Kobling, visitor: &Visitor) -> FrameView {
    let edge = use_context::<crate::edge::Edge>();
    // Where the store is out of order, the page itself says so.
    let caller = kobling.sessions.caller(visitor).await.unwrap_or(None);
    FrameView {
        signed_in: caller.is_some(),
        ends_in: caller
            .and_then(|caller| kobling.sessions.left(&caller.session))
            .map(kobling_model::time::Span::as_seconds),
        site_name: edge
            .as_ref()
            .map(|edge| edge.site_name.clone())
            .unwrap_or_default(),
        accessibility_statement: edge
            .as_ref()
            .and_then(|edge| edge.accessibility_statement.clone()),
        lang: visitor.lang,
        demo: edge.is_some_and(|edge| edge.demo),
    }
}

/// Chooses the language of pages and mails, and goes back to where the person was.
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
    go(local(&back));
    Ok(())
}

/// A path of ours, or the front page: `//host` and `/\host` would lead elsewhere.
#[cfg(any(feature = "ssr", test))]
fn local(back: &str) -> &str {
    let inside = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && back.bytes().all(|b| b.is_ascii_graphic());
    if inside { back } else { "/" }
}

/// Header, page and footer.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    let t = texts();
    let navigator = Navigator::get();
    navigator.follow();
    let nothing = Memo::new(|_| PageQuery::default());
    let seen = fetched(ViewOf::Frame, nothing, navigator.answers.into());
    let header = move || Suspend::new(async move { of_frame(seen.await).map(header) });
    let statement = move || {
        Suspend::new(async move {
            of_frame(seen.await)
                .and_then(|frame| frame.accessibility_statement)
                .map(|href| {
                    view! { <a class="ds-link" rel="external" href=href>{t.common.accessibility}</a> }
                })
        })
    };
    view! {
        <a class="ds-skip-link" href="#main" rel="external">{t.common.skip}</a>
        <header class="k-header"><Transition>{header}</Transition></header>
        <main class="k-main" id="main" tabindex="-1">{children()}</main>
        <footer class="k-footer">
            <LanguageForm/>
            <Transition>{statement}</Transition>
        </footer>
    }
    .into_any()
}

fn of_frame(seen: Outcome) -> Option<FrameView> {
    match seen {
        Ok(PageView::Frame(frame)) => Some(frame),
        _ => None,
    }
}

/// Pages with a button of their own for signing out.
const HAVE_THEIR_OWN: [&str; 2] = [route::NO_ACCESS.path(), route::SIGN_OUT.path()];

fn header(frame: FrameView) -> AnyView {
    let t = texts();
    let demo = frame
        .demo
        .then(|| view! { <p class="k-demo">{t.common.demo}</p> });
    let path = use_location().pathname;
    let idle = frame.ends_in.map(watch);
    let shown =
        Memo::new(move |_| frame.signed_in && !HAVE_THEIR_OWN.contains(&path.get().as_str()));
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
        {demo}
        <div class="k-bar">
            <a class="k-site" href="/">{frame.site_name}</a>
            {button}
        </div>
        {idle}
    }
    .into_any()
}

/// The languages, each by its own name. The page is loaded anew: every word of it changes.
#[component]
fn LanguageForm() -> impl IntoView {
    let t = texts();
    let here = use_location();
    let back = move || {
        let search = here.search.get();
        let mark = if search.is_empty() { "" } else { "?" };
        format!("{}{mark}{search}", here.pathname.get())
    };
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
    use super::local;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        assert_eq!(local("/login?flow=1"), "/login?flow=1");
        for bad in [
            "",
            "//x.example",
            "/\\x.example",
            "https://x.example",
            "/a b",
            "/\r\nx",
        ] {
            assert_eq!(local(bad), "/", "{bad:?}");
        }
    }
}
