//! What people do about one alarm: eight operations of one shape.

use axum::extract::State as Shared;
use base::{Actor, Id, Instant};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::AlarmView;
use super::{Alarm, AlarmError, Change, Operation, api, rules};
use crate::Control;

pub(crate) fn routes() -> OpenApiRouter<Control> {
    OpenApiRouter::new()
        .routes(routes!(alarm_acknowledge))
        .routes(routes!(alarm_reset))
        .routes(routes!(alarm_shelve))
        .routes(routes!(alarm_unshelve))
        .routes(routes!(alarm_suppress))
        .routes(routes!(alarm_unsuppress))
        .routes(routes!(alarm_out_of_service))
        .routes(routes!(alarm_return_to_service))
}

/// A word about what was done.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmNote {
    /// Free text, 1,000 characters at most.
    #[serde(default)]
    note: Option<String>,
}

/// Why an alarm is put aside, and until when.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmShelve {
    /// Why.
    reason: String,
    /// Until when: 12 hours from now at most.
    until: Instant,
}

/// Why an alarm is suppressed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmSuppress {
    /// Why: the state of the plant, the works.
    reason: String,
}

/// What brings the thing back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmOutOfService {
    /// The work order.
    work_order: String,
}

/// One operation in its own transaction; the evaluation loop hears of it, because a shelf may end
/// earlier now than any it knew.
async fn done(
    control: &Control,
    ctx: &Ctx,
    id: Id<Alarm>,
    operation: Operation,
    decide: impl FnOnce(&Alarm, &Actor, Instant) -> Result<Change, AlarmError>,
) -> ApiResult<Json<AlarmView>> {
    let mut tx = control.platform.db.write().await?;
    let decide = |alarm: &Alarm| decide(alarm, &ctx.actor, ctx.now);
    let alarm = api::operate(&mut tx, ctx, id, operation, decide).await?;
    tx.commit().await?;
    control.count(operation);
    control.nudge();
    Ok(Json(AlarmView::of(&alarm, ctx)))
}

/// Takes note of an alarm: the operator has seen it and deals with it.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/acknowledge", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmNote,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_acknowledge(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmNote>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::Acknowledge, |alarm, by, now| {
        rules::acknowledge(alarm, by, body.note.as_deref(), now)
    })
    .await
}

/// Releases a latched alarm whose cause has gone.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/reset", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmNote,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_reset(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmNote>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::Reset, |alarm, by, now| {
        rules::reset(alarm, by, body.note.as_deref(), now)
    })
    .await
}

/// Puts an alarm aside until a time. An emergency is put aside when a second person asks for the same
/// within 15 minutes; after the first call it only carries `shelve_asked_by`.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/shelve", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmShelve,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_shelve(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmShelve>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::Shelve, |alarm, by, now| {
        rules::shelve(alarm, by, &body.reason, body.until, now)
    })
    .await
}

/// Takes an alarm off the shelf before its time.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/unshelve", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmNote,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_unshelve(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmNote>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::Unshelve, |alarm, by, now| {
        rules::unshelve(alarm, by, body.note.as_deref(), now)
    })
    .await
}

/// Keeps an alarm silent because the design of the plant says that it has no meaning now.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/suppress", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmSuppress,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_suppress(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmSuppress>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::Suppress, |alarm, by, now| {
        rules::suppress(alarm, by, &body.reason, now)
    })
    .await
}

/// Lets a suppressed alarm be heard again.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/unsuppress", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmNote,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_unsuppress(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmNote>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::Unsuppress, |alarm, by, now| {
        rules::unsuppress(alarm, by, body.note.as_deref(), now)
    })
    .await
}

/// Keeps an alarm silent while the thing is under repair.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/out_of_service", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmOutOfService,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_out_of_service(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmOutOfService>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::TakeOutOfService, |alarm, by, now| {
        rules::take_out_of_service(alarm, by, &body.work_order, now)
    })
    .await
}

/// Ends the repair: the alarm is heard again.
#[utoipa::path(
    post, path = "/api/v1/alarms/{id}/return_to_service", tag = "control",
    params(("id" = Uuid, Path)), request_body = AlarmNote,
    responses(
        (status = 200, body = AlarmView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_return_to_service(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Json(body): Json<AlarmNote>,
) -> ApiResult<Json<AlarmView>> {
    done(&control, &ctx, id, Operation::ReturnToService, |alarm, by, now| {
        rules::return_to_service(alarm, by, body.note.as_deref(), now)
    })
    .await
}
