//! `/`: redirects to account settings or to the sign-in.

#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
#[cfg(feature = "ssr")]
use kobling_model::route::{ACCOUNT, LOGIN, Page};

/// The page that `/` redirects to: account settings if signed in, otherwise the sign-in.
#[cfg(feature = "ssr")]
pub(crate) async fn target(kobling: &Kobling, visitor: &Visitor) -> Result<Page, Fault> {
    let signed_in = kobling.sessions.signed_in(visitor).await?;
    Ok(if signed_in { ACCOUNT } else { LOGIN })
}
