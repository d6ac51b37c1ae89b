//! The sign-in page.

use super::*;

#[tokio::test]
async fn the_page_offers_number_people_level_and_cancel() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    let page = eid.browser.get(&format!("/login?interaction={id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<html lang=\"nb\">",
        "<label for=\"pid\">Fødselsnummer</label>",
        "<label for=\"level\">Nivå</label>",
        "<option value=\"idporten-loa-substantial\" selected>",
        "name=\"person\"",
        ">Kjent i HRM</button>",
        "aria-describedby=\"shows-0\"",
        "<p id=\"shows-0\">Nummer og adresse er kjent</p>",
        ">Logg inn</button>",
        ">Avbryt</button>",
        "<label for=\"behaviour\">Oppførsel</label>",
        "simulert eID",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert!(!page.body.contains("<script"));
    // The Enter key presses the form's first submit button, which is nobody's; the people come before the number.
    let first = page.body.split("type=\"submit\"").nth(1).unwrap();
    assert!(first.starts_with(" hidden>Logg inn<"), "{first}");
    let at = |part: &str| page.body.find(part).unwrap();
    assert!(at(">Ukjent i HRM</button>") < at("id=\"pid\""));
    assert!(at("selected>Betydelig</option>") > at(">Høyt</option>"));
    assert!(!page.body.contains("autofocus") && !page.body.contains("Du valgte"));
}

#[tokio::test]
async fn a_hint_suggests_a_person_and_signs_nobody_in() {
    let mut eid = Eid::new();
    let params = Params::good().with("login_hint", "demo:unknown");
    let id = eid.interaction(&params.with("ui_locales", "nn")).await;
    let page = eid.browser.get(&format!("/login?interaction={id}")).await;
    for part in [
        "<html lang=\"nn\">",
        "autofocus>Ukjent i HRM</button>",
        "<p id=\"shows-1\"><strong>Du valde denne på startsida.</strong> Nummeret er ukjent</p>",
        "selected>Betydeleg</option>",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert_eq!(page.body.matches("autofocus").count(), 1);
}

#[tokio::test]
async fn the_page_speaks_english_when_asked_to() {
    let mut eid = Eid::new();
    let params = Params::good().with("ui_locales", "fi en nb");
    let id = eid.interaction(&params).await;
    let page = eid.browser.get(&format!("/login?interaction={id}")).await;
    for part in [
        "<html lang=\"en\">",
        ">National identity number</label>",
        ">Level</label>",
        ">Behaviour</label>",
        ">Sign in</button>",
        ">Cancel</button>",
        ">For testers</summary>",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let reply = eid
        .browser
        .post(
            "/login",
            &[("interaction", &id), ("person", &synthetic_pid(2))],
        )
        .await;
    let claims = eid.claims(&reply.param("code").unwrap()).await;
    assert_eq!(claims["locale"], "en");
}

#[tokio::test]
async fn the_csp_allows_the_form_to_redirect_to_the_client() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    let page = eid.browser.get(&format!("/login?interaction={id}")).await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(
        policy.contains("form-action 'self' http://localhost:3000 http://localhost:3001;"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header(header::REFERRER_POLICY), "same-origin");
}

#[tokio::test]
async fn a_persons_button_signs_in_as_that_person() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    let pid = synthetic_pid(2);
    let pairs = [
        ("interaction", id.as_str()),
        ("pid", ""),
        ("level", "idporten-loa-high"),
        ("behaviour", "normal"),
        ("person", &pid),
    ];
    let reply = eid.browser.post("/login", &pairs).await;
    assert_eq!(reply.param("state").as_deref(), Some("tilstand & mer"));
    let claims = eid.claims(&reply.param("code").unwrap()).await;
    assert_eq!(claims["pid"], json!(pid));
    assert!(eid.browser.cookie("testid_session").is_some());
}

#[tokio::test]
async fn a_page_that_is_answered_leads_on_to_the_service() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    let pid = synthetic_pid(2);
    let pairs = [("interaction", id.as_str()), ("person", &pid)];
    let answer = eid.browser.post("/login", &pairs).await;
    let again = eid.browser.post("/login", &pairs).await;
    assert_eq!(again.param("code"), answer.param("code"));
    let back = eid.browser.get(&format!("/login?interaction={id}")).await;
    assert_eq!(back.param("code"), answer.param("code"));
}

#[tokio::test]
async fn an_entered_number_signs_in_at_the_chosen_level() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    let pid = synthetic_pid(9);
    let (date, rest) = pid.split_at(6);
    let typed = format!(" {date} {rest}");
    let pairs = [
        ("interaction", id.as_str()),
        ("pid", &typed),
        ("level", "idporten-loa-low"),
    ];
    let reply = eid.browser.post("/login", &pairs).await;
    let claims = eid.claims(&reply.param("code").unwrap()).await;
    assert_eq!(claims["pid"], json!(pid));
    assert_eq!(claims["acr"], "idporten-loa-low");
}

#[tokio::test]
async fn an_invalid_number_stays_in_the_field() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    for typed in ["", "01010000186", "<b>\"1"] {
        let pairs = [
            ("interaction", id.as_str()),
            ("pid", typed),
            ("level", "idporten-loa-low"),
            ("behaviour", "no_pid"),
        ];
        let page = eid.browser.post("/login", &pairs).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("id=\"pid-error\""));
        assert!(page.body.contains("aria-invalid=\"true\""));
        assert!(
            page.body
                .contains("<option value=\"idporten-loa-low\" selected>")
        );
        assert!(page.body.contains("<option value=\"no_pid\" selected>"));
        let kept = typed
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        assert!(
            page.body.contains(&format!("value=\"{kept}\"")),
            "{}",
            page.body
        );
    }
    let pid = synthetic_pid(1);
    let pairs = [("interaction", id.as_str()), ("pid", pid.as_str())];
    assert!(
        eid.browser
            .post("/login", &pairs)
            .await
            .param("code")
            .is_some()
    );
}

#[tokio::test]
async fn cancelling_returns_an_error_to_the_client() {
    let mut eid = Eid::new();
    let id = eid.interaction(&Params::good()).await;
    let pid = synthetic_pid(1);
    let pairs = [
        ("interaction", id.as_str()),
        ("pid", &pid),
        ("action", "cancel"),
    ];
    let reply = eid.browser.post("/login", &pairs).await;
    assert_eq!(reply.param("error").as_deref(), Some("access_denied"));
    assert_eq!(reply.param("state").as_deref(), Some("tilstand & mer"));
    assert_eq!(reply.param("iss").as_deref(), Some(ISSUER));
    assert_eq!(eid.browser.cookie("testid_session"), None);
}

#[tokio::test]
async fn a_sign_in_is_used_once_and_expires() {
    let mut eid = Eid::new();
    let used = eid.interaction(&Params::good()).await;
    let late = eid.interaction(&Params::good()).await;
    let pid = synthetic_pid(1);
    let first = eid
        .browser
        .post("/login", &[("interaction", &used), ("person", &pid)])
        .await;
    assert!(first.param("code").is_some());
    eid.time.pass(15 * 60);
    for id in [used.as_str(), late.as_str(), "ukjent", ""] {
        let again = eid
            .browser
            .post("/login", &[("interaction", id), ("person", &pid)])
            .await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);
        let page = eid.browser.get(&format!("/login?interaction={id}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn signing_in_again_changes_the_cookie() {
    let mut eid = Eid::new();
    eid.code().await;
    let before = eid.browser.cookie("testid_session").unwrap().to_owned();
    let id = eid
        .interaction(&Params::good().with("prompt", "login"))
        .await;
    let pid = synthetic_pid(1);
    eid.browser
        .post("/login", &[("interaction", &id), ("person", &pid)])
        .await;
    assert_ne!(eid.browser.cookie("testid_session").unwrap(), before);
}

#[tokio::test]
async fn the_stylesheet_is_served() {
    let mut eid = Eid::new();
    let style = eid.browser.get("/look.css").await;
    assert!(style.header(header::CONTENT_TYPE).starts_with("text/css"));
    let front = eid.browser.get("/").await;
    assert!(front.body.contains("Kjent i HRM") && front.body.contains("/look.css"));
    assert_eq!(
        eid.browser.get("/finnes-ikke").await.status,
        StatusCode::NOT_FOUND
    );
}
