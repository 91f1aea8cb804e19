//! Who sees how much of a measure: its owner all, the complex's office what was submitted to it.

use base::noun::{Complex, Establishment};
use base::{Action, Actor, Id, Instant, Scope};
use platform::Ctx;
use platform::db::ReadTx;
use platform::http::{ApiResult, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    FrozenResult, MeasureAct, MeasureAdjustment, MeasureConfidence, MeasurePlan, MeasureState,
    MeasureStep, SavingMeasure, SavingMeasureError as Refusal, VariableSource, rules, store,
};
use crate::electricity_contract::{self, ElectricityContract};

/// As whom somebody reads a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MeasureReader {
    /// Whom it belongs to.
    Owner,
    /// The complex's office.
    Office,
}

/// A measure as its reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavingMeasureView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: Id<SavingMeasure>,
    /// The complex.
    #[schema(value_type = uuid::Uuid)]
    complex_id: Id<Complex>,
    /// The tenant; absent: the complex itself.
    #[schema(value_type = Option<uuid::Uuid>)]
    establishment_id: Option<Id<Establishment>>,
    /// The contract whose meter is looked at.
    #[schema(value_type = uuid::Uuid)]
    contract_id: Id<ElectricityContract>,
    /// What was done and how it is measured. Entered values are left out of lists, and the office never sees them.
    plan: MeasurePlan,
    /// Non-routine adjustments, the oldest first.
    adjustments: Vec<MeasureAdjustment>,
    /// Where it stands.
    state: MeasureState,
    /// Submissions, withdrawals, returns and signatures, the oldest first.
    steps: Vec<MeasureStep>,
    /// The submitted saving with its interval at 90 %; absent while nothing is submitted.
    headline: Option<MeasureHeadline>,
    /// As whom you read it.
    reader: MeasureReader,
    /// What you may do with it now.
    may: Vec<MeasureAct>,
    /// Rises by one with each change.
    version: u32,
    /// When this version was written.
    updated_at: Instant,
    /// Who wrote it.
    updated_by: Actor,
}

/// A saving never stands without how sure it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureHeadline {
    /// The saving, kWh.
    saving_kwh: f64,
    /// Over the adjusted baseline.
    saving_ratio: Option<f64>,
    /// Its interval.
    interval: MeasureConfidence,
    /// Whether every gate is passed and something was saved.
    demonstrated: bool,
    /// When it was computed.
    at: Instant,
}

const ACTS: [MeasureAct; 6] = [
    MeasureAct::Change,
    MeasureAct::Adjust,
    MeasureAct::Submit,
    MeasureAct::Withdraw,
    MeasureAct::Return,
    MeasureAct::Sign,
];

impl SavingMeasureView {
    /// A measure with its entered values, where they are the reader's to see.
    pub(super) fn whole(ctx: &Ctx, measure: SavingMeasure, reader: MeasureReader) -> Self {
        match reader {
            MeasureReader::Owner => Self::of(ctx, measure, reader),
            MeasureReader::Office => Self::brief(ctx, measure, reader),
        }
    }

    /// A measure without its entered values.
    pub(super) fn brief(ctx: &Ctx, mut measure: SavingMeasure, reader: MeasureReader) -> Self {
        for variable in &mut measure.plan.variables {
            if let VariableSource::Entered { values } = &mut variable.source {
                values.clear();
            }
        }
        Self::of(ctx, measure, reader)
    }

    fn of(ctx: &Ctx, measure: SavingMeasure, reader: MeasureReader) -> Self {
        let may = ACTS.into_iter().filter(|act| may_do(ctx, &measure, *act)).collect();
        Self {
            id: measure.id,
            complex_id: measure.complex_id,
            establishment_id: measure.establishment_id,
            contract_id: measure.contract_id,
            headline: measure.frozen.as_ref().map(headline),
            plan: measure.plan,
            adjustments: measure.adjustments,
            state: measure.state,
            steps: measure.steps,
            reader,
            may,
            version: measure.version,
            updated_at: measure.updated_at,
            updated_by: measure.updated_by,
        }
    }
}

fn headline(frozen: &FrozenResult) -> MeasureHeadline {
    let result = &frozen.result;
    MeasureHeadline {
        saving_kwh: result.saving_kwh,
        saving_ratio: result.saving_ratio,
        // 68, 90 and 95 %.
        interval: result.intervals[1],
        demonstrated: result.demonstrated,
        at: frozen.at,
    }
}

/// As whom `ctx` may read a measure, if at all.
pub(super) fn reader(ctx: &Ctx, measure: &SavingMeasure) -> Option<MeasureReader> {
    if electricity_contract::api::may_read(ctx, measure.scope()) {
        return Some(MeasureReader::Owner);
    }
    let is_office = ctx.may(Action::ManageEnergy, Scope::Complex(measure.complex_id));
    (is_office && measure.state != MeasureState::Draft).then_some(MeasureReader::Office)
}

/// The measure, if there is one that `ctx` may know of.
pub(super) async fn visible(
    tx: &mut ReadTx,
    ctx: &Ctx,
    id: Id<SavingMeasure>,
) -> ApiResult<(SavingMeasure, MeasureReader)> {
    let found = store::find(tx, id).await?;
    let found = found.and_then(|measure| {
        let reader = reader(ctx, &measure)?;
        Some((measure, reader))
    });
    Ok(found.ok_or(Refusal::NotFound(id))?)
}

/// Refuses who may not do this to this measure, whatever its state.
pub(super) fn require(ctx: &Ctx, measure: &SavingMeasure, act: MeasureAct) -> ApiResult<()> {
    match act {
        MeasureAct::Change | MeasureAct::Adjust | MeasureAct::Submit | MeasureAct::Withdraw => {
            require_owner(ctx, measure.scope())
        }
        MeasureAct::Return | MeasureAct::Sign => {
            ctx.require(Action::ManageEnergy, Scope::Complex(measure.complex_id))
        }
    }
}

/// Refuses who does not manage the energy of whom a measure belongs to.
pub(super) fn require_owner(ctx: &Ctx, scope: Scope) -> ApiResult<()> {
    ctx.require(Action::ManageEnergy, scope)?;
    if electricity_contract::api::may_read(ctx, scope) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "a tenant's measure is written by the tenant: by a role held for that establishment (에너지 관리자)",
    ))
}

fn may_do(ctx: &Ctx, measure: &SavingMeasure, act: MeasureAct) -> bool {
    let own = act == MeasureAct::Sign && rules::is_submitter(measure, &ctx.actor);
    !own && rules::next(measure.state, act).is_ok() && require(ctx, measure, act).is_ok()
}
