//! Kobling as one value: its services, put together.

use crate::{
    account::{
        email::EmailService, email_undo::EmailUndoService, password::PasswordService,
        profile::ProfileService, recovery::RecoveryService,
    },
    admin::{
        account::OperatorService, bearer::AdministrationService, client::ClientAdminService,
        registration::RegistrationService,
    },
    auth::{
        caller::SessionService, sign_in::SignInService, sign_out::SignOutService,
        step_up::StepUpService,
    },
    directory::apply::DirectoryService,
    eid::{begin::EidService, callback::CallbackService},
    flow::code::CodeService,
    kernel::{
        core::{Kernel, Ports},
        secret::Keys,
        settings::Settings,
    },
    link::{add::AddingService, first::LinkingService, owner::LinkService, remove::RemovalService},
    oidc::{
        access::{demand::DemandService, destination::DestinationService, rule::AccessService},
        clients::ClientService,
        consent::ConsentService,
        grant::{authorize::AuthorizationService, redeem::TokenService},
        logout::end::LogoutService,
        signing_key::keep::SigningKeyService,
    },
    ops::{jobs::JobService, proof_of_work::ProofOfWorkService, replay::ReplayService},
};
use std::sync::Arc;

/// Kobling: one service for each area.
#[derive(Clone)]
pub struct Kobling {
    kernel: Arc<Kernel>,
    /// Replay protection for single-use values such as a `jti`.
    pub replay: Arc<ReplayService>,
    /// Looks up clients, and derives their identifiers of people and sessions (`sub`, `sid`).
    pub clients: Arc<ClientService>,
    /// Ending sessions, and notifying the applications that hold something from them.
    pub logout: Arc<LogoutService>,
    /// Validates sessions, and ends them.
    pub sessions: Arc<SessionService>,
    /// What an application requires of a sign-in, and which eID providers can fulfil it.
    pub demands: Arc<DemandService>,
    /// Whether an account may enter an application.
    pub access: Arc<AccessService>,
    /// Leads a signed-in account to the destination of its flow.
    pub destinations: Arc<DestinationService>,
    /// Consent to what third-party applications learn.
    pub consents: Arc<ConsentService>,
    /// Sending a browser to an eID provider.
    pub eid: Arc<EidService>,
    /// Authorization requests.
    pub authorization: Arc<AuthorizationService>,
    /// Exchanges codes and refresh tokens; uses, introspects and revokes access tokens.
    pub tokens: Arc<TokenService>,
    /// The life cycle of signing keys: create, announce, retire, remove.
    pub signing_keys: Arc<SigningKeyService>,
    /// Signing out here, at the applications and at the eID provider.
    pub sign_out: Arc<SignOutService>,
    /// Who an eID belongs to, and what the directory says of it.
    pub links: Arc<LinkService>,
    /// One-time codes that prove a mailbox.
    pub codes: Arc<CodeService>,
    /// Proof-of-work challenges.
    pub proof_of_work: Arc<ProofOfWorkService>,
    /// Re-authenticates the owner of the account.
    pub step_up: Arc<StepUpService>,
    /// Signing in by address and password.
    pub sign_in: Arc<SignInService>,
    /// Links an eID to an account, or moves it to another.
    pub linking: Arc<LinkingService>,
    /// Adding an eID to the account that is signed in.
    pub adding: Arc<AddingService>,
    /// Removing a link.
    pub removal: Arc<RemovalService>,
    /// Handles the callback of an eID provider.
    pub eid_callback: Arc<CallbackService>,
    /// Creates and changes passwords.
    pub password: Arc<PasswordService>,
    /// Account settings: name, links, sessions.
    pub profile: Arc<ProfileService>,
    /// Changes an account's address.
    pub email: Arc<EmailService>,
    /// Undoes a change of address from the old mailbox.
    pub email_undo: Arc<EmailUndoService>,
    /// Password recovery by mail.
    pub recovery: Arc<RecoveryService>,
    /// Authorises administrators and client registration by bearer token.
    pub administration: Arc<AdministrationService>,
    /// Adds, changes and removes clients for administrators.
    pub client_admin: Arc<ClientAdminService>,
    /// Dynamic client registration and its management (RFC 7591, RFC 7592).
    pub registration: Arc<RegistrationService>,
    /// What an operator does to accounts from the command line, and the audit log.
    pub operator: Arc<OperatorService>,
    /// Imports payroll files, and manages organisations.
    pub directory: Arc<DirectoryService>,
    /// Jobs of the outbox, and regular maintenance.
    pub jobs: Arc<JobService>,
}

impl Kobling {
    /// Puts the services together. `posted` is called after every commit that put something into the outbox.
    #[must_use]
    pub fn new(
        ports: Ports,
        keys: Keys,
        settings: Settings,
        posted: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        let kernel = Arc::new(Kernel {
            ports,
            keys,
            settings,
            posted,
        });
        let replay = ReplayService::new(&kernel);
        let clients = ClientService::new(&kernel);
        let logout = LogoutService::new(&kernel, &clients);
        let sessions = SessionService::new(&kernel, &logout);
        let demands = DemandService::new(&kernel, &clients);
        let access = AccessService::new(&kernel);
        let destinations =
            DestinationService::new(&kernel, &access, &clients, &demands, &logout, &sessions);
        let consents = ConsentService::new(&kernel, &clients, &destinations, &sessions);
        let eid = EidService::new(&kernel, &demands);
        let authorization =
            AuthorizationService::new(&kernel, &clients, &demands, &eid, &destinations, &sessions);
        let tokens = TokenService::new(&kernel, &access, &clients, &logout);
        let signing_keys = SigningKeyService::new(&kernel);
        let sign_out = SignOutService::new(&kernel, &clients, &logout, &sessions);
        let links = LinkService::new(&kernel, &clients, &logout);
        let codes = CodeService::new(&kernel);
        let proof_of_work = ProofOfWorkService::new(&kernel);
        let step_up = StepUpService::new(&kernel);
        let sign_in = SignInService::new(
            &kernel,
            &clients,
            &demands,
            &destinations,
            &sign_out,
            &step_up,
        );
        let linking = LinkingService::new(
            &kernel,
            &clients,
            &codes,
            &destinations,
            &eid,
            &links,
            &sessions,
        );
        let adding = AddingService::new(&kernel, &sessions, &step_up);
        let removal = RemovalService::new(&kernel, &logout, &sessions, &step_up);
        let eid_callback =
            CallbackService::new(&kernel, &destinations, &eid, &links, &sessions, &step_up);
        let password = PasswordService::new(&kernel, &eid, &logout, &sessions, &step_up);
        let profile = ProfileService::new(
            &kernel, &access, &adding, &consents, &password, &removal, &sessions,
        );
        let email = EmailService::new(&kernel, &access, &codes, &eid, &logout, &sessions, &step_up);
        let email_undo = EmailUndoService::new(&kernel, &logout);
        let recovery = RecoveryService::new(
            &kernel,
            &links,
            &password,
            &proof_of_work,
            &removal,
            &sessions,
        );
        let administration = AdministrationService::new(&kernel);
        let client_admin = ClientAdminService::new(&kernel);
        let registration = RegistrationService::new(&kernel, &administration, &client_admin);
        let operator = OperatorService::new(&kernel, &logout);
        let directory = DirectoryService::new(&kernel, &links);
        let jobs = JobService::new(&kernel, &logout, &recovery);
        Self {
            kernel,
            replay,
            clients,
            logout,
            sessions,
            demands,
            access,
            destinations,
            consents,
            eid,
            authorization,
            tokens,
            signing_keys,
            sign_out,
            links,
            codes,
            proof_of_work,
            step_up,
            sign_in,
            linking,
            adding,
            removal,
            eid_callback,
            password,
            profile,
            email,
            email_undo,
            recovery,
            administration,
            client_admin,
            registration,
            operator,
            directory,
            jobs,
        }
    }

    /// What the operator has decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.kernel.settings
    }

    /// The keys from outside the database.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.kernel.keys
    }

    /// The ports.
    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.kernel.ports
    }
}
