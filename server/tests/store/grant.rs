use super::{
    common::{commit, each},
    sample::{NOW, base_rows, code_grant, hash, later, thumbprint},
};
use kobling_domain::{auth::session::Method, oidc::grant::types::CodeGrant};

#[tokio::test]
async fn a_code_grant_is_consumed_once() {
    each(async |db| {
        commit(&db, async |w| {
            let (_, session, _) = base_rows(w).await;
            let plain = CodeGrant {
                code: hash("plain"),
                nonce: None,
                method: Method::Password,
                jkt: Some(thumbprint("key")),
                ..code_grant(&session)
            };
            for grant in [code_grant(&session), plain] {
                w.grants().insert_code_grant(&grant).await.expect("inserts");
                let late = w.grants().consume_code_grant(&grant.code, later(1)).await;
                assert_eq!(late.expect("finds it expired or changed"), None);
                let consumed = w.grants().consume_code_grant(&grant.code, NOW).await;
                assert_eq!(consumed.expect("consumes"), Some(grant.clone()));
                let again = w.grants().consume_code_grant(&grant.code, NOW).await;
                assert_eq!(again.expect("finds it consumed"), None);
            }
        })
        .await;
    })
    .await;
}
