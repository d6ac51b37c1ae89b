//! What every service shares: ports, keys, settings, units of work.

use crate::{
    auth::port::PasswordHasher,
    eid::port::EidProvider,
    kernel::{
        clock::{Clock, Entropy, Patience},
        error::StoreError,
        request::Visitor,
        secret::{Digest256, Keys, Token},
        settings::Settings,
        store::{Store, Work},
    },
    oidc::logout::port::ClientNotifier,
    ops::port::Mailer,
};
use kobling_model::{ProviderId, Timestamp, view::ProviderView};
use std::sync::Arc;
use uuid::Uuid;

/// The ports of the domain.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Waiting.
    pub patience: Arc<dyn Patience>,
    /// Password hashing.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Mail delivery.
    pub mailer: Arc<dyn Mailer>,
    /// Notifies applications that sessions have ended.
    pub notifier: Arc<dyn ClientNotifier>,
    /// eID providers, in the order they are offered.
    pub providers: Vec<Arc<dyn EidProvider>>,
}

/// A unit of work.
pub(crate) type Unit = Box<dyn Work>;

/// What every service shares. Services dereference to it.
pub struct Kernel {
    pub(crate) ports: Ports,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
    pub(crate) posted: Arc<dyn Fn() + Send + Sync>,
}

/// Declares a service: the kernel, and the services that it calls.
macro_rules! service {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $dep:ty),* $(,)? }) => {
        $(#[$doc])*
        pub struct $name {
            kernel: std::sync::Arc<$crate::kernel::core::Kernel>,
            $(pub(crate) $field: std::sync::Arc<$dep>,)*
        }

        impl $name {
            pub(crate) fn new(
                kernel: &std::sync::Arc<$crate::kernel::core::Kernel>,
                $($field: &std::sync::Arc<$dep>),*
            ) -> std::sync::Arc<Self> {
                std::sync::Arc::new(Self {
                    kernel: std::sync::Arc::clone(kernel),
                    $($field: std::sync::Arc::clone($field),)*
                })
            }
        }

        impl std::ops::Deref for $name {
            type Target = $crate::kernel::core::Kernel;

            fn deref(&self) -> &Self::Target {
                &self.kernel
            }
        }
    };
}
pub(crate) use service;

impl Kernel {
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.ports.entropy
    }

    pub(crate) fn token(&self) -> Token {
        Token::generate(self.entropy())
    }

    /// A UUIDv7 of our clock and our randomness.
    pub(crate) fn uuid(&self) -> Uuid {
        let random = self.ports.entropy.bytes();
        let mut ten = [0u8; 10];
        ten.copy_from_slice(&random[..10]);
        let millis = u64::try_from(self.now().0 / 1_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &ten).into_uuid()
    }

    pub(crate) async fn begin(&self) -> Result<Unit, StoreError> {
        self.ports.store.begin().await
    }

    pub(crate) async fn read(&self) -> Result<Unit, StoreError> {
        self.ports.store.read().await
    }

    pub(crate) fn provider(&self, id: &ProviderId) -> Option<&Arc<dyn EidProvider>> {
        self.ports.providers.iter().find(|p| p.id() == id)
    }

    pub(crate) fn provider_view(&self, id: &ProviderId) -> ProviderView {
        ProviderView {
            id: id.clone(),
            name: self
                .provider(id)
                .map_or_else(|| id.to_string(), |p| p.name().to_owned()),
        }
    }

    pub(crate) fn provider_views(&self) -> Vec<ProviderView> {
        self.ports
            .providers
            .iter()
            .map(|p| self.provider_view(p.id()))
            .collect()
    }

    /// An absolute address of ours, for mails.
    pub(crate) fn url(&self, path: impl std::fmt::Display) -> String {
        format!("{}{path}", self.settings.origin)
    }

    /// Gives the browser a new secret, and keeps its flows: at a change of what the browser may do, whoever knew the former
    /// secret loses them.
    pub(crate) async fn renew_browser(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
    ) -> Result<Option<Token>, StoreError> {
        let Some(old) = &visitor.browser else {
            return Ok(None);
        };
        let new = self.token();
        work.flows()
            .rebind_flows(&old.digest(), &new.digest())
            .await?;
        Ok(Some(new))
    }

    /// The browser's hash, and a secret to be set when it has none yet.
    pub(crate) fn browser(&self, visitor: &Visitor) -> (Digest256, Option<Token>) {
        match &visitor.browser {
            Some(token) => (token.digest(), None),
            None => {
                let token = self.token();
                (token.digest(), Some(token))
            }
        }
    }
}
