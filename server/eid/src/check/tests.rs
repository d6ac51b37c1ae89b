use super::*;

fn method_of(amr: &[&str]) -> Option<String> {
    method(
        &amr.iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>(),
    )
}

#[test]
fn methods_have_their_common_names() {
    for (amr, label) in [
        (&["BankID"][..], Some("BankID")),
        (&["BankID Mobil"], Some("BankID Mobil")),
        (&["bankid mobil"], Some("BankID Mobil")),
        (&["BIM"], Some("BankID Mobil")),
        (&["Minid-APP"], Some("MinID")),
        (&["TestID"], Some("TestID")),
        (&["mfa", "BankID"], Some("BankID")),
        (&["Frejaeid", "mfa"], Some("Frejaeid")),
        (&[" new\u{7}\nthing "], Some("newthing")),
        (&[""], None),
        (&[], None),
    ] {
        assert_eq!(method_of(amr).as_deref(), label, "{amr:?}");
    }
    assert_eq!(method_of(&[&"x".repeat(500)]).map(|m| m.len()), Some(40));
}

#[test]
fn the_issuer_of_the_response_must_be_the_requested_one() {
    const ISSUER: &str = "https://eid.example";
    for (iss, required, valid) in [
        (Some(ISSUER), true, true),
        (Some(ISSUER), false, true),
        (None, false, true),
        (None, true, false),
        (Some("https://eid.example/"), true, false),
        (Some("https://EID.example"), false, false),
        (Some(""), false, false),
    ] {
        let answer = issuer_of_answer(iss, ISSUER, required);
        assert_eq!(answer.is_ok(), valid, "{iss:?} {required}");
    }
}
