//! What a reader sees of an alarm: one flat shape, in which a value that the reader may not see is not
//! there.

use base::noun::{Complex, Device, Establishment};
use base::{Action, Actor, Grade, Id, Instant, Position, Scope};
use platform::Ctx;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Alarm, Condition, Operation, Origin, State, Suppression, Title, Transition};
use crate::alarm_rule::AlarmRule;

/// An alarm, as its reader may see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Alarm)]
#[expect(clippy::struct_excessive_bools, reason = "JSON facts that do not depend on each other")]
pub(crate) struct AlarmView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: Id<Alarm>,
    /// The complex.
    #[schema(value_type = Uuid)]
    pub complex_id: Id<Complex>,
    /// The tenant that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// The rule that raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub rule_id: Option<Id<AlarmRule>>,
    /// `rule`, or the source of a signal.
    pub source: String,
    /// `above`, `below`, `absent`; `imported_above` or `imported_below` for what was found in the past
    /// by an import; or the kind of a signal.
    pub kind: String,
    /// `point:ID`, `device:ID`, `establishment:ID`.
    pub subject: String,
    /// The device, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub device_id: Option<Id<Device>>,
    /// How bad.
    pub grade: Grade,
    /// Whether the cause is there.
    pub condition: Condition,
    /// Whether somebody took note.
    pub acknowledged: bool,
    /// Whether and how it is kept silent.
    pub suppression: SuppressionKind,
    /// Whether it stays until a reset.
    pub latched: bool,
    /// The state of ISA-18.2 that these four amount to.
    pub state: State,
    /// Its letter, A to I.
    pub letter: char,
    /// The sentence as code and parameters.
    pub title: Title,
    /// The value that set it on, unless hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Whether there is a value that this reader may not see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub value_hidden: bool,
    /// Unit of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Position>,
    /// When it was first raised; of what an import found, when its worst reading was measured.
    pub raised_at: Instant,
    /// When the cause went, while it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned_at: Option<Instant>,
    /// When somebody took note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Instant>,
    /// The name of who did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// Until when it lies on the shelf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelved_until: Option<Instant>,
    /// Why it is silent: the reason given, or the work order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppression_reason: Option<String>,
    /// The name of the first person who asked to shelve this emergency; a second must ask too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelve_asked_by: Option<String>,
    /// Invented by the demonstration (시연 데이터).
    pub demo: bool,
    /// Rises by one with each change.
    pub version: u32,
    /// How often the cause came.
    pub count: u32,
}

/// How an alarm is kept silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlarmSuppression)]
pub(crate) enum SuppressionKind {
    /// It is not.
    None,
    /// A person put it aside.
    Shelved,
    /// The design silences it.
    Suppressed,
    /// Under repair.
    OutOfService,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AlarmTransition)]
pub(crate) struct TransitionView {
    /// The version of the alarm after it.
    pub version: u32,
    /// What was done.
    pub operation: Operation,
    /// State before.
    pub from: State,
    /// State after.
    pub to: State,
    /// Grade after.
    pub grade: Grade,
    /// Who.
    pub by: Actor,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it took effect.
    pub at: Instant,
    /// When it was written down.
    pub recorded_at: Instant,
    /// The version of the rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_version: Option<u32>,
    /// The value that decided, unless hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// A timer fired more than a second late.
    pub late_fire: bool,
}

impl AlarmView {
    /// What `ctx` may see of `alarm`.
    pub(crate) fn of(alarm: &Alarm, ctx: &Ctx) -> Self {
        let visible = may_see_values(ctx, &alarm.origin);
        let mut view = Self::without_value(alarm);
        view.value_hidden = !visible && alarm.value.is_some();
        view.value = alarm.value.filter(|_| visible);
        view
    }

    fn without_value(alarm: &Alarm) -> Self {
        let origin = &alarm.origin;
        let (suppression, shelved_until, suppression_reason) = silence(&alarm.suppression);
        Self {
            id: alarm.id,
            complex_id: origin.complex,
            establishment_id: origin.owner,
            rule_id: origin.rule.map(|rule| rule.id),
            source: origin.source.clone(),
            kind: origin.kind.clone(),
            subject: origin.subject.clone(),
            device_id: origin.device,
            grade: alarm.grade,
            condition: alarm.condition,
            acknowledged: alarm.acknowledged,
            suppression,
            latched: alarm.latched,
            state: alarm.state(),
            letter: alarm.state().letter(),
            title: origin.title.clone(),
            value: None,
            value_hidden: false,
            unit: origin.unit.clone(),
            place: origin.place,
            raised_at: alarm.raised_at,
            returned_at: alarm.returned_at,
            acknowledged_at: alarm.acknowledgement.as_ref().map(|note| note.at),
            acknowledged_by: alarm.acknowledgement.as_ref().map(|note| note.by.name.clone()),
            shelved_until,
            suppression_reason,
            shelve_asked_by: alarm.shelve_asked.as_ref().map(|asked| asked.by.name.clone()),
            demo: origin.demo,
            version: alarm.version,
            count: alarm.count,
        }
    }
}

impl TransitionView {
    /// What a reader sees of `line`; `values` says whether the values of its alarm are theirs to see.
    pub(crate) fn of(line: Transition, values: bool) -> Self {
        Self {
            version: line.version,
            operation: line.operation,
            from: line.from,
            to: line.to,
            grade: line.grade,
            by: line.by,
            why: line.why,
            at: line.at,
            recorded_at: line.recorded_at,
            rule_version: line.rule_version,
            value: line.value.filter(|_| values),
            late_fire: line.late_fire,
        }
    }
}

/// The news for the consoles: an alarm without its value, because one event goes to readers of unlike
/// permission. A console that may see the value reads the alarm.
pub(crate) fn news(alarm: &Alarm) -> serde_json::Value {
    serde_json::to_value(AlarmView::without_value(alarm)).expect("a view has a JSON form")
}

/// Whether `ctx` may see measured values of what `origin` is about. A tenant's value that has no owner
/// on record is shown to nobody.
pub(crate) fn may_see_values(ctx: &Ctx, origin: &Origin) -> bool {
    match (origin.private, origin.owner) {
        (false, _) => ctx.may(Action::ReadValues, origin.scope()),
        (true, Some(_)) => ctx.may(Action::ReadTenantValues, origin.scope()),
        (true, None) => false,
    }
}

/// Whether `ctx` may know of what belongs to `scope`.
pub(crate) fn may_see(ctx: &Ctx, scope: Scope) -> bool {
    ctx.may(Action::ReadAlarms, scope)
}

fn silence(suppression: &Suppression) -> (SuppressionKind, Option<Instant>, Option<String>) {
    match suppression {
        Suppression::None => (SuppressionKind::None, None, None),
        Suppression::Shelved { until, reason, .. } => {
            (SuppressionKind::Shelved, Some(*until), Some(reason.clone()))
        }
        Suppression::Suppressed { reason } => {
            (SuppressionKind::Suppressed, None, Some(reason.clone()))
        }
        Suppression::OutOfService { work_order } => {
            (SuppressionKind::OutOfService, None, Some(work_order.clone()))
        }
    }
}
