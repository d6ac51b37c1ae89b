//! The gallery of the demo: every page in every state, rendered from sample views at an address of its own.
//!
//! The samples exist on the server only. The browser hydrates them like any other page, from the views that the document
//! carries (`app/src/page/not_found.rs`).

mod kinds;
pub(crate) mod problems;
mod sample;
mod samples;
#[cfg(test)]
mod tests;

use crate::address::Address;
use crate::part::frame::brand_view;
use crate::part::view::{Carried, Outcome, PageQuery, PageView, ViewOf};
use crate::policy;
use crate::render::{Rendered, Renderer, html};
use crate::shell::document;
use axum::response::Response;
use html_escape::{encode_double_quoted_attribute as attribute, encode_text};
use kobling_domain::Visitor;
use kobling_model::route::Page;
use kobling_model::time::Span;
use kobling_model::{Lang, Problem, Wait};
use kobling_text::Texts;
use sample::Sample;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// All problems, with a wait where one can be known.
fn problems() -> impl Iterator<Item = Problem> {
    Problem::ALL.iter().map(|problem| match problem {
        Problem::TooMany(_) => Problem::TooMany(Wait::of(Span::minutes(12))),
        problem => *problem,
    })
}

/// Kinds of states that can show several problems at once, with some.
const SEVERAL: &[(&str, [Problem; 2])] = &[
    (
        "forgot-password",
        [Problem::EmailMissing, Problem::RobotUnchecked],
    ),
    (
        "reset-password",
        [Problem::PasswordRules, Problem::PasswordsDiffer],
    ),
    (
        "account-password",
        [Problem::PasswordMissing, Problem::NewPasswordMissing],
    ),
    (
        "account-email-password",
        [Problem::EmailMissing, Problem::PasswordMissing],
    ),
];

fn samples() -> Vec<Sample> {
    let plain = samples::all().unwrap_or_default();
    let mut all = plain.clone();
    for problem in problems() {
        let (kinds, _) = problems::met(problem);
        let shows = plain.iter().filter(|sample| kinds.contains(&&*sample.name));
        all.extend(shows.filter_map(|sample| sample.with(problem)));
    }
    for (kind, problems) in SEVERAL {
        let shows = plain.iter().filter(|sample| sample.name == *kind);
        all.extend(shows.filter_map(|sample| sample.with_several(*problems)));
    }
    all.extend(problems().map(Sample::problem));
    all.push(Sample::leads_back());
    all
}

/// A state in the list of the gallery.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Its name, the last part of the address.
    pub state: String,
    /// Its address.
    pub address: String,
    /// The path at which people meet it; none of a mail.
    pub page: Option<&'static str>,
    /// The title of the document in each language.
    pub titles: BTreeMap<&'static str, String>,
    /// The tags of its languages: `?lang=` selects one, otherwise the cookie or `Accept-Language`.
    pub languages: Vec<&'static str>,
    /// How a person gets there.
    pub how: String,
    /// The test in which a person gets there.
    pub journey: String,
    /// Why the browser runs no script on it, if so.
    pub without_script: Option<&'static str>,
}

impl Entry {
    /// With the address and all languages.
    #[must_use]
    pub fn new(state: String, how: String, journey: &str, titles: impl Fn(Lang) -> String) -> Self {
        let tag = |lang: Lang| lang.tag();
        Self {
            address: format!("/gallery/{state}"),
            state,
            page: None,
            titles: Lang::ALL
                .into_iter()
                .map(|lang| (tag(lang), titles(lang)))
                .collect(),
            languages: Lang::ALL.into_iter().map(tag).collect(),
            how,
            journey: format!("end2end/tests/{journey}.spec.ts"),
            without_script: None,
        }
    }
}

impl Renderer {
    /// The states of the pages.
    pub async fn gallery(&self, visitor: &Visitor) -> Vec<Entry> {
        let frame = self.sample_frame(visitor).await;
        let entry = |sample: Sample| {
            let (page, without_script) = (sample.page.path(), sample.without_script);
            let (name, how, journey) = (sample.name.clone(), sample.how.clone(), sample.journey);
            let titles = |lang| self.sample(sample.clone(), frame.clone(), lang).title();
            Entry {
                page: Some(page),
                without_script,
                ..Entry::new(name, how, journey, titles)
            }
        };
        samples().into_iter().map(entry).collect()
    }

    /// A state of the gallery, with status 200 whatever the page's own is: some tools refuse to check others.
    pub async fn gallery_state(&self, visitor: &Visitor, name: &str) -> Option<Response> {
        let sample = samples().into_iter().find(|sample| sample.name == name)?;
        let frame = self.sample_frame(visitor).await;
        Some(self.sample(sample, frame, visitor.lang).into_html())
    }

    /// The list of the gallery.
    pub fn gallery_list(&self, entries: &[Entry]) -> Response {
        let mut rows = String::new();
        for entry in entries {
            let title = entry.titles.get(Lang::En.tag()).map_or("", String::as_str);
            _ = write!(
                rows,
                "<li><a class=\"ds-link\" href=\"{}\">{}</a> {}<p class=\"k-small\">{} <code>{}</code></p></li>",
                attribute(&entry.address),
                encode_text(&entry.state),
                encode_text(title),
                encode_text(&entry.how),
                encode_text(&entry.journey),
            );
        }
        let body = format!(
            "<main class=\"k-main\"><h1 class=\"ds-heading\" data-size=\"md\">Gallery</h1><p class=\"ds-paragraph\">Every \
             page in every state ({}), from samples. Forms can be sent, and lead to the sign-in, because no flow belongs \
             to them. <code>?lang=</code> selects a language. <a class=\"ds-link\" href=\"/gallery.json\">The list for \
             programs</a>.</p><ul>{rows}</ul></main>",
            entries.len(),
        );
        let page = document(
            self.edge(),
            &self.edge().brands.own,
            Lang::En,
            "Gallery",
            &body,
            None,
        );
        html(page.into(), policy::of(self.edge(), None))
    }

    /// The frame as this installation has it, which each sample changes.
    async fn sample_frame(&self, visitor: &Visitor) -> Outcome {
        self.fetch(visitor, ViewOf::Frame, &PageQuery::default())
            .await
    }

    fn sample(&self, sample: Sample, mut frame: Outcome, lang: Lang) -> Rendered {
        if let Ok(PageView::Frame(frame)) = &mut frame {
            frame.lang = lang;
            frame.ends_in = sample.ends_in;
            // These pages have a sign-out button of their own, by which the frame's is left out.
            frame.signed_in =
                sample.ends_in.is_some() && ![Page::NoAccess, Page::SignOut].contains(&sample.page);
        }
        let own = &self.edge().brands.own;
        let mut brand = brand_view(self.edge(), own, lang);
        if brand.links.is_empty() {
            let text = Texts::of(lang).common.accessibility.to_owned();
            let href = "https://nordvik.example/tilgjengelighet".to_owned();
            brand.links.push((text, href));
        }
        let carried = Carried {
            page: Some((Page::Home, sample.query, sample.outcome)),
            frame: Some(frame),
            brand,
        };
        let address = Address {
            path: format!("/gallery/{}", sample.name),
            query: String::new(),
        };
        self.render(
            own,
            address,
            lang,
            carried,
            sample.back,
            sample.without_script.is_none(),
        )
    }
}
