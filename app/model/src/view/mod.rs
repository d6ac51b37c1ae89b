//! What a page shows. View structs are sent to the browser in the page, so they contain only what the person may see:
//! no token, no hash, no identity number.

mod access;
mod account;
mod frame;
mod link;
mod provider;
mod recovery;
mod session;
mod sign_in;
mod sign_out;

pub use access::{ApplicationItem, ConsentView, Learns, NoAccessView};
pub use account::{
    AccountView, AddingView, ChangeEmailStep, ChangeEmailView, ChangePasswordView, ClosingItem,
    ProofView, ServiceItem, UndoEmailView,
};
pub use frame::FrameView;
pub use link::{
    DoneView, LinkItem, LinkPage, LinkStep, LinkView, OrganisationView, RemovalStep, RemovalView,
};
pub use provider::ProviderView;
pub use recovery::{ForgotView, ResetStep, ResetView};
pub use session::SessionItem;
pub use sign_in::{SignInStep, SignInView};
pub use sign_out::{NotifiedItem, SignOutView};
