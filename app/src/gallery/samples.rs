//! A sample of every kind of state, with the way by which a person gets there.

use super::sample::Sample;
use crate::part::view::PageView;
use kobling_model::password::{Personal, Policy};
use kobling_model::route::Step;
use kobling_model::status::{NoAccessReason, Notice, NoticeStatus};
use kobling_model::view::{
    AccountView, AddingView, ApplicationItem, ChangeEmailStep, ChangeEmailView, ChangePasswordView,
    ClosingItem, ConsentView, DoneView, ForgotView, Learns, LinkItem, LinkPage, LinkStep, LinkView,
    NoAccessView, NotifiedItem, OrganisationView, ProofView, ProviderView, RemovalStep,
    RemovalView, ResetStep, ResetView, ServiceItem, SessionItem, SignInStep, SignInView,
    SignOutView, UndoEmailView,
};
use kobling_model::{FlowId, LinkId, Problems, ProviderId, SessionId, Timestamp};
use uuid::Uuid;

/// No browser has such a flow, so the server answers the forms of a sample with `flow_expired`.
const FLOW: FlowId = FlowId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));
const KARI: &str = "kari.nordmann@nordvik.example";
const CLIENT: &str = "Nordvik timeføring";
const ORGANISATION: &str = "Nordvik kommune";
const CONTACT: &str = "post@nordvik.example";
const CODE: &str = "48213579";

fn text(text: &str) -> String {
    text.to_owned()
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_000_000 + day * 86_400)
}

fn providers() -> Vec<ProviderView> {
    [("bankid", "BankID"), ("idporten", "ID-porten")]
        .into_iter()
        .filter_map(|(id, name)| {
            Some(ProviderView {
                id: ProviderId::parse(id)?,
                name: text(name),
            })
        })
        .collect()
}

fn organisation() -> OrganisationView {
    OrganisationView {
        name: text(ORGANISATION),
        contact: text(CONTACT),
        address_hint: Some(text("fornavn.etternavn@nordvik.example")),
    }
}

fn login(step: SignInStep) -> SignInView {
    SignInView {
        flow: Some(FLOW),
        step,
        problem: Problems::NONE,
        providers: providers(),
        eid_first: false,
        client: None,
        signed_out: None,
        client_origin: None,
    }
}

fn link(provider: &ProviderView, step: LinkStep) -> LinkView {
    LinkView {
        flow: FLOW,
        provider: provider.clone(),
        step,
        problem: Problems::NONE,
        moves_from: None,
        client: Some(text(CLIENT)),
        client_origin: None,
        organisation: Some(organisation()),
        ahead: None,
    }
}

fn no_access(provider: &ProviderView, reason: NoAccessReason) -> NoAccessView {
    NoAccessView {
        flow: FLOW,
        email: text("kari@privat.example"),
        client: text(CLIENT),
        organisation: text(ORGANISATION),
        contact: text(CONTACT),
        mailto: Some((text(CONTACT), format!("mailto:{CONTACT}?subject=0199"))),
        reference: text("01990000-0000-7000-8000-000000000001"),
        provider: Some(provider.clone()),
        reason,
        address_hint: organisation().address_hint,
        typed: String::new(),
        problem: Problems::NONE,
        client_origin: None,
    }
}

fn link_item(index: u128, provider: &ProviderView) -> LinkItem {
    LinkItem {
        id: LinkId(Uuid::from_u128(index)),
        provider: provider.clone(),
        method: Some(text("BankID Mobil")),
        created_at: at(0),
        last_used_at: at(40),
    }
}

fn session(index: u128, device: &str, provider: Option<&str>) -> SessionItem {
    SessionItem {
        id: SessionId(Uuid::from_u128(index)),
        current: index == 0,
        device: text(device),
        provider: provider.map(text),
        created_at: at(39),
        last_seen_at: at(40),
        seen_minutes: if index == 0 { 0 } else { 130 },
        services: provider.map(|_| text(CLIENT)).into_iter().collect(),
        number: None,
    }
}

fn service(name: &str, organisation: Option<&str>, refused: Option<NoAccessReason>) -> ServiceItem {
    ServiceItem {
        name: text(name),
        start: organisation.map(|_| text("https://tjeneste.nordvik.example/")),
        organisation: organisation.map(text),
        refused,
    }
}

fn account(links: Vec<LinkItem>, linkable: Vec<ProviderView>) -> AccountView {
    AccountView {
        name: text("Kari Nordmann"),
        typed: None,
        mark: String::new(),
        email: text(KARI),
        released: false,
        password_since: Some(at(10)),
        links,
        sessions: vec![
            session(0, "Firefox, Windows", Some("BankID")),
            session(1, "Safari, iPhone", None),
            SessionItem {
                number: Some(1),
                ..session(3, "Chrome, Android", None)
            },
            SessionItem {
                number: Some(2),
                ..session(4, "Chrome, Android", None)
            },
            session(2, "", Some("BankID")),
        ],
        linkable,
        services: vec![
            service(CLIENT, Some(ORGANISATION), None),
            service("Åpen kalender", None, None),
            service("Lønn", Some(ORGANISATION), Some(NoAccessReason::TooLow)),
            service(
                "Arkiv",
                Some("Sørvik kommune"),
                Some(NoAccessReason::NotAUser),
            ),
        ],
        applications: [(true, true), (true, false), (false, false)]
            .into_iter()
            .enumerate()
            .map(|(index, (name, email))| ApplicationItem {
                client: format!("app-{index}"),
                name: format!("Kalender {}", index + 1),
                learns: Learns { name, email },
                given_at: at(20),
            })
            .collect(),
        adding: None,
        removal: None,
        problem: Problems::NONE,
        notice: None,
    }
}

fn change_email(step: ChangeEmailStep, proof: ProofView) -> ChangeEmailView {
    ChangeEmailView {
        flow: Some(FLOW),
        current: text(KARI),
        mark: String::new(),
        step,
        proof,
        closing: vec![ClosingItem {
            applications: vec![text(CLIENT), text("Nordvik arkiv")],
            organisation: text(ORGANISATION),
            contact: text(CONTACT),
        }],
        problem: Problems::NONE,
    }
}

fn about() -> Personal {
    Personal {
        email: text(KARI),
        name: text("Kari Nordmann"),
    }
}

/// A sample of every kind, named after it, and of what the kinds do not tell apart. `None` cannot happen: the providers
/// have valid names.
pub(super) fn all() -> Option<Vec<Sample>> {
    let mut all = sign_in();
    all.extend(recovery()?);
    all.extend(linking()?);
    all.extend(access()?);
    all.extend(settings()?);
    all.extend(dialogs()?);
    all.extend(address()?);
    Some(all)
}

fn sign_in() -> Vec<Sample> {
    let page = |name, view, how, journey| Sample::new(name, PageView::Login(view), how, journey);
    let address = || SignInStep::Address {
        typed: String::new(),
    };
    let told = NoticeStatus::ALL
        .into_iter()
        .enumerate()
        .map(|(index, status)| NotifiedItem {
            name: format!("Nordvik tjeneste {}", index + 1),
            status,
        });
    let signed_out = |items| SignInView {
        signed_out: Some(items),
        flow: None,
        ..login(address())
    };
    vec![
        page(
            "login-address",
            login(address()),
            "Open account settings without a session.",
            "c-by-keyboard",
        ),
        page(
            "login-application",
            SignInView {
                client: Some(text(CLIENT)),
                client_origin: Some(text("https://nordvik.example")),
                ..login(address())
            },
            "Open an application without a session.",
            "a-known-person",
        ),
        page(
            "login-eid-first",
            SignInView {
                eid_first: true,
                ..login(address())
            },
            "Open account settings without a session where the operator has set sign_in.eid_first.",
            "branding",
        ),
        page(
            "login-password",
            SignInView {
                client: Some(text(CLIENT)),
                ..login(SignInStep::Password { email: text(KARI) })
            },
            "Type an address at the sign-in.",
            "c-by-keyboard",
        ),
        page(
            "login-signed-out",
            signed_out(Vec::new()),
            "Sign out in account settings.",
            "sign-out",
        ),
        page(
            "login-signed-out-services",
            signed_out(told.collect()),
            "Sign out in account settings after using four applications.",
            "sign-out",
        )
        .without_script(
            "The page asks for the status of the notices, which a sample does not have.",
        ),
        Sample::new(
            "sign-out",
            PageView::SignOut(SignOutView {
                signed_in: true,
                flow: Some(FLOW),
                client: Some(text(CLIENT)),
                client_origin: None,
            }),
            "Sign out in an application that does not say who is signed in.",
            "openid-client",
        ),
        Sample::new(
            "sign-out-nobody",
            PageView::SignOut(SignOutView {
                signed_in: false,
                flow: None,
                client: None,
                client_origin: None,
            }),
            "Open /sign-out without a session.",
            "sign-out",
        ),
        Sample::new(
            "sign-out-without-application",
            PageView::SignOut(SignOutView {
                signed_in: true,
                flow: None,
                client: None,
                client_origin: None,
            }),
            "Open /sign-out with a session.",
            "sign-out",
        ),
    ]
}

fn recovery() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let forgot = |sent| {
        let email = text(if sent { KARI } else { "" });
        PageView::ForgotPassword(ForgotView {
            flow: Some(FLOW),
            email,
            sent,
            ticket_minutes: 30,
            problem: Problems::NONE,
            sign_in: Some(FLOW),
        })
    };
    let reset = |name, step, how, journey| {
        Sample::new(
            name,
            PageView::ResetPassword(ResetView {
                step,
                problem: Problems::NONE,
            }),
            how,
            journey,
        )
    };
    let choose = |policy| ResetStep::Choose {
        policy,
        about: about(),
    };
    let done = |links, notice| ResetStep::Done {
        flow: FLOW,
        sign_in: FLOW,
        links,
        notice,
    };
    let undo =
        |name, view, how| Sample::new(name, PageView::UndoEmail(view), how, "f-address-changes");
    let undone = |password, unlinked| UndoEmailView::Done {
        sign_in: FLOW,
        password,
        unlinked,
    };
    Some(vec![
        Sample::new(
            "forgot-password",
            forgot(false),
            "At the password, follow \"Glemt ditt passord?\".",
            "c-by-keyboard",
        ),
        Sample::new(
            "forgot-password-sent",
            forgot(true),
            "Send the form with an address and the box ticked.",
            "c-by-keyboard",
        ),
        reset(
            "reset-password",
            choose(Policy::MODERN),
            "Follow the link in the mail.",
            "reset-link",
        ),
        reset(
            "reset-password-classic",
            choose(Policy::CLASSIC),
            "The same where the operator sets password.policy to classic.",
            "reset-link",
        ),
        reset(
            "reset-password-dead",
            ResetStep::Dead,
            "Follow a link that was used.",
            "reset-link",
        ),
        reset(
            "reset-password-done",
            done(Vec::new(), None),
            "Save a new password.",
            "reset-link",
        ),
        reset(
            "reset-password-done-eids",
            done(vec![link_item(1, &provider)], None),
            "Save a new password of an account with a linked eID.",
            "reset-link",
        ),
        reset(
            "reset-password-done-removed",
            done(Vec::new(), Some(Notice::LinkRemoved)),
            "Remove the eID after the reset.",
            "reset-link",
        ),
        undo(
            "undo-email",
            UndoEmailView::Ask { email: text(KARI) },
            "Follow the link in the mail about a changed address.",
        ),
        undo(
            "undo-email-taken",
            UndoEmailView::Taken { email: text(KARI) },
            "The same when somebody else has the address by now.",
        ),
        undo(
            "undo-email-dead",
            UndoEmailView::Dead,
            "Follow the link a second time.",
        ),
        undo("undo-email-done", undone(false, false), "Undo the change."),
        undo(
            "undo-email-done-all",
            undone(true, true),
            "Undo a change after which an eID was linked and the password changed.",
        ),
    ])
}

fn linking() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let page = |name, view, how, journey| {
        Sample::new(
            name,
            PageView::Link(LinkPage::Own(Box::new(view))),
            how,
            journey,
        )
    };
    let address = |typed, fixed| {
        link(
            &provider,
            LinkStep::Address {
                typed: text(typed),
                fixed,
            },
        )
    };
    let code = |fixed, again| {
        link(
            &provider,
            LinkStep::Code {
                email: text(KARI),
                minutes: 15,
                fixed,
                again,
            },
        )
    };
    let done = |name, linked: Option<&str>, client: bool, how| {
        let done = DoneView {
            linked: linked.map(|email| (provider.name.clone(), text(email))),
            client: client.then(|| (text(CLIENT), text("https://startside.example"))),
        };
        Sample::new(name, PageView::Link(LinkPage::Done(done)), how, "back")
    };
    let vouched = LinkStep::Vouched {
        email: text(KARI),
        organisation: text(ORGANISATION),
        contact: text(CONTACT),
    };
    Some(vec![
        page(
            "link-vouched",
            link(&provider, vouched),
            "Sign in with the eID of the known person.",
            "a-known-person",
        ),
        page(
            "link-address",
            address("", false),
            "Sign in with the eID of the unknown person.",
            "b-unknown-person",
        ),
        page(
            "link-address-fixed",
            address(KARI, true),
            "Sign in as a known person whose address two organisations have.",
            "d-which-address",
        ),
        page(
            "link-address-moves",
            LinkView {
                moves_from: Some(text("kari@privat.example")),
                ..address("", false)
            },
            "Without access, link the eID to another address.",
            "c2-short-way",
        ),
        page(
            "link-code",
            code(false, false),
            "Send a code to the address.",
            "b-unknown-person",
        ),
        page(
            "link-code-again",
            code(false, true),
            "Send a new code.",
            "code",
        ),
        page(
            "link-address-behind",
            LinkView {
                ahead: Some(Step::Code),
                ..address(KARI, false)
            },
            "Go back from the code to the address.",
            "back",
        ),
        page(
            "link-address-confirmed",
            LinkView {
                ahead: Some(Step::Name),
                ..address(KARI, false)
            },
            "Go back from the name to the address.",
            "back",
        ),
        done(
            "link-done",
            Some(KARI),
            true,
            "Finish linking in another window, and go back to this one.",
        ),
        done(
            "link-done-elsewhere",
            None,
            false,
            "The same after signing out.",
        ),
        page(
            "link-code-fixed",
            code(true, false),
            "Send a code to the address that the directory has.",
            "d-which-address",
        ),
        page(
            "link-code-filled",
            code(false, false),
            "Follow the link in the mail with the code.",
            "b-link-in-the-mail",
        )
        .with_code(CODE),
        Sample::new(
            "link-foreign",
            PageView::Link(LinkPage::Foreign),
            "Follow the link in the mail with the code in another browser.",
            "b-link-in-the-mail",
        )
        .with_code(CODE),
        page(
            "link-caution",
            link(
                &provider,
                LinkStep::Caution {
                    email: text("kari@privat.example"),
                },
            ),
            "Prove an address that gives no access to the application.",
            "h-wrong-address-caught",
        ),
        page(
            "link-name",
            link(
                &provider,
                LinkStep::Name {
                    typed: String::new(),
                },
            ),
            "Type the code as a person whose name is not known.",
            "b-unknown-person",
        ),
    ])
}

fn access() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let page = |name, view, how, journey| Sample::new(name, PageView::NoAccess(view), how, journey);
    let plain = |reason| no_access(&provider, reason);
    let consent = |name: Option<&str>, email: Option<&str>, account: Option<&str>| {
        PageView::Consent(ConsentView {
            flow: FLOW,
            client: text("Nordvik kalender"),
            host: text("kalender.example"),
            account: account.map(text),
            name: name.map(text),
            email: email.map(text),
            client_origin: None,
        })
    };
    Some(vec![
        page(
            "no-access",
            plain(NoAccessReason::NotAUser),
            "Prove an address that the organisation does not have.",
            "c-wrong-address",
        ),
        page(
            "no-access-without-eid",
            NoAccessView {
                provider: None,
                contact: String::new(),
                mailto: None,
                ..plain(NoAccessReason::NotAUser)
            },
            "The same by password, where no eID provider and no contact are configured.",
            "c-wrong-address",
        ),
        page(
            "no-access-another-person",
            plain(NoAccessReason::AnotherPerson),
            "Sign in to an account whose address the organisation has given to somebody else.",
            "c-wrong-address",
        ),
        page(
            "no-access-other-way",
            plain(NoAccessReason::OtherWay),
            "Sign in by password to an application that requires an eID.",
            "consent",
        ),
        page(
            "no-access-too-low",
            plain(NoAccessReason::TooLow),
            "Sign in to an application that requires a higher level.",
            "consent",
        ),
        Sample::new(
            "consent",
            consent(Some("Kari Nordmann"), Some(KARI), None),
            "Sign in to an application of a third party, which requests name and address.",
            "consent",
        ),
        Sample::new(
            "consent-identity",
            consent(None, None, Some(KARI)),
            "The same with an application that requests neither.",
            "consent",
        ),
    ])
}

fn settings() -> Option<Vec<Sample>> {
    let [bankid, idporten] = providers().try_into().ok()?;
    let page = |name, view, how, journey| Sample::new(name, PageView::Account(view), how, journey);
    let usual = || account(vec![link_item(1, &bankid)], vec![idporten.clone()]);
    let with = |notice| AccountView {
        notice: Some(notice),
        ..usual()
    };
    let bare = AccountView {
        password_since: None,
        sessions: vec![session(0, "Chrome, Android", None)],
        services: Vec::new(),
        applications: Vec::new(),
        ..account(Vec::new(), providers())
    };
    Some(vec![
        page(
            "account",
            usual(),
            "Sign in to account settings.",
            "sessions",
        ),
        page(
            "account-new",
            bare,
            "The same with nothing but an address.",
            "adding",
        ),
        page(
            "account-released",
            AccountView {
                released: true,
                ..usual()
            },
            "The same after the organisation has given the address to somebody else.",
            "e-existing-account",
        ),
        page(
            "account-link-removed",
            with(Notice::LinkRemoved),
            "Remove a linked eID.",
            "removing",
        ),
        page(
            "account-email-changed",
            with(Notice::EmailChanged),
            "Change the address.",
            "f-address-changes",
        ),
        page(
            "account-password-created",
            with(Notice::PasswordCreated),
            "Create a password.",
            "account-overview",
        ),
        page(
            "account-password-changed",
            with(Notice::PasswordChanged),
            "Change the password.",
            "forms",
        ),
        page(
            "account-name-changed",
            with(Notice::NameChanged),
            "Change the name.",
            "forms",
        ),
        page(
            "account-sessions-ended",
            with(Notice::SessionsEnded),
            "End a session from the list.",
            "sessions",
        ),
        page(
            "account-linked",
            with(Notice::Linked),
            "Link another eID.",
            "adding",
        ),
        page(
            "account-consent-withdrawn",
            with(Notice::ConsentWithdrawn),
            "Withdraw a consent.",
            "consent",
        ),
        page(
            "idle-soon",
            usual(),
            "Leave account settings alone until 150 seconds before the session ends.",
            "idle",
        )
        .ending(140),
        page(
            "idle-over",
            usual(),
            "Leave the warning alone until the session ends.",
            "idle",
        )
        .ending(0),
    ])
}

fn dialogs() -> Option<Vec<Sample>> {
    let [bankid, idporten] = providers().try_into().ok()?;
    let usual = || account(vec![link_item(1, &bankid)], vec![idporten.clone()]);
    let adding = |name, proof, how| {
        let dialog = AddingView {
            flow: FLOW,
            provider: idporten.clone(),
            proof,
            problem: Problems::NONE,
        };
        Sample::new(
            name,
            PageView::Account(AccountView {
                adding: Some(dialog),
                ..usual()
            }),
            how,
            "adding",
        )
    };
    let removal = |name, step, how| {
        let dialog = RemovalView {
            flow: FLOW,
            provider: bankid.clone(),
            step,
            problem: Problems::NONE,
        };
        Sample::new(
            name,
            PageView::Account(AccountView {
                removal: Some(dialog),
                ..usual()
            }),
            how,
            "removing",
        )
    };
    let eid = || ProofView::Eid(bankid.clone());
    Some(vec![
        adding(
            "adding-password",
            Some(ProofView::Password),
            "In account settings, link another eID.",
        ),
        adding("adding-eid", Some(eid()), "The same without a password."),
        adding("adding-fresh", Some(ProofView::Fresh), "Confirm."),
        adding(
            "adding-impossible",
            None,
            "The same with neither a password nor an eID.",
        ),
        removal(
            "removal",
            RemovalStep::Ask,
            "In account settings, remove a linked eID.",
        ),
        removal(
            "removal-password",
            RemovalStep::Password,
            "Confirm the removal.",
        ),
        removal(
            "removal-eid",
            RemovalStep::Eid {
                provider: bankid.clone(),
            },
            "The same without a password.",
        ),
        removal(
            "removal-confirmed",
            RemovalStep::Confirmed,
            "Confirm by the eID.",
        ),
        removal(
            "removal-refused",
            RemovalStep::Refused,
            "Remove the last way to sign in.",
        ),
    ])
}

fn address() -> Option<Vec<Sample>> {
    let provider = providers().into_iter().next()?;
    let page = |name, step, proof, how| {
        Sample::new(
            name,
            PageView::AccountEmail(change_email(step, proof)),
            how,
            "f-address-changes",
        )
    };
    let typing = || ChangeEmailStep::Address {
        typed: String::new(),
    };
    let code = |again| ChangeEmailStep::Code {
        email: text("kari@nordvik.example"),
        minutes: 15,
        again,
    };
    let password = |proof| {
        PageView::AccountPassword(ChangePasswordView {
            proof,
            policy: Policy::MODERN,
            about: about(),
            problem: Problems::NONE,
        })
    };
    Some(vec![
        page(
            "account-email",
            typing(),
            ProofView::Fresh,
            "In account settings, change the address soon after the sign-in.",
        ),
        page(
            "account-email-password",
            typing(),
            ProofView::Password,
            "The same some time after the sign-in.",
        ),
        page(
            "account-email-eid",
            typing(),
            ProofView::Eid(provider.clone()),
            "The same without a password.",
        ),
        page(
            "account-email-code",
            code(false),
            ProofView::Fresh,
            "Send a code to the new address.",
        ),
        page(
            "account-email-code-again",
            code(true),
            ProofView::Fresh,
            "Send a code to the new address.",
        ),
        page(
            "account-email-code-filled",
            code(false),
            ProofView::Fresh,
            "Follow the link in the mail with the code.",
        )
        .with_code(CODE),
        Sample::new(
            "account-password",
            password(Some(ProofView::Password)),
            "In account settings, change the password.",
            "forms",
        ),
        Sample::new(
            "account-password-create",
            password(Some(ProofView::Fresh)),
            "In account settings, create a password soon after the sign-in.",
            "account-overview",
        ),
        Sample::new(
            "account-password-eid",
            password(Some(ProofView::Eid(provider))),
            "The same some time after the sign-in.",
            "account-overview",
        ),
        Sample::new(
            "account-password-none",
            password(None),
            "The same where the eID provider is not configured any more.",
            "forms",
        ),
    ])
}
