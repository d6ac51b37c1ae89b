//! Where an account that has signed in goes: account settings, the application, or the page that says why not.

use crate::{
    audit::event::AuditEvent,
    auth::{
        caller::SessionService,
        session::{Caller, Method},
    },
    flow::types::{Destination, Flow, FlowState, reference_of},
    kernel::{
        core::{Unit, service},
        error::StoreError,
        outcome::{Answer, Fault, Next},
        request::Visitor,
    },
    oidc::{
        access::{demand::DemandService, rule::AccessService},
        client::Client,
        clients::ClientService,
        consent_rule::{must_ask, seen},
        grant::{
            request::{error_page_url, error_url},
            types::AuthorizationRequest,
        },
        logout::end::LogoutService,
    },
};
use kobling_model::{
    AccountId, Problem, Problems, ProviderId, route,
    status::{NoAccessReason, Notice},
};

/// Sends the person to step up, once: if the result is insufficient, the person gets an explanation and no second
/// step-up.
fn send_to_step_up(
    caller: &Caller,
    flow: &mut Flow,
    request: AuthorizationRequest,
    provider: &ProviderId,
) -> Answer {
    flow.destination = Destination::Client(AuthorizationRequest {
        stepped_up: true,
        ..request
    });
    flow.state = FlowState::SignIn {
        typed: caller.account.email.to_string(),
        email: None,
    };
    Answer::page(Next::Eid(provider.clone(), flow.id))
}

service! {
    /// Leads a signed-in account to the destination of its flow.
    DestinationService { access: AccessService, clients: ClientService, demands: DemandService, logout: LogoutService, sessions: SessionService }
}

impl DestinationService {
    /// Continues to the flow's destination after a sign-in. Changes the flow accordingly and saves it.
    pub(crate) async fn continue_flow(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        flow: &mut Flow,
        notice: Option<Notice>,
    ) -> Result<Answer, Fault> {
        flow.problem = Problems::NONE;
        let answer = match flow.destination.clone() {
            Destination::Account => {
                flow.state = FlowState::Ended { notice };
                match notice {
                    Some(_) => Answer::flow(route::ACCOUNT, flow.id),
                    None => Answer::page(route::ACCOUNT),
                }
            }
            Destination::Return(back) => {
                let account = caller.account.id;
                let page = back.page;
                flow.state = match (page, back.typed_by(&self.mark(account))) {
                    (route::ACCOUNT, Some(typed)) => FlowState::Naming { typed },
                    (route::ACCOUNT_EMAIL, Some(typed)) => FlowState::ChangingEmail {
                        again: false,
                        account,
                        typed,
                        email: None,
                        session: Some(caller.session.id),
                    },
                    _ => FlowState::Ended { notice },
                };
                Answer::flow(page, flow.id)
            }
            Destination::Client(request) => {
                let client = self
                    .clients
                    .find_in(work, &request.client_id)
                    .await?
                    .ok_or(Problem::ClientInvalid)?;
                self.answer_request(work, visitor, caller, flow, (&client, request))
                    .await?
            }
        };
        self.save(work, flow).await?;
        Ok(answer)
    }

    /// Answers an application's authorization request, with a code, an error or a page. Checks in order: the requested
    /// person, the access rule, the requested acr, the consent. Changes the flow accordingly; the caller saves it.
    pub(crate) async fn answer_request(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        flow: &mut Flow,
        (client, mut request): (&Client, AuthorizationRequest),
    ) -> Result<Answer, Fault> {
        // The client may have another address than when the flow began, and its consents are for the hosts of today.
        if !client.redirects_to(&request.redirect_uri) {
            return Err(Problem::ClientInvalid.into());
        }
        if !self.is_whom(client, &request, caller) {
            return self
                .turn_back(
                    work,
                    visitor,
                    caller,
                    flow,
                    (client, &request, "login_required"),
                )
                .await;
        }
        let access = self
            .access
            .judge(work, client, &caller.account, &caller.session.method)
            .await?;
        let demand = self.demands.of(client, &request);
        if let Some(reason) = access.refused() {
            let links = work.links().links_of(caller.account.id).await?;
            let used = self.demands.used(&demand, &caller.session.method, &links);
            return match used {
                Some(provider) if !reason.is_about_address() && !request.stepped_up => {
                    Ok(send_to_step_up(caller, flow, request, &provider))
                }
                _ => {
                    self.deny(work, visitor, caller, flow, (client, reason))
                        .await
                }
            };
        }
        if !self.is_sure_enough(&request, &caller.session.method) {
            let links = work.links().links_of(caller.account.id).await?;
            let known = request
                .acr
                .least(|acr| self.demands.level_of(acr))
                .is_some();
            let provider = self
                .demands
                .fitting(&demand, &caller.session.method, &links)
                .filter(|_| known && !request.stepped_up);
            match provider {
                Some(provider) => return Ok(send_to_step_up(caller, flow, request, &provider)),
                None if request.acr.essential => {
                    let error = "unmet_authentication_requirements";
                    return self
                        .turn_back(work, visitor, caller, flow, (client, &request, error))
                        .await;
                }
                // A voluntary `acr` that cannot be fulfilled is no error (OpenID Connect Core §5.5.1.1).
                None => {}
            }
        }
        if self.must_ask(work, client, caller, &request).await? {
            flow.state = FlowState::Consent {
                account: caller.account.id,
                seen: Some(seen(client)),
            };
            // Restarts the flow's lifetime, so that the person has time to read.
            flow.expires_at = self.now() + self.settings.flow_life;
            return Ok(Answer::flow(route::CONSENT, flow.id));
        }
        flow.state = FlowState::Ended { notice: None };
        request.subject = None;
        self.issue_code(work, visitor, caller, &request).await
    }

    /// Whether this is the person that the request is about, if it is about one.
    pub(crate) fn is_whom(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        caller: &Caller,
    ) -> bool {
        request
            .subject
            .as_ref()
            .is_none_or(|subject| *subject == self.clients.subject(client, caller.account.id))
    }

    pub(crate) fn is_sure_enough(&self, request: &AuthorizationRequest, method: &Method) -> bool {
        let met = || request.acr.met_by(method, |acr| self.demands.level_of(acr));
        request.acr.values.is_empty() || met().is_some()
    }

    /// Back to the application, with an error.
    async fn turn_back(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        flow: &mut Flow,
        (client, request, error): (&Client, &AuthorizationRequest, &'static str),
    ) -> Result<Answer, Fault> {
        flow.state = FlowState::Ended { notice: None };
        self.note(
            work,
            visitor,
            AuditEvent::GrantRefused {
                client: &request.client_id,
                reason: error,
            },
            caller,
        )
        .await?;
        let account = Some(caller.account.id);
        let direct = self.gets_errors_directly(work, client, account).await?;
        Ok(self.refuse(direct, request, error))
    }

    /// Whether errors go to the client at once: not to one that registered itself, which could use Kobling to lead people
    /// to its address, unless the person has let it learn something (RFC 9700 §4.11.2).
    pub(crate) async fn gets_errors_directly(
        &self,
        work: &mut Unit,
        client: &Client,
        account: Option<AccountId>,
    ) -> Result<bool, StoreError> {
        if !client.is_stranger() {
            return Ok(true);
        }
        let Some(account) = account else {
            return Ok(false);
        };
        let consent = work.consents().consent(account, &client.id).await?;
        Ok(consent.is_some())
    }

    /// Refuses an authorization request: with an error at the redirect URI, or by the page that names the client and
    /// leads there.
    pub(crate) fn refuse(
        &self,
        direct: bool,
        request: &AuthorizationRequest,
        error: &str,
    ) -> Answer {
        let origin = &self.settings.origin;
        Answer::away(if direct {
            error_url(request, error, origin)
        } else {
            error_page_url(request, error, origin)
        })
    }

    /// To the page that says why not.
    async fn deny(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        flow: &mut Flow,
        (client, reason): (&Client, NoAccessReason),
    ) -> Result<Answer, Fault> {
        let reference = reference_of(flow.id);
        self.note(
            work,
            visitor,
            AuditEvent::AccessDenied {
                client: &client.id,
                reference: &reference,
            },
            caller,
        )
        .await?;
        flow.state = FlowState::NoAccess {
            account: caller.account.id,
            reference,
            reason,
            typed: String::new(),
        };
        Ok(Answer::flow(route::NO_ACCESS, flow.id))
    }

    pub(crate) async fn must_ask(
        &self,
        work: &mut Unit,
        client: &Client,
        caller: &Caller,
        request: &AuthorizationRequest,
    ) -> Result<bool, Fault> {
        if !client.third_party {
            return Ok(false);
        }
        let given = work
            .consents()
            .hold_consent(caller.account.id, &client.id)
            .await?;
        Ok(must_ask(client, request, given.as_ref()))
    }
}
