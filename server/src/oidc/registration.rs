//! `/oidc/register`: dynamic client registration (RFC 7591, OpenID Connect Dynamic Client Registration 1.0) and its
//! management (RFC 7592).

use crate::{
    client_metadata::{ClientMetadata, MetadataError, Rules, members},
    web::{ProblemJson, State, bearer, challenge, retry_after, visitor},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State as Shared},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::{
    admin::types::{ClientRefusal, Denied, KnownClient},
    kernel::secret::{Digest256, Token},
    oidc::client::{Client, ClientAuth, SigningAlg},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The path of the endpoint.
pub(super) const PATH: &str = "/oidc/register";

/// Members that only the server sets (RFC 7592 §2.2).
const SERVER_ONLY: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// What an update holds besides metadata (RFC 7592 §2.2).
#[derive(Debug, Default, Deserialize)]
struct Update {
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// A client as it is registered (RFC 7591 §3.2.1, RFC 7592 §3).
#[derive(Serialize)]
struct Registration {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_issued_at: Option<i64>,
    registration_access_token: String,
    registration_client_uri: String,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// Why a request is refused (RFC 7591 §3.2.2, RFC 7592 §2).
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum Refused {
    Denied(#[from] Denied),
    Metadata(#[from] MetadataError),
    Client(#[from] ClientRefusal),
}

fn error(status: StatusCode, error: &str, description: &str) -> Response {
    let body = if description.is_empty() {
        json!({ "error": error })
    } else {
        json!({ "error": error, "error_description": described(description) })
    };
    (status, Json(body)).into_response()
}

/// The text with the characters that `error_description` permits: visible ASCII without quote and backslash (RFC 6749
/// §5.2).
fn described(text: &str) -> String {
    let plain = |c: char| {
        if matches!(c, ' '..='~') && !"\"\\".contains(c) {
            c
        } else {
            '?'
        }
    };
    text.chars().take(300).map(plain).collect()
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let unavailable = |status| error(status, "temporarily_unavailable", "");
        let mut response = match self {
            Self::Denied(Denied::NotInUse) => {
                return ProblemJson(kobling_model::Problem::NotFound).into_response();
            }
            Self::Denied(Denied::Store(error)) | Self::Client(ClientRefusal::Store(error)) => {
                tracing::error!(%error, "registration");
                unavailable(StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::Denied(Denied::TooMany(wait)) => {
                let mut response = unavailable(StatusCode::TOO_MANY_REQUESTS);
                retry_after(wait, &mut response);
                response
            }
            Self::Denied(denied) => {
                let mut response = error(StatusCode::UNAUTHORIZED, "invalid_token", "");
                challenge(&denied, &mut response);
                response
            }
            Self::Metadata(wrong) => {
                error(StatusCode::BAD_REQUEST, wrong.code(), &wrong.to_string())
            }
            // It was changed or removed concurrently.
            Self::Client(_) => unavailable(StatusCode::CONFLICT),
        };
        no_store(&mut response);
        response
    }
}

fn no_store(response: &mut Response) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ] {
        response
            .headers_mut()
            .insert(name, header::HeaderValue::from_static(value));
    }
}

fn wrong(why: impl Into<String>) -> Refused {
    Refused::Metadata(MetadataError {
        field: "body",
        why: why.into(),
    })
}

/// The members of the body. `null` is the same as a missing member (RFC 7592 §2.2).
fn read(headers: &HeaderMap, body: &[u8]) -> Result<serde_json::Map<String, Value>, Refused> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return Err(wrong("must be application/json"));
    }
    members(body).map_err(wrong)
}

fn metadata(members: serde_json::Map<String, Value>) -> Result<ClientMetadata, Refused> {
    serde_json::from_value(Value::Object(members)).map_err(|error| wrong(error.to_string()))
}

fn rules(state: &State) -> Rules {
    Rules {
        local_http: state.local_http,
        untrusted: true,
        // OpenID Connect Dynamic Client Registration §2.
        signing: SigningAlg::Rs256,
    }
}

fn answer(
    state: &State,
    status: StatusCode,
    known: &KnownClient,
    management: &str,
    secret: Option<String>,
) -> Response {
    let origin = &state.kobling.settings().origin;
    let client = &known.client;
    let body = Registration {
        // Required with a secret; 0 means that it does not expire.
        client_secret_expires_at: secret.is_some().then_some(0),
        client_secret: secret,
        client_id_issued_at: known.created_at.map(kobling_model::Timestamp::as_seconds),
        registration_access_token: management.to_owned(),
        registration_client_uri: format!("{origin}{PATH}/{}", client.id),
        metadata: ClientMetadata::from(client),
        client_id: client.id.clone(),
    };
    let mut response = (status, Json(body)).into_response();
    no_store(&mut response);
    response
}

/// `POST /oidc/register` (RFC 7591 §3.1)
pub(crate) async fn register(
    Shared(state): Shared<State>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, Refused> {
    let visitor = visitor(&state, &parts);
    let token = bearer(&parts.headers);
    let registrar = state
        .kobling
        .administration
        .registrar(&visitor, token)
        .await?;
    let metadata = metadata(read(&parts.headers, &body)?)?;
    let secret = metadata
        .wants_secret()
        .then(|| Token::generate(&*state.kobling.ports().entropy));
    let id = state.kobling.client_admin.new_client_id();
    let client = metadata.client(&id, rules(&state), secret.as_ref().map(Token::digest))?;
    let (known, management) = state
        .kobling
        .registration
        .register_client(&registrar, &visitor, client)
        .await?;
    let secret = secret.map(|secret| secret.expose().to_owned());
    let status = StatusCode::CREATED;
    Ok(answer(&state, status, &known, management.expose(), secret))
}

/// `GET /oidc/register/ID` (RFC 7592 §2.1). Without the secret: only its hash is stored.
pub(crate) async fn show(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Refused> {
    let visitor = visitor(&state, &parts);
    let token = bearer(&parts.headers);
    let registered = state
        .kobling
        .registration
        .registered(&visitor, &id, token)
        .await?;
    let shown = token.unwrap_or_default();
    let known = registered.known();
    Ok(answer(&state, StatusCode::OK, &known, shown, None))
}

/// `PUT /oidc/register/ID` (RFC 7592 §2.2): replaces all metadata.
pub(crate) async fn replace(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, Refused> {
    let visitor = visitor(&state, &parts);
    let token = bearer(&parts.headers);
    let registered = state
        .kobling
        .registration
        .registered(&visitor, &id, token)
        .await?;
    let before = registered.known().client;
    let members = read(&parts.headers, &body)?;
    if let Some(name) = SERVER_ONLY.iter().find(|name| members.contains_key(**name)) {
        return Err(wrong(format!("{name} is not the client's to say")));
    }
    let update: Update = serde_json::from_value(Value::Object(members.clone()))
        .map_err(|error| wrong(error.to_string()))?;
    if update.client_id.as_ref() != Some(&id) {
        return Err(wrong("client_id must be the client's own"));
    }
    let metadata = metadata(members)?;
    let (digest, secret) = secret(&state, &before, &metadata, update.client_secret)?;
    let client = metadata.client(&id, rules(&state), digest)?;
    let known = state
        .kobling
        .registration
        .change_registration(registered, &visitor, client)
        .await?;
    let shown = token.unwrap_or_default();
    Ok(answer(&state, StatusCode::OK, &known, shown, secret))
}

/// The hash of the secret to store, and the secret if it is known: the one that the client sent, or a new one.
fn secret(
    state: &State,
    before: &Client,
    metadata: &ClientMetadata,
    shown: Option<String>,
) -> Result<(Option<Digest256>, Option<String>), Refused> {
    let kept = match &before.auth {
        ClientAuth::Secret(digest) => Some(digest),
        _ => None,
    };
    if let Some(shown) = &shown
        && kept != Some(&Digest256::of(shown))
    {
        return Err(wrong("client_secret is not the one that was issued"));
    }
    match (metadata.wants_secret(), kept) {
        (false, _) => Ok((None, None)),
        (true, Some(digest)) => Ok((Some(digest.clone()), shown)),
        (true, None) => {
            let new = Token::generate(&*state.kobling.ports().entropy);
            Ok((Some(new.digest()), Some(new.expose().to_owned())))
        }
    }
}

/// `DELETE /oidc/register/ID` (RFC 7592 §2.3)
pub(crate) async fn remove(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Refused> {
    let visitor = visitor(&state, &parts);
    let token = bearer(&parts.headers);
    let registered = state
        .kobling
        .registration
        .registered(&visitor, &id, token)
        .await?;
    state
        .kobling
        .registration
        .end_registration(registered, &visitor)
        .await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    no_store(&mut response);
    Ok(response)
}
