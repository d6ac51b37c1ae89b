//! A linked eID in a list, with the button that removes it.

use crate::part::act::{Act, Submit, hidden, of_flow};
use crate::part::{icon, texts};
use kobling_model::FlowId;
use kobling_model::view::LinkItem;
use leptos::prelude::*;

/// The list; each button posts its link, and the flow if there is one.
pub(crate) fn identities(links: Vec<LinkItem>, to: &'static str, flow: Option<FlowId>) -> AnyView {
    let items = links
        .into_iter()
        .map(|link| identity(link, to, flow))
        .collect_view();
    view! { <ul class="k-items">{items}</ul> }.into_any()
}

fn identity(link: LinkItem, to: &'static str, flow: Option<FlowId>) -> AnyView {
    let texts = texts();
    let t = &texts.account;
    let name = link.provider.name;
    let id = format!("remove-{}", link.id);
    // Omitted if it equals the provider's name.
    let method = link.method.filter(|method| *method != name);
    view! {
        <li>
            <div>
                <strong>{name.clone()}</strong>
                {method.map(|method| view! { <span>" (" {method} ")"</span> })}
                <p class="k-small">{t.linked_on(&texts.moment(link.created_at))}</p>
                <p class="k-small">{t.last_used(&texts.moment(link.last_used_at))}</p>
            </div>
            <Act to=to>
                {of_flow(flow)}
                {hidden("link", link.id.to_string())}
                <Submit text=t.remove(&name) variant="tertiary" color="danger" icon=icon::trash() id=id/>
            </Act>
        </li>
    }
    .into_any()
}
