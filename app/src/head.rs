//! What a page that the server renders is given, and what it determines besides its content.

use crate::address::Address;
use crate::part::view::Carried;
use kobling_model::Lang;
use leptos::prelude::expect_context;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The context of a page that the server renders.
#[derive(Clone, Default)]
pub(crate) struct Head(Arc<Mutex<Parts>>);

#[derive(Default)]
struct Parts {
    given: (Lang, Address, Carried),
    title: String,
    error: &'static str,
    form_action: Option<String>,
}

impl Head {
    /// With the language, the address and the views of the page.
    pub fn new(lang: Lang, address: Address, carried: Carried) -> Self {
        let head = Self::default();
        head.parts().given = (lang, address, carried);
        head
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Takes the language, the address and the views.
    pub fn take_given(&self) -> (Lang, Address, Carried) {
        std::mem::take(&mut self.parts().given)
    }

    /// Sets the title.
    pub fn set_title(&self, title: &str) {
        title.clone_into(&mut self.parts().title);
    }

    /// Puts the word for an error before the title.
    pub fn mark_title(&self, word: &'static str) {
        self.parts().error = word;
    }

    /// Adds the origin of an application to `form-action`, so that the forms of the page can redirect there.
    pub fn allow_form_redirect(&self, client_origin: &str) {
        self.parts().form_action = Some(client_origin.to_owned());
    }

    /// The title, and the origin that is added to `form-action`.
    pub fn into_determined(self) -> (String, Option<String>) {
        let mut parts = self.parts();
        let title = [parts.error, &parts.title].concat();
        (title, parts.form_action.take())
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
