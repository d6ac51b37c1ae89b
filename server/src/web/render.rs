//! Where pages are rendered: each on one thread, from beginning to end.
//!
//! The framework spawns parts of a page beside the page, and both walk over the same tree. On two threads they meet it
//! half torn down ("already been disposed") and the page is lost; so is what still runs for a visitor who has gone.
//! On one thread, and always to the end, neither can happen.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use axum::response::{IntoResponse, Response};
use kobling_model::Problem;
use std::{
    cell::Cell,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::LocalSet,
};
use tracing::Instrument;

type Job = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send>;

thread_local! {
    static RENDERS: Cell<bool> = const { Cell::new(false) };
}

/// Spawns what a page spawns on the thread that renders the page.
struct SameThread;

impl CustomExecutor for SameThread {
    fn spawn(&self, future: PinnedFuture<()>) {
        if RENDERS.get() {
            tokio::task::spawn_local(future);
        } else {
            tokio::spawn(future);
        }
    }

    fn spawn_local(&self, future: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(future);
    }

    fn poll_local(&self) {}
}

/// The threads that render. They end with the last copy of this.
#[derive(Clone, Debug)]
pub struct Renderer {
    threads: Arc<[mpsc::UnboundedSender<Job>]>,
    turn: Arc<AtomicUsize>,
}

impl Renderer {
    /// Starts one thread per core. Sockets and timers stay with the runtime that this is called in.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start() -> io::Result<Self> {
        // One per process; a second call finds it installed.
        let _ = Executor::init_custom_executor(SameThread);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (0..cores)
            .map(|_| {
                let (jobs, heard) = mpsc::unbounded_channel();
                let runtime = Handle::current();
                std::thread::Builder::new()
                    .name("render".into())
                    .spawn(move || runtime.block_on(LocalSet::new().run_until(work(heard))))?;
                Ok(jobs)
            })
            .collect::<io::Result<Vec<_>>>()?;
        Ok(Self {
            threads: threads.into(),
            turn: Arc::default(),
        })
    }

    /// Renders to the end, also when nobody waits for it any more.
    pub async fn render<R>(&self, page: impl FnOnce() -> R + Send + 'static) -> Response
    where
        R: Future<Output = Response> + 'static,
    {
        let (done, rendered) = oneshot::channel();
        let span = tracing::Span::current();
        let job: Job = Box::new(move || {
            Box::pin(
                async move {
                    // Whoever asked may have gone.
                    let _ = done.send(page().await);
                }
                .instrument(span),
            )
        });
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        let sent = self.threads.get(turn).map(|thread| thread.send(job));
        match (sent, rendered.await) {
            (Some(Ok(())), Ok(response)) => response,
            _ => {
                tracing::error!("a page was not rendered to its end");
                super::ProblemJson(Problem::Unavailable).into_response()
            }
        }
    }
}

async fn work(mut jobs: mpsc::UnboundedReceiver<Job>) {
    RENDERS.set(true);
    while let Some(job) = jobs.recv().await {
        tokio::task::spawn_local(job());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use std::thread;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn what_a_page_spawns_runs_on_its_own_thread() {
        let renderer = Renderer::start().unwrap();
        for _ in 0..32 {
            let answer = renderer
                .render(|| async {
                    let own = thread::current().id();
                    let (tell, told) = oneshot::channel();
                    Executor::spawn(async move {
                        tokio::task::yield_now().await;
                        let _ = tell.send(thread::current().id());
                    });
                    assert_eq!(told.await.unwrap(), own);
                    StatusCode::NO_CONTENT.into_response()
                })
                .await;
            assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        }
    }

    #[tokio::test]
    async fn a_page_is_finished_although_its_visitor_has_gone() {
        let renderer = Renderer::start().unwrap();
        let (go, gone) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let page = async move || {
            gone.await.unwrap();
            tell.send(()).unwrap();
            StatusCode::OK.into_response()
        };
        let mut asked = Box::pin(renderer.render(page));
        let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(asked.as_mut().poll(&mut nobody).is_pending());
        drop(asked);
        go.send(()).unwrap();
        told.await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_loses_one_page_and_no_thread() {
        let renderer = Renderer::start().unwrap();
        for _ in 0..8 {
            let answer = renderer
                .render(|| async { std::panic::panic_any("as planned") })
                .await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        }
        let answer = renderer
            .render(|| async { StatusCode::OK.into_response() })
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}
