//! Sign-outs that an eID provider initiates (front-channel and back-channel logout).

use crate::{
    audit::event::AuditEvent,
    auth::session::upstream,
    eid::port::UpstreamLogout,
    kernel::{
        outcome::Fault,
        request::Visitor,
        secret::{Digest256, Purpose},
    },
    oidc::logout::{
        end::LogoutService,
        types::{LogoutRefusal, SessionSelector},
    },
};
use kobling_model::ProviderId;

impl LogoutService {
    /// Front-channel (OpenID Connect Front-Channel Logout 1.0 §2): the provider's page has ours load in a frame,
    /// without cookies. Ends the sessions created from that one, and notifies their applications. A request that
    /// matches no session has no effect.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn front_channel(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        issuer: &str,
        sid: &str,
    ) -> Result<(), Fault> {
        let Some(port) = self.provider(provider) else {
            return Ok(());
        };
        if issuer.is_empty() || sid.is_empty() || port.issuer() != issuer {
            return Ok(());
        }
        self.end_upstream(visitor, &upstream(provider, sid)).await
    }

    /// Back-channel (OpenID Connect Back-Channel Logout 1.0 §2.6, §2.7): a logout token, taken once.
    ///
    /// # Errors
    /// [`LogoutRefusal`].
    pub async fn back_channel(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        token: &str,
    ) -> Result<(), LogoutRefusal> {
        let Some(port) = self.provider(provider).cloned() else {
            return Err(LogoutRefusal::NoProvider);
        };
        let UpstreamLogout {
            issuer,
            sid,
            subject,
            jti,
            expires_at,
        } = port.logout_token(token).await?;
        let mut work = self.begin().await?;
        let seen = self
            .keys
            .derive(Purpose::LogoutToken, &[provider.as_str(), &jti]);
        if !work.spent_proofs().spend_proof(&seen, expires_at).await? {
            return Err(LogoutRefusal::Replayed);
        }
        let which = match (sid, subject) {
            (Some(sid), _) => Some(SessionSelector::OfUpstream(upstream(provider, &sid))),
            (None, Some(subject)) => work
                .links()
                .link_by_subject(provider, &issuer, &subject)
                .await?
                .map(|link| SessionSelector::OfLink(link.id, None)),
            (None, None) => None,
        };
        if let Some(which) = which {
            let ended = self.end(&mut work, &which).await?;
            if ended.sessions > 0 {
                let count = ended.sessions;
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::UpstreamEnded { count },
                    None,
                )
                .await?;
            }
        }
        self.commit_posted(work).await?;
        Ok(())
    }

    async fn end_upstream(&self, visitor: &Visitor, upstream: &Digest256) -> Result<(), Fault> {
        // The endpoint is unauthenticated: a request that matches no session writes nothing.
        if !self
            .read()
            .await?
            .logouts()
            .is_upstream_known(upstream)
            .await?
        {
            return Ok(());
        }
        let mut work = self.begin().await?;
        let ended = self
            .end(&mut work, &SessionSelector::OfUpstream(upstream.clone()))
            .await?;
        if ended.sessions > 0 {
            let count = ended.sessions;
            self.note(
                &mut work,
                visitor,
                AuditEvent::UpstreamEnded { count },
                None,
            )
            .await?;
        }
        self.commit_posted(work).await?;
        Ok(())
    }
}
