//! Sessions, accounts, roles and tokens over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::noun::Account;
use base::{AccountId, Action, Grant, Instant, Page, PageQuery, Role, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rate::PEER;
use super::store::{self, TokenView};
use super::{
    AccountView, ApiTokenId, Attempts, GrantView, Password, RoleGrantId, SESSION_COOKIE,
    SESSION_HOURS, SignInError, new_secret, parse_email, password, secret_hash,
};
use crate::db::WriteTx;
use crate::http::{ApiResult, Json, Path, Problem, Query, cookie};
use crate::{Audit, Ctx, Platform, args};

/// The setting that names the account of the demonstration.
pub const DEMO_ACCOUNT: &str = "demo_account";

#[derive(Clone)]
struct SignIn {
    platform: Platform,
    attempts: Arc<Attempts>,
}

pub(crate) fn routes(platform: &Platform) -> OpenApiRouter {
    let state = SignIn { platform: platform.clone(), attempts: Arc::new(Attempts::default()) };
    OpenApiRouter::new()
        .routes(routes!(session_get, session_create, session_delete))
        .routes(routes!(session_create_demo))
        .routes(routes!(account_list, account_create))
        .routes(routes!(account_update))
        .routes(routes!(grant_create))
        .routes(routes!(grant_delete))
        .routes(routes!(token_list, token_create))
        .routes(routes!(token_revoke))
        .with_state(state)
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionView {
    /// The account.
    account: SessionAccount,
    /// What it may do.
    grants: Vec<Grant>,
    /// To send back as `X-CSRF-Token` with each change.
    csrf: String,
    /// Whether this is the account of the demonstration.
    demo: bool,
}

/// The account of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionAccount {
    id: AccountId,
    email: String,
    name: String,
}

/// E-mail and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionCreate {
    email: String,
    password: String,
}

/// The address of the peer, if the server knows it.
struct Peer(String);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(info.map_or_else(|| "unknown".into(), |ConnectInfo(peer)| peer.ip().to_string())))
    }
}

/// Who is signed in; 401 when nobody is.
#[utoipa::path(get, path = "/api/v1/session", tag = "platform",
    responses((status = 200, body = SessionView), (status = 401, body = Problem)))]
async fn session_get(
    State(state): State<SignIn>,
    ctx: Ctx,
    headers: axum::http::HeaderMap,
) -> ApiResult<Json<SessionView>> {
    let secret = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    let db = &state.platform.db;
    let session = store::session_by_secret(db, secret, ctx.now).await?;
    let Some(session) = session else {
        return Err(Problem::new(
            base::ErrorKind::Unauthenticated,
            "not_signed_in",
            "a token has no session: this page is for people",
        ));
    };
    let demo = store::setting(db, DEMO_ACCOUNT).await? == Some(session.account.to_string());
    let account = SessionAccount { id: session.account, email: session.email, name: session.name };
    Ok(Json(SessionView { account, grants: session.grants, csrf: session.csrf, demo }))
}

/// Signs in with e-mail and password.
#[utoipa::path(post, path = "/api/v1/session", tag = "platform", request_body = SessionCreate,
    responses((status = 200, body = SessionView), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
async fn session_create(
    State(state): State<SignIn>,
    Peer(peer): Peer,
    Json(body): Json<SessionCreate>,
) -> ApiResult<Response> {
    let (platform, now) = (&state.platform, state.platform.clock.now());
    let email = parse_email(&body.email).unwrap_or_default();
    let keys = [format!("email:{email}"), format!("{PEER}{peer}")];
    for key in &keys {
        if let Some(pause) = state.attempts.pause(key, now) {
            return Err(SignInError::TooManyAttempts(pause.as_secs() + 1).into());
        }
    }
    let found = store::account_by_email(&mut platform.db.read().await?, &email).await?;
    let hash = found.as_ref().map(|account| account.password_hash.clone());
    let right = password::verify(body.password, hash).await;
    match found {
        Some(account) if right && !account.view.disabled => {
            for key in &keys {
                state.attempts.right(key);
            }
            start_session(platform, &account.view, false).await
        }
        _ => {
            for key in &keys {
                state.attempts.wrong(key, now);
            }
            tracing::warn!(peer, "an attempt to sign in was refused");
            Err(SignInError::Refused.into())
        }
    }
}

/// Signs the visitor into the demonstration; 404 where there is none.
#[utoipa::path(post, path = "/api/v1/session/demo", tag = "platform",
    responses((status = 200, body = SessionView), (status = 404, body = Problem)))]
async fn session_create_demo(State(state): State<SignIn>) -> ApiResult<Response> {
    let platform = &state.platform;
    let account = match store::setting(&platform.db, DEMO_ACCOUNT).await? {
        Some(id) => match id.parse() {
            Ok(id) => store::account(&mut platform.db.read().await?, id).await?,
            Err(_) => None,
        },
        None => None,
    };
    match account {
        Some(account) if !account.view.disabled => {
            start_session(platform, &account.view, true).await
        }
        _ => Err(Problem::not_found("demonstration", "here")),
    }
}

async fn start_session(
    platform: &Platform,
    account: &AccountView,
    demo: bool,
) -> ApiResult<Response> {
    let clock = &platform.clock;
    let secret = new_secret(clock.as_ref(), "");
    let csrf = new_secret(clock.as_ref(), "");
    let grants = store::plain(&account.grants);
    let actor = base::Actor {
        kind: base::ActorKind::Person,
        id: account.id.to_string(),
        name: account.name.clone(),
    };
    let ctx = Ctx::new(actor, grants.clone(), clock.clone(), "sign-in".into());
    let mut tx = platform.db.write().await?;
    store::start_session(&mut tx, account.id, &secret, &csrf, ctx.now).await?;
    audit(&mut tx, &ctx, "session.create", format!("account:{}", account.id), json!({})).await?;
    tx.commit().await?;
    let (id, email, name) = (account.id, account.email.clone(), account.name.clone());
    let view = SessionView { account: SessionAccount { id, email, name }, grants, csrf, demo };
    Ok(with_cookie(platform.https, Json(view), &secret, SESSION_HOURS * 3_600))
}

pub(super) fn with_cookie(
    https: bool,
    body: impl IntoResponse,
    secret: &str,
    max_age: u64,
) -> Response {
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!(
        "{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}"
    );
    let mut response = body.into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "platform",
    responses((status = 204), (status = 401, body = Problem)))]
async fn session_delete(
    State(state): State<SignIn>,
    ctx: Ctx,
    headers: axum::http::HeaderMap,
) -> ApiResult<Response> {
    let mut tx = state.platform.db.write().await?;
    if let Some(secret) = cookie(&headers, SESSION_COOKIE) {
        tx.run(store::SESSION_DELETE, args![secret_hash(secret)]).await?;
    }
    let subject = format!("account:{}", ctx.actor.id);
    audit(&mut tx, &ctx, "session.delete", subject, json!({})).await?;
    tx.commit().await?;
    Ok(with_cookie(state.platform.https, StatusCode::NO_CONTENT, "", 0))
}

/// The accounts with their roles, by e-mail.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "platform", params(PageQuery),
    responses((status = 200, body = Page<AccountView>), (status = 403, body = Problem)))]
async fn account_list(
    State(state): State<SignIn>,
    ctx: Ctx,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<AccountView>>> {
    ctx.require(Action::Administer, Scope::System)?;
    let mut tx = state.platform.db.read().await?;
    let rows = store::account_list(&mut tx, query.after.clone(), query.fetch()).await?;
    Ok(Json(query.page(rows, |account| account.email.clone())))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountCreate {
    email: String,
    name: String,
    /// At least 10 characters.
    password: String,
    /// Roles to begin with.
    #[serde(default)]
    grants: Vec<Grant>,
}

/// Adds an account.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "platform", request_body = AccountCreate,
    responses((status = 201, body = AccountView), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn account_create(
    State(state): State<SignIn>,
    ctx: Ctx,
    Json(body): Json<AccountCreate>,
) -> ApiResult<(StatusCode, Json<AccountView>)> {
    ctx.require(Action::Administer, Scope::System)?;
    let view = create_account(&state.platform, &ctx, body).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn create_account(
    platform: &Platform,
    ctx: &Ctx,
    body: AccountCreate,
) -> ApiResult<AccountView> {
    let password = Password::new(body.password).map_err(SignInError::from)?;
    let grants = body.grants;
    let id = create(platform, ctx, &body.email, &body.name, password, &grants).await?;
    let account = store::account(&mut platform.db.read().await?, id).await?;
    Ok(account.ok_or_else(|| Problem::not_found("account", id))?.view)
}

/// Makes an account with roles: for the API, the set-up page, the command line and the demonstration.
pub async fn create(
    platform: &Platform,
    ctx: &Ctx,
    email: &str,
    name: &str,
    password: Password,
    grants: &[Grant],
) -> ApiResult<AccountId> {
    let email = parse_email(email)?;
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(Problem::invalid_field("/name", "give a name of 1 to 100 characters"));
    }
    let hash = password.hash(platform.clock.as_ref()).await;
    let id = ctx.new_id::<Account>();
    let mut tx = platform.db.write().await?;
    if store::account_by_email(&mut tx, &email).await?.is_some() {
        return Err(SignInError::EmailTaken(email).into());
    }
    store::add_account(&mut tx, id, &email, name.trim(), &hash, ctx.now).await?;
    for grant in grants {
        store::add_grant(&mut tx, ctx.new_id(), id, *grant, ctx.now).await?;
    }
    let detail = json!({ "email": email, "grants": grants });
    audit(&mut tx, ctx, "account.create", format!("account:{id}"), detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// A change to an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountUpdate {
    /// The version that the caller saw.
    version: i64,
    name: Option<String>,
    disabled: Option<bool>,
    /// A new password; ends all sessions of the account.
    password: Option<String>,
}

/// Renames, disables, or sets the password of an account.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "platform", request_body = AccountUpdate,
    params(("id" = String, Path)),
    responses((status = 200, body = AccountView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn account_update(
    State(state): State<SignIn>,
    ctx: Ctx,
    Path(id): Path<AccountId>,
    Json(body): Json<AccountUpdate>,
) -> ApiResult<Json<AccountView>> {
    ctx.require(Action::Administer, Scope::System)?;
    let platform = &state.platform;
    let hash = match body.password {
        Some(text) => {
            let password = Password::new(text).map_err(SignInError::from)?;
            Some(password.hash(platform.clock.as_ref()).await)
        }
        None => None,
    };
    let mut tx = platform.db.write_in_turn("account", "").await?;
    let account = store::account(&mut tx, id).await?;
    let old = account.ok_or_else(|| Problem::not_found("account", id))?.view;
    if body.version != old.version {
        return Err(Problem::stale("account", body.version, old.version));
    }
    let disabled = body.disabled.unwrap_or(old.disabled);
    if disabled && store::is_last_administrator(&mut tx, id).await? {
        return Err(SignInError::LastAdministrator.into());
    }
    let name = body.name.unwrap_or_else(|| old.name.clone());
    let new_password = hash.is_some();
    tx.run(store::ACCOUNT_UPDATE, args![id, old.version, &name, disabled, hash]).await?;
    if disabled || new_password {
        tx.run(store::SESSION_DELETE_ALL, args![id]).await?;
    }
    let detail = json!({ "old": { "name": old.name, "disabled": old.disabled },
        "new": { "name": name, "disabled": disabled }, "password_set": new_password });
    audit(&mut tx, &ctx, "account.update", format!("account:{id}"), detail).await?;
    tx.commit().await?;
    let account = store::account(&mut platform.db.read().await?, id).await?;
    Ok(Json(account.ok_or_else(|| Problem::not_found("account", id))?.view))
}

/// Gives an account a role.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/grants", tag = "platform", request_body = Grant,
    params(("id" = String, Path)),
    responses((status = 201, body = Vec<GrantView>), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn grant_create(
    State(state): State<SignIn>,
    ctx: Ctx,
    Path(id): Path<AccountId>,
    Json(grant): Json<Grant>,
) -> ApiResult<(StatusCode, Json<Vec<GrantView>>)> {
    ctx.require_grant(grant.scope)?;
    let mut tx = state.platform.db.write().await?;
    if store::account(&mut tx, id).await?.is_none() {
        return Err(Problem::not_found("account", id));
    }
    store::add_grant(&mut tx, ctx.new_id(), id, grant, ctx.now).await?;
    audit(&mut tx, &ctx, "grant.create", format!("account:{id}"), json!(grant)).await?;
    let account = store::account(&mut tx, id).await?;
    tx.commit().await?;
    let grants = account.map(|account| account.view.grants).unwrap_or_default();
    Ok((StatusCode::CREATED, Json(grants)))
}

/// Takes a role away.
#[utoipa::path(delete, path = "/api/v1/grants/{id}", tag = "platform", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn grant_delete(
    State(state): State<SignIn>,
    ctx: Ctx,
    Path(id): Path<RoleGrantId>,
) -> ApiResult<StatusCode> {
    let mut tx = state.platform.db.write_in_turn("account", "").await?;
    let found = store::grant_owner(&mut tx, id).await?;
    let (account, grant) = found.ok_or_else(|| Problem::not_found("grant", id))?;
    ctx.require(Action::Administer, grant.scope)?;
    let rules_system = grant.role == Role::Administrator && grant.scope == Scope::System;
    if rules_system && store::is_last_administrator(&mut tx, account).await? {
        return Err(SignInError::LastAdministrator.into());
    }
    tx.run(store::GRANT_DELETE, args![id]).await?;
    audit(&mut tx, &ctx, "grant.delete", format!("account:{account}"), json!(grant)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The API tokens, without their secrets.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "platform", params(PageQuery),
    responses((status = 200, body = Page<TokenView>), (status = 403, body = Problem)))]
async fn token_list(
    State(state): State<SignIn>,
    ctx: Ctx,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<TokenView>>> {
    ctx.require(Action::Administer, Scope::System)?;
    let mut tx = state.platform.db.read().await?;
    let rows = store::token_list(&mut tx, query.after()?, query.fetch()).await?;
    Ok(Json(query.page(rows, |token| token.id.to_string())))
}

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenCreate {
    /// What it is for.
    name: String,
    role: Role,
    scope: Scope,
    expires_at: Option<Instant>,
}

/// A new token with its secret, shown this once.
#[derive(Serialize, ToSchema)]
pub struct TokenCreated {
    /// The secret: send it as `Authorization: Bearer …`. It is not stored and cannot be shown again.
    token: String,
    #[serde(flatten)]
    view: TokenView,
}

/// Makes an API token; the answer is the only time its secret is shown.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "platform", request_body = TokenCreate,
    responses((status = 201, body = TokenCreated), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn token_create(
    State(state): State<SignIn>,
    ctx: Ctx,
    Json(body): Json<TokenCreate>,
) -> ApiResult<(StatusCode, Json<TokenCreated>)> {
    ctx.require_grant(body.scope)?;
    let grant = Grant { role: body.role, scope: body.scope };
    let (token, view) =
        create_token(&state.platform, &ctx, &body.name, grant, body.expires_at).await?;
    Ok((StatusCode::CREATED, Json(TokenCreated { token, view })))
}

/// Makes a token: for the API and the command line.
pub async fn create_token(
    platform: &Platform,
    ctx: &Ctx,
    name: &str,
    grant: Grant,
    expires_at: Option<Instant>,
) -> ApiResult<(String, TokenView)> {
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(Problem::invalid_field("/name", "say in 1 to 100 characters what it is for"));
    }
    if expires_at.is_some_and(|at| at <= ctx.now) {
        return Err(Problem::invalid_field("/expires_at", "give a time that is still to come"));
    }
    let secret = new_secret(platform.clock.as_ref(), "sdn_");
    let view = TokenView {
        id: ctx.new_id(),
        name: name.trim().to_owned(),
        role: grant.role,
        scope: grant.scope,
        created_by: ctx.actor.name.clone(),
        created_at: ctx.now,
        expires_at,
        revoked_at: None,
    };
    let mut tx = platform.db.write().await?;
    store::add_token(&mut tx, &view, &secret).await?;
    audit(&mut tx, ctx, "token.create", format!("token:{}", view.id), json!(grant)).await?;
    tx.commit().await?;
    Ok((secret, view))
}

/// Revokes a token at once.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "platform", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn token_revoke(
    State(state): State<SignIn>,
    ctx: Ctx,
    Path(id): Path<ApiTokenId>,
) -> ApiResult<StatusCode> {
    let mut tx = state.platform.db.write().await?;
    let token = store::token(&mut tx, id).await?;
    let token = token.ok_or_else(|| Problem::not_found("token", id))?;
    ctx.require(Action::Administer, token.scope)?;
    tx.run(store::TOKEN_REVOKE, args![id, ctx.now]).await?;
    audit(&mut tx, &ctx, "token.revoke", format!("token:{id}"), json!({})).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    subject: String,
    detail: serde_json::Value,
) -> ApiResult<()> {
    Ok(tx.audit(ctx, Audit { action, subject, complex: None, detail }).await?)
}
