//! Names that an operator gives per language, in the language of the visitor.

use crate::part::view::PageView;
use kobling_domain::kernel::localised::Localised;
use kobling_model::Lang;
use kobling_model::view::{
    LinkItem, LinkPage, LinkStep, NotifiedItem, ProofView, ProviderView, RemovalStep, ResetStep,
};

/// Replaces the names in a view. The domain hands them on as they are configured, and mails choose their own language.
pub(crate) fn in_language(view: &mut PageView, lang: Lang) {
    let names = Names(lang);
    match view {
        PageView::Frame(_)
        | PageView::Nothing
        | PageView::Moved(_)
        | PageView::ForgotPassword(_)
        | PageView::UndoEmail(_) => {}
        PageView::AccountPassword(view) => {
            view.proof.iter_mut().for_each(|proof| names.proof(proof));
        }
        PageView::Login(view) => {
            names.providers(&mut view.providers);
            names.some(&mut view.client);
            names.notified(view.signed_out.iter_mut().flatten());
        }
        PageView::ResetPassword(view) => {
            if let ResetStep::Done { links, .. } = &mut view.step {
                names.links(links);
            }
        }
        PageView::Link(LinkPage::Foreign) => {}
        PageView::Link(LinkPage::Done(view)) => {
            if let Some((provider, _)) = &mut view.linked {
                names.one(provider);
            }
            if let Some((client, _)) = &mut view.client {
                names.one(client);
            }
        }
        PageView::Link(LinkPage::Own(view)) => {
            names.provider(&mut view.provider);
            names.some(&mut view.client);
            if let Some(organisation) = &mut view.organisation {
                names.one(&mut organisation.name);
                names.one(&mut organisation.contact);
            }
            if let LinkStep::Vouched {
                organisation,
                contact,
                ..
            } = &mut view.step
            {
                names.one(organisation);
                names.one(contact);
            }
        }
        PageView::NoAccess(view) => {
            names.one(&mut view.client);
            names.one(&mut view.organisation);
            names.one(&mut view.contact);
            names.providers(&mut view.provider);
        }
        PageView::Consent(view) => names.one(&mut view.client),
        PageView::SignOut(view) => names.some(&mut view.client),
        PageView::Account(view) => {
            names.links(&mut view.links);
            names.providers(&mut view.linkable);
            for session in &mut view.sessions {
                names.some(&mut session.provider);
                names.each(&mut session.services);
            }
            for service in &mut view.services {
                names.one(&mut service.name);
                names.some(&mut service.organisation);
            }
            for application in &mut view.applications {
                names.one(&mut application.name);
            }
            if let Some(adding) = &mut view.adding {
                names.provider(&mut adding.provider);
                adding.proof.iter_mut().for_each(|proof| names.proof(proof));
            }
            if let Some(removal) = &mut view.removal {
                names.provider(&mut removal.provider);
                if let RemovalStep::Eid { provider } = &mut removal.step {
                    names.provider(provider);
                }
            }
        }
        PageView::AccountEmail(view) => {
            names.proof(&mut view.proof);
            for item in &mut view.closing {
                names.each(&mut item.applications);
                names.one(&mut item.organisation);
                names.one(&mut item.contact);
            }
        }
    }
}

/// Replaces names by those in a language.
#[derive(Clone, Copy)]
struct Names(Lang);

impl Names {
    fn one(self, name: &mut String) {
        Localised::choose(name, self.0);
    }

    fn some(self, name: &mut Option<String>) {
        name.iter_mut().for_each(|name| self.one(name));
    }

    fn each(self, names: &mut [String]) {
        names.iter_mut().for_each(|name| self.one(name));
    }

    fn provider(self, provider: &mut ProviderView) {
        self.one(&mut provider.name);
    }

    fn providers<'a>(self, providers: impl IntoIterator<Item = &'a mut ProviderView>) {
        providers
            .into_iter()
            .for_each(|provider| self.provider(provider));
    }

    fn proof(self, proof: &mut ProofView) {
        if let ProofView::Eid(provider) = proof {
            self.provider(provider);
        }
    }

    fn links(self, links: &mut [LinkItem]) {
        self.providers(links.iter_mut().map(|link| &mut link.provider));
    }

    fn notified<'a>(self, items: impl Iterator<Item = &'a mut NotifiedItem>) {
        items.for_each(|item| self.one(&mut item.name));
    }
}
