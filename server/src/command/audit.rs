//! `audit`: the audit log.

use super::{
    account::named,
    output::{print_error, print_lines},
    source::Source,
    when::{self, When},
};
use clap::Args;
use kobling::wiring::{self, StartError};
use kobling_domain::audit::{event::AuditRow, port::AuditFilter};
use serde::Serialize;
use std::{process::ExitCode, sync::Arc};
use tokio::sync::Notify;

/// Events that are read at once.
const PAGE: u32 = 500;

#[derive(Args)]
pub(crate) struct AuditArgs {
    /// Only events about this account: its id, or its present address.
    #[arg(long)]
    account: Option<String>,
    /// Only events whose code begins with this, such as `link.` or `sign_in.refused`.
    #[arg(long, value_name = "PREFIX")]
    event: Option<String>,
    /// Not earlier than this: a time (2026-11-24T02:00:00Z), a day, or so long ago (90m, 12h, 7d).
    #[arg(long, value_name = "TIME")]
    since: Option<When>,
    /// Earlier than this.
    #[arg(long, value_name = "TIME")]
    until: Option<When>,
    /// Only events in this organisation.
    #[arg(long, value_name = "KEY")]
    organisation: Option<String>,
    /// Only events at this application.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// At most so many events.
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    source: Source,
}

/// A line: what the row has, and no more.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    at: String,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<i64>,
    network: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    request: &'a str,
}

impl<'a> From<&'a AuditRow> for Line<'a> {
    fn from(row: &'a AuditRow) -> Self {
        let (involved, facts) = (&row.involved, &row.facts);
        Self {
            id: row.id.to_string(),
            at: when::exactly(row.at),
            event: &row.event,
            actor: involved.actor.map(|id| id.to_string()),
            account: involved.subject.map(|id| id.to_string()),
            session: involved.session.map(|id| id.to_string()),
            target: facts.target.as_deref(),
            credential: facts.credential.as_deref(),
            organisation: facts.organisation.as_deref(),
            client: facts.client.as_deref(),
            provider: facts.provider.as_deref(),
            reason: facts.reason.as_deref(),
            count: facts.count,
            added: facts.added,
            changed: facts.changed,
            network: &row.network,
            request: &row.request,
        }
    }
}

/// Prints the events, oldest first, one JSON object a line.
pub(crate) async fn run(args: AuditArgs) -> Result<ExitCode, StartError> {
    let kobling = wiring::build_domain(&args.source.load()?, &Arc::new(Notify::new())).await?;
    let account = match args.account.as_deref().map(named).transpose() {
        Ok(None) => None,
        Ok(Some(name)) => match kobling.operator.account_id(&name).await {
            Ok(id) => Some(id),
            Err(refusal) => return super::account::refused(refusal),
        },
        Err(refusal) => return super::account::refused(refusal),
    };
    let now = kobling.ports().clock.now();
    let filter = AuditFilter {
        account,
        event: args.event,
        since: args.since.map(|since| since.before(now)),
        until: args.until.map(|until| until.before(now)),
        organisation: args.organisation,
        client: args.client,
    };
    let (mut left, mut after) = (args.limit.unwrap_or(u32::MAX), None);
    while left > 0 {
        let most = left.min(PAGE);
        let page = kobling.operator.audit(&filter, after, most.into()).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.id));
        left = left.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        let lines: Result<Vec<String>, _> = page
            .iter()
            .map(|row| serde_json::to_string(&Line::from(row)))
            .collect();
        match lines
            .map_err(Into::into)
            .and_then(|lines| print_lines(&lines))
        {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                print_error(&format!("standard output: {error}"));
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
