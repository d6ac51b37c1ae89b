//! `account`: what an operator does to one account.

use super::{
    operator::operator,
    output::{print, print_error},
    source::Source,
    when::roughly,
};
use clap::{Args, Subcommand};
use kobling::wiring::{self, StartError};
use kobling_domain::{
    account::types::Claim,
    admin::account::{AccountName, AccountReport, Done, OperatorError},
};
use serde_json::json;
use std::{process::ExitCode, sync::Arc};
use tokio::sync::Notify;

#[derive(Args)]
pub(crate) struct Named {
    /// The account: its address or its id.
    account: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: Source,
}

#[derive(Subcommand)]
pub(crate) enum Account {
    /// Show address, links, sessions and organisations.
    Show(Named),
    /// Disable the account: its sessions end at once, and nobody can sign in to it.
    Disable(Named),
    /// Enable the account again.
    Enable(Named),
    /// Remove a link between an eID and the account, even if nothing else opens the account.
    Unlink {
        #[command(flatten)]
        named: Named,
        /// The link, as `show` lists it.
        link: String,
    },
    /// End all sessions of the account, or one.
    SignOut {
        #[command(flatten)]
        named: Named,
        /// Only this session, as `show` lists it.
        #[arg(long)]
        session: Option<String>,
    },
}

/// The account that a text names.
pub(super) fn named(text: &str) -> Result<AccountName, OperatorError> {
    text.parse()
}

/// Prints why nothing was done.
pub(super) fn refused(refusal: OperatorError) -> Result<ExitCode, StartError> {
    match refusal {
        OperatorError::Store(error) => Err(error.into()),
        refusal => Ok(failed(&refusal.to_string())),
    }
}

fn failed(why: &str) -> ExitCode {
    print_error(why);
    ExitCode::FAILURE
}

/// The id in a text.
fn id<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, ExitCode> {
    text.parse()
        .map_err(|_| failed(&format!("`{text}` is not the id of a {what}")))
}

pub(crate) async fn run(command: Account) -> Result<ExitCode, StartError> {
    let (Account::Show(args)
    | Account::Disable(args)
    | Account::Enable(args)
    | Account::Unlink { named: args, .. }
    | Account::SignOut { named: args, .. }) = &command;
    let name = match named(&args.account) {
        Ok(name) => name,
        Err(refusal) => return refused(refusal),
    };
    let kobling = wiring::build_domain(&args.source.load()?, &Arc::new(Notify::new())).await?;
    let (service, operator) = (&kobling.operator, operator());
    let (done, what) = match &command {
        Account::Show(_) => {
            return match service.show(&name).await {
                Ok(report) if args.json => {
                    print(&described(&report).to_string());
                    Ok(ExitCode::SUCCESS)
                }
                Ok(report) => {
                    print(&listed(&report));
                    Ok(ExitCode::SUCCESS)
                }
                Err(refusal) => refused(refusal),
            };
        }
        Account::Disable(_) => (
            service.disable(&operator, &name).await,
            ["is disabled", "was disabled already"],
        ),
        Account::Enable(_) => (
            service.enable(&operator, &name).await,
            ["is enabled", "was not disabled"],
        ),
        Account::Unlink { link, .. } => match id(link, "link") {
            Ok(link) => (
                service.unlink(&operator, &name, link).await,
                ["has lost the link"; 2],
            ),
            Err(code) => return Ok(code),
        },
        Account::SignOut { session, .. } => {
            let session = session.as_deref().map(|text| id(text, "session"));
            match session.transpose() {
                Ok(session) => (
                    service.sign_out(&operator, &name, session).await,
                    ["has lost its sessions", "was not signed in"],
                ),
                Err(code) => return Ok(code),
            }
        }
    };
    match done {
        Ok(done) => {
            print(&told(&done, what, args.json));
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => refused(refusal),
    }
}

fn told(done: &Done, [changed, unchanged]: [&str; 2], json: bool) -> String {
    let Done {
        account, sessions, ..
    } = done;
    if json {
        let done = json!({
            "account": account.id.to_string(),
            "email": account.email.as_str(),
            "changed": done.changed,
            "sessions_ended": sessions,
        });
        return done.to_string();
    }
    let what = if done.changed { changed } else { unchanged };
    format!(
        "{} ({}) {what}; {sessions} session(s) ended",
        account.email, account.id
    )
}

fn described(report: &AccountReport) -> serde_json::Value {
    let account = &report.account;
    json!({
        "account": account.id.to_string(),
        "email": account.email.as_str(),
        "email_proven_at": match account.claim {
            Claim::Proven(at) => Some(roughly(at)),
            Claim::Vouched | Claim::Released(_) => None,
        },
        "email_released_at": match account.claim {
            Claim::Released(at) => Some(roughly(at)),
            Claim::Vouched | Claim::Proven(_) => None,
        },
        "name": account.name,
        "created_at": roughly(account.created_at),
        "disabled_at": account.disabled_at.map(roughly),
        "password_since": report.password_since.map(roughly),
        "organisations": report.organisations,
        "links": report.links.iter().map(|link| json!({
            "id": link.id.to_string(),
            "provider": link.provider.as_str(),
            "method": link.method,
            "made_by": link.origin,
            "created_at": roughly(link.created_at),
            "last_used_at": roughly(link.last_used_at),
        })).collect::<Vec<_>>(),
        "sessions": report.sessions.iter().map(|session| json!({
            "id": session.id.to_string(),
            "device": session.device,
            "provider": session.eid.as_ref().map(|(provider, _)| provider.as_str()),
            "link": session.eid.as_ref().map(|(_, link)| link.to_string()),
            "created_at": roughly(session.created_at),
            "last_seen_at": roughly(session.last_seen_at),
        })).collect::<Vec<_>>(),
    })
}

fn listed(report: &AccountReport) -> String {
    let account = &report.account;
    let proven = match account.claim {
        Claim::Vouched => "never; a directory vouches for it".to_owned(),
        Claim::Proven(at) => format!("by a code to the mailbox, {}", roughly(at)),
        Claim::Released(at) => format!("belongs to another person, {}", roughly(at)),
    };
    let since = |at: Option<_>, none: &str| {
        at.map_or_else(|| none.to_owned(), |at| format!("since {}", roughly(at)))
    };
    let organisations = if report.organisations.is_empty() {
        "none".to_owned()
    } else {
        report.organisations.join(", ")
    };
    let mut lines = vec![
        format!("account        {}", account.id),
        format!("address        {}", account.email),
        format!("proven         {proven}"),
        format!("name           {}", account.name),
        format!("created        {}", roughly(account.created_at)),
        format!("disabled       {}", since(account.disabled_at, "no")),
        format!("password       {}", since(report.password_since, "none")),
        format!("organisations  {organisations}"),
        format!("links          {}", report.links.len()),
    ];
    lines.extend(report.links.iter().map(|link| {
        let method = link.method.as_ref().map(|method| format!(" ({method})"));
        format!(
            "  {} {}{}, made {} by {}, last used {}",
            link.id,
            link.provider,
            method.unwrap_or_default(),
            roughly(link.created_at),
            link.origin,
            roughly(link.last_used_at)
        )
    }));
    lines.push(format!("sessions       {}", report.sessions.len()));
    lines.extend(report.sessions.iter().map(|session| {
        let by = session.eid.as_ref().map_or("password", |(p, _)| p.as_str());
        format!(
            "  {} {}, by {by}, begun {}, last used {}",
            session.id,
            session.device,
            roughly(session.created_at),
            roughly(session.last_seen_at)
        )
    }));
    // What comes from elsewhere must not control the terminal.
    let visible = |line: &String| line.replace(char::is_control, "\u{fffd}");
    lines.iter().map(visible).collect::<Vec<_>>().join("\n")
}
