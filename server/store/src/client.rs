//! Applications that are not from configuration.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    client::StoredClient,
    port::{Clients, StoreError, Stored},
    secret::Digest256,
};
use kobling_model::Timestamp;

statements! {
    CLIENT = "SELECT client, management, created_at FROM clients WHERE id = $1";
    CLIENTS = "SELECT client, management, created_at FROM clients ORDER BY id";
    INSERT_CLIENT = "INSERT INTO clients (id, client, management, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    UPDATE_CLIENT = "UPDATE clients SET client = $2, management = $3 WHERE id = $1";
    DELETE_CLIENT = "DELETE FROM clients WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct ClientRow {
    client: String,
    management: Option<String>,
    created_at: i64,
}

impl TryFrom<ClientRow> for StoredClient {
    type Error = StoreError;
    fn try_from(row: ClientRow) -> Stored<Self> {
        Ok(Self {
            client: column::json(&row.client, "client")?,
            management: row.management.map(Digest256),
            created_at: Timestamp(row.created_at),
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

    async fn clients(&mut self) -> Stored<Vec<StoredClient>> {
        fetch_all!(self, ClientRow, CLIENTS)
    }

    async fn insert_client(&mut self, client: &StoredClient) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_CLIENT,
            client.client.id.as_str(),
            column::to_json(&client.client)?,
            management(client),
            client.created_at.0,
        )?)
    }

    async fn update_client(&mut self, client: &StoredClient) -> Stored<bool> {
        let rows = execute!(
            self,
            UPDATE_CLIENT,
            client.client.id.as_str(),
            column::to_json(&client.client)?,
            management(client),
        )?;
        Ok(rows == 1)
    }

    async fn delete_client(&mut self, id: &str) -> Stored<bool> {
        Ok(execute!(self, DELETE_CLIENT, id)? == 1)
    }
}
