use super::*;
use uuid::Uuid;

/// Every event with its code and its columns.
#[test]
fn every_event_has_its_code_and_columns() {
    let provider = &ProviderId::parse("bankid").expect("a provider");
    let link = LinkId(Uuid::from_u128(1));
    let session = SessionId(Uuid::from_u128(2));
    let (link_id, session_id) = (link.to_string(), session.to_string());
    let (client, alg, count) = ("kart", SigningAlg::Es256, 4);
    let (organisation, by) = ("nordvik", "os:root");
    let imported = |by| AuditEvent::DirectoryImported {
        organisation,
        rows: 3,
        new: 2,
        changed: 1,
        by,
    };
    #[rustfmt::skip]
    let all: &[(AuditEvent<'_>, &str, &[&str])] = &[
        (AuditEvent::AccessDenied { client, reference: "0A" }, "access.denied", &["target 0A", "client kart"]),
        (AuditEvent::AccessWithdrawn { client }, "access.withdrawn", &["client kart"]),
        (AuditEvent::AccountCreated, "account.created", &[]),
        (AuditEvent::AccountDisabled { count, by }, "account.disabled", &["credential os:root", "count 4"]),
        (AuditEvent::AccountEnabled { by }, "account.enabled", &["credential os:root"]),
        (AuditEvent::AdminRefused, "admin.refused", &[]),
        (AuditEvent::ClientAdded { client, by: "drift" }, "client.added", &["credential drift", "client kart"]),
        (AuditEvent::ClientChanged { client, by: Some("drift") }, "client.changed", &["credential drift", "client kart"]),
        (AuditEvent::ClientChanged { client, by: None }, "client.changed", &["client kart"]),
        (AuditEvent::ClientRefused, "client.refused", &[]),
        (AuditEvent::ClientRegistered { client, by: "token" }, "client.registered", &["credential token", "client kart"]),
        (AuditEvent::ClientRemoved { client, by: Some("drift") }, "client.removed", &["credential drift", "client kart"]),
        (AuditEvent::ClientRemoved { client, by: None }, "client.removed", &["client kart"]),
        (AuditEvent::ClientSecretChanged { client, by: "drift" }, "client.secret_changed", &["credential drift", "client kart"]),
        (AuditEvent::CodeRefused(Problem::CodeWrong), "code.refused", &["reason code_wrong"]),
        (AuditEvent::ConsentGiven { client }, "consent.given", &["client kart"]),
        (AuditEvent::ConsentRefused { client }, "consent.refused", &["client kart"]),
        (AuditEvent::ConsentWithdrawn { client }, "consent.withdrawn", &["client kart"]),
        (imported(None), "directory.imported", &["organisation nordvik", "count 3", "added 2", "changed 1"]),
        (imported(Some(by)), "directory.imported", &["credential os:root", "organisation nordvik", "count 3", "added 2", "changed 1"]),
        (AuditEvent::EmployeesRemoved { organisation, count: 3, by: Some(by) }, "directory.removed", &["credential os:root", "organisation nordvik", "count 3"]),
        (AuditEvent::EidRefused(Problem::AccountDisabled), "eid.refused", &["reason account_disabled"]),
        (AuditEvent::EmailChanged, "email.changed", &[]),
        (AuditEvent::EmailChangeUndone, "email.change_undone", &[]),
        (AuditEvent::GrantIssued { client }, "grant.issued", &["client kart"]),
        (AuditEvent::GrantRefused { client, reason: "code" }, "grant.refused", &["client kart", "reason code"]),
        (AuditEvent::GrantReplayed { client }, "grant.replayed", &["client kart"]),
        (AuditEvent::GrantReused { client }, "grant.reused", &["client kart"]),
        (AuditEvent::GrantRevoked { client, reason: "all" }, "grant.revoked", &["client kart", "reason all"]),
        (AuditEvent::LimitReached(Limit::CodeByAddress), "limit.reached", &["reason code/address"]),
        (AuditEvent::EmailReleased, "email.released", &[]),
        (AuditEvent::LinkMade { link, provider, origin: "mailbox" }, "link.made", &[&format!("target {link_id}"), "provider bankid", "reason mailbox"]),
        (AuditEvent::LinkUnbacked { link, provider }, "link.unbacked", &[&format!("target {link_id}"), "provider bankid"]),
        (AuditEvent::LinkMoved { link, provider }, "link.moved", &[&format!("target {link_id}"), "provider bankid"]),
        (AuditEvent::LinkRemoved { link, provider }, "link.removed", &[&format!("target {link_id}"), "provider bankid"]),
        (AuditEvent::LinkRemovedByOperator { link, provider, by }, "link.removed", &[&format!("target {link_id}"), "credential os:root", "provider bankid"]),
        (AuditEvent::MetricsRefused, "metrics.refused", &[]),
        (AuditEvent::NameChanged, "name.changed", &[]),
        (AuditEvent::PasswordChanged, "password.changed", &[]),
        (AuditEvent::ProofRefused, "proof.refused", &["reason password"]),
        (AuditEvent::RecoveryAsked, "recovery.asked", &[]),
        (AuditEvent::RecoveryRefused(Problem::TicketInvalid), "recovery.refused", &["reason ticket_invalid"]),
        (AuditEvent::RegistrationRefused, "registration.refused", &[]),
        (AuditEvent::SessionEnded { session }, "session.ended", &[&format!("target {session_id}"), "reason one"]),
        (AuditEvent::SessionEndedByOperator { session, by }, "session.ended", &[&format!("target {session_id}"), "credential os:root", "reason one"]),
        (AuditEvent::SessionsEndedByOperator { count, by }, "session.ended", &["credential os:root", "reason all", "count 4"]),
        (AuditEvent::OtherSessionsEnded { count }, "session.ended", &["reason others", "count 4"]),
        (AuditEvent::UpstreamEnded { count }, "session.ended", &["reason upstream", "count 4"]),
        (AuditEvent::SignOut, "sign_out", &[]),
        (AuditEvent::SignOutEverywhere, "sign_out", &["reason everywhere"]),
        (AuditEvent::SignInEid { link, provider }, "sign_in.eid", &[&format!("target {link_id}"), "provider bankid"]),
        (AuditEvent::SignInPassword, "sign_in.password", &[]),
        (AuditEvent::SignInRefused, "sign_in.refused", &["reason password"]),
        (AuditEvent::SigningKeyAdded { alg, kid: "k1" }, "signing_key.added", &["target k1", "reason ES256"]),
        (AuditEvent::SigningKeyWithdrawn { alg, count }, "signing_key.withdrawn", &["reason ES256", "count 4"]),
    ];
    for (event, code, columns) in all {
        assert_eq!(event.code(), *code);
        assert_eq!(said(&event.facts()), *columns, "{event:?}");
    }
}

/// The columns that have a value.
fn said(facts: &Facts) -> Vec<String> {
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    [
        ("target", facts.target.clone()),
        ("credential", facts.credential.clone()),
        ("organisation", facts.organisation.clone()),
        ("client", facts.client.clone()),
        ("provider", facts.provider.clone()),
        ("reason", facts.reason.clone()),
        ("count", number(facts.count)),
        ("added", number(facts.added)),
        ("changed", number(facts.changed)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", value?)))
    .collect()
}
