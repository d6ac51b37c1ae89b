//! Claims at the userinfo endpoint (OpenID Connect Core §5.3).

use crate::{
    kernel::secret::Token,
    oidc::grant::{
        redeem::TokenService,
        types::{Claims, Thumbprint, TokenRefusal},
    },
};

impl TokenService {
    /// The claims about the person for the bearer of an access token (OpenID Connect Core §5.3). `jkt` is the
    /// thumbprint of the key that was proven beside it, if one was: a bound token is refused without its key, and an
    /// unbound token is refused with one (RFC 9449 §7.1).
    ///
    /// # Errors
    /// [`TokenRefusal`].
    pub async fn userinfo(
        &self,
        token: &str,
        jkt: Option<&Thumbprint>,
    ) -> Result<Claims, TokenRefusal> {
        let invalid = Err(TokenRefusal::InvalidToken);
        let Some(token) = Token::parse(token) else {
            return invalid;
        };
        let mut work = self.read().await?;
        let Some((token, family, account)) = work
            .families()
            .access_token(&token.digest(), self.now())
            .await?
            .filter(|(token, _, account)| {
                token.jkt.as_ref() == jkt && account.disabled_at.is_none()
            })
        else {
            return invalid;
        };
        let Some(client) = self.clients.find_in(&mut work, &family.client_id).await? else {
            return invalid;
        };
        if !token.scope.split(' ').any(|scope| scope == "openid") {
            return Err(TokenRefusal::InsufficientScope);
        }
        let wanted = family.claims.userinfo;
        Ok(self.claims_of(&client, &account, &family, wanted, &token.scope))
    }
}
