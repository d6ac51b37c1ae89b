//! A sample of every kind of state, with the way by which a person gets there.

mod access;
mod account;
mod address;
mod build;
mod dialog;
mod link;
mod recovery;
mod sign_in;

use super::sample::Sample;

/// A sample of every kind, named after it, and of what the kinds do not tell apart. `None` cannot happen: the providers
/// have valid names.
pub(super) fn all() -> Option<Vec<Sample>> {
    let mut all = sign_in::samples();
    all.extend(recovery::samples()?);
    all.extend(link::samples()?);
    all.extend(access::samples()?);
    all.extend(account::samples()?);
    all.extend(dialog::samples()?);
    all.extend(address::samples()?);
    Some(all)
}
