//! Clients: those from configuration are shown and cannot be changed; all others can be added, changed and removed.

use super::{Admin, AdminProblem, Refused};
use crate::{
    client_metadata::{ClientMetadata, Rules, members, wrong},
    web::{ProblemBody, State},
};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Path, Request, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kobling_domain::{
    admin::types::KnownClient,
    kernel::secret::Token,
    oidc::client::{AccessRule, Client, ClientAuth, Origin, SigningAlg},
};
use kobling_model::{Level, Problem, ProviderId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Settings of a client that only administrators can set.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct OwnSettings {
    /// Whether it is a third party: it needs the person's consent.
    third_party: bool,
    /// Only users of this organisation may enter.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// The least level of assurance: `low`, `substantial`, `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    minimum_level: Option<Level>,
    /// Only an eID of these providers is accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    only_providers: Vec<String>,
    /// Sign-in goes directly to this eID provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
}

/// A client to add, or to replace another with.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ClientRequest {
    /// `client_id`: 1 to 64 of `A-Z`, `a-z`, `0-9`, `.`, `_`, `~`, `-`. Generated if omitted; cannot be changed.
    client_id: Option<String>,
    #[serde(flatten)]
    metadata: ClientMetadata,
    #[serde(flatten)]
    own: OwnSettings,
    /// Unknown members.
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A client.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientBody {
    /// `client_id`.
    client_id: String,
    /// The secret, only in the answer that issues it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// When it was added, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_issued_at: Option<i64>,
    /// How it was added: `configuration`, `administrator`, `registration`.
    #[schema(value_type = String)]
    origin: Origin,
    /// Whether it is from configuration, and can only be changed there.
    read_only: bool,
    #[serde(flatten)]
    metadata: ClientMetadata,
    #[serde(flatten)]
    own: OwnSettings,
}

/// Read-only members. They are ignored in a request, so that an answer can be sent back.
const READ_ONLY: [&str; 3] = ["client_id_issued_at", "origin", "read_only"];

impl ClientBody {
    fn new(known: KnownClient, secret: Option<&Token>) -> Self {
        let KnownClient {
            client, created_at, ..
        } = known;
        Self {
            client_secret: secret.map(|secret| secret.expose().to_owned()),
            client_id_issued_at: created_at.map(kobling_model::Timestamp::as_seconds),
            origin: client.origin,
            read_only: created_at.is_none(),
            metadata: ClientMetadata::from(&client),
            own: OwnSettings {
                third_party: client.third_party,
                organisation: client.access.organisation,
                minimum_level: client.access.minimum_level,
                only_providers: client
                    .access
                    .providers
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                provider: client.provider.map(|id| id.to_string()),
            },
            client_id: client.id,
        }
    }
}

/// The version as `ETag`, for `If-Match` (RFC 9110 §8.8.3, §13.1.1).
fn etag(known: &KnownClient) -> String {
    format!("\"{}\"", known.version)
}

fn answer(status: StatusCode, known: KnownClient, secret: Option<&Token>) -> Response {
    let tag = etag(&known);
    let body = Json(ClientBody::new(known, secret));
    (status, [(header::ETAG, tag)], body).into_response()
}

impl FromRequest<State> for ClientRequest {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &State) -> Result<Self, Refused> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        if !is_json {
            return Err(Refused::Unreadable("must be application/json".into()));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| Refused::Problem(Problem::BadRequest))?;
        let members = members(&body).map_err(Refused::Unreadable)?;
        let read: Self = serde_json::from_value(Value::Object(members))
            .map_err(|error| Refused::Unreadable(error.to_string()))?;
        match read
            .rest
            .keys()
            .find(|name| !READ_ONLY.contains(&name.as_str()))
        {
            Some(name) => Err(Refused::Unreadable(format!("{name}: not known"))),
            None => Ok(read),
        }
    }
}

impl ClientRequest {
    /// The requested client, and its secret if it gets a new one.
    fn client(
        &self,
        state: &State,
        id: &str,
        before: Option<&Client>,
    ) -> Result<(Client, Option<Token>), Refused> {
        let kept = match before.map(|client| &client.auth) {
            Some(ClientAuth::Secret(digest)) => Some(digest.clone()),
            _ => None,
        };
        let secret = (self.metadata.wants_secret() && kept.is_none())
            .then(|| Token::generate(&*state.kobling.ports().entropy));
        let digest = kept.or_else(|| secret.as_ref().map(Token::digest));
        let rules = Rules {
            local_http: state.local_http,
            untrusted: false,
            signing: SigningAlg::default(),
        };
        let provider = |id: &String| {
            ProviderId::parse(id).ok_or_else(|| wrong("provider", format!("{id}: no such id")))
        };
        let access = AccessRule {
            organisation: self.own.organisation.clone(),
            minimum_level: self.own.minimum_level,
            providers: self
                .own
                .only_providers
                .iter()
                .map(provider)
                .collect::<Result<_, _>>()?,
        };
        let client = Client {
            access,
            provider: self.own.provider.as_ref().map(provider).transpose()?,
            third_party: self.own.third_party,
            origin: before.map_or(Origin::Administrator, |client| client.origin),
            ..self.metadata.client(id, rules, digest)?
        };
        Ok((client, secret))
    }

    /// The requested id, or a new one.
    fn id(&self, state: &State) -> Result<String, Refused> {
        let Some(id) = &self.client_id else {
            return Ok(state.kobling.client_admin.new_client_id());
        };
        let good = (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte));
        if good {
            Ok(id.clone())
        } else {
            let why = "must be 1 to 64 of A-Z, a-z, 0-9, . _ ~ -";
            Err(wrong("client_id", why).into())
        }
    }
}

/// All clients, those from configuration first.
#[utoipa::path(get, path = "/clients", tag = "admin::client", security(("administrator" = [])), responses(
    (status = 200, body = Vec<ClientBody>),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    Shared(state): Shared<State>,
    Admin { administrator, .. }: Admin,
) -> Result<Json<Vec<ClientBody>>, Refused> {
    let all = state
        .kobling
        .client_admin
        .known_clients(&administrator)
        .await?;
    let bodies = all.into_iter().map(|known| ClientBody::new(known, None));
    Ok(Json(bodies.collect()))
}

/// Adds a client. If it authenticates by secret, the answer holds a new one, which is not shown again.
#[utoipa::path(post, path = "/clients", tag = "admin::client", security(("administrator" = [])), request_body = ClientRequest, responses(
    (status = 201, body = ClientBody),
    (status = 400, body = AdminProblem, content_type = "application/problem+json"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = AdminProblem, content_type = "application/problem+json"),
    (status = 422, body = AdminProblem, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn add(
    Shared(state): Shared<State>,
    admin: Admin,
    request: ClientRequest,
) -> Result<Response, Refused> {
    let id = request.id(&state)?;
    let (client, secret) = request.client(&state, &id, None)?;
    let known = state
        .kobling
        .client_admin
        .add_client(&admin.administrator, &admin.visitor, client)
        .await?;
    let place = format!("/api/v1/admin/clients/{id}");
    let mut response = answer(StatusCode::CREATED, known, secret.as_ref());
    if let Ok(place) = place.parse() {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// One client.
#[utoipa::path(get, path = "/clients/{id}", tag = "admin::client", security(("administrator" = [])), params(("id" = String, Path)), responses(
    (status = 200, body = ClientBody),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = AdminProblem, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn show(
    Shared(state): Shared<State>,
    Admin { administrator, .. }: Admin,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let known = state
        .kobling
        .client_admin
        .known_client(&administrator, &id)
        .await?;
    Ok(answer(StatusCode::OK, known, None))
}

/// Replaces a client, under the same id. Omitted members get their defaults. The secret stays if the client still
/// authenticates by secret. With `If-Match`, only if the client has not changed in the meantime.
#[utoipa::path(put, path = "/clients/{id}", tag = "admin::client", security(("administrator" = [])), params(("id" = String, Path), ("If-Match" = Option<String>, Header)), request_body = ClientRequest, responses(
    (status = 200, body = ClientBody),
    (status = 400, body = AdminProblem, content_type = "application/problem+json"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = AdminProblem, content_type = "application/problem+json"),
    (status = 409, body = AdminProblem, content_type = "application/problem+json"),
    (status = 412, body = AdminProblem, content_type = "application/problem+json"),
    (status = 422, body = AdminProblem, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn replace(
    Shared(state): Shared<State>,
    admin: Admin,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: ClientRequest,
) -> Result<Response, Refused> {
    if request.client_id.as_ref().is_some_and(|said| *said != id) {
        return Err(wrong("client_id", "cannot be changed").into());
    }
    let before = state
        .kobling
        .client_admin
        .known_client(&admin.administrator, &id)
        .await?;
    if let Some(tags) = headers.get(header::IF_MATCH) {
        let tags = tags.to_str().unwrap_or_default();
        let tag = etag(&before);
        if !tags
            .split(',')
            .any(|one| ["*", tag.as_str()].contains(&one.trim()))
        {
            return Err(Refused::Precondition);
        }
    }
    let (client, secret) = request.client(&state, &id, Some(&before.client))?;
    let changed = KnownClient { client, ..before };
    let known = state
        .kobling
        .client_admin
        .change_client(&admin.administrator, &admin.visitor, changed)
        .await?;
    Ok(answer(StatusCode::OK, known, secret.as_ref()))
}

/// Removes a client. Its codes, tokens and consents end at once.
#[utoipa::path(delete, path = "/clients/{id}", tag = "admin::client", security(("administrator" = [])), params(("id" = String, Path)), responses(
    (status = 204),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = AdminProblem, content_type = "application/problem+json"),
    (status = 409, body = AdminProblem, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn remove(
    Shared(state): Shared<State>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    state
        .kobling
        .client_admin
        .remove_client(&admin.administrator, &admin.visitor, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Issues a new secret to a client that authenticates by secret. It is not shown again; the old one becomes invalid.
#[utoipa::path(post, path = "/clients/{id}/secret", tag = "admin::client", security(("administrator" = [])), params(("id" = String, Path)), responses(
    (status = 200, body = ClientBody),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = AdminProblem, content_type = "application/problem+json"),
    (status = 409, body = AdminProblem, content_type = "application/problem+json"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json")
))]
pub(crate) async fn new_secret(
    Shared(state): Shared<State>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let (known, secret) = state
        .kobling
        .client_admin
        .new_client_secret(&admin.administrator, &admin.visitor, &id)
        .await?;
    Ok(answer(StatusCode::OK, known, Some(&secret)))
}
