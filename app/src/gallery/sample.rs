//! A state of a page as a sample.

use super::{kinds, problems};
use crate::edge::LeadsBack;
use crate::error::UiError;
use crate::part::view::{Outcome, PageQuery, PageView};
use kobling_model::Problem;
use kobling_model::route::{self, Page};

/// A state of a page.
#[derive(Clone)]
pub(super) struct Sample {
    pub name: String,
    pub page: Page,
    pub outcome: Outcome,
    pub query: PageQuery,
    /// Seconds until the session ends, if the person is signed in.
    pub ends_in: Option<i64>,
    pub back: Option<LeadsBack>,
    pub how: String,
    pub journey: &'static str,
    /// Why the browser runs no script on it.
    pub without_script: Option<&'static str>,
}

impl Sample {
    pub fn new(name: &str, mut view: PageView, how: &str, journey: &'static str) -> Self {
        let page = kinds::of(&mut view).map_or(route::PROBLEM, |(page, ..)| page);
        let signed_in = matches!(
            page,
            Page::Account
                | Page::AccountEmail
                | Page::AccountPassword
                | Page::NoAccess
                | Page::Consent
                | Page::SignOut
        );
        Self {
            name: name.to_owned(),
            page,
            outcome: Ok(view),
            query: PageQuery::default(),
            ends_in: signed_in.then_some(1_800),
            back: None,
            how: how.to_owned(),
            journey,
            without_script: None,
        }
    }

    /// The problem page.
    pub fn problem(problem: Problem) -> Self {
        Self {
            name: format!("problem-{}", problem.code().replace('_', "-")),
            outcome: Err(UiError(problem)),
            without_script: match problem {
                Problem::NotSignedIn => Some("The script continues to the sign-in."),
                Problem::Outdated => Some("The script reloads the page."),
                _ => None,
            },
            ..Self::new("", PageView::Nothing, problems::met(problem).1, "flows")
        }
    }

    /// The problem page that leads back to an application.
    pub fn leads_back() -> Self {
        Self {
            name: "problem-request-refused-back".to_owned(),
            back: Some(LeadsBack {
                client: "Nordvik kalender".to_owned(),
                host: "kalender.example".to_owned(),
                address: "https://kalender.example/callback?error=invalid_scope".to_owned(),
            }),
            without_script: Some("The page has none."),
            ..Self::problem(Problem::RequestRefused)
        }
    }

    /// The same page with a problem, if it can show one.
    pub fn with(&self, problem: Problem) -> Option<Self> {
        let mut sample = self.clone();
        let shown = sample.outcome.as_mut().ok().and_then(kinds::of)?.2?;
        *shown = problem.into();
        // The name that was saved does not come back beside the problem.
        if let (Problem::NameMissing, Ok(PageView::Account(view))) = (problem, &mut sample.outcome)
        {
            view.typed = Some(String::new());
        }
        sample.name = problems::name(&self.name, problem);
        sample.how = format!("{} {}", self.how, problems::met(problem).1);
        Some(sample)
    }

    /// The same page with several problems at once, if it can show them.
    pub fn with_several(&self, several: [Problem; 2]) -> Option<Self> {
        let mut sample = self.clone();
        let shown = sample.outcome.as_mut().ok().and_then(kinds::of)?.2?;
        for problem in several {
            *shown = shown.and(problem);
            let how = problems::met(problem).1;
            sample.how.push(' ');
            sample.how.push_str(how);
        }
        sample.name.push_str("-several");
        Some(sample)
    }

    pub fn with_code(mut self, code: &str) -> Self {
        code.clone_into(&mut self.query.code);
        self
    }

    pub fn ending(mut self, seconds: i64) -> Self {
        self.ends_in = Some(seconds);
        self
    }

    pub fn without_script(mut self, why: &'static str) -> Self {
        self.without_script = Some(why);
        self
    }
}
