//! What a visitor may know before signing in, and the set-up of a new system.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Grant, Role, Scope};
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem};
use platform::sign_in::{self, Password, SignInError};
use platform::trouble::Trouble;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) fn routes(app: &App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(system_get))
        .routes(routes!(system_health))
        .routes(routes!(system_set_up))
        .with_state(app.clone())
}

/// What a visitor may know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct System {
    /// 산단
    name: &'static str,
    /// Version of the program.
    version: &'static str,
    /// Whether an administrator exists; if not, the set-up link works.
    set_up: bool,
    /// Whether the demonstration complex is loaded: invented data (시연 데이터).
    demo: bool,
    /// The language to begin with.
    locale: &'static str,
    /// Where map tiles come from, if configured; else the bundled schematic map is shown.
    map_tile_url: Option<String>,
}

/// Name, version and state of this system.
#[utoipa::path(get, path = "/api/v1/system", tag = "system",
    responses((status = 200, body = System)))]
async fn system_get(State(app): State<App>) -> ApiResult<Json<System>> {
    let db = &app.platform.db;
    let demo = sign_in::store::setting(db, sign_in::api::DEMO_ACCOUNT).await?.is_some();
    Ok(Json(System {
        name: "산단",
        version: env!("CARGO_PKG_VERSION"),
        set_up: sign_in::store::any_account(db).await?,
        demo,
        locale: "ko",
        map_tile_url: app.options.map_tile_url.clone(),
    }))
}

/// What is wrong with the platform itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SystemHealth {
    /// What stands now, the oldest first; empty when all is well.
    troubles: Vec<Trouble>,
}

/// What is wrong with the platform itself right now, such as a full disk. For administrators of
/// the system: paths of files stand in it.
#[utoipa::path(get, path = "/api/v1/system/health", tag = "system",
    responses((status = 200, body = SystemHealth), (status = 403, body = Problem)))]
async fn system_health(State(app): State<App>, ctx: Ctx) -> ApiResult<Json<SystemHealth>> {
    ctx.require(base::Action::Administer, Scope::System)?;
    Ok(Json(SystemHealth { troubles: app.platform.troubles.list() }))
}

/// How a new system begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Start {
    /// With nothing in it.
    Empty,
    /// With the demonstration complex: invented, marked 「시연 데이터」.
    Demo,
}

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUp {
    /// From the link that `sandan serve` printed.
    token: String,
    email: String,
    name: String,
    /// At least 10 characters.
    password: String,
    start: Start,
}

/// What the set-up did.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetUpDone {
    /// Sign in with this.
    email: String,
    /// Whether the demonstration complex was loaded.
    demo: bool,
}

/// Makes the first administrator; works once, with the token of the printed link.
#[utoipa::path(post, path = "/api/v1/setup", tag = "system", request_body = SetUp,
    responses((status = 201, body = SetUpDone), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn system_set_up(
    State(app): State<App>,
    Json(body): Json<SetUp>,
) -> ApiResult<(StatusCode, Json<SetUpDone>)> {
    if sign_in::store::any_account(&app.platform.db).await? {
        return Err(Problem::new(
            base::ErrorKind::Conflict,
            "already_set_up",
            "this system has an administrator already: sign in",
        ));
    }
    let expected = app.set_up_token.as_deref().unwrap_or_default();
    if expected.is_empty() || !bool::from(body.token.as_bytes().ct_eq(expected.as_bytes())) {
        return Err(Problem::forbidden(
            "the set-up link is not the one of this start: use the link that sandan serve printed last",
        ));
    }
    let ctx = Ctx::system(&app.platform.clock, "setup");
    let password = Password::new(body.password).map_err(SignInError::from)?;
    let grant = Grant { role: Role::Administrator, scope: Scope::System };
    sign_in::api::create(&app.platform, &ctx, &body.email, &body.name, password, &[grant]).await?;
    let demo = body.start == Start::Demo;
    if demo {
        crate::demo::load(&app, &ctx).await?;
    }
    Ok((StatusCode::CREATED, Json(SetUpDone { email: body.email, demo })))
}
