//! Assembles the server: from configuration to the running process.

use crate::{
    brand::installation::{brands, mail_look},
    config::{Config, ConfigError, Mode},
    job::{expiry, worker},
    listen::{self, Bounds},
    metrics::Metrics,
    oidc::{BackChannel, ClientKeySets, Signer},
    web::{self, State},
    world::{SystemClock, SystemEntropy, SystemPatience},
};
use kobling_app::{
    Renderer,
    edge::{DemoBar, Edge},
};
use kobling_domain::{Fault, Kobling, Ports, kernel::error::StoreError};
use kobling_http::NoClient;
use kobling_store::Database;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{Notify, oneshot, watch},
    time::timeout,
};

/// How long the outbox worker may take to end: the grace of its jobs, and some seconds to release them. No longer than
/// the longest that connections may take.
const JOBS_END_WITHIN: Duration = Duration::from_secs(16);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// See [`ConfigError`].
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be used.
    #[error("database.url: {0}")]
    Store(#[from] StoreError),
    /// The server cannot listen at the address.
    #[error("server.listen: {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The HTTP client that sends logout notices cannot be created.
    #[error("back-channel: {0}")]
    BackChannel(NoClient),
    /// A signing key cannot be generated or decrypted.
    #[error("signing key: {0}")]
    Signer(Fault),
    /// The HTTP client that fetches clients' keys cannot be created.
    #[error("keys of clients: {0}")]
    ClientKeys(NoClient),
    /// The threads that serve requests cannot be started.
    #[error("runtime: {0}")]
    Runtime(std::io::Error),
    /// The simulated services of the demo cannot start.
    #[error("demo: {0}")]
    Demo(String),
}

/// A server that is ready to listen.
pub struct Server {
    /// The domain.
    pub kobling: Arc<Kobling>,
    /// The state that handlers share.
    pub state: State,
    /// Wakes the outbox worker.
    pub wake: Arc<Notify>,
    /// The configuration that it was built from.
    pub config: Config,
    bounds: Bounds,
}

/// Validates the configuration without connecting to anything.
///
/// # Errors
/// [`StartError`] with the name of the setting.
pub fn check(config: &Config) -> Result<(), StartError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    config.settings()?;
    config.server.bounds()?;
    config.secrets.keys()?;
    config.metrics.build()?;
    config.database.url()?;
    config.password.hasher(Arc::new(SystemEntropy))?;
    config.mail.mailer(mail_look(config)?)?;
    config.eid_providers()?;
    brands(config)?;
    Ok(())
}

/// Connects to the database and assembles the domain without an HTTP server, as commands need it.
///
/// # Errors
/// [`StartError`].
pub async fn build_domain(config: &Config, wake: &Arc<Notify>) -> Result<Arc<Kobling>, StartError> {
    // Commands send no logout notices: the server delivers what they put into the outbox.
    let back_channel = Arc::new(back_channel(config)?);
    build_domain_with(config, wake, back_channel).await
}

fn back_channel(config: &Config) -> Result<BackChannel, StartError> {
    let local = config.server.mode == Mode::Test;
    BackChannel::new(config.server.origin()?, local).map_err(StartError::BackChannel)
}

async fn build_domain_with(
    config: &Config,
    wake: &Arc<Notify>,
    notifier: Arc<BackChannel>,
) -> Result<Arc<Kobling>, StartError> {
    // Both rustls users below use the process-wide provider. A second call returns an error, which is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = config.settings()?;
    let keys = config.secrets.keys()?;
    let entropy = Arc::new(SystemEntropy);
    let hasher = config.password.hasher(entropy.clone())?;
    let mailer = config.mail.mailer(mail_look(config)?)?;
    let providers = config.eid_providers()?;
    let database = Database::open(&config.database.url()?).await?;
    database.migrate().await?;
    let ports = Ports {
        store: Arc::new(database),
        clock: Arc::new(SystemClock),
        entropy,
        patience: Arc::new(SystemPatience),
        hasher: Arc::new(hasher),
        mailer: Arc::new(mailer),
        notifier,
        providers,
    };
    let wake = Arc::clone(wake);
    let kobling = Kobling::new(ports, keys, settings, Arc::new(move || wake.notify_one()));
    for organisation in &config.organisations {
        kobling
            .directory
            .put_organisation(
                &organisation.key,
                &organisation.name.to_text(),
                &organisation.contact.to_text(),
                organisation.address_hint.as_deref(),
            )
            .await?;
    }
    Ok(Arc::new(kobling))
}

#[cfg(feature = "demo")]
fn assets() -> kobling_app::edge::Assets {
    crate::watch::watched().map_or_else(crate::assets::paths, |watched| watched.assets)
}

#[cfg(not(feature = "demo"))]
fn assets() -> kobling_app::edge::Assets {
    crate::assets::paths()
}

impl Server {
    /// Assembles everything; a demo has a bar on its pages.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(config: Config, demo: Option<DemoBar>) -> Result<Self, StartError> {
        let bounds = config.server.bounds()?;
        let brands = brands(&config)?;
        let wake = Arc::new(Notify::new());
        let back_channel = Arc::new(back_channel(&config)?);
        let kobling = build_domain_with(&config, &wake, Arc::clone(&back_channel)).await?;
        let signer = Signer::load(&kobling).await.map_err(StartError::Signer)?;
        let signer = Arc::new(signer);
        back_channel.sign_with(&signer);
        let providers = kobling.ports().providers.clone();
        let edge = Edge {
            secure: kobling.settings().origin.starts_with("https://"),
            form_action: Arc::new(move || {
                providers
                    .iter()
                    .flat_map(|provider| provider.origins())
                    .collect()
            }),
            assets: assets(),
            site_name: config.server.site_name.clone(),
            accessibility_statement: config.server.accessibility_statement.clone(),
            brands: Arc::new(brands),
            demo,
        };
        if !edge.assets.is_built() {
            tracing::warn!(
                "built without the client-side code: pages work, but without scripts and styles"
            );
        }
        let state = State {
            kobling: Arc::clone(&kobling),
            renderer: Arc::new(Renderer::new(Arc::clone(&kobling), edge.clone())),
            edge,
            signer,
            client_keys: Arc::new(
                ClientKeySets::new(kobling.settings().origin.starts_with("http://"))
                    .map_err(StartError::ClientKeys)?,
            ),
            fallback: config.languages.fallback,
            behind_proxy: config.server.behind_proxy,
            local_http: config.server.mode == Mode::Test,
            body_deadline: bounds.body,
            health: Arc::default(),
            metrics: Arc::new(Metrics::new(config.metrics.build()?)),
        };
        Ok(Self {
            kobling,
            state,
            wake,
            config,
            bounds,
        })
    }

    /// Serves until `stop` completes, then finishes the requests in progress, within a bound.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let (listening, _) = oneshot::channel();
        self.run_and_report(listening, stop).await
    }

    /// Like [`Self::run`]; sends on `listening` once the server accepts connections.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub async fn run_and_report(
        self,
        listening: oneshot::Sender<()>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let address = self.config.server.listen;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| StartError::Listen(address, error))?;
        let (kobling, wake) = (Arc::clone(&self.kobling), Arc::clone(&self.wake));
        let first_retry = self.config.mail.first_retry();
        let (stops, stopping) = watch::channel(false);
        let mut worker = tokio::spawn(async move {
            // A panic in one job must not stop the delivery of all others.
            while let Err(error) = tokio::spawn(worker::run(
                Arc::clone(&kobling),
                Arc::clone(&wake),
                first_retry,
                stopping.clone(),
            ))
            .await
            {
                tracing::error!(%error, "the outbox worker panicked and is restarted");
            }
        });
        let expiry = tokio::spawn(expiry::watch(Arc::clone(&self.kobling)));
        let providers = self.kobling.ports().providers.clone();
        tokio::spawn(async move {
            // Fetches the discovery document before the first sign-in: the content security policy of pages lists the
            // provider's origins.
            for provider in providers {
                let _ = provider.end_session("").await;
            }
        });
        let signing = tokio::spawn(Arc::clone(&self.state.signer).run());
        let router = web::router(self.state);
        tracing::info!(%address, "listening");
        // `run` drops the receiver.
        let _ = listening.send(());
        let mut stopped = stops.subscribe();
        let stop = async {
            stop.await;
            stops.send_replace(true);
        };
        // The jobs in hand end beside the requests in progress.
        let jobs = async {
            let _ = stopped.wait_for(|stopped| *stopped).await;
            if timeout(JOBS_END_WITHIN, &mut worker).await.is_err() {
                tracing::warn!("jobs of the outbox were cut off");
                worker.abort();
            }
        };
        tokio::join!(listen::serve(listener, router, self.bounds, stop), jobs);
        signing.abort();
        expiry.abort();
        Ok(())
    }
}
