//! The table of all texts: which there are, and what each takes.

use kobling_model::Lang;

/// Declares the groups of texts. A text that takes arguments is a pattern with their names in braces.
macro_rules! table {
    ($(
        $(#[$doc:meta])*
        $group:ident: $Group:ident { $($key:ident $(($($argument:ident),+))?,)+ }
    )+) => {
        /// The texts of one language, by page.
        pub struct Texts {
            /// The language.
            pub lang: Lang,
            $($(#[$doc])* pub $group: $Group,)+
        }

        $(
            $(#[$doc])*
            #[allow(missing_docs)]
            pub struct $Group {
                $(pub $key: &'static str,)+
            }

            #[allow(missing_docs)]
            impl $Group {
                $($(
                    #[must_use]
                    pub fn $key(&self, $($argument: &str),+) -> String {
                        fill(self.$key, &[$((stringify!($argument), $argument)),+])
                    }
                )?)+
            }
        )+

        impl Texts {
            /// All texts in the order of the table, one per line, as [`Texts::read`] takes them.
            #[must_use]
            pub fn write(&self) -> String {
                [$($(self.$group.$key,)+)+].join("\n")
            }

            /// The texts of one language from what [`Texts::write`] returned; `None` if one is missing.
            #[must_use]
            pub fn read(lang: Lang, lines: &'static str) -> Option<Self> {
                let mut lines = lines.split('\n');
                Some(Self {
                    lang,
                    $($group: $Group { $($key: lines.next()?,)+ },)+
                })
            }

            /// Every text with its name and the names of its arguments.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
                vec![$($((
                    concat!(stringify!($group), ".", stringify!($key)),
                    self.$group.$key,
                    vec![$($(stringify!($argument)),+)?],
                ),)+)+]
            }
        }
    };
}

/// Replaces the names in braces. An argument is not searched for names.
fn fill(pattern: &str, arguments: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, argument)) = arguments.iter().find(|(known, _)| *known == name) {
            // A name written from right to left must not reorder the sentence around it.
            let isolates = argument.chars().any(is_from_right);
            filled.push_str(if isolates { "\u{2068}" } else { "" });
            filled.push_str(argument);
            filled.push_str(if isolates { "\u{2069}" } else { "" });
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Whether a character belongs to a script that is written from right to left, of those in the first plane.
const fn is_from_right(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

table! {
    /// Texts that several pages use.
    common: Common {
        minute,
        minutes(count),
        email,
        password,
        name,
        next,
        cancel,
        confirm,
        continue_,
        sign_in,
        sign_out,
        other_address,
        skip,
        language,
        accessibility,
        privacy,
        support,
        busy,
        summary,
        error,
        offline,
        code,
        code_hint,
        code_sent(email, time),
        code_again,
        last_code(time),
        send_code,
        confirm_with(provider),
        back_to_account,
    }
    /// The warning before the idle timeout.
    idle: Idle {
        soon,
        soon_text,
        stay,
        over,
        over_text,
        close,
        without_script(time),
    }
    /// `/login`.
    sign_in: SignIn {
        heading,
        with(provider),
        or,
        forgot,
        towards(client),
        signed_out,
        as_whom,
    }
    /// `/forgot-password` and `/reset-password`.
    recovery: Recovery {
        heading,
        intro,
        robot,
        robot_hint,
        working,
        worked,
        send,
        sent(email, time),
        not_arrived,
        again,
        back,
        new_heading,
        new_intro(email),
        save,
        dead,
        ask_again,
        done,
        done_text,
        can_sign_in,
    }
    /// The password fields and the checklist.
    password: PasswordTexts {
        current,
        new,
        confirm,
        show,
        hide,
        requirements,
        met,
        not_met,
        progress(met, all),
        min_length(count),
        upper,
        lower,
        digit,
        symbol,
        not_common,
        not_personal,
    }
    /// `/link`.
    link: LinkTexts {
        heading(provider),
        vouched(organisation),
        wrong(contact),
        link,
        which(provider),
        fixed,
        moves(provider, email),
        looks_like(hint),
        caution(client),
        caution_why(email, organisation, client),
        use_another,
        anyway,
        caution_contact(contact),
        name_intro,
        name_hint,
        foreign_heading,
        foreign,
    }
    /// `/no-access`.
    no_access: NoAccess {
        heading_address,
        heading_other_way,
        heading_too_low,
        linked_to,
        why_not_a_user(organisation, client),
        why_another_person(organisation),
        why_other_way(client),
        why_too_low(client),
        repair,
        relink(provider),
        contact,
        help,
        operator(client),
        reference,
        copy,
        copied,
        mail_subject(client, reference),
        to_account,
    }
    /// `/consent`, and its list in account settings.
    consent: Consent {
        heading(client),
        learns(client, host),
        you,
        you_text,
        withdrawn_at,
        allow,
        applications,
        learns_both,
        learns_name,
        learns_email,
        learns_nothing,
        given(date),
        withdraw,
    }
    /// `/account` and below.
    account: Account {
        heading,
        profile,
        save_name,
        change_email,
        released,
        security,
        password_since(date),
        no_password,
        change_password,
        create_password,
        sessions,
        this_session,
        unknown_device,
        began(date),
        seen(date),
        by_password,
        by(provider),
        end,
        end_others,
        sign_out_everywhere,
        notices_heading,
        notice_confirmed,
        notice_waiting,
        notice_untold,
        notice_failed,
        refresh,
        identities,
        no_identities,
        linked_on(date),
        last_used(date),
        remove(provider),
        link(provider),
        add_heading,
        add_intro(provider),
        new_email,
        email_intro(email),
        closes(applications, organisation, contact),
        email_proof(provider),
        password_proof,
        password_heading,
        others_end,
        sign_out_heading,
        not_signed_in,
        sign_out_ask(client),
        sign_out_ask_unknown,
        stay,
    }
    /// The notices in account settings, by name.
    notice: NoticeWords {
        link_removed,
        email_changed,
        password_created,
        password_changed,
        name_changed,
        sessions_ended,
        linked(provider),
        consent_withdrawn,
    }
    /// The overview in account settings.
    overview: Overview {
        linked_since(provider, email, date),
        services,
        no_services,
        access,
        no_access,
        through(organisation, email),
        open,
        go_to(service),
        session(device, date),
        reached(services),
        now,
        ago(time),
        hour,
        hours(count),
    }
    /// `/undo-email`.
    undo_email: UndoEmail {
        heading,
        ask(email),
        removes,
        undo,
        leave,
        taken_heading,
        taken(email),
        dead,
        done,
        done_text,
        unlinked,
        new_password,
    }
    /// The dialog **Fjern tilknytning**.
    removal: Removal {
        heading,
        ask(provider),
        remove,
        password,
        eid(provider),
        confirmed(provider),
        refused(provider),
    }
    /// The headings of steps, and what has happened before them.
    step: StepWords {
        of(number, all, what),
        email,
        new_email,
        password,
        new_password,
        code,
        name,
        mail,
        proof,
        removal,
        code_again,
        confirmed,
        linked(provider, email),
        done,
        done_text,
        go_on(client),
    }
    /// The problem page.
    problem_page: ProblemTexts {
        heading,
        not_found,
        leads_back(client, host),
        continue_to(host),
        restart,
        to_sign_in,
    }
    /// The text of each problem, beside a field or on the problem page, by its code.
    problem: ProblemWords {
        password_known,
        email_missing,
        email_invalid,
        email_taken,
        email_same,
        password_missing,
        new_password_missing,
        sign_in_failed,
        password_wrong,
        password_rules,
        passwords_differ,
        robot_unchecked,
        proof_invalid,
        too_many,
        too_many_wait(time),
        code_missing,
        code_wrong,
        code_expired,
        name_missing,
        name_invalid,
        ticket_invalid,
        flow_expired,
        already_done,
        last_way_in,
        linked_elsewhere,
        address_of_another,
        other_person,
        account_disabled,
        eid_cancelled,
        eid_unavailable,
        eid_invalid,
        eid_too_low,
        eid_synthetic,
        eid_replayed,
        eid_state_unknown,
        client_invalid,
        outdated,
        request_refused,
        request_spent,
        need_proof,
        not_signed_in,
        not_found,
        bad_request,
        cross_origin,
        too_large,
        busy,
        unavailable,
    }
    /// How dates are written.
    dates: Dates {
        months,
        day(day, month, year),
        moment(day, hour, minute),
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn arguments_are_put_in_once_and_not_searched() {
        assert_eq!(
            fill("{a} og {b}, {a}", &[("a", "{b}"), ("b", "1")]),
            "{b} og 1, {b}"
        );
        assert_eq!(fill("ingen", &[]), "ingen");
        assert_eq!(
            fill("Hei, {name}!", &[("name", "مریم")]),
            "Hei, \u{2068}مریم\u{2069}!"
        );
    }
}
