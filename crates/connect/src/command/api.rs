//! Commands over HTTP: given by whoever operates the device, seen by whoever sees its alarms.

use axum::extract::State as Shared;
use base::noun::{Complex, Device};
use base::{Action, Id, Page, PageQuery, Scope, allows};
use platform::bus::Event;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use telemetry::ingress::device_scope;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::work::Commands;
use super::{Command, CommandError, CommandNew, OPEN_PER_DEVICE_MAX, State, rules, store};

pub(crate) fn routes() -> OpenApiRouter<Commands> {
    OpenApiRouter::new()
        .routes(routes!(command_list, command_create))
        .routes(routes!(command_get))
        .routes(routes!(command_cancel))
}

/// Which commands to list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommandQuery {
    /// In this complex.
    #[param(value_type = Option<Uuid>)]
    complex: Option<Id<Complex>>,
    /// To this device.
    #[param(value_type = Option<Uuid>)]
    device: Option<Id<Device>>,
    /// In this state.
    state: Option<State>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Commands to devices within reach, the newest first.
#[utoipa::path(
    get, path = "/api/v1/commands", tag = "connect", params(CommandQuery),
    responses((status = 200, body = Page<Command>), (status = 403, body = Problem))
)]
pub(crate) async fn command_list(
    Shared(commands): Shared<Commands>,
    ctx: Ctx,
    Query(query): Query<CommandQuery>,
) -> ApiResult<Json<Page<Command>>> {
    ctx.require_somewhere(Action::ReadAlarms)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let filter = store::Filter {
        reach: &reach(&ctx),
        complex: query.complex,
        device: query.device,
        state: query.state,
        after: page.after()?,
    };
    let mut tx = commands.platform.db.read().await?;
    let items = store::list(&mut tx, filter, page.fetch()).await?;
    Ok(Json(page.page(items, |command| command.id.to_string())))
}

/// Has a device do something. It is delivered as soon as the device is connected, and never after its
/// expiry.
#[utoipa::path(
    post, path = "/api/v1/commands", tag = "connect", request_body = CommandNew,
    responses(
        (status = 200, body = Command), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem),
    )
)]
pub(crate) async fn command_create(
    Shared(commands): Shared<Commands>,
    ctx: Ctx,
    Json(new): Json<CommandNew>,
) -> ApiResult<Json<Command>> {
    let snapshot = commands.ingest.directory().snapshot();
    let device = snapshot.device(new.device_id);
    let device = device.filter(|device| ctx.may(Action::ReadRegistry, device_scope(device)));
    let device = device.ok_or_else(|| Problem::not_found("device", new.device_id))?;
    let scope = device_scope(device);
    ctx.require(Action::Operate, scope)?;
    if device.retired {
        return Err(CommandError::Retired.into());
    }
    let command = rules::request(ctx.new_id(), new, &device.key, scope, &ctx.actor, ctx.now);
    let command = command.map_err(refusal)?;
    let mut tx = commands.platform.db.write_in_turn("command", command.device_id).await?;
    if store::count_open(&mut tx, command.device_id).await? >= OPEN_PER_DEVICE_MAX {
        return Err(CommandError::TooMany.into());
    }
    store::insert(&mut tx, &command).await?;
    record(&mut tx, &ctx, "command.create", &command).await?;
    tx.commit().await?;
    commands.nudge.notify_one();
    Ok(Json(command))
}

/// One command.
#[utoipa::path(
    get, path = "/api/v1/commands/{id}", tag = "connect", params(("id" = Uuid, Path)),
    responses((status = 200, body = Command), (status = 404, body = Problem))
)]
pub(crate) async fn command_get(
    Shared(commands): Shared<Commands>,
    ctx: Ctx,
    Path(id): Path<Id<Command>>,
) -> ApiResult<Json<Command>> {
    let mut tx = commands.platform.db.read().await?;
    Ok(Json(visible(&ctx, id, store::find(&mut tx, id).await?)?))
}

/// Takes a command back that was not delivered yet.
#[utoipa::path(
    post, path = "/api/v1/commands/{id}/cancel", tag = "connect", params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = Command), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
    )
)]
pub(crate) async fn command_cancel(
    Shared(commands): Shared<Commands>,
    ctx: Ctx,
    Path(id): Path<Id<Command>>,
) -> ApiResult<Json<Command>> {
    let mut tx = commands.platform.db.write().await?;
    let command = visible(&ctx, id, store::find(&mut tx, id).await?)?;
    ctx.require(Action::Operate, command.scope())?;
    let next = rules::cancel(&command, ctx.now)?;
    if !store::update(&mut tx, &next).await? {
        return Err(CommandError::Changed.into());
    }
    record(&mut tx, &ctx, "command.cancel", &next).await?;
    tx.commit().await?;
    Ok(Json(next))
}

/// The audit row of a change, and the news of it after the commit.
pub(super) async fn record(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    command: &Command,
) -> ApiResult<()> {
    let detail = json!({
        "device": command.device_key, "kind": command.kind, "payload": command.payload,
        "reason": command.reason, "expires_at": command.expires_at, "state": command.state,
        "detail": command.detail, "version": command.version,
    });
    let audit = Audit {
        action,
        subject: format!("command:{}", command.id),
        complex: Some(command.complex_id),
        detail,
    };
    tx.audit(ctx, audit).await?;
    tx.notify(Event {
        kind: "command.changed",
        scope: command.scope(),
        action: Action::ReadAlarms,
        body: json!({ "id": command.id, "device_id": command.device_id, "state": command.state }),
    });
    Ok(())
}

fn visible(ctx: &Ctx, id: Id<Command>, command: Option<Command>) -> Result<Command, CommandError> {
    let seen = command.filter(|command| ctx.may(Action::ReadAlarms, command.scope()));
    seen.ok_or(CommandError::NotFound(id))
}

/// What the actor sees: `*`, or the ids of complexes and establishments one after the other.
fn reach(ctx: &Ctx) -> String {
    let within = ctx.grants.iter().filter_map(|grant| {
        let sees = allows(std::slice::from_ref(grant), Action::ReadAlarms, grant.scope);
        match grant.scope {
            _ if !sees => None,
            Scope::System => Some("*".to_owned()),
            Scope::Complex(id) => Some(id.to_string()),
            Scope::Establishment { id, .. } => Some(id.to_string()),
            Scope::Organisation(_) => None,
        }
    });
    let within: Vec<String> = within.collect();
    if within.iter().any(|text| text == "*") { "*".to_owned() } else { within.join(" ") }
}

/// A refusal as problem+json; what is wrong with a field points at it.
fn refusal(error: CommandError) -> Problem {
    match error {
        CommandError::Invalid(pointer, detail) => Problem::invalid_field(pointer, detail),
        error => Problem::from(error),
    }
}
