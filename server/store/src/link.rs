//! Links.

use crate::column;
use crate::work::{UnitOfWork, execute, fetch_all, fetch_optional, inserted, statements};
use async_trait::async_trait;
use kobling_domain::{
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
    },
    link::{port::Links, types::Link},
};
use kobling_model::{AccountId, LinkId, ProviderId, Timestamp};

statements! {
    LINK_BY_SUBJECT = "SELECT id, account, provider, issuer, subject, pid, origin, method, created_at, last_used_at
        FROM links WHERE provider = $1 AND issuer = $2 AND subject = $3";
    LINK_BY_PID = "SELECT id, account, provider, issuer, subject, pid, origin, method, created_at, last_used_at
        FROM links WHERE provider = $1 AND pid = $2";
    LINK = "SELECT id, account, provider, issuer, subject, pid, origin, method, created_at, last_used_at
        FROM links WHERE id = $1";
    LINKS_OF = "SELECT id, account, provider, issuer, subject, pid, origin, method, created_at, last_used_at
        FROM links WHERE account = $1 ORDER BY created_at, id";
    INSERT_LINK = "INSERT INTO links
        (id, account, provider, issuer, subject, pid, origin, method, created_at, last_used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    /// The most frequent case: the subject is unchanged.
    TOUCH_LINK = "UPDATE links SET method = $3, last_used_at = $4, pid = coalesce(pid, $5)
        WHERE id = $1 AND subject = $2";
    MOVE_LINK = "UPDATE links SET subject = $2, method = $3, last_used_at = $4, pid = coalesce(pid, $5)
        WHERE id = $1";
    DELETE_LINK = "DELETE FROM links WHERE id = $1 AND account = $2";
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    account: String,
    provider: String,
    issuer: String,
    subject: String,
    pid: Option<String>,
    origin: Option<String>,
    method: Option<String>,
    created_at: i64,
    last_used_at: i64,
}

impl TryFrom<LinkRow> for Link {
    type Error = StoreError;
    fn try_from(row: LinkRow) -> Stored<Self> {
        Ok(Self {
            id: column::id(&row.id, "id")?,
            account: column::id(&row.account, "account")?,
            provider: column::provider(&row.provider)?,
            issuer: row.issuer,
            subject: row.subject,
            pid: row.pid.map(Digest256),
            origin: row
                .origin
                .map(|origin| column::json(&origin, "origin"))
                .transpose()?,
            method: row.method,
            created_at: Timestamp(row.created_at),
            last_used_at: Timestamp(row.last_used_at),
        })
    }
}

#[async_trait]
impl Links for UnitOfWork {
    async fn link_by_subject(
        &mut self,
        provider: &ProviderId,
        issuer: &str,
        subject: &str,
    ) -> Stored<Option<Link>> {
        fetch_optional!(
            self,
            LinkRow,
            LINK_BY_SUBJECT,
            provider.as_str(),
            issuer,
            subject
        )
    }

    async fn link_by_pid(
        &mut self,
        provider: &ProviderId,
        pid: &Digest256,
    ) -> Stored<Option<Link>> {
        fetch_optional!(
            self,
            LinkRow,
            LINK_BY_PID,
            provider.as_str(),
            pid.0.as_str()
        )
    }

    async fn link(&mut self, id: LinkId) -> Stored<Option<Link>> {
        fetch_optional!(self, LinkRow, LINK, id.to_string())
    }

    async fn links_of(&mut self, account: AccountId) -> Stored<Vec<Link>> {
        fetch_all!(self, LinkRow, LINKS_OF, account.to_string())
    }

    async fn insert_link(&mut self, link: &Link) -> Stored<()> {
        inserted(execute!(
            self,
            INSERT_LINK,
            link.id.to_string(),
            link.account.to_string(),
            link.provider.as_str(),
            link.issuer.as_str(),
            link.subject.as_str(),
            column::optional_hash(link.pid.as_ref()),
            link.origin.as_ref().map(column::to_json).transpose()?,
            link.method.as_deref(),
            link.created_at.0,
            link.last_used_at.0,
        )?)
    }

    async fn touch_link(
        &mut self,
        id: LinkId,
        (subject, pid): (&str, Option<&Digest256>),
        method: Option<&str>,
        at: Timestamp,
    ) -> Stored<bool> {
        let pid = column::optional_hash(pid);
        if execute!(self, TOUCH_LINK, id.to_string(), subject, method, at.0, pid)? == 1 {
            return Ok(true);
        }
        self.mark().await?;
        let done = execute!(self, MOVE_LINK, id.to_string(), subject, method, at.0, pid);
        self.keep_unless_conflict(done).await.map(|rows| rows == 1)
    }

    async fn delete_link(&mut self, id: LinkId, account: AccountId) -> Stored<bool> {
        execute!(self, DELETE_LINK, id.to_string(), account.to_string()).map(|rows| rows == 1)
    }
}
