//! Accepts connections and serves HTTP/1.1 on them. Whatever a client holds back, it does not hold a connection for
//! longer than its bound.

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    fs,
    io::ErrorKind,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_util::io::InspectReader;
use tower::ServiceExt;

/// How long a request may take from its head to its response; longer than all that a handler waits for.
const REQUEST: Duration = Duration::from_secs(300);

/// How many connections are open at a time, if nothing is configured.
const MOST: usize = 10_000;

/// The bounds of connections.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// Until the body of a request has arrived.
    pub body: Duration,
    /// From a response, or from the beginning of the connection, to the first byte of a request. A response must have
    /// been received by then.
    pub idle: Duration,
    /// What requests in progress have once the server stops.
    pub stop: Duration,
    /// How many connections are open at a time; further ones wait.
    pub connections: usize,
}

/// The number of connections that the process's limit of open files allows, up to 10,000; some files are left for the
/// database and for outgoing requests.
#[must_use]
pub fn affordable_connections() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    files.map_or(MOST, |files| files.saturating_sub(200).clamp(1, MOST))
}

/// What a connection waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A request.
    Idle,
    /// The rest of a head.
    Head,
    /// Our response.
    Request,
}

/// The current phase, and when it began.
struct Current(Mutex<(Phase, Instant)>);

impl Current {
    fn get(&self) -> MutexGuard<'_, (Phase, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, phase: Phase) {
        *self.get() = (phase, Instant::now());
    }
}

/// Serves until `stop` completes, then finishes the requests in progress, within [`Bounds::stop`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let (stopping, _) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = open.join_next() => {}
            (place, stream, address) = accept(&listener, &places) => {
                let stopping = stopping.subscribe();
                let router = router.clone();
                open.spawn(async move {
                    let _place = place;
                    connection(stream, address, router, bounds, stopping).await;
                });
            }
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(bounds.stop, all).await.is_err() {
        tracing::warn!(open = open.len(), "connections were cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, TcpStream, SocketAddr) {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (place, stream, address),
            // Of the connection that would have been accepted.
            Err(error)
                if [
                    ErrorKind::ConnectionRefused,
                    ErrorKind::ConnectionAborted,
                    ErrorKind::ConnectionReset,
                ]
                .contains(&error.kind()) => {}
            Err(error) => {
                // Such as too many open files, which passes when others are closed.
                tracing::error!(%error, "a connection cannot be accepted");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    bounds: Bounds,
    mut stopping: watch::Receiver<bool>,
) {
    let phase = Arc::new(Current(Mutex::new((Phase::Idle, Instant::now()))));
    let seen = Arc::clone(&phase);
    let io = TokioIo::new(InspectReader::new(stream, move |bytes: &[u8]| {
        if !bytes.is_empty() && seen.get().0 == Phase::Idle {
            seen.set(Phase::Head);
        }
    }));
    let mut overdue = pin!(overdue(Arc::clone(&phase), bounds));
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, phase) = (router.clone(), Arc::clone(&phase));
        async move {
            phase.set(Phase::Request);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            let response = router.oneshot(request).await;
            phase.set(Phase::Idle);
            response
        }
    });
    let mut served = pin!(http1::Builder::new().serve_connection(io, service));
    let mut stopped = pin!(async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    });
    let mut told = false;
    loop {
        tokio::select! {
            result = served.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!(%error, "a connection failed");
                }
                return;
            }
            () = overdue.as_mut() => return,
            () = stopped.as_mut(), if !told => {
                told = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Completes when a phase has lasted longer than it may. Nothing wakes it when a phase begins: it looks at intervals that
/// are no longer than any phase may last.
async fn overdue(current: Arc<Current>, bounds: Bounds) {
    let interval = bounds.idle.min(bounds.head).min(REQUEST);
    loop {
        let (phase, since) = *current.get();
        let bound = match phase {
            Phase::Idle => bounds.idle,
            Phase::Head => bounds.head,
            Phase::Request => REQUEST,
        };
        let left = bound.saturating_sub(since.elapsed());
        if left.is_zero() {
            return;
        }
        sleep(left.min(interval)).await;
    }
}
