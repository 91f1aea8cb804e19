//! Alarms over HTTP: lists, one alarm with its history, and what people do about it.
//!
//! Every handler asks for permission at the alarm's own scope; who may not see an alarm is told that
//! there is none.

use std::collections::BTreeMap;

use axum::extract::State as Shared;
use base::noun::{Complex, Establishment};
use base::{Action, Coded, FieldError, Grade, Id, Instant, Page, PageQuery, Scope};
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::store::{self, Cursor, Filter};
use super::view::{self, AlarmView, TransitionView};
use super::{Alarm, AlarmError, Change, Operation, State, rules};
use crate::Control;
use crate::reach::Reach;

/// Alarms acknowledged with one call at most.
pub(crate) const ACKNOWLEDGE_MAX: usize = 1_000;
/// Of these, in one transaction, so that others get their turn at the writer.
const ACKNOWLEDGE_IN_ONE: usize = 50;
/// An alarm that is open for longer is stale.
pub(crate) const STALE_AFTER: std::time::Duration = std::time::Duration::from_hours(24);

pub(crate) fn routes() -> OpenApiRouter<Control> {
    OpenApiRouter::new()
        .routes(routes!(alarm_list))
        .routes(routes!(alarm_summary))
        .routes(routes!(alarm_acknowledge_many))
        .routes(routes!(alarm_get))
        .routes(routes!(alarm_transition_list))
        .merge(super::operate::routes())
}

/// Which alarms to list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmQuery {
    /// Of this complex.
    #[param(value_type = Option<Uuid>)]
    complex: Option<Id<Complex>>,
    /// Of this tenant.
    #[param(value_type = Option<Uuid>)]
    establishment: Option<Id<Establishment>>,
    /// `open` (the default), `all`, or one state such as `shelved`.
    state: Option<String>,
    /// Of this grade.
    grade: Option<Grade>,
    /// Of this device.
    #[param(value_type = Option<Uuid>)]
    device: Option<Uuid>,
    /// Of this point.
    #[param(value_type = Option<Uuid>)]
    point: Option<Uuid>,
    /// Raised by this rule.
    #[param(value_type = Option<Uuid>)]
    rule: Option<Uuid>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The alarms that need a response, or all that there were; the newest first.
#[utoipa::path(
    get, path = "/api/v1/alarms", tag = "control", params(AlarmQuery),
    responses((status = 200, body = Page<AlarmView>), (status = 403, body = Problem))
)]
pub(crate) async fn alarm_list(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Query(query): Query<AlarmQuery>,
) -> ApiResult<Json<Page<AlarmView>>> {
    let reach = Reach::of(&ctx, Action::ReadAlarms, query.complex, query.establishment)?;
    let (open, state) = state_filter(query.state.as_deref())?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let filter = Filter {
        complex: reach.complex,
        owner: reach.establishment,
        open,
        state,
        grade: query.grade.map(Grade::as_str),
        device: query.device.map(|id| id.to_string()),
        subject: query.point.map(|id| format!("point:{id}")),
        rule: query.rule.map(|id| id.to_string()),
        after: page.after()?,
    };
    let mut tx = control.platform.db.read().await?;
    let alarms = store::list(&mut tx, &filter, page.fetch()).await?;
    let Page { items, next } = page.page(alarms, |alarm| Cursor::of(alarm).to_string());
    let items = items.iter().map(|alarm| AlarmView::of(alarm, &ctx)).collect();
    Ok(Json(Page { items, next }))
}

fn state_filter(word: Option<&str>) -> ApiResult<(Option<bool>, Option<&'static str>)> {
    match word {
        None | Some("open") => Ok((Some(true), None)),
        Some("all") => Ok((None, None)),
        Some(word) => {
            let state = word.parse::<State>().map_err(|error| {
                Problem::invalid_field("/state", format!("{error}, or 'open' or 'all'"))
            })?;
            Ok((None, Some(state.as_str())))
        }
    }
}

/// Whose alarms to count.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmSummaryQuery {
    /// Of this complex.
    #[param(value_type = Option<Uuid>)]
    complex: Option<Id<Complex>>,
    /// Of this tenant.
    #[param(value_type = Option<Uuid>)]
    establishment: Option<Id<Establishment>>,
}

/// Open alarms in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AlarmSummary {
    /// All open alarms.
    open: u64,
    /// Of these, not acknowledged and not kept silent: what the operator must look at.
    unacknowledged: u64,
    /// Of these, kept silent (shelved, suppressed, out of service).
    silenced: u64,
    /// Of these, open for more than a day.
    stale: u64,
    /// By grade; every grade is there.
    grades: BTreeMap<&'static str, AlarmSummaryGrade>,
    /// By state; states without alarms are left out.
    states: BTreeMap<&'static str, u64>,
}

/// Open alarms of one grade.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AlarmSummaryGrade {
    /// All that are heard.
    open: u64,
    /// Of these, not acknowledged.
    unacknowledged: u64,
    /// Beside these, kept silent.
    silenced: u64,
}

/// How many alarms are open, by grade and state.
#[utoipa::path(
    get, path = "/api/v1/alarms/summary", tag = "control", params(AlarmSummaryQuery),
    responses((status = 200, body = AlarmSummary), (status = 403, body = Problem))
)]
pub(crate) async fn alarm_summary(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Query(query): Query<AlarmSummaryQuery>,
) -> ApiResult<Json<AlarmSummary>> {
    let reach = Reach::of(&ctx, Action::ReadAlarms, query.complex, query.establishment)?;
    let mut tx = control.platform.db.read().await?;
    let stale_before = ctx.now - STALE_AFTER;
    let counts = store::summary(&mut tx, reach.complex, reach.establishment, stale_before).await?;
    Ok(Json(summarise(&counts)))
}

fn summarise(counts: &[store::Count]) -> AlarmSummary {
    let mut summary = AlarmSummary {
        open: 0,
        unacknowledged: 0,
        silenced: 0,
        stale: 0,
        grades: Grade::ALL.map(|grade| (grade.as_str(), AlarmSummaryGrade::default())).into(),
        states: BTreeMap::new(),
    };
    for count in counts {
        let alarms = count.alarms;
        let grade = summary.grades.entry(count.grade.as_str()).or_default();
        summary.open += alarms;
        summary.stale += count.stale;
        *summary.states.entry(count.state.as_str()).or_default() += alarms;
        match count.state {
            State::Shelved | State::Suppressed | State::OutOfService => {
                summary.silenced += alarms;
                grade.silenced += alarms;
            }
            State::Unacknowledged
            | State::ReturnedUnacknowledged
            | State::LatchedUnacknowledged => {
                summary.unacknowledged += alarms;
                grade.unacknowledged += alarms;
                grade.open += alarms;
            }
            State::Normal | State::Acknowledged | State::LatchedAcknowledged => {
                grade.open += alarms;
            }
        }
    }
    summary
}

/// One alarm.
#[utoipa::path(
    get, path = "/api/v1/alarms/{id}", tag = "control", params(("id" = Uuid, Path)),
    responses((status = 200, body = AlarmView), (status = 404, body = Problem))
)]
pub(crate) async fn alarm_get(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
) -> ApiResult<Json<AlarmView>> {
    let mut tx = control.platform.db.read().await?;
    let alarm = visible(&ctx, id, store::find(&mut tx, id).await?)?;
    Ok(Json(AlarmView::of(&alarm, &ctx)))
}

/// What happened to an alarm, in order: who, when, why, from which state to which.
#[utoipa::path(
    get, path = "/api/v1/alarms/{id}/transitions", tag = "control",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<TransitionView>), (status = 404, body = Problem))
)]
pub(crate) async fn alarm_transition_list(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<Alarm>>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<TransitionView>>> {
    let after = query.after::<u32>()?.unwrap_or(0);
    let mut tx = control.platform.db.read().await?;
    let alarm = visible(&ctx, id, store::find(&mut tx, id).await?)?;
    let values = view::may_see_values(&ctx, &alarm.origin);
    let lines = store::transitions(&mut tx, id, after, query.fetch()).await?;
    let Page { items, next } = query.page(lines, |line| line.version.to_string());
    let items = items.into_iter().map(|line| TransitionView::of(line, values)).collect();
    Ok(Json(Page { items, next }))
}

/// Which alarms to acknowledge.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmAcknowledgeMany {
    /// At most 1,000 alarms.
    #[schema(value_type = Vec<Uuid>)]
    ids: Vec<Id<Alarm>>,
    /// A word about all of them.
    note: Option<String>,
}

/// What became of one alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AlarmAcknowledged {
    /// The alarm.
    #[schema(value_type = Uuid)]
    id: Id<Alarm>,
    /// Its state now, when it was acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    /// The code of the refusal: `alarm.already_acknowledged`, `forbidden` …
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The refusal in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What became of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AlarmAcknowledgedMany {
    /// In the order given.
    results: Vec<AlarmAcknowledged>,
}

/// Acknowledges many alarms at once and tells of each what became of it.
#[utoipa::path(
    post, path = "/api/v1/alarms/acknowledge", tag = "control",
    request_body = AlarmAcknowledgeMany,
    responses(
        (status = 200, body = AlarmAcknowledgedMany),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_acknowledge_many(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Json(body): Json<AlarmAcknowledgeMany>,
) -> ApiResult<Json<AlarmAcknowledgedMany>> {
    ctx.require_somewhere(Action::Operate)?;
    if body.ids.is_empty() || body.ids.len() > ACKNOWLEDGE_MAX {
        let detail = format!("{} alarms: give 1 to {ACKNOWLEDGE_MAX}", body.ids.len());
        return Err(Problem::invalid_field("/ids", detail));
    }
    let mut results = Vec::with_capacity(body.ids.len());
    for ids in body.ids.chunks(ACKNOWLEDGE_IN_ONE) {
        let mut tx = control.platform.db.write().await?;
        for id in ids {
            let note = body.note.as_deref();
            let done = operate(&mut tx, &ctx, *id, Operation::Acknowledge, |alarm| {
                rules::acknowledge(alarm, &ctx.actor, note, ctx.now)
            });
            results.push(match done.await {
                Ok(alarm) => AlarmAcknowledged::done(&alarm),
                // What is no fault of this one alarm ends the call; the chunk is rolled back.
                Err(problem) if problem.status() >= 500 => return Err(problem),
                Err(problem) => AlarmAcknowledged::refused(*id, problem),
            });
        }
        tx.commit().await?;
    }
    Ok(Json(AlarmAcknowledgedMany { results }))
}

impl AlarmAcknowledged {
    fn done(alarm: &Alarm) -> Self {
        Self { id: alarm.id, state: Some(alarm.state()), code: None, detail: None }
    }

    fn refused(id: Id<Alarm>, problem: Problem) -> Self {
        Self { id, state: None, code: Some(problem.code), detail: Some(problem.detail) }
    }
}

/// The alarm, if there is one that `ctx` may know of.
fn visible(ctx: &Ctx, id: Id<Alarm>, alarm: Option<Alarm>) -> Result<Alarm, AlarmError> {
    alarm.filter(|alarm| view::may_see(ctx, alarm.origin.scope())).ok_or(AlarmError::NotFound(id))
}

/// One operation of a person: load, ask for permission, decide, save, audit, in the caller's
/// transaction.
pub(super) async fn operate(
    tx: &mut WriteTx,
    ctx: &Ctx,
    id: Id<Alarm>,
    operation: Operation,
    decide: impl FnOnce(&Alarm) -> Result<Change, AlarmError>,
) -> ApiResult<Alarm> {
    let alarm = visible(ctx, id, store::find(tx, id).await?)?;
    let scope: Scope = alarm.origin.scope();
    ctx.require(Action::Operate, scope)?;
    let change = decide(&alarm).map_err(refusal)?;
    if !alarm.is_open() && change.alarm.is_open() {
        let (complex, key) = (alarm.origin.complex, &alarm.origin.dedupe_key);
        if store::open_by_key(tx, complex, key).await?.is_some() {
            return Err(AlarmError::Superseded.into());
        }
    }
    if !store::save(tx, &change).await? {
        return Err(AlarmError::Changed.into());
    }
    let line = &change.transition;
    let audit = Audit {
        action: audit_action(operation),
        subject: format!("alarm:{id}"),
        complex: Some(alarm.origin.complex),
        detail: json!({
            "operation": line.operation, "from": line.from, "to": line.to, "why": line.why,
            "version": line.version, "shelved_until": shelved_until(&change.alarm),
        }),
    };
    tx.audit(ctx, audit).await?;
    Ok(change.alarm)
}

fn shelved_until(alarm: &Alarm) -> Option<Instant> {
    match &alarm.suppression {
        super::Suppression::Shelved { until, .. } => Some(*until),
        super::Suppression::None
        | super::Suppression::Suppressed { .. }
        | super::Suppression::OutOfService { .. } => None,
    }
}

/// A refusal as problem+json; what is wrong with a field points at it.
fn refusal(error: AlarmError) -> Problem {
    let pointer = match &error {
        AlarmError::TextMissing(field) | AlarmError::TextTooLong(field) => Some(*field),
        AlarmError::ShelfPast | AlarmError::ShelfTooLong => Some("until"),
        _ => None,
    };
    let field = pointer.map(|field| FieldError::new(format!("/{field}"), error.to_string()));
    debug_assert_eq!(field.is_some(), error.kind() == base::ErrorKind::Invalid, "{error}");
    let mut problem = Problem::from(error);
    problem.fields.extend(field);
    problem
}

const fn audit_action(operation: Operation) -> &'static str {
    match operation {
        Operation::Raise => "alarm.raise",
        Operation::ReturnToNormal => "alarm.return_to_normal",
        Operation::Update => "alarm.update",
        Operation::Acknowledge => "alarm.acknowledge",
        Operation::Reset => "alarm.reset",
        Operation::AskToShelve => "alarm.ask_to_shelve",
        Operation::Shelve => "alarm.shelve",
        Operation::Unshelve => "alarm.unshelve",
        Operation::Suppress => "alarm.suppress",
        Operation::Unsuppress => "alarm.unsuppress",
        Operation::TakeOutOfService => "alarm.take_out_of_service",
        Operation::ReturnToService => "alarm.return_to_service",
    }
}
