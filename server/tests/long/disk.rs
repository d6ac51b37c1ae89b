//! The server on a disk that is full.

use crate::support::{Demo, FINNES, SESSION, a_moment, db::Engine, disk::Disk};

/// How often the server is asked for what comes with a delay: the health check keeps an outcome for five seconds.
const TRIES: usize = 500;

async fn health_becomes(demo: &Demo, status: u16) {
    for _ in 0..TRIES {
        if demo.browser().get("/health").await.status == status {
            return;
        }
        a_moment().await;
    }
    panic!("/health never answers {status}: {}", demo.log());
}

async fn signs_in(demo: &Demo) -> bool {
    let browser = demo.browser();
    let page = browser.submit("/ui/identify", &[("email", FINNES.0)]).await;
    if page.status == 503 {
        return false;
    }
    let form = [("flow", &*page.param("flow")), ("password", FINNES.1)];
    let page = browser.post("/ui/password-sign-in", &form).await;
    page.status != 503 && browser.cookie(SESSION).is_some()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: mounts a file system, as root"]
async fn a_server_on_a_full_disk_says_so_and_works_again_once_there_is_room() {
    let disk = Disk::mounted(8);
    let mut demo = Demo::spawn(&Engine::sqlite(disk.path()), &[]).await;
    for _ in 0..3 {
        disk.fill();
        // The write-ahead log has some room of its own.
        while signs_in(&demo).await {}
        health_becomes(&demo, 503).await;
        assert_eq!(demo.browser().get("/health/live").await.status, 200);
        assert!(!signs_in(&demo).await);
        disk.make_room();
        assert!(signs_in(&demo).await, "at once: {}", demo.log());
        health_becomes(&demo, 200).await;
    }
    let log = demo.log();
    assert!(!log.contains("panicked"), "{log}");
    let status = demo.terminate().await;
    assert!(status.success(), "{status}: {log}");
}
