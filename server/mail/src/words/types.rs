//! The parts of a mail's text.

/// The texts of one mail in one language.
pub(crate) struct Text {
    /// The subject.
    pub(crate) subject: String,
    /// The heading: a short summary.
    pub(crate) heading: String,
    /// What happened.
    pub(crate) happened: String,
    /// What to do now, if anything.
    pub(crate) next: String,
    /// The button that opens the address.
    pub(crate) button: &'static str,
    /// What to do if the person did not request it.
    pub(crate) not_you: &'static str,
}

/// Texts shared by all mails in one language.
pub(crate) struct Words {
    /// Above the code.
    pub(crate) code: &'static str,
    /// Between the button and the plain address.
    pub(crate) address: &'static str,
    /// Introduces what to do if the person did not request it.
    pub(crate) was_it_not_you: &'static str,
    /// Footer, before and after the site's name.
    pub(crate) footer: (&'static str, &'static str),
}
