//! `/`: redirects to account settings or to the sign-in.

/// Redirects to account settings if signed in, otherwise to the sign-in.
#[cfg(feature = "ssr")]
pub(super) async fn redirect() -> Result<(), crate::error::UiError> {
    use kobling_domain::Answer;
    use kobling_model::route;
    crate::call::act(|kobling, visitor| async move {
        let signed_in = kobling.sessions.signed_in(&visitor).await?;
        Ok(Answer::page(if signed_in {
            route::ACCOUNT
        } else {
            route::LOGIN
        }))
    })
    .await
}
