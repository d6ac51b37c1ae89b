//! Renders each page on one thread, from start to end.
//!
//! Leptos spawns tasks while it renders a page, and all of them use the same reactive owner. On several threads, a task
//! can access it while another disposes of it ("already been disposed"), and rendering fails. The same happens to tasks
//! that still run when the client disconnects. Rendering on one thread, and always to the end, prevents both.

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

/// Spawns the tasks of a page on the thread that renders it.
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

/// The threads that render pages. They end when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Renderer {
    threads: Arc<[mpsc::UnboundedSender<Job>]>,
    turn: Arc<AtomicUsize>,
}

impl Renderer {
    /// Starts one thread per core. Sockets and timers use the runtime from which this is called.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub fn start() -> io::Result<Self> {
        // There is one executor per process. A second call returns an error, which is harmless.
        let _ = Executor::init_custom_executor(SameThread);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (0..cores)
            .map(|_| {
                let (jobs, queue) = mpsc::unbounded_channel();
                let runtime = Handle::current();
                std::thread::Builder::new()
                    .name("render".into())
                    .spawn(move || runtime.block_on(LocalSet::new().run_until(work(queue))))?;
                Ok(jobs)
            })
            .collect::<io::Result<Vec<_>>>()?;
        Ok(Self {
            threads: threads.into(),
            turn: Arc::default(),
        })
    }

    /// Renders a page to the end, even if the client disconnects.
    pub async fn render<R>(&self, page: impl FnOnce() -> R + Send + 'static) -> Response
    where
        R: Future<Output = Response> + 'static,
    {
        let (done, rendered) = oneshot::channel();
        let span = tracing::Span::current();
        let job: Job = Box::new(move || {
            Box::pin(
                async move {
                    // The client may have disconnected.
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
                tracing::error!("rendering a page failed");
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
                    let (sender, receiver) = oneshot::channel();
                    Executor::spawn(async move {
                        tokio::task::yield_now().await;
                        let _ = sender.send(thread::current().id());
                    });
                    assert_eq!(receiver.await.unwrap(), own);
                    StatusCode::NO_CONTENT.into_response()
                })
                .await;
            assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        }
    }

    #[tokio::test]
    async fn a_page_is_rendered_to_the_end_if_the_client_disconnects() {
        let renderer = Renderer::start().unwrap();
        let (go, gone) = oneshot::channel::<()>();
        let (sender, receiver) = oneshot::channel();
        let page = async move || {
            gone.await.unwrap();
            sender.send(()).unwrap();
            StatusCode::OK.into_response()
        };
        let mut asked = Box::pin(renderer.render(page));
        let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(asked.as_mut().poll(&mut nobody).is_pending());
        drop(asked);
        go.send(()).unwrap();
        receiver.await.unwrap();
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
