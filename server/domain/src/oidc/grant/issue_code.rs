//! Issuing an authorization code.

use crate::{
    audit::event::AuditEvent,
    auth::session::{Caller, Method},
    kernel::{
        core::Unit,
        outcome::{Answer, Fault},
        request::Visitor,
    },
    oidc::{
        access::destination::DestinationService,
        grant::{
            request::with_query,
            types::{AuthorizationRequest, CodeGrant},
        },
    },
};
use kobling_model::time::Span;

/// How long an authorization code lives (RFC 6749 §4.1.2 recommends at most ten minutes).
const CODE_LIFE: Span = Span::seconds(60);

impl DestinationService {
    /// Issues an authorization code and leads back to the client.
    pub(crate) async fn issue_code(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        request: &AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        let code = self.token();
        work.grants()
            .insert_code_grant(&CodeGrant {
                code: code.digest(),
                client_id: request.client_id.clone(),
                account: caller.account.id,
                session: caller.session.id,
                redirect_uri: request.redirect_uri.clone(),
                scope: request.scope.clone(),
                nonce: request.nonce.clone(),
                code_challenge: request.code_challenge.clone(),
                auth_time: caller.session.authenticated_at,
                method: self.answered(request, &caller.session.method),
                claims: request.claims,
                jkt: request.dpop_jkt.clone(),
                expires_at: self.now() + CODE_LIFE,
            })
            .await?;
        self.note(
            work,
            visitor,
            AuditEvent::GrantIssued {
                client: &request.client_id,
            },
            caller,
        )
        .await?;
        let mut query = vec![("code", code.expose())];
        if let Some(state) = &request.state {
            query.push(("state", state));
        }
        query.push(("iss", &self.settings.origin));
        Ok(Answer::away(with_query(&request.redirect_uri, &query)))
    }

    /// The sign-in, its `acr` in the words of the request where that asks for one that was reached.
    fn answered(&self, request: &AuthorizationRequest, method: &Method) -> Method {
        let mut method = method.clone();
        let met = request
            .acr
            .met_by(&method, |acr| self.demands.level_of(acr));
        let met = met.map(str::to_owned);
        if let (Method::Eid { acr, .. }, Some(met)) = (&mut method, met) {
            *acr = Some(met);
        }
        method
    }
}
