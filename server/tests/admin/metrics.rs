//! Metrics for operators.

use super::{COLLECTOR, DRIFT, call, each_opened};
use crate::support::browser::send;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn metrics_require_the_collector_s_token() {
    each_opened(async |demo| {
        let page = send(call(demo, Method::GET, "/metrics", COLLECTOR)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(
            page.header("content-type")
                .starts_with("application/openmetrics-text")
        );
        assert!(page.body.ends_with("# EOF\n"), "{}", page.body);
        for line in [
            "kobling_outbox_due 0\n",
            "kobling_logout_notices{result=\"failed\"} 0\n",
            "kobling_http_requests_total{status=\"2xx\"} ",
        ] {
            assert!(page.body.contains(line), "{line} in {}", page.body);
        }
        let missing = send(demo.browser().request(Method::GET, "/metrics")).await;
        assert_eq!(missing.status, 401);
        assert_eq!(
            missing.header("www-authenticate"),
            "Bearer realm=\"kobling\""
        );
        for wrong in ["x", DRIFT] {
            let page = send(call(demo, Method::GET, "/metrics", wrong)).await;
            assert_eq!(page.status, 401, "{wrong}");
            assert!(!page.body.contains("kobling_"), "{}", page.body);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_configured_token_there_are_no_metrics() {
    crate::support::each_demo(async |demo| {
        for token in ["", COLLECTOR] {
            let page = send(call(demo, Method::GET, "/metrics", token)).await;
            assert_eq!(page.status, 404, "{}", page.body);
        }
    })
    .await;
}
