//! Applications that are not from configuration.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
    oidc::{client::StoredClient, port::Clients},
};
use kobling_model::Timestamp;

statements! {
    CLIENT = "SELECT client, management, created_at, version FROM clients WHERE id = $1";
    HOLD_CLIENT = "UPDATE clients SET id = id WHERE id = $1";
    CLIENTS = "SELECT client, management, created_at, version FROM clients ORDER BY id";
    /// Only one that has registered itself has a token to manage its registration.
    OWN_CLIENTS = "SELECT client, management, created_at, version FROM clients WHERE management IS NULL ORDER BY id";
    INSERT_CLIENT = "INSERT INTO clients (id, client, management, created_at, version) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    UPDATE_CLIENT = "UPDATE clients SET client = $2, management = $3, version = version + 1
        WHERE id = $1 AND version = $4";
    DELETE_CLIENT = "DELETE FROM clients WHERE id = $1";
    FORGET_PUSHED_REQUESTS = "DELETE FROM pushed_requests WHERE client_id = $1";
    FORGET_CODE_GRANTS = "DELETE FROM code_grants WHERE client_id = $1";
    FORGET_FAMILIES = "DELETE FROM grant_families WHERE client_id = $1";
    FORGET_CLIENT_SESSIONS = "DELETE FROM client_sessions WHERE client_id = $1";
    FORGET_CONSENTS = "DELETE FROM consents WHERE client_id = $1";
}

/// In the order in which a sign-in creates the rows. Access and refresh tokens are deleted with their family.
const FORGETS: [&str; 5] = [
    FORGET_PUSHED_REQUESTS,
    FORGET_CODE_GRANTS,
    FORGET_FAMILIES,
    FORGET_CLIENT_SESSIONS,
    FORGET_CONSENTS,
];

#[derive(sqlx::FromRow)]
struct ClientRow {
    client: String,
    management: Option<String>,
    created_at: i64,
    version: i64,
}

impl TryFrom<ClientRow> for StoredClient {
    type Error = StoreError;
    fn try_from(row: ClientRow) -> Stored<Self> {
        Ok(Self {
            client: column::json(&row.client, "client")?,
            management: row.management.map(Digest256),
            created_at: Timestamp(row.created_at),
            version: row.version,
        })
    }
}

fn management(client: &StoredClient) -> Option<&str> {
    client.management.as_ref().map(|digest| digest.0.as_str())
}

#[async_trait]
impl Clients for UnitOfWork {
    async fn client(&mut self, id: &str) -> Stored<Option<StoredClient>> {
        fetch_optional!(self, ClientRow, CLIENT, id)
    }

    async fn hold_client(&mut self, id: &str) -> Stored<()> {
        execute!(self, HOLD_CLIENT, id).map(drop)
    }

    async fn all_clients(&mut self) -> Stored<Vec<StoredClient>> {
        fetch_all!(self, ClientRow, CLIENTS)
    }

    async fn own_clients(&mut self) -> Stored<Vec<StoredClient>> {
        fetch_all!(self, ClientRow, OWN_CLIENTS)
    }

    async fn insert_client(&mut self, client: &StoredClient) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_CLIENT,
            client.client.id.as_str(),
            column::to_json(&client.client)?,
            management(client),
            client.created_at.0,
            client.version,
        )?)
    }

    async fn update_client(&mut self, client: &StoredClient) -> Stored<bool> {
        let rows = execute!(
            self,
            UPDATE_CLIENT,
            client.client.id.as_str(),
            column::to_json(&client.client)?,
            management(client),
            client.version,
        )?;
        Ok(rows == 1)
    }

    async fn delete_client(&mut self, id: &str) -> Stored<bool> {
        Ok(execute!(self, DELETE_CLIENT, id)? == 1)
    }

    async fn forget_client(&mut self, id: &str) -> Stored<()> {
        for statement in FORGETS {
            execute!(self, statement, id)?;
        }
        Ok(())
    }
}
