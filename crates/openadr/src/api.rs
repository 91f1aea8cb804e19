//! The protocol over HTTP.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query as AxumQuery, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HOST};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base::{FieldError, Id};
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Body, Json, Path, Problem, Query};
use platform::{Audit, Ctx, Platform, sign_in};
use serde_json::{Value, json};

use crate::pace::Pace;
use crate::rules::{self, Side};
use crate::{Kind, OBJECTS_MAX, Object, OpenadrError as Refusal, store, wire};

/// Objects of one answer.
const PAGE_MAX: usize = 50;
/// How long a client may take its token for good, seconds: it is one of ours, and revoked there.
const TOKEN_SECONDS: u64 = 3_600;
/// The largest object, bytes.
const BODY_MAX: usize = 256 * 1024;
/// The largest VEN, bytes: it holds a name and a few attributes.
const VEN_BODY_MAX: usize = 16 * 1024;

type Pairs = Vec<(String, String)>;

pub(crate) fn routes() -> Router<Platform> {
    let pace = Arc::new(Pace::default());
    Router::new()
        .route("/openadr3/{collection}", get(object_list).post(object_create))
        .route(
            "/openadr3/{collection}/{id}",
            get(object_get).put(object_update).delete(object_delete),
        )
        .route_layer(from_fn_with_state(pace, paced))
        .route("/openadr3/auth/server", get(auth_server))
        .route("/openadr3/auth/token", post(auth_token))
}

/// Lets so many requests of one establishment through in a minute.
async fn paced(State(pace): State<Arc<Pace>>, request: Request, next: Next) -> Response {
    let counted = request.extensions().get::<Ctx>().map(|ctx| pace.take(&ctx.grants, ctx.now));
    match counted {
        Some(Err(too_often)) => Problem::from(too_often).into_response(),
        Some(Ok(())) | None => next.run(request).await,
    }
}

/// Where tokens are given.
async fn auth_server(State(platform): State<Platform>, headers: HeaderMap) -> Json<Value> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if platform.https { "https" } else { "http" };
    Json(json!({ "tokenURL": format!("{scheme}://{host}/openadr3/auth/token") }))
}

/// Client credentials (RFC 6749, 4.4): the secret is an API token of ours, the client its name or id.
async fn auth_token(
    State(platform): State<Platform>,
    headers: HeaderMap,
    Body(bytes): Body,
) -> Response {
    let refused = |error: &str, words: &str| {
        let body = json!({ "error": error, "error_description": words });
        let status = if error == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        };
        (status, axum::Json(body)).into_response()
    };
    let form = form(&bytes);
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    if field("grant_type").as_deref() != Some("client_credentials") {
        return refused("unsupported_grant_type", "send grant_type=client_credentials");
    }
    let given = basic(&headers).or_else(|| field("client_id").zip(field("client_secret")));
    let Some((client, secret)) = given else {
        return refused("invalid_request", "send client_id and client_secret, or HTTP Basic");
    };
    let found = sign_in::store::token_actor(&platform.db, &secret, platform.clock.now()).await;
    match found {
        Err(error) => Problem::from(error).into_response(),
        Ok(Some((actor, _))) if client == actor.id || client == actor.name => {
            let body = json!({
                "access_token": secret, "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
            });
            ([(CACHE_CONTROL, "no-store")], axum::Json(body)).into_response()
        }
        Ok(_) => {
            let words = "the secret is no valid API token of this client: give the token's name or \
                         id as client_id, and the token as client_secret";
            refused("invalid_client", words)
        }
    }
}

/// The pairs of a form.
fn form(bytes: &[u8]) -> Pairs {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let uri = format!("/?{text}").parse::<Uri>().unwrap_or_default();
    AxumQuery::<Pairs>::try_from_uri(&uri).map(|pairs| pairs.0).unwrap_or_default()
}

/// User and password of HTTP Basic.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let coded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(base64(coded.trim())?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Bytes of base64 (RFC 4648, 4); nothing when it is none.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.trim_end_matches('=').bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// A client of the server: its side, and what it is known by.
struct Client {
    side: Side,
    id: String,
}

impl Client {
    fn of(ctx: &Ctx) -> ApiResult<Self> {
        Ok(Self { side: Side::of(&ctx.grants)?, id: ctx.actor.id.clone() })
    }

    /// What the client sees of a kind, the oldest first.
    async fn list(&self, tx: &mut ReadTx, kind: Kind) -> ApiResult<Vec<Object>> {
        let complex = self.side.complex();
        let own = self.targets(tx).await?;
        let seen = |object| rules::seen(&self.side, &self.id, &own, object);
        let mut found = match (&self.side, kind) {
            (Side::Ven { .. }, Kind::Report | Kind::Ven) => {
                store::own(tx, (complex, kind), &self.id).await?
            }
            (Side::Business(_), _) | (Side::Ven { .. }, Kind::Program | Kind::Event) => {
                store::all(tx, complex, kind).await?
            }
        };
        if let (Side::Ven { .. }, Kind::Event) = (&self.side, kind) {
            // An event may name nobody, and its program somebody else.
            let programs = store::all(tx, complex, Kind::Program).await?;
            let programs: HashSet<_> =
                programs.into_iter().filter_map(seen).map(|program| program.id).collect();
            found.retain(|event| rules::program_of(event).is_some_and(|id| programs.contains(&id)));
        }
        Ok(found.into_iter().filter_map(seen).collect())
    }

    /// One object, if the client may see it.
    async fn find(&self, tx: &mut ReadTx, kind: Kind, id: &str) -> ApiResult<Object> {
        let unknown = || Refusal::NotFound(format!("{} {id}", kind.collection()));
        let key: Id<Object> = id.parse().map_err(|_| unknown())?;
        let found = store::find(tx, (self.side.complex(), kind), key).await?;
        let own = self.targets(tx).await?;
        let seen = found.and_then(|object| rules::seen(&self.side, &self.id, &own, object));
        let object = seen.ok_or_else(unknown)?;
        if kind == Kind::Event && !self.sees_program(tx, &own, &object).await? {
            return Err(unknown().into());
        }
        Ok(object)
    }

    /// Whether the client sees the program of an event.
    async fn sees_program(
        &self,
        tx: &mut ReadTx,
        own: &[String],
        event: &Object,
    ) -> ApiResult<bool> {
        if let Side::Business(_) = self.side {
            return Ok(true);
        }
        let Some(id) = rules::program_of(event) else { return Ok(false) };
        let program = store::find(tx, (self.side.complex(), Kind::Program), id).await?;
        let seen = program.and_then(|program| rules::seen(&self.side, &self.id, own, program));
        Ok(seen.is_some())
    }

    /// Refuses one more object of a kind where there is no room for it.
    async fn has_room(&self, tx: &mut ReadTx, kind: Kind) -> ApiResult<()> {
        let of = (self.side.complex(), kind);
        if let Some(most) = self.side.own_max(kind)
            && store::count_own(tx, of, &self.id, self.side.establishment()).await? >= most
        {
            return Err(Refusal::TooManyOwn { most, what: kind.collection() }.into());
        }
        if store::count(tx, of).await? >= OBJECTS_MAX {
            return Err(Refusal::TooMany.into());
        }
        Ok(())
    }

    async fn targets(&self, tx: &mut ReadTx) -> ApiResult<Vec<String>> {
        match self.side {
            Side::Business(_) => Ok(Vec::new()),
            Side::Ven { complex, .. } => {
                let vens = store::own(tx, (complex, Kind::Ven), &self.id).await?;
                Ok(rules::targets(&self.side, &self.id, &vens))
            }
        }
    }

    /// A body that may be kept: checked, and what it stands on exists.
    async fn checked(
        &self,
        tx: &mut ReadTx,
        kind: Kind,
        mut body: Value,
    ) -> ApiResult<(String, Value)> {
        body = wire::read(kind, &body).map_err(|wrong| refusal(Refusal::Invalid(wrong)))?;
        let parent = match kind {
            Kind::Event => Some((Kind::Program, "programID")),
            Kind::Report => Some((Kind::Event, "eventID")),
            Kind::Program | Kind::Ven => None,
        };
        if let Some((of, field)) = parent {
            let id = body[field].as_str().unwrap_or_default().to_owned();
            if self.find(tx, of, &id).await.is_err() {
                let detail = format!("there is none of {} with this id", of.collection());
                let wrong = vec![FieldError::new(format!("/{field}"), detail)];
                return Err(refusal(Refusal::Invalid(wrong)));
            }
        }
        let mut client = self.id.clone();
        match (kind, &self.side) {
            (Kind::Ven, Side::Business(_)) => {
                body["clientID"].as_str().unwrap_or_default().clone_into(&mut client);
                if client.is_empty() {
                    let detail = "give the id of the token that the client signs in with";
                    let wrong = vec![FieldError::new("/clientID", detail)];
                    return Err(refusal(Refusal::Invalid(wrong)));
                }
            }
            // A client does not give itself targets.
            (Kind::Ven, Side::Ven { .. }) => body["targets"] = json!([]),
            (Kind::Program | Kind::Event | Kind::Report, _) => {}
        }
        Ok((client, body))
    }
}

fn kind_of(collection: &str) -> ApiResult<Kind> {
    let unknown = || Refusal::NotFound(format!("collection {collection}"));
    Ok(Kind::of_collection(collection).ok_or_else(unknown)?)
}

/// The objects of a collection that the client may see, the oldest first: `skip`, `limit`, `targets`,
/// `programID`, `eventID`, `clientName`, `venName`.
async fn object_list(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path(collection): Path<String>,
    Query(query): Query<Pairs>,
) -> ApiResult<Json<Vec<Value>>> {
    let kind = kind_of(&collection)?;
    let client = Client::of(&ctx)?;
    let number = |name: &str, otherwise: usize| -> ApiResult<usize> {
        let Some((_, text)) = query.iter().find(|(key, _)| key == name) else {
            return Ok(otherwise);
        };
        let wrong = || Problem::invalid_field(&format!("/{name}"), "give a number of 0 and more");
        text.parse().map_err(|_| wrong())
    };
    let (skip, limit) = (number("skip", 0)?, number("limit", PAGE_MAX)?.min(PAGE_MAX));
    let mut tx = platform.db.read().await?;
    let mut found = client.list(&mut tx, kind).await?;
    if kind == Kind::Report && query.iter().any(|(key, _)| key == "programID") {
        let events = client.list(&mut tx, Kind::Event).await?;
        let events = events.iter().filter(|event| rules::fits(event, &of_program(&query)));
        let events: BTreeSet<_> = events.map(|event| event.id.to_string()).collect();
        found
            .retain(|report| report.body["eventID"].as_str().is_some_and(|id| events.contains(id)));
    }
    let page = found.iter().filter(|object| rules::fits(object, &query)).skip(skip).take(limit);
    Ok(Json(page.map(wire::write).collect()))
}

fn of_program(query: &Pairs) -> Pairs {
    query.iter().filter(|(key, _)| key == "programID").cloned().collect()
}

async fn object_get(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path((collection, id)): Path<(String, String)>,
) -> ApiResult<Json<Value>> {
    let kind = kind_of(&collection)?;
    let client = Client::of(&ctx)?;
    let mut tx = platform.db.read().await?;
    Ok(Json(wire::write(&client.find(&mut tx, kind, &id).await?)))
}

async fn object_create(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path(collection): Path<String>,
    Body(bytes): Body,
) -> ApiResult<(StatusCode, Json<Value>)> {
    let kind = kind_of(&collection)?;
    let client = Client::of(&ctx)?;
    client.side.may_write(kind)?;
    let body = parsed(kind, &bytes)?;
    let mut tx = platform.db.write_in_turn("openadr", client.side.complex()).await?;
    client.has_room(&mut tx, kind).await?;
    let (client_id, body) = client.checked(&mut tx, kind, body).await?;
    let object = Object {
        id: ctx.new_id(),
        complex_id: client.side.complex(),
        kind,
        client_id,
        body,
        establishment_id: client.side.establishment(),
        created_at: ctx.now,
        modified_at: ctx.now,
    };
    store::insert(&mut tx, &object).await?;
    audit(&mut tx, &ctx, "openadr.create", &object).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(wire::write(&object))))
}

async fn object_update(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path((collection, id)): Path<(String, String)>,
    Body(bytes): Body,
) -> ApiResult<Json<Value>> {
    let kind = kind_of(&collection)?;
    let client = Client::of(&ctx)?;
    client.side.may_write(kind)?;
    let body = parsed(kind, &bytes)?;
    let mut tx = platform.db.write_in_turn("openadr", client.side.complex()).await?;
    let mut object = client.find(&mut tx, kind, &id).await?;
    let targets = object.body["targets"].clone();
    (object.client_id, object.body) = client.checked(&mut tx, kind, body).await?;
    if let (Kind::Ven, Side::Ven { .. }) = (kind, &client.side) {
        object.body["targets"] = targets;
    }
    object.modified_at = ctx.now;
    store::update(&mut tx, &object).await?;
    audit(&mut tx, &ctx, "openadr.update", &object).await?;
    tx.commit().await?;
    Ok(Json(wire::write(&object)))
}

async fn object_delete(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path((collection, id)): Path<(String, String)>,
) -> ApiResult<Json<Value>> {
    let kind = kind_of(&collection)?;
    let client = Client::of(&ctx)?;
    client.side.may_write(kind)?;
    let mut tx = platform.db.write_in_turn("openadr", client.side.complex()).await?;
    let object = client.find(&mut tx, kind, &id).await?;
    let child = match kind {
        Kind::Program => Some((Kind::Event, "programID")),
        Kind::Event => Some((Kind::Report, "eventID")),
        Kind::Report | Kind::Ven => None,
    };
    if let Some((of, field)) = child {
        let below = store::all(&mut tx, client.side.complex(), of).await?;
        if below.iter().any(|below| below.body[field].as_str() == Some(id.as_str())) {
            return Err(Refusal::InUse(of.collection()).into());
        }
    }
    store::delete(&mut tx, &object).await?;
    audit(&mut tx, &ctx, "openadr.delete", &object).await?;
    tx.commit().await?;
    Ok(Json(wire::write(&object)))
}

fn parsed(kind: Kind, bytes: &[u8]) -> ApiResult<Value> {
    let wrong = |detail: String| refusal(Refusal::Invalid(vec![FieldError::new("", detail)]));
    let most = match kind {
        Kind::Ven => VEN_BODY_MAX,
        Kind::Program | Kind::Event | Kind::Report => BODY_MAX,
    };
    if bytes.len() > most {
        return Err(wrong(format!("the object is larger than {most} bytes")));
    }
    serde_json::from_slice(bytes).map_err(|fault| wrong(format!("the body is no JSON: {fault}")))
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_)
        | Refusal::NoSide
        | Refusal::Side { .. }
        | Refusal::InUse(_)
        | Refusal::TooMany
        | Refusal::TooOften { .. }
        | Refusal::TooManyOwn { .. } => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

pub(crate) async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    object: &Object,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("openadr_object:{}", object.id),
        complex: Some(object.complex_id),
        // What a client reports is a tenant's: it stays out of the ledger.
        detail: json!({ "kind": object.kind.object_type() }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
